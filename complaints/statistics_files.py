"""The statistics of a year as CSV for programs and as Excel for the assessor's file."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

from django.utils.translation import gettext as _

from ita_portal.spreadsheets import Sheet, write_csv, write_xlsx

from .statistics_page import Period, StatisticsPage

CSV_HEADER = ("fiscal_year", "period", "key", "label", "received", "in_progress", "finished", "state", "statement")


def statistics_csv(page: StatisticsPage) -> bytes:
    """One row a period: 12 months, 4 quarters, 2 half-years, the year."""
    periods = [*page.months, *page.quarters, *page.halves, page.whole]
    return write_csv(CSV_HEADER, [_csv_row(page, period) for period in periods])


def _csv_row(page: StatisticsPage, period: Period) -> list[str | int | None]:
    kind = "year" if period.kind == "fiscal_year" else period.kind
    return [page.year, kind, period.key, period.label, *_numbers(period), period.state, period.statement]


def _numbers(period: Period) -> list[int | None]:
    """Received, in progress, finished; empty where the time has not come: 0 would say that nothing came in."""
    counts = period.counts
    return [None] * 3 if period.state == "future" else [counts.received, counts.in_progress, counts.finished]


def statistics_xlsx(page: StatisticsPage, municipality: str) -> bytes:
    """The table of the page, in the columns that the assessor looks for."""
    title = _("Statistics of complaints about corruption and misconduct, fiscal year %(year)d") % {"year": page.year}
    sheet = Sheet(
        title=str(page.year),
        header=[_("Month"), _("Complaints"), _("In progress"), _("Finished"), _("In words")],
        rows=[[period.label, *_numbers(period), period.statement] for period in page.rows],
        widths=(34, 16, 18, 18, 70),
        above=(title, municipality),
        below=(page.whole.statement,),
        centred=(1, 2, 3),
    )
    return _of_the_day(write_xlsx([sheet], title=title, author=municipality), page.day)


def _of_the_day(workbook: bytes, day: dt.date) -> bytes:
    """The workbook without the moment at which it was made: it is made anew when a complaint comes."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:\w+ [^>]*>)[^<]*", rb"\g<1>%sT00:00:00Z" % str(day).encode(), content)
            new.writestr(zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()
