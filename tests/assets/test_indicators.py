"""The register's live figures: by quarter and division, of what has happened until yesterday, never stale."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assets.choices import Condition, CountResult, Remedy
from assets.demonstration import Past, past_loan
from assets.models import Asset, CountItem, CountSession, Incident, Loan
from assets.services.decisions import approve_extension, approve_loan
from assets.services.handovers import Pieces, hand_out, take_back
from assets.services.incidents import decide_incident
from assets.services.requests import ask_extension
from ita_portal.fiscal import BANGKOK, FiscalYear
from measures.indicators import indicators
from measures.models import Plan
from organization.models import Division
from tests.cast import Cast

from ..races import begin, wait_until_blocked
from .factories import DAY, AssetFactory, approved, mark, requested

QUARTERS = FiscalYear(2567).quarters
KEYS = (
    "permitted", "permitted_share", "on_time", "overdue", "online", "decision_hours", "counted", "incidents_decided",
)  # fmt: skip
NOW = dt.datetime(2024, 5, 20, 10, tzinfo=BANGKOK)
"""In the third quarter of fiscal year 2567."""


@pytest.fixture(autouse=True)
def _in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def values(name: str, division: Division | None = None) -> list[Any]:
    """The figure of each quarter that has one."""
    indicator = indicators.get(f"assets.{name}")
    assert indicator is not None
    computed = indicator.compute(QUARTERS, division)
    return [computed[quarter].value for quarter in QUARTERS if quarter in computed]


@pytest.fixture
def lent(cast: Cast) -> Callable[..., Loan]:
    """`lent(day, days, back)`: a loan of `staff` that began on `day`; back: after how many days too many."""

    def make(day: dt.date, days: int = 3, back: int | None = 0, **more: Any) -> Loan:
        asset = more.pop("asset", None) or AssetFactory()
        due = day + (days - 1) * DAY
        past = Past(day - 2 * DAY, day, due, back=None if back is None else due + back * DAY, **more)
        return past_loan(past, [(asset, 1)], borrower=cast.staff, by=cast.head, officer=cast.assets)

    return make


def test_nothing_happened_yet(cast: Cast) -> None:
    for name in ("permitted", "overdue", "incidents_decided"):
        assert values(name) == [0, 0, 0]
    for name in ("permitted_share", "on_time", "online", "decision_hours"):
        assert values(name) == [None, None, None]
    assert values("counted") == []


def test_loans_by_quarter_and_division(cast: Cast, lent: Callable[..., Loan]) -> None:
    lent(dt.date(2023, 9, 29))  # of the year before, back in this one
    lent(dt.date(2023, 11, 1))
    lent(dt.date(2023, 12, 30), back=40)  # due on 1 January, late until February
    lent(dt.date(2024, 3, 1), back=2)
    lent(dt.date(2024, 5, 1), back=None)
    lent(dt.date(2024, 5, 17), back=None)  # due yesterday: late only today
    lent(dt.date(2024, 5, 18), back=None)  # due today
    assert values("permitted") == [2, 1, 3]
    assert values("permitted_share") == [100, 100, 100]
    assert values("on_time") == [100, 0, 0]
    assert values("overdue") == [0, 0, 1]
    assert values("online") == [100, 100, 100]
    assert values("decision_hours") == [24, 24, 24]
    works, other = cast.staff.division, cast.staff2.division
    assert values("permitted", works) == [2, 1, 3]
    assert values("permitted", other) == [0, 0, 0]
    assert values("on_time", other) == [None, None, None]


def test_what_was_late_at_the_end_of_a_quarter_counts_there(cast: Cast, lent: Callable[..., Loan]) -> None:
    lent(dt.date(2023, 12, 20), back=30)
    assert values("overdue") == [1, 0, 0]


def test_today_is_told_tomorrow(cast: Cast, projector: Asset) -> None:
    loan = approved(cast.staff, cast.head, projector)
    hand_out(loan, [Pieces(loan.lines.get().pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())
    assert values("permitted") == [0, 0, 0]
    assert values("online") == [None, None, None]
    with time_machine.travel(dt.datetime(2024, 5, 21, 0, 5, tzinfo=BANGKOK), tick=False):
        assert values("permitted") == [0, 0, 1]
        assert values("online") == [None, None, 100]
        assert values("decision_hours")[2] == 0


def test_paper_that_an_officer_entered_is_not_online(cast: Cast, lent: Callable[..., Loan]) -> None:
    lent(dt.date(2024, 4, 10))
    Loan.objects.update(entered_by=cast.assets)
    lent(dt.date(2024, 4, 20))
    assert values("online") == [None, None, 50]


def test_a_quarter_begins_when_a_day_of_it_has_passed(cast: Cast) -> None:
    with time_machine.travel(dt.datetime(2024, 4, 1, 23, 59, tzinfo=BANGKOK), tick=False):
        assert len(values("permitted")) == 2
    with time_machine.travel(dt.datetime(2024, 4, 2, 0, 1, tzinfo=BANGKOK), tick=False):
        assert len(values("permitted")) == 3


def test_counted(cast: Cast, projector: Asset, chairs: Asset) -> None:
    session = CountSession.objects.create(
        fiscal_year=2566, order="1/2566", appointed_on=dt.date(2023, 9, 20), start_on=dt.date(2023, 10, 2),
        due_on=dt.date(2023, 11, 15), made_by=cast.assets,
    )  # fmt: skip
    assert values("counted") == []
    for asset in (projector, chairs):
        CountItem.objects.create(session=session, asset=asset, division=asset.division, expected=1)
    CountSession.objects.update(opened_at=dt.datetime(2023, 10, 2, 9, tzinfo=BANGKOK))
    assert values("counted") == [0, 0, 0]
    CountItem.objects.filter(asset=chairs).update(
        result=CountResult.FOUND, found=1, counted_by=cast.staff2, counted_at=dt.datetime(2024, 1, 5, tzinfo=BANGKOK)
    )
    assert values("counted") == [0, 50, 50]
    assert values("counted", cast.staff2.division) == [None, None, None]


def test_incidents_decided(cast: Cast, lent: Callable[..., Loan]) -> None:
    lent(dt.date(2024, 2, 1), condition=Condition.DAMAGED)
    assert values("incidents_decided") == [0, 0, 0]
    decide_incident(
        Incident.objects.get(),
        by=cast.assets,
        remedy=Remedy.REPAIRED,
        usable_again=True,
        decided_on=dt.date(2024, 3, 1),
    )
    assert values("incidents_decided") == [0, 1, 0]


@pytest.mark.parametrize("name", KEYS)
def test_all_quarters_cost_as_much_as_one(cast: Cast, lent: Callable[..., Loan], name: str) -> None:
    lent(dt.date(2024, 2, 1))
    indicator = indicators.get(f"assets.{name}")
    assert indicator is not None
    assert indicator.by_division

    def cost(*quarters: Any) -> int:
        with CaptureQueriesContext(connection) as captured:
            indicator.compute(quarters, cast.staff.division)
        return len(captured)

    assert cost(*QUARTERS) == cost(QUARTERS[0]) == 1
    assert cost(QUARTERS[3]) == 0


def generation() -> int:
    """How often public figures were made anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(generation), 0) FROM organization_pagetopic WHERE topic = 'assets'")
        return int(cursor.fetchone()[0])


