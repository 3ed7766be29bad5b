"""Plan files: what is written reads back, what people do to files is understood, the rest is refused with its place."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from django.utils import translation
from docx.document import Document
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from measures.documents.plan_files import write_plan
from measures.documents.text import tidy
from measures.plan_data import PlanData

from .plan_samples import (
    OFFICE,
    REAL_PLAN,
    paragraphs,
    plans,
    read,
    real_plan,
    refused,
    repacked,
    set_cell,
    set_text,
    set_text_of,
    sheet,
    without_copy,
    without_hidden,
    word,
)

SOURCE = REAL_PLAN.with_name("plan-2567-source.txt")
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


# Round trips -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_real_plan_reads_back_the_same(plan: PlanData, kind: str) -> None:
    once = read(write_plan(plan, kind), kind)

    assert once == plan
    assert read(write_plan(once, kind), kind) == plan


@pytest.mark.parametrize("kind", TABLES)
def test_table_alone_holds_the_whole_plan(plan: PlanData, kind: str) -> None:
    assert read(without_copy(write_plan(plan, kind)), kind) == without_hidden(plan)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=NO_LIMIT)
@given(plan=plans())
def test_any_plan_reads_back_the_same(plan: PlanData) -> None:
    for kind in KINDS:
        assert read(write_plan(plan, kind), kind) == plan


@settings(max_examples=300, deadline=None, derandomize=True)
@given(text=st.text())
@example("ก\u200bเเ ํา\u00a0\u2028x\ufeff")
def test_tidy_is_idempotent(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@pytest.fixture(scope="module")
def saved_by_libreoffice(plan: PlanData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the plan's files as LibreOffice saves them: `whole` and as if somebody else had made them."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("office")
    for kind, as_kind in (("docx", "MS Word 2007 XML"), ("xlsx", "Calc MS Excel 2007 XML")):
        content = write_plan(plan, kind)
        files = {f"whole.{kind}": content, f"visible.{kind}": without_copy(content)}
        for name, written in files.items():
            (folder / name).write_bytes(written)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", f"{kind}:{as_kind}", "--outdir", folder / "saved"]
        subprocess.run([*command, *(folder / name for name in files)], check=True, capture_output=True, timeout=180)
    return folder / "saved"


@pytest.mark.parametrize("kind", TABLES)
def test_file_saved_again_by_libreoffice_is_the_same_plan(
    plan: PlanData, kind: str, saved_by_libreoffice: Path
) -> None:
    assert read((saved_by_libreoffice / f"whole.{kind}").read_bytes(), kind) == plan
    assert read((saved_by_libreoffice / f"visible.{kind}").read_bytes(), kind) == without_hidden(plan)


# What people do to files -----------------------------------------------------------------------------------


def untidy(text: str) -> str:
    """Doubled, hard and invisible spaces, Thai digits."""
    digits = text.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    return "\u200b  " + digits.replace(" ", " \u00a0 ").replace("การ", "กา\u200bร") + " "


def test_untidy_word_file_is_the_same_plan(plan: PlanData) -> None:
    def change(document: Document) -> None:
        for paragraph in paragraphs(document):
            for run in paragraph.runs:
                run.text = untidy(run.text)

    assert read(word(plan, change, visible_only=False), "docx") == plan


def test_soft_line_breaks_and_moved_spaces_change_nothing(plan: PlanData) -> None:
    def change(document: Document) -> None:
        set_text(document, "หน่วยงานควรกำหนดหรือระบุ", "หน่วยงาน\nควรกำหนด หรือ\nระบุ")
        set_text(document, "ตลอดปีงบประมาณ", "ตลอดปี\nงบ ประมาณ")
        set_text(document, "ทุกสำนัก/กอง", "ทุกสำนัก / กอง")

    assert read(word(plan, change, visible_only=False), "docx") == plan


def test_soft_line_break_in_a_foreign_file_adds_no_space(plan: PlanData) -> None:
    edited = word(plan, lambda document: set_text(document, "ขั้นตอนการขออนุญาต", "ขั้นตอนการ\nขออนุญาต"))

    assert read(edited, "docx") == without_hidden(plan)


def test_bullets_and_numbers_of_any_kind_are_entries(plan: PlanData) -> None:
    for marker in ("–", "•", "๑.", "1)", "-"):

        def change(document: Document, marker: str = marker) -> None:
            for paragraph in paragraphs(document):
                if paragraph.text.startswith("- "):
                    set_text_of(paragraph, f"{marker} {paragraph.text[2:]}")

        assert read(word(plan, change), "docx") == without_hidden(plan)


def test_automatic_lists_of_word_are_entries(plan: PlanData) -> None:
    """Word turns a typed dash into an automatic list, whose marker is no text of the file."""

    def change(document: Document) -> None:
        for paragraph in list(paragraphs(document)):
            if paragraph.text.startswith("- "):
                set_text_of(paragraph, paragraph.text[2:])
                numbering = paragraph._p.get_or_add_pPr().get_or_add_numPr()
                numbering.get_or_add_numId().val = 1

    assert read(word(plan, change), "docx") == without_hidden(plan)


def test_table_split_over_pages_with_repeated_heading_is_one_plan(plan: PlanData) -> None:
    """As the municipality's own document: one table a page, the area named again."""
    import copy

    def change(document: Document) -> None:
        first = document.tables[0]._tbl
        second = copy.deepcopy(first)
        rows, others = list(first.tr_lst), list(second.tr_lst)
        cut = 2 + 2 + 1  # heading, area 1, and one row of area 2
        for row in rows[cut:]:
            first.remove(row)
        for row in others[2:cut]:
            second.remove(row)
        first.addnext(second)
        remark = copy.deepcopy(document.paragraphs[0]._p)
        first.addnext(remark)

    assert read(word(plan, change), "docx") == without_hidden(plan)


