"""Scores from files: the template comes back as it was, a check stores nothing, random files are read or refused."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from ita_portal.spreadsheets import CSV_TYPE, Sheet, write_xlsx
from ita_portal.tables.problems import BadValueError, UnreadableError
from measures.assessment import services
from measures.assessment.importing import read_file, template_xlsx
from measures.assessment.values import read_line, read_score
from measures.models import AssessmentResult

from ..cast import Cast
from .assessment_samples import entry, published

DESK = "/en/measures/assessment/desk/"


@pytest.fixture
def draft(cast: Cast) -> AssessmentResult:
    """The draft of 2566 with a total and a score."""
    made = services.begin_result(2566, by=cast.secretary)
    return services.save_result(made, entry(2566, total="80", scores={"I7": "62.50"}), by=cast.secretary)


def table(*rows: tuple[Any, ...], header: tuple[str, ...] = ("รหัส", "คะแนน", "ข้อคำถาม", "ตัวชี้วัดที่")) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([header, *rows])
    return buffer.getvalue().encode("utf-8-sig")


def upload(name: str, content: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content)}


def test_the_template_comes_back_as_it_was(draft: AssessmentResult) -> None:
    content = template_xlsx(draft)
    found = read_file(draft, io.BytesIO(content), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    assert (found.rows, found.changes, found.problems) == (1 + 3 + 10 + 55, [], [])
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert [cell.value for cell in sheet[1]][:2] == ["รหัส", "คะแนน"]


def test_checked_then_stored_as_checked(secretary_client: Client, draft: AssessmentResult) -> None:
    address = f"{DESK}{draft.pk}/upload/"
    rows = [
        ("คะแนนรวม", "๘๔.๑๐"), ("iit", "80.00"), ("ตัวชี้วัดที่ 2", "71.25"), ("i 7", "54.17"), ("O31", "0"), ("E9", "-"),
        ("I28", "70", "ข้อใหม่", "5"), ("I1", "", "ถ้อยคำตามคู่มือ"), ("", ""),
    ]  # fmt: skip
    page = secretary_client.post(address, upload("scores.csv", table(*rows)))
    assert page.status_code == 200
    changes = {change.code: change for change in page.context["checked"].changes}
    assert set(changes) == {"total", "IIT", "2", "I7", "O31", "I28", "I1"}
    assert changes["I28"].is_new and changes["I1"].words
    assert AssessmentResult.objects.get().edits == 1, "a check stores nothing"
    ticket = {"ticket": page.context["kept"].ticket, "edits": "1"}
    assert secretary_client.post(address, ticket).headers["Location"] == f"{DESK}{draft.pk}/"
    stored = AssessmentResult.objects.get()
    scores = {row.code: row for row in stored.questions.all()}
    assert (str(stored.total), str(stored.iit), stored.edits) == ("84.10", "80.00", 2)
    assert str(scores["I7"].score) == "54.17" and scores["O31"].score == 0 and scores["E9"].score is None
    assert (scores["I1"].text, scores["I1"].mark, scores["I28"].indicator) == ("ถ้อยคำตามคู่มือ", "office", 5)
    again = secretary_client.post(address, ticket)
    assert again.status_code == 422 and "not there any more" in again.content.decode()


def test_a_file_that_was_overtaken(secretary_client: Client, draft: AssessmentResult, cast: Cast) -> None:
    address = f"{DESK}{draft.pk}/upload/"
    page = secretary_client.post(address, upload("scores.csv", table(("total", "70"))))
    services.save_result(draft, entry(2566, total="75"), by=cast.secretary)
    ticket = {"ticket": page.context["kept"].ticket, "edits": "1"}
    answer = secretary_client.post(address, ticket)
    assert answer.status_code == 422 and "in the meantime" in answer.content.decode()
    assert AssessmentResult.objects.get().total == 75
    for wrong in ({"ticket": "x", "edits": "2"}, {"ticket": ticket["ticket"]}, {**ticket, "edits": "x"}, {}):
        assert secretary_client.post(address, wrong).status_code == 422


def test_what_is_refused_says_where(secretary_client: Client, draft: AssessmentResult) -> None:
    rows = [
        ("I7", "101"), ("O1", "50"), ("I1", "84.995"), ("ZZ9", "1"), ("I2", "สูง"), ("I3", "10"), ("I3", "20"),
        ("12", "5"),
        ("E20", "5", "ก", "1"), ("", "5"), ("E4", "70", "ก", "ห้า"), ("total", "True"),
    ]  # fmt: skip
    answer = secretary_client.post(f"{DESK}{draft.pk}/upload/", upload("scores.csv", table(*rows)))
    assert answer.status_code == 422
    assert [problem.line for problem in answer.context["problems"]] == [2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13]
    assert AssessmentResult.objects.get().edits == 1
    for name, content in (
        ("scores.csv", b"a,b\r\n1,2\r\n"), ("scores.csv", table()), ("scores.xlsx", b"PK\x03\x04"), ("x.txt", b"hello"),
        ("scores.csv", b""),
    ):  # fmt: skip
        assert secretary_client.post(f"{DESK}{draft.pk}/upload/", upload(name, content)).status_code == 422


def test_not_into_what_is_published(secretary_client: Client, cast: Cast) -> None:
    done = published(cast.secretary, 2565, total="90")
    answer = secretary_client.post(f"{DESK}{done.pk}/upload/", upload("scores.csv", table(("total", "70"))))
    assert answer.status_code == 302 and AssessmentResult.objects.get().total == 90


_CELLS = st.one_of(
    st.sampled_from(["I7", "E11", "O31", "total", "IIT", "1", "ตัวชี้วัดที่ 2", "รวม", "", "-", "100", "0", "84.10", "๘๔.๑"]),
    st.floats(allow_nan=True, allow_infinity=True), st.integers(-(10**30), 10**30), st.booleans(), st.none(),
    st.text(max_size=12), st.datetimes(),
)  # fmt: skip


@settings(max_examples=35, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(_CELLS, min_size=5, max_size=5), max_size=6), st.booleans())
def test_random_files_are_read_or_refused(draft: AssessmentResult, rows: list[list[Any]], as_csv: bool) -> None:
    """Whatever stands in the cells: an entry that keeps the rules, or problems, never anything else."""
    header = ("code", "score", "wording", "indicator", "sub-indicator")
    if as_csv:
        content, kind = table(*map(tuple, rows), header=header), CSV_TYPE.partition(";")[0]
    else:
        plain = [[str(cell) if isinstance(cell, int) and abs(cell) > 10**15 else cell for cell in row] for row in rows]
        plain = [[None if isinstance(cell, float) and cell != cell else cell for cell in row] for row in plain]
        content = write_xlsx([Sheet("ก", header, plain)])
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    try:
        found = read_file(draft, io.BytesIO(content), kind)
    except UnreadableError as error:
        assert str(error)
        return
    assert (found.entry is None) == bool(found.problems)
    for problem in found.problems:
        assert problem.thai and problem.english and problem.line > 1
    if found.entry is not None:
        for code, score in found.entry.scores().items():
            assert score is None or 0 <= score <= 100
            assert not (code.startswith("O") and code != "OIT") or score in (None, 0, 100)


def test_scores_and_codes_as_people_write_them() -> None:
    assert [str(read_score(text)) for text in ("87.5", "๘๗.๕๐", " 100 ", "62.5%", 71.25, 62.300000000001)] == [
        "87.50", "87.50", "100.00", "62.50", "71.25", "62.30",
    ]  # fmt: skip
    assert [read_score(text) for text in ("", "-", "–", "ไม่ทราบ", None)] == [None] * 5
    for wrong in ("100.01", "-1", "1,5", "1e2", "97.142", True, float("inf"), float("nan"), "๑๐๐๐"):
        with pytest.raises(BadValueError):
            read_score(wrong)
    assert [read_line(text) for text in ("i7", "O 34", 3, 3.0, "ตัวชี้วัดที่ ๑๐", "รวม", "oit", None)] == [
        "I7", "O34", "3", "3", "10", "total", "OIT", None,
    ]  # fmt: skip
    for wrong in ("I0", "I1000", "X1", "0", "I-7"):
        with pytest.raises(BadValueError):
            read_line(wrong)
