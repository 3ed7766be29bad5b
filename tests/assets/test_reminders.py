"""Whom the register reminds on which day, by the day in Bangkok, once."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command

from assets.choices import Place
from assets.models import Asset, Incident, Loan
from assets.reminders import approvers, borrowers, heads, officers
from assets.services.requests import ask_extension
from ita_portal.fiscal import BANGKOK, today
from organization.models import User

from ..cast import Cast
from .factories import DAY, AssetFactory, approved, handed_out, requested

DUE = dt.date(2026, 9, 30)
"""The last day of a fiscal year."""


@pytest.fixture
def loan(cast: Cast, projector: Asset) -> Loan:
    """`staff` has the projector, due on `DUE`."""
    with time_machine.travel(dt.datetime(2026, 9, 28, 9, tzinfo=BANGKOK), tick=False):
        return handed_out(cast.staff, cast.head, cast.assets, projector, days=3)


def told(source, day: dt.date) -> list[tuple[str, int]]:  # type: ignore[no-untyped-def]
    """User name and count of each reminder."""
    return [(reminder.user.username, reminder.count) for reminder in source(day)]


@pytest.mark.parametrize(
    ("after", "borrower", "head"),
    [(-2, 0, 0), (-1, 1, 0), (0, 1, 0), (1, 1, 0), (7, 1, 0), (8, 0, 1), (100, 0, 1)],
)
def test_the_day_before_then_daily_then_the_head(loan: Loan, after: int, borrower: int, head: int) -> None:
    day = DUE + after * DAY
    assert told(borrowers, day) == [("staff", 1)] * borrower
    assert told(heads, day) == [("head", 1)] * head


def test_the_words_change_on_the_day(loan: Loan) -> None:
    words = {str(next(iter(borrowers(DUE + after * DAY))).text) for after in (-1, 0, 1)}
    assert len(words) == 3


def test_the_mayor_where_the_division_has_no_head_or_the_head_borrows(cast: Cast, loan: Loan, truck: Asset) -> None:
    cast.head.groups.clear()
    assert told(heads, DUE + 8 * DAY) == [("mayor", 1)]


def test_a_head_is_not_told_of_their_own(cast: Cast, chairs: Asset) -> None:
    with time_machine.travel(dt.datetime(2026, 9, 28, 9, tzinfo=BANGKOK), tick=False):
        handed_out(cast.head, cast.mayor, cast.assets, chairs, days=3)
    assert told(borrowers, DUE) == [("head", 1)]
    assert told(heads, DUE + 8 * DAY) == [("mayor", 1)]


@pytest.mark.parametrize(("hour", "minute"), [(0, 30), (23, 30)])
def test_due_today_early_and_late_in_bangkok(loan: Loan, hour: int, minute: int) -> None:
    """Half past midnight in Bangkok is still yesterday in UTC; the fiscal year ends with this day."""
    with time_machine.travel(dt.datetime(2026, 9, 30, hour, minute, tzinfo=BANGKOK), tick=False):
        assert today() == DUE
        assert [str(reminder.text) for reminder in borrowers(today())] == [
            str(next(iter(borrowers(DUE))).text)
        ]  # fmt: skip
        assert not Loan.objects.overdue().exists()
    with time_machine.travel(dt.datetime(2026, 10, 1, 0, 30, tzinfo=BANGKOK), tick=False):
        assert Loan.objects.overdue().get() == loan


def test_whom_something_overdue_keeps_waiting(cast: Cast, loan: Loan, projector: Asset) -> None:
    with time_machine.travel(dt.datetime(2026, 9, 28, 9, tzinfo=BANGKOK), tick=False):
        approved(cast.staff2, cast.head, projector, start=6)
    assert told(borrowers, DUE) == [("staff", 1)]
    assert told(borrowers, DUE + DAY) == [("staff", 1), ("staff2", 1)]


def test_who_approves_is_told_what_waits(cast: Cast, projector: Asset, truck: Asset, loan: Loan) -> None:
    with time_machine.travel(dt.datetime(2026, 9, 29, 9, tzinfo=BANGKOK), tick=False):
        assert told(approvers, today()) == []
        requested(cast.staff2, AssetFactory())
        requested(cast.staff, truck, use_at=Place.OFF_SITE, location="ศาลากลาง")
        ask_extension(loan, by=cast.staff, new_due_on=DUE + 3 * DAY, reason="งานยังไม่เสร็จ")
        assert sorted(told(approvers, today())) == [("head", 2), ("mayor", 1)]


def test_officers_hear_of_what_is_overdue_and_of_today(cast: Cast, loan: Loan, chairs: Asset) -> None:
    with time_machine.travel(dt.datetime(2026, 9, 30, 9, tzinfo=BANGKOK), tick=False):
        approved(cast.staff2, cast.head, chairs, start=1)
    assert told(officers, DUE) == []
    Incident.objects.create(asset=chairs, kind="damaged", noticed_on=DUE, noticed_by=cast.assets)
    assert told(officers, DUE + DAY) == [("assets", 1)] * 3


def test_sent_once_a_day_and_says_nothing_of_the_thing(cast: Cast, loan: Loan) -> None:
    User.objects.filter(pk__in=[cast.staff.pk, cast.assets.pk]).update(email="someone@example.go.th")
    for _run in range(2):
        call_command("send_reminders", date=DUE + DAY, stdout=io.StringIO())
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        text = message.subject + message.body
        assert "/assets/" in text
        assert not [word for word in (loan.reference, "416-50-0001", "เครื่องฉายภาพ", loan.purpose) if word in text]
    call_command("send_reminders", date=DUE + 2 * DAY, stdout=io.StringIO())
    assert len(mail.outbox) == 4


def test_the_mayor_reads_why_it_comes_to_them_and_both_are_led_to_the_loan(cast: Cast, loan: Loan) -> None:
    (of_head,) = heads(DUE + 8 * DAY)
    cast.head.groups.clear()
    (of_mayor,) = heads(DUE + 8 * DAY)
    assert str(of_head.text) != str(of_mayor.text)
    assert of_head.path == of_mayor.path == f"/assets/loans/{loan.public_id}/"
    assert cast.client("mayor").get(of_mayor.path).status_code == 200


def test_the_head_can_open_what_the_mail_leads_to(cast: Cast, loan: Loan) -> None:
    (reminder,) = heads(DUE + 8 * DAY)
    assert cast.client("head").get(reminder.path).status_code == 200


def test_a_mail_to_a_head_leads_to_ten_loans_and_counts_the_rest(cast: Cast) -> None:
    with time_machine.travel(dt.datetime(2026, 9, 28, 9, tzinfo=BANGKOK), tick=False):
        for _number in range(12):
            handed_out(cast.staff, cast.head, cast.assets, AssetFactory(), days=3)
    assert told(heads, DUE + 8 * DAY) == [("head", 1)] * 9 + [("head", 3)]
