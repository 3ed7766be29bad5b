"""A budget file as rows: headings, subtotals, merged cells, months, words; no database."""

from __future__ import annotations

from decimal import Decimal

import pytest

from budget.choices import Programme
from budget.importing.words import PROGRAMMES, find_programme
from ita_portal.tables.problems import UnreadableError

from .import_files import (
    ACTION,
    HEAD,
    ORDINANCE,
    PAPER,
    QUARTERS,
    REVENUE,
    ROAD,
    SPENDING,
    Reading,
    csv_file,
    read,
    reading,
    reasons,
    said,
    xlsx_file,
)

CLASS = ("programme", "work", "group", "category", "item", "original")
HIERARCHY = (
    ("เทศบาลตำบลตัวอย่าง", "", ""),
    ("ที่", "รายการ", "งบประมาณ (บาท)"),
    ("1", "2", "3"),
    ("", "ด้านบริหารทั่วไป", ""),
    ("", "00110 แผนงานบริหารงานทั่วไป", "๓๐๐,๐๐๐"),
    ("", "งานบริหารทั่วไป", ""),
    ("", "งบบุคลากร", ""),
    ("", "เงินเดือน (ฝ่ายการเมือง)", "100,000.00"),
    ("1", "เงินเดือนนายก", "60,000"),
    ("2", "เงินเดือนรองนายก", "฿40000"),
    ("", "งบดำเนินงาน", "200000"),
    ("", "ค่าวัสดุ", "150,000 บาท"),
    ("", "หมวดค่าใช้สอย", ""),
    ("3", "งานวันเด็กแห่งชาติ", "50000.-"),
    ("", "รวมงบดำเนินงาน", "200000"),
    ("", "รวม", "300000"),
    ("", "แผนงานงบกลาง", ""),
    ("", "งบกลาง", ""),
    ("", "งบกลาง", ""),
    ("4", "เบี้ยยังชีพผู้สูงอายุ", "10.50"),
    ("", "รวมทั้งสิ้น", "300,010.50"),
    ("หมายเหตุ ตัวเลขตัวอย่าง", "", ""),
)


def test_headings_set_what_follows_and_subtotals_are_checked() -> None:
    found = reading(*HIERARCHY)
    assert reasons(found) == []
    assert [said(row, *CLASS) for row in found.rows] == [
        ("general_administration", "งานบริหารทั่วไป", "personnel", "salary_political", "เงินเดือนนายก", Decimal("60000.00")),
        (
            "general_administration",
            "งานบริหารทั่วไป",
            "personnel",
            "salary_political",
            "เงินเดือนรองนายก",
            Decimal("40000.00"),
        ),
        # A category with an amount and nothing under it is a line itself.
        ("general_administration", "งานบริหารทั่วไป", "operations", "materials", "ค่าวัสดุ", Decimal("150000.00")),
        ("general_administration", "งานบริหารทั่วไป", "operations", "services", "งานวันเด็กแห่งชาติ", Decimal("50000.00")),
        ("central_fund", "", "central", "central", "เบี้ยยังชีพผู้สูงอายุ", Decimal("10.50")),
    ]
    assert found.totals >= 6
    assert found.ignored == ["ที่"]
    assert [warning.english for warning in found.warnings] == ["This row is read as a note, not as a line."]


@pytest.mark.parametrize(
    ("row", "amount", "found_there"),
    [(4, "300,000.01", "300,000.00"), (7, "100,001", "100,000.00"), (10, "1", "200,000.00"), (14, "199999",
                                                                                              "200,000.00"),
     (15, "0", "300,000.00"), (20, "300010", "300,010.50")],
)  # fmt: skip
def test_a_wrong_sum_is_told_with_its_place_and_both_amounts(row: int, amount: str, found_there: str) -> None:
    rows = [list(cells) for cells in HIERARCHY]
    rows[row][2] = amount
    problems = read(csv_file(*rows)).problems
    assert [(problem.line, problem.cell) for problem in problems] == [(row + 1, f"C{row + 1}")]
    reason, stands = problems[0].english, f"{Decimal(amount.replace(',', '')):,.2f}"
    assert stands in reason
    if row != 15:  # which of many sums a bare “รวม” means is not known
        assert found_there in reason


