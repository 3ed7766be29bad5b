"""An asset's calendar: free, partly free and taken days, as a grid and in words."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.test import Client

from assets.catalogue import month_of
from assets.choices import Condition
from assets.models import Asset, Loan
from ita_portal.fiscal import today

from ..cast import Cast
from .days import on_day
from .factories import DAY, AssetFactory, approved, handed_out


@pytest.fixture
def staff(cast: Cast) -> Client:
    return cast.client("staff")


@pytest.fixture(autouse=True)
def _a_tenth() -> Iterator[None]:
    """It is 10 November 2569."""
    with on_day(dt.date(2026, 11, 10)):
        yield


def states(asset: Asset, first: dt.date) -> dict[int, tuple[str, int]]:
    month = month_of(asset, first, Loan.objects.none())
    return {day.date.day: (day.state, day.free) for week in month.weeks for day in week if day}


def address(asset: Asset) -> str:
    return f"/assets/item/{asset.label}/calendar/"


def test_days_of_a_month(cast: Cast, chairs: Asset) -> None:
    approved(cast.staff, cast.head, chairs, start=2, days=3, quantity=4)
    approved(cast.staff2, cast.head, chairs, start=4, days=1, quantity=6)
    days = states(chairs, dt.date(2026, 11, 1))
    assert len(days) == 30
    assert days[9][0] == "past"
    assert [days[day] for day in (10, 11, 12, 13, 14, 15, 30)] == [
        ("free", 10), ("free", 10), ("partly", 6), ("partly", 6), ("taken", 0), ("free", 10), ("free", 10),
    ]  # fmt: skip
    month = month_of(chairs, dt.date(2026, 11, 1), Loan.objects.none())
    assert all(len(week) == 7 for week in month.weeks)
    assert [(span.start.day, span.end.day, state) for span, state in month.spans] == [
        (10, 11, "free"), (12, 13, "partly"), (14, 14, "taken"), (15, 30, "free"),
    ]  # fmt: skip


def test_an_overdue_thing_is_taken_on_every_day(cast: Cast, projector: Asset) -> None:
    handed_out(cast.staff, cast.head, cast.assets, projector, days=2)
    with on_day(dt.date(2026, 11, 20)):
        rest = {day: state for day, (state, _free) in states(projector, dt.date(2026, 11, 1)).items() if day >= 20}
        assert set(rest.values()) == {"taken"}
        assert {state for state, _free in states(projector, dt.date(2026, 12, 1)).values()} == {"taken"}


def test_who_has_it_is_named_to_those_who_may_know(cast: Cast, projector: Asset) -> None:
    loan = approved(cast.staff2, cast.head, projector, start=1, days=2)
    for name, named in (("staff2", True), ("head", True), ("assets", True), ("mayor", True), ("staff", False)):
        page = cast.client(name).get(address(projector)).content.decode()
        assert (loan.public_id in page) is named, name


def test_months_are_bounded(staff: Client, projector: Asset) -> None:
    here = staff.get(address(projector))
    assert (here.context["back"], here.context["ahead"]) == (None, dt.date(2026, 12, 1))
    for month in ("2000-01", "2543-01", "2026-11", "๒๕๖๙-๑๑"):
        assert staff.get(address(projector), {"month": month}).context["month"].first == dt.date(2026, 11, 1)
    far = staff.get(address(projector), {"month": "2199-12"}).context
    assert far["month"].first == (today() + 270 * DAY).replace(day=1)
    assert far["ahead"] is None


@pytest.mark.parametrize("month", ["", "2026-13", "x" * 4000, "9999-99", "2026-0", "0000-01"])
def test_bad_months_show_the_present_one(staff: Client, projector: Asset, month: str) -> None:
    page = staff.get(address(projector), {"month": month})
    assert page.status_code == 200
    assert page.context["month"].first == dt.date(2026, 11, 1)


def test_a_thing_that_cannot_be_lent_says_so(staff: Client) -> None:
    broken = AssetFactory(condition=Condition.UNUSABLE, broken=1)
    assert {state for state, _free in states(broken, dt.date(2026, 12, 1)).values()} == {"taken"}
    assert staff.get(address(broken)).status_code == 200
    assert staff.get("/assets/item/ไม่มี/calendar/").status_code == 404
