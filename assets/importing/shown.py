"""What a file would do, as the page shows it: the first of each kind, and how many there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ita_portal.spreadsheets import Value
from ita_portal.tables.problems import Problem
from ita_portal.thai import baht, short_date

from .checking import Plan
from .columns import BY_KEY

SHOWN = 50
"""Rows of each kind on the page."""


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A value that becomes another, in words."""

    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the file. what: of a new asset, where it belongs. changes: of one that is there."""

    line: int
    number: str
    name: str
    what: str = ""
    changes: tuple[ShownChange, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanPage:
    """Counts and the first rows of each kind."""

    plan: Plan
    new: list[ShownRow]
    changed: list[ShownRow]
    problems: list[Problem]
    unknown_kinds: list[str]
    digest: str

    @classmethod
    def of(cls, plan: Plan) -> PlanPage:
        """Of what `check_file` found."""
        return cls(
            plan=plan,
            new=[
                ShownRow(row.line, row.number, row.name, " · ".join(_belongs(plan, row.values)))
                for row in plan.new[:SHOWN]
            ],
            changed=[
                ShownRow(row.line, row.number, row.name, changes=tuple(changes_of(plan, row)))
                for row in plan.changed[:SHOWN]
            ],
            problems=plan.problems[:SHOWN],
            unknown_kinds=sorted({problem.value for problem in plan.problems if problem.column == "category"}),
            digest=plan.digest,
        )  # fmt: skip

    @property
    def can_import(self) -> bool:
        """Whether there is something to store, and nothing against it."""
        return not self.plan.problems and bool(self.plan.new or self.plan.changed)

    @property
    def more_new(self) -> int:
        """New rows that are not shown."""
        return len(self.plan.new) - len(self.new)

    @property
    def more_changed(self) -> int:
        """Changed rows that are not shown."""
        return len(self.plan.changed) - len(self.changed)

    @property
    def more_problems(self) -> int:
        """Problems that are not shown."""
        return len(self.plan.problems) - len(self.problems)


def _belongs(plan: Plan, values: dict[str, Any]) -> Iterator[str]:
    yield str(plan.shown("category", values["category"]))
    yield str(plan.shown("division", values["division"]))
    if values["quantity"] != 1:
        yield f"{values['quantity']:,} {values['unit']}"


def changes_of(plan: Plan, row: Any) -> Iterator[ShownChange]:
    """The changes of a row, in words."""
    for change in row.changes:
        yield ShownChange(
            BY_KEY[change.column].heading(),
            _words(plan.shown(change.column, change.old)),
            _words(plan.shown(change.column, change.new)),
        )


def _words(value: Value) -> str:
    if isinstance(value, Decimal):
        return baht(value)
    if isinstance(value, dt.date):
        return short_date(value)
    text = "" if value is None else str(value)
    return (text if len(text) <= 120 else f"{text[:119]}…") or "–"
