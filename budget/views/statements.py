"""Statements of spending: begun or corrected, looked through, published."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ita_portal.fiscal import FiscalYear, today
from organization.models import User

from ..desk_reading import month_name
from ..errors import RefusedError
from ..forms.plans import BudgetForm
from ..forms.statements import DraftStatementForm, PublishStatementForm, StatementForm
from ..http import new_form_mark, officer, show_desk
from ..models import Statement
from ..services.statements import (
    begin_statement,
    change_statement,
    discard_statement,
    end_of_month,
    publish_statement,
)
from ..statement_reading import odd_lines, spending_parts, statement_before, summed_parts

ROOM = "desk"


def _statement(request: HttpRequest, pk: int) -> Statement | None:
    """A statement for its page; None where a form about it comes too late."""
    statements = Statement.objects.select_related("year", "made_by", "published_by")
    if request.method == "POST":
        late: Statement | None = statements.filter(pk=pk).first()
        if late is None:
            messages.info(request, _("This draft is not there any more."))
        return late
    found: Statement = get_object_or_404(statements, pk=pk)
    return found


def _current(statement: Statement) -> Statement | None:
    found: Statement | None = (
        Statement.objects.current()
        .filter(year=statement.year_id, month=statement.month)
        .select_related("published_by")
        .first()
    )
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def statement_new(request: HttpRequest) -> HttpResponse:
    """Begin a statement. `?year=`, `?month=` and `?copy=1` fill the form."""
    by = officer(request)
    if request.method == "POST":
        form = StatementForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            try:
                made = begin_statement(
                    given["year"], given["month"], as_of=given["as_of"], by=by, form_mark=given["form_mark"],
                    note=given["note"], copy=given["copy"],
                )  # fmt: skip
            except RefusedError as refused:
                form.say(refused)
            else:
                messages.success(request, _("The statement is begun. Upload its file next."))
                return redirect("budget:statement", made.pk)
        return show_desk(request, "budget/statement_new.html", {"form": form}, room=ROOM, status=422)
    form = StatementForm(initial={"form_mark": new_form_mark(), **_asked(request)})
    return show_desk(request, "budget/statement_new.html", {"form": form}, room=ROOM)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """What the address asks for; what makes no sense is left out."""
    day = today()
    found: dict[str, Any] = {"year": str(FiscalYear.of(day)), "as_of": day, "copy": "copy" in request.GET}
    year, month = request.GET.get("year", ""), request.GET.get("month", "")
    if month.isascii() and month.isdigit() and len(month) < 3 and 1 <= int(month) <= 12:
        found["month"] = int(month)
    try:
        found["year"] = FiscalYear.parse(year[:40]).number if year else found["year"]
    except ValueError:
        return found
    if "month" in found:
        found["as_of"] = min(day, end_of_month(int(found["year"]), found["month"]))
    return found


def _page(
    request: HttpRequest, statement: Statement, template: str, form: BudgetForm | None, *, status: int = 200
) -> HttpResponse:
    before = statement_before(statement)
    parts = spending_parts(statement, before)
    current = _current(statement)
    context = {
        "statement": statement,
        "month_name": month_name(statement.month, statement.year_id),
        "before": before,
        "before_name": month_name(before.month, before.year_id) if before else "",
        "spending": [part for part in parts if not part.received],
        "revenue": [part for part in parts if part.received],
        "whole": summed_parts(part for part in parts if not part.received),
        "whole_revenue": summed_parts(part for part in parts if part.received),
        "odd": odd_lines(statement, before),
        "current": None if current == statement else current,
        "rows": statement.rows.count(),
        "form": form,
    }
    return show_desk(request, template, context, room=ROOM, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """A statement, added up and beside the one before; of a draft its day and note can be changed."""
    by: User = officer(request)
    found = _statement(request, pk)
    if found is None:
        return redirect("budget:desk")
    form = None
    if found.is_draft:
        initial = {"as_of": found.as_of, "note": found.note, "edits": found.edits}
        form = DraftStatementForm(request.POST if request.method == "POST" else None, initial=initial)
    elif request.method == "POST":
        messages.info(request, _("What is published is never changed. Start a correction."))
        return redirect("budget:statement", pk)
    if form is not None and form.is_bound and form.is_valid():
        try:
            given = form.cleaned_data
            change_statement(found, as_of=given["as_of"], note=given["note"], by=by, edits=given["edits"])
        except RefusedError as refused:
            form.say(refused)
            if refused.code == "changed":  # shown as it is now; what was typed stays
                form.data = {**request.POST.dict(), "edits": str(found.edits)}
        else:
            messages.success(request, _("Saved."))
            return redirect("budget:statement", pk)
    is_wrong = form is not None and form.is_bound
    return _page(request, found, "budget/statement.html", form, status=422 if is_wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def statement_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a statement public, after it was shown once more."""
    by = officer(request)
    found = _statement(request, pk)
    if found is None:
        return redirect("budget:desk")
    if not found.is_draft:
        messages.info(request, _("This statement is published already."))
        return redirect("budget:statement", pk)
    current = _current(found)
    seen = (current.number or 0) if current else 0
    form = PublishStatementForm(
        request.POST if request.method == "POST" else None, initial={"seen": seen, "edits": found.edits}
    )
    if form.is_bound and form.is_valid():
        try:
            publish_statement(found, by=by, seen=form.cleaned_data["seen"], edits=form.cleaned_data["edits"])
        except RefusedError as refused:
            if refused.code in ("gone", "statement_published_stays"):
                messages.info(request, str(refused))
                return redirect("budget:desk")
            form.say(refused)
            form.data = {"seen": str(seen), "edits": str(found.edits)}
        else:
            messages.success(request, _("Published. Everybody can read it now."))
            return redirect("budget:statement", pk)
    return _page(request, found, "budget/statement_publish.html", form, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def statement_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the draft of a statement away, after asking."""
    by = officer(request)
    found = _statement(request, pk)
    if found is None:
        return redirect("budget:desk")
    if not found.is_draft:
        messages.info(request, _("What is published is never changed. Start a correction."))
        return redirect("budget:statement", pk)
    if request.method == "POST":
        try:
            discard_statement(found, by=by)
        except RefusedError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The draft is thrown away. What is published stays as it is."))
        return redirect("budget:desk")
    context = {
        "statement": found, "month_name": month_name(found.month, found.year_id), "rows": found.rows.count(),
    }  # fmt: skip
    return show_desk(request, "budget/statement_discard.html", context, room=ROOM)
