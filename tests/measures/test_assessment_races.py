"""Two officers and one result: each race first without its guard, then closed by it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pgtrigger
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from ita_portal.refusals import RefusedError, guard_of
from measures.assessment import answering, reading, services
from measures.assessment.entry import ResultEntry
from measures.models import AreaQuestion, AssessmentResult, Finding, IssueArea, Plan, Question, QuestionScore
from tests.races import at_once, begin, wait_until_blocked

from ..cast import Cast
from .assessment_samples import entry, published

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def without(*names: str) -> Iterator[None]:
    """The database without some constraints of the results; afterwards nothing is left of what slipped in."""
    constraints = [item for item in AssessmentResult._meta.constraints if item.name in names]
    assert len(constraints) == len(names)
    with connection.schema_editor() as editor:
        for constraint in constraints:
            editor.remove_constraint(AssessmentResult, constraint)
    try:
        yield
    finally:
        with pgtrigger.ignore("measures.AssessmentResult:published_stays"):
            for place, row in enumerate(AssessmentResult.objects.order_by("pk"), start=1):
                AssessmentResult.objects.filter(pk=row.pk).update(is_current=False, fiscal_year=2500 + place)
        with connection.schema_editor() as editor:
            for constraint in constraints:
                editor.add_constraint(AssessmentResult, constraint)


def test_a_year_begun_by_two(cast: Cast) -> None:
    found = at_once(*[lambda: services.begin_result(2566, by=cast.secretary)] * 3)
    assert len({one.pk for one in found}) == 1 and AssessmentResult.objects.count() == 1
    with without("result_one_draft"):
        with transaction.atomic():
            AssessmentResult.objects.create(fiscal_year=2565, made_by=cast.secretary)
            begin(lambda: AssessmentResult.objects.create(fiscal_year=2565, made_by=cast.secretary)).result(timeout=60)
        assert AssessmentResult.objects.filter(fiscal_year=2565).count() == 2, "open without the guard"


def test_published_by_two(cast: Cast) -> None:
    draft = services.begin_result(2566, by=cast.secretary)
    draft = services.save_result(draft, entry(2566, total="80"), by=cast.secretary)
    found = at_once(*[lambda: services.publish_result(draft, by=cast.secretary, edits=1, seen=0)] * 3)
    refused = sorted(one.code for one in found if isinstance(one, RefusedError))
    assert refused == ["result_published_stays"] * 2, found
    assert [row.number for row in AssessmentResult.objects.all()] == [1]


def test_two_versions_in_force(cast: Cast) -> None:
    """Past every act: open without the constraint, closed by it."""
    published(cast.secretary, 2566, total="80")
    drafts = [services.begin_result(year, by=cast.secretary) for year in (2564, 2565)]

    def put_in_force(draft: AssessmentResult, number: int) -> int:
        with pgtrigger.ignore("measures.AssessmentResult:bumps_measures_pages"):
            return AssessmentResult.objects.filter(pk=draft.pk).update(
                fiscal_year=2563, number=number, state="published", is_current=True, source="ก", reason="ข",
                published_by=cast.secretary, published_at=timezone.now(),
            )  # fmt: skip

    with transaction.atomic():
        put_in_force(drafts[0], 1)
        late = begin(lambda: put_in_force(drafts[1], 2))
        assert wait_until_blocked(late)
    with pytest.raises(IntegrityError) as error:
        late.result(timeout=60)
    assert guard_of(error.value) == "result_one_current"
    with without("result_one_current"):
        put_in_force(drafts[1], 2)
        assert AssessmentResult.objects.current().filter(fiscal_year=2563).count() == 2


def test_written_while_it_is_published(cast: Cast) -> None:
    """A score waits for the publication and does not slip into what is public."""
    draft = services.begin_result(2566, by=cast.secretary)
    services.save_result(draft, entry(2566, total="80"), by=cast.secretary)

    def slip_in() -> QuestionScore:
        made: QuestionScore = QuestionScore.objects.create(result=draft, instrument="IIT", code="I99", score=1)
        return made

    with transaction.atomic():
        services.publish_result(draft, by=cast.secretary)
        late = begin(slip_in)
        assert wait_until_blocked(late)
    with pytest.raises(IntegrityError) as error:
        late.result(timeout=60)
    assert guard_of(error.value) == "result_scores_stay"
    with pgtrigger.ignore("measures.QuestionScore:published_takes_none"):
        assert slip_in().pk, "open without the guard"


def test_saved_by_two(cast: Cast) -> None:
    draft = services.begin_result(2566, by=cast.secretary)
    found = at_once(
        *[
            lambda total=total: services.save_result(
                draft, ResultEntry(total=Decimal(total)), by=cast.secretary, edits=0
            )
            for total in (70, 80)
        ]
    )
    assert [one.code for one in found if isinstance(one, RefusedError)] == ["changed"]
    assert AssessmentResult.objects.get().edits == 1


def test_a_finding_sent_twice_at_once(cast: Cast, plan: Plan) -> None:
    published(cast.secretary, 2566, scores={"I7": "54.17"})
    question = reading.year_result(2566).weakest[0]
    area = IssueArea.objects.get(plan=plan, number=1)
    found = at_once(
        *[lambda: answering.answer_question(area=area, question=question, text="พบว่า", by=cast.secretary)] * 3
    )
    assert len({one.pk for one in found}) == 1
    assert Finding.objects.filter(area=area, text="พบว่า").count() == 1
    assert AreaQuestion.objects.filter(area=area, question__code="I7").count() == 1
    assert Question.objects.filter(code="I7").count() == 1
