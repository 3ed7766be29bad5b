"""The official table as rows of cells, whatever file it stands in: the layout written, and the structure read.

Reading is in two steps. Here cells become questions, findings and steps, by where they stand; what the words in them
mean is `plan_reading`'s. The same first step is done with the hidden copy of the plan, so that the two can be compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..plan_data import AreaData, PlanData
from . import words
from .plan_cells import area_cells
from .responsible import means_everybody
from .text import join_soft, list_items, marker_kind, skeleton, tidy, without_marker

COLUMNS = ("issue", "question", "finding", "steps", "schedule", "owner")
HEADINGS = dict(zip(COLUMNS, words.PLAN_COLUMNS, strict=True))
GROUP = "group"
_LISTED = (2, 3)
"""Columns in which several entries share a cell as a list: findings and steps."""

_HEADING_STARTS = {
    "issue": ("ประเด็น",),
    GROUP: ("การนำผลการวิเคราะห์",),
    "question": ("ข้อคำถาม", "คำถาม"),
    "finding": ("ข้อค้นพบ", "สิ่งที่ค้นพบ"),
    "steps": ("ขั้นตอน", "วิธีการปฏิบัติ", "วิธีปฏิบัติ"),
    "schedule": ("ระยะเวลา", "กำหนดเวลา", "ช่วงเวลา"),
    "owner": ("ผู้รับผิดชอบ", "หน่วยงานรับผิดชอบ", "หน่วยงานที่รับผิดชอบ", "หน่วยงานผู้รับผิดชอบ"),
}
_LONGEST_HEADING = 60
_AREA = re.compile(r"(?:[-•]\s*)?(?:ประเด็นที่\s*)?\(?\s*([0-9๐-๙]{1,3})\s*(?:[).:]+|(?=\s))\s*(.*)")
_CONTINUED = re.compile(r"\s*\(\s*ต่อ\s*\)\s*$")
_QUESTION_START = re.compile(r"(?:[IEOieo]\s?-?\s?|[1lL|!ไ])[0-9๐-๙]{1,3}(?![0-9๐-๙])")
CLOSING = ("การวิเคราะห์ข้อจำกัด", "ข้อจำกัดของหน่วยงาน", "ข้อจำกัดในการ")


@dataclass(frozen=True, slots=True)
class Cell:
    """The tidy lines of a cell; none for an empty cell or one that is merged into another. place: for messages."""

    lines: tuple[str, ...]
    place: str = ""

    @property
    def text(self) -> str:
        """All of it as one line."""
        return " ".join(self.lines)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: cells with their left and right edge, in any unit that the whole table shares."""

    cells: tuple[tuple[float, float, Cell], ...]
    place: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text outside the table; empty for a blank one, which may part things."""

    text: str
    place: str


@dataclass(slots=True)
class RawArea:
    """The rows of one issue area, each by column."""

    number: int
    title: str
    cell: Cell
    rows: list[dict[str, Cell]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Step:
    """One measure as the table says it."""

    text: str
    schedule: Cell
    owner: Cell
    cell: Cell


@dataclass(slots=True)
class Structure:
    """What the cells of an area are. findings: text, indexes of the questions that stand beside it, cell."""

    questions: list[tuple[str, Cell]] = field(default_factory=list)
    findings: list[tuple[str, tuple[int, ...], Cell]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    loose: list[tuple[str, Cell]] = field(default_factory=list)
    """Times and owners (column, cell) that stand beside no step of their own."""

    def signature(self) -> object:
        """Equal for two areas that say the same, however spaces, digits and merged cells differ."""
        return (
            [skeleton(text) for text, _cell in self.questions],
            [(skeleton(text), beside) for text, beside, _cell in self.findings],
            [(skeleton(step.text), skeleton(step.schedule.text), owner_key(step.owner)) for step in self.steps],
            len(self.loose),
        )


def owner_key(cell: Cell) -> str:
    """Who is responsible, comparable: the ways to part names do not count."""
    return words.ALL_DIVISIONS if means_everybody(cell.text) else skeleton(cell.text).replace(",", "")


# Writing ---------------------------------------------------------------------------------------------------


def written_cells(area: AreaData) -> Iterator[tuple[int, int, int, tuple[str, ...]]]:
    """Column, row inside the area, rows spanned and lines of every cell; several entries become a `-` list."""
    for cell in area_cells(area):
        lines = tuple(line for paragraph in cell.paragraphs for line in paragraph.split("\n"))
        if cell.column in _LISTED and len(lines) > 1:
            lines = tuple(f"- {line}" for line in lines)
        yield cell.column, cell.row, cell.span, lines


def cover_lines(plan: PlanData) -> list[str]:
    """Title, year, municipality and office, as the first page says them."""
    office = f"จัดทำโดย {plan.prepared_by}" if plan.prepared_by else ""
    return [line for line in (plan.title, words.year_words(plan.fiscal_year), plan.municipality, office) if line]


def closing_lines(plan: PlanData) -> list[str]:
    """The limitations with their numbers."""
    return [f"{number}. {text}" for number, text in enumerate(plan.limitations, start=1)]


def structure_as_written(area: AreaData) -> Structure:
    """What reading finds in the area's own official layout."""
    rows: dict[int, dict[str, Cell]] = {}
    for column, row, _span, lines in written_cells(area):
        rows.setdefault(row, {})[COLUMNS[column]] = Cell(tuple(tidy(line) for line in lines))
    return structure_of([rows[number] for number in sorted(rows)])


