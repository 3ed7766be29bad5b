"""The end of a case: its keys are destroyed, and with them everything that they sealed; a count remains."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from .. import store
from ..choices import Act, State
from ..log import append_entry
from ..models import Attachment, Case, ChannelSettings, KeySession, Tombstone
from ..workflow import next_state

UNCLAIMED_SECONDS = 24 * 60 * 60
"""How long a file that arrived waits for its complaint; twice what its form is good for."""


def ended_cases(day: dt.date) -> Iterator[uuid.UUID]:
    """The cases whose time of keeping has passed on `day`."""
    for state, last in _last_days(day).items():
        yield from Case.objects.filter(state=state, finished_on__lte=last).values_list("pk", flat=True)


def destroy_case(case_id: uuid.UUID, day: dt.date) -> bool:
    """Destroy one case; False where it is gone, or was reopened in the meantime.

    Everything in the database goes in one transaction; the sealed files after it, as their keys are gone by then.
    What a failure leaves of them is swept away later.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update().filter(pk=case_id).first()
        last = _last_days(day).get(State(case.state)) if case is not None else None
        if case is None or last is None or case.finished_on is None or case.finished_on > last:
            return False
        files = list(Attachment.objects.filter(item__case=case).values_list("pk", flat=True))
        Tombstone.objects.create(
            month=case.filed_on.replace(day=1), finished_month=case.finished_on.replace(day=1), channel=case.channel,
            category=case.category, state=case.state, outcome=case.outcome, answered_in_time=_answered_in_time(case),
        )  # fmt: skip
        state = State(case.state)
        after = next_state(Act.DESTROY, state)
        case.delete()
        append_entry(Act.DESTROY, case=case_id, before=state, after=after)
        transaction.on_commit(lambda: store.destroy(files))
    return True


def sweep_files() -> int:
    """Take away files that arrived and were never filed, and what a failure left of destroyed cases; how many."""
    older_than = time.time() - UNCLAIMED_SECONDS
    return store.sweep(set(Attachment.objects.values_list("pk", flat=True)), older_than=older_than)


def sweep_sessions() -> int:
    """Forget opened keys that have ended; how many."""
    count, _by_model = KeySession.objects.filter(ends_at__lt=timezone.now()).delete()
    return count


def _answered_in_time(case: Case) -> bool | None:
    if case.answered_on is not None:
        return case.answered_on <= case.due_on
    if case.finished_on is not None and case.finished_on <= case.due_on:
        return None  # it ended before an answer was due
    return False


def _last_days(day: dt.date) -> dict[State, dt.date]:
    """By state: who finished on this day or before has been kept long enough."""
    rules = ChannelSettings.current()
    months = {
        State.CLOSED: rules.keep_closed_months,
        State.REFUSED: rules.keep_refused_months,
        State.WITHDRAWN: rules.keep_withdrawn_months,
    }
    return {state: _months_before(day, count) for state, count in months.items()}


def _months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many months ago; the month's last day where it is shorter. Never later than that."""
    index = max(day.year * 12 + day.month - 1 - months, 12)
    first = dt.date(index // 12, index % 12 + 1, 1)
    after = dt.date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first.replace(day=1) + dt.timedelta(days=day.day - 1), after - dt.timedelta(days=1))
