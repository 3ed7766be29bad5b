"""A letter at the desk, and everything that is done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from ita_portal.fiscal import today
from organization.models import User

from ..choices import LetterAct, LetterState, Publication
from ..errors import RefusedError
from ..forms import letters_desk as forms
from ..forms.letters import SaidForm
from ..http import show_desk
from ..letters_desk_reading import deeds_of
from ..letters_reading import conversation, is_late, is_near
from ..letters_workflow import OFFICE_ACTS, allows
from ..models import Letter, ParticipationSettings
from ..permissions import KEEP_PARTICIPATION
from ..services import letters_acts as acts
from .letters_desk import letters_reader

_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class DeskAct:
    """An act as the page offers it. run: what the service is given; said: to who did it."""

    act: LetterAct
    form: type[SaidForm]
    run: Callable[..., Letter]
    said: str | Promise


ACTS: dict[str, DeskAct] = {
    "route": DeskAct(
        LetterAct.ROUTE, forms.RouteForm, acts.route_letter, gettext_lazy("The letter is with the division now.")
    ),
    "send_on": DeskAct(
        LetterAct.SEND_ON, forms.SendOnForm, acts.send_on_letter, gettext_lazy("The letter is with the division now.")
    ),
    "give_back": DeskAct(
        LetterAct.GIVE_BACK, forms.GiveBackForm, acts.give_back_letter,
        gettext_lazy("The letter is with the plan office again."),
    ),
    "refuse": DeskAct(
        LetterAct.REFUSE, forms.RefuseForm, acts.refuse_letter,
        gettext_lazy("The letter is not taken up. The sender reads the reason."),
    ),
    "take_up": DeskAct(LetterAct.TAKE_UP, SaidForm, acts.take_up_letter, gettext_lazy("The letter is taken up.")),
    "answer": DeskAct(
        LetterAct.ANSWER, forms.AnswerForm, acts.answer_letter, gettext_lazy("The sender can read the answer now.")
    ),
    "correct": DeskAct(
        LetterAct.CORRECT, forms.AnswerForm, acts.correct_answer, gettext_lazy("The answer is corrected.")
    ),
    "close": DeskAct(LetterAct.CLOSE, SaidForm, acts.close_letter, gettext_lazy("The letter is closed.")),
    "publish": DeskAct(
        LetterAct.PUBLISH, forms.PublishForm, acts.publish_letter, gettext_lazy("Everybody can read it now.")
    ),
    "withhold": DeskAct(
        LetterAct.WITHHOLD, forms.WithholdForm, acts.withhold_letter, gettext_lazy("It is not public.")
    ),
}  # fmt: skip
_ARGUMENTS = {"answer": "text", "public_subject": "subject", "public_text": "text", "public_answer": "answer"}
"""Fields of the forms whose services call them otherwise."""


def _letter(user: User, pk: int) -> Letter:
    """A letter that the person may see. Http404 for every other."""
    rows = Letter.objects.visible_to(user).select_related("division", "about", "answered_by", "published_by")
    found: Letter | None = rows.filter(pk=pk).first() if pk <= _LARGEST else None
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """A letter with its acts and its history."""
    user = letters_reader(request)
    found = _letter(user, pk)
    if request.method != "POST":
        return _page(request, user, found)
    name, problem = request.POST.get("act", ""), ""
    chosen = ACTS.get(name)
    if chosen is None:
        return _page(request, user, found, problem=_("Choose what to do."), status=422)
    form = chosen.form(request.POST, auto_id=f"{name}_%s")
    if form.is_valid():
        try:
            chosen.run(found, **_arguments(name, form), by=user, seen=_seen(request))
        except RefusedError as refused:
            fields = {value: key for key, value in _ARGUMENTS.items() if key in form.fields}
            field = refused.field if refused.field in form.fields else fields.get(refused.field, "")
            if field:
                form.add_error(field, str(refused))
            else:
                problem = str(refused)
        else:
            messages.success(request, str(chosen.said))
            if Letter.objects.visible_to(user).filter(pk=pk).exists():
                return redirect("participation:letter", pk)
            return redirect("participation:desk")
    fresh = Letter.objects.visible_to(user).filter(pk=pk).first()
    if fresh is None:  # in the meantime it went to another division
        messages.warning(request, _("Somebody has sent this letter to another division in the meantime."))
        return redirect("participation:desk")
    return _page(request, user, _letter(user, pk), bound={name: form}, problem=problem, status=422)


def _arguments(name: str, form: SaidForm) -> dict[str, Any]:
    given = dict(form.cleaned_data)
    if name in ("answer", "correct", "publish"):
        given = {_ARGUMENTS.get(key, key): value for key, value in given.items()}
    return given


def _seen(request: HttpRequest) -> int:
    """The revision that the page showed; one that no letter has, where it says none."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _first(name: str, letter: Letter) -> dict[str, Any]:
    """What an act's form begins with."""
    if name == "route":
        return {"division": letter.about if letter.about and letter.about.active else None}
    if name == "correct":
        return {"answer": letter.answer}
    if name == "publish":
        return {
            "public_subject": letter.public_subject or letter.subject,
            "public_text": letter.public_text or letter.text,
            "public_answer": letter.answer if letter.is_behind else letter.public_answer or letter.answer,
            "with_name": bool(letter.public_name),
        }
    return {}


def _is_offered(name: str, letter: Letter, *, is_office: bool) -> bool:
    act = ACTS[name].act
    if not allows(act, letter.state) or (act in OFFICE_ACTS and not is_office):
        return False
    if letter.forgotten_at:
        return act == LetterAct.WITHHOLD and letter.publication == Publication.PUBLISHED
    if act == LetterAct.REFUSE:
        return not letter.answer
    if act == LetterAct.PUBLISH:
        return letter.consent
    if act == LetterAct.WITHHOLD:
        return letter.publication == Publication.PUBLISHED or (
            letter.consent and letter.publication == Publication.UNDECIDED and bool(letter.answer)
        )
    return True


def _page(
    request: HttpRequest, user: User, letter: Letter, *, bound: dict[str, SaidForm] | None = None, problem: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    is_office, day, rules = user.has_perm(KEEP_PARTICIPATION), today(), ParticipationSettings.current()
    bound = bound or {}
    offered = {
        name: bound.get(name) or offer.form(initial=_first(name, letter), auto_id=f"{name}_%s")
        for name, offer in ACTS.items()
        if _is_offered(name, letter, is_office=is_office)
    }
    context = {
        "letter": letter,
        "acts": offered,
        "open_act": next(iter(bound), ""),
        "has_errors": any(form.errors for form in bound.values()),
        "problem": problem,
        "messages_of_letter": conversation(letter),
        "deeds": deeds_of(letter),
        "is_late": is_late(letter, day),
        "is_near": is_near(letter, day, rules.near_days),
        "is_open": letter.state in (LetterState.RECEIVED, LetterState.WITH_DIVISION),
        "is_published": letter.publication == Publication.PUBLISHED,
        "to_decide": letter.consent and bool(letter.answer)
        and (letter.is_behind or letter.publication == Publication.UNDECIDED),
        "is_office": is_office,
        "rules": rules,
    }  # fmt: skip
    return show_desk(request, "participation/letter_desk.html", context, room="letters", status=status)
