"""What is free now and later, read from the database; and why something cannot be lent, in words."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from psycopg2.extras import DateRange

from ita_portal.fiscal import today
from ita_portal.thai import short_date

from .availability import DAY, Claim, Span, conflicts, free_pieces, next_free
from .errors import RefusedError
from .models import Asset, LoanLine, RegisterSettings


@dataclass(frozen=True, slots=True)
class Want:
    """So many pieces of an asset."""

    asset: Asset
    quantity: int = 1


def claims_of(
    assets: Iterable[int], *, day: dt.date | None = None, without_loan: int | None = None
) -> dict[int, list[Claim]]:
    """What is held of each asset (by primary key), as it stands on `day` (today). One query.

    Pieces that should have been back count without an end.
    """
    now = day or today()
    others = ~Q(loan_id=without_loan) if without_loan else Q()
    rows = LoanLine.objects.holding().filter(others, asset_id__in=list(assets))
    claims: dict[int, list[Claim]] = defaultdict(list)
    for asset, during, held, out in rows.values_list("asset_id", "during", "held", "out"):
        claim = claim_of(during, held, out, now)
        if claim is not None:
            claims[asset].append(claim)
    return claims


def claim_of(during: DateRange, held: int, out: int, day: dt.date) -> Claim | None:
    """What a line keeps from others, as it stands on `day`: what was never collected in its days is free again."""
    end = during.upper - DAY
    if end >= day:
        return Claim(during.lower, end, held)
    return Claim(during.lower, None, out) if out else None


@dataclass(frozen=True, slots=True)
class Supply:
    """How much of an asset is free on every one of some days.

    free: pieces. late: whether a piece that should have been back is missing. again: where nothing is free, the first
    day from which one piece is free for as long; None: not known.
    """

    free: int
    late: bool = False
    again: dt.date | None = None


def supply_of(assets: Sequence[Asset], start: dt.date, due: dt.date) -> dict[int, Supply]:
    """How much of each asset (by primary key) is free from `start` to `due`. One query, however many assets."""
    claims = claims_of([asset.pk for asset in assets])
    found = {}
    for asset in assets:
        held = claims.get(asset.pk, [])
        free = free_pieces(asset.usable, held, start, due) if asset.can_be_lent else 0
        again = None
        if not free and asset.can_be_lent:
            again = next_free(asset.usable, held, start, days=(due - start).days + 1, wanted=1)
        found[asset.pk] = Supply(free, any(claim.end is None for claim in held), again)
    return found


def refusals(
    wants: Sequence[Want], start: dt.date, due: dt.date, *, without_loan: int | None = None
) -> Iterator[RefusedError]:
    """Why these things cannot be lent for these days; one for each thing that cannot. Nothing: they can. One query.

    Days are named, never who has the thing.
    """
    claims = claims_of([want.asset.pk for want in wants], without_loan=without_loan)
    yield from refusals_beside(claims, wants, start, due)


def refusals_beside(
    claims: Mapping[int, list[Claim]], wants: Sequence[Want], start: dt.date, due: dt.date
) -> Iterator[RefusedError]:
    """`refusals` beside what is held of each asset (by primary key), as it was read. No query."""
    for position, want in enumerate(wants):
        refused = refusal_for(want, claims.get(want.asset.pk, []), start, due, position=position)
        if refused is not None:
            yield refused


def refusal_for(
    want: Want, claims: list[Claim], start: dt.date, due: dt.date, *, position: int = 0
) -> RefusedError | None:
    """Why one thing cannot be lent for these days beside `claims`; None: it can. No query."""
    found = _refusal(want, claims, start, due)
    return RefusedError(found[0], found[1], line=position) if found else None


def _refusal(want: Want, claims: list[Claim], start: dt.date, due: dt.date) -> tuple[str, str] | None:
    asset, names = want.asset, {"asset": want.asset.name, "number": want.asset.number}
    if asset.retired_on or not asset.lendable:
        return "not_lendable", _("%(asset)s (%(number)s) is not lent.") % names
    if asset.usable == 0:
        return "unusable", _("%(asset)s (%(number)s) cannot be used at present.") % names
    if asset.usable < want.quantity:
        return "too_many", _("There are %(count)s of %(asset)s (%(number)s).") % {**names, "count": asset.usable}
    short = conflicts(asset.usable, claims, start, due, want.quantity)
    return _why_taken(want, claims, short, start, due) if short else None


def _why_taken(want: Want, claims: list[Claim], short: list[Span], start: dt.date, due: dt.date) -> tuple[str, str]:
    asset, names = want.asset, {"asset": want.asset.name, "number": want.asset.number}
    coming_back = [claim for claim in claims if claim.end is not None]
    if not conflicts(asset.usable, coming_back, start, due, want.quantity):
        return "overdue", _(
            "%(asset)s (%(number)s) should have been back and is not; it cannot be promised until it is."
        ) % names  # fmt: skip
    names["days"] = ", ".join(span_words(span.start, span.end) for span in short)
    free = next_free(asset.usable, claims, max(start, today()), days=(due - start).days + 1, wanted=want.quantity)
    least = max(0, min(span.free for span in short))
    if asset.is_single or not least:
        sentence = _("%(asset)s (%(number)s) is not free: %(days)s.") % names
    else:
        sentence = _("Of %(asset)s (%(number)s) only %(count)s are free: %(days)s.") % {**names, "count": least}
    if free:
        sentence += " " + _("Free for as long from %(day)s.") % {"day": short_date(free)}
    return "taken", sentence


def span_words(start: dt.date, end: dt.date) -> str:
    """`5 ม.ค. 70`, or `5 ม.ค. 70 – 7 ม.ค. 70`."""
    return short_date(start) if start == end else f"{short_date(start)} – {short_date(end)}"


def check_days(start: dt.date, due: dt.date, rules: RegisterSettings | None = None) -> None:
    """RefusedError (codes: order, past, too_long, too_far) where a loan cannot be for these days."""
    limits = rules or RegisterSettings.current()
    day = today()
    if due < start:
        raise RefusedError("order", _("The day of return is before the first day."))
    if start < day:
        raise RefusedError("past", _("The first day has passed. Today is %(day)s.") % {"day": short_date(day)})
    if (due - start).days + 1 > limits.most_loan_days:
        raise RefusedError(
            "too_long",
            _("A loan lasts at most %(days)s days. Ask for more time when it is nearly over.")
            % {"days": limits.most_loan_days},
        )
    if (start - day).days > limits.most_days_ahead:
        raise RefusedError(
            "too_far", _("A loan begins at most %(days)s days from today.") % {"days": limits.most_days_ahead}
        )


def late_pieces(assets: Iterable[int], day: dt.date | None = None) -> dict[int, int]:
    """How many pieces of each of these assets (primary keys) should have been back by now. One query."""
    now = day or today()
    rows = LoanLine.objects.holding().filter(asset_id__in=list(assets), out__gt=0, during__endswith__lte=now)
    return dict(rows.order_by().values_list("asset_id").annotate(Sum("out")))
