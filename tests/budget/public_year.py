"""A year as the public sees it: an ordinance in two revisions, three statements, the other plans, last year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from budget.choices import Approver, CommentKind, CommentState, Group, PlanKind, Programme, RevenueGroup
from budget.models import BudgetYear, Comment, Document, LineVersion, MonthSummary, Purchase, Revision, Statement
from budget.services.lines import Approval, LineInput, replace_lines, transfer
from budget.services.plans import Words, begin_plan, publish, revise
from budget.services.statements import Amounts, begin_statement, end_of_month, publish_statement, write_amounts
from ita_portal.fiscal import today
from organization.models import Division, User

from ..cast import PEOPLE
from ..factories import PDF
from ..rows import Rows
from .factories import YEAR, mark, paper, published, purchase, road, summary_draft, told, version

EXECUTIVE = Approval(Approver.EXECUTIVE, dt.date(2026, 1, 15), "กส 52301/15", "เพิ่มระยะทาง")
SECRET = "ร่างที่ยังไม่มีใครควรเห็น"
"""Stands in drafts only."""


def reserve(**values: Any) -> dict[str, Any]:
    """A line of the central fund whose amount nobody knows, of no division."""
    return {"programme": Programme.CENTRAL, "group": Group.CENTRAL, "category": "central", "item": "เงินสำรองจ่าย",
            "original": None, **values}  # fmt: skip


@dataclass(frozen=True)
class PublicYear:
    """What was published of `YEAR`. document: of revision 1."""

    first: Revision
    second: Revision
    document: Document
    road: LineVersion
    paper: LineVersion
    statements: tuple[Statement, ...]


def moved(by: User, amount: str = "10000.00", plan: Revision | None = None, **words: str) -> Revision:
    """The next revision of the ordinance, in which money moves from paper (0002) to road (0001)."""
    current = plan or Revision.objects.current().get(plan__kind=PlanKind.ORDINANCE, plan__year_id=YEAR)
    draft = revise(current.plan, Words(title="ฉบับแก้ไข", reason="โอนไปซ่อมถนน", **words), by=by, form_mark=mark())
    transfer(draft, version(draft, "0002"), version(draft, "0001"), Decimal(amount), EXECUTIVE, by=by, edits=0)
    draft.refresh_from_db()
    return publish(draft, by=by, edits=draft.edits)


def document(revision: Revision, by: User) -> Document:
    """A PDF of a draft."""
    made: Document = Document.objects.create(
        revision=revision, title="เทศบัญญัติ (ลงนาม)", file=ContentFile(PDF, "ordinance.pdf"), name="เทศบัญญัติ.pdf",
        content_type="application/pdf", size=len(PDF), sha256="0" * 64, added_by=by,
    )  # fmt: skip
    return made


PUBLISHED = Rows(begin_with=PEOPLE)
"""A public year in the database."""


def public_year(by: User) -> PublicYear:
    """Road 130,000 (120,000 and 10,000 moved) of which 75,000.25 are spent, paper 70,000 (41,000.75), a reserve that
    nobody knows; statements of months 2, 3 and 6."""
    return PUBLISHED.of(lambda: _public_year(by), key=(by.pk, today()))


def _public_year(by: User) -> PublicYear:
    draft = begin_plan(YEAR, PlanKind.ORDINANCE, Words(title="เทศบัญญัติงบประมาณรายจ่าย"), by=by, form_mark=mark())
    replace_lines(draft, [LineInput(None, values) for values in (road(), paper(), reserve())], by=by, edits=0)
    file = document(draft, by)
    draft.refresh_from_db()
    first = publish(draft, by=by, edits=draft.edits)
    second = moved(by)
    one, two = version(second, "0001"), version(second, "0002")
    statements = (
        told(by, 2, {one: (0, 10000), two: (None, 5000)}),
        told(by, 3, {one: (5000, 30000), two: (None, "20000.50")}),
        told(by, 6, {one: (2500, "75000.25"), two: (10000, "41000.75")}),
    )
    BudgetYear.objects.filter(pk=YEAR).update(inhabitants=100, inhabitants_on=dt.date(2025, 10, 1))
    return PublicYear(first, second, file, one, two, statements)


def other_plans(by: User, year: PublicYear) -> None:
    """Revenue of 300,000 (100,000 received), a spending plan of the road, an action plan, last year's ordinance."""
    revenue = published(
        by,
        {"revenue_group": RevenueGroup.TAXES, "item": "ภาษีที่ดินและสิ่งปลูกสร้าง", "original": Decimal("300000.00")},
        kind=PlanKind.REVENUE, title="ประมาณการรายรับ",
    )  # fmt: skip
    correct(by, 6, {year.road: ("2500", "75000.25"), year.paper: (10000, "41000.75")},
            received={version(revenue, "0001"): "100000.00"})  # fmt: skip
    quarters = dict(zip(("q1", "q2", "q3", "q4"), map(Decimal, ("30000", "50000", "40000", "10000")), strict=True))
    published(
        by, road(original=Decimal("130000.00"), serves_id=year.road.line_id, **quarters), kind=PlanKind.SPENDING,
        title="แผนการใช้จ่ายเงิน",
    )  # fmt: skip
    published(
        by, road(serves_id=year.road.line_id, month_from=4, month_to=6, item="ซ่อมถนนตามแผนดำเนินงาน"),
        kind=PlanKind.ACTION, title="แผนการดำเนินงาน",
    )  # fmt: skip
    published(by, road(original=Decimal("100000.00")), paper(), year=YEAR - 1)


