"""Plan files that cannot be understood, or mean harm: refused with the place and the reason, never a crash."""

from __future__ import annotations

import functools
import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import replace

import docx
import openpyxl
import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from measures.documents.plan_files import write_plan
from measures.documents.schedule import UnknownScheduleError, quarters_of, words_for
from measures.plan_data import PlanData, PlanFileError

from .plan_samples import (
    OFFICE,
    read,
    real_plan,
    refused,
    repacked,
    set_cell,
    set_text,
    sheet,
    word,
)

KINDS = ("yaml", "docx", "xlsx")
TABLES = ("docx", "xlsx")
NO_LIMIT = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]


@pytest.fixture(autouse=True)
def _english() -> Iterable[None]:
    """Messages are compared in the language of the code."""
    with translation.override(None):
        yield


@pytest.fixture(scope="module")
def plan() -> PlanData:
    """The real plan."""
    return real_plan()


# Refused with the place ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("I19 ", "119 ", "119: is this I19?"),
        ("I7 ", "17 ", "17: is this I7?"),
        ("I7 ", "l7 ", "l7: is this I7?"),
        ("I7 ", "Q7 ", "“Q7” is not a question code"),
        ("I8 ", "I7 ", "“I7” stands here twice"),
        ("ไตรมาส 2-4", "ไตรมาส 2-5", "does not say which quarters"),
        ("ไตรมาส 2-4", "ทุกเดือน", "does not say which quarters"),
        ("(2) การ", "(1) การ", "“(1)” stands here twice"),
        ("(2) การ", "การ", "begins with its number"),
        (OFFICE, "กองเกษตร", "no division “กองเกษตร”; it has: สำนักปลัดเทศบาล, กองคลัง"),
    ],
)
def test_words_that_cannot_be_understood_are_refused_with_their_place(
    plan: PlanData, old: str, new: str, reason: str
) -> None:
    cell = ""

    def change(page: Worksheet) -> None:
        nonlocal cell
        cell = set_cell(page, old, new)

    content = sheet(plan, change)
    problems = refused(content, "xlsx")
    assert reason in problems
    assert f"sheet “มาตรการ”, cell {cell}, column “" in problems

    problems = refused(word(plan, lambda document: set_text(document, old, new)), "docx")
    assert reason in problems
    assert "table 1, row " in problems


@pytest.mark.parametrize("column", ["ข้อคำถาม", "ข้อค้นพบ", "ขั้นตอน/วิธีการปฏิบัติ", "ระยะเวลาดำเนินการ", "ผู้รับผิดชอบ"])
def test_missing_column_is_named(plan: PlanData, column: str) -> None:
    def change(page: Worksheet) -> None:
        for merged in list(page.merged_cells.ranges):
            page.unmerge_cells(str(merged))
        number = next(c.column for row in page.iter_rows() for c in row if c.value == column)
        page.delete_cols(number)

    problems = refused(sheet(plan, change), "xlsx")

    assert f"these columns are missing: {column}" in problems


def test_unknown_column_is_named(plan: PlanData) -> None:
    def change(page: Worksheet) -> None:
        page.cell(6, 7).value = "งบประมาณ (บาท)"

    assert "“งบประมาณ (บาท)” is not part of the official table" in refused(sheet(plan, change), "xlsx")


@pytest.mark.parametrize("start", ["เจ้าหน้าที่ขาดความรู้", "จัดอบรม", "ไตรมาส 2-4", "I27"])
def test_empty_cell_is_refused(plan: PlanData, start: str) -> None:
    def change(page: Worksheet) -> None:
        for row in page.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith(start):
                    cell.value = None

    problems = refused(sheet(plan, change), "xlsx")

    assert "this is empty" in problems or "no step stands beside this" in problems


def test_file_without_a_table_is_refused() -> None:
    stream = io.BytesIO()
    docx.Document().save(stream)

    assert "table of the plan was not found" in refused(stream.getvalue(), "docx")


