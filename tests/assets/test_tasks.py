"""What waits for each person on their home page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets.models import Asset, Counter, CountItem, CountSession, Incident, Loan
from assets.services.decisions import refuse_loan
from assets.services.requests import ask_extension
from assets.tasks import approvers_tasks, borrowers_tasks, counters_tasks, officers_tasks
from ita_portal.fiscal import BANGKOK, today
from organization.models import User

from ..cast import Cast
from .factories import DAY, AssetFactory, approved, handed_out, requested

SOURCES = (borrowers_tasks, approvers_tasks, officers_tasks, counters_tasks)


def told(source: Callable, user: User) -> list[tuple[str, int, bool]]:  # type: ignore[type-arg]
    """Address, count and lateness of each task."""
    return [(task.url, task.count, task.late) for task in source(user)]


def at(day: dt.date) -> time_machine.travel:
    """A morning."""
    return time_machine.travel(dt.datetime.combine(day, dt.time(9), BANGKOK), tick=False)


def test_nothing_waits(cast: Cast) -> None:
    for source in SOURCES:
        for user in (cast.staff, cast.head, cast.mayor, cast.assets):
            assert told(source, user) == []


def test_a_borrowers_loan_from_collecting_to_late(cast: Cast, projector: Asset) -> None:
    mine, day = reverse("assets:my_loans"), today()
    loan = approved(cast.staff, cast.head, projector)
    assert told(borrowers_tasks, cast.staff) == [(mine, 1, False)]
    assert told(officers_tasks, cast.assets) == [(reverse("assets:desk") + "?pile=collect", 1, False)]
    other = handed_out(cast.staff, cast.head, cast.assets, AssetFactory())
    with at(other.due_on):
        assert told(borrowers_tasks, cast.staff) == [(mine, 1, False), (mine, 1, False)]
        assert told(officers_tasks, cast.assets)[0][0].endswith("?pile=today")
    with at(other.due_on + DAY):
        assert told(borrowers_tasks, cast.staff) == [(mine, 1, True)]
        assert told(officers_tasks, cast.assets) == [(reverse("assets:desk") + "?pile=overdue", 1, True)]
    assert loan.due_on > day
    assert told(borrowers_tasks, cast.staff2) == []


def test_a_refusal_is_news_for_a_week(cast: Cast, waiting_loan: Loan) -> None:
    refuse_loan(waiting_loan, by=cast.head, reason="ใช้ในกอง")
    assert len(told(borrowers_tasks, cast.staff)) == 1
    with at(today() + 7 * DAY):
        assert told(borrowers_tasks, cast.staff) == []


def test_whom_something_overdue_affects(cast: Cast, loan_out: Loan, projector: Asset) -> None:
    approved(cast.staff2, cast.head, projector, start=4)
    assert told(borrowers_tasks, cast.staff2) == []
    with at(loan_out.due_on + DAY):
        assert told(borrowers_tasks, cast.staff2) == [(reverse("assets:my_loans"), 1, False)]


def test_who_decides(cast: Cast, loan_out: Loan, truck_waiting: Loan) -> None:
    url = reverse("assets:approvals")
    assert told(approvers_tasks, cast.mayor) == [(url, 1, False)]
    assert told(approvers_tasks, cast.head) == []
    ask_extension(loan_out, by=cast.staff, new_due_on=loan_out.due_on + DAY, reason="งานยังไม่เสร็จ")
    requested(cast.staff, AssetFactory(), start=3)
    assert told(approvers_tasks, cast.head) == [(url, 1, False), (url, 1, False)]
    assert told(approvers_tasks, cast.staff) == []


def test_damage_that_waits(cast: Cast, projector: Asset) -> None:
    Incident.objects.create(asset=projector, kind="lost", noticed_on=today(), noticed_by=cast.assets)
    assert told(officers_tasks, cast.assets) == [(reverse("assets:incidents"), 1, False)]
    assert told(officers_tasks, cast.admin) == []


def test_a_counter_counts_their_division(cast: Cast, projector: Asset) -> None:
    day = today()
    session = CountSession.objects.create(
        fiscal_year=2569, order="1", appointed_on=day, start_on=day, due_on=day, made_by=cast.assets
    )
    Counter.objects.create(session=session, user=cast.staff2, division=cast.staff.division)
    Counter.objects.create(session=session, user=cast.secretary, division=cast.secretary.division)
    Counter.objects.create(session=session, user=cast.integrity)
    CountItem.objects.create(session=session, asset=projector, division=projector.division, expected=1)
    assert told(counters_tasks, cast.staff2) == []
    CountSession.objects.update(opened_at=dt.datetime.now(dt.UTC))
    url = reverse("assets:counting", args=[2569])
    assert told(counters_tasks, cast.staff2) == told(counters_tasks, cast.integrity) == [(url, 1, False)]
    assert told(counters_tasks, cast.secretary) == []
    with at(day + DAY):
        assert told(counters_tasks, cast.staff2) == [(url, 1, True)]


@pytest.mark.parametrize("number", [2, 40])
def test_queries_do_not_grow(cast: Cast, number: int) -> None:
    for _loan in range(number):
        handed_out(cast.staff, cast.head, cast.assets, AssetFactory())
        requested(cast.staff, AssetFactory())
    for source, user, most in (
        (borrowers_tasks, cast.staff, 2), (approvers_tasks, cast.head, 6), (officers_tasks, cast.assets, 6),
        (counters_tasks, cast.staff, 1),
    ):  # fmt: skip
        fresh = User.objects.get(pk=user.pk)
        with CaptureQueriesContext(connection) as captured:
            list(source(fresh))
        assert len(captured) <= most, source


def test_a_request_for_today_is_not_late_on_the_day_it_was_sent(cast: Cast, projector: Asset) -> None:
    day = today()
    with at(day):
        requested(cast.staff, projector)
        assert [task.late for task in approvers_tasks(cast.head)] == [False]
        assert [task.detail for task in approvers_tasks(cast.head)] == [""]
    with at(day - DAY):
        requested(cast.staff, AssetFactory(), start=1)
    with at(day):
        assert [(task.count, task.late) for task in approvers_tasks(cast.head)] == [(2, True)]
    with at(day + DAY):
        assert [task.late for task in approvers_tasks(cast.head)] == [True]
