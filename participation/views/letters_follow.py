"""The sender's own page, opened with the code: where the letter is, the answer, and what the sender can do.

The code is sent with every form and stands in no address. No cookie is needed.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ita_portal.fiscal import today
from organization.strangers import comes_from_elsewhere, sends_too_much

from ..choices import LetterAct, Publication
from ..errors import RefusedError
from ..forms.letters import CodeForm, MessageForm
from ..http import new_form_mark, open_to_all, show
from ..letters_reading import conversation, is_late
from ..letters_workflow import allows
from ..models import Letter, ParticipationSettings
from ..models.letters import LONGEST_TEXT
from ..services import letters as acts
from .letters import HOUR, ask_page, cut, private, seed_of, tells_of_corruption, too_much

_LONGEST_CODE = 100
_CARRIED = ("code", "act", "message", "form_mark")


@csrf_exempt
@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for the code; with it, the letter."""
    if request.method != "POST":
        return private(show(request, "participation/letter_code.html", {"form": CodeForm()}, room="follow"))
    if comes_from_elsewhere(request):
        return private(render(request, "403_csrf.html", status=403))
    typed = cut(request.POST)
    found = acts.find_letter(typed.get("code", ""))
    if found is None:
        form = CodeForm({"code": typed.get("code", "")[:_LONGEST_CODE]})
        form.add_error("code", _("This is no code of a letter. Please compare it with your slip, digit by digit."))
        return private(show(request, "participation/letter_code.html", {"form": form}, room="follow", status=422))
    letter, code = found
    act = typed.get("act", "")
    # What is merely read is not counted. A consent can be taken back also by who sends too much.
    is_too_much = act in ("message", "rate", "allow", "withdraw") and sends_too_much(request) and act != "withdraw"
    if act == "message":
        return _message(request, typed, letter, code.shown, is_too_much=is_too_much)
    if is_too_much:
        return _page(request, letter, code.shown, problem=too_much(), status=429)
    done, problem = "", ""
    try:
        if act == "rate":
            letter = acts.rate_answer(letter, typed.get("rating", ""))
            done = _("Thank you. Your judgement is noted.")
        elif act == "allow":
            letter = acts.allow_publication(letter)
            done = _("Thank you. An officer now looks at it before it is published.")
        elif act == "withdraw":
            letter = acts.withdraw_publication(letter)
            done = _("It is not public, and will not be.")
    except RefusedError as refused:
        problem = str(refused)
    return _page(request, letter, code.shown, done=done, problem=problem)


def _message(
    request: HttpRequest, typed: QueryDict, letter: Letter, code: str, *, is_too_much: bool
) -> HttpResponse:  # fmt: skip
    is_no_report = typed.get("not_corruption") == "1"
    form = MessageForm(typed)
    if is_too_much:
        form.add_error(None, too_much())
        return _page(request, letter, code, form=form, is_no_report=is_no_report, status=429)
    if not is_no_report and tells_of_corruption((typed.get("message", ""), LONGEST_TEXT)):
        return ask_page(request, typed, _CARRIED, reverse("participation:follow"))
    if form.is_valid():
        try:
            acts.write_again(
                letter, form.cleaned_data["message"], seed=seed_of(form.cleaned_data["form_mark"]),
                is_no_report=is_no_report,
            )  # fmt: skip
        except RefusedError as refused:
            form.say(refused)
        else:
            letter.refresh_from_db()
            return _page(request, letter, code, done=_("Your message has arrived."))
    return _page(request, letter, code, form=form, is_no_report=is_no_report)


def _page(
    request: HttpRequest, letter: Letter, code: str, *, form: MessageForm | None = None, done: str = "",
    problem: str = "", is_no_report: bool = False, status: int = 0,
) -> HttpResponse:  # fmt: skip
    context = {
        "letter": letter,
        "code": code,
        "messages_of_letter": [] if letter.forgotten_at else conversation(letter),
        "form": form or MessageForm(initial={"form_mark": new_form_mark()}),
        "done": done,
        "problem": problem,
        "is_no_report": is_no_report,
        "is_late": is_late(letter, today()),
        "can_write": allows(LetterAct.WRITE_AGAIN, letter.state),
        "can_rate": allows(LetterAct.RATE, letter.state) and not letter.forgotten_at,
        "can_allow": not (letter.consent or letter.forgotten_at) and allows(LetterAct.CONSENT, letter.state),
        "is_published": letter.publication == Publication.PUBLISHED,
        "is_withheld": letter.publication == Publication.WITHHELD,
        "rules": ParticipationSettings.current(),
    }
    status = status or (422 if problem or form is not None else 200)
    response = private(show(request, "participation/letter_follow.html", context, room="follow", status=status))
    if status == 429:
        response.headers["Retry-After"] = str(HOUR)
    return response
