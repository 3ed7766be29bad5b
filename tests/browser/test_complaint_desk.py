"""An officer's way through a complaint in a real browser, with the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from organization.portal_data import demonstration_password

from .conftest import Site, Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def officer(browser, site: Site):  # type: ignore[no-untyped-def]
    """`integrity2` with a vault that is still locked."""
    context = browser.new_context(reduced_motion="reduce", locale="en-GB")
    context.add_cookies([{"name": "sessionid", "value": site.sessions["integrity2"], "url": site.url}])
    yield Visitor(context, site)
    context.close()


def press(page: Page, name: str, role: str = "button") -> None:
    """Reach something by the keyboard and press it."""
    found = page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    found.focus()
    expect(found).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, field: str, text: str) -> None:
    """Type into a field that the keyboard reached."""
    page.locator(f"#{field}").focus()
    page.keyboard.insert_text(text)


def test_unlock_read_ask_answer_and_close(officer: Visitor, site: Site) -> None:
    page = officer.page
    officer.see("/complaints/desk/{case}/", "/en")
    expect(page).to_have_url(re.compile("/complaints/desk/unlock/"))
    page.locator("[name=passphrase]").focus()
    page.keyboard.type(demonstration_password())
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(site.names["case"]))
    officer.see("/complaints/desk/{case}/", "/en")
    expect(page.get_by_role("heading", level=1)).to_contain_text(site.names["case"])
    expect(page.locator(".told").first).to_contain_text("[ตัวอย่าง]")

    press(page, "Take it up")
    expect(page.locator(".case-head")).to_contain_text("Being examined")
    page.locator("#ask summary").focus()
    page.keyboard.press("Enter")
    write(page, "ask_text", "เกิดขึ้นเวลาใด")
    press(page, "Send the question")
    expect(page.locator(".case-head")).to_contain_text("Waiting for the reporter")
    expect(page.locator(".talk")).to_contain_text("เกิดขึ้นเวลาใด")

    page.locator("#answer summary").focus()
    page.keyboard.press("Enter")
    write(page, "answer_text", "ตรวจสอบแล้ว")
    press(page, "Send the answer")
    page.locator("#close summary").focus()
    page.keyboard.press("Enter")
    press(page, "Close the complaint")
    expect(page.locator("#close_outcome")).to_have_attribute("aria-invalid", "true")
    page.locator("#close_outcome").select_option("corrected")
    write(page, "close_text", "คืนเงินแล้ว")
    press(page, "Close the complaint")
    expect(page.locator(".case-head")).to_contain_text("Closed with an outcome")

    press(page, "Lock now")
    officer.see("/complaints/desk/", "/en")
    expect(page).to_have_url(re.compile("/complaints/desk/unlock/"))


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    "path", ["/complaints/desk/?state=all", "/complaints/desk/{case}/", "/complaints/desk/intake/"]
)
def test_nothing_is_wider_than_a_telephone(visitors: dict[str, Visitor], path: str, prefix: str) -> None:
    visitor = visitors["integrity"]
    visitor.page.set_viewport_size({"width": 360, "height": 740})
    try:
        visitor.see(path, prefix)
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 360
    finally:
        visitor.page.set_viewport_size({"width": 1280, "height": 900})
