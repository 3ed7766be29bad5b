"""The demonstration's assets and loans: marked, in every state, once."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from assets.approval_reading import extensions_waiting, waiting_page
from assets.approvers import Seat
from assets.choices import LoanState, Place
from assets.count_reading import summary_of
from assets.models import Asset, Category, CountSession, Incident, Loan
from assets.portal_data import demonstrate, install_categories
from assets.services.counts import may_close
from ita_portal.fiscal import BANGKOK
from organization.models import User
from organization.portal_data import install_cast, install_municipality

from ..cast import Cast
from .factories import AssetFactory


@pytest.fixture
def portal(db: None) -> None:
    """A new portal with its demonstration cast."""
    install_municipality()
    install_cast("a password of the tests")
    install_categories()


@pytest.mark.parametrize(
    "day", [dt.date(2026, 11, 23), dt.date(2026, 10, 5), dt.date(2027, 9, 30), dt.date(2026, 10, 1)]
)
def test_examples_in_every_state_once(portal: None, day: dt.date) -> None:
    with time_machine.travel(dt.datetime.combine(day, dt.time(9), BANGKOK), tick=False):
        demonstrate()
        loans = Loan.objects.count()
        assert {loan.state for loan in Loan.objects.all()} == set(LoanState.values)
        assert 35 <= loans <= 50
        assert Loan.objects.overdue().count() == 3
        seats = {name: Seat.of(User.objects.get(username=name)) for name in ("head", "mayor")}
        assert waiting_page(seats["head"], size=1)
        assert len(waiting_page(seats["mayor"], place=Place.OFF_SITE, size=9)) == 2
        assert len(extensions_waiting(seats["head"])) == 1
        assert Incident.objects.undecided().count() == 1
        assert CountSession.objects.filter(closed_at__isnull=False).count() == 1
        demonstrate()
        assert Loan.objects.count() == loans
    assert not Asset.objects.exclude(name__contains="ตัวอย่าง").exists()
    assert 55 <= Asset.objects.count() <= 65
    assert Asset.objects.values("division").distinct().count() == 7
    for name in ("เครื่องฉายภาพ", "รถกระบะ"):
        found = Asset.objects.get(name=f"{name} (ตัวอย่าง)")
        assert (found.can_be_lent, found.division.name) == (True, "กองช่าง")
        assert not found.lines.holding().exists()


@pytest.mark.parametrize("day", [dt.date(2026, 11, 23), dt.date(2026, 10, 1), dt.date(2027, 8, 31)])
def test_there_is_a_count_to_work_with_on_any_day(portal: None, day: dt.date) -> None:
    with time_machine.travel(dt.datetime.combine(day, dt.time(9), BANGKOK), tick=False):
        demonstrate()
        session = CountSession.objects.running().get()
        summary = summary_of(session).total
        assert 40 <= summary.percent <= 60
        assert not session.items.filter(counted_at__gt=timezone.now()).exists()
        client = Client()
        client.force_login(User.objects.get(username="staff"))
        page = client.get(f"/assets/count/{session.fiscal_year}/work/")
        assert page.context["to_do"]
        assert may_close(session, User.objects.get(username="staff2"))
        assert set(session.counters.values_list("user__username", flat=True)) == {"staff", "staff2"}


def test_before_the_first_working_day_the_count_is_prepared(portal: None) -> None:
    with time_machine.travel(dt.datetime(2022, 10, 2, 9, tzinfo=BANGKOK), tick=False):
        demonstrate()
        session = CountSession.objects.get(fiscal_year=2565)
        assert session.opened_at is None
        assert session.counters.count() == 2


def test_what_is_there_is_left_alone(portal: None) -> None:
    AssetFactory()
    kinds = Category.objects.count()
    install_categories()
    demonstrate()
    assert (Asset.objects.count(), Loan.objects.count(), Category.objects.count()) == (1, 0, kinds)


def test_without_the_cast_there_are_no_examples(cast: Cast) -> None:
    demonstrate()
    assert not Asset.objects.exists()
