"""Documents at their addresses: who may read them, what they hold, what a bad address answers."""

import csv
import io
import json
from urllib.parse import unquote

import docx
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from measures.choices import ProgressStatus
from measures.models import Measure, Plan, Progress
from measures.services import add_link_evidence, publish_plan, publish_progress, save_progress
from tests.cast import Cast
from tests.factories import MeasureFactory

TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
DOCUMENTS = [(name, extension) for name in ("plan", "report") for extension in TYPES]


@pytest.fixture
def reported(published_plan: Plan, cast: Cast) -> Measure:
    """The first measure, with a published report of quarter 1 and a newer one that is not published."""
    measure: Measure = Measure.objects.filter(area__plan=published_plan).order_by("area__number", "position")[0]
    report = save_progress(
        measure=measure,
        quarter=1,
        division=None,
        by=cast.secretary,
        revision=0,
        status=ProgressStatus.DONE,
        result="ทำแล้ว #1",
    )
    add_link_evidence(progress=report, url="https://example.org/proof", title="ประกาศ", by=cast.secretary)
    report.refresh_from_db()
    publish_progress(reports=[report], by=cast.secretary)
    report.refresh_from_db()
    save_progress(
        measure=measure, quarter=1, division=None, by=cast.secretary, revision=report.revision,
        status=ProgressStatus.DONE, result="ยังไม่เผยแพร่",
    )  # fmt: skip
    return measure


@pytest.mark.parametrize(("name", "extension"), DOCUMENTS)
def test_everybody_reads_a_document(client: Client, reported: Measure, name: str, extension: str) -> None:
    response = client.get(f"/measures/2567/{name}.{extension}")
    assert response.status_code == 200
    assert response["Content-Type"] == TYPES[extension]
    assert response["X-Content-Type-Options"] == "nosniff"
    disposition = unquote(response["Content-Disposition"])
    file_name = {"plan": "มาตรการ-ITA-2567", "report": "รายงานผล-ITA-2567"}[name]
    assert disposition.endswith(f"{file_name}.{extension}")
    assert disposition.startswith("inline" if extension == "json" else "attachment")
    assert response.content


@pytest.mark.parametrize(("name", "extension"), DOCUMENTS)
def test_a_year_without_plan_answers_404(client: Client, published_plan: Plan, name: str, extension: str) -> None:
    assert client.get(f"/measures/2569/{name}.{extension}").status_code == 404
    assert client.get(f"/measures/99999999999/{name}.{extension}").status_code == 404


def test_a_draft_plan_is_not_public(client: Client, plan: Plan) -> None:
    assert client.get("/measures/2567/plan.json").status_code == 404


@pytest.mark.parametrize("extension", ["exe", "PDF", "json.gz"])
def test_an_unknown_kind_of_document_answers_404(client: Client, published_plan: Plan, extension: str) -> None:
    assert client.get(f"/measures/2567/plan.{extension}").status_code == 404


@pytest.mark.parametrize("query", ["quarter=5", "quarter=0", "quarter=x", "quarter=%E0%B9%91", "digits=roman"])
@pytest.mark.parametrize("language", ["", "/en"])
def test_a_bad_option_is_explained(client: Client, published_plan: Plan, query: str, language: str) -> None:
    response = client.get(f"{language}/measures/2567/report.pdf?{query}")
    assert response.status_code == 422
    assert response["Content-Type"].startswith("text/html")


def test_documents_are_asked_for_by_reading_only(client: Client, published_plan: Plan) -> None:
    assert client.post("/measures/2567/plan.json").status_code == 405
    head = client.head("/measures/2567/plan.json")
    assert (head.status_code, head.content) == (200, b"")


def test_names_of_the_addresses() -> None:
    assert reverse("measures:plan_file", args=[2567, "pdf"]) == "/measures/2567/plan.pdf"
    assert reverse("measures:report_file", args=[2567, "csv"]) == "/measures/2567/report.csv"


