"""Plans for the tests of plan files: the real one, and any that could be stored."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.document import Document
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from measures.documents.plan_files import read_plan, write_plan
from measures.documents.schedule import words_for
from measures.documents.text import tidy
from measures.plan_data import AreaData, FindingData, MeasureData, PlanData, PlanFileError, QuestionData

OFFICE = "สำนักปลัดเทศบาล"
NAMES = (
    OFFICE,
    "กองคลัง",
    "กองช่าง",
    "กองการศึกษา ศาสนาและวัฒนธรรม",
    "กองสาธารณสุขและสิ่งแวดล้อม",
    "หน่วยตรวจสอบภายใน",
)
DIVISIONS = {name: name for name in NAMES} | {"สำนักปลัด": OFFICE}
REAL_PLAN = Path(__file__).resolve().parents[2] / "measures" / "data" / "plan-2567.yaml"


def real_plan() -> PlanData:
    """The municipality's plan, its measures with identifiers as in a portal."""
    plan = read_plan(REAL_PLAN.read_bytes(), "yaml", DIVISIONS)
    return replace(plan, areas=tuple(replace(area, measures=_numbered(area)) for area in plan.areas))


def _numbered(area: AreaData) -> tuple[MeasureData, ...]:
    return tuple(replace(measure, id=f"m{area.number}-{n}") for n, measure in enumerate(area.measures, 1))


def without_hidden(plan: PlanData) -> PlanData:
    """What the table alone can say: no identifiers, no figures, no assessment year."""
    areas = tuple(
        replace(area, measures=tuple(replace(measure, id="", indicators=()) for measure in area.measures))
        for area in plan.areas
    )
    return replace(plan, areas=areas, assessment_year=0)


def repacked(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The archive with every part passed through `change`; None leaves the part out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
    return stream.getvalue()


def without_copy(content: bytes) -> bytes:
    """A Word or Excel file as if somebody else had made it: only what is seen."""
    return repacked(content, lambda name, part: None if name == "docProps/custom.xml" else part)


# Files that somebody edited -------------------------------------------------------------------------------


def read(content: bytes, kind: str, year: int | None = None) -> PlanData:
    return read_plan(content, kind, DIVISIONS, year)


def refused(content: bytes, kind: str, year: int | None = None) -> str:
    """All problems as one text."""
    with pytest.raises(PlanFileError) as caught:
        read(content, kind, year)
    assert caught.value.problems
    assert all(problem.place and problem.reason for problem in caught.value.problems)
    return str(caught.value)


def word(plan: PlanData, change: Callable[[Document], object], *, visible_only: bool = True) -> bytes:
    """The plan's Word file after `change`."""
    document = docx.Document(io.BytesIO(write_plan(plan, "docx")))
    change(document)
    stream = io.BytesIO()
    document.save(stream)
    return without_copy(stream.getvalue()) if visible_only else stream.getvalue()


def sheet(plan: PlanData, change: Callable[[Worksheet], object], *, visible_only: bool = True) -> bytes:
    """The plan's spreadsheet after `change`."""
    book = openpyxl.load_workbook(io.BytesIO(write_plan(plan, "xlsx")))
    assert book.active is not None
    change(book.active)
    stream = io.BytesIO()
    book.save(stream)
    return without_copy(stream.getvalue()) if visible_only else stream.getvalue()


def paragraphs(document: Document) -> Iterable[docx.text.paragraph.Paragraph]:
    """Every paragraph, inside the table and outside."""
    yield from document.paragraphs
    for table in document.tables:
        for cell in {cell._tc: cell for row in table.rows for cell in row.cells}.values():
            yield from cell.paragraphs


def set_text(document: Document, old: str, new: str) -> None:
    """Replace a text wherever it stands."""
    found = False
    for paragraph in paragraphs(document):
        if old in paragraph.text:
            found = True
            paragraph.runs[0].text = paragraph.text.replace(old, new)
            for run in paragraph.runs[1:]:
                run.text = ""
    assert found


def set_text_of(paragraph: docx.text.paragraph.Paragraph, text: str) -> None:
    """Replace the text of a paragraph."""
    paragraph.runs[0].text = text
    for run in paragraph.runs[1:]:
        run.text = ""


def set_cell(page: Worksheet, old: str, new: str) -> str:
    """Replace a text in the first cell that holds it; the cell's name."""
    for row in page.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and old in cell.value:
                cell.value = cell.value.replace(old, new)
                return cell.coordinate
    raise AssertionError(old)


# Any plan --------------------------------------------------------------------------------------------------

_ODD = [
    "- ",
    "1. ",
    "(2) ",
    "• ",
    "=1+1",
    "@x",
    "ํา",
    "เเ",
    "\u200b",
    "\u00a0",
    "\n",
    "&amp;",
    "<p>",
    "_x000D_",
    "๑๒",
    "“–”",
    "🙏",
    "I7 ",
]
_THAI = st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B)
_ANY = st.one_of(_THAI, st.sampled_from(_ODD), st.characters(exclude_categories=["Cs"], max_codepoint=0x2FFFF))
texts = st.lists(_ANY, min_size=1, max_size=25).map("".join).map(tidy).filter(bool)
codes = st.builds("{}{}".format, st.sampled_from("IEO"), st.integers(1, 43))
quarters = st.sets(st.sampled_from([1, 2, 3, 4]), min_size=1).map(lambda chosen: tuple(sorted(chosen)))


@st.composite
def measures(draw: st.DrawFn) -> MeasureData:
    """A measure in quarters that its wording may or may not say."""
    chosen = draw(quarters)
    named = draw(st.sets(st.sampled_from(NAMES)))
    return MeasureData(
        text=draw(texts),
        quarters=chosen,
        schedule=draw(st.one_of(st.just(words_for(chosen)), texts)),
        all_divisions=not named,
        divisions=tuple(name for name in NAMES if name in named),
        indicators=tuple(draw(st.sets(st.sampled_from(["measures.evidence", "measures.reported"])))),
    )


@st.composite
def areas(draw: st.DrawFn, number: int) -> AreaData:
    """An issue area with findings on some or all of its questions."""
    quoted = draw(st.lists(codes, min_size=1, max_size=4, unique=True))
    answered = st.sets(st.sampled_from(quoted)).map(lambda some: tuple(code for code in quoted if code in some))
    return AreaData(
        number=number,
        title=draw(texts),
        questions=tuple(QuestionData(code, draw(texts)) for code in quoted),
        findings=tuple(draw(st.lists(st.builds(FindingData, texts, answered), min_size=1, max_size=3))),
        measures=tuple(draw(st.lists(measures(), min_size=1, max_size=4))),
    )


@st.composite
def plans(draw: st.DrawFn) -> PlanData:
    """Any plan that can be stored."""
    numbers = draw(st.lists(st.integers(1, 40), min_size=1, max_size=9, unique=True).map(sorted))
    found = [draw(areas(number)) for number in numbers]
    year = draw(st.integers(2560, 2600))
    return PlanData(
        fiscal_year=year,
        title=draw(texts),
        municipality=draw(st.one_of(texts, st.just("เทศบาลตำบลคงสมบูรณ์"), st.just(""))),
        prepared_by=draw(st.one_of(texts, st.just("สำนักปลัด"), st.just(""))),
        areas=tuple(
            replace(
                area,
                measures=tuple(
                    replace(measure, id=f"m{area.number}_{n}" if n % 2 else "")
                    for n, measure in enumerate(area.measures)
                ),
            )
            for area in found
        ),
        limitations=tuple(draw(st.lists(texts, max_size=4))),
        assessment_year=draw(st.sampled_from([0, year, year - 1])),
    )
