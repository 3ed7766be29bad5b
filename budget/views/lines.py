"""Lines: a year's list, a search over all years, a line's own page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from ita_portal.fiscal import FIRST_YEAR, LAST_YEAR
from ita_portal.spreadsheets import CSV_TYPE, csv_lines

from ..choices import BUDGET_KINDS, Group, Programme, Source
from ..http import budget_public, show
from ..models import Line, Plan
from ..models.plans import CODE
from ..money import total
from ..opendata.columns import LINES
from ..opendata.rows import Row, budget_rows, year_data
from ..opendata.sending import of_one_state, send_pieces
from ..reading.line import line_page
from ..reading.lines import Found, LineFilter, asked_words, can_be_searched, page_of_lines
from ..reading.lines import search as found_in_all_years
from ..reading.quarters import current_statements
from ..reading.slices import division_names
from ..reading.years import budget_of, listed
from ..voices_reading import comments_of_line
from .public import open_year

FORMATS = (("csv", "CSV"), ("xlsx", "Excel"), ("json", "JSON"))


@budget_public
def search(request: HttpRequest) -> HttpResponse:
    """Lines of all years that hold every word of `q`, inside Thai words too; the newest year first."""
    words = asked_words(request.GET.get("q", ""))
    too_short = bool(words) and not can_be_searched(words)
    after = request.GET.get("after", "")
    found = found_in_all_years(words, after) if words and not too_short else Found((), "")
    context = {"words": words, "too_short": too_short, "found": found, "is_first": not after}
    return show(request, "budget/search.html", context)


@budget_public
def lines(request: HttpRequest, year: int) -> HttpResponseBase:
    """Every line of a year's budget in force, narrowed by `programme`, `group`, `division`, `source`, `q`; ordered as
    the plans have them, or `sort=amount`. `after`: further lines. `format=csv`: all that are let through as a file."""
    open_year(year)
    divisions = division_names()
    chosen = LineFilter.read(request.GET, divisions)
    if request.GET.get("format") == "csv":
        return _chosen_file(request, year, chosen)
    statements = current_statements(year)
    statement = statements[-1] if statements else None
    rows = budget_of(year)
    page = page_of_lines(listed(year, *BUDGET_KINDS), statement, chosen, request.GET.get("after", ""))
    context = {
        "chosen": chosen,
        "page": page,
        "money": total(chosen.apply(rows), statement),
        "statement": statement,
        "formats": FORMATS,
        "choices": (
            ("programme", _("Programme"), Programme.choices, chosen.programme, False),
            ("group", _("Expenditure group"), Group.choices, chosen.group, False),
            ("division", _("Division"), [(str(pk), name) for pk, name in divisions.items()], chosen.division, True),
            ("source", _("Source of money"), Source.choices, chosen.source, False),
        ),
    }
    return show(request, "budget/lines.html", context, year=year, room="lines")


def _chosen_file(request: HttpRequest, year: int, chosen: LineFilter) -> HttpResponseBase:
    """The lines that are let through, in the columns of the year's own file."""

    def rows() -> Iterator[Row]:
        data = year_data(year)
        if data is None:
            return
        found = chosen.apply(budget_of(year)).order_by()
        plans = found.values_list("line__plan__kind", "line__plan__number", "line__code")
        wanted = {f"{Plan(kind=kind, number=number).slug}/{code}" for kind, number, code in plans}
        yield from (row for row in budget_rows(data, request.build_absolute_uri) if row[1] in wanted)

    pieces = of_one_state(lambda: csv_lines(LINES.header, rows()))
    return send_pieces(request, pieces, CSV_TYPE, f"budget-{year}-chosen-lines.csv")


@budget_public
def line(request: HttpRequest, year: int, plan: str, code: str) -> HttpResponse:
    """A line's own page: an address that can be cited."""
    try:
        if not FIRST_YEAR <= year <= LAST_YEAR or not re.fullmatch(CODE, code):
            raise Line.DoesNotExist
        shown = line_page(year, plan, code)
    except Line.DoesNotExist:
        raise Http404(_("There is no published line at this address.")) from None
    context = {"shown": shown, "said": comments_of_line(shown.line)}
    return show(request, "budget/line.html", context, year=year, room="lines")
