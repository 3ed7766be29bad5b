"""Live figures of the asset register for the plan's report: by fiscal quarter, and by the division that lends or owns.

They stand on public pages that are cached until something of their topic changes (`ita_portal.page_cache`), or the day
ends. Raising a topic locks its one row until the transaction ends, so that every approval of the portal would wait for
every other. Therefore no request, approval, hand-out, return or entry of a count raises it: figures are told **as of
the end of yesterday**, and what happened up to then stays as it was, as times are written once. The day is in the
cache's key. What can change afterwards raises the topic, by triggers that look before they lock (`assets.page_topics`):
the day of return of an overdue loan, loans entered for days that have passed, corrections of a count, decisions on
incidents.

The register is not public. A figure leads to the page that says how it came about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Aggregate, Count, DurationField, F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import BANGKOK, FiscalQuarter, today
from measures.indicators import Compute, Figure, Indicator, register

from .choices import CountResult, HandoverKind, LoanState
from .models import CountItem, CountSession, Handover, Incident, Loan
from .page_topics import TOPIC

if TYPE_CHECKING:
    from organization.models import Division

_DAY = dt.timedelta(days=1)
Quarters = Sequence[FiscalQuarter]
Numbers = Mapping[str, Any]
Found = dict[FiscalQuarter, "int | Decimal | None"]
Values = Callable[[Quarters, dt.date, "Division | None"], Found]


class _Median(Aggregate):
    """The middle one of a column's values."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


def _figures(values: Values) -> Compute:
    """Figures of the quarters of which a day has passed; of a later one nothing is known."""

    def compute(quarters: Quarters, division: Division | None) -> dict[FiscalQuarter, Figure]:
        day = today()
        passed = [quarter for quarter in quarters if quarter.start < day]
        if not passed:
            return {}
        return {
            quarter: Figure(value, f"{reverse('measures:figures', args=[quarter.year.number])}#indicators")
            for quarter, value in values(passed, day, division).items()
        }

    return compute


def _moment(day: dt.date) -> dt.datetime:
    """When a day begins in Bangkok."""
    return dt.datetime.combine(day, dt.time(), BANGKOK)


def _during(quarter: FiscalQuarter, day: dt.date, column: str) -> Q:
    """Moments of the quarter before `day`."""
    end = min(quarter.end + _DAY, day)
    return Q(**{f"{column}__gte": _moment(quarter.start), f"{column}__lt": _moment(end)})


def _of(division: Division | None, column: str) -> Q:
    return Q() if division is None else Q(**{column: division})


def _whole(quarters: Quarters, day: dt.date) -> tuple[dt.date, dt.date]:
    """The first day of all quarters, and the day after their last that has passed."""
    last = max(quarter.end for quarter in quarters) + _DAY
    return min(quarter.start for quarter in quarters), min(last, day)


def _percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


def _handed_out(quarters: Quarters, day: dt.date, division: Division | None) -> Numbers:
    """Loans whose first things were handed out in each quarter, and those of them that were allowed before."""
    start, end = _whole(quarters, day)
    # A thing is handed out between the first and the last day of its loan: both have an index.
    handed = Handover.objects.filter(
        _of(division, "loan__owner"), kind=HandoverKind.OUT, day__gte=start, day__lt=end,
        loan__due_on__gte=start, loan__start_on__lt=end,
    )  # fmt: skip
    allowed = Q(loan__decided_by__isnull=False, loan__decided_at__lte=F("at"))
    counted: dict[str, Any] = {}
    for number, quarter in enumerate(quarters):
        within = Q(day__range=(quarter.start, quarter.end))
        counted |= {
            f"all_{number}": Count("loan", filter=within, distinct=True),
            f"allowed_{number}": Count("loan", filter=within & allowed, distinct=True),
        }
    return handed.aggregate(**counted)


