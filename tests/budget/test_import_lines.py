"""A file of lines against a draft: which line a row is, what changes, what is stored, and that it is stored once."""

from __future__ import annotations

import datetime as dt
import os
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from budget.choices import Approver, PlanKind
from budget.errors import RefusedError, guard_of
from budget.importing.found import Found
from budget.importing.known import Known
from budget.importing.lines import Draft
from budget.importing.record import Options, store_upload, upload_file
from budget.importing.template import line_rows, template_columns, template_xlsx
from budget.models import LineVersion, Revision, Transfer, Upload
from budget.services.lines import Approval, add_line
from budget.services.plans import Words, discard, publish, revise
from ita_portal.spreadsheets import XLSX_TYPE
from ita_portal.tables.reading import accept_table

from ..cast import Cast
from ..races import at_once
from .factories import YEAR, draft, mark, paper, published, road, told, version
from .import_files import HEAD, PAPER, ROAD, SimpleUploadedFile, csv_file, portal_csv, xlsx_file

pytestmark = pytest.mark.django_db
EXECUTIVE = Approval(Approver.EXECUTIVE, dt.date(2026, 1, 15), "กส 52301/15")
COUNCIL = Approval(Approver.COUNCIL, dt.date(2026, 1, 15), "มติสภา 1/2569")
MOVED = ("รหัส", "แผนงาน", "รายการ", "งบประมาณ", "โอนเพิ่ม", "โอนลด")


def uploaded(target: Any, file: Any, cast: Cast, approval: Approval | None = None) -> tuple[Upload, Found]:
    return upload_file(target, accept_table(file), Options(approval), by=cast.budget)


def stored(target: Revision, file: Any, cast: Cast, approval: Approval | None = None) -> Found:
    upload, found = uploaded(target, file, cast, approval)
    assert [problem.english for problem in found.problems] == []
    store_upload(upload, by=cast.budget)
    target.refresh_from_db()
    return found


def reasons(found: Found) -> list[tuple[int, str]]:
    return [(problem.line, problem.cell) for problem in found.problems]


def following(ordinance: Revision, cast: Cast) -> Revision:
    return revise(ordinance.plan, Words(title="แก้ไข", reason="โอน"), by=cast.budget, form_mark=mark())


def exported(revision: Revision) -> SimpleUploadedFile:
    """The template with the lines of a draft."""
    columns = template_columns(revision.plan.kind, YEAR)
    content = template_xlsx(revision.plan.kind, YEAR, line_rows(Draft.load(revision), Known.load(), columns))
    return SimpleUploadedFile("lines.xlsx", content, XLSX_TYPE)


def test_a_file_becomes_the_lines_of_a_draft_and_again_changes_nothing(cast: Cast) -> None:
    made = draft(cast.budget)
    rows = (HEAD, ("x-7", *ROAD[1:6], "กองช่าง", "฿๑๒๐,๐๐๐.๒๕"), PAPER, ("", "รวมทั้งสิ้น", *[""] * 5, "200000.25"))
    found = stored(made, xlsx_file(rows), cast)
    assert (found.counts, found.same) == ({"new": 1, "changed": 0, "removed": 1}, 1)
    lines = list(made.versions.order_by("position").select_related("line"))
    assert [(line.line.code, line.original, line.revised, line.division_id is not None) for line in lines] == [
        ("x-7", Decimal("120000.25"), Decimal("120000.25"), True),
        ("0002", Decimal("80000.00"), Decimal("80000.00"), True),
    ]  # fmt: skip
    assert "หมู่ที่ 3" in lines[0].search
    again = stored(made, xlsx_file(rows), cast)
    assert (again.counts, again.same) == ({"new": 0, "changed": 0, "removed": 0}, 2)
    upload = Upload.objects.order_by("pk").last()
    assert upload is not None
    assert (upload.stored_by, upload.counts["rows"], upload.counts["same"], upload.problems) == (cast.budget, 2, 2, [])
    assert upload.target.endswith(str(YEAR))


