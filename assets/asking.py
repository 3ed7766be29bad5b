"""What somebody asks for, row by row, and what is said about it before it is sent."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from ita_portal.fiscal import today
from ita_portal.thai import to_arabic_digits
from organization.choices import Role
from organization.models import Division, User

from .approvers import active_heads
from .choices import ENDED, Place
from .models import Asset, Delegation, Loan
from .models.register import clean_number
from .services.requests import Wish, sent_before
from .stock import Want, refusals

MOST_ROWS = 40
"""Rows that a form holds."""
_MOST_DIGITS = 6


@dataclass(slots=True)
class Row:
    """A row of the form: what was typed, what it means, what is wrong with it.

    error, quantity_error: at the two fields. sentence: whether it is free for the days, where that is known;
    free: the same as a fact.
    """

    number: str = ""
    quantity: str = ""
    asset: Asset | None = None
    pieces: int = 1
    error: str = ""
    quantity_error: str = ""
    free: bool | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return not self.number

    @property
    def is_wrong(self) -> bool:
        """Whether something must be mended."""
        return bool(self.error or self.quantity_error)

    def want(self) -> Want:
        """So many pieces of it; only of a row that was understood."""
        if self.asset is None:
            raise ValueError("a row without an asset")
        return Want(self.asset, self.pieces)


@dataclass(frozen=True, slots=True)
class Decider:
    """Somebody who can decide. in_place: the deputy's order, where they deputise."""

    person: User
    in_place: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """The things of one division: one form, with whoever decides on it."""

    division: Division
    rows: Sequence[Row]
    deciders: Sequence[Decider]


@dataclass(slots=True)
class Finding:
    """What is said before sending. parts: forms that it becomes. is_known: whether the days were understood."""

    rows: list[Row]
    parts: list[Part] = field(default_factory=list)
    is_known: bool = False

    @property
    def is_free(self) -> bool:
        """Whether all of it can be asked for."""
        return self.is_known and all(row.free for row in self.rows if not row.is_blank)


def typed_rows(data: QueryDict) -> list[Row]:
    """The rows as they were sent: `asset` many times, `quantity` beside each (none: 1).

    The catalogue names the pieces of a quantity item `pieces-<label>`, as it sends only what was ticked.
    """
    numbers, quantities = data.getlist("asset")[:MOST_ROWS], data.getlist("quantity")
    rows = []
    for position, number in enumerate(numbers):
        quantity = quantities[position] if position < len(quantities) else ""
        rows.append(Row(_plain(number), _plain(quantity)))
    return rows


def _plain(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable()).strip()[:100]


def read_rows(rows: Sequence[Row], data: QueryDict | None = None) -> None:
    """Find the assets and read the quantities; what is not understood is said at its row. One query, if any."""
    wanted = [row for row in rows if not row.is_blank]
    numbers = {clean_number(row.number) for row in wanted} | {row.number.upper() for row in wanted}
    known: dict[str, Asset] = {}
    if wanted:
        found = Asset.objects.select_related("division")
        for asset in [*found.filter(number__in=numbers), *found.filter(label__in=numbers)]:
            known.setdefault(asset.number, asset)
            known.setdefault(asset.label, asset)
    seen: set[int] = set()
    for row in wanted:
        row.asset = known.get(clean_number(row.number)) or known.get(row.number.upper())
        if row.asset is None:
            row.error = _("No asset has this number. Look it up in the catalogue.")
            continue
        row.number = row.asset.number
        if row.asset.pk in seen:
            row.error = _("This item is in the request already.")
        seen.add(row.asset.pk)
        if data is not None and not row.quantity:
            row.quantity = _plain(data.get(f"pieces-{row.asset.label}", ""))
        _read_quantity(row)


def _read_quantity(row: Row) -> None:
    digits = to_arabic_digits(row.quantity) or "1"
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS and int(digits)):
        row.quantity_error = _("Write how many pieces, as a whole number from 1.")
        return
    row.pieces = int(digits)
    row.quantity = str(row.pieces)


