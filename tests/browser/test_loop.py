"""The loop as its people go it: survey, suggestion, manual, training, and the report that wrote itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from guidelines.check_in_codes import screen_code
from guidelines.models import TrainingQuestion, TrainingSession

from .conftest import Site
from .test_assets import People
from .test_complaint_desk import press, write

pytestmark = pytest.mark.browser


@pytest.fixture
def people(browser: Browser, site: Site) -> Iterator[People]:
    """`people("secretary")`: their browser."""
    found = People(browser, site)
    yield found
    for visitor in found.visitors.values():
        visitor.context.close()


def _send(page: Page, act: str, **fields: str) -> None:
    """Do an act on a letter's page."""
    form = page.locator(f"form:has([name=act][value={act}])")
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    with page.expect_navigation():
        form.locator("[type=submit]").first.click()


def test_the_survey_of_the_quarter_from_the_poster_to_the_count(people: People) -> None:
    keeper, citizen = people("secretary"), people("citizen")
    page = keeper.page
    keeper.see("/surveys/desk/", "/en")
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("Poster, slips, close")).first.click()
    desk = page.url
    poster = page.request.get(f"{desk}poster.pdf?size=a4")
    assert poster.ok
    assert poster.body()[:5] == b"%PDF-"
    code = desk.rstrip("/").rpartition("/")[2]
    page = citizen.page
    citizen.see(f"/surveys/{code}/", "/en")
    names = page.locator("main form input[type=radio]").evaluate_all("all => [...new Set(all.map(one => one.name))]")
    for name in names:
        page.locator(f'main form [name="{name}"]').nth(2).check(force=True)
    with page.expect_navigation():
        page.locator("main form [type=submit]").click()
    expect(page).to_have_url(re.compile("/thanks/$"))
    citizen.see(f"/surveys/{code}/results/", "/en")
    expect(page.locator("main")).to_contain_text("The latest answers wait")


def test_a_suggestion_is_answered_and_a_bribe_is_not_taken_here(people: People) -> None:
    citizen = people("citizen")
    page = citizen.page
    citizen.see("/participation/new/", "/en")
    page.locator("[name=kind][value=suggestion]").check()
    write(page, "id_subject", "ไฟถนนหน้าโรงเรียนดับ")
    write(page, "id_text", "ขอให้ซ่อมไฟถนนหน้าโรงเรียน")
    page.locator("[name=consent]").check()
    press(page, "Send")
    found = re.search(r"\d{4} \d{4} \d{4} \d{4}", page.locator("main").inner_text())
    assert found

    keeper = people("secretary")
    keeper.see("/participation/desk/", "/en")
    with keeper.page.expect_navigation():
        keeper.page.get_by_role("link", name="ไฟถนนหน้าโรงเรียนดับ").click()
    letter = keeper.page.url
    _send(keeper.page, "route", division="กองช่าง")
    head = people("head")
    head.page.goto(letter)
    _send(head.page, "answer", answer="กองช่างจะซ่อมภายในสัปดาห์นี้")

    citizen.see("/participation/follow/", "/en")
    write(page, "id_code", found[0].translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")))
    press(page, "Open my letter")
    expect(page.locator("main")).to_contain_text("กองช่างจะซ่อมภายในสัปดาห์นี้")

    citizen.see("/participation/new/", "/en")
    page.locator("[name=kind][value=question]").check()
    write(page, "id_subject", "เจ้าหน้าที่เรียกรับเงิน")
    write(page, "id_text", "เรียกรับเงินห้าร้อยบาท")
    press(page, "Send")
    expect(page.locator("main a[href$='/complaints/']").first).to_be_visible()


def test_the_manual_is_confirmed_and_the_training_ends_with_a_certificate(
    people: People, django_db_blocker: pytest.FixtureRequest
) -> None:
    staff = people("staff")
    page, main = staff.page, staff.page.locator("main")
    staff.see("/guidelines/asset-manual/read/", "/en")
    for name in page.locator("main [type=radio]").evaluate_all("all => [...new Set(all.map(one => one.name))]"):
        # A wrong answer explains itself and may be given anew: the right one is found by trying.
        for place in range(page.locator(f"[name={name}]").count()):
            page.locator(f"[name={name}]").nth(place).check()
            page.locator("[name=understood]").check()
            press(page, "Confirm that I have read it")
            if not page.locator(f"[name={name}]").count() or not page.locator(f"#id_{name}_error").count():
                break
    staff.see("/guidelines/mine/", "/en")
    expect(page.get_by_role("link", name="Read and confirm")).to_have_count(0)

    keeper = people("secretary")
    keeper.see("/guidelines/trainings/desk/", "/en")
    with keeper.page.expect_navigation():
        keeper.page.get_by_role("link", name=re.compile("จริยธรรม.*ประจำปี")).first.click()
    training = keeper.page.url
    staff.page.goto(training.replace("/desk/", "/"))
    press(page, "Enrol")
    keeper.page.goto(training)
    with keeper.page.expect_navigation():
        keeper.page.get_by_role("link", name="Code on the screen").click()
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        # What a telephone's camera reads from the picture.
        session = TrainingSession.objects.get(pk=int(re.search(r"/sessions/(\d+)/", keeper.page.url)[1]))  # type: ignore[index]
        code = screen_code(session, timezone.now())
        connection.close()
    staff.see(f"/guidelines/trainings/check-in/{session.pk}/{code}/", "/en")
    with page.expect_navigation():
        page.locator("main form [type=submit]").first.click()
    own = training.replace("/desk/", "/")
    page.goto(own)
    expect(main).to_contain_text("Your attendance is entered")
    keeper.page.goto(training)
    press(keeper.page, "It was held")
    page.goto(f"{own}test/after/")
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        rights = [one.options[one.right] for one in TrainingQuestion.objects.filter(training=session.training_id)]
        connection.close()
    for right in rights:
        page.get_by_role("radio", name=right, exact=True).check()
    press(page, "Hand in")
    page.goto(own)
    press(page, "Issue my certificate")
    page.goto(own)
    paper = page.request.get(page.get_by_role("link", name=re.compile("Certificate .*PDF")).evaluate("one => one.href"))
    assert paper.body()[:5] == b"%PDF-"
    with page.expect_navigation():
        page.get_by_role("link", name="What others see when they check it").click()
    expect(main).to_contain_text("มานะ")


def test_the_report_has_written_itself(people: People) -> None:
    page = people("citizen").page
    report = page.request.get(f"{people('citizen').site.url}/measures/2567/report.json").json()
    rows = [one for area in report["areas"] for measure in area["measures"] for one in measure["progress"]]
    assert len(rows) >= 40
    for row in rows:
        assert any(figure["value"] is not None for figure in row["indicators"]), row
    keeper = people("secretary")
    keeper.see("/admin/measures/progress/?year=2567&quarter=2")
    expect(
        keeper.page.locator("[name=freeze], button:has-text('หลักฐาน'), input[value*='หลักฐาน']").first
    ).to_be_attached()
