"""The arithmetic of the assessment's scale: pure, exact, rounded at the end only.

Four levels are worth 0, 33.33, 66.67 and 100, “yes” 100 and “no” 0; a reversed question counts from the other end
(NACC handbook; domain of the assessment).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from measures.assessment.scoring import LEVELS, YES_NO

from .choices import Kind

VALUES: Mapping[str, tuple[Decimal, ...]] = {
    Kind.LEVELS: LEVELS,
    Kind.YES_NO: YES_NO,
}
SATISFIED = Decimal("66.67")
"""From this value on an answer counts as satisfied: “much” and “most”, or “yes”."""
_CENT = Decimal("0.01")


def value_of(kind: str, choice: int, *, reversed_: bool) -> Decimal:
    """What a choice is worth on the scale 0 to 100."""
    values = VALUES[kind]
    return values[-1 - choice] if reversed_ else values[choice]


def rounded(value: Decimal) -> Decimal:
    """Two decimals, half up."""
    return value.quantize(_CENT, rounding=ROUND_HALF_UP)


def shared(part: int, whole: int) -> Decimal | None:
    """`part` of `whole` from 0 to 1 with four decimals, half up; None of nothing."""
    return (Decimal(part) / whole).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP) if whole else None


@dataclass(frozen=True, slots=True)
class Distribution:
    """How often each value was given. counts: value → answers; every value of the kind is there, also with 0."""

    counts: Mapping[Decimal, int]

    @classmethod
    def of(cls, kind: str, choices: Iterable[tuple[int, int]], *, reversed_: bool) -> Distribution:
        """From (choice, answers), each as often as it comes."""
        counts = dict.fromkeys(VALUES[kind], 0)
        for choice, n in choices:
            counts[value_of(kind, choice, reversed_=reversed_)] += n
        return cls(counts)

    @property
    def n(self) -> int:
        """Answers."""
        return sum(self.counts.values())

    @property
    def exact_mean(self) -> Decimal | None:
        """The mean, not rounded; None without answers."""
        return sum((value * n for value, n in self.counts.items()), Decimal(0)) / self.n if self.n else None

    @property
    def mean(self) -> Decimal | None:
        """The mean with two decimals; None without answers."""
        mean = self.exact_mean
        return None if mean is None else rounded(mean)

    @property
    def satisfied(self) -> int:
        """Answers that count as satisfied."""
        return sum(n for value, n in self.counts.items() if value >= SATISFIED)

    @property
    def satisfied_share(self) -> Decimal | None:
        """Satisfied among all, from 0 to 1 with four decimals; None without answers."""
        return shared(self.satisfied, self.n)


def mean_of(means: Iterable[Decimal | None]) -> Decimal | None:
    """The mean of what is known, not rounded; None where nothing is."""
    known = [mean for mean in means if mean is not None]
    return sum(known, Decimal(0)) / len(known) if known else None
