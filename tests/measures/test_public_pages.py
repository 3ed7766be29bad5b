"""What visitors read: nothing before it is published, everything after, in words for what is missing."""

import datetime as dt
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client, RequestFactory
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from ita_portal.fiscal import BANGKOK
from ita_portal.views import server_error
from measures import reading
from measures.choices import ProgressStatus
from measures.glance import Glance
from measures.models import Measure, Plan, Progress
from measures.presentation import plan_page
from measures.services import add_link_evidence, publish_plan, publish_progress, save_progress
from organization.models import Municipality

from ..cast import Cast
from ..factories import IssueAreaFactory, MeasureFactory

IN_QUARTER_2 = dt.datetime(2024, 2, 1, 9, tzinfo=BANGKOK)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(IN_QUARTER_2, tick=False):
        yield


def report(measure: Measure, quarter: int, cast: Cast, **said: str) -> Progress:
    """Write and publish a report."""
    known = Progress.objects.filter(measure=measure, quarter=quarter, division=None).first()
    words = {"status": ProgressStatus.DONE, "result": "สำรวจแล้ว 120 คน", **said}
    progress = save_progress(
        measure=measure,
        quarter=quarter,
        division=None,
        by=cast.secretary,
        revision=known.revision if known else 0,
        **words,
    )
    publish_progress(reports=[progress], by=cast.secretary)
    return progress


def first_measure(plan: Plan) -> Measure:
    """The first measure of area 1."""
    return Measure.objects.get(area__plan=plan, area__number=1)


def read(client: Client, path: str, status: int = 200) -> str:
    """The page as text without tags, spaces squeezed."""
    response = client.get(path)
    assert response.status_code == status
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


ADDRESSES = ("/", "/measures/", "/measures/2567/", "/measures/2567/areas/1/", "/measures/2567/figures/",
             "/measures/2567/versions/", "/measures/2567/versions/1/")  # fmt: skip


def test_nothing_is_public_before_it_is_published(client: Client, plan: Plan) -> None:
    assert "No plan has been published yet" in read(client, "/en/")
    assert "No plan has been published yet" in read(client, "/en/measures/")
    for path in ADDRESSES[2:]:
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ADDRESSES)
def test_pages_are_public_and_set_no_cookie(client: Client, published_plan: Plan, path: str) -> None:
    for address in (path, "/en" + path):
        response = client.get(address)
        assert response.status_code == 200
        assert not response.cookies
        assert response.headers["Content-Language"] == ("en" if address.startswith("/en") else "th")


@pytest.mark.parametrize("path", ["/measures/2568/", "/measures/99999999/", "/measures/2567/areas/9/",
                                  "/measures/2567/versions/9/", "/measures/2567/measures/none/"])  # fmt: skip
