"""A reporter comes back: without JavaScript, on a small telephone, with the code in Thai digits."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from complaints import sealing
from complaints.conflict import Accused
from complaints.models import Case, CaseLogEntry, Officer
from complaints.opened import open_for_officer
from complaints.services.acts import accept_case, ask_reporter
from complaints.services.filing import Filed, Submission, file_report
from complaints.services.officers import unlock_vault
from complaints.sessions import OpenVault
from ita_portal.thai import to_thai_digits
from organization.portal_data import demonstration_password

from .conftest import Site
from .test_barriers import AXE, RULES, RUN, STILL

pytestmark = pytest.mark.browser

REPORT = {
    "accused_name": "", "accused_position": "", "accused_division": "", "happened_on": "2026-01-05",
    "happened_at_place": "ตลาดสด", "narrative": "เจ้าหน้าที่เรียกเงิน 500 บาทเพื่อออกใบอนุญาต", "evidence_note": "ภาพถ่าย",
    "witnesses": "", "reported_elsewhere": "",
}  # fmt: skip


@pytest.fixture
def asked(site: Site) -> Filed:
    """A complaint about which the officers have asked something."""
    filed = file_report(
        Submission(token=os.urandom(32), category="bribery", report=REPORT, accused=Accused())
    )  # fmt: skip
    officer = Officer.objects.get(user__username="integrity")
    vault = OpenVault(officer, sealing.KeyPair.of(unlock_vault(officer, demonstration_password())))
    opened = open_for_officer(filed.case, vault)
    accept_case(opened, by=officer)
    ask_reporter(opened, by=officer, text="เหตุการณ์เกิดขึ้นวันไหน")
    return filed


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A small telephone without JavaScript."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


def open_case(page: Page, site: Site, filed: Filed) -> None:
    """Enter the code as it stands on paper in Thai digits."""
    page.goto(site.address("/complaints/follow/"))
    page.locator("input[name=receipt_code]").fill(to_thai_digits(filed.receipt.code))
    page.locator("main button[type=submit]").click()
    assert page.url == site.address("/complaints/follow/")
    assert page.get_by_text(filed.case.reference).is_visible()


def test_the_question_is_read_and_answered_with_a_file(page: Page, site: Site, asked: Filed) -> None:
    open_case(page, site, asked)
    question = page.locator(".follow__question")
    assert question.get_by_text("เหตุการณ์เกิดขึ้นวันไหน").is_visible()
    question.locator('a[href="#answer"]').click()
    page.locator("textarea[name=message]").fill("วันจันทร์ที่ 5 มกราคม")
    page.locator("input[name=attachments]").set_input_files(
        {"name": "ใบเสร็จ.txt", "mimeType": "text/plain", "buffer": "รับเงิน 500 บาท".encode()}
    )
    page.locator("#answer ~ form button[type=submit]").click()
    assert page.url == site.address("/complaints/follow/#latest")
    latest = page.locator("#latest")
    assert latest.get_by_text("วันจันทร์ที่ 5 มกราคม").is_visible()
    with page.expect_download() as download:
        latest.locator("a[download]").click()
    assert download.value.suggested_filename == "ใบเสร็จ.txt"
    assert download.value.path().read_text(encoding="utf-8") == "รับเงิน 500 บาท"
    assert not page.locator(".follow__question").count()
    asked.case.refresh_from_db()
    assert asked.case.state == "in_progress"
    assert CaseLogEntry.objects.filter(case=asked.case.pk, act="write").count() == 1


def test_a_wrong_code_stays_in_its_field(page: Page, site: Site) -> None:
    page.goto(site.address("/complaints/follow/"))
    page.locator("input[name=receipt_code]").fill("๑๒๓๔ ๕๖๗๘")
    page.locator("main button[type=submit]").click()
    assert page.locator("input[name=receipt_code]").input_value() == "๑๒๓๔ ๕๖๗๘"
    assert page.locator("#receipt_code_error").is_visible()


def test_leaving_is_always_in_sight_and_final(page: Page, site: Site, asked: Filed) -> None:
    open_case(page, site, asked)
    button = page.locator(".leave button")
    page.locator("textarea[name=message]").scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 100
    assert box["height"] >= 44
    button.click()
    assert page.url == site.address("/")
    page.go_back()
    assert not page.get_by_text(asked.case.reference).count()
    page.goto(site.address("/complaints/follow/"))
    assert page.locator("input[name=receipt_code]").is_visible()
    assert not page.context.cookies()


def test_with_javascript_the_page_is_not_left_in_the_history(browser: Browser, site: Site, asked: Filed) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    try:
        page = context.new_page()
        page.goto(site.address("/complaints/verify/"))
        open_case(page, site, asked)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.leave') !== null"), "the first stop of the keyboard"
        page.keyboard.press("Enter")
        page.wait_for_url(site.address("/"))
        assert not context.cookies()
        page.go_back()
        assert not page.get_by_text(asked.case.reference).count()
    finally:
        context.close()


def test_the_opened_case_has_no_barriers(browser: Browser, site: Site, asked: Filed) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    try:
        page = context.new_page()
        open_case(page, site, asked)
        for path in ("", "withdraw/", "identity/"):
            page.goto(site.address(f"/complaints/follow/{path}"))
            page.evaluate(AXE)
            page.evaluate(STILL)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                found = page.evaluate(RUN, [RULES, []])["violations"]
                assert not [(one["id"], one["nodes"][0]["html"]) for one in found]
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
    finally:
        context.close()


def test_nothing_of_a_case_is_said_to_who_has_no_code(page: Page, site: Site, asked: Filed) -> None:
    page.goto(site.address("/complaints/follow/"))
    assert not re.search(asked.case.reference, page.content())
    assert Case.objects.filter(pk=asked.case.pk).exists()
