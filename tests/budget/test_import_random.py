"""A thousand files as people make them, at random: read exactly, or refused with sheet, row, column and reason.

Each is made from its number alone, which a failure names.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from openpyxl import Workbook, load_workbook

from budget.choices import PlanKind
from budget.importing.lines import Draft, plan_lines, revised_of
from budget.importing.reading import read_file
from budget.importing.template import line_rows, template_columns
from budget.importing.words import CATEGORIES, GROUPS, PROGRAMMES
from ita_portal.spreadsheets import Sheet, write_csv, write_xlsx
from ita_portal.tables.problems import UnreadableError
from ita_portal.thai import to_thai_digits
from ita_portal.uploads import CSV, XLSX

from .factories import YEAR
from .import_files import ORDINANCE, divisions

T = TypeVar("T")


class st:  # noqa: N801 - named and used as the strategies of Hypothesis, whose engine takes longer than what is tried
    """What is drawn at random."""

    @staticmethod
    def booleans() -> Callable[[random.Random], bool]:
        return lambda dice: dice.random() < 0.5

    @staticmethod
    def integers(least: int, most: int) -> Callable[[random.Random], int]:
        """One in eight is the least or the most."""
        return lambda dice: dice.choice((least, most)) if dice.random() < 0.125 else dice.randint(least, most)

    @staticmethod
    def sampled_from(some: Sequence[T]) -> Callable[[random.Random], T]:
        return lambda dice: dice.choice(some)


COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("รหัส", "code", "รหัสงบประมาณ"),
    "programme": ("แผนงาน", "programme", "ชื่อแผนงาน"),
    "work": ("งาน", "work"),
    "group": ("งบรายจ่าย", "งบ", "expenditure group"),
    "category": ("หมวด", "ประเภทรายจ่าย", "หมวด/ประเภท"),
    "item": ("รายการ", "โครงการ", "item or project"),
    "division": ("หน่วยงาน", "กอง", "responsible division"),
    "original": ("งบประมาณ (บาท)", "จำนวนเงิน", f"งบประมาณปี {YEAR}"),
}
BAD_AMOUNTS = ("-1", "(5)", "9" * 31, "1.234", "สิบ", "=1+1", "#REF!", "1,23", True)
BAD_CODES = ("ก1", "a b", "=1", "x" * 41)
ITEMS = (
    "โครงการซ่อมถนน",
    "=HYPERLINK(1)",
    "+66",
    "@sum",
    "-ลบ",
    "ค่าวัสดุ",
    "\tแท็บ",
    "งานวันเด็ก",
    "ครุภัณฑ์สำนักงาน",
    "รวมพลังชุมชน",
)


@dataclass
class Made:
    """A file and what must be found in it. bad: rows that must be refused, with the column."""

    content: bytes
    kind: str
    lines: list[tuple[Any, ...]]
    bad: dict[int, str] = field(default_factory=dict)


def amount(draw: Any, satang: int, *, text: bool) -> Any:
    """An amount as one of the ways in which people write it."""
    baht = Decimal(satang).scaleb(-2)
    ways = [
        f"{baht:.2f}",
        f"{baht:,.2f}",
        f"฿{baht:,.2f}",
        to_thai_digits(f"{baht:,.2f}"),
        f"{baht:.2f} บาท",
        f" {baht:.2f} ",
    ]
    if satang % 100 == 0:
        ways += [f"{satang // 100}.-", f"{satang // 100}"]
    return draw(st.sampled_from(ways if text else [*ways, float(baht)]))


def file(number: int) -> Made:
    """A workbook or a CSV file: columns in any order, blank rows, headings, subtotals, merged cells, and mistakes."""
    dice = random.Random(number)

    def draw(way: Callable[[random.Random], T]) -> T:
        return way(dice)

    text = draw(st.booleans())
    order = dice.sample(list(COLUMNS), len(COLUMNS))
    extra = draw(st.booleans())
    names = [draw(st.sampled_from(COLUMNS[key])) for key in order] + (["อื่น ๆ"] if extra else [])
    rows: list[list[Any]] = [["เทศบาลตำบลตัวอย่าง"]] * draw(st.integers(0, 2)) + [names]
    place = {key: number for number, key in enumerate(order)}
    lines: list[tuple[Any, ...]] = []
    bad: dict[int, str] = {}
    merges: list[tuple[int, int, int]] = []
    total = section = number = 0
    spoil = draw(st.sampled_from(["", "", "", "amount", "code", "twice", "programme", "total", "category"]))
    # Each once: a bare “รวม” behind a second part of the same programme would leave out the first.
    for programme in dice.sample(list(PROGRAMMES), draw(st.integers(1, 3))):
        section, begin = 0, len(rows) + 1
        for _line in range(draw(st.integers(1, 3))):
            number += 1
            category = draw(st.sampled_from(list(CATEGORIES)))
            group = next(g for g, some in _groups().items() if category in some)
            satang = draw(st.integers(0, draw(st.sampled_from([10**6, 9_999_999_999_999]))))
            cells: list[Any] = [None] * len(names)
            cells[place["code"]] = draw(
                st.sampled_from([f"{number:04d}", to_thai_digits(f"{number:04d}"), f"a.{number}-b"])
            )
            code = str(cells[place["code"]]).translate(str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789"))
            spelling = draw(st.sampled_from(PROGRAMMES[programme]))
            cells[place["programme"]] = draw(st.sampled_from([spelling, f"แผนงาน{spelling}", f" {spelling} "]))
            cells[place["work"]] = f"งานที่ {number}"
            cells[place["group"]] = draw(st.sampled_from([GROUPS[group][0], None]))
            cells[place["category"]] = draw(st.sampled_from(CATEGORIES[category]))
            item = f"{draw(st.sampled_from(ITEMS))} {number}"
            cells[place["item"]] = item
            cells[place["division"]] = draw(st.sampled_from(["กองช่าง", "สำนักปลัด", "กองสาธารณสุขฯ", None, "-"]))
            cells[place["original"]] = amount(draw, satang, text=text)
            rows.append(cells)
            total, section = total + satang, section + satang
            lines.append(
                (code, str(programme), str(group), str(category), " ".join(item.split()), Decimal(satang).scaleb(-2))
            )
            if draw(st.booleans()) and draw(st.booleans()):
                rows.append([None] * len(names) if draw(st.booleans()) else list(names))
        if draw(st.booleans()):
            end = [None] * len(names)
            end[place["item"]] = draw(st.sampled_from(["รวม", f"รวมแผนงาน{PROGRAMMES[programme][0]}", "ยอดรวม"]))
            run = _run(lines, str(programme))
            end[place["original"]] = amount(
                draw, run if end[place["item"]].startswith("รวมแผนงาน") else section, text=text
            )
            rows.append(end)
        second = rows[begin] if len(rows) > begin else names
        if not text and second != names and second[place["programme"]] is not None and draw(st.booleans()):
            merges.append((place["programme"] + 1, begin, begin + 1))
    if spoil == "total" or draw(st.booleans()):
        last = [None] * len(names)
        last[place["item"]] = "รวมทั้งสิ้น"
        last[place["original"]] = amount(draw, total + (7 if spoil == "total" else 0), text=text)
        rows.append(last)
        if spoil == "total":
            bad[len(rows)] = "original"
    first = next(
        n for n, row in enumerate(rows) if row is not names and row[:1] != ["เทศบาลตำบลตัวอย่าง"] and row != names
    )
    if spoil in ("amount", "code", "programme", "category", "twice"):
        key = {"amount": "original", "twice": "code"}.get(spoil, spoil)
        value = {
            "amount": draw(st.sampled_from(BAD_AMOUNTS[:-1] if text else BAD_AMOUNTS)),
            "code": draw(st.sampled_from(BAD_CODES)),
            "programme": "แผนงานดาวอังคาร", "category": "หมวดลับ", "twice": rows[first][place["code"]],
        }[spoil]  # fmt: skip
        where = first
        if spoil == "twice":
            where = len(rows)
            rows.append(list(rows[first]))
        rows[where] = list(rows[where])
        rows[where][place[key]] = value
        bad[where + 1] = key
        if where == first and not text:
            merges = [merge for merge in merges if merge[1] != first + 1 or key != "programme"]
    if draw(st.integers(0, 40)) == 0:
        rows = [row for row in rows if row != names]
        return Made(*_written(rows, [], text=text), [], {0: ""})
    return Made(*_written(rows, merges, text=text), lines, bad)


def _groups() -> dict[str, tuple[str, ...]]:
    from budget.choices import CATEGORIES_OF

    return CATEGORIES_OF


def _run(lines: Sequence[tuple[Any, ...]], programme: str) -> int:
    """The satang of a programme in the whole file so far."""
    return sum(int(line[5].scaleb(2)) for line in lines if line[1] == programme)


def _written(rows: Sequence[Sequence[Any]], merges: Sequence[tuple[int, int, int]], *, text: bool) -> tuple[bytes, str]:
    if text:
        plain = io.StringIO(newline="")
        csv.writer(plain).writerows(rows)
        return plain.getvalue().encode(), CSV
    book = Workbook()
    page = book.worksheets[0]
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value is not None:
                cell = page.cell(line, column)
                cell.value = value
                if isinstance(value, str) and value.startswith("=") and value != "=1+1":
                    cell.data_type = "s"
    for column, top, bottom in merges:
        if page.cell(bottom, column).value is not None and page.cell(bottom, column).value != "แผนงานดาวอังคาร":
            page.cell(bottom, column).value = None
            page.merge_cells(start_row=top, end_row=bottom, start_column=column, end_column=column)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue(), XLSX


def said(values: dict[str, Any], code: str | None) -> tuple[Any, ...]:
    return (code, values["programme"], values["group"], values["category"], values["item"], values["original"])


@pytest.mark.parametrize("hundred", range(10))
def test_a_thousand_files_are_read_exactly_or_refused_with_the_place(hundred: int) -> None:
    made = {number: file(number) for number in range(hundred * 100, hundred * 100 + 100)}
    assert {one.kind for one in made.values()} == {CSV, XLSX}
    mistakes = {key for one in made.values() for key in one.bad.values()}
    assert mistakes >= {"code", "programme", "category", "original"}
    wrong = {}
    for number, one in made.items():
        try:
            is_read_or_refused(one)
        except AssertionError as error:
            wrong[number] = str(error)
    assert not wrong


def is_read_or_refused(made: Made) -> None:
    known = divisions()
    try:
        reading = read_file(io.BytesIO(made.content), made.kind, ORDINANCE, known)
    except UnreadableError as error:
        assert made.bad == {0: ""}, str(error)
        return
    found = plan_lines(reading, Draft(YEAR, PlanKind.ORDINANCE), known)
    if made.bad:
        assert found.problems
        ((line, key),) = made.bad.items()
        problem = next((problem for problem in found.problems if problem.line == line), None)
        assert problem, "the place is not named"
        assert (problem.column, bool(problem.heading), bool(problem.cell)) == (key, True, True)
        assert problem.cell.endswith(str(line))
        assert bool(problem.sheet) == (made.kind == XLSX)
        assert problem.thai
        assert problem.english
        assert {other.line for other in found.problems} == {line}, "nothing else is wrong with the file"
        return
    assert [(problem.line, problem.cell, problem.english) for problem in found.problems] == []
    assert [said(row.values, row.code) for row in found.result] == made.lines
    assert sum((revised_of(row.values) or 0 for row in found.result), Decimal(0)) == sum(line[5] for line in made.lines)
    _no_formula(found.result)


def _no_formula(result: Sequence[Any]) -> None:
    """What was imported is exported without a formula, and comes back as it was."""
    known = divisions()
    draft = Draft(YEAR, PlanKind.ORDINANCE, lines={row.code: row.values for row in result})
    columns = template_columns(PlanKind.ORDINANCE, YEAR)
    header, rows = [column.thai for column in columns], list(line_rows(draft, known, columns))
    plain = write_csv(header, rows)
    for row in csv.reader(io.StringIO(plain.decode("utf-8-sig"))):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    again = plan_lines(read_file(io.BytesIO(plain), CSV, ORDINANCE, known), draft, known)
    assert (again.problems, again.same, again.counts["changed"]) == ([], len(result), 0)
    if len(result) == 5:  # a workbook costs a hundred times as much
        book = load_workbook(io.BytesIO(write_xlsx([Sheet("ก", header, rows)])))
        assert not [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.data_type == "f"]
