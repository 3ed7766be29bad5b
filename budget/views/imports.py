"""Files that officers bring: a template, the check, what it would do, storing exactly that, and the record of all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.db.models.fields.json import KT
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ita_portal.fiscal import BANGKOK, FIRST_YEAR, LAST_YEAR, FiscalYear
from ita_portal.keyset import Keyset
from ita_portal.spreadsheets import CSV_TYPE, XLSX_TYPE, Value, write_csv
from ita_portal.uploads import serve_file
from organization.models import User

from ..desk_reading import month_name
from ..errors import RefusedError
from ..forms.imports import LinesUploadForm, SpendingUploadForm, UploadForm, UploadsFilter
from ..http import officer, show_desk
from ..importing.known import Known
from ..importing.lines import Draft
from ..importing.record import Target, store_upload, target_of
from ..importing.record import upload_file as keep_file
from ..importing.spending import Books
from ..importing.template import (
    KINDS,
    MOST_LINES,
    PURCHASES,
    SPENDING,
    line_rows,
    spending_rows,
    template_columns,
    template_xlsx,
)
from ..models import MonthSummary, Revision, Statement, Upload

ROOM = "uploads"
ORDER = Keyset(Upload, "-pk")
PAGE = 25
SHOWN_PROBLEMS = 50
MOST_KEY = 2**63 - 1


@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """A table to fill in. `draft`, `statement`: with the lines of that draft, or of the year of that statement."""
    officer(request)
    if kind not in KINDS:
        raise Http404
    year, rows = _template_rows(request, kind)
    response = HttpResponse(template_xlsx(kind, year, rows), content_type=XLSX_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="budget-{kind}-{year}.xlsx"'
    return response


def _template_rows(request: HttpRequest, kind: str) -> tuple[int, Iterator[list[Value]] | None]:
    if kind == SPENDING and (pk := _number(request, "statement")):
        statement = get_object_or_404(Statement, pk=pk)
        books = Books.load(statement)
        columns = template_columns(kind, statement.year_id)
        return statement.year_id, spending_rows(books, Known.load(), columns) if len(
            books.lines
        ) <= MOST_LINES else None
    if kind not in (SPENDING, PURCHASES) and (pk := _number(request, "draft")):
        revision = get_object_or_404(Revision.objects.select_related("plan"), pk=pk, plan__kind=kind)
        year = revision.plan.year_id
        if revision.versions.count() > MOST_LINES:
            return year, None
        return year, line_rows(Draft.load(revision), Known.load(), template_columns(kind, year))
    year = _number(request, "year")
    return year if FIRST_YEAR <= year <= LAST_YEAR else FiscalYear.current().number, None


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


@require_http_methods(["GET", "HEAD", "POST"])
def upload_lines(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of lines for a draft."""
    by = officer(request)
    draft = get_object_or_404(Revision.objects.select_related("plan", "based_on"), pk=_key(pk))
    if not draft.is_draft:
        messages.info(request, _("This draft is published. What is published is never changed: start a revision."))
        return redirect(draft)
    moves = draft.based_on_id is not None and draft.plan.is_budget
    words = {name: getattr(draft, name) for name in ("approver", "approved_on", "document_number")} if moves else {}
    form = LinesUploadForm(*_sent(request), moves=moves, initial=words)
    return _upload(request, draft, form, by, {
        "title": f"{draft.plan.name} {draft.plan.year_id}", "back": reverse("budget:draft", args=[draft.pk]),
        "year": draft.plan.year_id, "kind": draft.plan.kind, "moves": moves, "has_lines": draft.versions.exists(),
        "template_query": f"draft={draft.pk}",
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def upload_spending(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of spending or revenue for a statement."""
    by = officer(request)
    statement = get_object_or_404(Statement, pk=_key(pk))
    if not statement.is_draft:
        messages.info(request, _("What is published is never changed. Start a correction."))
        return redirect("budget:statement", statement.pk)
    before = Statement.objects.current().filter(year=statement.year_id, month__lt=statement.month)
    last = before.order_by("-month").values_list("month", flat=True).first()
    form = SpendingUploadForm(*_sent(request))
    return _upload(request, statement, form, by, {
        "title": _("Spending up to the end of %(month)s") % {"month": month_name(statement.month, statement.year_id)},
        "back": reverse("budget:statement", args=[statement.pk]), "year": statement.year_id, "kind": SPENDING,
        "before": None if last is None else month_name(last, statement.year_id), "has_lines": True,
        "template_query": f"statement={statement.pk}",
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def upload_purchases(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of a month's purchases."""
    by = officer(request)
    summary = get_object_or_404(MonthSummary, pk=_key(pk))
    if not summary.is_draft:
        messages.info(request, _("What is published is never changed. Start a correction."))
        return redirect("budget:summary", summary.pk)
    form = UploadForm(*_sent(request))
    return _upload(request, summary, form, by, {
        "title": _("Purchases of %(month)s") % {"month": month_name(summary.month, summary.year_id)},
        "back": reverse("budget:summary", args=[summary.pk]), "year": summary.year_id, "kind": PURCHASES,
        "has_lines": False,
    })  # fmt: skip


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    """What a form is bound to: an empty form that was sent is wrong, one that is shown is not."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _key(pk: int) -> int:
    if pk > MOST_KEY:
        raise Http404
    return pk


def _upload(
    request: HttpRequest, target: Target, form: UploadForm, by: User, context: dict[str, Any]
) -> HttpResponseBase:
    """The form of a file, or what became of it."""
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                kept, _found = keep_file(target, form.cleaned_data["file"], form.options(), by=by)
            except RefusedError as refused:
                form.say(refused)
            else:
                return redirect("budget:upload", kept.pk)
        status = 422
    return show_desk(request, "budget/upload_new.html", {"form": form, **context}, room=ROOM, status=status)


def _records() -> QuerySet[Upload]:
    return Upload.objects.select_related("revision__plan", "statement", "summary", "made_by", "stored_by")


def _back_of(target: Target | None) -> str:
    """Where the draft of a file is worked on."""
    if isinstance(target, Revision):
        return reverse("budget:draft", args=[target.pk]) if target.is_draft else target.get_absolute_url()
    if target is None:
        return reverse("budget:desk")
    name = "budget:statement" if isinstance(target, Statement) else "budget:summary"
    return reverse(name, args=[target.pk])


def _again_of(target: Target | None) -> str:
    """Where another file for the same draft is uploaded; empty where that cannot be."""
    if target is None or not target.is_draft:
        return ""
    names = {
        Revision: "budget:upload_lines",
        Statement: "budget:upload_spending",
        MonthSummary: "budget:upload_purchases",
    }
    return reverse(names[type(target)], args=[target.pk])


@require_safe
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """What a file would do, or did."""
    officer(request)
    return _page(request, get_object_or_404(_records(), pk=_key(pk)))


def _page(request: HttpRequest, found: Upload, *, said: str = "", status: int = 200) -> HttpResponse:
    target = target_of(found)
    again = _again_of(target)
    edits = found.options.get("edits")
    stale = bool(again) and isinstance(target, Revision) and edits is not None and edits != target.edits
    counts = found.counts
    thai = (get_language() or "th").startswith("th")
    context = {
        "upload": found, "counts": counts, "said": said, "back": _back_of(target), "again": again, "target": target,
        "name": _name(target) or found.target,
        "problems": found.problems[:SHOWN_PROBLEMS],
        "more_problems": counts.get("problems", len(found.problems)) - SHOWN_PROBLEMS,
        "warnings": [{**warning,
                      "reason": warning["th" if thai else "en"]} for warning in counts.get("warnings",
                                                                                           [])[:SHOWN_PROBLEMS]],
        "more_warnings": counts.get("warned", 0) - SHOWN_PROBLEMS,
        "fates": [
            (fate, rows, counts.get(fate, 0) - len(rows))
            for fate in ("changed", "new", "removed") if (rows := counts.get("shown", {}).get(fate))
        ],
        "stale": stale and not found.stored_at,
        "can_store": bool(again) and not found.problems and not found.stored_at and not stale,
        "nothing_new": not any(counts.get(fate) for fate in ("new", "changed", "removed")),
        "named_totals": counts.get("totals", []),
        "has_before": any(total["before"] for total in counts.get("totals", [])),
        "by_method": found.kind == "purchases",
    }  # fmt: skip
    return show_desk(request, "budget/upload.html", context, room=ROOM, status=status)


def _name(target: Target | None) -> str:
    if target is None:
        return ""
    if isinstance(target, Revision):
        return f"{target.plan.name} {target.plan.year_id}"
    month = month_name(target.month, target.year_id)
    if isinstance(target, Statement):
        return _("Spending up to the end of %(month)s") % {"month": month}
    return _("Purchases of %(month)s") % {"month": month}


@require_POST
def upload_store(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Store what the check has found; sent twice, it is stored once."""
    by = officer(request)
    found = get_object_or_404(_records(), pk=_key(pk))
    try:
        stored = store_upload(found, by=by)
    except RefusedError as refused:
        return _page(request, found, said=str(refused), status=422)
    messages.success(
        request,
        _("Stored from the file. New: %(new)s. Changed: %(changed)s. Removed: %(removed)s. As they were: %(same)s.")
        % {name: stored.counts.get(name, 0) for name in ("new", "changed", "removed", "same")},
    )
    return redirect(_back_of(target_of(found)))


@require_safe
def upload_problems(request: HttpRequest, pk: int) -> HttpResponse:
    """The problems of a file as CSV, the first thousand of them."""
    officer(request)
    found = get_object_or_404(Upload, pk=_key(pk))
    header = [_("sheet"), _("row"), _("cell"), _("column"), _("value"), "เหตุผล", "reason"]
    rows = [
        [problem[key] or None if key == "row" else problem[key] for key in ("sheet", "row", "cell", "column",
                                                                            "value", "th", "en")]
        for problem in found.problems
    ]  # fmt: skip
    response = HttpResponse(write_csv(header, rows), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="upload-{found.pk}-problems.csv"'
    return response


@require_safe
def upload_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as it came, for budget officers alone: it may hold what is not published."""
    officer(request)
    found = get_object_or_404(Upload, pk=_key(pk))
    try:
        content = found.file.open("rb")
    except OSError:
        raise Http404 from None
    return serve_file(content, found.name, found.content_type, sha256=found.sha256)


@require_safe
def uploads(request: HttpRequest) -> HttpResponse:
    """Every file that was checked, the latest first."""
    officer(request)
    form = UploadsFilter(request.GET)
    form.is_valid()
    given = getattr(form, "cleaned_data", {})
    rows = _records().defer("problems", "counts", "options").annotate(
        row_count=KT("counts__rows"), refused_count=KT("counts__problems")
    )  # fmt: skip
    if given.get("kind"):
        rows = rows.filter(kind=given["kind"])
    if given.get("by"):
        rows = rows.filter(made_by=given["by"])
    if given.get("since"):
        rows = rows.filter(made_at__gte=dt.datetime.combine(given["since"], dt.time(), BANGKOK))
    if given.get("until"):
        rows = rows.filter(made_at__lt=dt.datetime.combine(given["until"] + dt.timedelta(days=1), dt.time(), BANGKOK))
    page = ORDER.page(rows, request.GET.get("after", ""), PAGE)
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "form": form, "page": page, "filtered": any(given.get(name) for name in form.fields),
        "query": query.urlencode(),
        "rows": [(row, _name(target_of(row)) or row.target) for row in page.rows],
    }  # fmt: skip
    return show_desk(request, "budget/uploads.html", context, room=ROOM)
