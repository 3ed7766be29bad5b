"""Procurement at the desk: a month is begun or corrected, filled, published; the yearly report."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ita_portal.fiscal import FiscalYear, today
from organization.models import User

from ..errors import RefusedError
from ..forms.plans import BudgetForm
from ..forms.procurement import (
    NothingForm,
    ProcurementReportForm,
    PublishSummaryForm,
    PurchaseForm,
    SummaryForm,
    shortened,
)
from ..http import new_form_mark, officer, show_desk
from ..models import LineVersion, MonthSummary, ProcurementReport, Purchase
from ..procurement_reading import sums_of, year_of_purchases
from ..reading.words import month_name
from ..services.procurement import (
    begin_summary,
    current_of,
    discard_summary,
    next_position,
    publish_report,
    publish_summary,
    remove_purchase,
    save_purchase,
    save_report,
    say_nothing,
    seen_of,
    unlinked,
)

ROOM = "desk"
PAGE = 50
"""Purchases of a month on one page."""
_METHODS = ["GET", "HEAD", "POST"]
_TOO_LATE = ("gone", "summary_published_stays")


def _year(text: str) -> int:
    try:
        return FiscalYear.parse(text[:40]).number
    except ValueError:
        return FiscalYear.of(today()).number


@require_http_methods(_METHODS)
def summary_new(request: HttpRequest) -> HttpResponse:
    """Begin a month, or the correction of one. `?year=`, `?month=` fill the form."""
    by = officer(request)
    open_draft = None
    if request.method == "POST":
        form = SummaryForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            open_draft = _draft_of(given["year"], given["month"], but=given["form_mark"])
            if open_draft is not None:
                form.add_error("month", _("A draft of this month is open. Go on with it, or throw it away."))
            else:
                try:
                    made = begin_summary(
                        given["year"], given["month"], by=by, form_mark=given["form_mark"], copy=True
                    )  # fmt: skip
                except RefusedError as refused:
                    form.say(refused)
                else:
                    return redirect("budget:summary", made.pk)
    else:
        month = request.GET.get("month", "")
        known = month if month in [str(number) for number in range(1, 13)] else ""
        form = SummaryForm(
            initial={"form_mark": new_form_mark(), "year": _year(request.GET.get("year", "")), "month": known}
        )
    context = {"form": form, "open_draft": open_draft}
    return show_desk(request, "budget/summary_new.html", context, room=ROOM, status=422 if form.is_bound else 200)


def _draft_of(year: int, month: int, *, but: str) -> MonthSummary | None:
    drafts = MonthSummary.objects.filter(year=year, month=month, state="draft")
    if drafts.filter(form_mark=but).exists():
        return None  # the same form, sent twice
    found: MonthSummary | None = drafts.order_by("-pk").first()
    return found


def _summary(request: HttpRequest, pk: int) -> MonthSummary | None:
    """A month for its page; None where a form about it comes too late."""
    months = MonthSummary.objects.select_related("made_by", "published_by")
    if request.method == "POST":
        late: MonthSummary | None = months.filter(pk=pk).first()
        if late is None:
            messages.info(request, _("This draft is not there any more."))
        return late
    found: MonthSummary = get_object_or_404(months, pk=pk)
    return found


def _draft(request: HttpRequest, pk: int) -> MonthSummary | HttpResponse:
    """A draft for a page that changes it; else where to go instead."""
    found = _summary(request, pk)
    if found is None:
        return redirect("budget:desk")
    if not found.is_draft:
        messages.info(request, _("What is published is never changed. Start a correction."))
        return redirect("budget:summary", pk)
    return found


def _of_month(found: MonthSummary) -> dict[str, Any]:
    """What every page of a month says."""
    return {"summary": found, "month_name": month_name(found.year_id, found.month)}


@require_http_methods(_METHODS)
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """A month with its purchases; of a draft it can be said that nothing was bought."""
    by = officer(request)
    found = _summary(request, pk)
    if found is None:
        return redirect("budget:desk")
    form = None
    if request.method == "POST":
        if not found.is_draft:
            messages.info(request, _("What is published is never changed. Start a correction."))
            return redirect("budget:summary", pk)
        form = NothingForm(request.POST)
        if form.is_valid() and _said(request, found, form, by):
            return redirect("budget:summary", pk)
    elif found.is_draft:
        form = NothingForm(initial={"nothing": found.nothing, "note": found.note})
    return _summary_page(request, found, form)


def _said(request: HttpRequest, found: MonthSummary, form: NothingForm, by: User) -> bool:
    try:
        say_nothing(found, form.cleaned_data["nothing"], form.cleaned_data["note"], by=by)
    except RefusedError as refused:
        if refused.code in _TOO_LATE:
            messages.info(request, str(refused))
            return True
        form.say(refused)
        return False
    messages.success(request, _("Saved."))
    return True


def _summary_page(request: HttpRequest, found: MonthSummary, form: NothingForm | None) -> HttpResponse:
    after = request.GET.get("after", "")
    rows = found.purchases.select_related("line__plan").order_by("position")
    if after.isascii() and after.isdigit() and len(after) < 10:
        rows = rows.filter(position__gt=int(after))
    shown = list(rows[: PAGE + 1])
    current = current_of(found.year_id, found.month)
    context = {
        **_of_month(found),
        "form": form,
        "rows": shown[:PAGE],
        "next": shown[PAGE - 1].position if len(shown) > PAGE else "",
        "is_first": not after,
        "sums": sums_of(found.purchases.all()),
        "unlinked": unlinked(found).count() if found.is_draft else 0,
        "current": None if current == found else current,
    }
    wrong = form is not None and form.is_bound
    return show_desk(request, "budget/summary.html", context, room=ROOM, status=422 if wrong else 200)


@require_http_methods(_METHODS)
def summary_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a month public, after it was shown once more with what is still missing."""
    by = officer(request)
    found = _draft(request, pk)
    if isinstance(found, HttpResponse):
        return found
    current = current_of(found.year_id, found.month)
    number = (current.number or 0) if current else 0
    shown = {"seen": str(number), "edits": str(found.edits)}
    form = PublishSummaryForm(request.POST if request.method == "POST" else None, initial=shown)
    if form.is_bound and form.is_valid():
        try:
            publish_summary(found, by=by, seen=form.cleaned_data["seen"], edits=form.cleaned_data["edits"])
        except RefusedError as refused:
            if refused.code in _TOO_LATE:
                messages.info(request, str(refused))
                return redirect("budget:desk")
            form.say(refused)
            form.data = shown
        else:
            messages.success(request, _("Published. Everybody can read it now."))
            return redirect("budget:summary", pk)
    missing, dropped = list(unlinked(found)[: PAGE + 1]), _dropped(found)
    sums = sums_of(found.purchases.all())
    context = {
        **_of_month(found),
        "form": form,
        "sums": sums,
        "unlinked": missing,
        "dropped": dropped,
        "current": current,
        "is_ready": not missing and not dropped and bool(sums.count) != found.nothing,
    }
    status = 422 if form.is_bound else 200
    return show_desk(request, "budget/summary_publish.html", context, room=ROOM, status=status)


