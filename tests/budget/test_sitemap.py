"""The map for search engines: what is published, in both languages, and nothing else."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.choices import PlanKind
from budget.services.lines import add_line
from budget.services.plans import Words, revise

from ..cast import Cast
from .factories import YEAR, draft, mark, paper, published

pytestmark = pytest.mark.django_db
SITE = "http://testserver"


def places(client: Client, path: str) -> list[str]:
    """The addresses that a map names; it is well-formed."""
    caches["pages"].clear()
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    root = ElementTree.fromstring(answer.content)
    return [found.text or "" for found in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


def test_what_is_published_is_on_the_map(cast: Cast, client: Client) -> None:
    caches["pages"].clear()
    assert f"{SITE}/sitemap-budget-{YEAR}.xml" not in places(client, "/sitemap.xml")
    first = published(cast.budget)
    parts = places(client, "/sitemap.xml")
    names = {"sitemap-budget.xml", f"sitemap-budget-{YEAR}.xml", "sitemap-measures.xml", "sitemap-complaints.xml"}
    assert names <= {part.removeprefix(f"{SITE}/") for part in parts}
    # A draft beside it, of the same plan, of another, and a year with nothing but a draft.
    following = revise(first.plan, Words(title="ร่าง", reason="ร่าง"), by=cast.budget, form_mark=mark())
    add_line(following, paper(original=Decimal(0)), by=cast.budget, edits=following.edits)
    draft(cast.budget, paper(), kind=PlanKind.SUPPLEMENT)
    draft(cast.budget, paper(), year=2571)
    assert places(client, "/sitemap.xml") == parts
    named = places(client, f"/sitemap-budget-{YEAR}.xml")
    of_plans = [one.removeprefix(f"{SITE}/budget/{YEAR}/plans/") for one in named if "/plans/" in one]
    assert of_plans == ["ordinance/", "ordinance/revisions/1/", "ordinance/lines/0001/", "ordinance/lines/0002/"]
    assert client.get("/sitemap-budget-2571.xml").status_code == 404
    content = client.get(f"/sitemap-budget-{YEAR}.xml").content.decode()
    assert f'hreflang="en" href="{SITE}/en/budget/{YEAR}/plans/ordinance/lines/0001/"' in content
    assert re.search(r"lines/0001/</loc><lastmod>\d{4}-\d\d-\d\dT", content)
    for part in parts:
        for place in places(client, part.removeprefix(SITE)):
            assert client.get(place.removeprefix(SITE)).status_code == 200, place
    assert f"Sitemap: {SITE}/sitemap.xml" in client.get("/robots.txt").content.decode()


def test_a_map_costs_the_same_queries_for_many_lines(cast: Cast, client: Client) -> None:
    counts = []
    for year, lines in ((2567, 2), (2568, 40)):
        published(cast.budget, *(paper() for _line in range(lines)), year=year)
        with CaptureQueriesContext(connection) as queries:
            assert len(places(client, f"/sitemap-budget-{year}.xml")) > lines
        counts.append(len(queries))
    assert counts[0] == counts[1]
    with CaptureQueriesContext(connection) as kept:
        client.get("/sitemap-budget-2568.xml")
    assert len(kept) == 1, "kept like a page"


def test_what_is_no_part_is_not_found(db: None, client: Client) -> None:
    for name in ("budget-9999", "budget-x", "nothing", "budget-", "budget-%00"):
        assert client.get(f"/sitemap-{name}.xml").status_code in (400, 404), name
