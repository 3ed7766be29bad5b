"""Writing to the municipality: the form, the way to the protected channel, the receipt.

Who reports corruption here is led to the protected channel, and nothing of what they typed is kept: not in the
database, a session, a log, a cache or an address. Forms work without an account and without a cookie.
"""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ita_portal.forms import WordsField
from organization.strangers import comes_from_elsewhere, sends_too_much

from ..choices import LetterKind
from ..errors import RefusedError
from ..forms.letters import CORRUPTION, LetterForm
from ..http import new_form_mark, open_to_all, show
from ..letters_words import sounds_like_corruption
from ..models import ParticipationSettings
from ..models.letters import LONGEST_SUBJECT, LONGEST_TEXT
from ..services.letters import Receipt, send_letter

HOUR = 3600
_SEED = re.compile(r"[0-9a-f]{32}")
_MOST_TYPED = 4 * LONGEST_TEXT
"""Characters of a field that are kept on a mistake: too many are to be shortened, not typed anew."""
CARRIED = ("kind", "subject", "text", "about", "name", "consent", "form_mark", "website")
"""What the page that asks carries along, in the page alone."""


@csrf_exempt
@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form, and what is sent with it."""
    if request.method != "POST":
        return _empty(request)
    if comes_from_elsewhere(request):
        return private(render(request, "403_csrf.html", status=403))
    if request.POST.get("kind") == CORRUPTION:
        return to_channel()
    is_too_much = sends_too_much(request)
    typed = cut(request.POST)
    is_no_report = typed.get("not_corruption") == "1"
    if is_too_much:
        form = LetterForm(typed)
        form.add_error(None, too_much())
        return _form_page(request, form, 429, is_no_report=is_no_report)
    words = (typed.get("subject", ""), LONGEST_SUBJECT), (typed.get("text", ""), LONGEST_TEXT)
    if not is_no_report and tells_of_corruption(*words):
        return ask_page(request, typed, CARRIED, reverse("participation:new"))
    return _sent(request, LetterForm(typed), is_no_report=is_no_report)


def _empty(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    if kind == CORRUPTION:
        return to_channel()
    first = {"kind": kind if kind in LetterKind.values else None, "form_mark": new_form_mark()}
    return _form_page(request, LetterForm(initial=first))


def _sent(request: HttpRequest, form: LetterForm, *, is_no_report: bool) -> HttpResponse:
    status = 422
    if form.is_valid():
        if form.is_by_program:
            return redirect("participation:home")  # nothing is kept, and the program learns nothing
        data = form.cleaned_data
        try:
            receipt = send_letter(
                data["kind"], data["subject"], data["text"], seed=seed_of(data["form_mark"]), name=data["name"],
                consent=data["consent"], about=data["about"], is_no_report=is_no_report,
            )  # fmt: skip
            return _receipt_page(request, receipt)
        except RefusedError as refused:
            form.say(refused)
            status = 429 if refused.code == "too_many" else 422
    return _form_page(request, form, status, is_no_report=is_no_report)


def too_much() -> str:
    """What is said where `sends_too_much`."""
    return _("Very many forms came from your network. Send yours again in an hour.")


def cut(typed: QueryDict) -> QueryDict:
    """What was typed, each field with no more than a person types: so much is looked at, and shown again."""
    found = typed.copy()
    for name in found:
        found[name] = str(found[name])[:_MOST_TYPED]
    return found


def tells_of_corruption(*words: tuple[str, int]) -> bool:
    """Whether texts, each with the most that is taken, sound like a report. What is too long is refused anyway."""
    plain = ((WordsField().to_python(text), longest) for text, longest in words)
    return sounds_like_corruption(*(text for text, longest in plain if len(text) <= longest))


def seed_of(form_mark: str) -> str:
    """The mark of a form if this portal made it; a new one for any other, which others might have as well."""
    return form_mark if _SEED.fullmatch(form_mark) else new_form_mark()


def to_channel() -> HttpResponse:
    """To the protected channel, with nothing of what was typed."""
    return private(redirect("complaints:channel"))


def ask_page(request: HttpRequest, typed: QueryDict, names: tuple[str, ...], send_to: str) -> HttpResponse:
    """What was typed sounds like corruption: the difference, the way to the protected channel, and “it is not”.

    What was typed stands in this page alone, which no browser, proxy or log keeps.
    """
    carried = [(name, typed[name]) for name in names if name in typed]
    context = {"carried": carried, "send_to": send_to}
    return private(show(request, "participation/letter_ask.html", context, status=422))


def private(response: HttpResponse) -> HttpResponse:
    """Kept by no browser, no proxy and no search engine; a form with a mistake leaves no line in the log."""
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex"
    response._has_been_logged = True  # type: ignore[attr-defined] # Django logs what it was not told of
    return response


def _form_page(
    request: HttpRequest, form: LetterForm, status: int = 200, *, is_no_report: bool = False
) -> HttpResponse:  # fmt: skip
    context = {
        "form": form,
        "rules": ParticipationSettings.current(),
        "is_no_report": is_no_report,
        "busy": status == 429,
    }
    # `no-store`: whoever began to report corruption leaves nothing behind in the browser.
    response = private(show(request, "participation/letter_new.html", context, status=status))
    if status == 429:
        response.headers["Retry-After"] = str(HOUR)
    return response


def _receipt_page(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    """The code, shown once. An answer to the form itself: a code in an address would stay in histories and logs."""
    context: dict[str, Any] = {
        "receipt": receipt,
        "letter": receipt.letter,
        "code": receipt.code.shown,
        "follow_url": request.build_absolute_uri(reverse("participation:follow")),
    }
    return private(show(request, "participation/letter_receipt.html", context))
