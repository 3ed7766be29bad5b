"""Storing plans: all or nothing, every row keeps its identity, what is reported is never lost."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from measures.documents.plan_files import read_plan, write_plan
from measures.exporting import QUERIES, plan_data
from measures.importing import division_spellings, store_plan
from measures.models import AreaQuestion, Finding, IssueArea, Measure, Plan, Progress, Question, Responsibility
from measures.plan_data import AreaData, MeasureData, PlanData, PlanFileError
from organization.models import Division, Municipality, User

from .plan_samples import NAMES, OFFICE, REAL_PLAN, real_plan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    """Messages are compared in the language of the code."""
    with translation.override(None):
        yield


@pytest.fixture(autouse=True)
def _municipality() -> None:
    Municipality.objects.update_or_create(
        pk=1, defaults={"name": "เทศบาลตำบลคงสมบูรณ์", "district": "ท่าคันโท", "province": "กาฬสินธุ์"}
    )
    Division.objects.all().delete()
    for order, name in enumerate(NAMES, 1):
        aliases = ["สำนักปลัด"] if name == OFFICE else []
        Division.objects.create(name=name, order=order, aliases=aliases, short_name="กอง คลัง" if order == 2 else "")


@pytest.fixture
def by() -> User:
    """Who imports."""
    return User.objects.create_superuser("importer", password="not used")


@pytest.fixture
def stored(by: User) -> Plan:
    """The real plan, stored."""
    store_plan(real_plan(), by=by)
    return Plan.objects.get(fiscal_year=2567)


def with_area(plan: PlanData, number: int, **changes: object) -> PlanData:
    """The plan with one area changed."""
    return replace(plan, areas=tuple(replace(a, **changes) if a.number == number else a for a in plan.areas))


def area(plan: PlanData, number: int) -> AreaData:
    return next(area for area in plan.areas if area.number == number)


def report(plan: Plan, number: int, quarter: int, by: User, position: int = 1) -> Measure:
    """A report on a measure; the measure."""
    measure = Measure.objects.get(area__plan=plan, area__number=number, position=position)
    Progress.objects.create(measure=measure, quarter=quarter, updated_by=by)
    return measure


def refused(plan: PlanData, by: User) -> str:
    """Why the plan is refused; nothing of the database may have changed."""
    before = snapshot()
    with pytest.raises(PlanFileError) as caught:
        store_plan(plan, by=by)
    assert snapshot() == before
    return str(caught.value)


def snapshot() -> list[object]:
    """Everything that an import can change."""
    tables = (Plan, IssueArea, Question, AreaQuestion, Finding, Measure, Responsibility)
    return [list(table.objects.order_by("pk").values()) for table in tables]


# Storing ---------------------------------------------------------------------------------------------------


def test_real_plan_is_stored_whole(stored: Plan) -> None:
    assert stored.areas.count() == 7
    assert AreaQuestion.objects.filter(area__plan=stored).count() == 14
    assert Question.objects.filter(fiscal_year=2566).count() == 12
    assert Finding.objects.filter(area__plan=stored).count() == 8
    assert Measure.objects.filter(area__plan=stored).count() == 12
    assert stored.limitations.count() == 3


def test_what_is_stored_is_what_was_read(stored: Plan) -> None:
    assert plan_data(stored) == real_plan()


def test_one_question_has_one_row_and_deviating_wordings_beside_it(stored: Plan) -> None:
    first, last = AreaQuestion.objects.filter(area__plan=stored, question__code="E10").order_by("area__number")

    assert first.question_id == last.question_id
    assert (first.wording, first.text) == ("", first.question.text)
    assert last.wording == last.text != first.text


@pytest.mark.parametrize("kind", ["yaml", "docx", "xlsx"])
def test_export_import_export_gives_the_same_plan(stored: Plan, by: User, kind: str) -> None:
    exported = write_plan(plan_data(stored), kind)
    before = snapshot()
    outcome = store_plan(read_plan(exported, kind, division_spellings()), by=by)

    assert (outcome.created, outcome.changed, outcome.removed, outcome.lines) == (0, 0, 0, [])
    assert outcome.unchanged > 0
    assert snapshot() == before
    assert plan_data(stored) == read_plan(exported, kind, division_spellings())


def test_plan_without_identifiers_finds_its_measures_by_their_text(stored: Plan, by: User) -> None:
    before = plan_data(stored)
    outcome = store_plan(read_plan(REAL_PLAN.read_bytes(), "yaml", division_spellings()), by=by)

    assert (outcome.created, outcome.changed, outcome.removed) == (0, 0, 0)
    assert plan_data(stored) == before


def test_identifiers_survive_an_empty_database(stored: Plan, by: User) -> None:
    exported = plan_data(stored)
    stored.areas.all().delete()
    stored.limitations.all().delete()
    stored.delete()
    store_plan(exported, by=by)

    assert plan_data(Plan.objects.get()) == exported


def test_the_same_plan_for_another_year_gets_its_own_identifiers(stored: Plan, by: User) -> None:
    following = replace(plan_data(stored), fiscal_year=2568, assessment_year=2567)
    store_plan(following, by=by)
    ids = list(Measure.objects.values_list("public_id", flat=True))

    assert len(ids) == len(set(ids)) == 24
    assert Question.objects.filter(fiscal_year=2567).count() == 12
    assert Plan.objects.get(fiscal_year=2568).areas.count() == 7


def test_rewritten_and_new_measures(stored: Plan, by: User) -> None:
    plan = plan_data(stored)
    first, second = area(plan, 2).measures
    fresh = MeasureData("จัดเวทีรับฟังความคิดเห็น", (2,), "ไตรมาส 2", divisions=("กองช่าง", "กองคลัง"))
    outcome = store_plan(
        with_area(plan, 2, measures=(replace(first, text="ปรับปรุงช่องทาง", id=""), second, fresh)), by=by
    )
    after = area(plan_data(stored), 2).measures

    assert [measure.id for measure in after[:2]] == [first.id, second.id]
    assert after[0].text == "ปรับปรุงช่องทาง"
    assert after[2].divisions == ("กองคลัง", "กองช่าง")
    assert (outcome.created, outcome.changed, outcome.removed) == (1, 1, 0)
    assert any("changed: issue area 2, measure 1 “ปรับปรุงช่องทาง”" in line for line in outcome.lines)


def test_change_of_the_divisions_alone_is_a_change(stored: Plan, by: User) -> None:
    plan = plan_data(stored)
    (measure,) = area(plan, 6).measures
    outcome = store_plan(with_area(plan, 6, measures=(replace(measure, divisions=("กองช่าง",)),)), by=by)

    assert (outcome.created, outcome.changed, outcome.removed) == (0, 1, 0)
    assert area(plan_data(stored), 6).measures[0].divisions == ("กองช่าง",)


def test_measure_moves_to_another_area_with_its_reports(stored: Plan, by: User) -> None:
    moved = report(stored, 6, 2, by)
    plan = plan_data(stored)
    measures = area(plan, 6).measures
    plan = with_area(plan, 7, measures=(*area(plan, 7).measures, *measures))
    plan = replace(plan, areas=tuple(area for area in plan.areas if area.number != 6))
    store_plan(plan, by=by)

    moved.refresh_from_db()
    assert moved.area.number == 7
    assert moved.progress.count() == 1
    assert not stored.areas.filter(number=6).exists()


def test_areas_measures_and_limitations_that_are_left_out_go(stored: Plan, by: User) -> None:
    plan = plan_data(stored)
    plan = replace(plan, areas=plan.areas[1:], limitations=plan.limitations[:1])
    outcome = store_plan(plan, by=by)

    assert plan_data(stored) == plan
    assert outcome.removed == 4
    assert any(line.startswith("removed: issue area 1, measure 1") for line in outcome.lines)


def test_corrected_question_changes_its_one_row(stored: Plan, by: User) -> None:
    plan = plan_data(stored)
    (question,) = area(plan, 6).questions
    store_plan(with_area(plan, 6, questions=(replace(question, text="ถ้อยคำใหม่"),)), by=by)

    assert Question.objects.get(code="I27").text == "ถ้อยคำใหม่"
    assert AreaQuestion.objects.get(question__code="I27").wording == ""


def test_history_names_the_person(stored: Plan, by: User) -> None:
    from pghistory.models import Context

    assert {context.metadata["user"] for context in Context.objects.all()} == {by.pk}


# Refusing --------------------------------------------------------------------------------------------------


def test_quarter_with_a_report_cannot_be_left_out(stored: Plan, by: User) -> None:
    report(stored, 6, 4, by)
    plan = plan_data(stored)
    (measure,) = area(plan, 6).measures
    changed = with_area(plan, 6, measures=(replace(measure, quarters=(2, 3), schedule="ไตรมาส 2-3"),))

    assert refused(changed, by) == ("issue area 6, measure 1: the new time leaves out quarter 4, which has a report")


def test_measure_with_a_report_cannot_be_left_out(stored: Plan, by: User) -> None:
    report(stored, 4, 1, by, position=2)
    plan = plan_data(stored)
    first, _second, third = area(plan, 4).measures

    problem = refused(with_area(plan, 4, measures=(first, third)), by)
    assert problem.startswith("issue area 4, measure 2: the file leaves out the measure “ประชาสัมพันธ์คู่มือ")
    assert "quarter 1" in problem


def test_area_with_a_report_cannot_be_left_out(stored: Plan, by: User) -> None:
    report(stored, 7, 1, by)
    plan = plan_data(stored)

    assert "issue area 7, measure 1" in refused(replace(plan, areas=plan.areas[:6]), by)


def test_report_that_comes_between_check_and_change_is_refused_by_the_database(stored: Plan, by: User) -> None:
    """The check is only courtesy: the trigger has the last word, and the message is still one for people."""
    from measures import import_measures

    measure = report(stored, 6, 4, by)
    plan = plan_data(stored)
    changed = with_area(plan, 6, measures=(replace(area(plan, 6).measures[0], quarters=(2,), schedule="ไตรมาส 2"),))
    original = import_measures.MeasureStore.store

    def blind(self: import_measures.MeasureStore, rows: import_measures.Rows) -> None:
        self.reported.clear()
        original(self, rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_measures.MeasureStore, "store", blind)
        assert "has a report by now" in refused(changed, by)
    assert measure.progress.count() == 1


def test_unknown_division_and_figure_are_refused_together(stored: Plan, by: User) -> None:
    plan = plan_data(stored)
    (measure,) = area(plan, 6).measures
    changed = replace(measure, divisions=("กองเกษตร",), indicators=("measures.nothing",))

    problems = refused(with_area(plan, 6, measures=(changed,)), by)
    assert "no division “กองเกษตร”; it has: สำนักปลัดเทศบาล, กองคลัง" in problems
    assert "no live figure “measures.nothing”" in problems


def test_assessment_after_the_plan_is_refused(by: User) -> None:
    assert "fiscal year" in refused(replace(real_plan(), assessment_year=2568), by)


def test_dry_run_says_everything_and_stores_nothing(by: User) -> None:
    before = snapshot()
    outcome = store_plan(real_plan(), by=by, dry_run=True)

    assert snapshot() == before
    assert outcome.plan is None
    assert outcome.created == len(outcome.lines) == 1 + 7 + 12 + 14 + 8 + 12 + 3


# Queries and spellings -------------------------------------------------------------------------------------


def test_export_costs_the_same_for_a_plan_of_any_size(stored: Plan, by: User) -> None:
    def queries(plan: Plan) -> int:
        with CaptureQueriesContext(connection) as captured:
            plan_data(plan)
        return len(captured)

    small = replace(real_plan(), fiscal_year=2570, assessment_year=2569, areas=real_plan().areas[5:6])
    store_plan(small, by=by)

    assert queries(stored) == queries(Plan.objects.get(fiscal_year=2570)) == QUERIES


def test_divisions_are_known_by_name_short_name_and_aliases_without_spaces() -> None:
    spellings = division_spellings()

    assert spellings["สำนักปลัด"] == OFFICE
    assert spellings["กอง คลัง"] == spellings["กองคลัง"] == "กองคลัง"
    assert spellings["กองการศึกษาศาสนาและวัฒนธรรม"] == "กองการศึกษา ศาสนาและวัฒนธรรม"
    assert list(dict.fromkeys(spellings.values())) == list(NAMES)


# Commands --------------------------------------------------------------------------------------------------


def run(*arguments: object) -> str:
    """What a command says."""
    out = io.StringIO()
    call_command(*(str(argument) for argument in arguments), stdout=out)
    return out.getvalue()


def test_commands_there_and_back(by: User, tmp_path: Path) -> None:
    said = run("import_plan", REAL_PLAN, "--dry-run")
    assert "nothing was stored. New 57," in said
    assert not Plan.objects.exists()

    assert "Plan of 2567 stored as a draft. New 57," in run("import_plan", REAL_PLAN)
    plan = plan_data(Plan.objects.get())
    for kind in ("yaml", "docx", "xlsx"):
        file = tmp_path / f"แผน 2567.{kind}"
        run("export_plan", 2567, file)
        assert "New 0, changed 0, removed 0" in run("import_plan", file, "--fiscal-year", 2567)
        assert plan_data(Plan.objects.get()) == plan
        assert read_plan(file.read_bytes(), kind, division_spellings()) == plan


def test_export_makes_a_pdf(stored: Plan, tmp_path: Path) -> None:
    run("export_plan", 2567, tmp_path / "plan.pdf")

    assert (tmp_path / "plan.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import_plan", "nowhere.yaml"], "nowhere.yaml"),
        (["import_plan", str(REAL_PLAN), "--fiscal-year", "2568"], "2568 was asked for"),
        (["import_plan", str(REAL_PLAN), "--by", "nobody"], "nobody"),
        (["export_plan", "2599", "plan.yaml"], "no plan of fiscal year 2599"),
        (["export_plan", "2567", "plan.odt"], ".yaml, .docx, .xlsx or .pdf"),
        (["export_plan", "2567", "/nowhere/plan.yaml"], "/nowhere/plan.yaml"),
    ],
)
def test_commands_refuse_with_a_reason(stored: Plan, arguments: list[str], message: str) -> None:
    before = snapshot()
    with pytest.raises(CommandError, match=message.replace(".", r"\.")):
        run(*arguments)
    assert snapshot() == before


def test_import_needs_a_person() -> None:
    with pytest.raises(CommandError, match="--by"):
        run("import_plan", REAL_PLAN)


def test_failed_export_leaves_the_old_file(stored: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text("old")
    monkeypatch.setattr(Path, "replace", lambda *_arguments: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(CommandError, match="No space left"):
        run("export_plan", 2567, file)

    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]
