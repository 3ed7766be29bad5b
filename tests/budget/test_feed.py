"""The feed: valid Atom, the newest publications first, never a draft."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.choices import PlanKind
from budget.models import Statement
from budget.opendata.feed import MOST
from budget.services.plans import Words, publish, revise
from budget.services.procurement import publish_summary

from ..cast import Cast
from .factories import YEAR, draft, mark, paper, published, purchase, summary_draft, told, version

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def entries(client: Client, path: str = "/budget/feed.atom") -> list[ElementTree.Element]:
    caches["pages"].clear()
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    feed = ElementTree.fromstring(answer.content)
    assert feed.tag == f"{ATOM}feed"
    # RFC 4287, 4.1.1 and 4.1.2: what a feed and each entry must have.
    for element, needed in ((feed, ("id", "title", "updated", "author")), *((one, ("id", "title", "updated", "link"))
                            for one in feed.iter(f"{ATOM}entry"))):  # fmt: skip
        assert all(len(element.findall(f"{ATOM}{name}")) >= 1 for name in needed)
    assert {link.get("rel") for link in feed.findall(f"{ATOM}link")} == {"alternate", "self"}
    return feed.findall(f"{ATOM}entry")


def said(entry: ElementTree.Element, name: str) -> str:
    return entry.findtext(f"{ATOM}{name}") or ""


def test_what_is_published_is_told_and_a_draft_is_not(cast: Cast, client: Client) -> None:
    assert entries(client) == []
    first = published(cast.budget)
    following = revise(first.plan, Words(title="แก้ไข", reason="โอน <b>"), by=cast.budget, form_mark=mark())
    publish(following, by=cast.budget, edits=following.edits)
    told(cast.budget, 3, {version(first, "0001"): (0, 1)})
    told(cast.budget, 3, {version(first, "0001"): (0, 2)})
    summary = summary_draft(cast.budget)
    purchase(summary, off_budget=True)
    publish_summary(summary, by=cast.budget)
    before = entries(client)
    draft(cast.budget, paper(), kind=PlanKind.SUPPLEMENT)
    revise(first.plan, Words(title="ร่าง", reason="ร่าง"), by=cast.budget, form_mark=mark())
    told(cast.budget, 4, {version(first, "0001"): (0, 3)}, publish_it=False)
    summary_draft(cast.budget, month=2)
    after = entries(client)
    marks = [said(entry, "id").partition(":budget/")[2] for entry in after]
    assert marks == [
        f"{YEAR}/procurement/1/1", f"{YEAR}/statements/3/2", f"{YEAR}/statements/3/1", f"{YEAR}/ordinance/2",
        f"{YEAR}/ordinance/1",
    ]  # fmt: skip
    assert [said(entry, "id") for entry in before] == [said(entry, "id") for entry in after]
    assert said(after[3], "summary") == "โอน &lt;b&gt;", "text, never markup"
    for entry in after:
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert client.get((link.get("href") or "").removeprefix("http://testserver")).status_code == 200
    english = entries(client, "/en/budget/feed.atom")
    assert [said(entry, "id") for entry in english] == marks_of(after)


def marks_of(found: list[ElementTree.Element]) -> list[str]:
    return [said(entry, "id") for entry in found]


def test_the_feed_has_an_end_and_costs_the_same(cast: Cast, client: Client) -> None:
    first = published(cast.budget)
    with CaptureQueriesContext(connection) as few:
        entries(client)
    row = version(first, "0001")
    for number in range(MOST + 2):
        told(cast.budget, number % 12 + 1, {row: (0, number)})
    assert Statement.objects.count() == MOST + 2
    with CaptureQueriesContext(connection) as many:
        found = entries(client)
    assert (len(found), len(few)) == (MOST, len(many))
