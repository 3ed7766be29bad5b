"""How many have confirmed: against a count by hand, told so that nobody is singled out; figures, tasks and mails."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from guidelines.choices import ASSET_MANUAL, Audience
from guidelines.models import Acknowledgement, Document
from guidelines.retention import apply
from guidelines.services.documents import Settings, change_settings
from guidelines.shares import Counting, Share, by_quarter, merged
from ita_portal.fiscal import BANGKOK, FiscalQuarter, FiscalYear, today
from measures.indicators import indicators
from organization.models import Division, User
from organization.reminders import send_due
from tests.cast import Cast

from .document_factories import confirmed, next_version, people, published

pytestmark = pytest.mark.django_db
YEAR = FiscalYear(2567)
MONDAY = dt.date(2026, 11, 23)


def at(day: str) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(10), BANGKOK)


def long_here(*users: User) -> None:
    """They have had an account for years."""
    User.objects.filter(pk__in=[user.pk for user in users]).update(date_joined=at("2020-01-01"))


def figure(key: str, quarters: tuple[FiscalQuarter, ...], division: Division | None = None) -> list[Any]:
    """An indicator's values."""
    found = indicators.get(f"guidelines.{key}")
    assert found is not None
    told = found.compute(quarters, division)
    return [told[quarter].value for quarter in quarters if quarter in told]


def test_shares_equal_a_count_by_hand(cast: Cast) -> None:
    """Random people, days and versions; counted again without anything of the code that is tried."""
    luck = random.Random(2567)
    divisions = list(Division.objects.all())
    works, money = divisions[2], divisions[1]
    staff = [user for division in (works, money) for user in people(12, division)]
    long_here(*staff, *User.objects.all())
    first = published(cast, ASSET_MANUAL, at=at("2023-09-01"), in_force_on=dt.date(2023, 9, 1))
    for user in luck.sample(staff, 15):
        confirmed(first, user, at(f"2023-{luck.choice(['10', '11', '12'])}-{luck.randint(1, 28):02}"))
    leaving = luck.sample(staff, 4)
    User.objects.filter(pk__in=[user.pk for user in leaving]).update(is_active=False)
    moved = next(user for user in staff if user.division_id == works.pk and user not in leaving)
    User.objects.filter(pk=moved.pk).update(division=money)

    counting = Counting([first.document])
    rows = by_quarter(first.document, [first], counting, (*YEAR.quarters, FiscalQuarter(FiscalYear(2566), 3)))
    assert [row.quarter for row in rows] == list(YEAR.quarters)
    for row in rows:
        end = dt.datetime.combine(row.quarter.end + dt.timedelta(days=1), dt.time(), BANGKOK)
        have: dict[int, set[int]] = {}
        for one in Acknowledgement.objects.all():
            if one.acknowledged_at < end:
                have.setdefault(one.division_id or 0, set()).add(one.user_id)
        done = {user for users in have.values() for user in users}
        wanted = {
            division.pk: (
                len(have.get(division.pk, ())),
                sum(
                    1 for user in User.objects.all()
                    if user.is_active and user.division_id == division.pk and user.pk not in done
                ),
            )
            for division in divisions
        }  # fmt: skip
        told = {
            share.names[0]: (share.confirmed, share.missing)
            for share in counting.by_division(first.document, first, end)
        }
        assert told == {division.name: wanted[division.pk] for division in divisions if sum(wanted[division.pk])}
        assert row.share.confirmed == sum(pair[0] for pair in wanted.values())
        assert row.share.people == sum(map(sum, wanted.values()))
        assert figure("asset_manual_share", (row.quarter,)) == [row.share.percent]


def test_who_came_later_was_not_missing_then(cast: Cast) -> None:
    long_here(cast.staff, cast.head)
    version = published(cast, ASSET_MANUAL, at=at("2023-09-01"), in_force_on=dt.date(2023, 9, 1))
    confirmed(version, cast.head, at("2023-11-01"))
    confirmed(version, cast.budget, at("2024-02-01"))  # whose account was made in 2026: there since that day
    assert figure("asset_manual_share", YEAR.quarters) == [50, 67, 67, 67]
    assert figure("acknowledged", YEAR.quarters) == [1, 1, 0, 0]
    assert figure("acknowledged", YEAR.quarters, cast.head.division) == [None] * 4, "one or two people"
    assert figure("documents", (*FiscalYear(2566).quarters, YEAR.quarters[0])) == [0, 0, 0, 1, 1]
    assert figure("ethics_share", YEAR.quarters) == [None] * 4
    assert figure("asset_manual_share", FiscalYear(2566).quarters) == [None, None, None, 0]
    assert figure("asset_manual_share", FiscalYear(2690).quarters) == []


def test_a_new_version_begins_at_nothing_and_a_past_quarter_stays(cast: Cast) -> None:
    long_here(*User.objects.all())
    version = published(cast, ASSET_MANUAL, at=at("2023-09-01"), in_force_on=dt.date(2023, 9, 1))
    everybody = list(User.objects.filter(is_active=True, division__isnull=False))
    for user in everybody:
        confirmed(version, user, at("2024-09-30"))
    before = figure("asset_manual_share", YEAR.quarters)
    assert before == [0, 0, 0, 100]
    now = FiscalQuarter.current()
    assert figure("asset_manual_share", (now,)) == [100]
    corrected = next_version(cast, version.document, asks_again=False)
    assert figure("asset_manual_share", (now,)) == [100]
    next_version(cast, version.document)
    assert figure("asset_manual_share", (now,)) == [0] and figure("asset_manual_share", YEAR.quarters) == before
    assert corrected.asks_from == 1
    change_settings(version.document, Settings(withdrawn_on=today(), withdrawn_reason="ก"), by=cast.secretary, edits=0)
    assert figure("asset_manual_share", (now,)) == [None] and figure("asset_manual_share", YEAR.quarters) == before
    assert figure("documents", (YEAR.quarters[3], now)) == [1, 0]


