"""Plans, their revisions and documents, and what changed between two revisions."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.differences import differences
from budget.models import Document, Plan, Revision
from budget.reading.plans import changes_page, differences_of, revision_page
from budget.services.lines import add_line, change_line, remove_line
from budget.services.plans import Words, publish, revise
from ita_portal.thai import baht

from ..cast import Cast
from .factories import YEAR, mark, paper, published, road, version
from .public_year import SECRET, PublicYear, document, moved, public_year

pytestmark = pytest.mark.django_db
PLAN = f"/budget/{YEAR}/plans/ordinance/"


@pytest.fixture
def year(cast: Cast) -> PublicYear:
    return public_year(cast.budget)


@pytest.fixture
def third(cast: Cast, year: PublicYear) -> Revision:
    """Revision 3: the reserve is gone, a new line has come, the paper has a new name."""
    draft = revise(year.second.plan, Words(title="ฉบับที่ 3", reason="ปรับปรุง"), by=cast.budget, form_mark=mark())
    remove_line(version(draft, "0003"), by=cast.budget, edits=0)
    change_line(version(draft, "0002"), {"item": "วัสดุสำนักงานและคอมพิวเตอร์"}, by=cast.budget, edits=1)
    add_line(draft, road(item="ขุดลอกคลอง", original=Decimal(0)), by=cast.budget, edits=2, code="N-1")
    draft.refresh_from_db()
    return publish(draft, by=cast.budget, edits=draft.edits)


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_plan_shows_what_is_in_force(client: Client, year: PublicYear, third: Revision) -> None:
    text = text_of(client, PLAN)
    for number in (1, 2, 3):
        assert f'href="{PLAN}revisions/{number}/"' in text
    assert text.count("status--done") == 1
    for path in ("changes/2-3/", "changes/1-2/", "changes/1-3/", "lines/0001/", "lines.csv", "datapackage.json"):
        assert f'href="{PLAN}{path}"' in text, path
    assert "ขุดลอกคลอง" in text
    assert "เงินสำรองจ่าย" not in text
    shown = revision_page(YEAR, "ordinance", None, "")
    assert f"{baht(shown.money.revised)} " in text
    assert shown.money.revised == Decimal(200000)


def test_an_older_revision_says_that_a_newer_one_is_in_force(client: Client, year: PublicYear, third: Revision) -> None:
    first = text_of(client, f"{PLAN}revisions/1/")
    assert 'id="superseded"' in first
    assert f'href="{PLAN}changes/1-3/"' in first
    assert "เงินสำรองจ่าย" in first
    assert "ขุดลอกคลอง" not in first
    assert f"documents/{year.document.pk}/" in first
    second = text_of(client, f"{PLAN}revisions/2/")
    assert "กส 52301/15" in second
    assert 'id="superseded"' not in text_of(client, f"{PLAN}revisions/3/")


def test_what_changed_is_said_line_by_line_with_sums(client: Client, year: PublicYear, third: Revision) -> None:
    shown = changes_page(YEAR, "ordinance", (1, 2), "", 0)
    assert shown.counts == {"added": 0, "removed": 0, "changed": 2}
    assert sorted(one.delta or 0 for one in shown.shown) == [Decimal(-10000), Decimal(10000)]
    assert shown.delta == 0
    text = text_of(client, f"{PLAN}changes/1-2/")
    for words in ("+10,000.00", "−10,000.00", "120,000.00", "130,000.00"):
        assert words in text
    later = text_of(client, f"{PLAN}changes/2-3/")
    for words in ("ขุดลอกคลอง", "เงินสำรองจ่าย", "วัสดุสำนักงานและคอมพิวเตอร์", "ปรับปรุง"):
        assert words in later
    assert "โครงการซ่อมแซมถนน" not in later
    over_all = changes_page(YEAR, "ordinance", (1, 3), "", 0)
    assert over_all.counts == {"added": 1, "removed": 1, "changed": 2}
    assert over_all.unknown == 1  # nobody knows how much the reserve was
    only = text_of(client, f"{PLAN}changes/2-3/?status=added")
    assert "ขุดลอกคลอง" in only
    assert "เงินสำรองจ่าย" not in only
    assert 'class="empty"' in text_of(client, f"{PLAN}changes/1-2/?status=removed")
    for odd in ("?status=nonsense", "?after=x", "?after=999999", "?after=-1", "?status=added&status=removed"):
        text_of(client, f"{PLAN}changes/1-2/{odd}")


def test_the_database_finds_the_same_differences(year: PublicYear, third: Revision) -> None:
    for before, after in ((year.first, year.second), (year.second, third), (year.first, third)):
        slow = differences(before.versions.order_by("position"), after.versions.order_by("position"))
        found = differences_of(before, after)
        assert {(one.fate, one.version.line_id, one.fields, one.delta) for one in found} == {
            (one.fate, one.version.line_id, one.fields, one.delta) for one in slow
        }


@pytest.mark.parametrize(
    "path",
    [
        "changes/2-1/", "changes/1-1/", "changes/1-9/", "changes/0-1/", "revisions/9/", "revisions/0/",
        "revisions/99999999999999999999/", "changes/1-99999999999999999/",
    ],
)  # fmt: skip
def test_no_such_revision(client: Client, year: PublicYear, path: str) -> None:
    assert client.get(PLAN + path).status_code == 404
    for plan in ("supplement", "supplement-1", "nothing", "supplement-99999999999", "action-plan"):
        assert client.get(f"/budget/{YEAR}/plans/{plan}/").status_code == 404
    assert client.get("/budget/99999999999/plans/ordinance/").status_code == 404


def test_a_document_is_handed_out_safely(cast: Cast, client: Client, year: PublicYear) -> None:
    path = f"{PLAN}documents/{year.document.pk}/"
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert b"".join(answer).startswith(b"%PDF")  # type: ignore[arg-type]
    draft = revise(year.second.plan, Words(title=SECRET), by=cast.budget, form_mark=mark())
    hidden = document(draft, cast.budget)
    elsewhere = published(cast.budget, road(), year=YEAR - 1).plan
    for path in (f"{PLAN}documents/{hidden.pk}/", f"{PLAN}documents/{2**70}/", f"{PLAN}documents/999999/",
                 f"{elsewhere.get_absolute_url()}documents/{year.document.pk}/"):  # fmt: skip
        assert client.get(path).status_code == 404, path
        assert cast.client("budget").get(path).status_code == 404
    year.document.file.storage.delete(year.document.file.name)
    assert client.get(f"{PLAN}documents/{year.document.pk}/").status_code == 404
    assert Document.objects.count() == 2


@pytest.mark.parametrize("count", [2, 200])
def test_queries_of_plans_and_changes(cast: Cast, client: Client, count: int) -> None:
    published(cast.budget, road(), *[paper(item=f"วัสดุ {number}") for number in range(count - 1)])
    moved(cast.budget)
    client.get("/budget/")
    counted = []
    for path in (PLAN, f"{PLAN}revisions/1/", f"{PLAN}changes/1-2/"):
        with CaptureQueriesContext(connection) as queries:
            text_of(client, path)
        counted.append(len(queries))
    assert counted == [11, 8, 10]


def test_long_plans_come_in_pages(cast: Cast, client: Client) -> None:
    published(cast.budget, *[paper(item=f"วัสดุ {number}") for number in range(120)])
    seen: list[str] = []
    path = PLAN
    for _page in range(4):
        text = text_of(client, path)
        seen += re.findall(r'href="[^"]*/lines/(\d{4})/"', text)
        found = re.search(r'href="\?after=([^"]+)"', text)
        if found is None:
            break
        path = f"{PLAN}?after={found[1]}"
    assert seen == [f"{number:04d}" for number in range(1, 121)]
    for odd in ("x", "1.2", "9" * 300, "1.1.1.1", "๑.๑.๑"):
        text_of(client, f"{PLAN}?after={odd}")
    assert Plan.objects.public().count() == 1


def test_the_changes_as_a_file(client: Client, year: PublicYear, third: Revision) -> None:
    path = f"/budget/{YEAR}/plans/ordinance/changes/1-3"
    text = client.get(f"{path}.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    shown = client.get(f"{path}/").context["shown"]
    assert [(row["id"].partition("/")[2], row["change"]) for row in rows] == [
        (one.version.line.code, one.fate) for one in shown.shown
    ]
    assert sum(Decimal(row["difference"] or 0) for row in rows) == sum(shown.sums.values())
    added = client.get(f"{path}.csv?status=added").content.decode("utf-8-sig").strip().splitlines()
    assert len(added) == 1 + shown.counts["added"]
    assert f"{path}.csv" in client.get(f"{path}/").content.decode()
    for odd in ("1-9", "3-1", "1-99999999999"):
        assert client.get(f"/budget/{YEAR}/plans/ordinance/changes/{odd}.csv").status_code == 404