def test_lines_without_codes_keep_themselves_by_their_words(cast: Cast) -> None:
    made = draft(cast.budget)
    before = dict(made.versions.values_list("line__code", "line_id"))
    changed = (*(cell for cell in PAPER[1:7]), 81000)
    found = stored(made, csv_file(HEAD[1:], ROAD[1:], changed, (*ROAD[1:5], "โครงการใหม่", "กองช่าง", 5)), cast)
    assert (found.counts, found.same) == ({"new": 1, "changed": 1, "removed": 0}, 1)
    assert found.shown["changed"][0]["changes"] == [["งบประมาณ (บาท)", "80,000.00", "81,000.00"]]
    after = dict(made.versions.values_list("line__code", "line_id"))
    assert {code: after[code] for code in before} == before
    assert set(after) == {*before, "0003"}
    # A column that the file does not have leaves the line as it is; a code without its zeros is known.
    assert version(made, "0001").place == road()["place"]
    found = stored(made, csv_file(("รหัส", "แผนงาน", "รายการ", "งบประมาณ", "สถานที่"), (1, "การโยธา", "ถนน", 7, "")), cast)
    assert found.counts == {"new": 0, "changed": 1, "removed": 2}
    assert (version(made, "0001").place, version(made, "0001").category) == ("", "land_buildings")


def test_rows_that_may_be_several_lines_are_refused(cast: Cast) -> None:
    made = draft(cast.budget, paper(), paper(original=Decimal(5)))
    head = ("แผนงาน", "หมวด", "รายการ", "งบประมาณ")
    row = ("บริหารงานทั่วไป", "ค่าวัสดุ", "วัสดุสำนักงาน")
    _upload, found = uploaded(made, csv_file(head, (*row, 6), (*row, 7)), cast)
    assert reasons(found) == [(2, "C2"), (3, "C3")]
    assert stored(made, csv_file(head, (*row, 5), (*row, 80001)), cast).counts["changed"] == 1
    assert {line.original for line in made.versions.all()} == {Decimal(5), Decimal(80001)}


def test_a_refused_file_is_recorded_and_stores_nothing(cast: Cast, ordinance_draft: Revision) -> None:
    upload, found = uploaded(ordinance_draft, csv_file(HEAD, ROAD, (*PAPER[:-1], "-3"), ROAD), cast)
    assert upload.counts["refused"] == 2
    assert upload.counts["rows"] == 3
    assert [(problem["row"], problem["cell"], problem["value"]) for problem in upload.problems] == [
        (3, "H3", "-3"), (4, "A4", "0001")
    ]  # fmt: skip
    assert all(problem["th"] and problem["en"] for problem in upload.problems)
    with pytest.raises(RefusedError) as refusal:
        store_upload(upload, by=cast.budget)
    assert refusal.value.code == "has_problems"
    assert ordinance_draft.versions.count() == 2
    upload, found = uploaded(ordinance_draft, csv_file(("ก", "ข"), (1, 2)), cast)
    assert (upload.problems[0]["row"], upload.counts["refused"], found.result) == (0, 1, [])


def test_a_file_is_stored_once_and_not_over_what_others_did(cast: Cast, ordinance_draft: Revision) -> None:
    first, _found = uploaded(ordinance_draft, csv_file(HEAD, ROAD), cast)
    same, _found = uploaded(ordinance_draft, csv_file(HEAD, ROAD), cast)
    other, _found = uploaded(ordinance_draft, csv_file(HEAD, PAPER), cast)
    assert first == same, "the same form sent twice is one record"
    store_upload(first, by=cast.budget)
    when = store_upload(first, by=cast.budget).stored_at
    assert store_upload(Upload.objects.get(pk=first.pk), by=cast.budget).stored_at == when
    with pytest.raises(RefusedError) as refusal:
        store_upload(other, by=cast.budget)
    assert refusal.value.code == "changed"
    assert [line.line.code for line in ordinance_draft.versions.select_related("line")] == ["0001"]
    with pytest.raises(RefusedError) as refusal:
        store_upload(other, by=cast.staff)
    assert refusal.value.code == "not_yours"
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Upload.objects.filter(pk=first.pk).update(stored_at=None, stored_by=None)
    assert guard_of(error.value) == "upload_kept"


