"""The documents made of a plan and its published progress, from values by hand."""

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import docx
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from ita_portal.fiscal import today
from measures.documents.csv_views import PLAN_HEADER, REPORT_HEADER, plan_csv, report_csv
from measures.documents.json_views import plan_json, report_json
from measures.documents.pdf import plan_pdf, report_pdf
from measures.documents.plan_cells import Cell, area_cells
from measures.documents.report_docx import report_docx
from measures.documents.report_rows import quarter_counts, report_rows
from measures.documents.report_xlsx import report_xlsx
from measures.plan_data import AreaData, FigureView, FindingData, MeasureData, PlanView, QuestionData

from .print_samples import DIGEST, FIGURES, FILE, HOSTILE, PLAN, PROGRESS, PUBLISHED, VIEW, Signs

UNPUBLISHED = "ยังไม่มีการเผยแพร่ผลการดำเนินการในไตรมาสนี้"
OUTSIDE = "ไม่อยู่ในแผนของไตรมาสนี้"


def absolute(url: str) -> str:
    return f"https://ita.example.go.th{url}" if url.startswith("/") else url


def squeezed(text: str) -> str:
    """Without blanks: where lines break is the printer's business."""
    return re.sub(r"\s+", "", text)


def pdf_text(content: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


# The table of the plan -----------------------------------------------------------------------------------


def area(
    questions: int = 1, findings: tuple[FindingData, ...] = (), measures: tuple[MeasureData, ...] = ()
) -> AreaData:
    asked = tuple(QuestionData(f"I{number}", f"ถาม {number}") for number in range(1, questions + 1))
    return AreaData(1, "ประเด็น", asked, findings, measures)


def step(text: str, schedule: str = "ทุกไตรมาส") -> MeasureData:
    return MeasureData(text=text, quarters=(1, 2, 3, 4), schedule=schedule, all_divisions=True)


def column(cells: list[Cell], number: int) -> list[tuple[int, int, tuple[str, ...]]]:
    return [(cell.row, cell.span, cell.paragraphs) for cell in cells if cell.column == number]


@pytest.mark.parametrize("data", PLAN.areas, ids=lambda data: str(data.number))
def test_every_place_of_the_table_is_covered_once(data: AreaData) -> None:
    cells = area_cells(data)
    height = max(cell.row + cell.span for cell in cells)
    places = [(cell.column, row) for cell in cells for row in range(cell.row, cell.row + cell.span)]
    assert sorted(places) == [(column, row) for column in range(6) for row in range(height)]


def test_measures_with_one_time_and_owner_share_a_cell() -> None:
    cells = area_cells(area(2, (), (step("ก"), step("ข"), step("ค", "ไตรมาส 1"))))
    assert column(cells, 3) == [(0, 1, ("ก", "ข")), (1, 1, ("ค",))]
    assert column(cells, 4) == [(0, 1, ("ทุกไตรมาส",)), (1, 1, ("ไตรมาส 1",))]


def test_a_finding_stands_beside_its_questions() -> None:
    findings = (FindingData("หนึ่ง", ("I1",)), FindingData("สาม", ("I3",)))
    assert column(area_cells(area(3, findings)), 2) == [(0, 1, ("หนึ่ง",)), (1, 1, ()), (2, 1, ("สาม",))]


@pytest.mark.parametrize(
    "findings",
    [
        (FindingData("ก"), FindingData("ข", ("I1",))),
        (FindingData("ก", ("I2",)), FindingData("ข", ("I1",))),
        (FindingData("ก", ("I1", "I3")), FindingData("ข", ("I2",))),
        (FindingData("ก", ("X9",)), FindingData("ข", ("I1",))),
    ],
)
def test_findings_that_follow_no_order_share_one_cell(findings: tuple[FindingData, ...]) -> None:
    assert column(area_cells(area(3, findings)), 2) == [(0, 3, ("ก", "ข"))]


def test_an_empty_area_is_one_empty_row() -> None:
    assert [(cell.row, cell.span) for cell in area_cells(area(0))] == [(0, 1)] * 6


# Rows and counts -----------------------------------------------------------------------------------------


def test_rows_are_measure_by_quarter_and_say_what_is_missing() -> None:
    rows = {(row.measure.id, row.quarter): row for row in report_rows(VIEW)}
    assert len(rows) == 7 * 4
    assert rows["m1", 3].status_words == UNPUBLISHED
    assert rows["m7", 1].status_words == OUTSIDE
    assert rows["m2", 1].status_words == "ล่าช้ากว่าแผน"


def test_progress_of_a_quarter_that_left_the_schedule_is_not_shown() -> None:
    moved = replace(VIEW, progress={("m7", 1): PROGRESS["m1", 1]})
    row = next(row for row in report_rows(moved, 1) if row.measure.id == "m7")
    assert (row.progress, row.mark) == (None, "outside")


def test_counts_tell_not_started_from_not_published() -> None:
    first, *_others = quarter_counts(VIEW)
    assert (first.scheduled, first.unpublished) == (6, 2)
    assert first.by_status == {"not_started": 1, "in_progress": 0, "done": 1, "delayed": 1, "not_done": 1}


# JSON ----------------------------------------------------------------------------------------------------


def test_plan_json_has_the_agreed_names_in_their_order() -> None:
    content = plan_json(VIEW, absolute=absolute)
    names = ["fiscal_year", "title", "municipality", "prepared_by", "published_at", "areas", "limitations"]
    assert list(content) == names
    assert list(content["areas"][0]) == ["number", "title", "questions", "findings", "measures"]
    assert content["areas"][0]["questions"][1] == {"code": "E11", "text": PLAN.areas[0].questions[1].text}
    assert content["areas"][0]["findings"] == [{"text": PLAN.areas[0].findings[0].text}]
    assert content["limitations"] == [{"text": text} for text in PLAN.limitations]
    assert content["published_at"] == "2023-11-01T09:00:00+07:00"
    assert json.loads(json.dumps(content, ensure_ascii=False)) == content


def test_plan_json_measure_holds_its_progress() -> None:
    measure = plan_json(VIEW, absolute=absolute)["areas"][0]["measures"][0]
    entries = measure.pop("progress")
    assert measure == {
        "id": "m1",
        "text": PLAN.areas[0].measures[0].text,
        "quarters": [1, 2, 3, 4],
        "schedule": "ทุกไตรมาส",
        "all_divisions": True,
        "divisions": [],
    }
    assert list(entries[0]) == ["quarter", "status", "result", "updated_at", "evidence"]
    assert entries[0]["status"] == "done"
    assert entries[0]["updated_at"] == "2024-01-10T03:00:00+07:00"
    assert entries[0]["evidence"][0] == {
        "title": FILE.title,
        "url": "https://ita.example.go.th/measures/evidence/Zk3vQ9aBc_1/",
        "sha256": DIGEST,
    }
    assert entries[0]["evidence"][1]["sha256"] is None
    assert entries[2] == {"quarter": 3, "status": "not_started", "result": "", "updated_at": None, "evidence": []}


def test_json_has_no_entry_outside_the_schedule() -> None:
    measures = {measure["id"]: measure for part in plan_json(VIEW)["areas"] for measure in part["measures"]}
    assert [entry["quarter"] for entry in measures["m5"]["progress"]] == [1, 2, 4]
    assert measures["m7"]["divisions"] == ["สำนักปลัดเทศบาล", "กองช่าง"]


def test_report_json_adds_the_live_figures() -> None:
    entries = report_json(VIEW, absolute=absolute)["areas"][0]["measures"][0]["progress"]
    assert list(entries[0])[:6] == ["quarter", "status", "result", "updated_at", "evidence", "indicators"]
    assert entries[0]["indicators"] == [
        {
            "key": "surveys.answers",
            "name": "ผู้ตอบแบบสำรวจ",
            "value": 120,
            "unit": "คน",
            "url": "https://ita.example.go.th/surveys/satisfaction/results/",
        }
    ]
    assert [entry["indicators"][0]["value"] for entry in entries] == [120, 0, None, None]


def test_report_json_of_one_quarter_and_exact_amounts() -> None:
    figure = FigureView("budget.spent", "เบิกจ่าย", Decimal("1234567.50"), "บาท", "/budget/2567/", "1,234,567.50")
    view = replace(VIEW, figures={("m1", 2): (figure,)})
    entries = report_json(view, quarter=2)["areas"][0]["measures"][0]["progress"]
    assert [entry["quarter"] for entry in entries] == [2]
    assert entries[0]["indicators"][0]["value"] == "1234567.50"


# CSV -----------------------------------------------------------------------------------------------------


def csv_rows(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_report_csv_is_one_row_a_measure_and_quarter() -> None:
    rows = csv_rows(report_csv(VIEW, absolute=absolute))
    assert tuple(rows[0]) == REPORT_HEADER
    assert len(rows) == 28
    assert rows[0]["status"] == "done"
    assert f"https://ita.example.go.th{FILE.url} {DIGEST}" in rows[0]["evidence"]
    assert rows[1]["indicators"].startswith("ผู้ตอบแบบสำรวจ: 0 คน https://ita.example.go.th/")
    assert rows[2]["indicators"].startswith("ผู้ตอบแบบสำรวจ: ไม่มีข้อมูล ")
    assert (rows[1]["indicators_as_of"], rows[4]["indicators_as_of"]) == (today().isoformat(), "")
    assert (rows[2]["status"], rows[2]["status_words"]) == ("not_started", UNPUBLISHED)
    assert (rows[-4]["scheduled"], rows[-4]["status"], rows[-4]["status_words"]) == ("false", "", OUTSIDE)
    assert rows[4]["obstacles"] == '\'=HYPERLINK("http://x")'
    assert rows[4]["next_step"] == "'- ปรับปรุง"


def test_plan_csv_is_one_row_a_measure() -> None:
    rows = csv_rows(plan_csv(VIEW))
    assert tuple(rows[0]) == PLAN_HEADER
    assert [row["measure_id"] for row in rows] == ["m1", "m2", "m3", "m4", "m5", "m6", "m7"]
    assert rows[4]["quarters"] == "1,2,4"
    assert rows[4]["question_codes"] == "I7\nI8"


# PDF -----------------------------------------------------------------------------------------------------


def test_plan_pdf_says_everything_the_plan_says() -> None:
    content = plan_pdf(PLAN, municipality=Signs(), thai_digits=False, published_at=PUBLISHED, number=3)
    text = pdf_text(content)
    for part in PLAN.areas:
        expected = [f"({part.number}) {part.title}", *[finding.text for finding in part.findings]]
        expected += [f"{question.code} {question.text}" for question in part.questions]
        expected += [measure.text for measure in part.measures]
        for words in expected:
            assert squeezed(words) in text
    for words in (*PLAN.limitations, "เผยแพร่เมื่อวันที่ 1 พฤศจิกายน 2566 (ฉบับที่ 3)", "อำเภอท่าคันโท จังหวัดกาฬสินธุ์"):
        assert squeezed(words) in text
    assert squeezed("(นายตัวอย่าง ทดสอบ)ตำแหน่ง ปลัดเทศบาลตำบลคงสมบูรณ์") in text
    assert PdfReader(io.BytesIO(content)).metadata.title == f"{PLAN.title} ประจำปีงบประมาณ พ.ศ. 2567"


def test_plan_pdf_repeats_its_headings_and_keeps_an_area_on_a_page() -> None:
    pages = [
        squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(plan_pdf(PLAN, municipality=Signs()))).pages
    ]
    with_table = [page for page in pages if "(๑)กระ" in page or "(๔)กระ" in page or "(๕)กระ" in page]
    assert len(with_table) > 1
    assert all("ขั้นตอน/วิธีการปฏิบัติ" in page for page in with_table)
    assert any("I๗" in page and "I๘" in page and "ประโยชน์สูงสุดต่อประชาชน" in page for page in pages)


def test_plan_pdf_without_publication_is_a_draft_and_leaves_lines_to_sign_on() -> None:
    text = pdf_text(plan_pdf(PLAN, municipality=Signs(signatory_name="", signatory_position="")))
    assert squeezed("ฉบับร่าง ยังไม่เผยแพร่") in text
    assert text.count(".........") >= 4


def test_plan_pdf_takes_areas_longer_than_a_page() -> None:
    long = replace(PLAN.areas[0], measures=tuple(step(f"ขั้นตอนที่ {number} " * 40) for number in range(8)))
    reader = PdfReader(io.BytesIO(plan_pdf(replace(PLAN, areas=(long,)), municipality=Signs())))
    text = squeezed("".join(page.extract_text() for page in reader.pages))
    assert text.count("ขั้นตอนที่๗") == 40


def test_report_pdf_says_status_result_evidence_and_what_is_missing() -> None:
    text = pdf_text(report_pdf(VIEW, municipality=Signs(), thai_digits=False, absolute=absolute))
    done = PROGRESS["m1", 1]
    for words in (
        "ดำเนินการแล้วเสร็จ", "อยู่ระหว่างดำเนินการ", "ล่าช้ากว่าแผน", "ไม่ได้ดำเนินการ",
        done.result, done.obstacles, done.next_step, FILE.title, UNPUBLISHED, OUTSIDE, HOSTILE,
        "ผู้ตอบแบบสำรวจ: 120 คน", "ผู้ตอบแบบสำรวจ: ไม่มีข้อมูล", "เผยแพร่เมื่อวันที่ 10 มกราคม 2567",
        f"SHA-256 {DIGEST}", f"https://ita.example.go.th{FILE.url}", "ไม่มีหลักฐานแนบ",
    ):  # fmt: skip
        assert squeezed(words) in text
    assert text.count(squeezed(UNPUBLISHED)) == 20
    assert squeezed("รวม 25 1 1 1 1 1 20") in text


def test_report_pdf_of_a_quarter_holds_only_that_quarter() -> None:
    text = pdf_text(report_pdf(VIEW, municipality=Signs(), quarter=2, thai_digits=False))
    assert squeezed("ไตรมาสที่ 2 (มกราคม – มีนาคม 2567)") in text
    assert "กำลังเก็บข้อมูล" in text
    assert squeezed(PROGRESS["m1", 1].result) not in text
    assert squeezed("ยังไม่มีหลักฐานที่เผยแพร่ในช่วงเวลาของรายงานนี้") in text


def test_thai_digits_leave_addresses_and_digests_alone() -> None:
    text = pdf_text(report_pdf(VIEW, municipality=Signs(), absolute=absolute))
    assert f"SHA-256{DIGEST}" in text
    assert f"https://ita.example.go.th{FILE.url}" in text
    assert "ปีงบประมาณพ.ศ.๒๕๖๗" in text
    rest = text.replace(DIGEST, "").replace(DIGEST[:12], "").replace("SHA-256", "")
    assert not set(re.sub(r"https?://[!-~]+", "", rest)) & set("0123456789")


def test_report_pdf_of_an_empty_plan() -> None:
    empty = PlanView(replace(PLAN, areas=(), limitations=()), 0, None, "", {})
    text = pdf_text(report_pdf(empty, municipality=Signs()))
    assert squeezed("ฉบับร่าง ยังไม่เผยแพร่") in text


@pytest.mark.parametrize(("write", "what"), [(plan_pdf, PLAN), (report_pdf, VIEW)])
def test_pdf_is_tagged_thai_and_sarabun(write: Callable[..., bytes], what: object) -> None:
    reader = PdfReader(io.BytesIO(write(what, municipality=Signs())))
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"].value is True
    assert str(catalog["/Lang"]).startswith("th")
    fonts = {
        font.get_object()["/BaseFont"] for page in reader.pages for font in page["/Resources"].get("/Font", {}).values()
    }
    assert fonts
    assert all("Sarabun" in name for name in fonts)


# Word and spreadsheet ------------------------------------------------------------------------------------


def test_report_docx_says_the_same_with_merged_rows_and_repeated_headings() -> None:
    content = report_docx(VIEW, municipality=Signs(), thai_digits=False, absolute=absolute)
    document = docx.Document(io.BytesIO(content))
    summary, first, second = document.tables[:3]
    assert [cell.text for cell in summary.rows[-1].cells] == ["รวม", "25", "1", "1", "1", "1", "1", "20"]
    # Below what people reported of a quarter stands what the portal shows.
    assert [row.cells[0].text for row in first.rows] == ["ไตรมาส", "1", "", "2", "", "3", "", "4", ""]
    assert first.rows[1].cells[2].text == PROGRESS["m1", 1].result
    assert first.rows[2].cells[1].text.startswith("สิ่งที่ระบบแสดง ณ วันที่")
    assert "ผู้ตอบแบบสำรวจ: 120 คน" in "".join(first.rows[2].cells[1]._tc.itertext())
    assert first.rows[5].cells[1]._tc is first.rows[5].cells[5]._tc
    assert first.rows[5].cells[1].text == UNPUBLISHED
    assert second.rows[1].cells[2].text == HOSTILE
    assert first.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
    targets = {link.target_ref for link in document.part.rels.values() if link.is_external}
    assert f"https://ita.example.go.th{FILE.url}" in targets
    assert DIGEST in document.tables[-1].rows[1].cells[3].text


def test_report_docx_in_thai_digits_keeps_addresses() -> None:
    document = docx.Document(io.BytesIO(report_docx(VIEW, municipality=Signs(), quarter=1, absolute=absolute)))
    assert "ไตรมาสที่ ๑ (ตุลาคม – ธันวาคม ๒๕๖๖)" in document.paragraphs[1].text
    assert f"https://ita.example.go.th{FILE.url}" in document.tables[-1].rows[1].cells[3].text


@pytest.mark.parametrize(("thai_digits", "switch"), [(True, r" \* THAIARABIC"), (False, "")])
def test_report_docx_numbers_its_pages_in_the_digits_of_the_text(thai_digits: bool, switch: str) -> None:
    content = report_docx(VIEW, municipality=Signs(), thai_digits=thai_digits, absolute=absolute)
    footer = docx.Document(io.BytesIO(content)).sections[0].footer.paragraphs[0]
    assert footer._p.xpath("./w:fldSimple/@w:instr") == [f"PAGE{switch}", f"NUMPAGES{switch}"]


def test_report_docx_survives_control_characters() -> None:
    progress = {("m1", 1): replace(PROGRESS["m1", 1], result="ก\x00\x0bข\ufffe")}
    document = docx.Document(io.BytesIO(report_docx(replace(VIEW, progress=progress), municipality=Signs())))
    assert document.tables[1].rows[1].cells[2].text.startswith("กข")


def test_report_xlsx_merges_measures_and_runs_no_formula() -> None:
    book = load_workbook(io.BytesIO(report_xlsx(VIEW, absolute=absolute)))
    page, figures, summary, proofs = book.worksheets
    assert (page["B5"].value, page["E5"].value, page["F5"].value) == (
        PLAN.areas[0].measures[0].text, 1, "ดำเนินการแล้วเสร็จ",
    )  # fmt: skip
    assert {"A5:A8", "B5:B8", "A9:A20", "D9:D12"} <= {str(merged) for merged in page.merged_cells.ranges}
    assert (page["H9"].value, page["H9"].data_type) == ('=HYPERLINK("http://x")', "s")
    assert page["F7"].value == UNPUBLISHED
    assert [cell.value for cell in summary[3]] == [1, 6, 1, 0, 1, 1, 1, 2]
    assert (proofs["F3"].hyperlink.target, proofs["G3"].value) == (f"https://ita.example.go.th{FILE.url}", DIGEST)
    told = [[figures.cell(row, column).value for column in (3, 5, 6, 8)] for row in (3, 4, 5)]
    assert told == [[1, 120, "คน", "ปัจจุบัน"], [2, 0, "คน", "ปัจจุบัน"], [3, "ไม่มีข้อมูล", "คน", "ปัจจุบัน"]]
    assert figures["J3"].hyperlink.target.startswith("https://ita.example.go.th/")


def test_report_xlsx_without_evidence_says_so() -> None:
    proofs = load_workbook(io.BytesIO(report_xlsx(replace(VIEW, progress={}, figures=FIGURES)))).worksheets[3]
    assert any("ยังไม่มีหลักฐาน" in str(cell.value) for row in proofs.iter_rows() for cell in row)