def correct(by: User, month: int, spent: Any, *, received: Any = None) -> Statement:
    """A statement that takes the place of the one of its month."""
    made = begin_statement(YEAR, month, as_of=end_of_month(YEAR, month), by=by, form_mark=mark(), note="แก้ไขยอด")
    rows = [
        Amounts(row.line_id, *[None if amount is None else Decimal(amount) for amount in pair])
        for row, pair in spent.items()
    ]  # fmt: skip
    rows += [Amounts(row.line_id, received=Decimal(amount)) for row, amount in (received or {}).items()]
    write_amounts(made, rows, by=by)
    return publish_statement(made, by=by)


def bought(by: User, line: LineVersion, title: str = "จ้างซ่อมถนนหมู่ที่ 3") -> Purchase:
    """A purchase of October that is paid from a line, published."""
    summary = summary_draft(by)
    made = purchase(summary, line_id=line.line_id, title=title)
    publish_summary(summary, by)
    return made


def publish_summary(summary: MonthSummary, by: User) -> None:
    """Put a month of purchases in force."""
    MonthSummary.objects.filter(pk=summary.pk).update(
        state="published", number=1, is_current=True, published_by=by, published_at=timezone.now()
    )


def asked(line: LineVersion, text: str, *, by: User | None = None, answer: str = "") -> Comment:
    """A citizen's question about a line; let through by `by`, waiting without."""
    let_through = {"state": CommentState.PUBLISHED, "moderated_by": by, "moderated_at": timezone.now()} if by else {}
    answered = {"answer": answer, "answered_by": by, "answered_at": timezone.now()} if answer else {}
    made: Comment = Comment.objects.create(
        year_id=YEAR, plan_id=line.revision.plan_id, line_id=line.line_id, kind=CommentKind.QUESTION, text=text,
        form_mark=mark(), **let_through, **answered,
    )  # fmt: skip
    return made


def many(by: User, count: int, *, year: int = YEAR) -> Revision:
    """An ordinance of that many lines over all programmes and divisions, half of which are spent in two statements."""
    divisions = list(Division.objects.order_by("order").values_list("pk", flat=True))
    programmes = Programme.values
    rows = [
        road(item=f"โครงการที่ {number}", programme=programmes[number % len(programmes)],
             division_id=divisions[number % len(divisions)], original=Decimal(1000 + number))
        for number in range(count)
    ]  # fmt: skip
    made = published(by, *rows, year=year)
    versions = list(made.versions.all())
    for month in (3, 6):
        told(by, month, dict.fromkeys(versions[::2], (10, 100 * month)), year=year)
    return made