def test_a_flat_table_in_any_order_with_totals() -> None:
    order = (7, 5, 0, 1, 6, 2, 4, 3)
    rows = [HEAD, ROAD, PAPER, ("", "รวมทั้งสิ้น", "", "", "", "", "", 200000)]
    found = read(csv_file(*([row[place] for place in order] for row in rows)))
    assert reasons(found) == []
    assert [said(row, "code", "programme", "group", "category", "division", "original") for row in found.rows] == [
        ("0001", "industry_public_works", "investment", "land_buildings", 3, Decimal("120000.00")),
        ("0002", "general_administration", "operations", "materials", 1, Decimal("80000.00")),
    ]


def test_merged_cells_count_for_all_their_rows() -> None:
    rows = [
        ("แผนงาน", "หมวด", "รายการ", "จำนวนเงิน"),
        ("การศึกษา", "ค่าวัสดุ", "ดินสอ", 100),
        (None, None, "สมุด", 200),
        (None, "ค่าครุภัณฑ์", "โต๊ะ", 300),
        ("รวมแผนงานการศึกษา", None, None, 600),
        ("แผนงานเคหะและชุมชน", None, None, None),
        ("เคหะและชุมชน", "ค่าวัสดุ", "ถังขยะ", 50),
    ]
    found = read(xlsx_file(rows, merged=("A2:A4", "B2:B3", "A5:C5", "A6:D6")))
    assert reasons(found) == []
    assert [said(row, "programme", "group", "category", "item") for row in found.rows] == [
        ("education", "operations", "materials", "ดินสอ"),
        ("education", "operations", "materials", "สมุด"),
        ("education", "investment", "equipment", "โต๊ะ"),
        ("housing_community", "operations", "materials", "ถังขยะ"),
    ]


def test_every_sheet_with_the_headings_is_read_and_places_name_it() -> None:
    head = ("แผนงาน", "รายการ", "งบประมาณ")
    found = read(
        xlsx_file(
            ("การศึกษา", [head, ("การศึกษา", "ก", 1), ("รวมทั้งสิ้น", None, 1)]),
            ("หน้าปก", [("เทศบัญญัติ",)]),
            ("เกษตร", [head, ("การเกษตร", "ข", 2), ("การเกษตร", "ค", -3), ("รวมทั้งสิ้น", None, 9)]),
        )
    )
    assert [row.values["item"] for row in found.rows] == ["ก", "ข"]
    assert [(problem.sheet, problem.line, problem.cell) for problem in found.problems] == [("เกษตร", 3, "C3")]
    assert found.passed_over == ["หน้าปก"]
    right = [head, ("การเกษตร", "ข", 2), ("รวม", None, 2), ("รวมทั้งสิ้น", None, 3)]
    assert read(xlsx_file(("ก", [head, ("การศึกษา", "ก", 1)]), ("ข", right))).problems == []


def test_pages_carry_amounts_over() -> None:
    rows = [
        ("แผนงาน", "รายการ", "งบประมาณ"), ("การศึกษา", "ก", 1), ("การศึกษา", "ข", 2), ("", "ยอดยกไป", 3),
        ("แผนงาน", "รายการ", "งบประมาณ"), ("", "ยอดยกมา", 3), ("การศึกษา", "ค", 4), ("", "รวมหน้านี้", 4),
        ("", "ยอดยกไป", 7),
    ]  # fmt: skip
    found = reading(*rows)
    assert (len(found.rows), found.problems, found.totals) == (3, [], 4)


@pytest.mark.parametrize("programme", Programme.values)
def test_programmes_are_known_by_every_spelling(programme: str) -> None:
    for name in (*PROGRAMMES[programme], Programme(programme).label):
        for spelling in (str(name), f"แผนงาน{name}", f"แผนงาน {name}", f"1.2 แผนงาน{name}", str(name).replace(" ", "")):
            assert find_programme(spelling) == (programme, False), spelling


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("แผนงานสร้างความเข้มแข็งและชุมชน", ("community_strength", False)),
        ("แผนงานการบริหารงานทั่วไป", ("general_administration", False)),
        ("แผนงานรักษาความสงบภายใน", ("internal_peace", False)),
        ("แผนงานเคหะและชุมชม", ("housing_community", True)),
        ("สาธารณะสุข", ("public_health", True)),
        ("การกีฬา", None),
        ("แผนงาน", None),
        ("บริหาร", None),
    ],
)
def test_a_mistyped_programme_is_read_where_one_is_clearly_meant(text: str, found: object) -> None:
    assert find_programme(text) == found


