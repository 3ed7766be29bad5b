"""A plan with its documents and revisions, and what changed between two of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ita_portal.fiscal import FIRST_YEAR, LAST_YEAR
from ita_portal.spreadsheets import CSV_TYPE, csv_lines
from ita_portal.uploads import serve_file

from ..choices import State
from ..http import budget_public, open_to_all, show
from ..models import Document, Plan, Revision
from ..opendata.columns import CHANGES
from ..opendata.rows import Row, change_rows
from ..opendata.sending import of_one_state, send_pieces
from ..reading.plans import FATES, RevisionPage, changes_page, differences_of, revision_page, two_revisions
from ..voices_reading import comments_of_plan
from .lines import FORMATS

_MOST_REVISIONS = 32767


def _read(year: int, plan: str, number: int | None, after: str) -> RevisionPage:
    try:
        if not FIRST_YEAR <= year <= LAST_YEAR or (number or 0) > _MOST_REVISIONS:
            raise Plan.DoesNotExist
        return revision_page(year, plan, number, after)
    except (Plan.DoesNotExist, Revision.DoesNotExist):
        raise Http404(_("No such plan has been published.")) from None


@budget_public
def plan(request: HttpRequest, year: int, plan: str) -> HttpResponse:
    """A plan as it is in force: documents, revisions, lines. `?after=`: further lines."""
    shown = _read(year, plan, None, request.GET.get("after", ""))
    context = {"shown": shown, "said": comments_of_plan(shown.plan), "formats": FORMATS}
    return show(request, "budget/plan.html", context, year=year)


@budget_public
def revision(request: HttpRequest, year: int, plan: str, number: int) -> HttpResponse:
    """A published revision as it was, however many follow it. `?after=`: further lines."""
    context = {"shown": _read(year, plan, number, request.GET.get("after", ""))}
    return show(request, "budget/revision.html", context, year=year)


@budget_public
def changes(request: HttpRequest, year: int, plan: str, before: int, after: int) -> HttpResponse:
    """What changed between two published revisions. `?status=added|removed|changed`; `?after=50`: further lines."""
    asked = request.GET.get("status", "")
    start = request.GET.get("after", "")
    skipped = int(start) if re.fullmatch(r"[0-9]{1,6}", start) else 0
    try:
        if not FIRST_YEAR <= year <= LAST_YEAR or max(before, after) > _MOST_REVISIONS:
            raise Plan.DoesNotExist
        shown = changes_page(year, plan, (before, after), asked if asked in FATES else "", skipped)
    except (Plan.DoesNotExist, Revision.DoesNotExist):
        raise Http404(_("There are no two published revisions of these numbers.")) from None
    return show(request, "budget/changes.html", {"shown": shown}, year=year)


@budget_public
def changes_file(request: HttpRequest, year: int, plan: str, before: int, after: int) -> HttpResponseBase:
    """The same as CSV, every line at once. `?status=added|removed|changed`."""
    asked = request.GET.get("status", "")
    try:
        if not FIRST_YEAR <= year <= LAST_YEAR or max(before, after) > _MOST_REVISIONS:
            raise Plan.DoesNotExist
        of_plan, earlier, later = two_revisions(year, plan, (before, after))
    except (Plan.DoesNotExist, Revision.DoesNotExist):
        raise Http404(_("There are no two published revisions of these numbers.")) from None

    def rows() -> Iterator[Row]:
        found = differences_of(earlier, later)
        chosen = [one for one in found if asked not in FATES or one.fate == asked]
        yield from change_rows(of_plan, (before, after), chosen, request.build_absolute_uri)

    pieces = of_one_state(lambda: csv_lines(CHANGES.header, rows()))
    return send_pieces(request, pieces, CSV_TYPE, f"budget-{year}-{plan}-changes-{before}-{after}.csv")


@open_to_all
@require_safe
def document(request: HttpRequest, year: int, plan: str, pk: int) -> FileResponse:
    """A document of a published revision. Http404 for one of a draft, for everybody."""
    if not FIRST_YEAR <= year <= LAST_YEAR or pk >= 2**63:
        raise Http404
    found = Document.objects.filter(
        pk=pk, revision__state=State.PUBLISHED, revision__plan__in=Plan.objects.at(year, plan).public()
    ).first()
    if found is None:
        raise Http404(_("There is no published document at this address."))
    try:
        content = found.file.open("rb")
    except FileNotFoundError:
        raise Http404(_("There is no published document at this address.")) from None
    return serve_file(content, found.name, found.content_type, sha256=found.sha256)
