"""One's loans and a single loan: reading, and what comes next for whoever looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Prefetch
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ita_portal.fiscal import today
from ita_portal.thai import short_date
from organization.models import User

from .approvers import Seat
from .asking import Decider, deciders_of
from .availability import DAY
from .choices import ENDED, Act, Condition, Decision, HandoverKind, IncidentKind, LoanState, Place, Remedy
from .models import Asset, Extension, Handover, Incident, Loan, LoanEntry, LoanLine
from .querysets import KEEP_REGISTER
from .services.requests import is_own
from .stock import late_pieces, span_words
from .workflow import APPROVER_ACTS, allows

PAGE = 25
MOST_OPEN = 50
"""Open loans that "my loans" shows at once; the rest is found by the filter."""
_REFUSED_DAYS, _SOON_DAYS = 14, 2
_LINES = Prefetch("lines", LoanLine.objects.select_related("asset").order_by("position"))

MARKS = {
    LoanState.REQUESTED: "awaiting",
    LoanState.APPROVED: "upcoming",
    LoanState.OUT: "in_progress",
    LoanState.RETURNED: "done",
    LoanState.REFUSED: "not_done",
    LoanState.CANCELLED: "outside",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a loan stands for its borrower. mark: the shape beside `words`. todo: what to do now, if anything.

    rank: what comes first, lowest first. blocked: things of it that others should have brought back.
    """

    loan: Loan
    mark: str
    words: str
    todo: str = ""
    rank: int = 9
    blocked: Sequence[Asset] = ()

    @property
    def is_late(self) -> bool:
        """Whether it is overdue."""
        return self.mark == "delayed"


@dataclass(frozen=True, slots=True)
class MyLoans:
    """now: what asks for something; waiting: other open ones."""

    now: Sequence[Standing] = field(default=())
    waiting: Sequence[Standing] = field(default=())
    has_more: bool = False


def standing_of(loan: Loan, late: dict[int, int] | None = None, day: dt.date | None = None) -> Standing:
    """Where `loan` stands on `day` (today). late: overdue pieces by asset, of other loans."""
    now = day or today()
    mark, words = MARKS[LoanState(loan.state)], str(loan.get_state_display())
    if days := loan.days_late(now):
        mark, words = "delayed", ngettext("%(days)s day late", "%(days)s days late", days) % {"days": days}
    blocked = _blocked(loan, late or {}) if loan.due_on >= now else []
    todo, rank = ("", 2) if blocked else _todo(loan, now)
    return Standing(loan, mark, words, todo, rank, blocked)


def _todo(loan: Loan, now: dt.date) -> tuple[str, int]:
    """What its borrower does now, and how soon it comes in the list."""
    state, left, day = LoanState(loan.state), (loan.due_on - now).days, {"day": short_date(loan.due_on)}
    found = ("", 9)
    if state == LoanState.OUT and left <= _SOON_DAYS:
        if left > 0:
            found = _("Bring it back by %(day)s.") % day, 3
        else:
            found = (_("Bring it back today."), 1) if left == 0 else (_("Bring it back now."), 0)
    elif state == LoanState.APPROVED and left < 0:
        found = _("It was not collected and its days have passed. Cancel it."), 5
    elif state == LoanState.REQUESTED and left < 0:
        found = _("Nobody decided in time. Cancel it, or change the days."), 5
    elif state == LoanState.APPROVED and loan.start_on <= now:
        found = _("Collect it at the asset desk by %(day)s.") % day, 4
    elif state == LoanState.REFUSED and loan.finished_on and loan.finished_on >= now - DAY * _REFUSED_DAYS:
        found = _("Refused. Read why; you may ask again."), 6
    return found


def _blocked(loan: Loan, late: dict[int, int]) -> list[Asset]:
    if loan.state not in (LoanState.REQUESTED, LoanState.APPROVED):
        return []
    return [line.asset for line in loan.lines.all() if late.get(line.asset_id, 0) > line.asset.usable - line.quantity]


