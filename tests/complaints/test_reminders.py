"""Whom the channel reminds, and that the mail says nothing of a complaint."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.management import call_command

from complaints.choices import State
from complaints.models import Case, ChannelSettings, Grant
from complaints.reminders import officers_with_work
from complaints.services.filing import Filed
from organization.models import User

from .conftest import REPORT, Desk

FileCase = Callable[..., Filed]
DAY = dt.date(2026, 3, 2)


@pytest.fixture
def quiet(desk: Desk, file_case: FileCase) -> Case:
    """A case in which nothing waits on `DAY`."""
    case = file_case().case
    case.state, case.has_news, case.filed_on = State.IN_PROGRESS, False, dt.date(2026, 2, 20)
    case.due_on = DAY + dt.timedelta(days=4)
    case.save()
    return case


def counts(day: dt.date = DAY) -> dict[str, int]:
    """How much waits, by user name."""
    return {reminder.user.username: reminder.count for reminder in officers_with_work(day)}


def test_nothing_waits(quiet: Case) -> None:
    assert counts() == {}


@pytest.mark.parametrize(
    ("change", "waits"),
    [
        ({"state": State.RECEIVED}, True),
        ({"has_news": True}, True),
        ({"due_on": DAY + dt.timedelta(days=3)}, True),
        ({"due_on": DAY - dt.timedelta(days=1)}, True),
        ({"due_on": DAY - dt.timedelta(days=1), "answered_on": DAY - dt.timedelta(days=2)}, False),
        ({"state": State.WAITING}, False),
        ({"state": State.WITHDRAWN, "finished_on": DAY, "due_on": DAY - dt.timedelta(days=1)}, False),
        ({"state": State.WITHDRAWN, "finished_on": DAY, "has_news": True}, True),
    ],
)
def test_what_waits(quiet: Case, change: dict[str, object], waits: bool) -> None:
    Case.objects.filter(pk=quiet.pk).update(**change)
    assert counts() == ({"integrity": 1, "integrity2": 1} if waits else {})


def test_the_municipality_sets_how_early(quiet: Case) -> None:
    ChannelSettings.objects.create(pk=1, warn_days=4)
    assert counts() == {"integrity": 1, "integrity2": 1}


def test_only_who_may_read_is_reminded(quiet: Case, desk: Desk) -> None:
    Case.objects.filter(pk=quiet.pk).update(has_news=True)
    Grant.objects.filter(officer=desk.officer("integrity2")).delete()
    assert counts() == {"integrity": 1}
    desk.cast.integrity.groups.clear()
    assert counts() == {}


def test_the_mail_says_nothing_of_a_complaint(desk: Desk, file_case: FileCase) -> None:
    User.objects.filter(pk=desk.cast.integrity.pk).update(email="integrity@example.go.th")
    case = file_case(accused_name="สมชาย ใจดี").case
    call_command("send_reminders", date=DAY, stdout=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    (message,) = mail.outbox
    text = message.subject + message.body
    assert "/complaints/desk/" in text
    secrets = [
        case.reference,
        str(case.pk),
        case.category,
        str(case.get_category_display()),
        "สมชาย",
        REPORT["narrative"],
    ]
    assert not [secret for secret in secrets if secret in text]