def test_merges_undone_or_filled_down_change_nothing(plan: PlanData) -> None:
    def unmerge(page: Worksheet, *, fill: bool) -> None:
        for merged in list(page.merged_cells.ranges):
            page.unmerge_cells(str(merged))
            if fill and merged.min_row > 6 and merged.min_col == merged.max_col:
                for row in range(merged.min_row + 1, merged.max_row + 1):
                    page.cell(row, merged.min_col).value = page.cell(merged.min_row, merged.min_col).value

    for fill in (False, True):
        for visible_only in (False, True):
            edited = sheet(plan, lambda page, fill=fill: unmerge(page, fill=fill), visible_only=visible_only)
            assert read(edited, "xlsx") == (without_hidden(plan) if visible_only else plan)


def test_text_hidden_under_a_merged_cell_does_not_count(plan: PlanData) -> None:
    def change(name: str, part: bytes) -> bytes | None:
        if name == "word/document.xml":
            text = part.decode()
            covered = "<w:vMerge/></w:tcPr><w:p/>"
            assert covered in text
            return text.replace(covered, covered.replace("<w:p/>", "<w:p><w:r><w:t>ซ่อนอยู่</w:t></w:r></w:p>")).encode()
        return part

    assert read(repacked(write_plan(plan, "docx"), change), "docx") == plan


def test_heading_in_other_words_is_understood(plan: PlanData) -> None:
    def change(page: Worksheet) -> None:
        set_cell(page, "ระยะเวลาดำเนินการ", "ระยะเวลา\nดำเนินการ")
        set_cell(page, "ขั้นตอน/วิธีการปฏิบัติ", "ขั้นตอน / วิธีการปฏิบัติ")
        set_cell(page, "ผู้รับผิดชอบ", "หน่วยงานที่รับผิดชอบ")

    assert read(sheet(plan, change), "xlsx") == without_hidden(plan)


def test_tracked_changes_and_content_controls_are_read_as_accepted(plan: PlanData) -> None:
    def change(name: str, part: bytes) -> bytes | None:
        if name != "word/document.xml":
            return part
        text = part.decode()
        start = text.rindex("<w:r>", 0, text.index("I27"))
        end = text.index("</w:r>", text.index("I27")) + 6
        run = text[start:end]
        deleted = '<w:del w:id="1" w:author="x"><w:r><w:delText>ลบแล้ว</w:delText></w:r></w:del>'
        inserted = f'<w:ins w:id="2" w:author="x"><w:sdt><w:sdtContent>{run}</w:sdtContent></w:sdt></w:ins>'
        return (text[:start] + deleted + inserted + text[end:]).encode()

    assert read(repacked(write_plan(plan, "docx"), change), "docx") == plan


def scanned(*changes: tuple[str, str]) -> bytes:
    """The municipality's own document as Word file: its five tables, nothing merged, with `changes` to its text."""
    text = SOURCE.read_text(encoding="utf-8").replace("<p>", "").replace("</p>", "")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    document = docx.Document()
    table = None
    for line in text.splitlines():
        if line.count("\t") != 5:
            table = None
            document.add_paragraph(line)
            continue
        table = table or document.add_table(rows=0, cols=6)
        for cell, words in zip(table.add_row().cells, line.split("\t"), strict=True):
            cell.text = words.replace("|", "\n")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


CODES = (("\t119 ", "\tI๑๙ "), ("\t120 ", "\ti20 "), ("\t121 ", "\tI 21 "), ("\t17 ", "\tI7 "), ("\t18 ", "\tI8 "))
ENTRIES = (("งานเป็นระยะ - ", "งานเป็นระยะ|- "), ("อย่างถูกต้อง -ส", "อย่างถูกต้อง|- ส"), ("เป็นต้น) - จัด", "เป็นต้น)|- จัด"))