_KINDS: dict[str, type[models.TextChoices]] = {"condition": Condition, "kind": IncidentKind, "remedy": Remedy}


def details_of(entry: LoanEntry, lines: Iterable[LoanLine]) -> list[str]:
    """What an entry of the history changed, as people say it; what is not known is left out."""
    details = entry.details if isinstance(entry.details, dict) else {}
    found = []
    if entry.act == Act.CHANGE:
        start, due = _day(details.get("start_on")), _day(details.get("due_on"))
        if start and due:
            found.append(_("before: %(days)s") % {"days": span_words(start, due)})
        if details.get("use_at") in Place.values:
            found.append(_("before: %(place)s") % {"place": Place(details["use_at"]).label})
    elif day := _day(details.get("new_due_on")):
        found.append(_("new day of return: %(day)s") % {"day": short_date(day)})
    if who := details.get("person"):
        words = _("brought by %(person)s") if entry.act == Act.TAKE_BACK else _("received by %(person)s")
        found.append(words % {"person": who})
    names = {line.asset.number: line.asset for line in lines}
    found += [_piece(piece, names) for piece in details.get("pieces") or () if isinstance(piece, dict)]
    for name, kind in _KINDS.items():
        if details.get(name) in kind.values:
            found.append(str(kind(details[name]).label))
    if details.get("own") is True:
        found.append(_("by the borrower, who was the only asset officer here"))
    return found


def _piece(piece: dict[str, Any], assets: dict[str, Asset]) -> str:
    """`เก้าอี้พลาสติก 401-60-0001: 2 จาก 6 ตัว · ชำรุด`, from what an act wrote about it."""
    number, count = str(piece.get("asset", "")), piece.get("quantity", 1)
    asset = assets.get(number)
    name, unit = (asset.name, asset.unit) if asset else (piece.get("name", ""), piece.get("unit", ""))
    words = str(count)
    if (of := piece.get("of")) and of != count:
        words = _("%(count)s of %(all)s") % {"count": count, "all": of}
    said = f"{name} {number}: {words} {unit}".strip()
    condition = piece.get("condition")
    return f"{said} · {Condition(condition).label}" if condition in Condition.values else said


def _day(text: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(text))
    except ValueError:
        return None


def open_loans(user: User) -> MyLoans:
    """The open loans of `user`, and those refused lately; what must be done first. Four queries."""
    mine = Loan.objects.filter(borrower=user).select_related("owner").prefetch_related(_LINES)
    open_ones = list(mine.open().order_by("due_on", "pk")[: MOST_OPEN + 1])
    refused = mine.filter(state=LoanState.REFUSED, finished_on__gte=today() - DAY * _REFUSED_DAYS)
    loans = [*open_ones[:MOST_OPEN], *refused.order_by("-pk")[:5]]
    late = late_pieces({line.asset_id for loan in loans for line in loan.lines.all()})
    standings = [standing_of(loan, late) for loan in loans]
    now = sorted((one for one in standings if one.todo or one.blocked), key=lambda one: one.rank)
    waiting = [one for one in standings if not one.todo and not one.blocked]
    return MyLoans(now, waiting, len(open_ones) > MOST_OPEN)


def earlier_loans(
    user: User,
    *,
    state: str = "",
    year: int | None = None,
    reference: tuple[int, int | None] | None = None,
    everything: bool = False,
) -> Any:
    """The loans of `user`, the latest first: those that have ended, or all that fit the filter."""
    mine = Loan.objects.filter(borrower=user).select_related("owner").prefetch_related(_LINES).order_by("-pk")
    if state:
        mine = mine.filter(state=state)
    elif not everything:
        mine = mine.filter(state__in=ENDED)
    if year:
        mine = mine.filter(fiscal_year=year)
    if reference:
        mine = mine.filter(number=reference[0])
        if reference[1]:
            mine = mine.filter(fiscal_year=reference[1])
    return mine


