"""The arithmetic of the assessment: published rows hold, nothing is rounded on the way, unknown is never zero."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.assessment import scoring
from measures.assessment.scoring import (
    band,
    disclosure_score,
    indicator_score,
    instrument_score,
    level_value,
    mean,
    question_score,
    rounded,
    total,
    weighted,
    yes_no_value,
)

D = Decimal
ITEMS_2566_9 = (10, 8, 4, 4, 4)
"""Items of the sub-indicators 9.1 to 9.5 in FY2566; `ITEMS_2567_9` those of FY2567."""
ITEMS_2567_9 = (6, 7, 4, 4, 4)


def _with_missing(sizes: tuple[int, ...], missing: dict[int, int]) -> list[list[int]]:
    return [[0] * missing.get(at, 0) + [100] * (size - missing.get(at, 0)) for at, size in enumerate(sizes)]


@pytest.mark.parametrize(("nine", "points"), [("93.50", "38.70"), ("97.50", "39.50"), ("97.14", "39.43")])
def test_published_rows_of_oit(nine: str, points: str) -> None:
    assert rounded(weighted(instrument_score([D(nine), 100]), 40)) == D(points)


def test_published_halves_come_from_whole_items() -> None:
    """The published 93.50, 97.50 and 97.14 are what the sub-indicators give, and 97.14 is not rounded before."""
    assert disclosure_score(_with_missing(ITEMS_2566_9, {1: 1})) == D("97.5")
    assert disclosure_score(_with_missing(ITEMS_2566_9, {0: 2, 1: 1})) == D("93.5")
    one_of_seven = disclosure_score(_with_missing(ITEMS_2567_9, {1: 1}))
    assert one_of_seven is not None and one_of_seven != D("97.14") and rounded(one_of_seven) == D("97.14")
    assert rounded(weighted(instrument_score([one_of_seven, 100]), 40)) == D("39.43")


def test_answers_are_worth_what_the_assessment_says() -> None:
    assert [level_value(level) for level in range(4)] == [D(0), D("33.33"), D("66.67"), D(100)]
    assert [level_value(level, is_reversed=True) for level in range(4)] == [D(100), D("66.67"), D("33.33"), D(0)]
    assert [yes_no_value(said, yes_is_good=True) for said in (False, True)] == [0, 100]
    assert [yes_no_value(said, yes_is_good=False) for said in (False, True)] == [100, 0]
    for wrong in (-1, 4, 33):
        with pytest.raises(ValueError, match="level"):
            level_value(wrong)


def test_sub_items_weigh_the_same_however_many_answered_them() -> None:
    assert question_score([[100, 100, 100], [0]]) == 50
    assert question_score([[D("33.33"), D("66.67"), D("66.67")]]) == Fraction(16667, 3) / 100


def test_unknown_is_never_zero() -> None:
    assert mean([]) is None and mean([100, None]) is None and mean([0]) == 0
    assert question_score([]) is None and question_score([[100], []]) is None
    assert indicator_score([100, None, 50]) is None and disclosure_score([[100], []]) is None
    assert total(90, None, 90) is None and total(0, 0, 0) == 0 and weighted(None, 40) is None
    assert rounded(None) is None


def test_rounds_half_up_only_at_the_end() -> None:
    assert [rounded(D(score)) for score in ("84.995", "84.994999", "0.005", "-0.005", "99.995")] == [
        D("85.00"), D("84.99"), D("0.01"), D("-0.01"), D("100.00"),
    ]  # fmt: skip
    thirds = indicator_score([D("33.33"), D("33.33"), D("33.34")])
    assert thirds == Fraction(10000, 300) and str(rounded(thirds)) == "33.33" and str(rounded(thirds, 0)) == "33"
    # Three questions of 33.335: rounded each on the way they would be 33.34.
    assert rounded(total(D("33.335"), D("33.335"), D("33.33"))) == D("33.33")


LETTERS = [
    ("100", "AA"), ("95", "AA"), ("94.99", "A"), ("85", "A"), ("84.99", "B"), ("75", "B"), ("74.99", "C"),
    ("65", "C"), ("64.99", "D"), ("55", "D"), ("54.99", "E"), ("50", "E"), ("49.99", "F"), ("0", "F"),
]  # fmt: skip


def test_letters_by_the_total_alone() -> None:
    for year in (2563, 2565):
        for points, letter in LETTERS:
            found = band(year, D(points), 0, 0, 0)
            assert found is not None and found.key == letter and found.passed == (D(points) >= 85), points
    assert band(2562, 90, 90, 90, 90) is None and scoring.bands(2562) == ()
    assert [found.key for found in scoring.bands(2564)] == ["AA", "A", "B", "C", "D", "E", "F"]


def test_words_ask_the_same_of_every_instrument() -> None:
    def word(points: str, *parts: str) -> str:
        found = band(2566, D(points), *(D(part) for part in parts))
        assert found is not None
        return found.label

    assert word("96", "95", "95", "97.5") == "ผ่านดีเยี่ยม"
    assert word("96", "94.99", "96", "97") == "ผ่านดี"
    assert word("94.99", "95", "95", "94.98") == "ผ่านดี"
    assert word("85", "85", "85", "85") == "ผ่านดี"
    assert word("96", "84.99", "100", "100") == "ผ่าน"
    assert word("84.99", "100", "100", "62") == "ต้องปรับปรุง"
    assert word("70", "70", "70", "70") == "ต้องปรับปรุง"
    assert word("69.99", "70", "70", "70") == "ต้องปรับปรุงโดยด่วน"
    # Judged by the two decimals that are published.
    assert word("84.995", "85", "85", "85") == "ผ่านดี" and word("84.9949", "85", "85", "85") == "ต้องปรับปรุง"


def test_a_band_that_depends_on_something_unknown_is_unknown() -> None:
    assert band(2566, None, 90, 90, 90) is None
    assert band(2566, 96, 96, None, 96) is None
    assert band(2566, 96, 80, None, None) == scoring.PASSED
    assert band(2566, 80) == scoring.IMPROVE
    assert band(2565, 96) == scoring.bands(2565)[0]


_scores = st.decimals(min_value=0, max_value=100, places=2)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.lists(_scores, min_size=1, max_size=4), min_size=1, max_size=4), min_size=5, max_size=5))
def test_equals_brute_force(answers: list[list[list[Decimal]]]) -> None:
    """Five indicators with questions of answers, against floats and against decimals rounded once at the end."""
    indicators = [indicator_score([question_score([given]) for given in questions]) for questions in answers]
    found = instrument_score(indicators)
    means = [[float(sum(given)) / len(given) for given in questions] for questions in answers]
    slow = sum(sum(part) / len(part) for part in means) / 5
    assert found is not None and abs(float(found) - slow) < 1e-9 and 0 <= found <= 100
    whole = total(found, found, found)
    assert whole == found
    exact = (D(found.numerator) / D(found.denominator)).quantize(D("0.01"), ROUND_HALF_UP)
    shown = rounded(found)
    assert shown is not None and abs(shown - exact) <= D("0.01") * (abs(float(found) * 100 % 1 - 0.5) < 1e-9)
    for year in (2565, 2566):
        one = band(year, whole, found, found, found)
        assert one is not None and one.passed == (shown >= 85) and one in scoring.bands(year)
