"""A statement of spending as its officer sees it: added up, beside the one before it, and what looks wrong in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from ita_portal.thai import baht

from .choices import Programme, RevenueGroup
from .draft_reading import summed
from .models import LineVersion, Spent, Statement
from .money import Money, Period, between, split, summed_periods


@dataclass(frozen=True, slots=True)
class SpentPart:
    """What a statement says of a programme. since: disbursed (or received) since the statement before, over the lines
    of which both tell."""

    name: str
    now: Money
    since: Period
    received: bool = False

    @property
    def spent(self) -> Decimal | None:
        """Disbursed (or received) since the statement before; None where it is known of no line."""
        return self.since.amount


def statement_before(statement: Statement) -> Statement | None:
    """The statement in force of the latest month before; None where nothing was told before."""
    found: Statement | None = (
        Statement.objects.current().filter(year=statement.year_id, month__lt=statement.month).order_by("-month").first()
    )
    return found


def spending_parts(statement: Statement, before: Statement | None) -> list[SpentPart]:
    """The year's budget by programmes, then its revenue, with what the statement says. Four queries."""
    found = []
    rows = LineVersion.objects.current().of_year(statement.year_id)
    for lines, column, names, received in (
        (rows.budget(), "programme", Programme, False),
        (rows.revenue(), "revenue_group", RevenueGroup, True),
    ):
        now = split(lines, statement, column)
        since = between(lines, [(before, statement)], column, what="received" if received else "disbursed")
        for value, label in names.choices:
            if value in now:
                found.append(SpentPart(str(label), now[value], since[value][0], received))
    return found


def summed_parts(parts: Iterable[SpentPart]) -> SpentPart | None:
    """The sums over all parts; None where there is no part."""
    found = list(parts)
    if not found:
        return None
    since = summed_periods(part.since for part in found)
    return SpentPart("", summed(part.now for part in found), since, found[0].received)


@dataclass(frozen=True, slots=True)
class Odd:
    """A line of a statement that looks wrong. why: a sentence."""

    code: str
    item: str
    why: str


MOST_ODD = 50


def odd_lines(statement: Statement, before: Statement | None) -> list[Odd]:
    """Lines with more committed and paid than they have, or with less paid than before; at most 50. Two queries."""
    rows = LineVersion.objects.current().of_year(statement.year_id).select_related("line__plan")
    told = rows.with_spending(statement).filter(disbursed__isnull=False)
    over = told.filter(revised__lt=F("disbursed") + Coalesce(F("obligated"), Decimal(0)))
    too_much = _("Committed and paid are more than the revised amount, by %(over)s baht.")
    found = [
        Odd(
            version.line.public_id, version.item,
            too_much % {"over": baht((version.obligated or 0) + version.disbursed - version.revised)},
        )
        for version in over.order_by("line__plan", "position")[:MOST_ODD]
    ]  # fmt: skip
    if before is not None:
        was = {row.line_id: row for row in Spent.objects.filter(statement=before)}
        for row in statement.rows.select_related("line__plan").order_by("line"):
            old = was.get(row.line_id)
            if old is None:
                continue
            for now, then in ((row.disbursed, old.disbursed), (row.received, old.received)):
                if then is not None and (now is None or now < then):
                    words = (
                        _("It told %(before)s baht before, and nothing now.")
                        if now is None
                        else _("It is less than before: %(before)s, now %(now)s baht.")
                    )
                    found.append(Odd(row.line.public_id, "", words % {"before": baht(then), "now": baht(now)}))
            if len(found) >= MOST_ODD:
                break
    return found[:MOST_ODD]
