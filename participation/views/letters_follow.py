"""The sender's own page, opened with the code: where the letter is, the answer, and what the sender can do.

The code is sent with every form and stands in no address. No cookie is needed.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ita_portal.fiscal import today
from organization.strangers import comes_from_elsewhere

from ..choices import LetterAct, Publication
from ..errors import RefusedError
from ..forms.letters import CodeForm, MessageForm
from ..http import new_form_mark, open_to_all, show
from ..letters_reading import conversation, is_late
from ..letters_words import sounds_like_corruption
from ..letters_workflow import allows
from ..models import Letter, ParticipationSettings
from ..services import letters as acts
from .letters import ask_page, private, seed_of

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
    found = acts.find_letter(request.POST.get("code", ""))
    if found is None:
        form = CodeForm(request.POST)
        form.add_error("code", _("This is no code of a letter. Please compare it with your slip, digit by digit."))
        return private(show(request, "participation/letter_code.html", {"form": form}, room="follow", status=422))
    letter, code = found
    act = request.POST.get("act", "")
    if act == "message":
        return _message(request, letter, code.shown)
    done, problem = "", ""
    try:
        if act == "rate":
            letter = acts.rate_answer(letter, request.POST.get("rating", ""))
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


def _message(request: HttpRequest, letter: Letter, code: str) -> HttpResponse:
    is_no_report = request.POST.get("not_corruption") == "1"
    if not is_no_report and sounds_like_corruption(request.POST.get("message", "")):
        return ask_page(request, request.POST, _CARRIED, reverse("participation:follow"))
    form = MessageForm(request.POST)
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
    problem: str = "", is_no_report: bool = False,
) -> HttpResponse:  # fmt: skip
    context = {
        "letter": letter,
        "code": code,
        "messages_of_letter": conversation(letter),
        "form": form or MessageForm(initial={"form_mark": new_form_mark()}),
        "done": done,
        "problem": problem,
        "is_no_report": is_no_report,
        "is_late": is_late(letter, today()),
        "can_write": allows(LetterAct.WRITE_AGAIN, letter.state),
        "can_rate": allows(LetterAct.RATE, letter.state),
        "can_allow": not letter.consent and allows(LetterAct.CONSENT, letter.state),
        "is_published": letter.publication == Publication.PUBLISHED,
        "is_withheld": letter.publication == Publication.WITHHELD,
        "rules": ParticipationSettings.current(),
    }
    failed = bool(problem) or form is not None
    return private(
        show(request, "participation/letter_follow.html", context, room="follow", status=422 if failed else 200)
    )