def years_of(user: User) -> list[int]:
    """The fiscal years in which `user` borrowed, the latest first."""
    years = Loan.objects.filter(borrower=user).order_by("-fiscal_year").values_list("fiscal_year", flat=True)
    return list(years.distinct())


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next, in a sentence; url and label where the person who looks does it."""

    words: str
    url: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class LoanPage:
    """All that the page of a loan shows. may_change, may_cancel, may_extend: of the person who looks.

    entries: each with what it changed, in words. at_desk: the asset officer looks at somebody else's loan.
    """

    loan: Loan
    standing: Standing
    lines: Sequence[LoanLine]
    entries: Sequence[tuple[LoanEntry, Sequence[str]]]
    handovers: Sequence[tuple[Handover, int]]
    extensions: Sequence[Extension]
    incidents: Sequence[Incident]
    deciders: Sequence[Decider]
    step: NextStep
    may_change: bool
    may_cancel: bool
    may_extend: bool
    is_mine: bool
    at_desk: bool = False


def loan_for(user: User, public_id: str) -> Loan:
    """The loan, for those who may see it and for whoever once decided on it. Http404 for everybody else.

    Who entered it for somebody else sees it as long as they keep the register.
    """
    loan: Loan | None = (
        Loan.objects.select_related("borrower", "division", "owner", "entered_by", "decided_by")
        .filter(public_id=public_id)
        .first()
    )
    if loan is None or not (
        user.pk in (loan.borrower_id, loan.decided_by_id)
        or Loan.objects.visible_to(user).filter(pk=loan.pk).exists()
        or loan.entries.filter(by=user, act__in=APPROVER_ACTS).exists()
    ):
        raise Http404
    return loan


def page_of(loan: Loan, user: User, seat: Seat) -> LoanPage:
    """The page of `loan` as `user` sees it."""
    lines = list(loan.lines.select_related("asset").order_by("position"))
    handovers = numbered_handovers(loan)
    extensions = list(loan.extensions.select_related("asked_by", "decided_by"))
    incidents = list(
        Incident.objects.filter(handover__handover__loan=loan).select_related("asset", "decided_by").order_by("pk")
    )
    waits = any(extension.decision == Decision.WAITING for extension in extensions)
    late = late_pieces([line.asset_id for line in lines]) if loan.state in _BEFORE else {}
    deciders = []
    if loan.state == LoanState.REQUESTED:
        deciders = deciders_of(loan.owner, loan.use_at, loan.borrower)
        deciders = [decider for decider in deciders if decider.person.pk != loan.entered_by_id]
    standing = standing_of(loan, late)
    officer, own = user.has_perm(KEEP_REGISTER), is_own(loan, user)
    return LoanPage(
        loan=loan,
        standing=standing,
        lines=lines,
        entries=[(entry, details_of(entry, lines)) for entry in loan.entries.select_related("by")],
        handovers=handovers,
        extensions=extensions,
        incidents=incidents,
        deciders=deciders,
        step=_next_step(loan, standing, user, seat, deciders=deciders, waits=waits, incidents=incidents),
        may_change=own and allows(Act.CHANGE, loan.state),
        may_cancel=(user.pk == loan.borrower_id or officer) and allows(Act.CANCEL, loan.state),
        may_extend=own and not waits and allows(Act.ASK_EXTENSION, loan.state),
        is_mine=user.pk == loan.borrower_id,
        at_desk=officer and user.pk != loan.borrower_id,
    )


_BEFORE = (LoanState.REQUESTED, LoanState.APPROVED)


def numbered_handovers(loan: Loan) -> list[tuple[Handover, int]]:
    """The handovers in order; with a return the number of its paper, from 1, with a hand-out 0. Three queries."""
    found = loan.handovers.select_related("officer").prefetch_related("lines__line__asset", "photos").order_by("pk")
    returns = 0
    numbered = []
    for handover in found:
        if handover.kind == HandoverKind.BACK:
            returns += 1
        numbered.append((handover, returns if handover.kind == HandoverKind.BACK else 0))
    return numbered


def _next_step(
    loan: Loan,
    standing: Standing,
    user: User,
    seat: Seat,
    *,
    deciders: Sequence[Decider],
    waits: bool,
    incidents: Iterable[Incident],
) -> NextStep:
    """One sentence for whoever looks: first what they do themselves, else for whom it waits."""
    officer, mine = user.has_perm(KEEP_REGISTER), user.pk == loan.borrower_id
    if waits and seat.may_decide(loan):
        url = reverse("assets:decide_extension", args=[loan.public_id])
        return NextStep(_("More time was asked for. You decide."), url, _("Decide on more time"))
    match LoanState(loan.state):
        case LoanState.REQUESTED:
            step = _step_requested(loan, standing, seat, deciders)
        case LoanState.APPROVED:
            step = _step_approved(loan, standing, officer=officer, mine=mine)
        case LoanState.OUT:
            step = _step_out(loan, standing, officer=officer, mine=mine, waits=waits)
        case LoanState.RETURNED:
            step = _step_returned(incidents, officer=officer)
        case LoanState.REFUSED if mine:
            url = f"{reverse('assets:loan_new')}?from={loan.public_id}"
            step = NextStep(_("Refused. Read why; you may ask again."), url, _("Ask again"))
        case LoanState.REFUSED:
            step = NextStep(_("Refused. Nothing more is to be done."))
        case _:
            step = NextStep(_("Cancelled. Nothing more is to be done."))
    return step


def _step_returned(incidents: Iterable[Incident], *, officer: bool) -> NextStep:
    waiting = next((incident for incident in incidents if not incident.is_decided), None)
    if waiting is None:
        return NextStep(_("Everything is back. Nothing more is to be done."))
    if officer:
        url = reverse("assets:incident", args=[waiting.pk])
        return NextStep(_("Damage or loss waits for a decision."), url, _("Decide on it"))
    return NextStep(_("Everything is settled but for damage or loss, on which the municipality decides."))


def _step_requested(loan: Loan, standing: Standing, seat: Seat, deciders: Sequence[Decider]) -> NextStep:
    if seat.may_decide(loan):
        return NextStep(_("You decide on this request."), reverse("assets:decide", args=[loan.public_id]), _("Decide"))
    if loan.due_on < today():
        return NextStep(standing.todo)
    if not deciders:
        return NextStep(_("Nobody can decide on this at present. The asset officer names a deputy."))
    names = ", ".join(str(decider.person) for decider in deciders)
    return NextStep(_("Waiting for a decision by %(names)s.") % {"names": names})


def _step_approved(loan: Loan, standing: Standing, *, officer: bool, mine: bool) -> NextStep:
    now, days = today(), {"start": short_date(loan.start_on), "due": short_date(loan.due_on)}
    if loan.due_on < now:
        return NextStep(standing.todo)
    if loan.start_on > now and loan.start_on == loan.due_on:
        return NextStep(_("To be collected at the asset desk, and brought back, on %(start)s.") % days)
    if loan.start_on > now:
        return NextStep(_("To be collected at the asset desk from %(start)s; to be back by %(due)s.") % days)
    if officer and not mine:
        url = reverse("assets:hand_out", args=[loan.public_id])
        return NextStep(_("Hand it out to the borrower by %(due)s.") % days, url, _("Hand out"))
    return NextStep(_("To be collected at the asset desk now; to be back by %(due)s.") % days)


def _step_out(loan: Loan, standing: Standing, *, officer: bool, mine: bool, waits: bool) -> NextStep:
    day = {"day": short_date(loan.due_on)}
    words = _("To be back by %(day)s.") % day
    if standing.is_late:
        words = _("It should have been back by %(day)s: %(late)s.") % {**day, "late": standing.words}
    if mine:
        # What is to be done says the day itself, but for what is late.
        if standing.is_late:
            words = f"{words} {standing.todo}"
        elif standing.todo and not waits:
            words = standing.todo
    if waits:
        words = " ".join((words, _("A request for more time waits for a decision.")))
    if officer and not mine:
        return NextStep(words, reverse("assets:take_back", args=[loan.public_id]), _("Take back"))
    return NextStep(words.strip())
