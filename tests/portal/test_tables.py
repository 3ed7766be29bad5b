"""Tables that people bring: headings, merged cells, several sheets, and what stands in their cells."""

from __future__ import annotations

import datetime as dt
import io
import time
import tracemalloc
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from openpyxl import Workbook

from ita_portal.tables.headings import Column, Headings
from ita_portal.tables.merged import MOST_RANGES
from ita_portal.tables.problems import BadValueError, Problem, UnreadableError, problem_rows
from ita_portal.tables.reading import Table, accept_table, open_table, open_tables
from ita_portal.tables.values import (
    Words,
    read_code,
    read_date,
    read_lines,
    read_money,
    read_text,
    read_whole,
)
from ita_portal.tables.workbook import Formula, sheets

COLUMNS = (
    Column("code", "รหัส", "code", needed=True),
    Column("project", "โครงการ", "project", spellings=("รายการ",), needed=True),
    Column("work", "แผนงาน", "programme"),
    Column("budget", "งบประมาณ", "budget", spellings=("งบประมาณ ตั้งไว้", "ตั้งไว้", "จำนวนเงิน (บาท)")),
    Column("moved", "โอนเพิ่ม", "moved", spellings=("งบประมาณ โอน",)),
    Column("left", "คงเหลือ", "left"),
)
PLAIN = Headings(COLUMNS)
TWO_ROWS = Headings(COLUMNS, rows=2)
HEAD = ("รหัส", "โครงการ", "งบประมาณ")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Rows = Sequence[Sequence[Any]]


