"""What subtotal rows are checked against: sums of the rows so far, since every place from which a total may count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Vector = tuple[int, ...]
"""Satang by column."""
Mark = tuple[int, Vector]
"""How many rows there were, and what they added up to."""
Key = tuple[str, ...]


def satang(amount: Decimal) -> int:
    """An amount in whole satang."""
    return int(amount.scaleb(2))


def in_baht(amount: int) -> str:
    """Whole satang as `1,234.50`."""
    return f"{Decimal(amount).scaleb(-2):,.2f}"


@dataclass(slots=True)
class Sums:
    """Sums over the rows of a file, column by column (`keys`)."""

    keys: Sequence[str]
    rows: int = 0
    now: list[int] = field(default_factory=list)
    marks: dict[str, Mark] = field(default_factory=dict)
    named: dict[Key, list[int]] = field(default_factory=dict)
    in_sheet: dict[Key, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.now = [0] * len(self.keys)
        self.marks["file"] = self.mark()

    def mark(self) -> Mark:
        """Where it stands."""
        return self.rows, tuple(self.now)

    def begin(self, *names: str) -> None:
        """From here on count what is called so."""
        here = self.mark()
        for name in names:
            self.marks[name] = here

    def begin_sheet(self) -> None:
        """A sheet begins: nothing runs on from the one before."""
        file = self.marks["file"]
        self.marks = {"file": file}
        self.begin("sheet", "total", "all", "page")
        self.in_sheet = {}

    def add(self, values: Mapping[str, Any], names: Iterable[Key]) -> None:
        """One more row, that counts for each of these names."""
        self.rows += 1
        given = [(place, satang(values[key])) for place, key in enumerate(self.keys) if values.get(key) is not None]
        for place, amount in given:
            self.now[place] += amount
        for name in names:
            for found in (self.named, self.in_sheet):
                held = found.get(name)
                if held is None:
                    held = found[name] = [0] * len(self.keys)
                for place, amount in given:
                    held[place] += amount

    def since(self, mark: Mark) -> tuple[int, Vector]:
        """Rows and sums since a mark."""
        rows, was = mark
        return self.rows - rows, tuple(now - before for now, before in zip(self.now, was, strict=True))

    def runs(self, *names: str) -> Iterator[Vector]:
        """The sums since the marks of these names, where there are such."""
        for name in names:
            if name in self.marks:
                rows, found = self.since(self.marks[name])
                if rows or name != "total":  # a subtotal of nothing, right behind another one
                    yield found

    def of(self, *names: Key) -> Iterator[Vector]:
        """The sums of these names, in the sheet and in the file."""
        for name in names:
            for found in (self.in_sheet, self.named):
                if name in found:
                    yield tuple(found[name])

    def differences(self, said: Mapping[str, Decimal], candidates: Iterable[Vector]) -> list[tuple[str, int]]:
        """Columns in which what was said is none of the candidates, with what was found there; empty where one fits."""
        wanted = {place: satang(said[key]) for place, key in enumerate(self.keys) if key in said}
        best: list[tuple[str, int]] | None = None
        for vector in candidates:
            wrong = [(self.keys[place], vector[place]) for place, amount in wanted.items() if vector[place] != amount]
            if not wrong:
                return []
            if best is None or len(wrong) < len(best):
                best = wrong
        return [(self.keys[place], 0) for place, amount in wanted.items() if amount] if best is None else best
