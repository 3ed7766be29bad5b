"""The notice for the board: one page of A4, whatever stands on it; a year without a budget has none."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from budget.choices import PlanKind, Programme
from budget.documents.notice import notice_of
from budget.models import BudgetYear
from organization.models import Municipality

from ..cast import Cast
from .factories import YEAR, draft, paper, published, road, told, version

pytestmark = pytest.mark.django_db
ADDRESS = f"/budget/{YEAR}/notice.pdf"
LONG = "โครงการก่อสร้างถนนคอนกรีตเสริมเหล็กพร้อมรางระบายน้ำรูปตัวยู " * 6


def read(client: Client, path: str = ADDRESS) -> PdfReader:
    caches["pages"].clear()
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return PdfReader(io.BytesIO(answer.content))


def test_it_says_what_the_year_says(cast: Cast, client: Client) -> None:
    first = published(cast.budget)
    BudgetYear.objects.filter(pk=YEAR).update(inhabitants=1000)
    told(cast.budget, 6, {version(first, "0001"): (0, 50000)})
    (page,) = read(client, f"/en{ADDRESS}").pages
    text = " ".join(page.extract_text().split())
    for words in (
        "200,000.00 baht", "About 200 baht for each of 1,000 inhabitants", "50,000.00 baht (25.00%)", "31 March 2569",
        "60.00%", "120,000.00 baht", f"testserver/en/budget/{YEAR}",
    ):  # fmt: skip
        assert words in text, words


def test_it_is_one_page_of_a4_also_for_long_texts(cast: Cast, client: Client) -> None:
    Municipality.objects.update(name="เทศบาลตำบล" * 18, phone="0 4300 0000 ต่อ " * 6, email=f"{'a' * 60}@example.go.th")
    most = Decimal("99999999999.99")
    published(cast.budget, *(paper(programme=programme, original=most) for programme in Programme))
    plan = [road(item=f"{LONG}{number}", place=LONG[:290], original=most) for number in range(7)]
    published(cast.budget, *plan, kind=PlanKind.ACTION, title="แผนการดำเนินงาน")
    (page,) = read(client).pages
    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)
    text = page.extract_text()
    assert text.count("99,999,999,999.99") == 5, "five projects stand on it, whole"
    assert f"testserver/budget/{YEAR}" in text


def test_a_year_without_a_budget_in_force_has_none(cast: Cast, client: Client) -> None:
    assert client.get(ADDRESS).status_code == 404
    draft(cast.budget)
    assert client.get(ADDRESS).status_code == 404
    published(cast.budget, road(), kind=PlanKind.ACTION, title="แผน")
    assert client.get(ADDRESS).status_code == 404


def test_it_asks_the_same_for_many_lines(cast: Cast) -> None:
    counts = []
    for year, lines in ((2567, 2), (2568, 40)):
        published(cast.budget, *(paper() for _line in range(lines)), year=year)
        with CaptureQueriesContext(connection) as queries:
            found = notice_of(BudgetYear.objects.get(pk=year))
        assert found is not None
        assert len(found.projects) == min(lines, 5)
        counts.append(len(queries))
    assert counts[0] == counts[1]
