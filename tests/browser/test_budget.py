"""A budget from the officer's file to a citizen's question: on a narrow screen, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from ..budget.import_files import HEAD, PAPER, ROAD, csv_file
from .conftest import Site
from .test_assets import People
from .test_complaint_desk import press, write

pytestmark = pytest.mark.browser
YEAR = 2561
"""A year that the demonstration does not have."""
DESK = "/budget/desk/"


@pytest.fixture
def people(browser: Browser, site: Site) -> Iterator[People]:
    """`people("budget")`: their browser."""
    found = People(browser, site)
    yield found
    for visitor in found.visitors.values():
        visitor.context.close()


def _file(*rows: object) -> dict[str, object]:
    file = csv_file(*rows)  # type: ignore[arg-type]
    return {"name": file.name, "mimeType": "text/csv", "buffer": file.read()}


def test_from_a_file_to_a_question(people: People) -> None:
    officer = people("budget")
    page = officer.page
    main = page.locator("main")

    # A plan is begun, its lines come from a file, and it is published.
    officer.see(f"{DESK}plans/new/", "/en")
    page.locator("#id_year").fill("")
    write(page, "id_year", str(YEAR))
    write(page, "id_title", "เทศบัญญัติงบประมาณรายจ่ายทดสอบ")
    press(page, "Begin the draft")
    draft = page.url
    page.goto(f"{draft}upload/")
    page.set_input_files("[name=file]", _file(HEAD, ROAD, PAPER))
    press(page, "Check the file")
    press(page, "Store all of it in the draft")
    page.goto(f"{draft}publish/")
    press(page, "Publish now")
    expect(main).to_contain_text("200,000.00")

    # Money moves between two lines by a revision.
    officer.see(f"{DESK}plans/{YEAR}/ordinance/revise/", "/en")
    write(page, "id_reason", "ค่าวัสดุก่อสร้างเพิ่มขึ้น")
    press(page, "Begin the revision")
    expect(page).to_have_url(re.compile(r"/drafts/\d+/$"))
    draft = page.url
    page.goto(f"{draft}transfer/")
    for side, words in (("qg", "สำนักงาน"), ("qt", "ถนน")):
        write(page, f"id_{side}", words)
        page.locator(f"form:has(#id_{side}) button").click()
        page.locator(".desk-found a").first.click()
        expect(page.locator(f"#id_{side}")).to_have_count(0)
    write(page, "id_amount", "๕,๐๐๐")
    page.locator("[name=approver]").select_option("executive")
    write(page, "id_approved_on", "15/01/2561")
    write(page, "id_document_number", "กส 1/2561")
    press(page, "Move the money in the draft")
    page.goto(f"{draft}publish/")
    press(page, "Publish now")

    # A quarter's spending.
    officer.see(f"{DESK}statements/new/", "/en")
    page.locator("#id_year").fill(str(YEAR))
    page.locator("[name=month]").select_option("3")
    page.locator("#id_as_of").fill("31/12/2560")
    press(page, "Begin the statement")
    expect(page).to_have_url(re.compile(r"/statements/\d+/$"))
    statement = page.url
    page.goto(f"{statement}upload/")
    page.set_input_files("[name=file]", _file(("รหัส", "รายการ", "เบิกจ่าย"), ("0001", ROAD[5], "๓๐,๐๐๐.๕๐")))
    press(page, "Check the file")
    press(page, "Store all of it in the draft")
    page.goto(f"{statement}publish/")
    press(page, "Publish now")

    # A citizen finds the road, what it costs and what is spent, and asks.
    citizen = people("citizen")
    page, main = citizen.page, citizen.page.locator("main")
    citizen.see(f"/budget/{YEAR}/lines/?q=ถนน+หมู่ที่+3", "/en")
    page.get_by_role("link", name=re.compile("ซ่อมแซมถนนคอนกรีต")).first.click()
    expect(main).to_contain_text("125,000.00")
    expect(main).to_contain_text("30,000.50")
    page.get_by_role("link", name=re.compile("Ask about this")).first.click()
    write(page, "id_text", "ถนนเส้นนี้จะซ่อมเสร็จเมื่อไร")
    press(page, "Send")
    expect(page).to_have_url(re.compile(rf"/budget/{YEAR}/asked/"))

    # The officer lets it through and answers.
    page, main = officer.page, officer.page.locator("main")
    officer.see(f"{DESK}comments/", "/en")
    page.locator("li.said", has_text="ถนนเส้นนี้จะซ่อมเสร็จเมื่อไร").locator("h3 a").first.click()
    expect(page).to_have_url(re.compile(r"/comments/\d+/$"))
    comment = page.url
    press(page, "Publish it")
    page.goto(comment)
    page.locator("form:has([name=act][value=answer]) textarea").fill("ซ่อมเสร็จภายในเดือนมีนาคม")
    press(page, "Publish the answer")
    citizen.see(f"/budget/{YEAR}/questions/", "/en")
    expect(citizen.page.locator("main")).to_contain_text("ซ่อมเสร็จภายในเดือนมีนาคม")
