"""What the page of one asset shows, and to whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ita_portal.fiscal import today
from ita_portal.thai import short_date
from organization.models import User

from .availability import DAY, free_spans
from .choices import LoanState
from .models import Asset, CountItem, Loan, LoanLine
from .stock import claims_of, span_words

WEEKS = 8
"""How far ahead the page says what is free."""
_LOANS, _LOOKED_THROUGH = 10, 40
_KNOWN = (LoanState.APPROVED, LoanState.OUT, LoanState.RETURNED)
"""States in which others may know the days of a loan: the thing was promised."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days with the same answer. mark: the sign of a status (`done`: all free, `delayed`: some, `not_done`: none)."""

    days: str
    words: str
    mark: str


@dataclass(frozen=True, slots=True)
class Availability:
    """headline: one sentence about now; mark: its sign. stretches: the next weeks, none where it is not lent."""

    headline: str
    mark: str
    stretches: list[Stretch]


@dataclass(frozen=True, slots=True)
class LoanRow:
    """A loan of the asset. loan: only where the reader may see it; others see the days alone."""

    days: str
    pieces: int
    loan: Loan | None
    is_late: bool


def availability_of(asset: Asset) -> Availability:
    """What is free in the next weeks, in words. One query, none where the thing is not lent."""
    if asset.retired_on:
        return Availability(_("It has left the register."), "outside", [])
    if not asset.lendable:
        return Availability(_("It is not lent."), "outside", [])
    if not asset.usable:
        return Availability(_("It cannot be used at present."), "not_done", [])
    day = today()
    end = day + dt.timedelta(weeks=WEEKS) - DAY
    spans = free_spans(asset.usable, claims_of([asset.pk])[asset.pk], day, end)
    now = spans[0]
    stretches = [
        Stretch(span_words(span.start, span.end), _pieces(asset, span.free), _mark(asset, span.free)) for span in spans
    ]
    if now.free > 0:
        free_until = next((span.start - DAY for span in spans if span.free <= 0), None)
        headline = _pieces(asset, now.free, now=True)
        if free_until:
            headline += " " + _("Free until %(day)s.") % {"day": short_date(free_until)}
        return Availability(headline, _mark(asset, now.free), stretches)
    again = next((span.start for span in spans if span.free > 0), None)
    if again:
        return Availability(_("Not free now. Free from %(day)s.") % {"day": short_date(again)}, "not_done", stretches)
    sentence = _("Not free in the next %(weeks)s weeks.") % {"weeks": WEEKS}
    return Availability(sentence, "not_done", stretches)


def _pieces(asset: Asset, free: int, *, now: bool = False) -> str:
    if asset.is_single:
        if now:
            return _("Free now.")
        return _("Free") if free > 0 else _("Not free")
    sentence = _("%(free)s of %(all)s free now.") if now else _("%(free)s of %(all)s free")
    return sentence % {"free": max(0, free), "all": asset.usable}


def _mark(asset: Asset, free: int) -> str:
    if free <= 0:
        return "not_done"
    return "done" if free >= asset.usable else "delayed"


def loans_of(asset: Asset, user: User) -> list[LoanRow]:
    """The latest loans of the asset. Whose they are, only where `user` may see them. At most two queries."""
    lines = list(
        LoanLine.objects.filter(asset=asset)
        .select_related("loan__borrower", "loan__division")
        .order_by("-loan_id")[:_LOOKED_THROUGH]
    )
    if not lines:
        return []
    visible = set(
        Loan.objects.visible_to(user).filter(pk__in=[line.loan_id for line in lines]).values_list("pk", flat=True)
    )
    shown = [line for line in lines if line.loan_id in visible or line.loan.state in _KNOWN]
    return [
        LoanRow(
            span_words(line.loan.start_on, line.loan.due_on),
            line.quantity,
            line.loan if line.loan_id in visible else None,
            bool(line.loan.days_late()),
        )
        for line in shown[:_LOANS]
    ]


def officer_part(asset: Asset) -> dict[str, Any]:
    """Damage, loss and counts: for the asset officer. Two queries."""
    return {
        "incidents": list(asset.incidents.select_related("handover__handover__loan", "noticed_by", "decided_by")[:10]),
        "counts": list(asset.count_items.select_related("session", "counted_by").order_by("-session__fiscal_year")[:5]),
    }


def to_count(asset: Asset, user: User) -> CountItem | None:
    """The entry of an open count that `user` is appointed to make of this asset. One query."""
    entry: CountItem | None = (
        CountItem.objects.for_counter(user).filter(asset=asset).select_related("session").order_by("pk").first()
    )
    return entry
