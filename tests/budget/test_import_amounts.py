"""Files of spending and of purchases against their drafts: what is known, what is not, and numbers of persons."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from budget.choices import Method, PlanKind, RevenueGroup
from budget.errors import RefusedError
from budget.importing.columns import spending_layout
from budget.importing.found import Found
from budget.importing.purchase_cells import read_bids, read_contract, read_winner
from budget.importing.record import Options, store_upload, upload_file
from budget.importing.spending import Books, Fact, plan_amounts
from budget.models import MonthSummary, Revision, Spent, Statement, Upload
from budget.services.procurement import say_nothing
from budget.services.statements import begin_statement, end_of_month
from ita_portal.tables.problems import BadValueError
from ita_portal.tables.reading import accept_table

from ..cast import Cast
from .factories import YEAR, mark, paper, published, summary_draft, told, version
from .import_files import csv_file, read, xlsx_file

HEAD = ("รหัส", "รายการ", "ก่อหนี้ผูกพัน", "เบิกจ่าย")


def checked(target: Statement | MonthSummary, file: Any, cast: Cast, counting: str = "year") -> tuple[Upload, Found]:
    target.refresh_from_db()
    return upload_file(target, accept_table(file), Options(counting=counting), by=cast.budget)


def stored(target: Statement | MonthSummary, file: Any, cast: Cast, counting: str = "year") -> Found:
    upload, found = checked(target, file, cast, counting)
    assert [problem.english for problem in found.problems] == []
    store_upload(upload, by=cast.budget)
    return found


def places(found: Found) -> list[tuple[int, str]]:
    return [(problem.line, problem.cell) for problem in found.problems]


def statement(cast: Cast, month: int) -> Statement:
    return begin_statement(YEAR, month, as_of=end_of_month(YEAR, month), by=cast.budget, form_mark=mark())


def amounts(of: Statement) -> dict[str, tuple[Any, ...]]:
    rows = Spent.objects.filter(statement=of).select_related("line")
    return {row.line.public_id: (row.obligated, row.disbursed, row.received) for row in rows}


@pytest.mark.django_db
def test_spending_is_told_and_what_is_not_known_stays_so(cast: Cast, ordinance: Revision) -> None:
    made = statement(cast, 3)
    found = stored(
        made,
        csv_file(HEAD, ("1", "ถนน", 20000, 100001), ("", "วัสดุสำนักงาน", "-", "0"), ("", "รวม", 20000, 100001)),
        cast,
    )
    assert amounts(made) == {"ordinance/0001": (20000, 100001, None), "ordinance/0002": (None, 0, None)}
    said = " ".join(warning.english for warning in found.warnings)
    assert "more than the line has" in said
    assert "In the plan this line is called" in said
    assert "Dashes for amounts: 1" in said
    again = stored(made, csv_file(HEAD, ("0001", "", 20000, 100001)), cast)
    assert (again.same, again.counts["removed"]) == (1, 1)
    assert any("says nothing: 1" in warning.english for warning in again.warnings)


@pytest.mark.django_db
def test_amounts_of_a_period_are_added_to_what_is_known(cast: Cast, ordinance: Revision) -> None:
    first = statement(cast, 3)
    rows = (HEAD, ("0001", "", 5, 100), ("0002", "", "", 10))
    _upload, found = checked(first, csv_file(*rows), cast, "period")
    assert len(found.problems) == 1, "nothing was told before to which it could be added"
    told(cast.budget, 3, {version(ordinance, "0001"): (7, 1000), version(ordinance, "0002"): (None, None)})
    second = statement(cast, 6)
    _upload, found = checked(second, csv_file(*rows), cast, "period")
    assert places(found) == [(3, "D3")], "what was not known and something is not known"
    stored(second, csv_file(HEAD, ("0001", "", 5, 100), ("0002", "", "", "")), cast, "period")
    assert amounts(second)["ordinance/0001"] == (5, 1100, None)
    assert amounts(second)["ordinance/0002"] == (None, None, None)
    found = stored(second, csv_file(HEAD, ("0001", "", 5, 100)), cast, "year")
    assert any("Less than the statement before says" in warning.english for warning in found.warnings)


@pytest.mark.django_db
def test_spending_and_revenue_come_in_two_files(cast: Cast, ordinance: Revision) -> None:
    tax = {"revenue_group": RevenueGroup.TAXES.value, "item": "ภาษีป้าย", "original": Decimal(300)}
    published(cast.budget, tax, kind=PlanKind.REVENUE)
    made = statement(cast, 3)
    stored(made, csv_file(HEAD, ("0001", "", 5, 100)), cast)
    stored(made, csv_file(("รายการ", "รับจริง"), ("หมวดภาษีอากร", 50), ("ภาษีป้าย", 50)), cast)
    assert amounts(made) == {"ordinance/0001": (5, 100, None), "revenue/0001": (None, None, 50)}
    stored(made, csv_file(("รหัส", "รับจริง"), ("0001", 60)), cast)
    assert amounts(made)["revenue/0001"] == (None, None, 60)
    _upload, found = checked(
        made, csv_file(("รหัส", "เบิกจ่าย"), ("revenue/0001", 60), ("0009", 1), ("0001", 1), ("1", 1)), cast
    )
    assert places(found) == [(2, "A2"), (3, "A3"), (5, "A5")]


@pytest.mark.django_db
def test_lines_of_the_same_code_or_words_are_told_apart(cast: Cast, ordinance: Revision) -> None:
    published(cast.budget, paper(item="กรรไกร"), paper(), kind=PlanKind.SUPPLEMENT, number=1)
    made = statement(cast, 3)
    _upload, found = checked(
        made, csv_file(HEAD, ("0001", "", 1, 1), ("", "วัสดุสำนักงาน", 1, 1), ("", "ไม่มีในแผน", 1, 1)), cast
    )
    assert places(found) == [(2, "A2"), (3, "B3"), (4, "B4")]
    stored(made, csv_file(HEAD, ("0001", "กรรไกร", 1, 1), ("supplement-1/0002", "", 2, 2)), cast)
    assert set(amounts(made)) == {"supplement-1/0001", "supplement-1/0002"}


@pytest.mark.django_db
def test_spending_is_never_booked_to_one_of_several_lines_of_the_same_words(cast: Cast) -> None:
    published(cast.budget, paper(), paper(programme="education", work="", original=Decimal(70000)))
    made = statement(cast, 3)
    head = ("รายการ", "เบิกจ่าย")
    for rows in ([(65000,)], [(65000,), (90000,)]):
        _upload, found = checked(made, csv_file(head, *(("วัสดุสำนักงาน", *row) for row in rows)), cast)
        assert places(found) == [(number, f"A{number}") for number in range(2, 2 + len(rows))]
        assert "ordinance/0001, ordinance/0002" in found.problems[0].english
    told_apart = [
        csv_file(("รายการ", "งบประมาณ", "เบิกจ่าย"), ("วัสดุสำนักงาน", 70000, 2), ("วัสดุสำนักงาน", 80000, 1)),
        csv_file(head, ("แผนงานการศึกษา", ""), ("วัสดุสำนักงาน", 2), ("แผนงานบริหารงานทั่วไป", ""), ("วัสดุสำนักงาน", 1)),
    ]
    for file in told_apart:
        stored(made, file, cast)
        assert amounts(made) == {"ordinance/0001": (None, 1, None), "ordinance/0002": (None, 2, None)}
    same = [Fact(pk, "ordinance", f"000{pk}", {**paper(), "revised": None}) for pk in (1, 2)]
    file = csv_file(("รายการ", "งบประมาณ", "เบิกจ่าย"), ("วัสดุสำนักงาน", 80000, 2), ("วัสดุสำนักงาน", 80000, 1))
    assert len(plan_amounts(read(file, spending_layout(YEAR)), Books(YEAR, 3, lines=same)).problems) == 2


@pytest.mark.django_db
def test_a_file_is_not_stored_over_amounts_that_others_changed(cast: Cast, ordinance: Revision) -> None:
    made, month = statement(cast, 3), summary_draft(cast.budget)
    file, other = csv_file(HEAD, ("0001", "", 1, 1)), csv_file(HEAD, ("0002", "", 1, 1))
    late, bought = checked(made, file, cast)[0], checked(month, csv_file(FORM, BOUGHT), cast)[0]
    stored(made, other, cast)
    stored(made, csv_file(HEAD, ("0001", "", 1, 1), ("0002", "", 1, 1)), cast)
    say_nothing(month, True, "", by=cast.budget)
    for upload in (late, bought):
        with pytest.raises(RefusedError) as refusal:
            store_upload(upload, by=cast.budget)
        assert refusal.value.code == "changed"
    assert (len(amounts(made)), month.purchases.count()) == (2, 0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ร้าน ก (12,000.00)", [("ร้าน ก", "12000.00")]),
        ("1. ร้าน ก เสนอราคา 12,000 บาท\n2. ร้าน ข 13,000.-", [("ร้าน ก", "12000.00"), ("ร้าน ข", "13000.00")]),
        ("1) หจก.ก 12,000.00 2) บริษัท ข จำกัด 12,500.00", [("หจก.ก", "12000.00"), ("บริษัท ข จำกัด", "12500.00")]),
        ("ร้าน ก\n(12,000)\nร้าน ข\n(๑๓,๐๐๐.๐๐)", [("ร้าน ก", "12000.00"), ("ร้าน ข", "13000.00")]),
        ("นาย ก 1-2345-67890-12-3 (5,000 บาท); บริษัท ข 0105500000000",
         [("นาย ก XXXXXXXXX0123", "5000.00"), ("บริษัท ข", None)]),
        ("ร้าน ก", [("ร้าน ก", None)]),
        ("-", []),
    ],
)  # fmt: skip
def test_bidders_and_prices_of_one_cell(text: str, found: list[tuple[str, str | None]]) -> None:
    said = [(bid.name, None if bid.price is None else str(bid.price)) for bid in read_bids(text)]
    if "0105500000000" in text:
        assert said[0] == found[0]
        assert "1-2345-67890-12-3" not in str(said)
        assert "0105500000000" in said[1][0]
    else:
        assert said == found


def test_a_contract_and_its_day_and_the_winner_with_the_price() -> None:
    day = dt.date(2023, 10, 5)
    for text in ("ใบสั่งซื้อ 12/2567 ลว. 5 ต.ค. 66", "ใบสั่งซื้อ 12/2567\nลงวันที่ 5 ตุลาคม 2566", "ใบสั่งซื้อ 12/2567 (๕ ต.ค. ๖๖)",
                 "ใบสั่งซื้อ 12/2567 ลว.05/10/2566"):  # fmt: skip
        assert read_contract(text) == ("ใบสั่งซื้อ 12/2567", day)
    assert read_contract("สัญญา 1/2567") == ("สัญญา 1/2567", None)
    assert read_contract(day) == ("", day)
    with pytest.raises(BadValueError):
        read_contract("สัญญา 1/2567 ลว. 31 ก.พ. 66")
    assert read_winner("ร้าน ก ราคา 11,800 บาท", None) == ("ร้าน ก", Decimal(11800))
    assert read_winner("ร้าน ก", Decimal(5)) == ("ร้าน ก", Decimal(5))
    with pytest.raises(BadValueError):
        read_winner("ร้าน ก (11,800)", Decimal(5))


FORM = (
    "ลำดับที่", "งานที่จัดซื้อหรือจัดจ้าง", "วงเงินที่จะซื้อหรือจ้าง", "ราคากลาง", "วิธีซื้อหรือจ้าง",
    "รายชื่อผู้เสนอราคาและราคาที่เสนอ",
    "ผู้ได้รับการคัดเลือกและราคาที่ตกลงซื้อหรือจ้าง", "เหตุผลที่คัดเลือกโดยสรุป", "เลขที่และวันที่ของสัญญาหรือข้อตกลงในการซื้อหรือจ้าง",
    "รหัสงบประมาณ",
    "เลขประจำตัวผู้เสียภาษี",
)  # fmt: skip
BOUGHT = (1, "ซื้อวัสดุสำนักงาน", 12000, "๑๒,๐๐๐", "เฉพาะเจาะจง", "ร้าน ก (11,800)\nร้าน ข (11,900)", "ร้าน ก (11,800.00)",
          "ราคาต่ำสุด", "ใบสั่งซื้อ 1/2569 ลว. 5 ต.ค. 68", "0002", "0-1055-00000-00-0")  # fmt: skip
HIRED = (2, "จ้างนาย ก เลขที่ 3-1234-56789-01-2", 5000, "", "วิธีเฉพาะเจาะจง", "", "นาย ก ๓๑๒๓๔๕๖๗๘๙๐๑๒ (5,000)", "-", "",
         "นอกงบประมาณ",
         "3123456789012")  # fmt: skip


@pytest.mark.django_db
def test_purchases_in_the_official_form(cast: Cast, ordinance: Revision) -> None:
    made = summary_draft(cast.budget)
    title = ("สรุปผลการดำเนินการจัดซื้อจัดจ้างในรอบเดือน ตุลาคม 2568",)
    rows = [title, FORM, ("(1)", *(f"({number})" for number in range(2, 12))), BOUGHT, HIRED,
            ("", "รวม", 17000, 12000, *[""] * 7)]  # fmt: skip
    found = stored(made, xlsx_file(rows), cast)
    assert found.checked == 1
    first, second = made.purchases.order_by("position")
    assert (first.budget_amount, first.reference_price, first.method, first.agreed_price) == (
        12000,
        12000,
        Method.SPECIFIC,
        11800,
    )
    assert first.bids == [{"name": "ร้าน ก", "price": "11800.00"}, {"name": "ร้าน ข", "price": "11900.00"}]
    assert (first.winner, first.contract_number, first.contract_date) == (
        "ร้าน ก",
        "ใบสั่งซื้อ 1/2569",
        dt.date(2025, 10, 5),
    )
    assert (first.line_id, first.off_budget, first.winner_tax_id) == (
        version(ordinance, "0002").line_id,
        False,
        "0105500000000",
    )
    assert (second.off_budget, second.winner_tax_id, second.reference_price) == (True, "XXXXXXXXX9012", None)
    assert "XXXXXXXXX9012" in second.title
    assert "XXXXXXXXX9012" in second.winner
    again, found = checked(made, xlsx_file(rows), cast)
    assert (found.same, found.counts) == (2, {"new": 0, "changed": 0, "removed": 0})
    assert "3123456789012" not in str(again.counts) + str(again.problems)
    changed = stored(made, xlsx_file([FORM, (*BOUGHT[:2], 12500, *BOUGHT[3:])]), cast)
    assert changed.counts == {"new": 0, "changed": 1, "removed": 1}


@pytest.mark.django_db
def test_bidders_over_several_rows_and_what_is_refused(cast: Cast, ordinance: Revision) -> None:
    made = summary_draft(cast.budget)
    rows = [FORM, (*BOUGHT[:5], "ร้าน ก (11,800)", *BOUGHT[6:]), ("", "", "", "", "", "ร้าน ข (11,900)", *[""] * 5)]
    stored(made, csv_file(*rows), cast)
    assert [len(row.bids) for row in made.purchases.all()] == [2]
    merged = [FORM, (*BOUGHT[:5], "ร้าน ก (11,800)", *BOUGHT[6:]), (*[None] * 5, "ร้าน ค (12,900)", *[None] * 5)]
    stored(made, xlsx_file(merged, merged=[f"{letter}2:{letter}3" for letter in "ABCDEGHIJK"]), cast)
    assert [[bid["name"] for bid in row.bids] for row in made.purchases.all()] == [["ร้าน ก", "ร้าน ค"]]
    wrong = [
        (*BOUGHT[:2], "", *BOUGHT[3:]), (*BOUGHT[:4], "วิธีลับ", *BOUGHT[5:]), (*BOUGHT[:9], "9999", ""),
        (*BOUGHT[:10], "3-1234-56789-01"), (*BOUGHT[:8], "สัญญา ลว. 99 ต.ค. 68", *BOUGHT[9:]), ("", "รวม", 1, *[""] * 8),
    ]  # fmt: skip
    wrong = [(number, *row[1:]) if row[0] else row for number, row in enumerate(wrong, start=1)]
    upload, found = checked(made, csv_file(FORM, *wrong), cast)
    assert places(found)[:5] == [(2, "C2"), (3, "E3"), (4, "J4"), (5, "K5"), (6, "I6")]
    assert made.purchases.count() == 1
    assert upload.counts["refused"] >= 5
    _upload, found = checked(made, csv_file(FORM, ("", "ไม่มีการจัดซื้อจัดจ้าง", *[""] * 9)), cast)
    assert "nothing was bought" in found.problems[0].english


@pytest.mark.django_db
def test_a_purchase_is_not_lost_as_more_bidders_and_codes_and_numbers_are_not_guessed(
    cast: Cast, ordinance: Revision
) -> None:
    made = summary_draft(cast.budget)
    more = ("", "", "", "", "", "ร้าน ข (24,000)", "ร้าน ข (24,000)", *[""] * 4)
    for second, key in (((*BOUGHT[:2], 25000, *BOUGHT[3:]), "C3"), (more, "G3")):
        _upload, found = checked(made, csv_file(FORM, BOUGHT, second), cast)
        assert places(found) == [(3, key)]
    stored(made, csv_file(FORM, BOUGHT, (*BOUGHT[:5], "ร้าน ข (24,000)", *BOUGHT[6:])), cast)
    assert [len(row.bids) for row in made.purchases.all()] == [3]
    # Only a number loses the zero before it, and only one whose last digit fits.
    for cell, kept in ((105500000003, "0105500000003"), ("105500000003", None), (105500000004, None)):
        _upload, found = checked(made, xlsx_file([FORM, (*BOUGHT[:10], cell)]), cast)
        assert [row["winner_tax_id"] for row in found.result] == ([kept] if kept else [])
        assert places(found) == ([] if kept else [(2, "K2")])
    extra = published(cast.budget, paper(), paper(), paper(item="เทียน"), kind=PlanKind.SUPPLEMENT, number=1)
    theirs, ours = version(extra, "0002").line_id, version(ordinance, "0002").line_id
    meant = {"0002": None, "2": None, "supplement-1/0002": theirs, "ordinance/2": ours,
             "3": version(extra, "0003").line_id}  # fmt: skip
    for code, line in meant.items():
        _upload, found = checked(made, csv_file(FORM, (*BOUGHT[:9], code, "")), cast)
        assert [row["line_id"] for row in found.result] == ([line] if line else [])
        assert places(found) == ([] if line else [(2, "J2")])
