"""Spreadsheets: nothing typed runs as a formula, Thai opens in Excel, sheets print as they are."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from ita_portal.spreadsheets import Sheet, neutralise, write_csv, write_xlsx

FORMULAS = ['=HYPERLINK("http://x")', "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A"]


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_starts_a_formula_is_led_by_an_apostrophe(text: str) -> None:
    assert neutralise(text) == f"'{text}"


@pytest.mark.parametrize("value", ["ปรับปรุง", "1=1", "", 5, -5, Decimal("-1.50"), None, True])
def test_everything_else_stays(value: object) -> None:
    assert neutralise(value) == value  # type: ignore[arg-type]


def test_csv_is_read_back_with_its_thai_lines_and_values() -> None:
    moment = dt.datetime(2024, 1, 10, 3, tzinfo=dt.UTC)
    content = write_csv(["ก", "ข"], [["บรรทัด\nสอง, “คำ”", -5], [None, True], [dt.date(2024, 1, 10), moment]])

    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows == [
        ["ก", "ข"],
        ["บรรทัด\nสอง, “คำ”", "-5"],
        ["", "true"],
        ["2024-01-10", "2024-01-10T03:00:00+00:00"],
    ]


def test_csv_neutralises_headings_and_cells() -> None:
    content = write_csv(["=a"], [[text] for text in FORMULAS])
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [cell for row in rows for cell in row] == [f"'{text}" for text in ["=a", *FORMULAS]]


@pytest.mark.parametrize("text", ["=1+1", "- ปรับปรุง", "#N/A", "2024-01-10", "007"])
def test_xlsx_keeps_text_as_it_was_typed_and_never_as_formula(text: str) -> None:
    page = load_workbook(io.BytesIO(write_xlsx([Sheet("ก", ["หัว"], [[text]])]))).active
    cell = page["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix is text.startswith(("=", "-"))


def test_xlsx_drops_what_xml_cannot_hold_and_limits_a_cell() -> None:
    page = load_workbook(io.BytesIO(write_xlsx([Sheet("a/b", ["x"], [["ก\x00\x0bข"], ["ย" * 40000]])]))).active
    assert page.title == "a b"
    assert page["A2"].value == "กข"
    assert len(page["A3"].value) == 32767


def test_xlsx_merges_links_and_prints_with_its_headings() -> None:
    sheet = Sheet(
        "รายงาน",
        ["ก", "ข"],
        [["บน", 1], ["", 2]],
        above=["ชื่อ", "ปี"],
        below=["จบ"],
        merged=[(0, 0, 1)],
        links={(0, 1): "https://example.org/"},
    )
    page = load_workbook(io.BytesIO(write_xlsx([sheet], title="ชื่อเรื่อง", author="เทศบาล"))).active
    assert {str(merged) for merged in page.merged_cells.ranges} == {"A1:B1", "A2:B2", "A4:A5", "A7:B7"}
    assert (page["A3"].value, page["A4"].value, page["B5"].value, page["A7"].value) == ("ก", "บน", 2, "จบ")
    assert page["B4"].hyperlink.target == "https://example.org/"
    assert (page.freeze_panes, page.print_title_rows) == ("A4", "$3:$3")
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)


def test_a_merged_cell_gets_room_for_its_text() -> None:
    long = "ข้อความ " * 60
    page = load_workbook(
        io.BytesIO(write_xlsx([Sheet("ก", ["ก", "ข"], [[long, "1"], ["", "2"]], widths=[20, 20], merged=[(0, 0, 1)])]))
    ).active
    heights = [page.row_dimensions[row].height for row in (2, 3)]
    assert sum(heights) > 400
    assert heights[0] == heights[1]