def test_what_happened_to_the_draft_or_the_file_meanwhile_is_said(cast: Cast, ordinance_draft: Revision) -> None:
    upload, _found = uploaded(ordinance_draft, csv_file(HEAD, ROAD), cast)
    os.truncate(upload.file.path, 5)
    with pytest.raises(RefusedError) as refusal:
        store_upload(upload, by=cast.budget)
    assert refusal.value.code == "file_gone"
    upload, _found = uploaded(ordinance_draft, csv_file(HEAD, PAPER), cast)
    publish(ordinance_draft, by=cast.budget, edits=ordinance_draft.edits)
    with pytest.raises(RefusedError) as refusal:
        store_upload(upload, by=cast.budget)
    assert refusal.value.code == "revision_published_stays"
    lonely = draft(cast.budget, year=2570)
    upload, _found = uploaded(lonely, csv_file(HEAD, PAPER), cast)
    discard(lonely, by=cast.budget)
    with pytest.raises(RefusedError) as refusal:
        store_upload(Upload.objects.get(pk=upload.pk), by=cast.budget)
    assert refusal.value.code == "gone"


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_store_once(cast: Cast) -> None:
    made = draft(cast.budget)
    upload, _found = uploaded(made, csv_file(HEAD, ROAD), cast)
    results = at_once(*[lambda: store_upload(upload, by=cast.budget)] * 2)
    assert not any(isinstance(result, Exception) for result in results), results
    made.refresh_from_db()
    assert (made.edits, made.versions.count()) == (2, 1)


def test_in_a_revision_money_moves_by_approved_transfers(cast: Cast, ordinance: Revision) -> None:
    following_one = following(ordinance, cast)
    rows = (MOVED, ("0001", "การโยธา", "ถนน", 120000, "", 500), ("0002", "บริหารงานทั่วไป", "วัสดุ", 80000, 500, ""))
    upload, found = uploaded(following_one, csv_file(*rows), cast)
    assert (len(found.problems), found.asks) == (1, {"approver"})
    assert upload.problems[0]["row"] == 0
    stored(following_one, csv_file(*rows), cast, EXECUTIVE)
    assert version(following_one, "0001").revised == Decimal("119500.00")
    assert set(Transfer.objects.values_list("amount", "document_number")) == {(Decimal(500), "กส 52301/15")}
    publish(following_one, by=cast.budget, edits=following_one.edits)
    # What was published is told again, the next movement is the difference; a column with both signs says the same.
    third = following(Revision.objects.get(pk=following_one.pk), cast)
    net = ("รหัส", "แผนงาน", "รายการ", "งบประมาณ", "โอนเพิ่ม/ลด", "หลังโอน")
    stored(third, csv_file(net, ("0001", "การโยธา", "ถนน", 120000, -600, 119400), ("0002", "บริหารงานทั่วไป",
                                                                                   "วัสดุ", 80000, 600, "")),
           cast, EXECUTIVE)  # fmt: skip
    assert (version(third, "0001").transferred_out, version(third, "0002").transferred_in) == (
        Decimal(600),
        Decimal(600),
    )
    assert sum(third.transfers.values_list("amount", flat=True)) == Decimal(200)
    publish(third, by=cast.budget, edits=third.edits)


@pytest.mark.parametrize(
    ("rows", "places"),
    [
        ([("0001", "การโยธา", "ถนน", 119000, "", ""), ("0002", "บริหารงานทั่วไป", "วัสดุ", 80000, "", "")], [(2, "D2")]),
        ([("0001", "การโยธา", "ถนน", 120000, "", 9), ("0002", "บริหารงานทั่วไป", "วัสดุ", 80000, 8, "")], [(0, "")]),
        ([("0001", "การโยธา", "ถนน", 120000, "", "")], [(0, "")]),
        ([("0001", "การโยธา", "ถนน", 120000, "", 120001), ("0002", "บริหารงานทั่วไป", "วัสดุ", 80000, 120001,
                                                           "")], [(2, "F2")]),
        ([("0001", "การโยธา", "ถนน", 120000, "", ""), ("0002", "บริหารงานทั่วไป", "วัสดุ", 80000, "", ""),
          ("0009", "การโยธา", "ใหม่", 5, "", "")], [(4, "D4")]),
        ([("0001", "การโยธา", "ถนน", 120000, "", 5), ("0002", "บริหารงานทั่วไป", "วัสดุ", 80000, "", ""),
          ("0009", "การโยธา", "ใหม่", 0, 5, "")], [(0, "")]),
    ],
)  # fmt: skip
def test_what_a_revision_of_a_budget_refuses(
    cast: Cast, ordinance: Revision, rows: list[Any], places: list[tuple[int, str]]
) -> None:
    _upload, found = uploaded(following(ordinance, cast), csv_file(MOVED, *rows), cast, EXECUTIVE)
    assert reasons(found) == places


