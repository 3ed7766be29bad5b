"""Reporting corruption in a real browser: on a small telephone, by keyboard, without JavaScript, on a bad line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, Route, expect

from .conftest import Site

pytestmark = pytest.mark.browser

PHOTO: FilePayload = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff" + bytes(2_000_000)}
CODE = re.compile(r"(\d{4} ){6}\d{4}")
Opened = Callable[..., Page]


@pytest.fixture
def form(browser: Browser, site: Site) -> Iterator[Opened]:
    """`form(javascript=…)`: the empty form on a telephone of 360 pixels."""
    contexts: list[BrowserContext] = []

    def open_form(*, javascript: bool = True) -> Page:
        context = browser.new_context(java_script_enabled=javascript, viewport={"width": 360, "height": 740})
        contexts.append(context)
        page = context.new_page()
        page.goto(site.address("/complaints/new/"))
        return page

    yield open_form
    for context in contexts:
        assert not context.cookies(), "a reporter is given no cookie"
        context.close()


def _press_send(page: Page) -> None:
    page.locator(".complaint-form button[type=submit]").click()


def _expect_receipt(page: Page) -> str:
    code = page.locator("#receipt-code")
    expect(code).to_have_text(CODE)
    return code.inner_text()


def test_without_javascript_a_photo_arrives_and_is_not_sent_twice(form: Opened) -> None:
    page = form(javascript=False)
    page.locator("[name=narrative]").fill("เรียกเงินที่ตลาด")
    page.locator("[name=happened_on]").fill("31/02/2567")
    page.locator("[name=attachments]").set_input_files(PHOTO)
    _press_send(page)
    expect(page.locator("#errors a[href='#id_happened_on']")).to_be_visible()
    expect(page.locator("[name=narrative]")).to_have_value("เรียกเงินที่ตลาด")
    expect(page.locator("[name=kept_attachments]")).to_be_checked()
    page.locator("[name=happened_on]").fill("ปลายเดือนกุมภาพันธ์")
    _press_send(page)
    _expect_receipt(page)
    expect(page.locator(".slip__qr")).to_be_visible()
    expect(page.locator("[data-copy]").first).to_be_hidden()
    with page.expect_download() as download:
        page.locator("form[action$='slip.pdf'] button").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")


def test_by_keyboard_alone(form: Opened) -> None:
    page = form()
    page.locator("[name=narrative]").focus()
    page.keyboard.type("Seen by me")
    for _press in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.complaint-form button[type=submit]')"):
            break
    page.keyboard.press("Enter")
    _expect_receipt(page)
    assert page.evaluate("document.activeElement.tagName") == "H1", "a screen reader begins at the good news"


def test_with_javascript_the_way_is_seen_and_nothing_stays_behind(form: Opened, site: Site) -> None:
    page = form()
    held: list[Route] = []
    page.route(
        "**/complaints/new/", lambda route: held.append(route) if route.request.method == "POST" else route.continue_()
    )
    page.locator("[name=narrative]").fill("คำที่ไม่ควรค้าง")
    page.locator("[name=attachments]").set_input_files([PHOTO, PHOTO | {"name": "other.jpg"}])
    expect(page.locator(".chosen-files li")).to_have_count(2)
    page.locator(".chosen-files button").last.click()
    expect(page.locator(".chosen-files li")).to_have_count(1)
    _press_send(page)
    expect(page.locator("progress")).to_be_visible()
    held[0].continue_()
    _expect_receipt(page)
    expect(page.locator("[data-copy]").first).to_be_visible()
    assert "คำที่ไม่ควรค้าง" not in page.content()
    assert page.url == site.address("/complaints/new/")
    page.unroute("**/complaints/new/")
    page.reload()
    expect(page.locator("[name=narrative]")).to_have_value("")


def test_a_lost_line_loses_nothing(form: Opened) -> None:
    page = form()
    page.locator("[name=narrative]").fill("ยังอยู่")
    page.locator("[name=attachments]").set_input_files(PHOTO)
    page.context.set_offline(True)
    _press_send(page)
    expect(page.locator("[data-message]")).to_be_visible()
    expect(page.locator("[name=narrative]")).to_have_value("ยังอยู่")
    expect(page.locator("progress")).to_be_hidden()
    page.context.set_offline(False)
    _press_send(page)
    _expect_receipt(page)


def test_an_answer_that_was_lost_gives_the_same_code(form: Opened) -> None:
    """The report had arrived, the receipt had not: sending it again shows the receipt of the same case."""
    page = form()
    codes: list[str] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        answer = route.fetch()
        found = CODE.search(answer.text())
        assert found
        codes.append(found[0])
        if len(codes) == 1:
            route.abort("connectionreset")
        else:
            route.fulfill(response=answer)

    page.route("**/complaints/new/", lose_the_first)
    page.locator("[name=narrative]").fill("ส่งแล้วแต่ไม่ได้คำตอบ")
    _press_send(page)
    expect(page.locator("[data-message]")).to_be_visible()
    _press_send(page)
    assert _expect_receipt(page) == codes[0] == codes[1]
    expect(page.locator(".receipt .notice")).to_be_visible()


def test_a_double_tap_sends_once(form: Opened) -> None:
    page = form()
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.locator("[name=narrative]").fill("แตะสองครั้ง")
    page.locator(".complaint-form button[type=submit]").dblclick()
    _expect_receipt(page)
    assert len(posts) == 1


def test_mistakes_are_shown_and_the_focus_goes_there(form: Opened) -> None:
    page = form()
    page.locator("[name=narrative]").fill("x")
    page.locator("[name=identity][value=named]").check()
    _press_send(page)
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("[name=contact_name]")).to_have_attribute("aria-invalid", "true")
    page.locator("[name=contact_name]").fill("สมหญิง")
    page.locator("[name=contact_phone]").fill("081")
    _press_send(page)
    _expect_receipt(page)


def test_leaving_leaves_nothing_to_go_back_to(form: Opened, site: Site) -> None:
    page = form()
    page.locator("[name=narrative]").fill("ไม่ควรเห็นอีก")
    page.locator("[data-leave]").click()
    page.wait_for_url(site.address("/"))
    page.go_back()
    assert "/complaints/" not in page.url


def test_the_code_and_what_was_typed_are_not_lost_by_a_tap(form: Opened, site: Site) -> None:
    page = form()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("[name=narrative]").fill("ยังไม่ได้ส่ง")
    page.locator(".brand").click()
    expect(page.locator("[name=narrative]")).to_have_value("ยังไม่ได้ส่ง")
    assert asked == ["beforeunload"]
    _press_send(page)
    code = _expect_receipt(page)
    page.locator("a[href$='/complaints/follow/']").last.click()
    assert _expect_receipt(page) == code
    assert asked == ["beforeunload"] * 2
    with page.expect_download():
        page.locator("form[action$='slip.pdf'] button").click()
    page.locator("a[href$='/complaints/follow/']").last.click()
    page.wait_for_url(site.address("/complaints/follow/"))
    assert asked == ["beforeunload"] * 2


def test_contact_is_asked_of_who_gives_a_name(form: Opened) -> None:
    page = form(javascript=False)
    expect(page.locator("[name=contact_name]")).to_be_hidden()
    page.locator("[name=identity][value=named]").check()
    expect(page.locator("[name=contact_name]")).to_be_visible()
    _press_send(page)
    errors = page.locator("#errors").bounding_box()
    assert errors is not None
    assert 0 <= errors["y"] < 200, "in sight"
