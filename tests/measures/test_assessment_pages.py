"""Pages of the assessment's result: what everybody reads, with the loop to the plan; files; the area page."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from measures.assessment import reading, services
from measures.assessment.demonstration import demonstrate_results
from measures.assessment.practice import Expected, Practice, PracticeSource, practice_sources
from measures.models import AreaQuestion, Finding, IssueArea, Plan, Question
from measures.services import publish_plan, publish_progress, save_progress

from ..cast import Cast
from .assessment_samples import entry, published
from .test_public_pages import read

PAGE = "/en/measures/assessment/2566/"
LOW = {"I1": "62.50", "E11": "91.00", "O31": "0", "O1": "100"}


@pytest.fixture
def real(published_plan: Plan, cast: Cast) -> Plan:
    """The plan of 2567 with a report, and the result of 2566 that it answers."""
    measure = IssueArea.objects.get(plan=published_plan, number=1).measures.get()
    report = save_progress(
        measure=measure, quarter=1, division=None, by=cast.secretary, revision=0, status="done", result="สำรวจแล้ว"
    )
    publish_progress(reports=[report], by=cast.secretary)
    published(
        cast.secretary, 2566, scores=LOW, total="84.10", level="improve", indicators={1: "80.00", 2: "71.25"},
        instruments={"IIT": "80", "EIT": "82", "OIT": "88.75"},
    )  # fmt: skip
    return published_plan


def test_nothing_before_it_is_published(client: Client, cast: Cast) -> None:
    draft = services.begin_result(2566, by=cast.secretary)
    services.save_result(draft, entry(2566, total="84.10"), by=cast.secretary)
    assert "No result has been published yet" in read(client, "/en/measures/assessment/")
    for path in ("2566/", "2566/result.json", "2566/versions/1/", "99999999999/", "2566/result.exe", "results.exe"):
        assert client.get(f"/measures/assessment/{path}").status_code == 404
    services.publish_result(draft, by=cast.secretary)
    assert "84.10" in read(client, "/en/measures/assessment/"), "on the very next request"
    assert client.get("/measures/assessment/2566/versions/2/").status_code == 404
    assert client.get("/measures/assessment/2566/result.exe").status_code == 404


def test_a_year_tells_its_level_and_the_loop(client: Client, real: Plan) -> None:
    response = client.get(PAGE)
    page = response.content.decode()
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert not response.cookies and response.headers["Cache-Control"] == "no-cache"
    assert "ต้องปรับปรุง" in words and "Total from 70.00 to 84.99" in words
    assert "84.10" in words and "35.50" in words, "the total, and the points of OIT"
    # Weakest first; what the plan does about it.
    assert page.index('id="q-O31"') < page.index('id="q-I1"') < page.index('id="q-E11"') < page.index('id="q-O1"')
    weak = page[page.index('id="q-I1"') : page.index('id="q-E11"')]
    finding = Finding.objects.get(area__plan=real, area__number=1).text
    assert finding in weak and 'href="/en/measures/2567/areas/1/"' in weak and "status--done" in weak
    assert "reported 1 of 4 quarters" in weak
    assert "does not quote this question" in page[page.index('id="q-O31"') : page.index('id="q-I1"')]
    # What is not known is told, not zero; what is not official is marked.
    assert 'id="q-I7"' in page and "questions whose score is not known" in words
    assert "Check with the handbook of the year." in words
    assert 'content="noindex"' not in page
    only = client.get(f"{PAGE}?instrument=OIT").content.decode()
    assert 'id="q-O31"' in only and 'id="q-I1"' not in only and 'content="noindex"' in only
    assert 'id="q-I1"' in client.get(f"{PAGE}?instrument=XXX").content.decode()


def test_the_area_page_tells_last_years_score(client: Client, real: Plan) -> None:
    page = client.get("/en/measures/2567/areas/1/").content.decode()
    assert 'href="/en/measures/assessment/2566/#q-I1"' in page and "62.50 points in 2566" in page
    assert "score-of--weak" in page
    other = client.get("/en/measures/2567/areas/2/").content.decode()
    assert "91.00 points in 2566" in other and "score-of--weak" not in other


def test_years_beside_each_other(client: Client, cast: Cast, real: Plan) -> None:
    published(cast.secretary, 2567, total="89.05", indicators={2: "79.40"})
    published(cast.secretary, 2568, indicators={2: "84.85"})
    page = client.get("/en/measures/assessment/").content.decode()
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert 'role="img"' in page and "Total: 2566: 84.10, 2567: 89.05" in words, "the drawing says its numbers"
    assert "การใช้งบประมาณ: 2566: 71.25, 2567: 79.40, 2568: 84.85" in page
    assert page.index(">Fiscal year 2568<") < page.index(">Fiscal year 2566<")
    assert "+8.15" in read(client, "/en/measures/assessment/2567/"), "what an indicator gained since the year before"
    assert "There is no earlier result." in read(client, "/en/measures/assessment/?before=2560")
    assert client.get("/measures/assessment/?before=abc").status_code == 200


def test_a_correction_keeps_what_was_published(client: Client, cast: Cast, real: Plan) -> None:
    draft = services.begin_result(2566, by=cast.secretary, reason="แก้ไขหลังอุทธรณ์")
    services.save_result(draft, entry(2566, total="85.20"), by=cast.secretary)
    assert "84.10" in read(client, PAGE)
    draft.refresh_from_db()
    services.save_result(draft, replace(entry(2566, total="85.20"), reason="แก้ไขหลังอุทธรณ์"), by=cast.secretary)
    services.publish_result(draft, by=cast.secretary)
    page = client.get(PAGE).content.decode()
    assert "85.20" in page and "แก้ไขหลังอุทธรณ์" in page and "/assessment/2566/versions/1/" in page
    old = client.get(f"{PAGE}versions/1/").content.decode()
    assert "84.10" in old and 'content="noindex"' in old and "kept for the record" in old


def test_a_practice_is_shown_beside(client: Client, real: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "practice let expect" not in read(client, PAGE)
    monkeypatch.setattr(practice_sources, "_items", {})
    practice = Practice({("IIT", "I1"): Expected(12, Decimal("70"))}, {2: Expected(9, 66)}, {}, "/surveys/1/results/")
    practice_sources.register("fake", PracticeSource(lambda year: practice if year == 2566 else None, ("surveys",)))
    response = client.get(PAGE + "?instrument=IIT")
    page = response.content.decode()
    assert "The practice let expect 70.00 (from 12 people)." in page and "66.00" in page
    assert 'href="/surveys/1/results/"' in page
    assert response.page_topics == ("organization", "measures", "surveys")  # type: ignore[attr-defined]


def test_files_say_what_the_page_says(client: Client, real: Plan) -> None:
    result = json.loads(client.get("/measures/assessment/2566/result.json").content)
    assert (result["fiscal_year"], result["version"]) == (2566, 1)
    assert result["total"] == {"published": "84.10", "computed": "84.10", "difference": None, "practice": None}
    assert result["level"]["announced"] == {"key": "improve", "label": "ต้องปรับปรุง", "passed": False}
    assert result["instruments"][2]["points"] == "35.50" and result["weights"] == {"IIT": 30, "EIT": 30, "OIT": 40}
    by_code = {one["code"]: one for one in result["questions"]}
    assert (by_code["O31"]["score"], by_code["I7"]["score"]) == ("0.00", None), "zero is not unknown"
    answer = by_code["I1"]["answers"][0]
    assert (answer["fiscal_year"], answer["area"], answer["measures"][0]["status"]) == (2567, 1, "done")
    assert not by_code["I27"]["official"] and by_code["O1"]["official"]

    rows = list(csv.reader(io.StringIO(client.get("/measures/assessment/2566/result.csv").content.decode("utf-8-sig"))))
    assert len(rows) == 1 + 1 + 3 + 10 + 55 and rows[1][:3] == ["2566", "รวม", "total"] and rows[1][6] == "84.10"
    assert next(row for row in rows if row[2] == "I7")[6] == ""
    book = load_workbook(io.BytesIO(client.get("/measures/assessment/2566/result.xlsx").content))
    assert book.sheetnames == ["สรุป", "รายข้อ"]
    years = json.loads(client.get("/measures/assessment/results.json").content)
    assert years["years"][0]["indicators"]["2"]["published"] == "71.25"
    assert client.get("/measures/assessment/results.csv").status_code == 200
    assert client.get("/measures/assessment/2566/result.pdf?digits=roman").status_code == 422


def test_the_document(client: Client, real: Plan) -> None:
    """Once as PDF: its standards are held by the maker, or it is not made."""
    response = client.get("/measures/assessment/2566/result.pdf?digits=arabic")
    assert response.status_code == 200 and response.content.startswith(b"%PDF")


@pytest.mark.parametrize("path", ["/measures/assessment/", "/measures/assessment/2566/"])
def test_queries_do_not_grow(
    client: Client, cast: Cast, real: Plan, django_assert_max_num_queries: DjangoAssertNumQueries, path: str
) -> None:
    for number in range(3, 9):
        area = IssueArea.objects.create(plan=real, number=number, title=f"ประเด็น {number}")
        question, _made = Question.objects.get_or_create(
            fiscal_year=2566, instrument="OIT", code=f"O{number}", defaults={"text": "ก"}
        )
        AreaQuestion.objects.create(area=area, question=question)
        Finding.objects.create(area=area, text="ข้อค้นพบ")
        area.measures.create(text="มาตรการ", quarters=[1, 2], schedule="ไตรมาส 1-2", all_divisions=True)
    publish_plan(plan=real, by=cast.secretary)
    for year in (2563, 2564, 2565):
        published(cast.secretary, year, total="85")
    with django_assert_max_num_queries(15):
        assert client.get(path).status_code == 200


def test_the_sitemap_names_them(client: Client, real: Plan) -> None:
    from ita_portal.sitemap import sections

    section = sections.get("assessment")
    assert section is not None
    assert [page.path for page in section.pages("")] == ["/measures/assessment/", "/measures/assessment/2566/"]


def test_the_example_years(client: Client, cast: Cast) -> None:
    """Four years, each marked, each step better; weak where the real plan of 2567 has its questions; made once."""
    demonstrate_results()
    demonstrate_results()
    years = reading.results_over_years()
    assert [view.year for view in years] == [2566, 2567, 2568, 2569]
    totals = [view.total.score for view in years]
    assert totals == sorted(totals, key=str) and not any(view.differing or view.bands_differ for view in years)
    assert all(view.result.source.startswith("[ตัวอย่าง]") and view.shown_band == view.band for view in years)
    weak = {one.line.code for one in years[0].weakest if one.line.is_weak}
    assert {"I1", "I7", "I8", "I19", "I20", "I21", "I27", "E4", "E9", "E10", "E11", "E14"} <= weak
    assert "[ตัวอย่าง]" in client.get("/measures/assessment/2569/").content.decode()


def test_names_of_a_year_without_a_file_are_said_to_be_assumed(client: Client, cast: Cast) -> None:
    published(cast.secretary, 2570, total="90")
    assert "those of the last year that is known here" in read(client, "/en/measures/assessment/2570/")
    published(cast.secretary, 2569, total="90")
    assert "those of the last year that is known here" not in read(client, "/en/measures/assessment/2569/")