def test_every_problem_is_reported_at_once(plan: PlanData) -> None:
    def change(page: Worksheet) -> None:
        set_cell(page, "I19 ", "119 ")
        set_cell(page, "ไตรมาส 2-4", "เร็วๆ นี้")

    with pytest.raises(PlanFileError) as caught:
        read(sheet(plan, change), "xlsx")
    assert len(caught.value.problems) == 2


# Hostile and broken files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"PK\x03\x04", b"%PDF-1.7", bytes.fromhex("d0cf11e0a1b11ae1")])
def test_file_that_is_something_else_is_refused(kind: str, content: bytes) -> None:
    refused(content, kind)


def test_right_content_under_the_wrong_name_is_named(plan: PlanData) -> None:
    assert "its content is .xlsx" in refused(write_plan(plan, "xlsx"), "docx")
    assert "its content is .docx" in refused(write_plan(plan, "docx"), "xlsx")
    assert "plan files end in" in refused(b"x", "odt")


def test_too_large_files_are_refused(plan: PlanData) -> None:
    assert "20 MB" in refused(b"x" * (20 * 1024 * 1024 + 1), "yaml")
    stream = io.BytesIO(write_plan(plan, "docx"))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"\0" * (101 * 1024 * 1024))
    assert "100 MB" in refused(stream.getvalue(), "docx")


def test_a_small_file_that_says_far_more_than_a_plan_is_refused() -> None:
    assert "256 KB" in refused(b"x" * (256 * 1024 + 1), "yaml")
    assert "far more than a plan" in refused(b"areas: [" + b"1," * 20_000 + b"]", "yaml")

    book = openpyxl.Workbook()
    for row in range(1, 200):
        book.active.cell(row, 1, "ก" * 8000)  # kept once, said two hundred times
    stream = io.BytesIO()
    book.save(stream)
    assert len(stream.getvalue()) < 40_000
    assert "far more than a plan" in refused(stream.getvalue(), "xlsx")

    text = docx.Document()
    for _number in range(130):
        text.add_paragraph("ก" * 8000)
    stream = io.BytesIO()
    text.save(stream)
    assert "far more than a plan" in refused(stream.getvalue(), "docx")


@pytest.mark.parametrize(("kind", "part"), [("docx", "word/document.xml"), ("xlsx", "xl/workbook.xml")])
def test_entities_are_refused(plan: PlanData, kind: str, part: str) -> None:
    attack = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;">]>'

    def change(name: str, content: bytes) -> bytes | None:
        return content.replace(b"?>", b"?>" + attack, 1) if name == part else content

    content = write_plan(plan, kind)
    if b"?>" not in zipfile.ZipFile(io.BytesIO(content)).read(part):
        content = repacked(content, lambda name, old: b"<?xml version='1.0'?>" + old if name == part else old)
    assert "document type" in refused(repacked(content, change), kind)


def test_huge_merged_ranges_and_spans_cost_nothing(plan: PlanData) -> None:
    def widen(name: str, part: bytes) -> bytes | None:
        if name == "xl/worksheets/sheet1.xml":
            return part.replace(b"<mergeCells", b"<mergeCells", 1).replace(
                b"</mergeCells>", b'<mergeCell ref="H1:XFD1048576"/></mergeCells>'
            )
        return part.replace(b'<w:gridSpan w:val="2"/>', b'<w:gridSpan w:val="2000000000"/>')

    assert read(repacked(write_plan(plan, "xlsx"), widen), "xlsx") == plan
    read(repacked(write_plan(plan, "docx"), widen), "docx")


