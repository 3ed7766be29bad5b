"""What approvers and the asset officer read of loans: who holds what, what stands in the way, which piles there are.

Every list is a page of at most `PAGE` rows behind a key, and every pile is counted no further than `MOST_COUNTED`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from ita_portal.fiscal import FiscalYear, today
from ita_portal.keyset import Keyset
from ita_portal.thai import to_arabic_digits
from organization.models import User

from .availability import Claim, conflicts
from .choices import LoanState
from .models import Asset, Loan, LoanLine
from .models.register import clean_number
from .querysets import LoanQuerySet
from .services.chasing import last_chased
from .stock import Want, claim_of

PAGE = 25
MOST_COUNTED = 99
_MOST_FOUND = 200
"""Loans of a person or thing that a search looks through, the newest first."""
_YEARS_BACK = 3


@dataclass(frozen=True, slots=True)
class Hold:
    """Pieces that a loan keeps from others. line: with its loan and borrower; claim: its days as they stand."""

    line: LoanLine
    claim: Claim

    @property
    def loan(self) -> Loan:
        """Whose it is."""
        return self.line.loan

    @property
    def is_late(self) -> bool:
        """Whether it should have been back."""
        return self.claim.end is None


def holds_of(assets: Iterable[int], day: dt.date | None = None) -> dict[int, list[Hold]]:
    """Who holds pieces of these assets (primary keys), by asset, the earliest first. One query.

    The same pieces and days as `stock.claims_of`, with their loans.
    """
    now = day or today()
    rows = LoanLine.objects.holding().filter(asset_id__in=list(assets)).select_related("loan__borrower", "asset")
    found: dict[int, list[Hold]] = {}
    for line in rows.order_by("during", "pk"):
        claim = claim_of(line.during, line.held, line.out, now)
        if claim is not None:
            found.setdefault(line.asset_id, []).append(Hold(line, claim))
    return found


def in_the_way(line: LoanLine, holds: Sequence[Hold], start: dt.date, due: dt.date) -> list[Hold]:
    """Of `holds` of a line's asset those of other loans on days on which there are too few pieces for the line."""
    others = [hold for hold in holds if hold.loan.pk != line.loan_id]
    short = conflicts(line.asset.usable, [hold.claim for hold in others], start, due, line.quantity)
    return [
        hold
        for hold in others
        if any(hold.claim.start <= span.end and (hold.is_late or _ends(hold) >= span.start) for span in short)
    ]


def _ends(hold: Hold) -> dt.date:
    return hold.claim.end or dt.date.max


@dataclass(slots=True)
class DeskLoan:
    """A loan in the officer's list. chased: when its return was demanded last; blocks: approved loans that cannot go
    out unless this comes back.
    """

    loan: Loan
    lines: list[LoanLine] = field(default_factory=list)
    days_late: int = 0
    to_collect: str = ""
    chased: dt.date | None = None
    blocks: list[Loan] = field(default_factory=list)

    @property
    def phone(self) -> str:
        """Where the borrower is reached."""
        return self.loan.phone or self.loan.borrower.phone

    @property
    def is_never_collected(self) -> bool:
        """Whether its days are over and nobody came."""
        return self.to_collect == "gone"


PILES = ("collect", "later", "out", "today", "overdue", "waiting", "all")
"""What the officer's list can show."""


START_ORDER = Keyset(Loan, "start_on", "pk")
_DUE_ORDER, _LATEST = Keyset(Loan, "due_on", "pk"), Keyset(Loan, "-due_on", "-pk")


def pile(name: str, day: dt.date | None = None) -> tuple[LoanQuerySet, Keyset[Loan]]:
    """The loans of a pile (`all` where it is unknown) and their order."""
    now = day or today()
    loans = Loan.objects.all()
    piles: dict[str, tuple[LoanQuerySet, Keyset[Loan]]] = {
        "collect": (loans.to_collect().filter(start_on__lte=now), START_ORDER),
        "later": (loans.to_collect().filter(start_on__gt=now), START_ORDER),
        "out": (loans.out(), _DUE_ORDER),
        "today": (loans.out().filter(due_on=now), _DUE_ORDER),
        "overdue": (loans.overdue(now), _DUE_ORDER),
        "waiting": (loans.waiting(), START_ORDER),
    }
    return piles.get(name, (loans, _LATEST))


def capped(rows: QuerySet[Loan]) -> str:
    """How many rows there are, in words: `7`, or `99+`. At most a hundred index entries are read."""
    count = rows.order_by()[: MOST_COUNTED + 1].count()
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)