def _permitted(quarters: Quarters, day: dt.date, division: Division | None) -> Found:
    found = _handed_out(quarters, day, division)
    return {quarter: found[f"allowed_{number}"] for number, quarter in enumerate(quarters)}


def _share_permitted(quarters: Quarters, day: dt.date, division: Division | None) -> Found:
    found = _handed_out(quarters, day, division)
    return {
        quarter: _percent(found[f"allowed_{number}"], found[f"all_{number}"]) for number, quarter in enumerate(quarters)
    }


def _on_time(quarters: Quarters, day: dt.date, division: Division | None) -> Found:
    start, end = _whole(quarters, day)
    due = Loan.objects.filter(
        _of(division, "owner"), due_on__gte=start, due_on__lt=end, state__in=[LoanState.OUT, LoanState.RETURNED]
    )
    counted: dict[str, Any] = {}
    for number, quarter in enumerate(quarters):
        within = Q(due_on__range=(quarter.start, quarter.end))
        counted |= {
            f"due_{number}": Count("pk", filter=within),
            f"back_{number}": Count(
                "pk", filter=within & Q(state=LoanState.RETURNED, finished_on__lte=F("due_on"))
            ),
        }  # fmt: skip
    found = due.aggregate(**counted)
    return {
        quarter: _percent(found[f"back_{number}"], found[f"due_{number}"]) for number, quarter in enumerate(quarters)
    }


def _overdue(quarters: Quarters, day: dt.date, division: Division | None) -> Found:
    ends = {number: min(quarter.end, day - _DAY) for number, quarter in enumerate(quarters)}
    first, last = min(ends.values()), max(ends.values())
    late = Loan.objects.filter(
        Q(state=LoanState.OUT) | Q(state=LoanState.RETURNED, finished_on__gt=first),
        _of(division, "owner"), due_on__lt=last,
    )  # fmt: skip
    found = late.aggregate(
        **{
            f"late_{number}": Count(
                "pk", filter=Q(due_on__lt=end) & (Q(finished_on=None) | Q(finished_on__gt=end))
            )
            for number, end in ends.items()
        }
    )  # fmt: skip
    return {quarter: found[f"late_{number}"] for number, quarter in enumerate(quarters)}


def _requests(quarters: Quarters, day: dt.date, division: Division | None) -> Any:
    start, end = _whole(quarters, day)
    return Loan.objects.filter(_of(division, "owner"), requested_at__gte=_moment(start), requested_at__lt=_moment(end))


def _online(quarters: Quarters, day: dt.date, division: Division | None) -> Found:
    counted: dict[str, Any] = {}
    for number, quarter in enumerate(quarters):
        within = _during(quarter, day, "requested_at")
        counted |= {
            f"all_{number}": Count("pk", filter=within),
            f"online_{number}": Count("pk", filter=within & Q(entered_by=F("borrower"))),
        }
    found = _requests(quarters, day, division).aggregate(**counted)
    return {
        quarter: _percent(found[f"online_{number}"], found[f"all_{number}"]) for number, quarter in enumerate(quarters)
    }


def _decision_hours(quarters: Quarters, day: dt.date, division: Division | None) -> Found:
    decided = _requests(quarters, day, division).filter(decided_at__lt=_moment(day))
    found = decided.aggregate(
        **{
            f"time_{number}": _Median(
                F("decided_at") - F("requested_at"),
                filter=_during(quarter, day, "requested_at"), output_field=DurationField(),
            )
            for number, quarter in enumerate(quarters)
        }
    )  # fmt: skip
    return {
        quarter: None if (time := found[f"time_{number}"]) is None else _hours(time)
        for number, quarter in enumerate(quarters)
    }


def _hours(time: dt.timedelta) -> Decimal:
    return Decimal(round(time.total_seconds() / 360)) / 10


