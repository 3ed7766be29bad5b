"""Whom the register reminds: the day before, on the day, daily until day 7, then the head of the borrower's division
(procurement regulation B.E. 2560, clause 211: the lender chases the return within seven days).

A mail says only what kind of work waits and where. Days are days in Bangkok: the command says which.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from organization.choices import Role
from organization.models import User
from organization.reminders import Reminder, reminder_sources

from .approvers import Seat
from .choices import Decision
from .models import Delegation, Extension, Incident, Loan
from .querysets import KEEP_REGISTER, OFF_SITE, ON_SITE
from .tasks import blocked

DAY = dt.timedelta(days=1)
CHASED_DAYS = 7
"""Until which day after the due date the borrower is reminded; from the next on, the head."""


MOST_NAMED = 10
"""Loans that one mail to a head leads to."""
OF_YOUR_DIVISION = _(
    "Somebody of your division has borrowed something and has not brought it back for more than a week."
)
WITHOUT_A_HEAD = _(
    "Somebody of a division that has no other head has borrowed something and has not brought it back for more than "
    "a week. It comes to you as the mayor."
)


def _path(name: str, query: str = "", args: Sequence[str] = ()) -> str:
    with translation.override("th"):
        return reverse(f"assets:{name}", args=args) + query


def _people(counts: dict[int, int]) -> Iterator[tuple[User, int]]:
    found = User.objects.filter(pk__in=counts, is_active=True)
    return ((user, counts[user.pk]) for user in found)


def borrowers(day: dt.date) -> Iterator[Reminder]:
    """What is to come back tomorrow, today, or should have, until day 7; what was promised and is late elsewhere."""
    out, mine = Loan.objects.out(), _path("my_loans")
    for loans, words in (
        (out.filter(due_on=day + DAY), _("Tomorrow is the day to bring back what you borrowed.")),
        (out.filter(due_on=day), _("Today is the day to bring back what you borrowed.")),
        (
            out.filter(due_on__lt=day, due_on__gte=day - CHASED_DAYS * DAY),
            _("What you borrowed should have been back. Bring it back, or ask for more time."),
        ),
        (
            blocked(Loan.objects.filter(due_on__gte=day), day),
            _("Something that was approved for you has not come back from somebody else. Ask the asset officer."),
        ),
    ):
        yield from _tell(loans, words, mine)


def _tell(loans: object, words: str | Promise, path: str) -> Iterator[Reminder]:
    rows = loans.order_by().values_list("borrower").annotate(n=Count("pk", distinct=True))  # type: ignore[attr-defined]
    for user, count in _people(dict(rows)):
        yield Reminder(user, words, path, count)


def heads(day: dt.date) -> Iterator[Reminder]:
    """From the eighth day on: heads of the borrower's division, never the borrower; the mayor where there is none."""
    late = Loan.objects.out().filter(due_on__lt=day - CHASED_DAYS * DAY).order_by("due_on", "pk")
    loans = list(late.values_list("public_id", "division", "borrower"))
    if not loans:
        return
    of_division: dict[int | None, set[int]] = {}
    found = User.objects.filter(groups__name=Role.DIVISION_HEAD.value, is_active=True, division__isnull=False)
    for pk, division in found.values_list("pk", "division"):
        of_division.setdefault(division, set()).add(pk)
    mayors = set(User.objects.filter(groups__name=Role.MAYOR.value, is_active=True).values_list("pk", flat=True))
    # By person and whether they are told as the head. Each loan is a way to its page: no list shows them.
    told: dict[tuple[int, bool], list[str]] = {}
    for public_id, division, borrower in loans:
        own = of_division.get(division, set()) - {borrower}
        for person in own or (mayors - {borrower}):
            told.setdefault((person, bool(own)), []).append(public_id)
    people = User.objects.in_bulk({person for person, _own in told})
    for (person, own_division), ids in told.items():
        words = OF_YOUR_DIVISION if own_division else WITHOUT_A_HEAD
        for place, public_id in enumerate(ids[:MOST_NAMED], start=1):
            # What is not named is counted with the last one.
            count = len(ids) - place + 1 if place == MOST_NAMED else 1
            yield Reminder(people[person], words, _path("loan", args=[public_id]), count)


def approvers(day: dt.date) -> Iterator[Reminder]:
    """Requests, also for more time, that wait for somebody who decides, deputies included."""
    asked = Extension.objects.filter(decision=Decision.WAITING)
    if not Loan.objects.waiting().exists() and not asked.exists():
        return
    deputies = Delegation.objects.valid_on(day).values("deputy")
    names = [permission.rpartition(".")[2] for permission in (ON_SITE, OFF_SITE)]
    may = Q(groups__permissions__codename__in=names) | Q(user_permissions__codename__in=names) | Q(pk__in=deputies)
    words = _("Requests for loans wait for your decision.")
    for user in User.objects.filter(may, is_active=True).distinct():
        decides = Seat.of(user).decides()
        count = Loan.objects.waiting().filter(decides).count()
        count += Loan.objects.open().filter(decides, pk__in=asked.values("loan")).count()
        if count:
            yield Reminder(user, words, _path("approvals"), count)


def officers(day: dt.date) -> Iterator[Reminder]:
    """Overdue loans, what is to be handed out today, damage and loss that nobody has decided on."""
    counts = (
        (Loan.objects.overdue(day), _("Loans are overdue. Chase them."), _path("desk", "?pile=overdue")),
        (
            Loan.objects.to_collect().filter(start_on=day),
            _("Things are to be handed out today."),
            _path("desk", "?pile=collect"),
        ),
        (Incident.objects.undecided(), _("Damage or loss waits for a decision."), _path("incidents")),
    )
    waiting = [(count, words, path) for rows, words, path in counts if (count := rows.count())]
    if not waiting:
        return
    may = Q(groups__permissions__codename="keep_register") | Q(user_permissions__codename="keep_register")
    for user in User.objects.filter(may, is_active=True).distinct():
        if user.has_perm(KEEP_REGISTER):
            for count, words, path in waiting:
                yield Reminder(user, words, path, count)


reminder_sources.register("assets.borrowers", borrowers)
reminder_sources.register("assets.heads", heads)
reminder_sources.register("assets.approvers", approvers)
reminder_sources.register("assets.officers", officers)
