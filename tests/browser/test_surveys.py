"""A survey on a small telephone without JavaScript: every touch is counted, all targets are large, nothing scrolls
sideways."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from playwright.sync_api import Browser, expect

from ita_portal.fiscal import today
from surveys.models import Ballot, Mark, Survey, Turnout

from .conftest import Site

pytestmark = pytest.mark.browser
MOST_TAPS = 12
LEAST_SIDE = 44


def _answers(survey: Survey) -> int:
    """How many came in. The connection is given back: other processes write meanwhile."""
    counted = sum(Turnout.objects.filter(survey=survey).values_list("n", flat=True))
    found: int = counted + Ballot.objects.filter(survey=survey).count()
    connection.close()
    return found


def test_at_most_twelve_taps(browser: Browser, site: Site, django_db_blocker: pytest.FixtureRequest) -> None:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        survey = Survey.objects.open(today()).get(questionnaire__slug="satisfaction")
        before = _answers(survey)
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, java_script_enabled=False, locale="th-TH"
    )
    page = context.new_page()
    page.goto(f"{site.url}/surveys/{survey.code}/")
    taps = 0
    names = page.locator("main form input[type=radio]").evaluate_all("all => [...new Set(all.map(one => one.name))]")
    assert len(names) == 9, "eight questions and the division"
    for name in names:
        cards = page.locator(f'main form [name="{name}"] + label')
        for place in range(cards.count()):
            box = cards.nth(place).bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= LEAST_SIDE, (name, box)
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 360
        cards.nth(2).tap()
        taps += 1
    page.locator("main form [type=submit]").tap()
    taps += 1
    expect(page).to_have_url(re.compile(rf"/surveys/{survey.code}/thanks/$"))
    assert taps <= MOST_TAPS
    assert context.cookies() == []
    context.close()
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        assert _answers(survey) == before + 1
        assert Mark.objects.filter(survey=survey).exists()
        connection.close()


def test_a_mistake_is_found_with_the_keyboard(
    browser: Browser, site: Site, django_db_blocker: pytest.FixtureRequest
) -> None:
    """Sent too early: the summary leads to the question, arrows choose, Enter sends."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        survey = Survey.objects.open(today()).get(questionnaire__slug="satisfaction")
        connection.close()
    context = browser.new_context(viewport={"width": 1024, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}/en/surveys/{survey.code}/")
    for number in range(2, 9):
        page.locator(f'[id="id_q-S{number}_3"]').focus()
        page.keyboard.press("Space")
    page.locator("main form textarea").fill("เก็บไว้")
    page.locator("main form [type=submit]").focus()
    page.keyboard.press("Enter")
    summary = page.locator("#errors")
    expect(summary).to_be_visible()
    expect(summary.locator("a")).to_have_count(1)
    summary.locator("a").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#id_q-S1_0$"))
    page.keyboard.press("Tab")
    page.locator('[id="id_q-S1_0"]').focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator('[id="id_q-S1_1"]')).to_be_checked()
    expect(page.locator("main form textarea")).to_have_value("เก็บไว้")
    page.locator("main form [type=submit]").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/thanks/$"))
    context.close()
