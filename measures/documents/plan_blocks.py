"""From the blocks of a file (lines and rows) to its cover, its issue areas and its closing section."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from ..plan_data import PlanProblem
from . import limits
from .package import refuse
from .plan_table import (
    COLUMNS,
    GROUP,
    HEADINGS,
    Cell,
    Line,
    RawArea,
    Row,
    area_heading,
    by_column,
    column_named,
    is_closing,
    is_header,
    is_second_header,
)
from .text import skeleton


def in_column(cell: Cell, column: str) -> str:
    """The place of a cell with the heading over it."""
    return _("%(place)s, column “%(column)s”") % {"place": cell.place, "column": HEADINGS[column]}


@dataclass
class PlanBlocks:
    """What stands before, in and after the table. `problems` holds what was in no understandable place."""

    cover: list[Line] = field(default_factory=list)
    areas: list[RawArea] = field(default_factory=list)
    closing: list[Line] = field(default_factory=list)
    problems: list[PlanProblem] = field(default_factory=list)
    found_table: bool = False


MAX_BLOCKS = 5000
MAX_LETTERS = 1_000_000
"""Rows and lines, and letters in them, above which a file is no plan: a real one has some dozen and 6,000."""


def _size(block: Line | Row) -> int:
    if isinstance(block, Line):
        return len(block.text)
    return sum(len(line) for _left, _right, cell in block.cells for line in cell.lines)


def gather(blocks: Iterable[Line | Row]) -> PlanBlocks:
    """Sort the blocks of a file by where they stand."""
    return _Gatherer().run(blocks)


class _Gatherer:
    def __init__(self) -> None:
        self.result = PlanBlocks()
        self.columns: dict[str, tuple[float, float]] | None = None
        self.header: Row | None = None
        self.closed = False

    def run(self, blocks: Iterable[Line | Row]) -> PlanBlocks:
        letters = 0
        for number, block in enumerate(blocks):
            letters += _size(block)
            if number > MAX_BLOCKS or letters > MAX_LETTERS:
                raise refuse(_("it holds far more than a plan"))
            if isinstance(block, Row):
                self._row(block)
            else:
                self._line(block)
        self._end_header()
        return self.result

    def _line(self, line: Line) -> None:
        if self.closed:
            self.result.closing.append(line)
        elif is_closing(line.text):
            self.closed = True
        elif not self.result.found_table:
            self.result.cover.append(line)
        # A line between two tables is a repeated title or a page's remark.

    def _row(self, row: Row) -> None:
        if is_header(row) and not self.closed:
            self._end_header()
            self.result.found_table = True
            self.header, self.columns = row, None
            self._take_headings(row)
            return
        if self.header is not None and is_second_header(row):
            self._take_headings(row)
            self._end_header()
            return
        self._end_header()
        first = next((cell for _left, _right, cell in row.cells if cell.lines), None)
        if first is None or self.closed or not self.result.found_table or is_closing(first.text):
            self._as_lines(row)
        elif self.columns:
            self._body(row)

    def _take_headings(self, row: Row) -> None:
        self.columns = self.columns or {}
        for left, right, cell in row.cells:
            name = column_named(cell)
            if name is None and cell.lines:
                reason = _("the column “%(heading)s” is not part of the official table") % {"heading": cell.text[:60]}
                self.result.problems.append(PlanProblem(cell.place, reason))
            elif name is not None and name != GROUP:
                self.columns.setdefault(name, (left, right))

    def _end_header(self) -> None:
        """All six headings must be there once the heading is read; else its table cannot be understood."""
        if self.header is None:
            return
        place, self.header = self.header.place, None
        missing = [HEADINGS[name] for name in COLUMNS if name not in (self.columns or {})]
        if missing:
            reason = _("these columns are missing: %(columns)s") % {"columns": ", ".join(missing)}
            self.result.problems.append(PlanProblem(place, reason))
            self.columns = None

    def _as_lines(self, row: Row) -> None:
        texts = [(line, cell.place) for _left, _right, cell in row.cells for line in cell.lines]
        for text, place in texts or [("", row.place)]:
            self._line(Line(text, place))

    def _body(self, row: Row) -> None:
        cells, outside = by_column(row, self.columns or {})
        reason = _("this text stands outside the columns of the table")
        self.result.problems += [PlanProblem(cell.place, reason) for cell in outside]
        issue = cells.get("issue")
        if issue is not None and issue.lines and not self._continues(issue):
            heading = area_heading(issue)
            if heading is None:
                reason = _("an issue area begins with its number, for example “(1) …”")
                self.result.problems.append(PlanProblem(in_column(issue, "issue"), reason))
                heading = (0, issue.text)
            number, title = heading
            if any(area.number == number for area in self.result.areas) and number:
                self.result.problems.append(PlanProblem(in_column(issue, "issue"), limits.twice(f"({number})")))
            if not title or number > limits.AREA_NUMBER:
                reason = _("an issue area has a number from 1 and a title")
                self.result.problems.append(PlanProblem(in_column(issue, "issue"), reason))
            self.result.areas.append(RawArea(number, title, issue))
        if not self.result.areas:
            reason = _("this row belongs to no issue area; the first cell names one, for example “(1) …”")
            self.result.problems.append(PlanProblem(row.place, reason))
            return
        self.result.areas[-1].rows.append({name: cells.get(name) or Cell((), row.place) for name in COLUMNS})

    def _continues(self, issue: Cell) -> bool:
        """Whether the cell repeats the area above it, as on the next page."""
        heading = area_heading(issue)
        last = self.result.areas[-1] if self.result.areas else None
        return (
            last is not None
            and heading is not None
            and (heading[0], skeleton(heading[1])) == (last.number, skeleton(last.title))
        )