def test_a_new_item_comes_with_the_council(cast: Cast, ordinance: Revision) -> None:
    made = following(ordinance, cast)
    rows = (MOVED, ("0001", "การโยธา", "ถนน", 120000, "", 5), ("0002", "บริหารงานทั่วไป", "วัสดุ", 80000, "", ""),
            ("", "การโยธา", "ใหม่", 0, 5, ""))  # fmt: skip
    stored(made, csv_file(*rows), cast, COUNCIL)
    publish(made, by=cast.budget, edits=made.edits)
    assert version(made, "0003").revised == Decimal(5)


def test_a_spent_line_is_not_lost(cast: Cast) -> None:
    plan = published(cast.budget, road(original=Decimal(0)), paper())
    told(cast.budget, 3, {version(plan, "0001"): (0, 0)})
    _upload, found = uploaded(
        following(plan, cast), csv_file(MOVED, ("0002", "บริหารงานทั่วไป", "วัสดุ", 80000, "", "")), cast
    )
    assert ["0001" in problem.english for problem in found.problems] == [True]


def test_what_was_published_as_transferred_is_not_taken_back(cast: Cast, ordinance: Revision) -> None:
    made = following(ordinance, cast)
    rows = [("0001", "การโยธา", "ถนน", 120000, "", 500), ("0002", "บริหารงานทั่วไป", "วัสดุ", 80000, 500, "")]
    stored(made, csv_file(MOVED, *rows), cast, EXECUTIVE)
    publish(made, by=cast.budget, edits=made.edits)
    rows = [("0001", "การโยธา", "ถนน", 120000, "", 400), ("0002", "บริหารงานทั่วไป", "วัสดุ", 80000, 400, "")]
    _upload, found = uploaded(following(made, cast), csv_file(MOVED, *rows), cast, EXECUTIVE)
    assert reasons(found) == [(2, "F2"), (3, "E3")]


