"""Races: each is first shown without its guard, then closed by it."""

import pgtrigger
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from measures.models import Measure, Plan, PlanVersion, Progress, ProgressVersion
from measures.services import StaleReportError, publish_plan, publish_progress, roll_forward, save_progress
from organization.models import User
from tests.cast import Cast
from tests.races import at_once, begin, wait_until_blocked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def measure(published_plan: Plan) -> Measure:
    return Measure.objects.get(area__plan=published_plan, area__number=1)


def insert_third_quarter(measure: Measure, by: User) -> Progress:
    return Progress.objects.create(measure=measure, quarter=3, updated_by=by)


class TestScheduleAgainstReport:
    """One person takes quarter 3 out of the schedule while another begins its report."""

    def test_open_without_the_guard(self, measure: Measure, cast: Cast) -> None:
        def unguarded() -> Progress:
            with pgtrigger.ignore("measures.Progress:only_scheduled_quarters"):
                return insert_third_quarter(measure, cast.staff)

        with transaction.atomic():
            Measure.objects.filter(pk=measure.pk).update(quarters=[1, 2])
            # The insert still takes a key lock for its foreign key, which an update of other columns lets through.
            begin(unguarded).result(timeout=30)
        measure.refresh_from_db()
        assert measure.quarters == [1, 2]
        assert measure.progress.filter(quarter=3).exists(), "a report of a quarter that is not scheduled"

    def test_closed_when_the_schedule_comes_first(self, measure: Measure, cast: Cast) -> None:
        with transaction.atomic():
            Measure.objects.filter(pk=measure.pk).update(quarters=[1, 2])
            late = begin(lambda: insert_third_quarter(measure, cast.staff))
            assert wait_until_blocked(late)
        with pytest.raises(IntegrityError, match="outside the schedule"):
            late.result(timeout=30)
        assert not measure.progress.exists()

    def test_closed_when_the_report_comes_first(self, measure: Measure, cast: Cast) -> None:
        with transaction.atomic():
            insert_third_quarter(measure, cast.staff)
            late = begin(lambda: Measure.objects.filter(pk=measure.pk).update(quarters=[1, 2]))
            assert wait_until_blocked(late)
        with pytest.raises(IntegrityError, match="has a report"):
            late.result(timeout=30)
        measure.refresh_from_db()
        assert 3 in measure.quarters


class TestTwoBeginTheSameReport:
    """Two officers save the first words on the same measure and quarter."""

    CONSTRAINT = "progress_once_per_quarter"

    def test_open_without_the_guard(self, measure: Measure, cast: Cast) -> None:
        constraint = next(found for found in Progress._meta.constraints if found.name == self.CONSTRAINT)
        with connection.schema_editor() as editor:
            editor.remove_constraint(Progress, constraint)
        try:
            with transaction.atomic():
                insert_third_quarter(measure, cast.secretary)
                begin(lambda: insert_third_quarter(measure, cast.staff)).result(timeout=30)
            assert measure.progress.count() == 2
        finally:
            Progress.objects.all().delete()
            with connection.schema_editor() as editor:
                editor.add_constraint(Progress, constraint)

    def test_closed(self, measure: Measure, cast: Cast) -> None:
        def save(by: User, words: str) -> Progress:
            return save_progress(
                measure=measure, quarter=3, division=None, by=by, revision=0, status="in_progress", result=words
            )

        results = at_once(lambda: save(cast.secretary, "ก"), lambda: save(cast.staff, "ข"))
        assert sorted(type(result).__name__ for result in results) == ["Progress", "StaleReportError"]
        assert measure.progress.count() == 1


class TestTwoSaveTheSameReport:
    """Two officers have the same report open and both save."""

    @pytest.fixture
    def report(self, measure: Measure, cast: Cast) -> Progress:
        return save_progress(
            measure=measure, quarter=1, division=None, by=cast.secretary, revision=0, status="in_progress", result="เดิม"
        )

    def test_open_without_the_guard(self, report: Progress) -> None:
        mine, theirs = Progress.objects.get(pk=report.pk), Progress.objects.get(pk=report.pk)
        for copy, words in ((mine, "ของฉัน"), (theirs, "ของเขา")):
            copy.result = words
        at_once(mine.save, theirs.save)
        report.refresh_from_db()
        assert report.result in ("ของฉัน", "ของเขา"), "and the other's words are lost without a word"

    def test_closed(self, report: Progress, measure: Measure, cast: Cast) -> None:
        def save(by: User, words: str) -> Progress:
            return save_progress(
                measure=measure,
                quarter=1,
                division=None,
                by=by,
                revision=report.revision,
                status="in_progress",
                result=words,
            )

        results = at_once(lambda: save(cast.secretary, "ของฉัน"), lambda: save(cast.staff, "ของเขา"))
        kept = [result for result in results if isinstance(result, Progress)]
        assert len(kept) == 1
        assert sum(isinstance(result, StaleReportError) for result in results) == 1
        report.refresh_from_db()
        assert report.result == kept[0].result


class TestTwoPublish:
    """Two officers press "publish" at the same moment."""

    def test_open_without_the_guard(self, measure: Measure, cast: Cast) -> None:
        def unguarded(number: int) -> None:
            ProgressVersion.objects.create(
                measure=measure,
                plan=measure.area.plan,
                quarter=1,
                number=number,
                status="done",
                published_by=cast.secretary,
            )

        constraint = next(
            found for found in ProgressVersion._meta.constraints if found.name == "progress_one_current_version"
        )
        with connection.schema_editor() as editor:
            editor.remove_constraint(ProgressVersion, constraint)
        try:
            at_once(lambda: unguarded(1), lambda: unguarded(2))
            assert ProgressVersion.objects.current().count() == 2, "the public would see two truths"
        finally:
            ProgressVersion.objects.filter(number=1).update(is_current=False)
            with connection.schema_editor() as editor:
                editor.add_constraint(ProgressVersion, constraint)

    def test_closed_for_reports(self, measure: Measure, cast: Cast) -> None:
        report = save_progress(
            measure=measure, quarter=1, division=None, by=cast.secretary, revision=0, status="done", result="เสร็จ"
        )
        results = at_once(*[lambda: publish_progress(reports=[report], by=cast.secretary)] * 4)
        assert sorted(len(result) for result in results) == [0, 0, 0, 1]
        assert ProgressVersion.objects.count() == 1

    def test_closed_for_plans(self, published_plan: Plan, cast: Cast) -> None:
        published_plan.areas.filter(number=1).update(title="ชื่อใหม่")
        results = at_once(*[lambda: publish_plan(plan=published_plan, by=cast.secretary)] * 4)
        assert {result.number for result in results} == {2}
        assert PlanVersion.objects.count() == 2


def test_two_roll_the_same_plan_forward(published_plan: Plan, cast: Cast) -> None:
    results = at_once(*[lambda: roll_forward(plan=published_plan, by=cast.secretary)] * 3)
    assert sum(isinstance(result, Plan) for result in results) == 1
    assert not any(isinstance(result, DatabaseError) for result in results)
    assert Plan.objects.filter(fiscal_year=2568).count() == 1
