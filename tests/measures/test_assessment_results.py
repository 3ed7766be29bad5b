"""Results of the assessment: what the database keeps, what the acts do, what is counted beside what was published."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from ita_portal.refusals import RefusedError, guard_of
from measures.assessment import reading, services
from measures.assessment.entry import QuestionEntry, ResultEntry, entry_of
from measures.assessment.practice import Expected, Practice, PracticeSource, practice_of, practice_sources
from measures.assessment.structure import known_years, structure
from measures.models import AssessmentResult, IndicatorScore, QuestionScore

from ..cast import Cast
from .assessment_samples import entry, published

D = Decimal


def refused(error: pytest.ExceptionInfo[RefusedError]) -> tuple[str, str]:
    return error.value.code, error.value.field


# What the files say ---------------------------------------------------------------------------------------------------


def test_the_structure_is_keyed_by_year_and_invents_nothing() -> None:
    assert known_years() == tuple(range(2563, 2570))
    for year in known_years():
        found = structure(year)
        assert [one.number for one in found.indicators] == list(range(1, 11)), year
        assert sum(found.weights.values()) == 100
        codes = [item.code for item in found.items]
        assert len(codes) == len(set(codes)), year
        for item in found.items:
            indicator = found.indicator(item.indicator)
            assert indicator is None or indicator.instrument == item.instrument, (year, item.code)
            assert bool(item.text) or not item.is_sure, "what is not known is not shown as official"
    old, real = structure(2563), structure(2566)
    assert (len(old.of("IIT")), len(old.of("EIT")), len(old.of("OIT"))) == (30, 15, 0)
    assert (len(real.of("IIT")), len(real.of("EIT")), len(real.of("OIT"))) == (7, 5, 43)
    assert len(structure(2567).of("OIT")) == 35
    # The same code is another question in another year.
    asset, before = real.item("I19"), old.item("I19")
    assert asset and before and asset.text != before.text and before.answers == "reversed"
    assert [part.answers for part in old.item("I11").items] == ["levels", "reversed"]  # type: ignore[union-attr]
    assert not real.item("I27").is_sure and real.item("O34").is_sure  # type: ignore[union-attr]
    sizes: dict[str, int] = {}
    for item in real.of("OIT"):
        sizes[item.sub_indicator] = sizes.get(item.sub_indicator, 0) + 1
    assert sizes == {"9.1": 10, "9.2": 8, "9.3": 4, "9.4": 4, "9.5": 4, "10.1": 8, "10.2": 5}
    unknown = structure(2571)
    assert not unknown.is_known and not unknown.items and len(unknown.indicators) == 10
    assert not any(one.is_complete for one in unknown.indicators)


# Acts -----------------------------------------------------------------------------------------------------------------


def test_a_year_begins_with_what_is_known_of_it(cast: Cast) -> None:
    draft = services.begin_result(2566, by=cast.secretary)
    assert services.begin_result(2566, by=cast.secretary) == draft, "one draft of a year"
    said = entry_of(draft)
    assert len(said.questions) == 55 and set(said.scores().values()) == {None}
    assert [one.code for one in said.questions[:3]] == ["I1", "I7", "I8"]
    assert services.begin_result(2570, by=cast.secretary).questions.count() == 0
    for year in (2571, 2499, 99999):
        with pytest.raises(RefusedError) as error:
            services.begin_result(year, by=cast.secretary)
        assert refused(error) == ("year_to_come", "fiscal_year")
    for person in (cast.staff, cast.mayor, cast.admin):
        with pytest.raises(RefusedError) as error:
            services.begin_result(2566, by=person)
        assert error.value.code == "not_yours"


def test_written_published_corrected(cast: Cast) -> None:
    draft = services.begin_result(2566, by=cast.secretary)
    said = entry(2566, total="84.10", scores={"I7": "62.50", "O31": "0"}, note="เลข 1234567890123")
    saved = services.save_result(draft, said, by=cast.secretary, edits=0)
    assert saved.edits == 1 and "1234567890123" not in saved.note
    same = entry_of(AssessmentResult.objects.get(pk=draft.pk))
    assert services.save_result(draft, same, by=cast.secretary, edits=1).edits == 1, "the same once more is no change"
    with pytest.raises(RefusedError) as error:
        services.save_result(draft, said, by=cast.secretary, edits=0)
    assert error.value.code == "changed"
    first = services.publish_result(draft, by=cast.secretary, edits=1, seen=0)
    assert (first.number, first.is_current, first.published_by) == (1, True, cast.secretary)
    with pytest.raises(RefusedError) as error:
        services.save_result(first, said, by=cast.secretary)
    assert error.value.code == "result_published_stays"
    with pytest.raises(RefusedError) as error:
        services.begin_result(2566, by=cast.secretary)
    assert refused(error) == ("correction_without_reason", "reason")

    second = services.begin_result(2566, by=cast.secretary, reason="ป.ป.ช. แก้ไขคะแนนหลังอุทธรณ์")
    copied = entry_of(second)
    assert copied.scores() == same.scores() and copied.reason
    services.save_result(second, replace(copied, total=D("85.20")), by=cast.secretary)
    services.publish_result(second, by=cast.secretary, seen=1)
    assert [(row.number, row.is_current) for row in AssessmentResult.objects.order_by("number")] == [
        (1, False), (2, True),
    ]  # fmt: skip
    assert reading.year_result(2566).total.published == D("85.20")
    assert reading.year_result(2566, version=1).total.published == D("84.10"), "what was published stays readable"


def test_what_is_not_published(cast: Cast) -> None:
    draft = services.begin_result(2565, by=cast.secretary)
    for said, code in (
        (ResultEntry(source="ป.ป.ช."), "result_empty"),
        (ResultEntry(total=D("90")), "no_source"),
    ):
        services.save_result(draft, said, by=cast.secretary)
        with pytest.raises(RefusedError) as error:
            services.publish_result(draft, by=cast.secretary)
        assert error.value.code == code
    services.save_result(draft, ResultEntry(total=D("90"), source="ป.ป.ช."), by=cast.secretary)
    with pytest.raises(RefusedError) as error:
        services.publish_result(draft, by=cast.secretary, seen=3)
    assert error.value.code == "followed"
    with pytest.raises(RefusedError) as error:
        services.publish_result(draft, by=cast.mayor)
    assert error.value.code == "not_yours"
    services.discard_result(draft, by=cast.secretary)
    with pytest.raises(RefusedError) as error:
        services.publish_result(draft, by=cast.secretary)
    assert error.value.code == "gone"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (ResultEntry(total=D("100.01")), "result_score_0_to_100"),
        (ResultEntry(instruments={"EIT": D("-0.01")}), "result_score_0_to_100"),
        (ResultEntry(indicators={3: D("101")}), "indicator_score_0_to_100"),
        (ResultEntry(questions=(QuestionEntry("I1", "IIT", D("100.5")),)), "question_score_0_to_100"),
        (ResultEntry(questions=(QuestionEntry("O1", "OIT", D("50")),)), "question_score_of_item_is_all_or_nothing"),
        (ResultEntry(questions=(QuestionEntry("I1", "IIT"), QuestionEntry("I1", "IIT"))), "question_score_once"),
        (ResultEntry(questions=(QuestionEntry("X1", "XXX"),)), "question_score_instrument_known"),
        (ResultEntry(questions=(QuestionEntry("I1", "IIT", mark="sure"),)), "question_score_mark_known"),
        (ResultEntry(source_url="javascript:alert(1)"), "result_source_is_address"),
        (ResultEntry(level="AAA"), "level_unknown"),
    ],
)
def test_what_the_database_refuses(cast: Cast, said: ResultEntry, code: str) -> None:
    draft = services.begin_result(2565, by=cast.secretary)
    with pytest.raises(RefusedError) as error:
        services.save_result(draft, said, by=cast.secretary)
    assert error.value.code == code and str(error.value)
    assert AssessmentResult.objects.get(pk=draft.pk).edits == 0


def test_what_is_published_stays(cast: Cast) -> None:
    done = published(cast.secretary, 2565, total="90")
    row, indicator = done.questions.first(), done.indicators.first()
    assert row and indicator
    drafted: dict[str, Any] = {"fiscal_year": 2563, "made_by": cast.secretary}
    for guard, act in (
        ("result_published_stays", lambda: AssessmentResult.objects.filter(pk=done.pk).update(total=1)),
        ("result_scores_stay", lambda: AssessmentResult.objects.filter(pk=done.pk).delete()),
        ("result_scores_stay", lambda: QuestionScore.objects.filter(pk=row.pk).update(score=1)),
        ("result_scores_stay", lambda: QuestionScore.objects.filter(pk=row.pk).delete()),
        ("result_scores_stay", lambda: QuestionScore.objects.create(result=done, instrument="IIT", code="I99")),
        ("result_scores_stay", lambda: IndicatorScore.objects.filter(pk=indicator.pk).update(score=None)),
        ("result_published_stays", lambda: AssessmentResult.objects.create(**drafted, state="published")),
        ("result_weights_are_whole", lambda: AssessmentResult.objects.create(**drafted, weight_oit=41)),
        ("result_year_buddhist", lambda: AssessmentResult.objects.create(**{**drafted, "fiscal_year": 2023})),
        ("result_published_by_somebody", lambda: AssessmentResult.objects.create(**drafted, number=1)),
        ("indicator_score_instrument_known", lambda: _draft_indicator(cast, instrument="ABC")),
        ("indicator_score_once", lambda: _draft_indicator(cast, number=1)),
    ):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            act()
        assert guard_of(error.value) == guard


def _draft_indicator(cast: Cast, **values: Any) -> IndicatorScore:
    draft = services.begin_result(2564, by=cast.secretary)
    made: IndicatorScore = IndicatorScore.objects.create(
        **{"result": draft, "number": 20, "instrument": "IIT", "name": "ก", **values}
    )
    return made


# What is counted ------------------------------------------------------------------------------------------------------


def test_counted_beside_published(cast: Cast) -> None:
    """Every item but one of 9.2 disclosed: 97.50; the assessor's 97.40 is shown with the difference, not replaced."""
    oit = {item.code: "100" for item in structure(2566).of("OIT")} | {"O11": "0"}
    published(
        cast.secretary, 2566, scores=oit, total="86.00", level="good",
        indicators={1: "80", 2: "70", 3: "75", 4: "85", 5: "90", 6: "90", 7: "88.50", 8: "77", 9: "97.40"},
        instruments={"IIT": "80.00"},
    )  # fmt: skip
    found = reading.year_result(2566)
    nine = found.indicators[8].line
    assert (nine.published, nine.computed, nine.difference) == (D("97.40"), D("97.50"), D("-0.10"))
    assert not nine.may_be_rounding and nine.score == D("97.40")
    ten = found.indicators[9].line
    assert ten.is_computed and ten.score == 100
    iit, eit, oit_ = (one.line for one in found.instruments)
    assert (iit.published, iit.computed, iit.difference) == (D("80.00"), D("80.00"), None)
    assert eit.is_computed and eit.computed == D("85.17")
    # From the published 97.40: (97.40 + 100) / 2, times 40 percent.
    assert oit_.computed == D("98.70") and found.instruments[2].points == D("39.48")
    assert found.total.computed == D("89.03") and found.total.difference == D("-3.03")
    # The assessor's word, and what the rule gives: IIT is below 85.
    assert found.band and found.band.label == "ผ่านดี" and found.counted_band and found.bands_differ
    assert found.counted_band.label == "ผ่าน"
    assert {line.code for line in found.differing} == {"9", "total"}
    assert found.weakest[0].line.code == "O11" and found.weakest[0].line.is_weak