# Reading ---------------------------------------------------------------------------------------------------


def column_named(cell: Cell) -> str | None:
    """The column whose heading the cell is, in any of its wordings."""
    bare = skeleton(join_soft(list(cell.lines)))
    if not bare or len(bare) > _LONGEST_HEADING:
        return None
    return next((column for column, starts in _HEADING_STARTS.items() if bare.startswith(starts)), None)


def is_header(row: Row) -> bool:
    """Whether this is the first row of the heading."""
    return len({column_named(cell) for _left, _right, cell in row.cells} - {None}) >= 3


def is_second_header(row: Row) -> bool:
    """Whether this is the heading's second row: `ข้อคำถาม`, `ข้อค้นพบ` and nothing that is no heading."""
    named = [column_named(cell) for _left, _right, cell in row.cells if cell.lines]
    return bool({"question", "finding"} & set(named)) and all(named)


def by_column(row: Row, columns: dict[str, tuple[float, float]]) -> tuple[dict[str, Cell], list[Cell]]:
    """The cells under their headings, and those that stand under none.

    As many cells as columns go in order; else the widest overlap decides, since edges shift when tables are edited.
    """
    if len(row.cells) == len(columns):
        in_order = sorted(columns, key=lambda name: columns[name])
        return {name: cell for name, (_left, _right, cell) in zip(in_order, row.cells, strict=True)}, []
    found: dict[str, Cell] = {}
    outside = []
    for left, right, cell in row.cells:
        shared = {name: min(right, end) - max(left, start) for name, (start, end) in columns.items()}
        name = max(shared, key=lambda column: shared[column])
        if shared[name] <= 0:
            outside += [cell] if cell.lines else []
            continue
        before = found.get(name)
        found[name] = Cell(before.lines + cell.lines, before.place) if before and before.lines else cell
    return found, outside


def area_heading(cell: Cell) -> tuple[int, str] | None:
    """Number and title of `(1) กระบวนการ…`, `๑. …`; None without a number."""
    found = _AREA.fullmatch(cell.text)
    return (int(found[1]), _CONTINUED.sub("", found[2])) if found else None


def structure_of(rows: Iterable[dict[str, Cell]]) -> Structure:
    """Questions, findings and steps of an area.

    A cell that is empty, merged into the one above or repeats it belongs to the one above.
    """
    found = Structure()
    question_rows: list[int] = []
    blocks: list[tuple[int, Cell]] = []
    question = finding = ""
    rows = list(rows)
    for index, row in enumerate(rows):
        asked, answer = row.get("question", _EMPTY), row.get("finding", _EMPTY)
        if asked.lines and skeleton(asked.text) != question:
            question = skeleton(asked.text)
            for text in _questions_in(asked):
                found.questions.append((text, asked))
                question_rows.append(index)
        if answer.lines and skeleton(answer.text) != finding:
            finding = skeleton(answer.text)
            blocks.append((index, answer))
    _place_findings(found, blocks, question_rows, len(rows))
    _place_steps(found, rows)
    return found


_EMPTY = Cell(())


def _questions_in(cell: Cell) -> list[str]:
    questions: list[str] = []
    for line in cell.lines:
        bare = without_marker(line)
        starts = _QUESTION_START.match(line) or _QUESTION_START.match(bare)
        if starts or not questions:
            questions.append(line if _QUESTION_START.match(line) else bare)
        else:
            questions[-1] += f" {line}"
    return questions


def _place_findings(found: Structure, blocks: list[tuple[int, Cell]], starts: list[int], height: int) -> None:
    ends = [next((other for other in starts if other > start), height) for start in starts]
    for number, (first, cell) in enumerate(blocks):
        last = blocks[number + 1][0] if number + 1 < len(blocks) else height
        beside = tuple(
            at for at, (start, end) in enumerate(zip(starts, ends, strict=True)) if start < last and end > first
        )
        found.findings += [(text, beside, cell) for text in list_items(cell.lines)]


def _place_steps(found: Structure, rows: list[dict[str, Cell]]) -> None:
    steps = schedule = owner = _EMPTY
    open_group = False
    for row in rows:
        cells = row.get("steps", _EMPTY), row.get("schedule", _EMPTY), row.get("owner", _EMPTY)
        new_schedule, new_owner = _differs(cells[1], schedule), _differs(cells[2], owner)
        if cells[0].lines and (_differs(cells[0], steps) or new_schedule or new_owner):
            steps = cells[0]
            schedule = cells[1] if cells[1].lines else schedule
            owner = cells[2] if cells[2].lines else owner
            open_group = True
            found.steps += [Step(text, schedule, owner, steps) for text in list_items(steps.lines)]
        elif new_schedule or new_owner:
            late = [("schedule", cells[1])] * new_schedule + [("owner", cells[2])] * new_owner
            found.loose += late if open_group else [("steps", cell) for _column, cell in late]


def _differs(cell: Cell, above: Cell) -> bool:
    return bool(cell.lines) and skeleton(cell.text) != skeleton(above.text)


def is_closing(text: str) -> bool:
    """Whether the line is the heading of the limitations."""
    return skeleton(without_marker(text) if marker_kind(text) else text).startswith(CLOSING)