def _dropped(found: MonthSummary) -> list[Purchase]:
    """Purchases whose line a later revision has taken out of the budget."""
    known = LineVersion.objects.current().of_year(found.year_id).budget().values("line")
    return list(found.purchases.exclude(line=None).exclude(line__in=known).order_by("position")[: PAGE + 1])


@require_http_methods(_METHODS)
def summary_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the draft of a month away, after asking."""
    by = officer(request)
    found = _draft(request, pk)
    if isinstance(found, HttpResponse):
        return found
    if request.method == "POST":
        try:
            discard_summary(found, by=by)
        except RefusedError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The draft is thrown away. What is published stays as it is."))
        return redirect("budget:desk")
    context = {**_of_month(found), "count": found.purchases.count()}
    return show_desk(request, "budget/summary_discard.html", context, room=ROOM)


@require_http_methods(_METHODS)
def purchase_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new purchase of a draft."""
    by = officer(request)
    found = _draft(request, pk)
    if isinstance(found, HttpResponse):
        return found
    if request.method == "POST":
        return _purchase_sent(request, found, None, by)
    initial = {"position": next_position(found), "status": "running", "source": "budget"}
    return _purchase_page(request, found, PurchaseForm(year=found.year_id, initial=initial), None)


@require_http_methods(_METHODS)
def purchase_edit(request: HttpRequest, pk: int, purchase: int) -> HttpResponse:
    """A purchase of a draft, changed. What somebody else saved meanwhile is never overwritten unseen."""
    by = officer(request)
    found = _draft(request, pk)
    if isinstance(found, HttpResponse):
        return found
    one = found.purchases.select_related("line__plan", "division").filter(pk=purchase).first()
    if one is None:
        return _gone(request, found)
    if request.method == "POST":
        return _purchase_sent(request, found, one, by)
    form = PurchaseForm(year=found.year_id, purchase=one, initial=PurchaseForm.initial_of(one))
    return _purchase_page(request, found, form, one)


