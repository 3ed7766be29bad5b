"""Open data: the page that lists the files, and the files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ita_portal.spreadsheets import CSV_TYPE, XLSX_TYPE, csv_lines
from organization.models import Municipality

from ..http import budget_public, show
from ..models import MonthSummary, Revision
from ..money import total
from ..opendata import package, rows, sending
from ..opendata.columns import LINES, REVENUE, SPENDING, TRANSFERS, Table, plan_table
from ..opendata.dictionary import dictionary
from ..opendata.files import json_pieces, json_value, workbook
from ..opendata.listing import ListedYear, listed_years
from ..reading.lines import LineFilter
from ..reading.slices import division_names
from ..reading.years import budget_of

JSON_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class _Content:
    """What a file says: its rows, and what its JSON says before and after them."""

    rows: Iterator[rows.Row]
    head: Callable[[], dict[str, Any]]
    tail: Callable[[], dict[str, Any]] = dict


@dataclass(frozen=True, slots=True)
class _File:
    """A file to be answered. name: without its ending. read: all of one moment, when it is sent."""

    table: Table
    name: str
    title: str
    read: Callable[[], _Content]


@budget_public
def data(request: HttpRequest) -> HttpResponse:
    """Every file of every year, the licence, how to cite, and what each column means."""
    context = {"years": listed_years(), "licence": package.LICENCE, "tables": dictionary()}
    return show(request, "budget/data.html", context, room="data")


def _year(year: int) -> rows.YearData:
    found = rows.year_data(year)
    if found is None:
        raise Http404(_("Nothing of the budget of this fiscal year has been published."))
    return found


def _plan(year: int, slug: str) -> Revision:
    found = Revision.objects.current().select_related("plan").filter(plan__year=year)
    revision: Revision | None = next((one for one in found if one.plan.slug == slug), None)
    if revision is None:
        raise Http404(_("There is no such plan."))
    return revision


def _municipality() -> Municipality:
    return Municipality.objects.first() or Municipality(name="–")


def _answer(request: HttpRequest, kind: str, file: _File) -> HttpResponseBase:
    if kind not in ("csv", "json", "xlsx"):
        raise Http404(_("There is no document of this kind."))
    table, name = file.table, f"{file.name}.{kind}"
    if kind == "xlsx":
        with sending.one_state():
            book = workbook(table, file.read().rows, title=file.title, author=_municipality().name)
        return sending.send_file(request, book, XLSX_TYPE, name)
    if kind == "csv":
        pieces = sending.of_one_state(lambda: csv_lines(table.header, file.read().rows))
        return sending.send_pieces(request, pieces, CSV_TYPE, name)
    return sending.send_pieces(request, sending.of_one_state(lambda: _json_of(file)), JSON_TYPE)


def _json_of(file: _File) -> Iterator[bytes]:
    content = file.read()
    return json_pieces(file.table, content.rows, content.head(), content.tail)


def _of_year(
    request: HttpRequest, year: int, kind: str, table: Table, read: Callable[[rows.YearData], _Content]
) -> HttpResponseBase:
    _year(year)  # 404 before anything is sent
    title = f"{table.thai} {year}"
    return _answer(request, kind, _File(table, f"budget-{year}-{table.name}", title, lambda: read(_year(year))))


def _head(found: rows.YearData) -> dict[str, Any]:
    return {"fiscal_year": found.year, "as_of": json_value(found.statement.as_of if found.statement else None)}


@budget_public
def lines_file(request: HttpRequest, year: int, kind: str) -> HttpResponseBase:
    """`lines.{csv,json,xlsx}`: the budget in force with the latest state of spending.

    Narrowed as the list of lines is, by `programme`, `group`, `division`, `source`, `q`.
    """
    absolute = request.build_absolute_uri
    chosen = LineFilter.read(request.GET, division_names() if "division" in request.GET else {})

    def read(found: rows.YearData) -> _Content:
        def head() -> dict[str, Any]:
            return {
                **_head(found),
                "municipality": _municipality().name,
                "licence": package.LICENCE["name"],
                **({"chosen": chosen.narrowing} if chosen.is_narrow else {}),
                "plans": [_plan_words(revision, absolute) for revision in found.revisions],
            }

        return _Content(rows.budget_rows(found, absolute, chosen), head, lambda: _totals(found, chosen))

    return _of_year(request, year, kind, LINES, read)


def _totals(found: rows.YearData, chosen: LineFilter) -> dict[str, Any]:
    money = total(chosen.apply(budget_of(found.year)), found.statement)
    sums = {name: json_value(getattr(money, name)) for name in ("original", "revised", "obligated", "disbursed")}
    counts = {"lines": money.lines, "unknown": money.unknown, "unknown_original": money.unknown_original}
    return {"totals": {**sums, **counts}}


def _plan_words(revision: Revision, absolute: rows.Absolute) -> dict[str, Any]:
    plan, published = revision.plan, revision.published_at
    with override("th"):
        page = absolute(plan.get_absolute_url())
        files = {
            kind: absolute(reverse("budget:plan_file", args=[plan.year_id, plan.slug, kind]))
            for kind in ("csv", "json", "xlsx")
        }
    return {
        "id": plan.slug,
        "kind": plan.kind,
        "title": revision.title,
        "revision": revision.number,
        "published_at": timezone.localtime(published).isoformat() if published else None,
        "in_lines": plan.is_budget,
        "url": page,
        "files": files,
    }


@budget_public
def spending_file(request: HttpRequest, year: int, kind: str) -> HttpResponseBase:
    """`spending.{csv,json,xlsx}`: each line at the end of each month that was told."""
    return _of_year(
        request, year, kind, SPENDING, lambda found: _Content(rows.spending_rows(found), lambda: _head(found))
    )


@budget_public
def revenue_file(request: HttpRequest, year: int, kind: str) -> HttpResponseBase:
    """`revenue.{csv,json,xlsx}`: what was expected and what came in."""
    absolute = request.build_absolute_uri

    def read(found: rows.YearData) -> _Content:
        return _Content(rows.revenue_rows(found, absolute), lambda: _head(found))

    return _of_year(request, year, kind, REVENUE, read)


@budget_public
def transfers_file(request: HttpRequest, year: int, kind: str) -> HttpResponseBase:
    """`transfers.{csv,json,xlsx}`: money that moved between lines, by whom it was approved."""
    return _of_year(
        request, year, kind, TRANSFERS, lambda found: _Content(rows.transfer_rows(found), lambda: _head(found))
    )


@budget_public
def plan_file(request: HttpRequest, year: int, plan: str, kind: str) -> HttpResponseBase:
    """`plans/<plan>/lines.{csv,json,xlsx}`: the revision in force of a plan, with all that it says."""
    absolute = request.build_absolute_uri
    found = _plan(year, plan)

    def read() -> _Content:
        revision = _plan(year, plan)
        return _Content(
            rows.plan_rows(revision, absolute),
            lambda: {"fiscal_year": year, "plan": _plan_words(revision, absolute)},
        )

    table = plan_table(found.plan.kind)
    return _answer(request, kind, _File(table, f"budget-{year}-{plan}", f"{found.plan.slug} {year}", read))


@budget_public
def all_lines(request: HttpRequest) -> HttpResponseBase:
    """`lines.csv`: the budgets of all years in one file, the latest first."""
    absolute = request.build_absolute_uri

    def read() -> _Content:
        return _Content(rows.all_budget_rows(rows.years_data(), absolute), dict)

    return _answer(request, "csv", _File(LINES, "budget-lines", LINES.thai, read))


@budget_public
def year_package(request: HttpRequest, year: int) -> HttpResponse:
    """`datapackage.json`: what the files of a year are, for programs."""
    found = _year(year)
    summaries = MonthSummary.objects.current().filter(year=year).order_by("-published_at")
    bought = summaries.values_list("published_at", flat=True).first()
    listed = ListedYear.of(found, bought)
    return _package(
        package.year_package(
            found,
            _municipality(),
            request.build_absolute_uri,
            purchases=listed.has_purchases,
            updated=listed.updated,
        )
    )


@budget_public
def plan_package(request: HttpRequest, year: int, plan: str) -> HttpResponse:
    """The same of one plan."""
    return _package(package.plan_package(_plan(year, plan), _municipality(), request.build_absolute_uri))


def _package(made: dict[str, Any]) -> HttpResponse:
    response = HttpResponse(json.dumps(made, ensure_ascii=False, indent=1), content_type=JSON_TYPE)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
