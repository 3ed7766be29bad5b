"""The budget's live figures: by quarter and division, what is past stays, the pages they lead to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.choices import PlanKind
from budget.models import Comment, MonthSummary, Revision
from budget.services.lines import Approval, transfer
from budget.services.plans import Words, publish, revise
from budget.services.procurement import publish_summary
from budget.services.voices import answer, confirm_reading, moderate
from ita_portal.fiscal import BANGKOK, FiscalYear
from measures.indicators import indicators
from organization.models import Division, User
from tests.cast import Cast

from .factories import mark, published, purchase, summary_draft, told, version
from .test_voices import sent

YEAR = 2567
QUARTERS = FiscalYear(YEAR).quarters
KEYS = (
    "plans_published", "ordinance_published", "action_plan_published", "disbursed_share", "staff_read",
    "comments_received", "comments_published", "comments_answered", "answer_days", "months_told", "purchases",
)  # fmt: skip
pytestmark = pytest.mark.django_db


def on(year: int, month: int, day: int, hour: int = 10) -> Any:
    """That day, in Bangkok."""
    return time_machine.travel(dt.datetime(year, month, day, hour, tzinfo=BANGKOK), tick=False)


@pytest.fixture(autouse=True)
def _in_may() -> Iterator[None]:
    """In the third quarter of fiscal year 2567."""
    with on(2024, 5, 20):
        yield


def values(name: str, division: Division | None = None) -> list[Any]:
    """The figure of each quarter that has one."""
    indicator = indicators.get(f"budget.{name}")
    assert indicator is not None
    computed = indicator.compute(QUARTERS, division)
    return [computed[quarter].value for quarter in QUARTERS if quarter in computed]


def everything() -> dict[str, list[Any]]:
    return {name: values(name) for name in KEYS}


def moved(ordinance: Revision, by: User, amount: int) -> Revision:
    """A revision in force that moves money from the road to paper."""
    following = revise(ordinance.plan, Words(title="แก้"), by=by, form_mark=mark())
    transfer(
        following, version(following, "0001"), version(following, "0002"), Decimal(amount),
        Approval("executive", dt.date(2024, 1, 1), "1"), by=by, edits=following.edits,
    )  # fmt: skip
    following.refresh_from_db()
    return publish(following, by=by, edits=following.edits)


def test_nothing_is_there_yet(cast: Cast) -> None:
    found = everything()
    for name in ("plans_published", "comments_received", "comments_published", "comments_answered", "months_told"):
        assert found[name] == [0, 0, 0], name
    for name in ("ordinance_published", "action_plan_published", "disbursed_share", "staff_read", "answer_days",
                 "purchases"):  # fmt: skip
        assert found[name] == [None, None, None], name


def test_what_was_published_when(cast: Cast) -> None:
    with on(2023, 10, 1, 0):
        ordinance = published(cast.budget, year=YEAR)
    with on(2024, 2, 5):
        published(cast.budget, year=YEAR, kind=PlanKind.ACTION)
        moved(ordinance, cast.budget, 1)
    assert values("plans_published") == [1, 2, 0]
    assert values("ordinance_published") == ["1 ตุลาคม 2566"] * 3
    assert values("action_plan_published") == [None, "5 กุมภาพันธ์ 2567", "5 กุมภาพันธ์ 2567"]
    assert values("plans_published", cast.staff.division) == []


def test_what_is_spent_is_of_what_was_in_force(cast: Cast) -> None:
    with on(2023, 10, 2):
        ordinance = published(cast.budget, year=YEAR)
    road, paper = version(ordinance, "0001"), version(ordinance, "0002")
    with on(2024, 1, 10):
        told(cast.budget, 3, {road: (0, 30_000), paper: (0, 20_000)}, year=YEAR)
    assert values("disbursed_share") == [Decimal("25.00"), None, None]
    works = cast.staff.division
    assert values("disbursed_share", works) == [Decimal("25.00"), None, None]
    # Half of the road's money is moved in the second quarter: the first one's figure stays.
    with on(2024, 2, 1):
        after = moved(ordinance, cast.budget, 60_000)
    with on(2024, 4, 9):
        told(cast.budget, 5, {road: (0, 31_000)}, year=YEAR)
        told(cast.budget, 6, {version(after, "0001"): (0, 45_000), version(after, "0002"): (0, None)}, year=YEAR)
    assert values("disbursed_share", works) == [Decimal("25.00"), Decimal("75.00"), None]
    assert values("disbursed_share") == [Decimal("25.00"), Decimal("22.50"), None]
    assert values("disbursed_share", cast.integrity.division) == [Decimal("25.00"), None, None], "unknown is not zero"
    with on(2024, 5, 2):
        told(cast.budget, 3, {road: (0, 40_000), paper: (0, 20_000)}, year=YEAR)
    assert values("disbursed_share")[0] == Decimal("30.00"), "a correction corrects"


def test_an_ordinance_told_late_was_in_force_all_the_same(cast: Cast) -> None:
    ordinance = published(cast.budget, year=YEAR)
    published(cast.budget, year=YEAR, kind=PlanKind.SUPPLEMENT)
    told(cast.budget, 3, {version(ordinance, "0001"): (0, 20_000)}, year=YEAR)
    assert values("disbursed_share")[0] == Decimal("10.00"), "but no supplement was"
    assert values("ordinance_published")[:2] == [None, None]


def test_who_has_read(cast: Cast) -> None:
    User.objects.update(date_joined=dt.datetime(2023, 1, 1, tzinfo=BANGKOK))
    with on(2023, 10, 2):
        ordinance = published(cast.budget, year=YEAR)
    with on(2023, 12, 1):
        confirm_reading(ordinance, by=cast.staff)
        confirm_reading(ordinance, by=cast.mayor)  # of no division
    with on(2024, 2, 1):
        confirm_reading(ordinance, by=cast.staff2)
    works = cast.staff.division
    assert values("staff_read") == [12, 25, 25]
    assert values("staff_read", works) == [50, 50, 50]
    # Who leaves after reading, who comes later, and a new revision change nothing of what was.
    User.objects.filter(pk=cast.staff.pk).update(is_active=False)
    User.objects.filter(pk=cast.mayor.pk).update(division=works)
    User.objects.filter(pk=cast.mayor.pk).update(date_joined=dt.datetime(2024, 5, 1, tzinfo=BANGKOK))
    after = moved(ordinance, cast.budget, 1)
    assert values("staff_read") == [12, 25, 0]
    confirm_reading(after, by=cast.head)
    assert values("staff_read") == [12, 25, 12]
    assert values("staff_read", works) == [50, 50, 50]
    User.objects.filter(division=cast.staff2.division).exclude(pk=cast.staff2.pk).update(division=works)
    assert values("staff_read", cast.staff2.division) == [None, None, None], "of one person it would be their name"


def test_comments_until_yesterday(cast: Cast) -> None:
    with on(2023, 12, 30):
        first, second = sent(year=YEAR), sent(year=YEAR)
    with on(2024, 1, 2):
        answer(moderate(first, publish=True, by=cast.budget), "ตอบ", by=cast.budget)
        moderate(second, publish=False, reason="abuse", by=cast.budget)
    with on(2024, 5, 10):
        answer(Comment.objects.get(pk=first.pk), "ตอบใหม่", by=cast.budget)
    answer(moderate(sent(year=YEAR), publish=True, by=cast.budget), "ตอบ", by=cast.budget)
    assert values("comments_received") == [2, 0, 0], "today is told tomorrow"
    assert values("comments_published") == [0, 1, 0]
    assert values("comments_answered") == [0, 1, 0], "a correction is no second answer"
    assert values("answer_days") == [None, Decimal("3.0"), None]
    with on(2024, 5, 21, 0):
        assert [values(f"comments_{name}")[2] for name in ("received", "published", "answered")] == [1, 1, 1]
        assert values("answer_days")[2] == Decimal("0.0")


def test_purchases_of_told_months(cast: Cast) -> None:
    for month, count in ((1, 2), (2, 0), (4, 1)):
        summary = summary_draft(cast.budget, year=YEAR, month=month)
        for _one in range(count):
            purchase(summary, off_budget=True, division=cast.staff.division)
        MonthSummary.objects.filter(pk=summary.pk).update(nothing=not count)
        summary.refresh_from_db()
        publish_summary(summary, by=cast.budget)
    summary_draft(cast.budget, year=YEAR, month=5)
    assert values("months_told") == [2, 1, 0]
    assert values("purchases") == [2, 1, None], "not told is not zero"
    assert values("purchases", cast.staff2.division) == [0, 0, None]


def test_later_quarters_change_nothing_of_earlier_ones(cast: Cast) -> None:
    User.objects.update(date_joined=dt.datetime(2023, 1, 1, tzinfo=BANGKOK))
    with on(2023, 11, 1):
        ordinance = published(cast.budget, year=YEAR)
        confirm_reading(ordinance, by=cast.staff)
        answer(moderate(sent(year=YEAR), publish=True, by=cast.budget), "ตอบ", by=cast.budget)
        told(cast.budget, 1, {version(ordinance, "0001"): (0, 1)}, year=YEAR)
    with on(2024, 1, 5):
        told(cast.budget, 3, {version(ordinance, "0001"): (0, 50_000)}, year=YEAR)
    before = {name: found[0] for name, found in everything().items()}
    with on(2024, 4, 5):
        after = moved(ordinance, cast.budget, 60_000)
        published(cast.budget, year=YEAR, kind=PlanKind.ACTION)
        published(cast.budget, year=YEAR, kind=PlanKind.SUPPLEMENT)
        told(cast.budget, 6, {version(after, "0001"): (0, 60_000)}, year=YEAR)
        confirm_reading(after, by=cast.staff2)
        moderate(sent(year=YEAR), publish=True, by=cast.budget)
    assert {name: found[0] for name, found in everything().items()} == before


def test_a_quarter_begins_on_its_first_day_and_cost_is_known(cast: Cast) -> None:
    with on(2023, 10, 2):
        ordinance = published(cast.budget, year=YEAR)
    for month in (3, 6):
        told(cast.budget, month, {version(ordinance, "0001"): (0, 1)}, year=YEAR)
    cost = {}
    for name in KEYS:
        indicator = indicators.get(f"budget.{name}")
        assert indicator is not None
        with CaptureQueriesContext(connection) as captured:
            indicator.compute(QUARTERS, None)
        cost[name] = len(captured)
        with CaptureQueriesContext(connection) as captured:
            assert indicator.compute(QUARTERS[3:], None) == {}
        assert not len(captured)
    # Beside the years that have pages: one each, but for sums and shares, which are asked for quarter by quarter.
    assert cost == {**dict.fromkeys(KEYS, 2), "disbursed_share": 5, "staff_read": 8, "purchases": 3}


def test_figures_lead_to_pages(client: Client, cast: Cast) -> None:
    def addresses() -> set[str]:
        found = (indicators.get(f"budget.{name}") for name in KEYS)
        return {figure.url for one in found if one for figure in one.compute(QUARTERS, None).values()}

    assert addresses() == {"/budget/"}
    published(cast.budget, year=YEAR)
    for address in addresses():
        assert client.get(address).status_code == 200, address


def test_the_real_plan_shows_them(cast: Cast) -> None:
    plan = yaml.safe_load((Path(__file__).parents[2] / "measures/data/plan-2567.yaml").read_text(encoding="utf-8"))
    (area,) = (area for area in plan["areas"] if area["number"] == 5)
    shown = [key for measure in area["measures"] for key in measure["indicators"]]
    assert sorted(shown) == sorted(f"budget.{name}" for name in KEYS)
    assert sorted(one.key for one in indicators if one.key.startswith("budget.")) == sorted(shown)