def test_what_is_not_known_is_refused_with_its_cell_and_what_is_mistyped_is_told() -> None:
    found = reading(
        ("แผนงาน", "หมวด", "รายการ", "หน่วยงาน", "งบประมาณ"),
        ("การกีฬา", "ค่าวัสดุ", "ก", "กองช่าง", 1),
        ("การศึกษา", "ค่าขนม", "ข", "กองช่าง", 1),
        ("การศึกษา", "ค่าวัสดุ", "ค", "กองทัพ", 1),
        ("การศึกษ", "ค่าวัสดุ", "ง", "กองสาธารณสุขฯ", 1),
        ("การศึกษา", "ค่าวัสดุ", "", "กองช่าง", 1),
    )
    assert [(line, cell) for line, cell, _reason in reasons(found)] == [(2, "A2"), (3, "B3"), (4, "D4"), (6, "C6")]
    assert [(warning.line, warning.cell) for warning in found.warnings] == [(5, "A5"), (5, "D5")]
    assert said(found.rows[0], "programme", "division") == ("education", 4)
    for problem in found.problems:
        assert problem.thai != problem.english or problem.thai


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("-5", "not below zero"), ("1" * 31, "too large"), ("1.005", "two decimals"), ("สิบบาท", "no amount"),
        ("#REF!", "error of the spreadsheet"), ("1e5", "no amount"), ("1,23", "no amount"), ("=1+1", "no amount"),
    ],
)  # fmt: skip
def test_amounts_that_cannot_be_kept(cell: str, reason: str) -> None:
    found = reading(HEAD, (*ROAD[:-1], cell))
    ((line, place, words),) = reasons(found)
    assert (line, place) == (2, "H2")
    assert reason in words


def test_a_formula_without_a_result_is_refused_and_one_that_is_text_stays_text() -> None:
    found = read(xlsx_file([HEAD, (*ROAD[:-1], "=SUM(A1:A2)")]))
    assert [(line, cell) for line, cell, _reason in reasons(found)] == [(2, "H2")]
    found = reading(HEAD, (*ROAD[:5], '=HYPERLINK("http://x")', *ROAD[6:]))
    assert found.rows[0].values["item"] == '=HYPERLINK("http://x")'


def test_codes() -> None:
    rows = [(code, *ROAD[1:]) for code in ("๐๐๐๑", "0001", "a/b c", "x" * 41, "ordinance/0007", "")]
    found = reading(HEAD, *rows)
    assert [row.values["code"] for row in found.rows] == ["0001", "0007", None]
    assert [(line, cell) for line, cell, _reason in reasons(found)] == [(3, "A3"), (4, "A4"), (5, "A5")]
    assert "row 2 already" in found.problems[0].english


def test_transfers_add_up_or_are_refused() -> None:
    head = ("แผนงาน", "รายการ", "ตั้งไว้", "โอนเพิ่ม", "โอนลด", "โอนเพิ่ม/ลด", "งบประมาณหลังโอน")
    rows = [
        ("เกษตร", "ก", 100, 20, "", "", 120),
        ("เกษตร", "ข", 100, "", 30, -30, ""),
        ("เกษตร", "ค", 100, 20, 5, "", 114),
        ("เกษตร", "ง", 100, "", 101, "", ""),
        ("เกษตร", "จ", "", 1, "", "", ""),
        ("เกษตร", "ฉ", 100, "", "", "(50)", 50),
        ("", "รวม", 500, 41, 136, "", ""),
    ]
    found = reading(head, *rows)
    assert [said(row, "transferred_in", "transferred_out", "net") for row in found.rows] == [
        (Decimal(20), Decimal(0), None), (Decimal(0), Decimal(30), None), (None, None, Decimal(-50)),
    ]  # fmt: skip
    assert [(line, cell) for line, cell, _reason in reasons(found)] == [(4, "G4"), (5, "E5"), (6, "C6")]