def look_at(
    rows: Sequence[Row],
    days: tuple[dt.date, dt.date] | None,
    *,
    place: str,
    borrower: User,
    without_loan: int | None = None,
) -> Finding:
    """What can be said about the rows: which are free on `days` and why not, into which forms they fall, who decides.

    What is not free is written as the row's error.
    """
    finding = Finding(list(rows), is_known=days is not None)
    good = [row for row in rows if row.asset is not None and not row.is_wrong]
    if days and good:
        for row in good:
            row.free = True
        for refusal in refusals([row.want() for row in good], *days, without_loan=without_loan):
            row = good[refusal.line or 0]
            row.free = False
            if refusal.code == "too_many":
                row.quantity_error = str(refusal)
            else:
                row.error = str(refusal)
    by_division: dict[int, list[Row]] = {}
    for row in rows:
        if row.asset is not None:
            by_division.setdefault(row.asset.division_id, []).append(row)
    for own in by_division.values():
        division = own[0].want().asset.division
        deciders = deciders_of(division, place, borrower) if place in Place.values else []
        finding.parts.append(Part(division, own, deciders))
    return finding


def deciders_of(division: Division, place: str, borrower: User) -> list[Decider]:
    """Who can decide today on a loan of `division`'s things to `borrower`; the rule of `approvers.Seat`."""
    people = User.objects.filter(is_active=True).exclude(pk=borrower.pk).order_by("pk")
    deputies = (
        Delegation.objects.valid_on(today())
        .filter(deputy__is_active=True)
        .exclude(deputy=borrower)
        .select_related("deputy")
        .order_by("pk")
    )
    found: list[Decider] = []
    heads: list[User] = []
    if place == Place.ON_SITE:
        heads = list(people.filter(groups__name=Role.DIVISION_HEAD.value, division=division))
        found = [Decider(head) for head in heads]
        if not active_heads().filter(pk=borrower.pk, division=division).exists():
            found += [Decider(item.deputy, item.order) for item in deputies.filter(division=division)]
    if place == Place.OFF_SITE or not heads:
        found += [Decider(mayor) for mayor in people.filter(groups__name=Role.MAYOR.value)]
        found += [Decider(item.deputy, item.order) for item in deputies.filter(division=None)]
    return found


def asked_before(wish: Wish, *, borrower: User, by: User) -> list[Loan]:
    """The open loans that ask for exactly this: the same things, days, work and place. None where a part is missing.

    Who goes back in the browser gets the form with a new mark, and may send the same words again. Two queries.
    """
    words = {"start_on": wish.start, "due_on": wish.due, "use_at": wish.use_at}
    words |= {"purpose": wish.purpose.strip(), "location": wish.location.strip()}
    likely = Loan.objects.open().filter(borrower=borrower, entered_by=by, **words).prefetch_related("lines")
    by_lines = {frozenset((line.asset_id, line.quantity) for line in loan.lines.all()): loan for loan in likely}
    by_division: dict[int, set[tuple[int, int]]] = {}
    for want in wish.wants:
        by_division.setdefault(want.asset.division_id, set()).add((want.asset.pk, want.quantity))
    found = [by_lines.get(frozenset(lines)) for lines in by_division.values()]
    return [loan for loan in found if loan is not None] if all(found) else []


def mark_of_content(user: User, borrower: User, rows: Sequence[Row], words: dict[str, Any]) -> str:
    """The mark of a request that came without one, from what it says.

    The same request of the same person is the same as long as the first is open; after that it is a new one.
    """
    said = [str(borrower.pk), *(f"{row.number}×{row.pieces}" for row in rows if not row.is_blank)]
    said += [f"{name}={words[name]}" for name in sorted(words)]
    digest = hashlib.sha256("\n".join(said).encode()).hexdigest()[:24]
    for again in range(1000):
        mark = f"said-{digest}-{again}"
        known = sent_before(mark, by=user)
        if not known or any(loan.state not in ENDED for loan in known):
            return mark
    return f"said-{digest}-{Loan.objects.filter(borrower=borrower).latest('pk').pk}"