def test_small_groups_are_told_together() -> None:
    def of(*sizes: int) -> list[Share]:
        return [Share((str(place),), size, size // 2) for place, size in enumerate(sizes)]

    assert [one.people for one in merged(of(9, 3, 7, 4))] == [9, 7, 7]
    assert [one.names for one in merged(of(9, 3, 7, 1))] == [("0",), ("1", "2", "3")]
    assert merged(of(2, 1)) == [] and merged([]) == []
    assert [one.people for one in merged(of(5, 6))] == [5, 6]
    for sizes in ((1, 9), (4, 5, 6, 30), (1, 1, 1, 1, 1), (4, 4)):
        groups = merged(of(*sizes))
        assert all(one.people >= 5 for one in groups) and sum(one.people for one in groups) == sum(sizes)
    assert Share((), 0, 0).percent is None
    assert [Share((), 1000, count).percent for count in (0, 1, 999, 1000)] == [0, 1, 99, 100]
    assert [Share((), 8, count).percent for count in (1, 3, 5, 7)] == [13, 38, 63, 88], "half up"


def test_pages_tell_no_group_of_fewer_than_five(cast: Cast) -> None:
    works, school = Division.objects.get(name="กองช่าง"), Division.objects.get(name="กองการศึกษา")
    version = published(cast, ASSET_MANUAL)
    published(cast, "few", audience=Audience.DIVISIONS, divisions=(works,))
    for user in people(8, works):
        confirmed(version, user)
    people(2, school)
    page = cast.client("staff2").get("/guidelines/shares/").content.decode()
    assert "8/10" in page and ">8/18<" in page and "0/8" in page  # works; all; the small ones together
    assert "0/2" not in page and "0/4" not in page and "0/3" not in page
    public = Client().get(f"/guidelines/{ASSET_MANUAL}/").content.decode()
    assert "44%" in public and "กองการศึกษา" not in public
    alone = Client().get("/guidelines/few/").content.decode()
    assert "%)" in alone  # ten people are asked
    assert figure("asset_manual_share", (FiscalQuarter.current(),), school) == [None]
    assert figure("asset_manual_share", (FiscalQuarter.current(),), works) == [80]


def test_a_single_small_division_is_not_found_by_taking_the_others_from_the_whole(cast: Cast) -> None:
    User.objects.update(division=None)
    large, middle, small = Division.objects.all()[:3]
    version = published(cast, ASSET_MANUAL)
    for user in (*people(7, large), *people(6, middle), *people(2, small)):
        confirmed(version, user)
    now = (FiscalQuarter.current(),)
    for key, whole, told in (("acknowledged", 15, 7), ("asset_manual_share", 100, 100)):
        assert figure(key, now) == [whole], key
        by_division = [figure(key, now, division)[0] for division in (large, middle, small)]
        assert by_division == [told, None, None], key


def test_figures_cost_the_same_for_any_number_of_quarters(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    published(cast, ASSET_MANUAL)
    years = tuple(quarter for number in range(2560, 2571) for quarter in FiscalYear(number).quarters)
    for key, count in (("documents", 2), ("asset_manual_share", 7), ("acknowledged", 1)):
        for quarters in ((FiscalQuarter.current(),), years):
            with django_assert_num_queries(count):
                figure(key, quarters)
            with django_assert_num_queries(4 if count == 1 else count):
                figure(key, quarters, cast.staff.division)


def test_mails_go_once_a_week_and_name_nothing(cast: Cast) -> None:
    version = published(cast, ASSET_MANUAL)
    published(cast, "second")
    confirmed(version, cast.staff)
    User.objects.filter(pk__in=[cast.staff.pk, cast.staff2.pk, cast.mayor.pk]).update(email="a@example.go.th")
    send_due(MONDAY + dt.timedelta(days=1))
    assert not mail.outbox
    send_due(MONDAY)
    letters = {letter.subject: letter.body for letter in mail.outbox}
    assert len(mail.outbox) >= 2 and all("/guidelines/mine/" in body for body in letters.values())
    assert not any("manual" in body.lower().replace("/guidelines/mine/", "") for body in letters.values())
    before = len(mail.outbox)
    send_due(MONDAY)
    assert len(mail.outbox) == before


def test_confirmations_have_an_end_after_ten_years(cast: Cast) -> None:
    version = published(cast, at=at("2014-01-01"), in_force_on=dt.date(2014, 1, 1))
    old = confirmed(version, cast.staff, timezone.now() - dt.timedelta(days=11 * 366))
    kept = confirmed(version, cast.staff2, timezone.now() - dt.timedelta(days=9 * 365))
    assert apply(today() + dt.timedelta(days=9999)) == {"confirmations of reading": 1}
    assert list(Acknowledgement.objects.all()) == [kept] and old.pk != kept.pk
    assert apply(today()) == {"confirmations of reading": 0}
    assert Document.objects.get().versions.count() == 1
