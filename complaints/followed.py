"""A reporter's case as their page shows it: where it stands, until when an answer is owed, what was written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import today
from ita_portal.thai import long_date

from .choices import Act, Body, Category, ItemKind, Outcome, State
from .follow_words import IDENTITY_LABELS, OUTCOMES, REFUSALS, REPORT_LABELS, STANDINGS, Standing
from .models import ChannelSettings
from .opened import Letter, OpenedCase, OpenFile
from .workflow import allows

Row = tuple[Promise | str, str]
_YEAR = 12
_WHO: dict[tuple[bool, str], Promise] = {
    (False, ItemKind.REPORT): _("Your report"),
    (False, ItemKind.IDENTITY): _("You said who you are"),
    (False, ItemKind.MESSAGE): _("You"),
    (True, ItemKind.REPORT): _("Your report, entered by an officer"),
    (True, ItemKind.IDENTITY): _("Who you are, entered by an officer"),
    (True, ItemKind.MESSAGE): _("Officer"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A piece of writing. kind: `report`, `identity`, `message`. rows: label and text, of the first two kinds.

    by_officer: never says which one. is_folded: shown on demand only.
    """

    number: int
    kind: str
    who: Promise | str
    by_officer: bool
    written_on: dt.date
    text: str
    rows: list[Row]
    files: list[OpenFile]
    asks: bool = False
    withdraws: bool = False

    @property
    def is_folded(self) -> bool:
        """The long ones that the reporter knows already, and the ones that nobody should read over a shoulder."""
        return self.kind != ItemKind.MESSAGE


@dataclass(frozen=True)
class FollowedCase:
    """Everything that the reporter's page and the copy of their data show."""

    opened: OpenedCase

    @property
    def case(self) -> Any:
        """The row in clear."""
        return self.opened.case

    @cached_property
    def entries(self) -> list[Entry]:
        """The conversation in order."""
        return [entry_of(letter) for letter in self.opened.letters]

    @property
    def standing(self) -> Standing:
        """Where it stands."""
        return STANDINGS[self.case.state]

    @property
    def verdict(self) -> Promise | None:
        """What came of it, or why it was not taken up."""
        return OUTCOMES.get(self.case.outcome) or REFUSALS.get(self.case.refusal)

    @property
    def category(self) -> str:
        """What it is about, in words."""
        return str(Category(self.case.category).label)

    @cached_property
    def referred_to(self) -> str:
        """The body that has it now, or nothing."""
        if self.case.state != State.REFERRED:
            return ""
        bodies = [letter.content.get("referred_to") for letter in self.opened.letters]
        last = next((body for body in reversed(bodies) if body in Body.values), None)
        return str(Body(last).label) if last else ""

    @property
    def question(self) -> Entry | None:
        """What the officers wait to be told."""
        if self.case.state != State.WAITING:
            return None
        return next((entry for entry in reversed(self.entries) if entry.asks), None)

    @property
    def is_owed(self) -> bool:
        """Whether the first answer is still to come."""
        return self.case.answered_on is None and not self.case.is_finished

    @property
    def days_late(self) -> int:
        """Days since the first answer was due, or 0."""
        return max(0, (today() - self.case.due_on).days) if self.is_owed else 0

    @property
    def names_others(self) -> bool:
        """Whether the page says whom else to turn to."""
        unheard = (Outcome.UNSUBSTANTIATED, Outcome.INSUFFICIENT)
        return bool(self.days_late) or self.case.state == State.REFUSED or self.case.outcome in unheard

    @property
    def awaits_reading(self) -> bool:
        """Whether the last word is the reporter's, and not the report itself."""
        return len(self.entries) > 1 and not self.entries[-1].by_officer and self.entries[-1].kind == ItemKind.MESSAGE

    @property
    def has_withdrawn_last(self) -> bool:
        """Whether the withdrawal is the last word."""
        return self.case.state == State.WITHDRAWN and self.entries[-1].withdraws

    @property
    def has_identity(self) -> bool:
        """Whether the reporter said who they are."""
        return any(entry.kind == ItemKind.IDENTITY for entry in self.entries)

    @property
    def may_withdraw(self) -> bool:
        """Whether it can still be withdrawn."""
        return allows(Act.WITHDRAW, State(self.case.state))

    @cached_property
    def kept(self) -> dict[str, int]:
        """How long it is kept after its end: `years`, or `months`."""
        rules = ChannelSettings.current()
        months = {State.REFUSED: rules.keep_refused_months, State.WITHDRAWN: rules.keep_withdrawn_months}.get(
            self.case.state, rules.keep_closed_months
        )
        return {"months": months} if months % _YEAR else {"years": months // _YEAR}


def entry_of(letter: Letter) -> Entry:
    """A letter as the reporter reads it: never with the name of an officer."""
    item, content = letter.item, letter.content
    labels = {ItemKind.REPORT.value: REPORT_LABELS, ItemKind.IDENTITY.value: IDENTITY_LABELS}.get(item.kind, {})
    by_officer = item.author_id is not None
    return Entry(
        number=item.number,
        kind=item.kind,
        who=_WHO[by_officer, item.kind],
        by_officer=by_officer,
        written_on=item.written_on,
        text=str(content.get("text", "")),
        rows=[(label, _plain(name, content[name])) for name, label in labels.items() if content.get(name)],
        files=letter.files,
        asks=bool(content.get("asks")),
        withdraws=bool(content.get("withdrawn")),
    )


def _plain(name: str, value: Any) -> str:
    """A day as people write it, everything else as it was typed."""
    if name != "happened_on":
        return str(value)
    try:
        return long_date(dt.date.fromisoformat(str(value)))
    except ValueError:
        return str(value)
