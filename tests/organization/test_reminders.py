"""Reminders: one mail a person and day, without a word of what waits; what failed is tried again."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command

from organization import reminders
from organization.models import SentReminder, User
from organization.reminders import Reminder, Sent, send_due
from organization.retention import forget_reminders
from tests.cast import Cast
from tests.races import at_once

DAY = dt.date(2027, 1, 4)
Waits = Callable[..., None]


class BrokenBackend(EmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[Waits]:
    """`waits(reminder, …)`: what the apps say, in place of what they have to say."""
    said: list[Reminder] = []
    registry: reminders.Registry[reminders.ReminderSource] = reminders.Registry("test")
    registry.register("test", lambda day: list(said))
    monkeypatch.setattr(reminders, "reminder_sources", registry)
    yield lambda *more: said.extend(more)


@pytest.fixture
def person(cast: Cast) -> User:
    """Somebody with an address."""
    cast.staff.email = "staff@example.go.th"
    cast.staff.save()
    return cast.staff


def run(day: dt.date = DAY) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command("send_reminders", date=day, stdout=out)
    return out.getvalue()


def test_one_mail_for_everything_that_waits(person: User, waits: Waits) -> None:
    waits(Reminder(person, "งานหนึ่ง", "/one/", 2), Reminder(person, "งานสอง", "/two/"))
    assert run().startswith("1 sent, 0 sent before, 0 people")
    (message,) = mail.outbox
    assert message.to == ["staff@example.go.th"]
    assert "3 things wait for you" in message.subject
    for path in ("/one/", "/two/"):
        assert message.body.count(f"http://127.0.0.1:8000{path}") == 2  # in Thai and in English


def test_run_again_it_sends_nothing_and_the_next_day_again(person: User, waits: Waits) -> None:
    waits(Reminder(person, "งาน", "/one/"))
    run()
    assert run().startswith("0 sent, 1 sent before")
    assert len(mail.outbox) == 1
    run(DAY + dt.timedelta(days=1))
    assert len(mail.outbox) == 2


def test_people_without_an_address_are_counted_and_closed_accounts_left_out(cast: Cast, waits: Waits) -> None:
    cast.head.email, cast.head.is_active = "head@example.go.th", False
    cast.head.save()
    waits(Reminder(cast.staff, "งาน", "/one/"), Reminder(cast.head, "งาน", "/one/"))
    assert run() == "0 sent, 0 sent before, 1 people without an e-mail address\n"
    assert not mail.outbox
    assert not SentReminder.objects.exists()


def test_what_failed_is_told_and_tried_again(
    person: User, waits: Waits, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    waits(Reminder(person, "งาน", "/one/"))
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.BrokenBackend"
    with pytest.raises(CommandError, match="1 could not be sent") as failed:
        run()
    assert failed.value.returncode == 1
    assert "staff@example.go.th" not in str(failed.value)
    assert not SentReminder.objects.exists()
    settings.EMAIL_BACKEND = working
    assert run().startswith("1 sent")


def test_one_bad_address_keeps_nobody_from_theirs(cast: Cast, person: User, waits: Waits) -> None:
    cast.head.email = "head@example.go.th\nBcc: all@example.go.th"
    User.objects.filter(pk=cast.head.pk).update(email=cast.head.email)
    waits(Reminder(cast.head, "งาน", "/one/"), Reminder(person, "งาน", "/one/"))
    with pytest.raises(CommandError):
        run()
    assert [message.to for message in mail.outbox] == [["staff@example.go.th"]]


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_the_same_moment_send_one_mail(person: User, waits: Waits) -> None:
    waits(Reminder(person, "งาน", "/one/"))
    results = at_once(*(lambda: send_due(DAY) for _run in range(6)))
    assert sorted((result.sent, result.before) for result in results) == [(0, 1)] * 5 + [(1, 0)]
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_claim_two_runs_send_two(person: User, waits: Waits, monkeypatch: pytest.MonkeyPatch) -> None:
    """The race that the unique constraint closes: whoever looks first and writes afterwards is overtaken."""
    waits(Reminder(person, "งาน", "/one/"))

    def look_then_write(due: list[Reminder], day: dt.date, done: Sent) -> None:
        if not SentReminder.objects.filter(user=due[0].user, day=day).exists():
            both_have_looked.wait()
            reminders.mail(due).send()
            SentReminder.objects.bulk_create([SentReminder(user=due[0].user, day=day)], ignore_conflicts=True)

    import threading

    both_have_looked = threading.Barrier(2)
    monkeypatch.setattr(reminders, "_send", look_then_write)
    at_once(lambda: send_due(DAY), lambda: send_due(DAY))
    assert len(mail.outbox) == 2


def test_who_was_reminded_is_forgotten_after_three_months(person: User) -> None:
    for days in (91, 90):
        SentReminder.objects.create(user=person, day=DAY - dt.timedelta(days=days))
    assert forget_reminders(DAY) == {"reminders": 1}
    assert forget_reminders(DAY) == {"reminders": 0}