def test_what_was_not_published_is_not_found(client: Client, published_plan: Plan, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_quarter_without_a_report_is_said_in_words(client: Client, published_plan: Plan) -> None:
    page = read(client, "/en/measures/2567/areas/2/")
    assert "No result has been published for this quarter yet." in page  # quarter 1 has passed
    assert "This quarter is still running" in page
    assert "This quarter has not begun yet." in page
    assert "The plan does not schedule this measure in this quarter." in page


def test_a_published_report_shows_on_the_next_request(client: Client, published_plan: Plan, cast: Cast) -> None:
    measure = first_measure(published_plan)
    assert "สำรวจแล้ว" not in read(client, "/measures/2567/areas/1/")
    progress = save_progress(
        measure=measure, quarter=1, division=None, by=cast.secretary, revision=0, status="done", result="สำรวจแล้ว"
    )
    add_link_evidence(progress=progress, url="https://example.go.th/1", title="ประกาศผล", by=cast.secretary)
    assert "สำรวจแล้ว" not in read(client, "/measures/2567/areas/1/")
    publish_progress(reports=[progress], by=cast.secretary)
    page = read(client, "/measures/2567/areas/1/")
    assert "สำรวจแล้ว" in page
    assert "ประกาศผล" in page


def test_the_history_keeps_every_published_report(client: Client, published_plan: Plan, cast: Cast) -> None:
    measure = first_measure(published_plan)
    report(measure, 1, cast, result="ครั้งแรก")
    report(measure, 1, cast, result="แก้ไขแล้ว")
    page = read(client, reverse("measures:measure", args=[2567, measure.public_id]))
    assert page.index("แก้ไขแล้ว") < page.index("ครั้งแรก")
    assert "ครั้งแรก" not in read(client, "/measures/2567/areas/1/")


def test_an_older_version_of_the_plan_says_so(client: Client, published_plan: Plan, cast: Cast) -> None:
    published_plan.limitations.create(text="ข้อจำกัดใหม่", position=9)
    publish_plan(plan=published_plan, by=cast.secretary)
    old = client.get("/en/measures/2567/versions/1/").content.decode()
    assert 'content="noindex"' in old
    assert "The current one is version 2" in old
    assert "ข้อจำกัดใหม่" not in old
    new = client.get("/en/measures/2567/").content.decode()
    assert "ข้อจำกัดใหม่" in new
    assert 'content="noindex"' not in new


# Filters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", 3),
        ("division=กองช่าง", 3),
        ("division=กองคลัง", 2),  # the measures of all divisions
        ("division=กองที่ไม่มี", 3),  # left out, as if not asked
        ("status=done", 1),
        ("status=awaiting", 3),
        ("status=awaiting&quarter=1", 1),
        ("status=upcoming&quarter=4", 3),
        ("instrument=EIT", 2),
        ("instrument=I1", 1),
        ("quarter=1", 2),
        ("quarter=7&status=nonsense", 3),
    ],
)
def test_filters_narrow_the_plan(client: Client, published_plan: Plan, cast: Cast, query: str, shown: int) -> None:
    report(first_measure(published_plan), 1, cast)
    response = client.get(f"/measures/2567/?{query}")
    assert response.context["shown"] == shown


def test_a_filter_that_matches_nothing_says_so_and_how_to_go_on(client: Client, published_plan: Plan) -> None:
    page = client.get("/en/measures/2567/?status=not_done").content.decode()
    assert "No measure matches these filters." in page
    assert 'href="/en/measures/2567/#measures">Clear the filters' in page
    assert '<option value="not_done" selected>' in page


# Figures ------------------------------------------------------------------------------------------------------


def test_chart_and_table_count_the_same(published_plan: Plan, cast: Cast) -> None:
    report(first_measure(published_plan), 1, cast)
    report(first_measure(published_plan), 2, cast, status=ProgressStatus.DELAYED)
    glance = plan_page(reading.published_plan(2567)).glance
    assert [bar.total for bar in glance.bars] == [2, 3, 3, 3]
    assert glance.total == 11
    assert glance.reported == 2
    in_table = {row.state.key: row.counts for row in glance.table}
    assert in_table["done"] == (1, 0, 0, 0)
    assert in_table["delayed"] == (0, 1, 0, 0)
    assert in_table["awaiting"] == (1, 2, 0, 0)
    assert in_table["upcoming"] == (0, 0, 3, 3)
    for index, bar in enumerate(glance.bars):
        in_bar = {part.state.key: part.count for part in bar.segments}
        assert in_bar == {key: counts[index] for key, counts in in_table.items() if counts[index]}


def test_bars_fill_their_whole_width(published_plan: Plan, cast: Cast) -> None:
    report(first_measure(published_plan), 1, cast)
    glance: Glance = plan_page(reading.published_plan(2567)).glance
    for bar in glance.bars:
        assert sum(float(part.width.rstrip("%")) for part in bar.segments) == pytest.approx(100, abs=0.01)
        assert bar.segments[0].start == "0%"


def test_every_figure_is_explained(client: Client, published_plan: Plan) -> None:
    page = read(client, "/en/measures/2567/figures/")
    assert "Counts the measures of the plan whose report for the quarter has been published." in page


