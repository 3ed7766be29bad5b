"""The yearly count as an act (procurement regulation B.E. 2560, clause 213): appoint, open, close.

What counters write down is in `counting`. Locks are taken in one order: the count, its entries, the assets.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ita_portal.fiscal import FiscalYear, today
from ita_portal.thai import short_date
from organization.choices import Role
from organization.models import Division, User
from organization.working_days import add_working_days, first_working_day

from ..errors import SENTENCES, RefusedError, refusal_of
from ..models import Counter, CountItem, CountSession, RegisterSettings, Surprise
from ..querysets import KEEP_REGISTER
from .acts import require
from .count_findings import settle

DAY = dt.timedelta(days=1)
APPOINTED_IN = 9
"""September, the last month of a fiscal year: in it the counters are appointed."""


def is_asset_officer(user: User) -> bool:
    """Whether `user` is one whom the regulation keeps from counting; asked of the database, as the trigger does."""
    return bool(User.groups.through.objects.filter(user_id=user.pk, group__name=Role.ASSET_OFFICER.value).exists())


def first_day(year: FiscalYear, appointed_on: dt.date | None = None) -> dt.date:
    """The first working day of the year after `year`; where counters were appointed later, from that day on."""
    begin = year.end + DAY
    return first_working_day(max(begin, appointed_on) if appointed_on else begin)


def appointing_begins(year: FiscalYear) -> dt.date:
    """The first day of the last month of `year`: from then on its counters are appointed."""
    return year.end.replace(month=APPOINTED_IN, day=1)


def year_to_count() -> FiscalYear | None:
    """The fiscal year whose count can be entered today: the latest whose counters can be appointed and whose count can
    still begin within the year that follows. None where each of these has its count."""
    now = FiscalYear.current()
    years = [year for year in (now, FiscalYear(now.number - 1)) if appointing_begins(year) <= today()]
    there = set(
        CountSession.objects.filter(fiscal_year__in=[year.number for year in years]).values_list(
            "fiscal_year", flat=True
        )
    )
    return next((year for year in years if year.number not in there), None)


def report_day(start_on: dt.date) -> dt.date:
    """The last day for the report: so many working days after the first day of the count."""
    return add_working_days(start_on, RegisterSettings.current().count_days)


def appointed_in_time(session: CountSession) -> bool:
    """Whether the counters were appointed in the last month of the fiscal year, as clause 213 says."""
    return session.appointed_on in session.year and session.appointed_on.month == APPOINTED_IN


def make_count(
    *, by: User, fiscal_year: int, order: str, appointed_on: dt.date, start_on: dt.date | None = None
) -> CountSession:
    """A count of a fiscal year; one a year. start_on: where not given, the first working day of the next year.

    From the last month of that year on, in which the counters are appointed. Sent twice with the same words it gives
    the count that it gave first. RefusedError (codes: not_yours, order, early, late, year).
    """
    _officer(by)
    year = FiscalYear(fiscal_year)
    require(
        today() >= appointing_begins(year),
        "year",
        _("The counters of fiscal year %(year)s are appointed from %(day)s on.")
        % {"year": year.number, "day": short_date(appointing_begins(year))},
    )
    words = _words(year, order, appointed_on, start_on)
    try:
        with transaction.atomic():
            return CountSession.objects.create(fiscal_year=year.number, made_by=by, **words)
    except IntegrityError as error:
        known = CountSession.objects.filter(fiscal_year=year.number).first()
        if known is None:
            raise error
        if known.made_by_id == by.pk and all(getattr(known, name) == value for name, value in words.items()):
            return known
        raise RefusedError(
            "year", _("There is a count of fiscal year %(year)s already.") % {"year": year.number}
        ) from error


@transaction.atomic
def change_count(
    session: CountSession, *, by: User, order: str, appointed_on: dt.date, start_on: dt.date | None = None
) -> CountSession:
    """Mend the order and the days before the count is opened; afterwards the words of the order only."""
    _officer(by)
    locked = locked_count(session)
    words = _words(locked.year, order, appointed_on, start_on)
    if locked.opened_at is not None:
        require(
            words["start_on"] == locked.start_on and appointed_on == locked.appointed_on,
            "opened",
            _("The count has begun; its days stay as they are."),
        )
    for name, value in words.items():
        setattr(locked, name, value)
    locked.save(update_fields=[*words])
    return locked


def _words(year: FiscalYear, order: str, appointed_on: dt.date, start_on: dt.date | None) -> dict[str, Any]:
    begin = start_on or first_day(year, appointed_on)
    require(bool(order.strip()), "order", _("Write the order of appointment, for example order 325/2569."))
    require(
        year.start <= appointed_on <= FiscalYear(year.number + 1).end,
        "appointed_on",
        _("The counters of fiscal year %(year)s are appointed in it, or soon after.") % {"year": year.number},
    )
    require(
        begin > year.end,
        "early",
        _("The count begins after the fiscal year has ended, on %(day)s or later.")
        % {"day": short_date(year.end + DAY)},
    )
    require(begin >= appointed_on, "early", _("The count begins when the counters are appointed, or later."))
    require(
        begin <= FiscalYear(year.number + 1).end, "late", _("The count begins within the fiscal year that follows.")
    )
    return {
        "order": " ".join(order.split())[:200],
        "appointed_on": appointed_on,
        "start_on": begin,
        "due_on": report_day(begin),
    }


def appoint_counter(
    session: CountSession, *, by: User, user: User, division: Division | None = None, chairs: bool = False
) -> Counter:
    """Appoint a person for what one division owns, or for everything. One of all chairs.

    Sent twice it gives the same appointment. RefusedError where the person is an asset officer
    (code: counter_no_asset_officer), has left (inactive), or another person chairs.
    """
    _officer(by)
    require(not is_asset_officer(user), "counter_no_asset_officer", SENTENCES["counter_no_asset_officer"])
    require(user.is_active, "inactive", _("This person has no account in use. Choose somebody else."))
    try:
        with transaction.atomic():
            locked = locked_count(session)
            others = locked.counters.filter(chairs=True).exclude(user=user)
            require(not (chairs and others.exists()), "counter_one_chair", SENTENCES["counter_one_chair"])
            counter, new = locked.counters.get_or_create(user=user, division=division, defaults={"chairs": chairs})
            if not new and chairs and not counter.chairs:
                _chair(counter)
            return counter
    except IntegrityError as error:
        raise refusal_of(error) from error


def make_chair(counter: Counter, *, by: User) -> Counter:
    """Let a person of the committee chair it, in place of whoever did."""
    _officer(by)
    with transaction.atomic():
        locked_count(counter.session)
        _chair(counter)
    return counter


def _chair(counter: Counter) -> None:
    Counter.objects.filter(session_id=counter.session_id, chairs=True).update(chairs=False)
    counter.chairs = True
    counter.save(update_fields=["chairs"])


@transaction.atomic
def remove_counter(counter: Counter, *, by: User) -> None:
    """Take back an appointment. RefusedError where the person has counted something already (code: has_counted)."""
    _officer(by)
    session = locked_count(counter.session)
    last = not session.counters.filter(user=counter.user).exclude(pk=counter.pk).exists()
    counted = (
        CountItem.objects.filter(session=session, counted_by=counter.user).exists()
        or Surprise.objects.filter(session=session, counted_by=counter.user).exists()
    )
    require(
        not (last and counted),
        "has_counted",
        _("%(person)s has counted something already and stays in the committee.") % {"person": counter.user},
    )
    Counter.objects.filter(pk=counter.pk).delete()


def may_open(session: CountSession, user: User) -> bool:
    """Whether `user` lets the count begin: the asset officer, or the chair of the committee."""
    if user.has_perm(KEEP_REGISTER):
        return True
    return Counter.objects.filter(session=session, user=user, chairs=True).exists() and not is_asset_officer(user)


@transaction.atomic
def open_count(session: CountSession, *, by: User) -> CountSession:
    """Take from the register what is expected: every asset that has not left it, as it stands now, in one statement.

    Once; sent again it changes nothing. RefusedError (codes: not_yours, early, no_counters) where it cannot begin.
    """
    require(
        may_open(session, by),
        "not_yours",
        _("The asset officer or the chair of the committee does this."),
    )
    locked = CountSession.objects.select_for_update().get(pk=session.pk)
    if locked.opened_at is not None:
        return locked
    require(
        today() >= locked.start_on,
        "early",
        _("The count begins on %(day)s. What is expected is taken from the register on that day or later.")
        % {"day": short_date(locked.start_on)},
    )
    require(locked.counters.exists(), "no_counters", _("Appoint the counters first."))
    with connection.cursor() as cursor:
        # In the order of the numbers, so that a list in the order of entry is in that of the register.
        cursor.execute(
            """
            INSERT INTO assets_countitem (session_id, asset_id, division_id, place, expected, result, found, damaged,
                                          condition, found_place, note, revision)
            SELECT %s, id, division_id, place, quantity, 'pending', 0, 0, '', '', '', 0
              FROM assets_asset WHERE retired_on IS NULL AND quantity > 0 ORDER BY number
            """,
            [locked.pk],
        )
    locked.opened_at = timezone.now()
    locked.save(update_fields=["opened_at"])
    return locked


def may_close(session: CountSession, user: User) -> bool:
    """Whether `user` reports for the committee: its chair, or any of it where nobody chairs. Never an asset officer."""
    counters = list(session.counters.all())
    chairs = {counter.user_id for counter in counters if counter.chairs}
    return user.pk in (chairs or {counter.user_id for counter in counters}) and not is_asset_officer(user)


@transaction.atomic
def close_count(session: CountSession, *, by: User, remarks: str = "", missing: int = 0) -> CountSession:
    """Close the count: from now on nothing of it changes, and what is damaged or missing waits for its fact-finding.

    missing: so many that nobody has seen are reported as missing, but for those that are with a borrower; it must be
    the number of those that are left, so that whoever confirms knows it. RefusedError (codes: not_yours, not_open,
    pending). Sent again it changes nothing.
    """
    require(may_close(session, by), "not_yours", _("The chair of the committee closes the count."))
    locked = CountSession.objects.select_for_update().get(pk=session.pk)
    if locked.closed_at is not None and locked.closed_by_id == by.pk:
        return locked
    require(locked.is_open, "not_open", _("This count is not open."))
    number = CountItem.objects.filter(session=locked).pending().count()
    if number and number != missing:
        raise RefusedError(
            "pending",
            _("%(count)s have not been counted. Count them, or type this number to close all the same.")
            % {"count": number},
        )
    now = timezone.now()
    settle(locked, by=by, now=now)
    locked.closed_at, locked.closed_by, locked.remarks = now, by, remarks.strip()
    locked.save(update_fields=["closed_at", "closed_by", "remarks"])
    return locked


def locked_count(session: CountSession) -> CountSession:
    """The count as it is now, locked until the transaction ends; RefusedError once it is closed."""
    locked = CountSession.objects.select_for_update().get(pk=session.pk)
    require(locked.closed_at is None, "count_closed_stays", SENTENCES["count_closed_stays"])
    return locked


def _officer(by: User) -> None:
    require(by.has_perm(KEEP_REGISTER), "not_yours", _("Asset officers do this."))
