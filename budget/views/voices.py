"""What people say about the budget: the published questions with their answers, the form, and who has read the plan."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ita_portal.fiscal import FiscalYear
from ita_portal.spreadsheets import CSV_TYPE, Value, csv_lines
from organization.strangers import comes_from_elsewhere, sends_too_much

from ..choices import BUDGET_KINDS, CommentKind
from ..errors import RefusedError
from ..forms.voices import AskForm, QuestionsFilter
from ..http import budget_public, new_form_mark, open_to_all, person, show
from ..models import Line, LineVersion, Plan
from ..querysets import CommentQuerySet
from ..services import voices as acts
from ..voices_reading import (
    NEWEST,
    PAGE,
    counts_of,
    has_pages,
    is_open,
    items_of,
    ordinance_in_force,
    public_comments,
    readers_of,
    said,
)
from ..voices_summary import current_of, summary_for

_HOUR = 3600
_BLOCK = 200
_PLAIN = re.compile(r"[0-9A-Za-z.-]{1,40}")
"""What stands for a plan or a line in an address (`models.plans.CODE`)."""


def _opened(year: int) -> bool:
    """Whether the year has pages of its own. Http404 where nothing can be said about it."""
    has_budget = has_pages(year)
    if not is_open(year, has_budget=has_budget):
        raise Http404
    return has_budget


@budget_public
def questions(request: HttpRequest, year: int) -> HttpResponseBase:
    """What was said about a fiscal year and answered, what became of the rest, and who of the staff has read it."""
    has_budget = _opened(year)
    plans = {plan.slug: plan for plan in Plan.objects.public().filter(year_id=year).order_by("pk")}
    form = QuestionsFilter(request.GET, plans=[(slug, plan.name) for slug, plan in plans.items()])
    chosen = form.chosen()
    rows = _chosen_comments(year, chosen, plans)
    if request.GET.get("as") == "csv":
        return _csv(request, year, rows)
    page = NEWEST.page(rows, request.GET.get("after", ""), PAGE)
    ordinance = ordinance_in_force(year)
    now = FiscalYear.current().number
    context = {
        "rows": said(page.rows),
        "next": urlencode({**chosen, "after": page.next}) if page.next else "",
        "is_first": page.is_first,
        "form": form,
        "query": urlencode(chosen),
        "is_filtered": bool(chosen),
        "counts": counts_of(year),
        "readers": readers_of(ordinance) if ordinance else None,
        "answer_days": acts.ANSWER_DAYS,
        "has_budget": has_budget,
        "the_year": year,
        "is_to_come": year > now,
        "following": now + 1 if year == now else None,
    }
    return show(request, "budget/questions.html", context, year=year if has_budget else None, room="questions")


def _chosen_comments(year: int, chosen: dict[str, str], plans: dict[str, Plan]) -> CommentQuerySet:
    rows = public_comments(year)
    if "kind" in chosen:
        rows = rows.filter(kind=chosen["kind"])
    if "plan" in chosen:
        rows = rows.filter(plan=plans[chosen["plan"]])
    if chosen.get("status") == "answered":
        rows = rows.exclude(answer="")
    elif chosen.get("status") == "open":
        rows = rows.filter(answer="").exclude(kind=CommentKind.COMMENT)
    return rows


def _csv(request: HttpRequest, year: int, rows: CommentQuerySet) -> HttpResponseBase:
    header = [
        _("number"), _("kind"), _("sent"), _("about"), _("web address"), _("name"), _("division"), _("text"),
        _("answered"), _("answer"),
    ]  # fmt: skip
    lines: Iterator[Sequence[Value]] = (
        [
            one.comment.pk, str(one.comment.get_kind_display()), localdate(one.comment.sent_at), one.about,
            request.build_absolute_uri(one.url) if one.url else "", one.comment.name, str(one.comment.division or ""),
            one.comment.text, localdate(one.comment.answered_at) if one.comment.answered_at else None,
            one.comment.answer,
        ]
        for block in NEWEST.blocks(rows, _BLOCK)
        for one in said(block)
    )  # fmt: skip
    response = StreamingHttpResponse(csv_lines(header, lines), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="questions-{year}.csv"'
    return response


@csrf_exempt
@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, year: int) -> HttpResponseBase:
    """The form. Without an account it needs no cookie: it lends no right to anybody who could misuse it. Who has
    signed in sends it with the token that every form of the staff has."""
    has_budget = _opened(year)
    signed_in = person(request).is_authenticated
    if request.method != "POST":
        plan, line, found = _about(year, request.GET.get("plan", ""), request.GET.get("line", ""))
        if not found:
            raise Http404
        kind = request.GET.get("kind", "")
        first = {"kind": kind if kind in CommentKind.values else CommentKind.QUESTION, "form_mark": new_form_mark()}
        form = AskForm(initial=first, signed_in=signed_in)
        return _ask_page(request, form, year, plan, line, has_budget=has_budget)
    if comes_from_elsewhere(request):
        return render(request, "403_csrf.html", status=403)
    form = AskForm(request.POST, signed_in=signed_in)
    plan, line, found = _about(year, request.POST.get("plan", ""), request.POST.get("line", ""))
    status = _refusal(request, form, signed_in=signed_in)
    if not found:
        form.add_error(None, _("There is no such plan or line."))
    if status is None and form.is_valid():
        if not signed_in and form.is_by_program:
            return redirect("budget:asked", year)  # nothing is kept, and the program learns nothing
        try:
            acts.send_comment(
                year, form.cleaned_data["kind"], form.cleaned_data["text"], plan=plan, line=line,
                name=form.cleaned_data.get("name", ""), form_mark=form.cleaned_data["form_mark"] or new_form_mark(),
                by=person(request) if signed_in else None,
            )  # fmt: skip
            return redirect("budget:asked", year)
        except RefusedError as refused:
            form.say(refused)
            status = 429 if refused.code == "too_many" else 422
    return _ask_page(request, form, year, plan, line, has_budget=has_budget, status=status or 422)


def _refusal(request: HttpRequest, form: AskForm, *, signed_in: bool) -> int | None:
    """The status with which a form goes back before it is looked at, with the reason in it; None: it may be read."""
    form.is_valid()  # so that errors can be added
    if signed_in:
        if _token_missing(request):
            form.add_error(None, _("You have signed in since this page was opened. Press “Send” again."))
            return 403
    elif request.POST.get("signed_in"):
        form.add_error(
            None, _("You are no longer signed in. Sign in again in another window, or send it as a citizen.")
        )
        return 403
    elif sends_too_much(request):
        form.add_error(None, _("Very many forms came from your network. Send yours again in an hour."))
        return 429
    return None


def _token_missing(request: HttpRequest) -> bool:
    """Whether a form of somebody who has signed in lacks the token against forms of other websites."""
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, lambda _request: HttpResponse(), (), {}) is not None


def _about(year: int, slug: str, code: str) -> tuple[Plan | None, Line | None, bool]:
    """The plan and the line that a form is about, and whether they are there for the public: drafts are not."""
    if not slug:
        return None, None, not code
    if not _PLAIN.fullmatch(slug) or (code and not _PLAIN.fullmatch(code)):
        return None, None, False
    plan: Plan | None = Plan.objects.public().filter(pk__in=Plan.objects.at(year, slug).values("pk")).first()
    if plan is None or not code:
        return plan, None, plan is not None
    lines = Line.objects.filter(plan=plan, code=code)
    line = lines.filter(pk__in=LineVersion.objects.published().filter(line__in=lines).values("line")).first()
    return plan, line, line is not None


def _ask_page(
    request: HttpRequest, form: AskForm, year: int, plan: Plan | None, line: Line | None, *, has_budget: bool,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "form": form,
        "plan": plan,
        "line": line,
        "item": items_of([line.pk]).get(line.pk, "") if line else "",
        "the_year": year,
        "answer_days": acts.ANSWER_DAYS,
        "has_budget": has_budget,
        "busy": status == 429,
    }
    response = show(
        request, "budget/ask.html", context, year=year if has_budget else None, room="questions", status=status
    )
    # Not `no-store`: a browser that could not send goes back to what was typed.
    response.headers["Cache-Control"] = "private, no-cache"
    if status == 429:
        response.headers["Retry-After"] = str(_HOUR)
    return response


@budget_public
def asked(request: HttpRequest, year: int) -> HttpResponseBase:
    """Thanks, and what happens next. The same for everybody: nothing leads from here to what was sent."""
    has_budget = _opened(year)
    context = {"the_year": year, "answer_days": acts.ANSWER_DAYS, "has_budget": has_budget}
    return show(request, "budget/asked.html", context, year=year if has_budget else None, room="questions")


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_reading(request: HttpRequest, year: int, plan: str) -> HttpResponseBase:
    """A plan in short for the staff, with the button “I have read it”."""
    user = person(request)
    revision = current_of(year, plan)
    if revision is None:
        raise Http404
    problem, status = "", 200
    if request.method == "POST":
        try:
            if request.POST.get("revision") != str(revision.number):
                raise RefusedError(
                    "new_revision", _("A new revision was published in the meantime. Read what is new in it.")
                )
            acts.confirm_reading(revision, by=user)
        except RefusedError as refused:
            problem, status = str(refused), 422
        else:
            messages.success(request, _("Thank you. It is noted that you have read it."))
            return redirect(reverse("budget:confirm_reading", args=[year, plan]))
    context: dict[str, Any] = {
        "revision": revision,
        "plan": revision.plan,
        "summary": summary_for(revision, user),
        "division": user.division,
        "problem": problem,
        "is_budget": revision.plan.kind in BUDGET_KINDS,
    }
    return show(request, "budget/reading.html", context, year=year, room="", status=status)
