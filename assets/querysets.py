"""Rows by what people ask for: who may see them, and where they stand."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from ita_portal.fiscal import today
from organization.search import containing

from .choices import ENDED, CountResult, LoanState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from organization.models import User

KEEP_REGISTER, ON_SITE, OFF_SITE = "assets.keep_register", "assets.approve_on_site", "assets.approve_off_site"
"""Permissions: to keep the register and hand out; to approve what stays on the premises, and what leaves them."""


class AssetQuerySet(models.QuerySet[Any]):
    """Assets."""

    def visible_to(self, user: User | AnonymousUser) -> AssetQuerySet:
        """Everything for whoever has signed in: staff know what the municipality has."""
        return self if user.is_authenticated else self.none()

    def in_register(self) -> AssetQuerySet:
        """What has not left the register."""
        return self.filter(retired_on=None)

    def lendable(self) -> AssetQuerySet:
        """What may be lent, whether or not it is free."""
        return self.in_register().filter(lendable=True)

    def searched(self, words: str) -> AssetQuerySet:
        """Assets whose number, name, model or place hold every one of `words`; Thai is found inside words too."""
        return containing(self, "search", words)

    def after(self, number: str) -> AssetQuerySet:
        """Those that follow `number` in the order of numbers; all, where it is empty or none could be."""
        return self.filter(number__gt=number) if number and "\x00" not in number else self

    def near(self, text: str, most: int = 10) -> list[Any]:
        """Assets whose number or name is most like `text`: what it is part of, else what begins alike."""
        words = text.replace("\x00", "")
        for shorter in range(max(1, min(len(words) - 2, 6))):
            found = list(self.searched(words[: len(words) - shorter]).order_by("number")[:most])
            if found:
                return found
        return []


class DelegationQuerySet(models.QuerySet[Any]):
    """Delegations."""

    def valid_on(self, day: dt.date) -> DelegationQuerySet:
        """Those that hold on `day`."""
        return self.filter(start_on__lte=day, end_on__gte=day)


class LoanQuerySet(models.QuerySet[Any]):
    """Loans by who may see them and where they stand."""

    def visible_to(self, user: User | AnonymousUser) -> LoanQuerySet:
        """One's own; of the division that one heads or deputises for; all, for the mayor and the asset officer.

        Not what one only entered for somebody else: that was the asset officer's work, and ends with the office.
        """
        if not user.is_authenticated:
            return self.none()
        if user.has_perm(KEEP_REGISTER) or user.has_perm(OFF_SITE):
            return self
        from .approvers import Seat

        seat = Seat.of(user)
        if seat.as_mayor:
            return self
        own = Q(borrower_id=user.pk)
        return self.filter(own | Q(owner_id__in=seat.divisions) | Q(division_id__in=seat.divisions))

    def waiting(self) -> LoanQuerySet:
        """Requests on which nobody has decided."""
        return self.filter(state=LoanState.REQUESTED)

    def to_collect(self) -> LoanQuerySet:
        """Approved, nothing handed out yet."""
        return self.filter(state=LoanState.APPROVED)

    def out(self) -> LoanQuerySet:
        """Something is with the borrower."""
        return self.filter(state=LoanState.OUT)

    def overdue(self, day: dt.date | None = None) -> LoanQuerySet:
        """Out, and should have been back before `day` (today)."""
        return self.out().filter(due_on__lt=day or today())

    def open(self) -> LoanQuerySet:
        """Not ended."""
        return self.exclude(state__in=ENDED)


class LoanLineQuerySet(models.QuerySet[Any]):
    """Lines of loans."""

    def holding(self) -> LoanLineQuerySet:
        """Lines that keep pieces from others."""
        return self.filter(held__gt=0)


class IncidentQuerySet(models.QuerySet[Any]):
    """Damage and loss."""

    def undecided(self) -> IncidentQuerySet:
        """Nobody has decided yet."""
        return self.filter(decided_on=None)


class CountSessionQuerySet(models.QuerySet[Any]):
    """Counts."""

    def visible_to(self, user: User | AnonymousUser) -> CountSessionQuerySet:
        """Closed ones for whoever has signed in; all for the asset officer, the mayor, heads and their deputies; and
        for counters those to which they are appointed."""
        if not user.is_authenticated:
            return self.none()
        if oversees_counts(user):
            return self
        from .models import Counter

        appointed = Exists(Counter.objects.filter(session=OuterRef("pk"), user_id=user.pk))
        return self.filter(Q(closed_at__isnull=False) | appointed)

    def running(self) -> CountSessionQuerySet:
        """Those in which entries can be made."""
        return self.filter(opened_at__isnull=False, closed_at=None)


def oversees_counts(user: User) -> bool:
    """Whether `user` sees every count and its lists: the asset officer, the mayor, heads and their deputies."""
    if user.has_perm(KEEP_REGISTER) or user.has_perm(OFF_SITE) or user.has_perm(ON_SITE):
        return True
    from .approvers import Seat

    return not Seat.of(user).is_empty


class CountItemQuerySet(models.QuerySet[Any]):
    """Entries of counts."""

    def pending(self) -> CountItemQuerySet:
        """Not counted yet."""
        return self.filter(result=CountResult.PENDING)

    def for_counter(self, user: User) -> CountItemQuerySet:
        """Entries that `user` is appointed to make, in counts that are open."""
        return self.filter(
            Q(session__counters__division=None) | Q(session__counters__division=models.F("division")),
            session__counters__user=user,
            session__opened_at__isnull=False,
            session__closed_at=None,
        ).distinct()