def test_far_more_than_a_plan_is_refused_at_once(plan: PlanData) -> None:
    def swell(name: str, part: bytes) -> bytes | None:
        if name == "word/document.xml":
            return part.replace(b"</w:tbl>", b"<w:tr><w:tc><w:p/></w:tc></w:tr>" * 6000 + b"</w:tbl>")
        if name == "xl/worksheets/sheet1.xml":
            return part.replace(
                b"</sheetData>", b'<row><c t="inlineStr"><is><t>x</t></is></c></row>' * 31_000 + b"</sheetData>"
            )
        return part

    assert "far more than a plan" in refused(repacked(write_plan(plan, "docx"), swell), "docx")
    assert "far more than a plan" in refused(repacked(write_plan(plan, "xlsx"), swell), "xlsx")


def test_formula_like_texts_stay_texts(plan: PlanData) -> None:
    area = plan.areas[5]
    risky = replace(area, measures=(replace(area.measures[0], text='=HYPERLINK("http://x","y")'),))
    changed = replace(plan, areas=(*plan.areas[:5], risky, plan.areas[6]))
    content = write_plan(changed, "xlsx")
    values = [cell for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]

    assert read(content, "xlsx") == changed
    assert not [cell for cell in values if cell.data_type == "f"]


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=NO_LIMIT)
@given(data=st.data(), kind=st.sampled_from(KINDS))
def test_damaged_files_are_plans_or_refused(data: st.DataObject, kind: str) -> None:
    """Nothing but PlanFileError, whatever happens to the bytes."""
    content = bytearray(sound(kind))
    for _time in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            content[at] = data.draw(st.integers(0, 255))
        else:
            del content[at : at + data.draw(st.integers(1, 4000))]
        if not content:
            break
    try:
        read(bytes(content), kind)
    except PlanFileError as error:
        assert error.problems


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=NO_LIMIT)
@given(data=st.data(), kind=st.sampled_from(TABLES))
def test_damaged_parts_are_plans_or_refused(data: st.DataObject, kind: str) -> None:
    """As above, but inside a sound archive: damage that no checksum tells."""
    parts = zipfile.ZipFile(io.BytesIO(sound(kind))).namelist()
    victim = data.draw(st.sampled_from(sorted(parts)))
    old = data.draw(st.sampled_from([b'"', b">", b"<", b"0", b"1", b"w:", b"ref=", b"t=", b"/", b"val"]))
    new = data.draw(st.sampled_from([b"", b"-1", b"99999999999", b"x", b"&", b"<a>", b"\xff"]))

    def change(name: str, part: bytes) -> bytes | None:
        return part.replace(old, new, data.draw(st.integers(1, 3))) if name == victim else part

    try:
        read(repacked(sound(kind), change), kind)
    except PlanFileError as error:
        assert error.problems


@functools.cache
def sound(kind: str) -> bytes:
    """The real plan as a file, to be damaged."""
    return write_plan(real_plan(), kind)


# YAML ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("fiscal_year: 2567", "fiscal_year: '2567'", "line 1, fiscal_year: a whole number is expected here"),
        ("fiscal_year: 2567", "fiscal_year: 2024", "2024 is not a fiscal year"),
        ("fiscal_year: 2567", "colour: red\nfiscal_year: 2567", "line 1, colour: this name is not known"),
        ("fiscal_year: 2567", "fiscal_year: 2567\nfiscal_year: 2567", "line 2, fiscal_year: this is written twice"),
        ("fiscal_year: 2567", "fiscal_year: &a 2567", "line 1: anchors"),
        ("fiscal_year: 2567", "fiscal_year: *a", "line 1: anchors"),
        ("fiscal_year: 2567", "fiscal_year: !!python/object:os.system x", "fiscal_year: a whole number"),
        ("assessment_year: 2566", "assessment_year: 2568", "the assessment is later than the plan"),
        ("code: I1\n", "code: '119'\n", "areas[1].questions[1].code: 119: is this I19?"),
        ("number: 2\n", "number: 1\n", "areas[2].number: “1” stands here twice"),
        ("quarters: [1, 2, 4]", "quarters: [1, 5]", "quarters are 1, 2, 3 or 4"),
        ("quarters: [1, 2, 4]", "quarters: []", "areas[5].measures[1].quarters: this is empty"),
        ("quarters: [1, 2, 4]", "quarters: 1", "a list is expected here"),
        ("all_divisions: true", "all_divisions: false", "say either all_divisions: true"),
        ("all_divisions: true", "all_divisions: 'true'", "true or false is expected here"),
        (f"- {OFFICE}", "- กองเกษตร", "this municipality has no division “กองเกษตร”"),
        ("- number: 1\n", "- \n", "areas[1].number: this is missing"),
        ("id: m1-1", "id: 'ไทย'", "not an identifier"),
        ("limitations:", "limitations: 1\nx:", "limitations: a list is expected here"),
        ("areas:", "areas: []\nx:", "areas: this is empty"),
        ("title:", "\ttitle:", "not valid YAML"),
    ],
)
def test_yaml_is_refused_with_line_and_path(plan: PlanData, old: str, new: str, problem: str) -> None:
    text = write_plan(plan, "yaml").decode()
    assert old in text

    assert problem in refused(text.replace(old, new, 1).encode(), "yaml")


