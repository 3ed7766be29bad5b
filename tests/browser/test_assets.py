"""A loan from asking to the end as its people do it: on a narrow screen, without JavaScript, with the keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from assets.models import Asset, Category, Loan
from ita_portal.fiscal import today
from organization.models import Division

from .conftest import Site, Visitor
from .test_complaint_desk import press, write

pytestmark = pytest.mark.browser


class People:
    """Each of the cast with a telephone of their own, on which no script runs."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser, self._site = browser, site
        self.visitors: dict[str, Visitor] = {}

    def __call__(self, name: str) -> Visitor:
        if name not in self.visitors:
            context = self._browser.new_context(
                java_script_enabled=False, reduced_motion="reduce", viewport={"width": 360, "height": 740}
            )
            if name != "citizen":
                context.add_cookies([{"name": "sessionid", "value": self._site.sessions[name], "url": self._site.url}])
            self.visitors[name] = Visitor(context, self._site)
        return self.visitors[name]


@pytest.fixture
def people(browser: Browser, site: Site) -> Iterator[People]:
    """`people("staff")`: their browser."""
    found = People(browser, site)
    yield found
    for visitor in found.visitors.values():
        visitor.context.close()


@pytest.fixture
def things(site: Site, django_db_blocker: Any) -> tuple[str, str]:
    """Numbers of a projector and a truck of กองช่าง that nobody has asked for."""
    with django_db_blocker.unblock():
        kind, _made = Category.objects.get_or_create(name="ครุภัณฑ์ทดสอบ")
        division = Division.objects.get(name="กองช่าง")
        for number, name in (("999-70-0001", "เครื่องฉายภาพทดสอบ"), ("999-70-0002", "รถกระบะทดสอบ")):
            Asset.objects.get_or_create(
                number=number, defaults={"name": name, "category": kind, "division": division, "lendable": True}
            )
    return "999-70-0001", "999-70-0002"


def ask(visitor: Visitor, number: str, place: str) -> str:
    """Ask for a thing for today; the path of the loan."""
    page, day = visitor.page, today()
    visitor.see(f"/assets/loans/new/?asset={number}", "/en")
    be = f"{day.day:02d}/{day.month:02d}/{day.year + 543}"
    write(page, "id_start_on", be)
    write(page, "id_due_on", be)
    page.locator(f"[name=place][value={place}]").check()
    write(page, "id_location", "ศาลากลางจังหวัดกาฬสินธุ์")
    write(page, "id_purpose", "ประชุมประชาคมหมู่บ้าน")
    press(page, "Check what is free")
    expect(page.locator("main")).to_contain_text("Everything is free")
    press(page, "Send the request")
    expect(page).to_have_url(re.compile(r"/assets/loans/[^/]+/$"))
    return page.url.removeprefix(visitor.site.url)


def approve(visitor: Visitor, loan: str) -> None:
    visitor.see(loan.replace("/en", "") + "decide/", "/en")
    press(visitor.page, "Approve")


def hand_out(officer: Visitor, loan: str) -> None:
    officer.see(loan.replace("/en/assets/loans", "/assets/desk/loans") + "hand-out/", "/en")
    press(officer.page, "Hand out")


def test_a_projector_here_and_a_truck_away_come_back_one_damaged(
    people: People, things: tuple[str, str], django_db_blocker: Any
) -> None:
    projector, truck = ask(people("staff"), things[0], "on_site"), ask(people("staff"), things[1], "off_site")
    approve(people("head"), projector)
    assert people("head").page.goto(people("head").site.url + truck + "decide/").status == 403  # type: ignore[union-attr]
    approve(people("mayor"), truck)
    officer = people("assets")
    for loan in (projector, truck):
        hand_out(officer, loan)
        officer.see(loan.replace("/en", ""), "/en")
        expect(officer.page.locator("main")).to_contain_text("On loan")

    officer.see(projector.replace("/en/assets/loans", "/assets/desk/loans") + "take-back/", "/en")
    officer.page.locator("select[name^=back-]").select_option("good")
    press(officer.page, "Take back")
    officer.see(truck.replace("/en/assets/loans", "/assets/desk/loans") + "take-back/", "/en")
    page = officer.page
    page.locator("select[name^=back-]").select_option("damaged")
    press(page, "Take back")
    expect(page.locator("main")).to_contain_text("Write what is damaged or missing")
    page.locator("[name^=note-]").fill("กระจกมองข้างหัก")
    press(page, "Take back")
    with django_db_blocker.unblock():
        states = set(Loan.objects.filter(lines__asset__number__in=things).values_list("state", flat=True))
        broken = Asset.objects.get(number=things[1])
    assert states == {"returned"}
    assert (broken.condition, broken.can_be_lent) == ("damaged", False)
    officer.see("/assets/desk/incidents/", "/en")
    expect(page.locator("main")).to_contain_text("รถกระบะทดสอบ")


def test_nobody_is_promised_what_another_has(people: People, things: tuple[str, str]) -> None:
    first = ask(people("staff"), things[0], "on_site")
    second = ask(people("staff2"), things[0], "on_site")
    approve(people("head"), first)
    people("head").see(second.replace("/en", "") + "decide/", "/en")
    expect(people("head").page.locator("main")).to_contain_text("Not free")
    people("staff2").see(f"/assets/loans/new/?asset={things[0]}", "/en")
    page = people("staff2").page
    write(page, "id_start_on", today().isoformat())
    write(page, "id_due_on", today().isoformat())
    press(page, "Check what is free")
    expect(page.locator("main")).to_contain_text("is not free")
    expect(page.locator("main")).not_to_contain_text("มานะ")