def workbook(
    *named: tuple[str, Rows], merged: Iterable[str] = (), hidden: Iterable[str] = (), ranges: str = ""
) -> io.BytesIO:
    """A workbook. merged: ranges of its first sheet; ranges: more of them, as XML. hidden: names of sheets."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in named:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if name in hidden:
            sheet.sheet_state = "hidden"
    for found in merged:
        book.worksheets[0].merge_cells(found)
    buffer = io.BytesIO()
    book.save(buffer)
    return _with_ranges(buffer, ranges) if ranges else buffer


def _with_ranges(source: io.BytesIO, ranges: str) -> io.BytesIO:
    fresh = io.BytesIO()
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as new:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", f"</sheetData><mergeCells>{ranges}</mergeCells>".encode())
            new.writestr(name, content)
    return fresh


def rows_of(table: Table) -> list[tuple[int, list[Any]]]:
    """Its rows, each by the columns that the table has."""
    return [(line, [table.value(key, cells) for key in table.places]) for line, cells in table.rows]


def read(file: io.BytesIO, headings: Headings = PLAIN, **options: Any) -> tuple[Table, list[tuple[int, list[Any]]]]:
    """The table, and what stands in it."""
    with open_table(file, XLSX, headings, max_rows=100, **options) as table:
        return table, rows_of(table)


def csv_table(*rows: str, headings: Headings = PLAIN) -> tuple[Table, list[tuple[int, list[Any]]]]:
    """The same of a CSV file."""
    with open_table(io.BytesIO("\n".join(rows).encode()), "text/csv", headings, max_rows=100) as table:
        return table, rows_of(table)


def test_merged_cells_carry_the_value_of_the_first() -> None:
    rows = [
        ("งบประมาณรายจ่าย", None, None, None),
        ("แผนงาน", *HEAD),
        ("การศึกษา", "1", "ก", 10),
        (None, "2", "ข", 20),
        (None, "3", "ค", None),
        ("เคหะ", "4", "ง", 40),
    ]
    file = workbook(("x", rows), merged=["A1:D1", "A3:A5", "D4:D5"])
    assert [cells[0] for _line, cells in read(file)[1]] == ["การศึกษา", None, None, "เคหะ"]
    table, found = read(file, merged=True)
    assert table.cell("work", 3) == "A3"
    assert found == [
        (3, ["การศึกษา", "1", "ก", 10]), (4, ["การศึกษา", "2", "ข", 20]), (5, ["การศึกษา", "3", "ค", 20]),
        (6, ["เคหะ", "4", "ง", 40]),
    ]  # fmt: skip


def test_what_a_merged_cell_hides_does_not_count() -> None:
    """Some programs keep what stood in the other cells."""
    file = workbook(("x", [HEAD, ("1", "ก", 10), ("2", "ข", 99)]), ranges='<mergeCell ref="C2:C3"/>')
    assert read(file, merged=True)[1][1] == (3, ["2", "ข", 10])


@pytest.mark.parametrize(
    "ranges",
    ["A1:XFD1048576", "A2:C3", "C2:A3", "B2:XFD1048576", "CC1:XFD9", "A9:A99999", "A2:A2", "A1:A0", "A2", "", "%%:--"],
)
def test_absurd_ranges_make_no_rows_and_no_error(ranges: str) -> None:
    rows = [HEAD, ("1", "ก", 10), (None, None, None), ("2", "ข", 20)]
    for times in (1, 3):
        file = workbook(("x", rows), ranges=f'<mergeCell ref="{ranges}"/>' * times)
        try:
            table, found = read(file, merged=True)
        except UnreadableError as error:  # the headings themselves are one cell
            assert "A1:" in ranges
            assert str(error)
        else:
            assert table.sheet == "x"
            assert {line for line, _cells in found} <= {2, 4}


def test_many_ranges_cost_nothing_and_too_many_are_refused() -> None:
    rows = [HEAD, *[(str(number), "ก", 1) for number in range(90)]]
    everywhere = '<mergeCell ref="D2:XFD1048576"/>' * MOST_RANGES
    spread = "".join(f"<x:mergeCell  count=\"1\" ref = 'A{line}:B{line + 5}' />" for line in range(2, MOST_RANGES))
    for ranges in (everywhere, spread.replace("x:", "")):
        file = workbook(("x", rows), ranges=ranges)
        begun = time.process_time()
        tracemalloc.start()
        assert read(file, merged=True)[1]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert time.process_time() - begun < 4
        assert peak < 20_000_000
    file = workbook(("x", rows), ranges=everywhere + '<mergeCell ref="A1:A2"/>')
    assert read(file)[1]
    with pytest.raises(UnreadableError, match=r"merged|ผสาน"):
        read(file, merged=True)


def test_ranges_are_found_across_pieces_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    file = workbook(("x", [HEAD, ("1", "ก", 10), (None, "ข", 20)]), merged=["A2:A3"])
    for size in range(7, 60):
        monkeypatch.setattr("ita_portal.tables.workbook._CHUNK", size)
        assert read(file, merged=True)[1][1] == (3, ["1", "ข", 20])


def test_a_heading_over_several_columns_is_one_heading() -> None:
    rows = [("รหัส", "โครงการ", None, "งบประมาณ"), ("1", "ก", None, 10), ("2", "ข", None, 20)]
    file = workbook(("x", rows), merged=["B1:C1", "B2:C2"])
    table, found = read(file, merged=True)
    assert table.places == {"code": 0, "project": 1, "budget": 3}
    assert found[0] == (2, ["1", "ก", 10])


UPPER = ("รหัส", "โครงการ", "งบประมาณ", None, None, "หมายเหตุ")
LOWER = (None, None, "ตั้งไว้", "โอน", "คงเหลือ", None)


@pytest.mark.parametrize("merged", [False, True])
def test_headings_in_two_rows(merged: bool) -> None:
    rows = [("ปี 2567",), UPPER, LOWER, ("1", "ก", 10, 1, 9), UPPER, LOWER, ("2", "ข", 20, 2, 18)]
    ranges = ["C2:E2", "A2:A3", "B2:B3", "F2:F3", "C5:E5", "A5:A6", "B5:B6", "F5:F6"]
    table, found = read(workbook(("x", rows), merged=ranges), TWO_ROWS, merged=merged)
    assert table.places == {"code": 0, "project": 1, "budget": 2, "moved": 3, "left": 4}
    assert table.headings["moved"] == "งบประมาณ โอน"
    assert table.ignored == ["หมายเหตุ"]
    assert found == [(4, ["1", "ก", 10, 1, 9]), (7, ["2", "ข", 20, 2, 18])]


def test_groups_above_a_row_that_could_stand_alone() -> None:
    rows = [("แผน", None, "งบประมาณ", None), ("รหัส", "โครงการ", "โอน", "คงเหลือ"), ("1", "ก", 1, 9)]
    for above in ([], [("ปี 2567",)], [("ปี 2567",), ()]):
        table, found = read(workbook(("x", [*above, *rows])), TWO_ROWS)
        assert table.places == {"code": 0, "project": 1, "moved": 2, "left": 3}
        assert [cells for _line, cells in found] == [["1", "ก", 1, 9]]


def test_headings_in_two_rows_of_a_csv() -> None:
    table, found = csv_table("รหัส,โครงการ,งบประมาณ,,,", ",,ตั้งไว้,โอน,คงเหลือ,", "1,ก,10,1,9,", headings=TWO_ROWS)
    assert table.places == {"code": 0, "project": 1, "budget": 2, "moved": 3, "left": 4}
    assert found == [(3, ["1", "ก", "10", "1", "9"])]


@pytest.mark.parametrize(
    "row", [("1", "รายการ", 10), ("ข", "รายการ", "สิบ"), ("ก", "ตั้งไว้", ""), ("1", "คงเหลือ", None), ("ก", "ข", "(ค)")]
)
def test_a_row_of_values_is_no_second_row_of_headings(row: tuple[Any, ...]) -> None:
    _table, found = read(workbook(("x", [HEAD, row, ("2", "ข", 20)])), TWO_ROWS)
    assert [line for line, _cells in found] == [2, 3]


def test_a_unit_below_a_heading() -> None:
    rows = [("รหัส", "โครงการ", "จำนวนเงิน"), (None, None, "(บาท)"), ("1", "ก", 10)]
    table, found = read(workbook(("x", rows)), TWO_ROWS)
    assert (table.headings["budget"], found) == ("จำนวนเงิน (บาท)", [(3, ["1", "ก", 10])])


def test_every_visible_sheet_with_the_headings_is_read() -> None:
    file = workbook(
        ("คำอธิบาย", [("อ่านก่อน",)]),
        ("สำนักปลัด", [HEAD, ("1", "ก", 10)]),
        ("ซ่อน", [HEAD, ("9", "x", 90)]),
        ("กองช่าง", [("หัวเรื่อง",), ("งบประมาณ", "รหัส", "โครงการ"), (20, "2", "ข"), (30, "3", "ค")]),
        hidden=["ซ่อน"],
    )
    passed: list[str] = []
    found = [
        (table.sheet, [table.value("code", cells) for _line, cells in table.rows])
        for table in open_tables(file, XLSX, PLAIN, max_rows=3, passed_over=passed)
    ]
    assert found == [("สำนักปลัด", ["1"]), ("กองช่าง", ["2", "3"])]
    assert passed == ["คำอธิบาย"]
    assert read(file)[0].sheet == "สำนักปลัด"
    assert read(file, sheet_named=" กองช่าง ")[0].sheet == "กองช่าง"
    for name in ("ซ่อน", "คำอธิบาย"):
        with pytest.raises(UnreadableError):
            read(file, sheet_named=name)
    # The limit is one of the file, and the refusal names the sheet.
    with pytest.raises(UnreadableError, match="กองช่าง"):
        for table in open_tables(file, XLSX, PLAIN, max_rows=2):
            list(table.rows)


def test_a_file_without_the_headings_is_refused() -> None:
    for tables in (
        open_tables(workbook(("x", [("รหัส", "อื่น")])), XLSX, PLAIN, max_rows=9),
        open_tables(io.BytesIO(b"a,b\n1,2"), "text/csv", PLAIN, max_rows=9),
        open_tables(io.BytesIO(b"PK no zip"), XLSX, PLAIN, max_rows=9),
    ):
        with pytest.raises(UnreadableError):
            list(tables)
    file = workbook(("ก", [HEAD]), ("ข", [(*HEAD, "งบประมาณ")]))
    with pytest.raises(UnreadableError, match="ข"):
        list(open_tables(file, XLSX, PLAIN, max_rows=9))


def test_a_csv_is_one_table_without_a_name() -> None:
    table, found = csv_table("รหัส;โครงการ;งบประมาณ", "1;ก;1,5", "รหัส;โครงการ;งบประมาณ", "2;ข", headings=PLAIN)
    assert (table.sheet, found) == ("", [(2, ["1", "ก", "1,5"]), (4, ["2", "ข", None])])


def test_the_reader_tells_the_names_of_sheets() -> None:
    file = workbook(("งบ 2567", [("a", 1.5)]), ("ว่าง", []))
    assert [(sheet.name, list(sheet.rows)) for sheet in sheets(file, columns=9)] == [
        ("งบ 2567", [(1, ["a", 1.5])]), ("ว่าง", []),
    ]  # fmt: skip


def test_only_tables_are_accepted() -> None:
    with pytest.raises(ValidationError) as refused:
        accept_table(SimpleUploadedFile("a.txt", b"number,name"), "%(name)s: no budget.")
    assert refused.value.messages == ["a.txt: no budget."]
    safe = accept_table(SimpleUploadedFile("a.csv", "รหัส,โครงการ".encode("cp874")))
    assert safe.content.read().decode() == "รหัส,โครงการ"


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (1234.1, "1234.10"), (0.1 + 0.2, "0.30"), (1234567.8899999978, "1234567.89"),
        (999999999999.99, "999999999999.99"),
        (0, "0.00"), (-0.0, "0.00"), (5, "5.00"), (Decimal("7.5"), "7.50"), ("1234.1", "1234.10"),
        ("1,234,567.89", "1234567.89"), ("1 234 567.89", "1234567.89"), ("1\u00a0234.50\u00a0", "1234.50"),
        ("๑,๒๓๔.๕๐", "1234.50"), ("１，２３４．５０", "1234.50"), ("฿1,234.50", "1234.50"), ("1,234.50 บาท", "1234.50"),
        ("1,000 บาทถ้วน", "1000.00"), ("1,000 ถ้วน", "1000.00"), ("THB 5", "5.00"), ("1,234.-", "1234.00"),
        ("500-", "500.00"), ("500.- บาท", "500.00"),
        (".5", "0.50"), ("5.", "5.00"), ("007", "7.00"), ("\u200b12\ufeff", "12.00"), ("1,\u00a0234", "1234.00"),
        ("-", None), ("–", None), ("—", None), ("−", None), ("", None), (" \u00a0", None), (None, None), ("฿ -", None),
        ("- บาท", None), (".-", None), ("N/A", None), ("ไม่มี", None), ("()", None), ("(-)", None),
    ],
)  # fmt: skip
def test_money_is_exact(value: Any, amount: str | None) -> None:
    found = read_money(value)
    assert (None if found is None else str(found)) == amount


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("-1,234.50", "-1234.50"), ("(1,234.50)", "-1234.50"), ("( ฿1,234.50 )", "-1234.50"),
        ("（๑,๒๓๔.๕๐）", "-1234.50"),
        ("–5", "-5.00"), ("−5", "-5.00"), ("- 5", "-5.00"), ("-฿5", "-5.00"), ("฿-5", "-5.00"),
        (-5, "-5.00"), (-1234.1, "-1234.10"),
        ("(5) บาท", "-5.00"), ("-0", "0.00"), ("(0.00)", "0.00"), (-0.004, None),
        ("-999999999999.99", "-999999999999.99"),
    ],
)  # fmt: skip
def test_money_below_zero_only_where_it_may_be(value: Any, amount: str | None) -> None:
    if amount is None:
        with pytest.raises(BadValueError):
            read_money(value, allow_negative=True)
        return
    assert str(read_money(value, allow_negative=True)) == amount
    if amount != "0.00":
        with pytest.raises(BadValueError):
            read_money(value)


@pytest.mark.parametrize(
    "value",
    [
        "1.005", 1.005, "0.001", "12,50", "1,23", "1.234,50", "1,2345", "12 50", "1e5", "1E+05", "9" * 31, "9" * 5000,
        "0." + "0" * 5000, "-" + "9" * 31, 10**30, 1e30, -1e30, float("inf"), float("nan"), "NaN",
        "Infinity", "-inf", "1_000",
        "๑e๕", "0x10", "1/2", "½", "5²", "1..5", "1.2.3", "1,,000", ",000", "--5", "-(5)", "((5))", "(5",
        "5)", "1,234.50-",
        "ห้าพัน", "5 พัน", "100 USD", "1 บาท 50", "#REF!", "\x00", "\ud800", "٥", True, False, Formula,
        dt.date(2024, 1, 1),
        dt.datetime(2024, 1, 1), dt.time(1), dt.timedelta(1), Decimal("NaN"), Decimal("1e999"), b"5",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_and_never_an_error(value: Any) -> None:
    for below in (False, True):
        with pytest.raises(BadValueError) as refused:
            read_money(value, allow_negative=below)
        assert Problem(1, "x", "x", "x", refused.value.message, refused.value.params).thai


@pytest.mark.parametrize(
    ("value", "count"),
    [("๑,๒๐๐", 1200), (5.0, 5), ("5.00", 5), ("5 ปี", 5), ("-", None), ("", None), ("３", 3), ("0", 0), (1200, 1200)],
)
def test_whole_numbers(value: Any, count: int | None) -> None:
    assert read_whole(value, 5000, "ปี") == count


@pytest.mark.parametrize(
    "value", ["1.5", 1.5, "1,5", "-1", "5001", "9" * 5000, "1e3", True, "x", dt.date(2024, 1, 1), 0]
)
def test_what_is_no_whole_number(value: Any) -> None:
    with pytest.raises(BadValueError):
        read_whole(value, 5000, least=1)


def test_days_text_codes_and_words() -> None:
    assert read_date("๑ ต.ค. ๖๖") == read_date(dt.date(2566, 10, 1)) == read_date(45200) == dt.date(2023, 10, 1)
    assert (read_date("-"), read_text("  "), read_code(None)) == (None, None, None)
    assert (read_text(" ก \n ข "), read_lines("ก\r\nข"), read_code(" ๐๑  ๒ "), read_code(11.0)) == (
        "ก ข",
        "ก\nข",
        "01 2",
        "11",
    )
    for bad in (
        lambda: read_text("ก" * 9, 8),
        lambda: read_lines("\x00"),
        lambda: read_code(dt.date(2024, 1, 2)),
        lambda: read_date("2567"),
    ):
        with pytest.raises(BadValueError):
            bad()
    words = Words({"yes": ("ใช่", "yes", "มี"), "no": ("ไม่ใช่", "no", "-")}, lambda: {"แน่นอน": "yes"})
    assert [words.read(cell) for cell in ("มี", "YES", True, "-", "แน่นอน", "", "–")] == [
        "yes",
        "yes",
        "yes",
        "no",
        "yes",
        None,
        None,
    ]
    assert (words.written("yes", "th"), words.written("no", "en"), words.written("")) == ("ใช่", "no", "")
    with pytest.raises(BadValueError):
        words.read("อาจจะ")


def test_problems_name_their_sheet() -> None:
    problem = Problem(7, "budget", "งบประมาณ", "x", "It is %(what)s.", {"what": "wrong"}, "C7", "กองช่าง")
    for sheets_too, row in ((False, []), (True, ["กองช่าง"])):
        header, rows = problem_rows([problem], sheets=sheets_too)
        assert list(rows) == [[*row, 7, "C7", "งบประมาณ", "x", "It is wrong.", "It is wrong."]]
        assert len(header) == 6 + sheets_too


def test_headings_are_written_in_the_language_of_the_reader() -> None:
    with translation.override("en"):
        assert PLAIN.header()[:2] == ["code", "project"]
    assert PLAIN.header("th")[:2] == ["รหัส", "โครงการ"]
    assert (PLAIN.find(" ราย-การ "), PLAIN.find("x"), PLAIN.find(5)) == ("project", None, None)