def found_by(words: str) -> list[int]:
    """Primary keys of loans that `words` means: a loan's number, an asset's number or label, a person, a thing's name.

    At most 200, the newest first.
    """
    text = to_arabic_digits(words).strip()
    if number := re.fullmatch(r"(\d{1,7})\s*/\s*(\d{4})", text):
        exact = Loan.objects.filter(fiscal_year=int(number[2][:4]), number=int(number[1])).values_list("pk", flat=True)
        if pks := list(exact):
            return pks
    assets = _assets(text)
    if assets:
        return _loans_of_assets(assets)
    if re.fullmatch(r"\d{1,7}", text):
        year = FiscalYear.current().number
        years = range(year - _YEARS_BACK, year + 2)
        return list(
            Loan.objects.filter(fiscal_year__in=years, number=int(text)).order_by("-pk").values_list("pk", flat=True)
        )
    people = _people(words)
    things = list(Asset.objects.searched(words).order_by().values_list("pk", flat=True)[:20])
    found = set(_loans_of_assets(things)) if things else set()
    if people:
        newest = Loan.objects.filter(borrower_id__in=people).order_by("-pk").values_list("pk", flat=True)
        found.update(newest[:_MOST_FOUND])
    return sorted(found, reverse=True)[:_MOST_FOUND]


def _assets(text: str) -> list[int]:
    """The asset whose number or label was typed or scanned (a label's code is the asset's address)."""
    label = re.search(r"(?:/item/|^)([2-9A-HJ-NP-Z]{10})(?:/|$)", text.upper().replace("/ITEM/", "/item/"))
    meant = Q(number=clean_number(text)[:60])
    if label:
        meant |= Q(label=label[1])
    return list(Asset.objects.filter(meant).values_list("pk", flat=True))


def _loans_of_assets(assets: list[int]) -> list[int]:
    lines = LoanLine.objects.filter(asset_id__in=assets).order_by("-loan_id").values_list("loan_id", flat=True)
    return list(lines[:_MOST_FOUND])


def _people(words: str) -> list[int]:
    meant = Q()
    for word in words.split()[:4]:
        meant &= Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(username__iexact=word)
    return list(User.objects.filter(meant).order_by("pk").values_list("pk", flat=True)[:20]) if words.split() else []


def desk_rows(loans: Sequence[Loan], day: dt.date | None = None, *, with_blocked: bool = True) -> list[DeskLoan]:
    """The officer's rows of a page of loans (with borrower): one query, two more where any is late."""
    now = day or today()
    rows = {loan.pk: DeskLoan(loan, days_late=loan.days_late(now), to_collect=_to_collect(loan, now)) for loan in loans}
    for line in LoanLine.objects.filter(loan_id__in=list(rows)).select_related("asset").order_by("position"):
        rows[line.loan_id].lines.append(line)
    late = [row for row in rows.values() if row.days_late]
    if late and with_blocked:
        holds = holds_of({line.asset_id for row in late for line in row.lines if line.out}, now)
        chased = last_chased([row.loan.pk for row in late])
        for row in late:
            row.blocks = _blocked_by(row, holds, now)
            row.chased = chased.get(row.loan.pk)
    return list(rows.values())


def _to_collect(loan: Loan, day: dt.date) -> str:
    """Of an approved loan: `later`, `today`, `late`, or `gone` where its days have passed."""
    if loan.state != LoanState.APPROVED:
        return ""
    if loan.due_on < day:
        return "gone"
    return "later" if loan.start_on > day else "today" if loan.start_on == day else "late"


def _blocked_by(row: DeskLoan, holds: dict[int, list[Hold]], day: dt.date) -> list[Loan]:
    """Approved loans of which something cannot go out because `row` is late, the nearest first."""
    found: dict[int, Loan] = {}
    for line in row.lines:
        if not line.out:
            continue
        there = holds.get(line.asset_id, [])
        for hold in there:
            if hold.loan.state != LoanState.APPROVED:
                continue
            begin, end = max(hold.claim.start, day), hold.claim.end or day
            others = [other.claim for other in there if other.loan.pk != hold.loan.pk]
            if conflicts(line.asset.usable, others, begin, end, hold.line.held):
                found[hold.loan.pk] = hold.loan
    return sorted(found.values(), key=lambda loan: (loan.start_on, loan.pk))


def wants_of(lines: Iterable[LoanLine]) -> list[Want]:
    """What the lines (with their assets) ask for."""
    return [Want(line.asset, line.quantity) for line in lines]
