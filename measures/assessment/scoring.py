"""How the assessment counts, step by step, as exact fractions. No tables, no settings: values in, values out.

The steps (NACC assessment of integrity and transparency; weights 30/30/40 and the bands as published):

    answer      → 0 / 33.33 / 66.67 / 100, reversed where less is better; yes-no 100 / 0   `level_value`, `yes_no_value`
    sub-item    = mean over the people who answered it                                     `mean`
    question    = mean of its sub-items (one without sub-items is its only one)            `question_score`
    indicator   = mean of its questions (1-8)                                              `indicator_score`
    disclosure  = items of 100 or 0 → mean of each sub-indicator → mean of these (9, 10)   `disclosure_score`
    instrument  = mean of its indicators: IIT 1-5, EIT 6-8, OIT 9-10                       `instrument_score`
    total       = 0.30 IIT + 0.30 EIT + 0.40 OIT                                           `total`
    band        = by the rule of the year                                                  `band`

For the apps that expect a score before the real one is known: give `question_score` the values of each sub-item, then
`indicator_score`, `instrument_score`, `total`, `band(year, total, iit, eit, oit)`. Two rules hold everywhere:

* None is “not known”, never 0. A mean over something unknown is unknown: leave out what was never asked, keep what was
  asked and is not known.
* Nothing is rounded on the way. `rounded` gives the two decimals that people read, half up; `band` judges by these,
  because the bands are published with two decimals (75.00-84.99, 85.00-94.99).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Number = Fraction | Decimal | int
Score = Fraction | None
"""0 to 100, exact; None: not known."""

LEVELS = (Decimal("0"), Decimal("33.33"), Decimal("66.67"), Decimal("100"))
"""Least or none, little, much, most: what the four levels of an answer are worth."""

YES_NO = (Decimal("0"), Decimal("100"))
WEIGHTS: Mapping[str, int] = {"IIT": 30, "EIT": 30, "OIT": 40}
"""What an instrument counts in the total, in percent, in every year known so far."""

FIRST_YEAR_OF_LETTERS = 2563
FIRST_YEAR_OF_WORDS = 2566
PASS_LINE = 85


def level_value(level: int, *, is_reversed: bool = False) -> Decimal:
    """What a four-level answer is worth. level: 0 (least or none) to 3 (most). ValueError for another one.

    is_reversed: the question asks for something bad, so the least is worth 100.
    """
    if level not in range(4):
        raise ValueError(f"an answer has the level 0, 1, 2 or 3, not {level!r}")
    return LEVELS[3 - level if is_reversed else level]


def yes_no_value(said_yes: bool, *, yes_is_good: bool) -> Decimal:
    """What a yes-no answer is worth: 100 for the good one, 0 for the other."""
    return YES_NO[said_yes == yes_is_good]


def mean(values: Iterable[Number | None]) -> Score:
    """The exact mean. None where there is no value, or where one of them is not known."""
    count, added = 0, Fraction(0)
    for value in values:
        if value is None:
            return None
        count, added = count + 1, added + Fraction(value)
    return added / count if count else None


def question_score(sub_items: Iterable[Collection[Number]]) -> Score:
    """A question's score: of each sub-item the mean over those who answered it, then the mean of the sub-items.

    sub_items: for each the values given (`level_value`, `yes_no_value`); one collection where a question has none.
    None where a sub-item was answered by nobody: the question as it was asked is not known.
    """
    return mean([mean(values) for values in sub_items])


def indicator_score(questions: Iterable[Number | None]) -> Score:
    """The score of one of the indicators 1-8: the mean of its questions, each weighing the same."""
    return mean(questions)


def disclosure_score(sub_indicators: Iterable[Iterable[Number | None]]) -> Score:
    """The score of indicator 9 or 10: the mean of its sub-indicators, each the mean of its items (100 or 0).

    So an item of a small sub-indicator weighs more than one of a large.
    """
    return mean([mean(items) for items in sub_indicators])


def instrument_score(indicators: Iterable[Number | None]) -> Score:
    """The score of IIT, EIT or OIT: the mean of its indicators."""
    return mean(indicators)


def weighted(score: Number | None, weight: int) -> Score:
    """The points that an instrument brings: OIT of 96.75 with weight 40 brings 38.70."""
    return None if score is None else Fraction(score) * weight / 100


def total(
    iit: Number | None, eit: Number | None, oit: Number | None, weights: Mapping[str, int] | None = None
) -> Score:
    """The total of the assessment. weights: percent by instrument, those of the year; None for 30/30/40."""
    shares = weights or WEIGHTS
    points = [weighted(score, shares[name]) for name, score in (("IIT", iit), ("EIT", eit), ("OIT", oit))]
    known = [point for point in points if point is not None]
    return sum(known, Fraction(0)) if len(known) == len(points) else None


def rounded(score: Number | None, places: int = 2) -> Decimal | None:
    """As people read it: half up, at the very end. None stays None."""
    if score is None:
        return None
    scale = 10**places
    scaled = Fraction(score) * scale
    whole = (abs(scaled.numerator) * 2 + scaled.denominator) // (scaled.denominator * 2)
    return Decimal(-whole if scaled < 0 else whole).scaleb(-places)


@dataclass(frozen=True, slots=True)
class Band:
    """A band of the result.

    key: stable, for code and files. label: the official word, Thai. passed: whether it is at or above the pass line.
    rule: the rule of this band in words, for people who ask why.
    """

    key: str
    label: str
    passed: bool
    rule: str | Promise


_LETTERS = (
    (95, Band("AA", "AA", True, _("From 95.00 to 100"))),
    (85, Band("A", "A", True, _("From 85.00 to 94.99"))),
    (75, Band("B", "B", False, _("From 75.00 to 84.99"))),
    (65, Band("C", "C", False, _("From 65.00 to 74.99"))),
    (55, Band("D", "D", False, _("From 55.00 to 64.99"))),
    (50, Band("E", "E", False, _("From 50.00 to 54.99"))),
    (0, Band("F", "F", False, _("Below 50.00"))),
)
EXCELLENT = Band("excellent", "ผ่านดีเยี่ยม", True, _("Total of 95.00 or more, and each of IIT, EIT and OIT 95.00 or more"))
GOOD = Band("good", "ผ่านดี", True, _("Total of 85.00 or more, and each of IIT, EIT and OIT 85.00 or more"))
PASSED = Band("passed", "ผ่าน", True, _("Total of 85.00 or more, but at least one of IIT, EIT and OIT below 85.00"))
IMPROVE = Band("improve", "ต้องปรับปรุง", False, _("Total from 70.00 to 84.99"))
IMPROVE_AT_ONCE = Band("improve_at_once", "ต้องปรับปรุงโดยด่วน", False, _("Total below 70.00"))
_WORDS = (EXCELLENT, GOOD, PASSED, IMPROVE, IMPROVE_AT_ONCE)


def bands(year: int) -> tuple[Band, ...]:
    """Every band of the assessment of fiscal year `year` (Buddhist Era), best first; empty before 2563 (not known)."""
    if year >= FIRST_YEAR_OF_WORDS:
        return _WORDS
    return tuple(found for _least, found in _LETTERS) if year >= FIRST_YEAR_OF_LETTERS else ()


def band(
    year: int, total: Number | None, iit: Number | None = None, eit: Number | None = None, oit: Number | None = None
) -> Band | None:
    """The band of a result in fiscal year `year`; None where it is not known.

    FY2563-2565: letters, by the total alone. FY2566 and later: words; the two best ask the same of every instrument,
    so they are not known before all three are. A total below 85 needs nothing else.
    """
    points = rounded(total)
    if points is None or year < FIRST_YEAR_OF_LETTERS:
        return None
    if year < FIRST_YEAR_OF_WORDS:
        return next(found for least, found in _LETTERS if points >= least)
    if points < PASS_LINE:
        return IMPROVE if points >= 70 else IMPROVE_AT_ONCE
    parts = [rounded(score) for score in (iit, eit, oit)]
    known = [part for part in parts if part is not None]
    if any(part < PASS_LINE for part in known):
        return PASSED
    if len(known) < len(parts):
        return None
    return EXCELLENT if points >= 95 and min(known) >= 95 else GOOD