def test_headings_in_two_rows() -> None:
    found = read(
        xlsx_file(
            [
                ("แผนงาน", "โครงการ", "งบประมาณ", None, None),
                (None, None, "ตั้งไว้", "โอนเพิ่ม", "หลังโอน"),
                ("เกษตร", "ก", 100, 20, 120),
            ],
            merged=("A1:A2", "B1:B2", "C1:E1"),
        )
    )
    assert reasons(found) == []
    assert said(found.rows[0], "original", "transferred_in") == (Decimal(100), Decimal(20))


def test_the_action_plan_with_its_months() -> None:
    months = ("ต.ค.", "พ.ย.", "ธ.ค.", "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.")
    head = (
        "ที่",
        "แผนงาน",
        "โครงการ",
        "รายละเอียดของกิจกรรมที่เกิดขึ้นจากโครงการ",
        "งบประมาณ (บาท)",
        "สถานที่ดำเนินการ",
        "หน่วยงานรับผิดชอบหลัก",
        *months,
    )
    found = reading(
        head,
        (1, "การศึกษา", "ก", "จัดอบรม", 5000, "ศาลา", "กองช่าง", "", "←", "→", *[""] * 9),
        (2, "การศึกษา", "ข", "", 5000, "", "", "x", "", "x", *["-"] * 9),
        layout=ACTION,
    )
    assert reasons(found) == []
    assert [said(row, "detail", "place", "month_from", "month_to") for row in found.rows] == [
        ("จัดอบรม", "ศาลา", 2, 3), (None, None, 1, 3),
    ]  # fmt: skip
    assert len(found.warnings) == 1
    head = ("แผนงาน", "โครงการ", "งบประมาณ", "ระยะเวลาดำเนินการ")
    spans = {
        "ต.ค. 68 - มี.ค. 69": (1, 6), "ไตรมาส 2": (4, 6), "ไตรมาสที่ 1-2": (1, 6), "ตลอดปี": (1, 12), "ธันวาคม": (3, 3),
        "เม.ย.69ถึงก.ย.69": (7, 12), "": (None, None),
    }  # fmt: skip
    found = reading(head, *(("การศึกษา", f"ก{text}", 1, text) for text in spans), layout=ACTION)
    assert reasons(found) == []
    assert [said(row, "month_from", "month_to") for row in found.rows] == list(spans.values())
    wrong = ("ต.ค. 60", "มี.ค. - ต.ค.", "เร็ว ๆ นี้", "13")
    found = reading(head, *(("การศึกษา", "ก", 1, text) for text in wrong), layout=ACTION)
    assert [(line, cell) for line, cell, _reason in reasons(found)] == [(2, "D2"), (3, "D3"), (4, "D4"), (5, "D5")]


def test_the_spending_plan_and_the_revenue_estimate() -> None:
    found = reading(
        ("แผนงาน", "รายการ", "ไตรมาส 1", "ไตรมาส 2", "ไตรมาส 3", "ไตรมาส 4", "รวม"),
        ("เกษตร", "ก", 1, 2, 3, 4, 10), ("", "รวม", 1, 2, 3, 4, 10), layout=QUARTERS,
    )  # fmt: skip
    assert (reasons(found), found.rows[0].values["original"]) == ([], Decimal(10))
    found = reading(
        ("รายการ", "ประมาณการ ปี 2569"),
        ("รายได้จัดเก็บเอง", ""), ("หมวดภาษีอากร", 300), ("ภาษีป้าย", 100), ("ภาษีที่ดินและสิ่งปลูกสร้าง", 200),
        ("หมวดค่าธรรมเนียม ค่าปรับ และใบอนุญาต", ""), ("ค่าปรับ", 5), ("รวมรายได้จัดเก็บเอง", 305), ("รวมทั้งสิ้น", 305),
        layout=REVENUE,
    )  # fmt: skip
    assert reasons(found) == []
    assert [said(row, "revenue_group", "item") for row in found.rows] == [
        ("taxes", "ภาษีป้าย"), ("taxes", "ภาษีที่ดินและสิ่งปลูกสร้าง"), ("fees", "ค่าปรับ"),
    ]  # fmt: skip