def test_json_shows_what_is_published_and_nothing_newer(client: Client, reported: Measure) -> None:
    content = client.get("/measures/2567/report.json").json()
    measure = content["areas"][0]["measures"][0]
    assert measure["id"] == reported.public_id
    entry = measure["progress"][0]
    assert (entry["status"], entry["result"]) == ("done", "ทำแล้ว #1")
    assert entry["evidence"] == [{"title": "ประกาศ", "url": "https://example.org/proof", "sha256": None}]
    assert "ยังไม่เผยแพร่" not in json.dumps(content, ensure_ascii=False)


def test_json_is_written_in_thai_letters(client: Client, reported: Measure) -> None:
    assert "เทศบาลตำบลคงสมบูรณ์".encode() in client.get("/measures/2567/plan.json").content


def test_a_published_change_shows_on_the_next_request(client: Client, reported: Measure, cast: Cast) -> None:
    before = client.get("/measures/2567/report.csv").content
    report = reported.progress.get(quarter=1, division=None)
    publish_progress(reports=[report], by=cast.secretary)
    after = client.get("/measures/2567/report.csv").content
    assert "ยังไม่เผยแพร่,".encode() not in before
    assert "ยังไม่เผยแพร่,".encode() in after


def test_one_quarter_of_the_report(client: Client, reported: Measure) -> None:
    response = client.get("/measures/2567/report.csv?quarter=2")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))
    assert {row["quarter"] for row in rows} == {"2"}
    assert unquote(response["Content-Disposition"]).endswith("รายงานผล-ITA-2567-ไตรมาส2.csv")


def test_digits_of_the_pdf(client: Client, reported: Measure) -> None:
    def text(query: str) -> str:
        content = client.get(f"/measures/2567/report.pdf{query}").content
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)

    assert "ทำแล้ว #๑" in text("")
    assert "ทำแล้ว #1" in text("?digits=arabic")


def test_digits_of_word(client: Client, reported: Measure) -> None:
    content = client.get("/measures/2567/report.docx?digits=arabic").content
    assert "2567" in docx.Document(io.BytesIO(content)).paragraphs[1].text


def test_documents_are_thai_at_english_addresses_too(client: Client, reported: Measure) -> None:
    thai, english = (
        load_workbook(io.BytesIO(client.get(f"{language}/measures/2567/report.xlsx").content)).active
        for language in ("", "/en")
    )
    assert [[cell.value for cell in row] for row in thai] == [[cell.value for cell in row] for row in english]


@pytest.mark.parametrize(("name", "extension"), DOCUMENTS)
def test_queries_do_not_grow_with_the_plan(
    client: Client, reported: Measure, cast: Cast, name: str, extension: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/measures/2567/{name}.{extension}").status_code == 200
        return len(captured)

    few = queries()
    for _number in range(10):
        measure = MeasureFactory(area=reported.area)
        report = save_progress(
            measure=measure, quarter=1, division=None, by=cast.secretary, revision=0, status=ProgressStatus.DONE,
            result="ทำแล้ว",
        )  # fmt: skip
        add_link_evidence(progress=report, url="https://example.org/", title="ประกาศ", by=cast.secretary)
    publish_plan(plan=reported.area.plan, by=cast.secretary)
    publish_progress(reports=Progress.objects.unpublished(), by=cast.secretary)
    assert queries() == few <= 8


def test_the_real_plan_in_json(client: Client, db: None) -> None:
    """The municipality's document: 7 areas, 14 area-question pairs of 12 codes, 8 findings, 12 measures."""
    call_command("set_up_portal", verbosity=0)
    areas = client.get("/measures/2567/plan.json").json()["areas"]
    codes = [question["code"] for area in areas for question in area["questions"]]
    assert (len(areas), len(codes), len(set(codes))) == (7, 14, 12)
    assert sum(len(area["findings"]) for area in areas) == 8
    assert sum(len(area["measures"]) for area in areas) == 12
