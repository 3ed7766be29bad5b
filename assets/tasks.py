"""What waits for borrowers, for those who approve, for asset officers and counters; and their pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import BANGKOK, today
from organization.models import User
from organization.tasks import Task, Way, task_sources, task_sources_of_many, ways_in

from .approvers import Seat
from .choices import CountResult, Decision, LoanState
from .models import Counter, CountItem, Delegation, Extension, Incident, Loan, LoanLine
from .querysets import KEEP_REGISTER, OFF_SITE, ON_SITE, LoanQuerySet

NEWS_DAYS = 7
"""For how many days a refusal is news."""
SOON = dt.timedelta(days=7)
"""How early a borrower hears that something of a loan to come is overdue elsewhere."""


def blocked(loans: LoanQuerySet, day: dt.date) -> LoanQuerySet:
    """Of these, the approved loans that begin within a week or have begun, and wait for something that is overdue."""
    late = LoanLine.objects.filter(asset=OuterRef("asset"), out__gt=0, held__gt=0, during__endswith__lte=day).exclude(
        loan=OuterRef("loan")
    )
    waiting = LoanLine.objects.filter(loan=OuterRef("pk"), held__gt=0).filter(Exists(late))
    found: LoanQuerySet = loans.filter(Exists(waiting), state=LoanState.APPROVED, start_on__lte=day + SOON)
    return found


def borrowers_tasks(user: User) -> Iterable[Task]:
    """Bring back, collect, and what came of requests. Two queries."""
    day = today()
    own = Loan.objects.filter(borrower=user)
    # What is open is few; what was refused is looked for among those that ended in the last days.
    counts = own.open().aggregate(
        late=Count("pk", filter=Q(state=LoanState.OUT, due_on__lt=day)),
        back=Count("pk", filter=Q(state=LoanState.OUT, due_on=day)),
        collect=Count("pk", filter=Q(state=LoanState.APPROVED, start_on__lte=day, due_on__gte=day)),
        affected=Count("pk", filter=Q(pk__in=blocked(own, day).values("pk"))),
    )
    counts["refused"] = own.filter(
        state=LoanState.REFUSED,
        finished_on__gt=day - dt.timedelta(days=NEWS_DAYS),
    ).count()  # fmt: skip
    for name, title in (
        ("late", _("Bring back what you borrowed; its day has passed")),
        ("back", _("Bring back today what you borrowed")),
        ("affected", _("Something you were promised is overdue with somebody else")),
        ("collect", _("Collect what was approved for you")),
        ("refused", _("Read why a loan was refused")),
    ):
        if counts[name]:
            yield Task(title=title, count=counts[name], url=reverse("assets:my_loans"), late=name == "late")


def waits_too_long(day: dt.date) -> Q:
    """Requests that should have been decided by `day`: what is asked for on its first day is not late on that day."""
    begin = dt.datetime.combine(day, dt.time(), BANGKOK)
    return Q(start_on__lt=day) | Q(start_on=day, requested_at__lt=begin)


def approvers_tasks(user: User) -> Iterable[Task]:
    """Requests, and requests for more time. At most four queries."""
    seat = Seat.of(user)
    if seat.is_empty:
        return
    url = reverse("assets:approvals")
    day = today()
    requests = Loan.objects.waiting().filter(seat.decides()).aggregate(
        all=Count("pk"), late=Count("pk", filter=waits_too_long(day))
    )  # fmt: skip
    if requests["all"]:
        yield Task(
            title=_("Decide on requests for loans"), count=requests["all"], url=url, late=bool(requests["late"]),
            detail=_("Some begin today or should have begun.") if requests["late"] else "",
        )  # fmt: skip
    asked = Extension.objects.filter(decision=Decision.WAITING).values("loan")
    extensions = Loan.objects.out().filter(seat.decides(), pk__in=asked).count()
    extensions += Loan.objects.to_collect().filter(seat.decides(), pk__in=asked).count()
    if extensions:
        yield Task(title=_("Decide on requests for more time"), count=extensions, url=url)


def officers_tasks(user: User) -> Iterable[Task]:
    """To hand out today, to take back, to decide. Four queries, each through an index of its own."""
    if not user.has_perm(KEEP_REGISTER):
        return
    day, desk = today(), reverse("assets:desk")
    yield from _where_any(
        (
            _("Chase what is overdue"),
            Loan.objects.overdue(day).count(),
            f"{desk}?pile=overdue",
            True,
        ),
        (_("Take back what is due today"), Loan.objects.out().filter(due_on=day).count(), f"{desk}?pile=today", False),
        (
            _("Hand out what was approved"),
            Loan.objects.to_collect().filter(start_on__lte=day, due_on__gte=day).count(),
            f"{desk}?pile=collect",
            False,
        ),
        (_("Decide on damage and loss"), Incident.objects.undecided().count(), reverse("assets:incidents"), False),
    )


def _where_any(*rows: tuple[str, int, str, bool]) -> Iterator[Task]:
    return (Task(title=title, count=count, url=url, late=late) for title, count, url, late in rows if count)


def counters_tasks(user: User) -> Iterable[Task]:
    """What is still to be counted, for each open count of which they are a counter. A query, and one for each count."""
    day = today()
    appointed: dict[int, list[Counter]] = {}
    for counter in Counter.objects.filter(
        user=user, session__opened_at__isnull=False, session__closed_at=None
    ).select_related("session"):
        appointed.setdefault(counter.session_id, []).append(counter)
    for session_id, counters in appointed.items():
        session = counters[0].session
        found = CountItem.objects.filter(session_id=session_id, result=CountResult.PENDING)
        if all(counter.division_id for counter in counters):
            found = found.filter(division_id__in=[counter.division_id for counter in counters])
        if pending := found.count():
            url = reverse("assets:counting", args=[session.fiscal_year])
            yield Task(title=_("Count assets"), count=pending, url=url, late=session.due_on < day)


# Of many people: those are asked for whom anything can wait, found by a query or two.


def borrowers_tasks_of_many(people: Sequence[User]) -> Mapping[int, Iterable[Task]]:
    """As `borrowers_tasks`, of those who have something open or were refused lately."""
    since = today() - dt.timedelta(days=NEWS_DAYS)
    concerned = set(Loan.objects.filter(borrower__in=people).open().values_list("borrower_id", flat=True))
    refused = Loan.objects.filter(borrower__in=people, state=LoanState.REFUSED, finished_on__gt=since)
    concerned |= set(refused.values_list("borrower_id", flat=True))
    return {person.pk: list(borrowers_tasks(person)) for person in people if person.pk in concerned}


def approvers_tasks_of_many(people: Sequence[User]) -> Mapping[int, Iterable[Task]]:
    """As `approvers_tasks`, of those who may decide or deputise today."""
    deputies = set(Delegation.objects.valid_on(today()).values_list("deputy_id", flat=True))
    return {
        person.pk: list(approvers_tasks(person))
        for person in people
        if person.pk in deputies or person.has_perm(ON_SITE) or person.has_perm(OFF_SITE)
    }


def counters_tasks_of_many(people: Sequence[User]) -> Mapping[int, Iterable[Task]]:
    """As `counters_tasks`, of those who are a counter of an open count."""
    counters = set(
        Counter.objects.filter(
            user__in=people, session__opened_at__isnull=False, session__closed_at=None
        ).values_list("user_id", flat=True)
    )  # fmt: skip
    return {person.pk: list(counters_tasks(person)) for person in people if person.pk in counters}


task_sources_of_many.register("assets.borrower", borrowers_tasks_of_many)
task_sources_of_many.register("assets.approver", approvers_tasks_of_many)
task_sources_of_many.register("assets.counter", counters_tasks_of_many)
ways_in.register("assets.catalogue", Way(gettext_lazy("Borrow something"), "assets:catalogue", 30))
ways_in.register("assets.my_loans", Way(gettext_lazy("My loans"), "assets:my_loans", 31))
ways_in.register("assets.desk", Way(gettext_lazy("Asset desk"), "assets:desk", 33, KEEP_REGISTER))
ways_in.register("assets.register", Way(gettext_lazy("Asset register"), "assets:register", 34, KEEP_REGISTER))
task_sources.register("assets.borrower", borrowers_tasks)
task_sources.register("assets.approver", approvers_tasks)
task_sources.register("assets.officer", officers_tasks)
task_sources.register("assets.counter", counters_tasks)