def test_spending_says_unknown_and_nothing_apart() -> None:
    found = reading(
        ("รหัส", "รายการ", "ก่อหนี้ผูกพัน", "เบิกจ่าย"),
        ("0001", "ถนน", 100, 200), ("0002", "กระดาษ", "-", "0"), ("", "รวม", 100, 200), layout=SPENDING,
    )  # fmt: skip
    assert reasons(found) == []
    assert [said(row, "obligated", "disbursed") for row in found.rows] == [
        (Decimal(100), Decimal(200)),
        (None, Decimal(0)),
    ]
    assert found.dashes == 1


def test_words_that_are_neither_heading_nor_line_are_refused() -> None:
    head = ("รายการ", "งบประมาณ")
    found = reading(head, ("แผนงานการศึกษา", ""), ("เบ็ดเตล็ดอื่นใด", ""), ("แผนงานดวงดาว", ""), ("ก", 1))
    assert [(line, cell) for line, cell, _reason in reasons(found)] == [(3, "A3"), (4, "A4")]
    # A kind of expense is a heading without an amount; with one that is the sum of its rows as well.
    found = reading(head, ("แผนงานการศึกษา", ""), ("ค่าใช้สอย", ""), ("รายจ่ายเพื่อให้ได้มาซึ่งบริการ", 3), ("ก", 1), ("ข", 2))
    assert ([row.values["item"] for row in found.rows], found.problems) == (["ก", "ข"], [])
    found = reading(head, ("แผนงานการศึกษา", ""), ("ค่าใช้สอย", ""), ("รายจ่ายเพื่อให้ได้มาซึ่งบริการ", 7), ("ก", 1), ("ข", 2))
    assert [(line, cell) for line, cell, _reason in reasons(found)] == [(4, "B4")]
    assert ("3.00" in found.problems[0].english, "7.00" in found.problems[0].english) == (True, True)
    found = reading(head, ("แผนงานการศึกษา", ""), ("ก", 1), ("ข", 2), ("รวมกันไปเลย", 3))
    assert "subtotal" in found.problems[0].english


def test_a_numbered_heading_with_a_wrong_sum_is_no_line_beside_its_rows() -> None:
    head = ("รหัส", "แผนงาน", "รายการ", "จำนวนเงิน")

    def numbered(amount: int, *rows: tuple[str, int]) -> Reading:
        under = [(f"1.{number}", "", item, baht) for number, (item, baht) in enumerate(rows, start=1)]
        return reading(head, ("", "แผนงานบริหารงานทั่วไป", "", ""), ("1", "", "งบดำเนินงาน", amount), *under)

    found = numbered(100000, ("ค่าวัสดุสำนักงาน", 60000), ("ค่าน้ำมัน", 30000))
    ((line, cell, reason),) = reasons(found)
    assert (line, cell) == (3, "D3")
    assert "100,000.00" in reason
    assert "90,000.00" in reason
    for rows in ([("ค่าวัสดุสำนักงาน", 60000), ("ค่าน้ำมัน", 30000)], [("ค่าวัสดุสำนักงาน", 90000)]):
        found = numbered(90000, *rows)
        assert (reasons(found), [row.values["item"] for row in found.rows]) == ([], [item for item, _baht in rows])
    # In a file of spending a code is looked up in the plan: a line may be called like a heading there.
    rows = [("0001", "ค่าใช้สอย", 7), ("0002", "ค่าไฟฟ้า", 5), ("0003", "ค่าน้ำประปา", 1)]
    found = reading(("รหัส", "รายการ", "เบิกจ่าย"), *rows, layout=SPENDING)
    assert (reasons(found), [row.values["code"] for row in found.rows]) == ([], ["0001", "0002", "0003"])


def test_a_heading_with_nothing_under_it_is_told() -> None:
    found = reading(("รายการ", "งบประมาณ"), ("แผนงานการศึกษา", ""), ("งานวันเด็ก", ""), ("งานบริหารทั่วไป", ""), ("ก", 1))
    assert [(warning.line, warning.cell) for warning in found.warnings] == [(3, "A3")]
    assert reasons(found) == []


def test_what_is_no_table_is_said() -> None:
    with pytest.raises(UnreadableError):
        reading(("ก", "ข"), (1, 2))
    with pytest.raises(UnreadableError):
        reading(HEAD)
    assert ORDINANCE.headings.needed == {"item", "original"}
