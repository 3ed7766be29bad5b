"""The municipality's real plan: complete, and nothing changed in it but the listed repairs."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from measures.documents.plan_files import read_plan
from measures.documents.text import list_items, without_marker
from measures.plan_data import PlanData

DATA = Path(__file__).resolve().parents[2] / "measures" / "data"
DIVISIONS = {"สำนักปลัดเทศบาล": "สำนักปลัดเทศบาล"}
SOURCE = (DATA / "plan-2567-source.txt").read_text(encoding="utf-8")
REPAIRS = yaml.safe_load((DATA / "plan-2567-repairs.yaml").read_text(encoding="utf-8"))["repairs"]


@pytest.fixture(scope="module")
def plan() -> PlanData:
    """The transcription."""
    return read_plan((DATA / "plan-2567.yaml").read_bytes(), "yaml", DIVISIONS)


def shown(plan: PlanData) -> str:
    """Every text of the plan as its table shows it, one a line."""
    lines = []
    for area in plan.areas:
        lines.append(f"({area.number}) {area.title}")
        lines += [f"{question.code} {question.text}" for question in area.questions]
        lines += [finding.text for finding in area.findings]
        for measure in area.measures:
            lines += [measure.text, measure.schedule, *measure.divisions]
    return "\n".join([*lines, *plan.limitations])


def test_plan_has_the_shape_of_the_document(plan: PlanData) -> None:
    pairs = [question.code for area in plan.areas for question in area.questions]

    assert [area.number for area in plan.areas] == [1, 2, 3, 4, 5, 6, 7]
    assert (len(pairs), len(set(pairs))) == (14, 12)
    assert [len(area.findings) for area in plan.areas] == [1, 1, 1, 1, 2, 1, 1]
    assert [len(area.measures) for area in plan.areas] == [1, 2, 2, 3, 2, 1, 1]
    assert len(plan.limitations) == 3
    assert (plan.fiscal_year, plan.assessment_year) == (2567, 2566)


def test_schedules_and_owners_are_those_of_the_document(plan: PlanData) -> None:
    everyone = [(area.number, measure.all_divisions) for area in plan.areas for measure in area.measures]
    schedules = {
        area.number: {(measure.schedule, measure.quarters) for measure in area.measures} for area in plan.areas
    }

    assert {number for number, everybody in everyone if not everybody} == {5, 6}
    assert schedules[1] == schedules[2] == {("ทุกไตรมาส", (1, 2, 3, 4))}
    assert schedules[3] == schedules[4] == schedules[7] == {("ตลอดปีงบประมาณ", (1, 2, 3, 4))}
    assert schedules[5] == {("ไตรมาส 1,2,4", (1, 2, 4))}
    assert schedules[6] == {("ไตรมาส 2-4", (2, 3, 4))}


def test_each_finding_of_area_5_answers_its_own_question(plan: PlanData) -> None:
    assert [finding.questions for finding in plan.areas[4].findings] == [("I7",), ("I8",)]


def test_e10_keeps_both_of_its_wordings(plan: PlanData) -> None:
    wordings = {question.text for area in plan.areas for question in area.questions if question.code == "E10"}

    assert len(wordings) == 2


def pieces(repair: dict) -> list[str]:
    original = repair["original"]
    return original if isinstance(original, list) else [original]


@pytest.mark.parametrize("repair", REPAIRS, ids=[f"{n} {repair['place']}" for n, repair in enumerate(REPAIRS, 1)])
def test_repair_is_of_the_source_and_in_the_plan(repair: dict, plan: PlanData) -> None:
    text = shown(plan)
    before = repaired(upto=repair)

    for piece in pieces(repair):
        assert before.count(piece) == repair.get("times", 1)
    assert repair["repaired"] in text
    assert repair["reason"]
    if isinstance(repair["original"], list):
        assert "".join(repair["original"]) == repair["repaired"]
    else:
        assert SOURCE.count(repair["original"]) == repair.get("times", 1)
        assert repair["original"] not in text


def repaired(upto: dict | None = None) -> str:
    """The source with the repairs that come before `upto`, or with all of them."""
    text = SOURCE
    for repair in REPAIRS:
        if repair is upto:
            break
        first, *others = pieces(repair)
        for other in others:
            text = text.replace(other, "")
        text = text.replace(first, repair["repaired"])
    return text


def shown_in_source(text: str) -> Iterator[str]:
    """The source's table and closing section in the same form as `shown`."""
    table, _heading, closing = text.partition("การวิเคราะห์ข้อจำกัด")
    rows = [line.split("\t") for line in table.splitlines() if line.count("\t") == 5]
    columns: list[list[str]] = []
    for issue, question, finding, steps, schedule, owner in rows:
        if issue == "ประเด็น" or question == "ข้อคำถาม":
            continue
        if issue:
            yield from flattened(columns)
            columns = [[issue], [], [], [], [schedule], [owner]]
        columns[1].append(question)
        columns[2] += [without_marker(finding)] if finding else []
        # The scan put the entries of a cell on one line, each with its dash.
        columns[3] += list_items(tuple(re.split(r"\s(?=-)", steps))) if steps else []
    yield from flattened(columns)
    yield from (without_marker(line) for line in closing.splitlines() if re.match(r"\d\.", line))


def flattened(columns: list[list[str]]) -> Iterator[str]:
    """The texts of an area; its one time and owner hold for each of its steps."""
    if columns:
        yield from (*columns[0], *columns[1], *columns[2])
        for step in columns[3]:
            yield from (step, columns[4][0], *(owner for owner in columns[5] if owner != "ทุกสำนัก/กอง"))


def test_source_with_the_repairs_is_exactly_the_plan(plan: PlanData) -> None:
    assert list(shown_in_source(repaired())) == shown(plan).splitlines()


def test_cover_is_that_of_the_source(plan: PlanData) -> None:
    cover = SOURCE.split("\nประเด็น\t")[0]

    assert plan.title in cover
    assert plan.municipality in cover
    assert f"จัดทำโดย {plan.prepared_by}" in cover
