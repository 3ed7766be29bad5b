"""What the database itself refuses, by the constraint's name."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import translation

from measures.models import Measure, Plan, Progress, ProgressVersion, PublishedEvidence, Question
from measures.services import add_link_evidence, publish_progress, save_progress
from tests.cast import Cast


@pytest.fixture
def measure(published_plan: Plan) -> Measure:
    return Measure.objects.get(area__plan=published_plan, area__number=1)


def refused(name: str):  # type: ignore[no-untyped-def]
    return pytest.raises(IntegrityError, match=name)


@pytest.mark.parametrize("quarters", [[], [0], [5], [1, 1], [2, 1], [1, 2, 3, 4, 5]])
def test_a_schedule_is_a_set_of_quarters(measure: Measure, quarters: list[int]) -> None:
    with refused("measure_schedule_valid"), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(quarters=quarters)


@pytest.mark.parametrize("quarter", [0, 5])
def test_no_report_outside_quarters_1_to_4(measure: Measure, cast: Cast, quarter: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Progress.objects.create(measure=measure, quarter=quarter, updated_by=cast.secretary)


def test_no_report_outside_the_schedule(published_plan: Plan, cast: Cast) -> None:
    later = Measure.objects.get(quarters=[2, 3, 4])
    with refused("outside the schedule"), transaction.atomic():
        Progress.objects.create(measure=later, quarter=1, updated_by=cast.secretary)


@pytest.mark.parametrize("of_division", [False, True])
def test_one_report_for_measure_quarter_and_division(measure: Measure, cast: Cast, of_division: bool) -> None:
    division = cast.staff.division if of_division else None
    Progress.objects.create(measure=measure, quarter=1, division=division, updated_by=cast.secretary)
    with refused("progress_once_per_quarter"), transaction.atomic():
        Progress.objects.create(measure=measure, quarter=1, division=division, updated_by=cast.secretary)


def test_a_quarter_with_a_report_stays_in_the_schedule(measure: Measure, cast: Cast) -> None:
    Progress.objects.create(measure=measure, quarter=3, updated_by=cast.secretary)
    with refused("has a report"), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(quarters=[1, 2])
    Measure.objects.filter(pk=measure.pk).update(quarters=[3])
    measure.refresh_from_db()
    assert measure.quarters == [3]


def test_a_measure_with_a_report_is_not_deleted(measure: Measure, cast: Cast) -> None:
    Progress.objects.create(measure=measure, quarter=3, updated_by=cast.secretary)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM measures_measure WHERE id = %s", [measure.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_what_was_published_is_neither_changed_nor_deleted(measure: Measure, cast: Cast) -> None:
    row = save_progress(
        measure=measure, quarter=1, division=None, by=cast.secretary, revision=0, status="done", result="เสร็จ"
    )
    add_link_evidence(progress=row, url="https://example.org/", title="", by=cast.secretary)
    (version,) = publish_progress(reports=[row], by=cast.secretary)
    with pytest.raises(DatabaseError), transaction.atomic():
        ProgressVersion.objects.filter(pk=version.pk).update(result="อื่น")
    with pytest.raises(DatabaseError), transaction.atomic():
        ProgressVersion.objects.filter(pk=version.pk).delete()
    proof = PublishedEvidence.objects.filter(version=version)
    assert proof.count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        proof.delete()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE measures_planversion SET content = '{}'")


def test_evidence_is_one_of_three_kinds(measure: Measure, cast: Cast) -> None:
    row = Progress.objects.create(measure=measure, quarter=1, updated_by=cast.secretary)
    for wrong in (
        {"kind": "file", "title": "no file"},
        {"kind": "link", "title": "no address"},
        {"kind": "link", "title": "script", "url": "javascript:alert(1)"},
        {"kind": "record", "title": "no record", "url": "/x/"},
    ):
        with refused("evidence_is_file_link_or_record"), transaction.atomic():
            row.evidence.create(added_by=cast.secretary, **wrong)


def test_every_constraint_of_a_form_speaks_in_sentences() -> None:
    translation.activate("en")
    for model in (Plan, Question, Measure, Progress):
        for constraint in model._meta.constraints:
            assert " " in str(constraint.violation_error_message), constraint.name
            assert constraint.name not in str(constraint.violation_error_message)


def test_the_history_names_the_acting_person(measure: Measure, cast: Cast) -> None:
    client = cast.client("secretary")
    page = f"/admin/measures/issuearea/{measure.area_id}/change/"
    form = client.get(page).context["adminform"].form
    data = {name: form.initial.get(name, "") for name in form.fields} | {"title": "ชื่อใหม่โดยเลขานุการ"}
    for prefix in ("area_questions", "findings", "measures"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    assert client.post(page, data).status_code == 302
    event = type(measure.area).pgh_event_models["update"].objects.latest("pgh_id")
    assert event.title == "ชื่อใหม่โดยเลขานุการ"
    assert event.pgh_context.metadata["user"] == cast.secretary.pk
    shown = client.get(f"/admin/measures/issuearea/{measure.area_id}/history/").content.decode()
    assert "ชื่อใหม่โดยเลขานุการ" in shown
    assert str(cast.secretary) in shown


def test_an_assessment_cannot_be_later_than_its_plan(plan: Plan) -> None:
    plan.assessment_year = 2568
    with pytest.raises(ValidationError):
        plan.full_clean()