def test_unknown_is_not_counted(cast: Cast) -> None:
    """Of FY2566 not all questions of IIT are known: their mean is nobody's score. One unknown item leaves 9 unknown."""
    oit = {item.code: "100" for item in structure(2566).of("OIT") if item.code != "O5"}
    published(cast.secretary, 2566, scores={**oit, "I7": "62.50", "I8": "0"})
    found = reading.year_result(2566)
    assert [one.line.score for one in found.indicators] == [None] * 9 + [D("100.00")]
    assert found.total.score is None and found.shown_band is None
    assert [one.line.code for one in found.weakest[:2]] == ["I8", "I7"] and found.weakest[0].line.score == 0
    assert "O5" in {one.line.code for one in found.unknown}
    assert found.needs_handbook


def test_a_whole_year_from_its_questions(cast: Cast) -> None:
    """FY2565: all questions of IIT and EIT are known, so their scores come from the questions; letters by the total."""
    scores = {item.code: "80" for item in structure(2565).items} | {"I1": "33.33", "E1": "100"}
    published(cast.secretary, 2565, scores=scores, indicators={9: "93.50", 10: "100"})
    found = reading.year_result(2565)
    assert [one.line.computed for one in found.indicators[:2]] == [D("72.22"), D("80.00")]
    assert [one.line.computed for one in found.instruments] == [D("78.44"), D("81.33"), D("96.75")]
    assert found.instruments[2].points == D("38.70")
    assert found.total.computed == D("86.63") and found.shown_band and found.shown_band.key == "A"