def test_acts_of_every_day_raise_no_topic_and_change_no_figure(cast: Cast, projector: Asset) -> None:
    # The database knows the real day only.
    real = time_machine.escape_hatch.datetime.datetime.now(dt.UTC)
    with time_machine.travel(real, tick=False):

        def everything() -> list[Any]:
            found = (indicators.get(f"assets.{name}") for name in KEYS)
            return [indicator and indicator.compute(FiscalYear.current().quarters, None) for indicator in found]

        before, told = generation(), everything()
        loan = approved(cast.staff, cast.head, projector)
        assert everything() == told
        hand_out(loan, [Pieces(loan.lines.get().pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())
        extension = ask_extension(loan, by=cast.staff, new_due_on=loan.due_on + 3 * DAY, reason="งานยังไม่เสร็จ")
        approve_extension(extension, by=cast.head)
        take_back(loan, [Pieces(loan.lines.get().pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())
        assert everything() == told
        assert generation() == before


def test_what_changes_the_past_raises_the_topic(cast: Cast, lent: Callable[..., Loan]) -> None:
    def raised(act: Callable[[], Any]) -> bool:
        before = generation()
        act()
        return generation() > before

    assert raised(lambda: lent(dt.date(2024, 5, 1), back=None))
    loan = Loan.objects.get()
    extension = ask_extension(loan, by=cast.staff, new_due_on=NOW.date() + 3 * DAY, reason="งานยังไม่เสร็จ")
    assert values("overdue")[2] == 1
    assert raised(lambda: approve_extension(extension, by=cast.head))
    assert values("overdue")[2] == 0


@pytest.mark.django_db(transaction=True)
def test_approvals_do_not_wait_for_each_other(cast: Cast, projector: Asset, truck: Asset) -> None:
    first, second = requested(cast.staff, projector), requested(cast.staff, truck)
    with transaction.atomic():
        approve_loan(first, by=cast.head, revision=first.revision)
        other = begin(lambda: approve_loan(second, by=cast.head, revision=second.revision))
        assert wait_until_blocked(other) is False
    assert other.result().decided_by == cast.head


def test_the_page_of_figures_leads_where_it_says(client: Client, cast: Cast, published_plan: Plan) -> None:
    for name in KEYS:
        indicator = indicators.get(f"assets.{name}")
        assert indicator is not None
        for figure in indicator.compute(QUARTERS, None).values():
            page, _hash, part = figure.url.partition("#")
            response = client.get(page)
            assert response.status_code == 200
            assert f'id="{part}"' in response.content.decode()