def test_what_is_exported_comes_back_as_it_is(cast: Cast, ordinance: Revision) -> None:
    strange = draft(
        cast.budget,
        road(item="=1+1", detail="-หนึ่ง\n@สอง", place="+ไม่มี"), paper(original=None, work=""),
        paper(item="รวม 3 รายการ", category="", source="reserves"), road(item="ค่าวัสดุ", division_id=None),
        year=2570,
    )  # fmt: skip
    for made in (following(ordinance, cast), strange):
        revision = Revision.objects.select_related("plan").get(pk=made.pk)
        columns = template_columns(revision.plan.kind, YEAR)
        csv = portal_csv([column.heading("en") for column in columns],
                         list(line_rows(Draft.load(revision), Known.load(), columns)))  # fmt: skip
        for file in (exported(revision), csv):
            _upload, found = uploaded(revision, file, cast)
            assert [problem.english for problem in found.problems] == []
            assert (found.counts, found.same) == (
                dict.fromkeys(("new", "changed", "removed"), 0),
                revision.versions.count(),
            )
    content = exported(strange)
    import openpyxl

    cells = [cell for row in openpyxl.load_workbook(content).worksheets[0].iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_plans_that_say_how_and_when_serve_lines_of_the_budget(cast: Cast, ordinance: Revision) -> None:
    action = draft(cast.budget, road(), kind=PlanKind.ACTION)
    head = ("แผนงาน", "โครงการ", "งบประมาณ", "เดือนที่เริ่ม", "เดือนที่สิ้นสุด", "รหัสงบประมาณ")
    found = stored(
        action,
        csv_file(head, ("การโยธา", "ถนน", 120000, "พ.ย.", "6", 1), ("การโยธา", "ท่อ", 5, "", "", "ordinance/0002")),
        cast,
    )
    assert len(found.warnings) == 1
    rows = [(line.month_from, line.month_to, line.serves.code) for line in action.versions.select_related("serves")]
    assert rows == [(2, 6, "0001"), (None, None, "0002")]
    _upload, found = uploaded(action, csv_file(head, ("การโยธา", "ถนน", 120000, "", "", "0009")), cast)
    assert reasons(found) == [(2, "F2")]
    action = Revision.objects.select_related("plan").get(pk=action.pk)
    _upload, found = uploaded(action, exported(action), cast)
    assert ([problem.english for problem in found.problems], found.same) == ([], 2)
    spending = draft(cast.budget, road(), kind=PlanKind.SPENDING)
    quarters = ("แผนงาน", "รายการ", "รวม", "ไตรมาส 1", "ไตรมาส 2", "ไตรมาส 3", "ไตรมาส 4")
    stored(
        spending,
        csv_file(quarters, ("การโยธา", "ถนน", 100, 40, "", 60, ""), ("การโยธา", "ท่อ", 5, "", "", "", "")),
        cast,
    )
    assert list(spending.versions.values_list("q1", "q2", "q3", "q4")) == [(40, 0, 60, 0), (None,) * 4]
    _upload, found = uploaded(spending, csv_file(quarters, ("การโยธา", "ถนน", 100, 40, 1, 60, 0)), cast)
    assert reasons(found) == [(2, "G2")]


def test_a_code_of_several_plans_is_not_served_by_guess(cast: Cast, ordinance: Revision) -> None:
    extra = published(cast.budget, road(), kind=PlanKind.SUPPLEMENT, number=1)
    action = draft(cast.budget, road(), kind=PlanKind.ACTION)
    head = ("แผนงาน", "โครงการ", "งบประมาณ", "รหัสงบประมาณ")
    _upload, found = uploaded(action, csv_file(head, ("การโยธา", "ถนน", 1, "0001")), cast)
    assert reasons(found) == [(2, "D2")]
    assert "ordinance/0001, supplement-1/0001" in found.problems[0].english
    stored(action, csv_file(head, ("การโยธา", "ถนน", 1, "supplement-1/0001"), ("การโยธา", "ท่อ", 1, 2)), cast)
    assert [line.serves_id for line in action.versions.order_by("position")] == [
        version(extra, "0001").line_id, version(ordinance, "0002").line_id
    ]  # fmt: skip
    action = Revision.objects.select_related("plan").get(pk=action.pk)
    _upload, found = uploaded(action, exported(action), cast)
    assert ([problem.english for problem in found.problems], found.same) == ([], 2)


def test_only_lines_in_force_are_served(cast: Cast) -> None:
    draft(cast.budget)
    action = draft(cast.budget, road(), kind=PlanKind.ACTION)
    head = ("แผนงาน", "โครงการ", "งบประมาณ", "รหัสงบประมาณ")
    _upload, found = uploaded(action, csv_file(head, ("การโยธา", "ถนน", 1, "0001")), cast)
    assert reasons(found) == [(2, "D2")], "a draft of the budget is not shown by what refers to it"


def test_a_thousand_lines_cost_as_many_queries_as_two(
    cast: Cast, ordinance_draft: Revision, django_assert_max_num_queries: Any
) -> None:
    rows = [(f"n{number}", *ROAD[1:6], "กองช่าง", number) for number in range(1000)]
    with django_assert_max_num_queries(14):
        upload, _found = uploaded(ordinance_draft, csv_file(HEAD, *rows), cast)
    with django_assert_max_num_queries(40):
        store_upload(upload, by=cast.budget)
    assert LineVersion.objects.filter(revision=ordinance_draft).count() == 1000
    assert len(upload.counts["shown"]["new"]) == 50


def test_a_sum_that_no_column_can_hold_is_refused(cast: Cast, ordinance: Revision) -> None:
    made = following(ordinance, cast)
    most = "999999999999.99"
    rows = [("0001", "การโยธา", "ถนน", 120000, most, most), ("0002", "บริหารงานทั่วไป", "วัสดุ", 80000, most, most)]
    _upload, found = uploaded(made, csv_file(MOVED, *rows), cast, EXECUTIVE)
    assert found.problems == []
    rows = [("0001", "การโยธา", "ถนน", 120000, most, 0), ("0002", "บริหารงานทั่วไป", "วัสดุ", 80000, 0, 0)]
    _upload, found = uploaded(made, csv_file(MOVED, *rows), cast, EXECUTIVE)
    assert reasons(found)[0] == (2, "E2")


def test_what_a_person_added_by_hand_is_not_overwritten(cast: Cast, ordinance_draft: Revision) -> None:
    upload, _found = uploaded(ordinance_draft, csv_file(HEAD, ROAD), cast)
    add_line(ordinance_draft, paper(item="กรรไกร"), by=cast.budget, edits=ordinance_draft.edits)
    with pytest.raises(RefusedError) as refusal:
        store_upload(upload, by=cast.budget)
    assert refusal.value.code == "changed"
    assert ordinance_draft.versions.count() == 3
