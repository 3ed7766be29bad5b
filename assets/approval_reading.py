"""What whoever approves reads: what waits for them, and everything that the decision needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core import signing
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ita_portal.fiscal import today
from ita_portal.keyset import Key
from ita_portal.thai import short_date

from .approvers import Seat
from .availability import DAY
from .choices import Decision, Place
from .desk_reading import START_ORDER, Hold, holds_of, in_the_way, wants_of
from .models import Extension, Loan, LoanLine
from .stock import refusal_for

LATELY = 10
_LATELY_DAYS = 60
_MOST_EXTENSIONS = 50
_SEEN_SALT = "assets.decide"


@dataclass(slots=True)
class AskedLine:
    """A line of a request. refusal: why it cannot be lent now, empty where it can; holds: who stands in the way."""

    line: LoanLine
    refusal: str = ""
    holds: list[Hold] = field(default_factory=list)


@dataclass(slots=True)
class Asked:
    """A request as whoever approves sees it. extension: set where more time is asked for.

    problem: why it was not approved just now; is_ticked: whether it was ticked then.
    """

    loan: Loan
    lines: list[AskedLine] = field(default_factory=list)
    extension: Extension | None = None
    problem: str = ""
    is_ticked: bool = False

    @property
    def is_free(self) -> bool:
        """Whether everything can be lent for these days."""
        return not any(line.refusal for line in self.lines)

    @property
    def has_passed(self) -> bool:
        """Whether its last day is over: it can only be refused."""
        return (self.extension.new_due_on if self.extension else self.loan.due_on) < today()

    @property
    def can_be_ticked(self) -> bool:
        """Whether it can be approved from the list, as far as is known now."""
        return self.extension is None and self.is_free and not self.has_passed

    @property
    def more_days(self) -> int:
        """How many days more are asked for."""
        return (self.extension.new_due_on - self.extension.old_due_on).days if self.extension else 0


def waiting_page(
    seat: Seat, *, place: str = "", division: int | None = None, key: Key | None = None, size: int
) -> list[Loan]:
    """Up to `size` requests on which `seat` decides, the earliest start first, from behind `key` on.

    Each division and place is a sorted part of an index; the parts are merged. At most four queries.
    """
    chosen = Q()
    if place in Place.values:
        chosen &= Q(use_at=place)
    if division is not None:
        chosen &= Q(division_id=division)
    parts = [
        START_ORDER.after(Loan.objects.waiting().filter(branch, chosen), key).values_list("start_on", "pk")[:size]
        for branch in seat.branches()
    ]
    if not parts:
        return []
    found = parts[0] if len(parts) == 1 else parts[0].union(*parts[1:], all=True).order_by("start_on", "pk")[:size]
    pks = [pk for _start, pk in found]
    loans = Loan.objects.select_related("borrower", "division", "owner").in_bulk(pks)
    return [loans[pk] for pk in pks]


def next_waiting(seat: Seat) -> str | None:
    """The address of the request that begins first; None where nothing waits. One query, for the mayor three."""
    parts = [
        Loan.objects.waiting()
        .filter(branch)
        .order_by(*START_ORDER.order)
        .values_list("start_on", "pk", "public_id")[:1]
        for branch in seat.branches()
    ]
    if not parts:
        return None
    first = parts[0] if len(parts) == 1 else parts[0].union(*parts[1:], all=True).order_by("start_on", "pk")[:1]
    return next((public_id for _start, _pk, public_id in first), None)


def extensions_waiting(seat: Seat) -> list[Extension]:
    """Requests for more time on which `seat` decides, the nearest day of return first."""
    loans = Loan.objects.filter(seat.decides())
    waiting = Extension.objects.filter(decision=Decision.WAITING, loan__in=loans)
    related = waiting.select_related("loan__borrower", "loan__division", "loan__owner")
    return list(related.order_by("old_due_on", "pk")[:_MOST_EXTENSIONS])


def asked(loans: Sequence[Loan], extensions: Sequence[Extension] = ()) -> list[Asked]:
    """Requests with what they ask for and what stands in the way; two queries however many there are."""
    rows = [Asked(loan) for loan in loans] + [Asked(item.loan, extension=item) for item in extensions]
    lines: dict[int, list[LoanLine]] = {}
    for line in (
        LoanLine.objects.filter(loan_id__in=[row.loan.pk for row in rows]).select_related("asset").order_by("position")
    ):
        lines.setdefault(line.loan_id, []).append(line)
    holds = holds_of({line.asset_id for found in lines.values() for line in found})
    for row in rows:
        row.lines = [_judged(row, line, holds.get(line.asset_id, [])) for line in lines.get(row.loan.pk, [])]
    return rows


def _judged(row: Asked, line: LoanLine, holds: list[Hold]) -> AskedLine:
    loan = row.loan
    start, due = max(loan.start_on, today()), loan.due_on
    if row.extension:
        if not line.held:
            return AskedLine(line)
        start, due = loan.due_on + DAY, row.extension.new_due_on
    if due < start:
        return AskedLine(line)
    claims = [hold.claim for hold in holds if hold.loan.pk != loan.pk]
    refusal = refusal_for(wants_of([line])[0], claims, start, due)
    if refusal is None or (row.extension and refusal.code not in ("taken", "overdue")):
        return AskedLine(line)
    return AskedLine(line, str(refusal), in_the_way(line, holds, start, due))


def decided_lately(seat: Seat) -> list[Loan]:
    """What `seat`'s person decided of what was asked for in the last two months, the latest first."""
    since = timezone.now() - _LATELY_DAYS * DAY
    mine = Loan.objects.filter(decided_by=seat.user, requested_at__gte=since)
    found = list(mine.select_related("borrower").order_by("-pk")[: 3 * LATELY])
    return sorted(found, key=lambda loan: loan.decided_at or loan.requested_at, reverse=True)[:LATELY]


def summary(loan: Loan, lines: Sequence[LoanLine]) -> dict[str, str]:
    """What somebody reads of a request, by part: to say later what is new in it."""
    return {
        "days": f"{short_date(loan.start_on)} – {short_date(loan.due_on)}",
        "things": ", ".join(f"{line.asset.name} ({line.asset.number}) × {line.quantity}" for line in lines),
        "purpose": loan.purpose,
        "place": " · ".join(filter(None, [str(loan.get_use_at_display()), loan.location])),
    }


def sign_summary(parts: dict[str, str]) -> str:
    """For a hidden field: what was shown."""
    return signing.dumps(parts, salt=_SEEN_SALT, compress=True)


def changes_since(signed: str, now: dict[str, str]) -> list[tuple[str, str, str]]:
    """What is new since a page was shown: part, then, now. Empty where the field cannot be read."""
    try:
        seen = signing.loads(signed, salt=_SEEN_SALT)
    except signing.BadSignature:
        return []
    names = {"days": _("Days"), "things": _("Things"), "purpose": _("Purpose"), "place": _("Where it is used")}
    return [(names[part], seen[part], value) for part, value in now.items() if part in seen and seen[part] != value]
