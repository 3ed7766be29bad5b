"""Tables to fill in: empty with an example, or with the lines that are there; each column explained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from ita_portal.spreadsheets import Sheet, Value, write_xlsx
from ita_portal.tables.headings import Column
from ita_portal.thai import SHORT_MONTHS

from ..choices import BUDGET_KINDS, PlanKind
from .cells import WORDS
from .columns import TOLD, lines_layout, spending_layout
from .known import Known
from .lines import Draft, revised_of
from .months import MONTH_KEYS
from .purchase_columns import COLUMNS as PURCHASE_COLUMNS
from .purchase_columns import OFF_BUDGET
from .spending import Books
from .words import METHOD_WORDS, PROGRAMME_WORDS, SOURCE_WORDS, STATE_WORDS

SPENDING, PURCHASES = "spending", "purchases"
KINDS = (*PlanKind.values, SPENDING, PURCHASES)
"""What there is a template for."""
MOST_LINES = 5000
"""Lines that a template is filled with; for more there are the open data."""
_READ_ONLY = frozenset({"net", "months", *MONTH_KEYS})
"""Columns that are read, but have a better one beside them."""
_MONEY = frozenset({"transferred_in", "transferred_out", "revised"})
_ALLOWED = {**WORDS, "programme": PROGRAMME_WORDS}


def template_columns(kind: str, year: int) -> list[Column]:
    """The columns of a template, in their order."""
    if kind == PURCHASES:
        return list(PURCHASE_COLUMNS)
    if kind == SPENDING:
        return list(spending_layout(year).headings.columns)
    hidden = set(_READ_ONLY)
    if kind not in BUDGET_KINDS:
        hidden |= _MONEY
    if kind in (PlanKind.ACTION, PlanKind.PROCUREMENT):
        hidden |= {"q1", "q2", "q3", "q4"}
    if kind == PlanKind.ACTION:
        hidden.add("method")
    return [column for column in lines_layout(kind, year).headings.columns if column.key not in hidden]


def line_rows(draft: Draft, known: Known, columns: Sequence[Column]) -> Iterator[list[Value]]:
    """The lines of a draft as rows of a template."""
    for code, values in draft.lines.items():
        yield [_written(column.key, code, values, draft, known) for column in columns]


def _written(  # noqa: PLR0911 - one for each column that is not written as it is
    key: str, code: str, values: Mapping[str, Any], draft: Draft, known: Known
) -> Value:
    if key == "code":
        return code
    if key == "revised":
        return revised_of(values)
    if key == "division":
        return known.names.get(values["division_id"] or 0)
    if key == "serves":
        return draft.serves.shown.get(values["serves_id"] or 0)
    value = values[key]
    if key in ("month_from", "month_to"):
        return None if value is None else SHORT_MONTHS[(value + 8) % 12]
    if key in _ALLOWED:
        return _ALLOWED[key].written(value, "th")
    if key in ("transferred_in", "transferred_out") and values["original"] is None:
        return None
    found: Value = value
    return found


def spending_rows(books: Books, known: Known, columns: Sequence[Column]) -> Iterator[list[Value]]:
    """The lines in force as rows of a statement's template, with what its draft says."""
    for fact in books.lines:
        told = dict(zip(TOLD, books.now.get(fact.pk, (None, None, None)), strict=True))
        values = {**fact.values, **told, "code": f"{fact.slug}/{fact.code}"}
        values["division"] = known.names.get(fact.values["division_id"] or 0)
        yield [
            _ALLOWED[column.key].written(values.get(column.key) or "", "th")
            if column.key in _ALLOWED
            else values.get(column.key)
            for column in columns
        ]


def template_xlsx(kind: str, year: int, rows: Iterable[Sequence[Value]] | None = None) -> bytes:
    """A workbook: the table with an example row or with `rows`, its columns explained, the words that it knows."""
    columns = template_columns(kind, year)
    known = Known.load()
    divisions = list(known.names.values())
    example: list[Value] = [
        divisions[0] if column.key == "division" and divisions else column.example for column in columns
    ]
    table = Sheet(
        title=_("Table"), header=[column.heading() for column in columns],
        rows=[example] if rows is None else list(rows), widths=[column.width for column in columns],
    )  # fmt: skip
    explained = Sheet(
        title=_("Columns"),
        header=[_("column"), _("needed"), _("what belongs there"), _("what may stand there")],
        rows=[
            [f"{column.thai} / {column.english}", _("yes") if column.needed else "", str(column.help),
             ", ".join(_allowed(kind, column.key, divisions))]
            for column in columns
        ],
        widths=[36, 10, 60, 70],
        above=[_("The columns of the table. Delete the example row before you upload it.")],
        below=[
            _("Columns may stand in any order; others are passed over. Rows that only name a programme, work, group or "
              "category set what follows them."),
            _("Rows that begin with “รวม” are checked against the rows that they add up, and not stored."),
            _("An empty amount is not known. Write 0 where it is nothing."),
        ],
    )  # fmt: skip
    return write_xlsx([table, explained], title=_("Table"))


def _allowed(kind: str, key: str, divisions: Sequence[str]) -> list[str]:
    if key == "division":
        return list(divisions)
    if kind == PURCHASES:
        found = {"method": METHOD_WORDS.thai, "status": STATE_WORDS.thai, "source": SOURCE_WORDS.thai,
                 "line": [OFF_BUDGET[0]]}  # fmt: skip
        return found.get(key, [])
    return _ALLOWED[key].thai if key in _ALLOWED else []