def _counted(quarters: Quarters, day: dt.date, division: Division | None) -> Found:
    """Share of the count of the year before: it begins on the first working day of the fiscal year."""
    opened = CountSession.objects.filter(
        fiscal_year__in={quarter.year.number - 1 for quarter in quarters}, opened_at__isnull=False
    )
    sessions = {session.fiscal_year: session for session in opened}
    told = {
        number: (sessions[quarter.year.number - 1], min(quarter.end + _DAY, day))
        for number, quarter in enumerate(quarters)
        if quarter.year.number - 1 in sessions
        and sessions[quarter.year.number - 1].opened_at < _moment(quarter.end + _DAY)  # type: ignore[operator]
    }
    if not told:
        return {}
    counted: dict[str, Any] = {}
    for number, (session, until) in told.items():
        of = Q(session=session)
        counted |= {
            f"all_{number}": Count("pk", filter=of),
            f"counted_{number}": Count(
                "pk", filter=of & ~Q(result=CountResult.PENDING) & Q(counted_at__lt=_moment(until))
            ),
        }  # fmt: skip
    found = CountItem.objects.filter(_of(division, "division"), session__in=sessions.values()).aggregate(**counted)
    return {quarters[number]: _percent(found[f"counted_{number}"], found[f"all_{number}"]) for number in told}


def _decided_incidents(quarters: Quarters, _day: dt.date, division: Division | None) -> Found:
    found = Incident.objects.filter(_of(division, "asset__division"), decided_on__isnull=False).aggregate(
        **{
            f"decided_{number}": Count("pk", filter=Q(decided_on__range=(quarter.start, quarter.end)))
            for number, quarter in enumerate(quarters)
        }
    )
    return {quarter: found[f"decided_{number}"] for number, quarter in enumerate(quarters)}


def _register(key: str, name: Any, unit: Any, explanation: Any, values: Values) -> None:
    register(
        Indicator(
            key=f"assets.{key}", name=name, unit=unit, explanation=explanation, compute=_figures(values),
            topics=("organization", TOPIC), by_division=True,
        )
    )  # fmt: skip


_register(
    "permitted", _("Loans of assets with permission"), _("loans"),
    _("Counts the loans whose things were handed out in the quarter after somebody had approved them, until yesterday."
      " A division's are those of what it lends."),
    _permitted,
)  # fmt: skip
_register(
    "permitted_share", _("Share of loans with permission"), _("percent"),
    _("Of the loans whose things were handed out in the quarter, until yesterday: those approved before."
      " A division's are those of what it lends."),
    _share_permitted,
)  # fmt: skip
_register(
    "on_time", _("Loans of assets returned on time"), _("percent"),
    _("Of the loans that were handed out and due in the quarter, until yesterday: those that came back whole by then."
      " A division's are those of what it lends."),
    _on_time,
)  # fmt: skip
_register(
    "overdue", _("Loans of assets overdue"), _("loans"),
    _("Counts the loans that were overdue at the end of the quarter, or yesterday while it runs."
      " A division's are those of what it lends."),
    _overdue,
)  # fmt: skip
_register(
    "online", _("Loans of assets asked for online"), _("percent"),
    _("Of the requests of the quarter, until yesterday: those that the borrower made in the portal, without paper."
      " A division's are those for what it lends."),
    _online,
)  # fmt: skip
_register(
    "decision_hours", _("Time from request to decision"), _("hours (median)"),
    _("Of the requests of the quarter on which somebody had decided by yesterday: half were decided sooner, half later."
      " A division's are those for what it lends."),
    _decision_hours,
)  # fmt: skip
_register(
    "counted", _("Assets counted in the yearly count"), _("percent"),
    _("Of the assets to be counted at the end of the fiscal year before: those counted by the end of the quarter, or"
      " by yesterday. A division's are those that it owns."),
    _counted,
)  # fmt: skip
_register(
    "incidents_decided", _("Damage and loss decided"), _("cases"),
    _("Counts the cases of damage and loss that were decided in the quarter, whenever they were noticed."
      " A division's are those of what it owns."),
    _decided_incidents,
)  # fmt: skip