def test_scanned_document_is_read_once_its_codes_and_entries_are_clear() -> None:
    plan = read(scanned(*CODES, *ENTRIES), "docx", 2567)

    assert [len(area.questions) for area in plan.areas] == [2, 2, 3, 3, 2, 1, 1]
    assert [len(area.measures) for area in plan.areas] == [1, 2, 2, 3, 2, 1, 1]
    assert [question.code for question in plan.areas[3].questions] == ["I19", "I20", "I21"]
    assert [finding.questions for finding in plan.areas[4].findings] == [("I7",), ("I8",)]
    assert {measure.schedule for measure in plan.areas[2].measures} == {"ตลอดปีงบประมาณ"}
    assert plan.areas[4].measures[0].divisions == (OFFICE,)
    assert (plan.title, plan.municipality, plan.prepared_by) == (
        "มาตรการส่งเสริมคุณธรรมและความโปร่งใสภายในหน่วยงาน",
        "เทศบาลตำบลคงสมบูรณ์",
        "สำนักปลัด",
    )
    assert plan.limitations == real_plan().limitations


def test_scanned_document_as_it_is_asks_instead_of_guessing() -> None:
    problems = refused(scanned(), "docx", 2567)

    for code in ("119: is this I19?", "120: is this I20?", "121: is this I21?", "17: is this I7?", "18: is this I8?"):
        assert code in problems
    assert "put each on a line of its own" in problems


# Visible text wins -----------------------------------------------------------------------------------------


def test_edited_measure_keeps_its_identity_and_says_the_new_text(plan: PlanData) -> None:
    edited = read(sheet(plan, lambda page: set_cell(page, "สำรวจ/", "ติดตาม/"), visible_only=False), "xlsx")
    before, after = plan.areas[0].measures[0], edited.areas[0].measures[0]

    assert after == replace(before, text=before.text.replace("สำรวจ/", "ติดตาม/"))
    assert edited.areas[1:] == plan.areas[1:]


def test_edited_schedule_and_owner_count(plan: PlanData) -> None:
    def change(document: Document) -> None:
        set_text(document, "ไตรมาส 2-4", "ไตรมาสที่ ๑ และ ๓")
        set_text(document, "สำนักปลัดเทศบาล", "กองช่าง และ สำนักปลัด")

    edited = read(word(plan, change, visible_only=False), "docx")
    measure = edited.areas[5].measures[0]

    assert (measure.quarters, measure.schedule) == ((1, 3), "ไตรมาสที่ ๑ และ ๓")
    assert measure.divisions == (OFFICE, "กองช่าง")
    assert measure.id == plan.areas[5].measures[0].id


def test_measure_taken_out_does_not_pass_its_identity_on(plan: PlanData) -> None:
    def change(document: Document) -> None:
        for paragraph in paragraphs(document):
            if paragraph.text.startswith("- หน่วยงานควรกำหนด"):
                paragraph._p.getparent().remove(paragraph._p)

    edited = read(word(plan, change, visible_only=False), "docx")

    assert edited.areas[3].measures == plan.areas[3].measures[1:]


def test_year_changed_on_the_cover_makes_it_another_plan(plan: PlanData) -> None:
    edited = read(sheet(plan, lambda page: set_cell(page, "2567", "๒๕๖๘"), visible_only=False), "xlsx")

    assert (edited.fiscal_year, edited.assessment_year) == (2568, 0)
    assert {measure.id for area in edited.areas for measure in area.measures} == {""}


def test_hidden_copy_that_was_altered_is_ignored(plan: PlanData) -> None:
    def change(name: str, part: bytes) -> bytes | None:
        return part.replace(b">e", b">f", 1) if name == "docProps/custom.xml" else part

    assert read(repacked(write_plan(plan, "docx"), change), "docx") == without_hidden(plan)


# The year --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TABLES)
def test_file_without_a_year_needs_one_beside_it(plan: PlanData, kind: str) -> None:
    if kind == "docx":
        content = word(plan, lambda document: set_text(document, "ประจำปีงบประมาณ พ.ศ. 2567", "ฉบับร่าง"))
    else:
        content = sheet(plan, lambda page: set_cell(page, "ประจำปีงบประมาณ พ.ศ. 2567", "ฉบับร่าง"))

    assert "does not say its fiscal year" in refused(content, kind)
    assert read(content, kind, 2567).fiscal_year == 2567


@pytest.mark.parametrize("kind", KINDS)
def test_file_of_another_year_is_refused(plan: PlanData, kind: str) -> None:
    assert "fiscal year 2567, but 2568" in refused(write_plan(plan, kind), kind, 2568)
