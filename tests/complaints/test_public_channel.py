"""The channel's own page, the way to it from everywhere, and what the statement of privacy says of it."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser

import pytest
import time_machine
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from django.utils.translation import override

from complaints.choices import Refusal
from complaints.guideline import WRITTEN_ON, changed_on, long_time
from complaints.models import ChannelSettings, Officer
from complaints.services.officers import remove_officer
from ita_portal.views import server_error
from measures.models import Plan
from organization.models import Municipality
from tests.cast import Cast

from .conftest import Desk

PAGE = "/complaints/"


class Outline(HTMLParser):
    """Links, ids and headings of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))


def settings_of(**given: object) -> None:
    ChannelSettings.objects.update_or_create(pk=1, defaults=given)


def read(client: Client, path: str = "/en/complaints/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_five_elements_have_a_heading_and_an_anchor_each(client: Client, desk: Desk) -> None:
    outline = Outline(read(client))
    for anchor in ("how-to-report", "steps", "unit", "time-limits", "channels"):
        assert anchor in outline.ids
        assert f"#{anchor}" in outline.links
    assert len(outline.ids) == len(set(outline.ids))
    assert all(link[1:] in outline.ids for link in outline.links if link.startswith("#"))
    assert outline.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(outline.headings, outline.headings[1:], strict=False))


def test_the_form_is_the_first_thing_and_the_code_the_second(client: Client, desk: Desk) -> None:
    main = read(client, PAGE).partition("<main")[2]
    assert main.index('href="/complaints/new/"') < main.index('href="/complaints/follow/"')
    assert main.count("btn-primary") == 1


def test_everything_of_the_channel_is_one_link_away(client: Client, desk: Desk) -> None:
    links = set(Outline(read(client, PAGE)).links)
    assert {
        "/complaints/new/", "/complaints/follow/", "/complaints/statistics/", "/complaints/verify/",
        "/privacy/#reports", "/complaints/poster.pdf", "/complaints/poster.pdf?size=a3",
        "/complaints/poster.pdf?size=card", "tel:1205", "tel:1206", "tel:1567", "tel:1111",
    } <= links  # fmt: skip


def test_without_officers_the_form_is_not_offered(client: Client, cast: Cast) -> None:
    page = read(client)
    assert "The online form is not open yet." in page
    assert 'href="/en/complaints/new/"' not in page
    assert 'href="/en/complaints/follow/"' in page
    assert "tel:1205" in page


def test_the_page_tells_by_post_who_reads_and_never_by_name(client: Client, desk: Desk) -> None:
    cast = desk.cast
    for person, position in ((cast.integrity, "นิติกร"), (cast.integrity2, "นิติกร")):
        person.position, person.last_name = position, "นามสกุลลับ"
        person.save()
    page = read(client)
    assert "2 officers may read new reports:" in page
    assert '<span lang="th">นิติกร สำนักปลัดเทศบาล</span> (2)' in page
    assert "นามสกุลลับ" not in page
    cast.integrity2.position = "นักจัดการงานทั่วไป"
    cast.integrity2.save()
    assert "นักจัดการงานทั่วไป สำนักปลัดเทศบาล" in read(client)


def test_who_reads_is_never_stale(client: Client, desk: Desk) -> None:
    assert "2 officers may read" in read(client)
    desk.cast.integrity2.is_active = False
    desk.cast.integrity2.save()
    assert "1 officer may read" in read(client)
    desk.cast.integrity2.is_active = True
    desk.cast.integrity2.save()
    remove_officer(desk.officer("integrity2"), by=desk.cast.integrity2)
    assert "1 officer may read" in read(client)


def test_a_sign_in_makes_no_page_anew(client: Client, desk: Desk) -> None:
    read(client)
    Client().force_login(desk.cast.staff)
    with CaptureQueriesContext(connection) as captured:
        read(client)
    assert len(captured) == 1


def test_the_limits_are_those_of_the_settings(client: Client, desk: Desk) -> None:
    assert "You get an answer within 15 days" in read(client)
    settings_of(answer_days=7, only_working_days=True, keep_closed_months=60, keep_refused_months=18)
    page = read(client)
    assert "You get an answer within 7 working days" in page
    assert "within 15" not in page
    assert "5 years after it was finished; 18 months if not taken up; 1 year if withdrawn" in page
    settings_of(answer_days=1, only_working_days=False)
    assert "You get an answer within 1 day<" in read(client)


def test_why_a_report_may_not_be_taken_up(client: Client, desk: Desk) -> None:
    page = read(client)
    with override("en"):
        assert all(f"<li>{escape(label)}</li>" in page for _value, label in Refusal.choices)