# Cost -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "most"), [("/measures/2567/", 6), ("/measures/2567/areas/1/", 8), ("/", 20)])
@pytest.mark.parametrize("measures", [1, 20])
def test_queries_do_not_grow_with_the_plan(
    client: Client,
    published_plan: Plan,
    cast: Cast,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    path: str,
    most: int,
    measures: int,
) -> None:
    area = IssueAreaFactory(plan=published_plan)
    for _ in range(measures):
        MeasureFactory(area=area, indicators=["measures.reported"])
    publish_plan(plan=published_plan, by=cast.secretary)
    for measure in Measure.objects.filter(area=area):
        report(measure, 1, cast)
    with django_assert_max_num_queries(most):
        client.get(path)


def test_a_kept_page_costs_one_query(
    client: Client, published_plan: Plan, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/measures/2567/")
    with django_assert_num_queries(1):
        client.get("/measures/2567/")


# The frame -----------------------------------------------------------------------------------------------------


class Outline(HTMLParser):
    """Elements that every page must have once, and the addresses it loads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        self.attributes.append((tag, given))
        if tag in ("link", "script", "img", "use") and given.get("rel") not in ("alternate", "prev", "next"):
            self.loads.append(given.get("href") or given.get("src") or "")


@pytest.mark.parametrize("path", [*ADDRESSES, "/privacy/", "/accessibility/", "/accounts/login/", "/nowhere/"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_stands_in_the_same_frame(client: Client, published_plan: Plan, prefix: str, path: str) -> None:
    outline = Outline(client.get(prefix + path).content.decode())
    assert outline.tags.count("main") == 1
    assert outline.tags.count("h1") == 1
    assert ("html", {"lang": "en" if prefix else "th"}) in outline.attributes
    assert next(given["href"] for tag, given in outline.attributes if tag == "a") == "#main"
    assert {"tel:1205", "tel:1206", "tel:1567"} <= {given.get("href") for _tag, given in outline.attributes}
    assert all(address.startswith("/static/") for address in outline.loads)


def test_the_other_language_shows_the_same_page(client: Client, published_plan: Plan) -> None:
    assert (
        'href="/en/measures/2567/?status=done" lang="en"' in client.get("/measures/2567/?status=done").content.decode()
    )
    assert 'href="/measures/2567/areas/1/" lang="th"' in client.get("/en/measures/2567/areas/1/").content.decode()


def test_thai_text_on_english_pages_is_marked(client: Client, published_plan: Plan) -> None:
    title = first_measure(published_plan).area.title
    assert f'<h1 lang="th">{title}</h1>' in client.get("/en/measures/2567/areas/1/").content.decode()


def test_the_failure_page_needs_no_database(
    db: None, rf: RequestFactory, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = server_error(rf.get("/"))
    assert response.status_code == 500
    assert b"1205" in response.content


def test_the_seal_is_shown_small(client: Client, cast: Cast) -> None:
    big = io.BytesIO()
    Image.new("RGB", (1200, 900), "navy").save(big, "PNG")
    municipality = Municipality.objects.get()
    municipality.seal.save("seal.png", ContentFile(big.getvalue()))
    page = client.get("/").content.decode()
    found = re.search(r'src="(/seal\.png\?v=[^"]+)"', page)
    assert found
    response = client.get(found[1])
    with Image.open(io.BytesIO(response.content)) as shown:
        assert max(shown.size) == 192
    assert response.headers["Content-Type"] == "image/png"


def test_wrong_password_is_said_beside_the_form(client: Client, cast: Cast) -> None:
    response = client.post("/en/accounts/login/", {"username": "staff", "password": "wrong"})
    assert 'role="alert"' in response.content.decode()
    empty = client.post("/en/accounts/login/", {"username": "", "password": "x"}).content.decode()
    described = re.search(r'name="username"[^>]*aria-describedby="([^"]+)"', empty)
    assert described
    assert f'id="{described[1]}"' in empty