def _gone(request: HttpRequest, found: MonthSummary) -> HttpResponse:
    if request.method != "POST":
        raise Http404
    messages.info(request, _("This purchase is not in the month any more."))
    return redirect("budget:summary", found.pk)


def _purchase_sent(request: HttpRequest, found: MonthSummary, one: Purchase | None, by: User) -> HttpResponse:
    if "find" in request.POST:
        # Shown again with what was typed and the lines that were found; nothing is looked through or saved yet.
        typed = request.POST.dict()
        form = PurchaseForm(year=found.year_id, purchase=one, initial=typed, typed=typed)
        return _purchase_page(request, found, form, one, looked=True)
    form = PurchaseForm(request.POST, year=found.year_id, purchase=one)
    if form.is_valid():
        given = form.cleaned_data
        try:
            saved = save_purchase(
                found, form.values(), by=by, purchase=one, seen=given["seen"] or None, position=given["position"]
            )
        except RefusedError as refused:
            if refused.code in _TOO_LATE:
                messages.info(request, str(refused))
                is_there = MonthSummary.objects.filter(pk=found.pk).exists()
                return redirect("budget:summary", found.pk) if is_there else redirect("budget:desk")
            form.say(refused)
            if refused.code == "changed" and one is not None:
                # Whoever sends again has been told.
                one.refresh_from_db()
                form.data = {**request.POST.dict(), "seen": seen_of(one)}
        else:
            messages.success(request, _("Saved."))
            if shortened(form, saved):
                messages.warning(request, _("A person's number was shortened to its last four digits."))
            if "another" in request.POST:
                return redirect("budget:purchase_new", found.pk)
            return redirect("budget:summary", found.pk)
    return _purchase_page(request, found, form, one)


def _purchase_page(
    request: HttpRequest, found: MonthSummary, form: PurchaseForm, one: Purchase | None, *, looked: bool = False
) -> HttpResponse:
    form.look_for_lines()
    context = {**_of_month(found), "form": form, "purchase": one, "looked": looked}
    status = 422 if form.is_bound else 200
    return show_desk(request, "budget/purchase_form.html", context, room=ROOM, status=status)


@require_http_methods(_METHODS)
def purchase_remove(request: HttpRequest, pk: int, purchase: int) -> HttpResponse:
    """Take a purchase out of a draft, after asking."""
    by = officer(request)
    found = _draft(request, pk)
    if isinstance(found, HttpResponse):
        return found
    one = found.purchases.filter(pk=purchase).first()
    if one is None:
        return _gone(request, found)
    if request.method == "POST":
        try:
            remove_purchase(one, by=by)
        except RefusedError as refused:
            messages.info(request, str(refused))
        else:
            messages.success(request, _("The purchase was removed."))
        return redirect("budget:summary", found.pk)
    return show_desk(request, "budget/purchase_remove.html", {**_of_month(found), "purchase": one}, room=ROOM)


@require_http_methods(_METHODS)
def procurement_report_edit(request: HttpRequest, year: int) -> HttpResponse:
    """The yearly report: its words are saved, and published when asked for."""
    by = officer(request)
    try:
        FiscalYear(year)
    except ValueError:
        raise Http404 from None
    report = ProcurementReport.objects.filter(year=year).first()
    if request.method == "POST":
        form: BudgetForm = ProcurementReportForm(request.POST)
        if form.is_valid() and _report_saved(request, year, form, by):
            return redirect("budget:procurement_report_edit", year)
    else:
        form = ProcurementReportForm(
            initial={
                "problems": report.problems if report else "",
                "suggestions": report.suggestions if report else "",
                "edits": report.edits if report else 0,
            }
        )
    context = {"form": form, "report": report, "year": year, "found": year_of_purchases(year)}
    status = 422 if form.is_bound else 200
    return show_desk(request, "budget/procurement_report_form.html", context, room=ROOM, status=status)


def _report_saved(request: HttpRequest, year: int, form: BudgetForm, by: User) -> bool:
    given = form.cleaned_data
    try:
        report = save_report(
            year, problems=given["problems"], suggestions=given["suggestions"], by=by, edits=given["edits"]
        )
        if "publish" in request.POST:
            report = publish_report(year, by=by, edits=report.edits)
    except RefusedError as refused:
        form.say(refused)
        now = ProcurementReport.objects.filter(year=year).first()
        form.data = {**request.POST.dict(), "edits": str(now.edits if now else 0)}
        return False
    published = report.published_at is not None
    messages.success(request, _("Published. Everybody can read it now.") if published else _("Saved."))
    return True