@pytest.mark.parametrize(
    "content",
    [
        "[" * 5000,
        "a: " * 3000,
        "- 1",
        "text",
        "---\na: 1\n---\nb: 2",
        "{" * 100,
        "? [a]\n: 1",
        "fiscal_year: 0o17",
        "\ud800",
    ],
)
def test_strange_yaml_is_refused(content: str) -> None:
    refused(content.encode("utf-8", "surrogatepass"), "yaml")


def test_yaml_may_leave_out_what_follows_from_the_rest(plan: PlanData) -> None:
    text = write_plan(plan, "yaml").decode()
    without_quarters = re.sub(r"\n *quarters: \[2, 3, 4\]", "", text)

    assert without_quarters != text
    assert read(without_quarters.encode(), "yaml") == plan


# Words of the schedule -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "quarters"),
    [
        ("ทุกไตรมาส", (1, 2, 3, 4)),
        ("ทุก ไตรมาส", (1, 2, 3, 4)),
        ("ตลอดปีงบประมาณ", (1, 2, 3, 4)),
        ("ตลอด งบประมาณ", (1, 2, 3, 4)),
        ("ตลอดปี", (1, 2, 3, 4)),
        ("ตลอดปีงบประมาณ พ.ศ. ๒๕๖๗", (1, 2, 3, 4)),
        ("ทุกไตรมาส ปีงบประมาณ 2567", (1, 2, 3, 4)),
        ("ไตรมาส 1,2,4", (1, 2, 4)),
        ("ไตรมาสที่ ๑ และ ๓", (1, 3)),
        ("ไตรมาสที่ 1 และไตรมาสที่ 4", (1, 4)),
        ("ไตรมาส 2-4", (2, 3, 4)),
        ("ไตรมาส ๒ – ๔", (2, 3, 4)),
        ("ไตรมาส 2 ถึง 4", (2, 3, 4)),
        ("ไตรมาส 1-2, 4", (1, 2, 4)),
        ("ไตรมาส 1/2567", (1,)),
        ("ไตรมาสที่ 3 ปีงบประมาณ พ.ศ. 2567", (3,)),
    ],
)
def test_schedule_words(words: str, quarters: tuple[int, ...]) -> None:
    assert quarters_of(words) == quarters


@pytest.mark.parametrize(
    "words", ["", "ไตรมาส", "ไตรมาส 5", "ไตรมาส 0", "ไตรมาส 4-2", "ไตรมาส 124", "ทุกเดือน", "1,2", "ตลอดไป", "ไตรมาสแรก"]
)
def test_unknown_schedule_words_are_refused(words: str) -> None:
    with pytest.raises(UnknownScheduleError):
        quarters_of(words)


def test_usual_words_say_their_quarters() -> None:
    from measures.models.structure import SCHEDULES

    assert [list(quarters_of(words_for(chosen))) for chosen in SCHEDULES] == SCHEDULES
