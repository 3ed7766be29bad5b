"""Budgets for tests: small, with round amounts, never random."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from budget.choices import Category, Group, Method, PlanKind, Programme, PurchaseState
from budget.models import LineVersion, MonthSummary, Purchase, Revision, Statement
from budget.services.acts import year_row
from budget.services.lines import LineInput, replace_lines
from budget.services.plans import Words, begin_plan, publish
from budget.services.statements import Amounts, begin_statement, end_of_month, publish_statement, write_amounts
from ita_portal.fiscal import today
from organization.models import User

from ..factories import DivisionFactory

YEAR = 2569
"""A fiscal year that is over on every day of the tests."""
_marks = itertools.count(1)


def mark() -> str:
    """The mark of a form that nobody has sent yet."""
    return f"budget-form-{next(_marks)}"


def road(**values: Any) -> dict[str, Any]:
    """A road repair of กองช่าง for 120,000 baht."""
    return {
        "programme": Programme.WORKS,
        "work": "งานก่อสร้างโครงสร้างพื้นฐาน",
        "group": Group.INVESTMENT,
        "category": Category.LAND_BUILDINGS,
        "item": "โครงการซ่อมแซมถนนคอนกรีตเสริมเหล็ก หมู่ที่ 3 บ้านโนนสมบูรณ์",
        "division_id": DivisionFactory(name="กองช่าง").pk,
        "original": Decimal("120000.00"),
        "place": "หมู่ที่ 3 บ้านโนนสมบูรณ์",
        **values,
    }


def paper(**values: Any) -> dict[str, Any]:
    """Office materials of สำนักปลัดเทศบาล for 80,000 baht."""
    return {
        "programme": Programme.GENERAL,
        "work": "งานบริหารทั่วไป",
        "group": Group.OPERATIONS,
        "category": Category.MATERIALS,
        "item": "วัสดุสำนักงาน",
        "division_id": DivisionFactory(name="สำนักปลัดเทศบาล").pk,
        "original": Decimal("80000.00"),
        **values,
    }


def draft(
    by: User, *lines: Mapping[str, Any], year: int = YEAR, kind: str = PlanKind.ORDINANCE, number: int = 1,
    title: str = "เทศบัญญัติงบประมาณรายจ่าย",
) -> Revision:  # fmt: skip
    """The first draft of a plan with `lines` (road and paper, without any); their codes are 0001, 0002, …"""
    made = begin_plan(year, kind, Words(title=title), by=by, form_mark=mark(), number=number)
    rows = [LineInput(None, dict(values)) for values in (lines or (road(), paper()))]
    replace_lines(made, rows, by=by, edits=made.edits)
    made.refresh_from_db()
    return made


def published(by: User, *lines: Mapping[str, Any], **how: Any) -> Revision:
    """The same, published as revision 1."""
    made = draft(by, *lines, **how)
    return publish(made, by=by, edits=made.edits)


def version(revision: Revision, code: str) -> LineVersion:
    """A line of a revision by its code."""
    found: LineVersion = revision.versions.select_related("line").get(line__code=code)
    return found


def told(
    by: User, month: int, amounts: Mapping[LineVersion, Sequence[object]], *, year: int = YEAR, publish_it: bool = True
) -> Statement:
    """A statement up to the end of a fiscal month: version → (obligated, disbursed), in baht or None."""
    made = begin_statement(year, month, as_of=min(end_of_month(year, month), today()), by=by, form_mark=mark())
    write_amounts(
        made,
        [
            Amounts(
                row.line_id,
                *[None if amount is None else Decimal(str(amount)).quantize(Decimal("0.01")) for amount in pair],
            )
            for row, pair in amounts.items()
        ],
        by=by,
    )  # fmt: skip
    return publish_statement(made, by=by) if publish_it else made


def summary_draft(by: User, *, year: int = YEAR, month: int = 1) -> MonthSummary:
    """A month of purchases that is worked on."""
    made: MonthSummary = MonthSummary.objects.create(year=year_row(year), month=month, made_by=by, form_mark=mark())
    return made


def purchase(summary: MonthSummary, **values: Any) -> Purchase:
    """Paper for 12,000 baht, bought by the specific method, not linked to a line unless told."""
    made: Purchase = Purchase.objects.create(
        **{
            "summary": summary,
            "position": summary.purchases.count() + 1,
            "title": "ซื้อวัสดุสำนักงาน",
            "budget_amount": Decimal("12000.00"),
            "reference_price": Decimal("12000.00"),
            "method": Method.SPECIFIC,
            "bids": [{"name": "ร้านตัวอย่างการค้า", "price": "11800.00"}],
            "winner": "ร้านตัวอย่างการค้า",
            "agreed_price": Decimal("11800.00"),
            "reason": "เสนอราคาต่ำสุดและถูกต้องตามเงื่อนไข",
            "contract_number": f"ใบสั่งซื้อ {summary.purchases.count() + 1}/{summary.year_id}",
            "contract_date": end_of_month(summary.year_id, summary.month),
            "status": PurchaseState.ENDED,
            **values,
        }
    )
    return made
