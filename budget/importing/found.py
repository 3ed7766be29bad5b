"""What a file would do: counts, the first rows of each kind in words, problems, and a digest of the whole effect."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

from ita_portal.masking import mask_citizen_numbers
from ita_portal.tables.problems import Problem
from ita_portal.thai import baht

SHOWN = 50
"""Rows of each kind on the page."""
KEPT_PROBLEMS = 1000
FATES = ("new", "changed", "removed")


@dataclass(slots=True)
class Found:
    """What a file would do. rows: of the file. result: what is stored; None where something is refused.

    shown: the first rows of each fate, ready to be kept: `{"line", "sheet", "code", "item", "amount", "changes"}`.
    totals: `{"name", "lines", "before", "after"}` by programme or category of revenue. asks: names of what the form
    must say besides (`approver`).
    """

    rows: int = 0
    same: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FATES, 0))
    shown: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {fate: [] for fate in FATES})
    totals: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    checked: int = 0
    asks: set[str] = field(default_factory=set)
    result: list[Any] = field(default_factory=list)
    _digest: Any = field(default_factory=hashlib.sha256)

    def tell(self, fate: str, make: Callable[[], dict[str, Any]]) -> None:
        """One more row of a fate; `make` is asked for its words where it is shown."""
        self.counts[fate] += 1
        if len(self.shown[fate]) < SHOWN:
            self.shown[fate].append(make())

    def effect(self, *parts: object) -> None:
        """Note a part of what would be stored."""
        self._digest.update(repr(parts).encode())

    @property
    def digest(self) -> str:
        """The same digest is the same effect."""
        return str(self._digest.copy().hexdigest())

    @property
    def refused(self) -> int:
        """How many rows have a problem; at least one where the file as a whole has."""
        return len({(problem.sheet, problem.line) for problem in self.problems})

    def numbers(self) -> dict[str, int]:
        """The counts of the record."""
        return {"rows": self.rows, **self.counts, "same": self.same, "refused": self.refused}

    def refuse_whole(self, message: str | Promise, **params: object) -> None:
        """The file as a whole cannot be stored."""
        self.problems.append(Problem(0, "", "", "", message, params))

    def warn_whole(self, message: str | Promise, **params: object) -> None:
        """Something about the file as a whole."""
        self.warnings.append(Problem(0, "", "", "", message, params))


def told(problem: Problem) -> dict[str, Any]:
    """A problem as the record keeps it."""
    return {
        "sheet": problem.sheet, "row": problem.line, "column": problem.heading, "cell": problem.cell,
        "value": mask_citizen_numbers(problem.value), "th": problem.thai, "en": problem.english,
    }  # fmt: skip


def short(value: object) -> str:
    """A value for people, in one line."""
    if isinstance(value, Decimal):
        return baht(value)
    text = "" if value is None else " ".join(str(value).split())
    return (text if len(text) <= 120 else f"{text[:119]}…") or "–"


def entry(item: str, *, line: int = 0, sheet: str = "", code: str = "", amount: Decimal | None = None,
          changes: Mapping[str, tuple[object, object]] | None = None) -> dict[str, Any]:  # fmt: skip
    """A row in words. changes: name of a column → what it was, what it becomes."""
    return {
        "line": line, "sheet": sheet, "code": code, "item": short(item), "amount": short(amount),
        "changes": [[name, short(old), short(new)] for name, (old, new) in (changes or {}).items()],
    }  # fmt: skip