def test_letters_and_telephone_are_the_municipality_s_where_the_channel_has_none(client: Client, desk: Desk) -> None:
    municipality = Municipality.objects.get()
    municipality.phone, municipality.address = "043 111 111", "99 หมู่ 1"
    municipality.save()
    page = read(client).partition("<footer")[0]
    assert "043 111 111" in page
    assert "99 หมู่ 1" in page
    settings_of(
        phone="043 222 222", letter_address="ตู้ ปณ. 1 <b>", email="secret@example.go.th", responsible_unit="งานวินัย"
    )
    page = read(client).partition("<footer")[0]
    assert "043 222 222" in page
    assert "043 111 111" not in page
    assert "ตู้ ปณ. 1 &lt;b&gt;" in page
    assert 'href="mailto:secret@example.go.th"' in page
    assert "งานวินัย" in page


def test_complaints_about_the_mayor_go_outside(client: Client, desk: Desk) -> None:
    assert "so the form does not take it" in read(client)
    Officer.objects.filter(user=desk.cast.integrity2).update(is_external=True)
    settings_of(external_name="สำนักงานจังหวัด")
    page = read(client)
    assert "It goes to สำนักงานจังหวัด alone, outside the municipality." in page
    assert "1 officer may read" in page


def test_the_day_of_the_last_change(client: Client, cast: Cast) -> None:
    with time_machine.travel(dt.datetime(2027, 5, 1, 3, tzinfo=dt.UTC), tick=False):
        assert changed_on() == WRITTEN_ON
        LogEntry.objects.create(
            user=cast.admin, content_type=ContentType.objects.get_for_model(ChannelSettings), object_id="1",
            object_repr="", action_flag=CHANGE, action_time=dt.datetime(2027, 4, 9, 23, tzinfo=dt.UTC),
        )  # fmt: skip
        assert changed_on() == dt.date(2027, 4, 10)  # the day in Bangkok
        assert "last changed on 10 April 2570 BE" in read(client)


def test_a_portal_set_up_earlier_tells_no_day_to_come(cast: Cast) -> None:
    with time_machine.travel(dt.datetime(2026, 1, 5, 3, tzinfo=dt.UTC), tick=False):
        assert changed_on() == dt.date(2026, 1, 5)


def test_times_of_keeping_in_words() -> None:
    with override("en"):
        assert [long_time(months) for months in (1, 12, 18, 120)] == ["1 month", "1 year", "18 months", "10 years"]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_way_to_the_channel_is_on_every_page(client: Client, published_plan: Plan, prefix: str) -> None:
    for path in (
        "/",
        "/measures/2567/",
        "/privacy/",
        "/nowhere/",
        "/accounts/login/",
        "/complaints/",
        "/complaints/statistics/",
    ):
        page = client.get(prefix + path).content.decode()
        strip = page[page.index('<aside class="report-strip"') : page.index("</aside>")]
        links = Outline(strip).links
        assert links[0] == f"{prefix}/complaints/"
        assert {"tel:1205", "tel:1206", "tel:1567"} <= set(links)
        assert page.index('<aside class="report-strip"') < page.index("<main")


def test_the_page_of_a_failure_leads_to_the_channel_without_the_database(rf: RequestFactory) -> None:
    page = server_error(rf.get("/")).content.decode()
    assert 'href="/complaints/"' in page


def test_menu_and_home_page_lead_there(client: Client, published_plan: Plan) -> None:
    page = client.get("/").content.decode()
    assert 'href="/complaints/"' in page.partition('<nav class="site-nav"')[2].partition("</nav>")[0]
    assert 'href="/complaints/"' in page.partition("<main")[2]
    assert 'href="/complaints/statistics/"' in page.partition("<main")[2]


def test_the_statement_of_privacy_tells_of_reports(client: Client, cast: Cast) -> None:
    page = read(client, "/en/privacy/")
    assert 'id="reports"' in page
    part = page.partition('id="reports"')[2].partition("<h2")[0]
    assert "section 24 (4)" in part
    assert "section 24 (6)" in part
    assert "10 years after the case was finished, 1 year if it was not taken up, 1 year if you withdrew it." in part
    settings_of(keep_withdrawn_months=30)
    assert "30 months if you withdrew it" in read(client, "/en/privacy/")


def test_the_pages_are_kept_for_everybody(client: Client, desk: Desk) -> None:
    for path in (PAGE, "/complaints/statistics/", "/complaints/poster.pdf?size=card"):
        first = client.get(path)
        assert not first.cookies
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).content == first.content
        assert len(captured) == 1