def test_years_are_read_in_three_queries(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for year in (2563, 2564, 2565):
        published(cast.secretary, year, total=str(year - 2480))
        with django_assert_num_queries(3):
            found = reading.results_over_years()
    assert [(one.year, one.total.score) for one in found] == [(2563, 83), (2564, 84), (2565, 85)]
    assert [one.year for one in reading.results_over_years(before=2565)] == [2563, 2564]
    with django_assert_num_queries(1):
        assert reading.question_scores(2565) == {}


# Practice -------------------------------------------------------------------------------------------------------------


def test_a_practice_stands_beside_the_real_score(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert practice_of(2566) is None
    monkeypatch.setattr(practice_sources, "_items", {})
    practice_sources.register("one", PracticeSource(lambda _year: None))
    practice_sources.register("two", PracticeSource(_fake, topics=("surveys",)))
    published(cast.secretary, 2566, scores={"I7": "62.50"})
    found = reading.year_result(2566)
    assert found.practice and found.practice.url == "/surveys/1/results/"
    seven = next(one.line for one in found.questions if one.line.code == "I7")
    assert (seven.score, seven.expected, seven.practice and seven.practice.n) == (D("62.50"), D("66.67"), 12)
    assert found.indicators[1].line.expected == 70 and found.indicators[0].line.expected is None
    assert found.instruments[0].line.expected == D("71.50")
    assert reading.year_result(2566, with_practice=False).practice is None
    assert practice_of(2560) is None


def _fake(year: int) -> Practice | None:
    if year != 2566:
        return None
    return Practice(
        questions={("IIT", "I7"): Expected(12, Decimal("66.67"))}, indicators={2: Expected(12, 70)},
        instruments={"IIT": Expected(12, Decimal("71.5"))}, url="/surveys/1/results/",
    )  # fmt: skip
