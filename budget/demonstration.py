"""An example budget for the demonstration: three years, each marked as an example.

What lies in the past the services cannot date; `_publish_on` writes the same columns under the same guards of the
database.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pghistory
import yaml
from django.utils import timezone

from ita_portal.fiscal import BANGKOK, FiscalYear, today
from organization.models import Division, User

from .choices import (
    GROUP_OF,
    Approver,
    Category,
    CommentKind,
    CommentState,
    Group,
    Method,
    PlanKind,
    PurchaseState,
    Source,
    State,
)
from .models import (
    BudgetYear,
    Comment,
    LineVersion,
    MonthSummary,
    ProcurementReport,
    Purchase,
    Reading,
    Revision,
    Spent,
    Statement,
)
from .services.acts import year_row
from .services.lines import Approval, LineInput, add_line, replace_lines, transfer
from .services.plans import Words, begin_plan, revise
from .services.statements import end_of_month

DATA = Path(__file__).parent / "data" / "demonstration.yaml"
MARK = "(ตัวอย่าง)"
NOTE = "[ตัวอย่าง] ข้อมูลสมมติสำหรับทดลองใช้ระบบ"
PLAN_YEAR = 2567
"""The year of the real plan of measures: its area 5 then has figures."""
_TOTAL_STEP = Decimal("0.03")
"""By how much a year's budget grows."""
_PROJECTS = (Category.LAND_BUILDINGS, Category.EQUIPMENT)
_GROUPS: dict[str, str] = {
    Group.CENTRAL: "งบกลาง", Group.PERSONNEL: "งบบุคลากร", Group.OPERATIONS: "งบดำเนินงาน", Group.INVESTMENT: "งบลงทุน",
    Group.SUBSIDIES: "งบเงินอุดหนุน", Group.OTHER: "งบรายจ่ายอื่น",
}  # fmt: skip


@cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return found


def _chance(*words: object) -> float:
    """A number from 0 to 1 that is the same on every machine."""
    return int(hashlib.sha256(repr(words).encode()).hexdigest()[:8], 16) / 0xFFFFFFFF


@dataclass(slots=True)
class Example:
    """One year's example budget. step: how many years after the first."""

    year: int
    step: int
    by: User
    divisions: dict[str, int]

    def mark(self, *words: object) -> str:
        """The mark of a form that nobody sends."""
        return "demonstration-" + "-".join(map(str, (self.year, *words)))

    def day(self, month: int, day: int = 5) -> dt.date:
        """A day in the month after a fiscal month, never to come."""
        return min(end_of_month(self.year, month) + dt.timedelta(days=day), today())

    def amount(self, base: int) -> Decimal:
        """An amount of the first year in this year, in whole hundreds."""
        return (Decimal(base) * (1 + _TOTAL_STEP * self.step) / 100).quantize(Decimal(1)) * Decimal("100.00")

    # Plans ------------------------------------------------------------------------------------------------
    def lines(self) -> list[dict[str, Any]]:
        """The lines of the ordinance; the last fills up the total."""
        data = _data()
        rows = []
        for work in data["works"]:
            for category, item, amount, *place in [*data["sets"].get(work.get("set"), []), *work["items"]]:
                rows.append(self._line(work, category, item, self.amount(amount), *place))
        category, item = data["rest"]
        total = self.amount(data["total"])
        rows.append(self._line(data["works"][-1], category, item, total - sum(row["original"] for row in rows)))
        return rows

    def _line(self, work: dict[str, Any], category: str, item: str, amount: Decimal, place: str = "") -> dict[str, Any]:
        return {
            "programme": work["programme"], "work": work["work"], "group": GROUP_OF[category], "category": category,
            "item": item, "division_id": self.divisions[work["division"]], "source": Source.BUDGET, "original": amount,
            "place": place, "detail": NOTE if item.startswith("โครงการ") else "",
        }  # fmt: skip

    def ordinance(self, *, revised: bool) -> Revision:
        """The ordinance; revised: with a second revision of three transfers, one to a new item."""
        rows = self.lines()
        words = Words(
            title=f"เทศบัญญัติงบประมาณรายจ่าย ประจำปีงบประมาณ พ.ศ. {self.year} {MARK}",
            reason="งบประมาณประจำปี", approver=Approver.COUNCIL, approved_on=self.start - dt.timedelta(days=45),
            document_number=f"มติสภาเทศบาล สมัยสามัญ สมัยที่ 3/{self.year - 1} {MARK}",
            declared_total=sum((row["original"] for row in rows), Decimal(0)),
        )  # fmt: skip
        first = self._plan(PlanKind.ORDINANCE, words, rows, self.start - dt.timedelta(days=10))
        return self._revised(first) if revised else first

    def _revised(self, first: Revision) -> Revision:
        day = self.day(4)
        words = Words(
            title=f"เทศบัญญัติงบประมาณรายจ่าย ประจำปีงบประมาณ พ.ศ. {self.year} โอนครั้งที่ 1 {MARK}",
            reason="โอนงบประมาณไปตั้งจ่ายเป็นรายการใหม่ และเพิ่มรายการที่ไม่พอจ่าย", approver=Approver.COUNCIL,
            approved_on=day, document_number=f"มติสภาเทศบาล สมัยสามัญ สมัยที่ 1/{self.year} {MARK}",
            declared_total=first.declared_total,
        )  # fmt: skip
        draft = revise(first.plan, words, by=self.by, form_mark=self.mark("revise"))
        by_item = {version.item: version for version in draft.versions.select_related("line")}
        waterworks = {"programme": "commerce", "work": "งานกิจการประปา", "division": "works"}
        new = add_line(
            draft,
            {
                **self._line(waterworks, Category.EQUIPMENT,
                             "เครื่องสูบน้ำแบบจุ่ม ขนาด 3 แรงม้า จำนวน 1 เครื่อง", Decimal(0)),
                "detail": NOTE,
            },
            by=self.by, edits=draft.edits,
        )  # fmt: skip
        council = Approval(Approver.COUNCIL, day, f"มติสภาเทศบาล 1/{self.year} {MARK}", "เครื่องเดิมชำรุด")
        executive = Approval(Approver.EXECUTIVE, day, f"บันทึกอนุมัติโอน 2/{self.year} {MARK}", "รายการเดิมไม่พอจ่าย")
        moves = (
            (by_item["เงินสำรองจ่าย"], new, 38500, council),
            (by_item["ค่าใช้จ่ายในการเลือกตั้ง"], by_item["วัสดุเครื่องดับเพลิง"], 40000, executive),
            (by_item["โครงการส่งนักกีฬาเข้าร่วมการแข่งขัน"], by_item["วัสดุการศึกษา"], 15000, executive),
        )
        for giver, taker, amount, approval in moves:
            draft.refresh_from_db()
            transfer(draft, giver, taker, Decimal(amount), approval, by=self.by, edits=draft.edits)
        draft.refresh_from_db()
        return self._publish_on(draft, day)

    def supplement(self) -> Revision:
        """A supplementary budget from reserves."""
        works = {"programme": "industry_public_works", "work": "งานก่อสร้างโครงสร้างพื้นฐาน", "division": "works"}
        rows = [
            {**self._line(works, Category.LAND_BUILDINGS, item, self.amount(amount), place), "source": Source.RESERVES}
            for item, amount, place in (
                ("โครงการซ่อมแซมถนนที่เสียหายจากอุทกภัย หมู่ที่ 3", 264000, "หมู่ที่ 3 บ้านโนนตัวอย่าง"),
                ("โครงการซ่อมแซมถนนที่เสียหายจากอุทกภัย หมู่ที่ 6", 198000, "หมู่ที่ 6 บ้านโคกตัวอย่าง"),
                ("โครงการวางท่อลอดเหลี่ยมคอนกรีต หมู่ที่ 8", 338000, "หมู่ที่ 8 บ้านป่าตัวอย่าง"),
            )
        ]
        words = Words(
            title=f"งบประมาณรายจ่ายเพิ่มเติม ฉบับที่ 1 ประจำปีงบประมาณ พ.ศ. {self.year} {MARK}", reason="ซ่อมแซมหลังอุทกภัย",
            approver=Approver.COUNCIL, approved_on=self.day(3), document_number=f"มติสภาเทศบาล 4/{self.year - 1} {MARK}",
        )  # fmt: skip
        return self._plan(PlanKind.SUPPLEMENT, words, rows, self.day(3))

    def revenue(self) -> Revision:
        """The estimate of revenue, as much as is spent."""
        rows = [self._revenue_line(group, item, self.amount(base)) for group, item, base in _data()["revenue"]]
        group, item = _data()["revenue_rest"]
        rest = self.amount(_data()["total"]) - sum(row["original"] for row in rows)
        rows.append(self._revenue_line(group, item, rest))
        words = Words(title=f"ประมาณการรายรับ ประจำปีงบประมาณ พ.ศ. {self.year} {MARK}")
        return self._plan(PlanKind.REVENUE, words, rows, self.start - dt.timedelta(days=10))

    def _revenue_line(self, group: str, item: str, amount: Decimal) -> dict[str, Any]:
        return {"revenue_group": group, "item": item, "division_id": self.divisions["finance"], "original": amount}

    def action_plan(self, ordinance: Revision) -> Revision:
        """Every project and construction of the ordinance with its months."""
        rows = []
        for version in self._of(ordinance):
            if version.item.startswith("โครงการ") or version.category == Category.LAND_BUILDINGS:
                begin = 1 + int(_chance("month", version.item) * 8)
                length = 3 if version.group == Group.INVESTMENT else 1
                rows.append(
                    {**_same(version), "place": version.place or "ทั้งเขตเทศบาล", "month_from": begin,
                     "month_to": min(begin + length, 12), "detail": NOTE}
                )  # fmt: skip
        words = Words(
            title=f"แผนการดำเนินงาน ประจำปีงบประมาณ พ.ศ. {self.year} {MARK}", approver=Approver.EXECUTIVE,
            approved_on=self.day(1), document_number=f"ประกาศเทศบาล 1/{self.year} {MARK}",
        )  # fmt: skip
        return self._plan(PlanKind.ACTION, words, rows, self.day(1))

    def spending_plan(self, ordinance: Revision) -> Revision:
        """What each division means to spend in each quarter, by expenditure group."""
        sums: dict[tuple[str, str, int | None], Decimal] = {}
        for version in self._of(ordinance):
            key = (version.programme, version.group, version.division_id)
            sums[key] = sums.get(key, Decimal(0)) + (version.revised or Decimal(0))
        rows = []
        for (programme, group, division), amount in sums.items():
            shares = (0, Decimal("0.4"), Decimal("0.6")) if group == Group.INVESTMENT else (Decimal("0.25"),) * 3
            quarters = [(amount * share).quantize(Decimal("0.01")) for share in shares]
            rows.append(
                {"programme": programme, "group": group, "division_id": division, "original": amount,
                 "item": _GROUPS[group], "q1": quarters[0], "q2": quarters[1], "q3": quarters[2],
                 "q4": amount - sum(quarters)}
            )  # fmt: skip
        words = Words(title=f"แผนการใช้จ่ายเงิน ประจำปีงบประมาณ พ.ศ. {self.year} {MARK}")
        return self._plan(PlanKind.SPENDING, words, rows, self.day(1))

    def procurement_plan(self, ordinance: Revision) -> Revision:
        """What is bought for more than 100,000 baht."""
        rows = [
            {**_same(version), "month_from": 1 + int(_chance("month", version.item) * 8),
             "month_to": 1 + int(_chance("month", version.item) * 8), "detail": NOTE,
             "method": Method.E_BIDDING if version.revised > 500000 else Method.SPECIFIC}
            for version in self._of(ordinance)
            if version.category in _PROJECTS and version.revised is not None and version.revised > 100000
        ]  # fmt: skip
        words = Words(title=f"แผนการจัดซื้อจัดจ้าง ประจำปีงบประมาณ พ.ศ. {self.year} {MARK}")
        return self._plan(PlanKind.PROCUREMENT, words, rows, self.day(1))

    @property
    def start(self) -> dt.date:
        """The first day of the year."""
        return FiscalYear(self.year).start

    def _of(self, revision: Revision) -> Iterator[LineVersion]:
        yield from revision.versions.order_by("position")

    def _plan(self, kind: str, words: Words, rows: Sequence[dict[str, Any]], day: dt.date) -> Revision:
        draft = begin_plan(self.year, kind, words, by=self.by, form_mark=self.mark(kind))
        replace_lines(draft, [LineInput(None, dict(row)) for row in rows], by=self.by, edits=draft.edits)
        return self._publish_on(draft, min(day, today()))

    def _publish_on(self, draft: Revision, day: dt.date) -> Revision:
        current = Revision.objects.current().filter(plan=draft.plan_id).first()
        Revision.objects.current().filter(plan=draft.plan_id).update(is_current=False)
        Revision.objects.filter(pk=draft.pk).update(
            number=(current.number or 0) + 1 if current else 1, is_current=True, **self._published(day)
        )
        draft.refresh_from_db()
        return draft

    def _published(self, day: dt.date) -> dict[str, Any]:
        at = min(dt.datetime.combine(day, dt.time(10), BANGKOK), timezone.now())
        return {"state": State.PUBLISHED, "published_by": self.by, "published_at": at}

    # Spending ---------------------------------------------------------------------------------------------
    def statement(self, month: int, spent: Sequence[Revision], received: Revision) -> None:
        """The state of every line at the end of a fiscal month; of some nothing is known yet."""
        made = Statement.objects.create(
            year=year_row(self.year), month=month, as_of=min(end_of_month(self.year, month), today()), note=NOTE,
            made_by=self.by, form_mark=self.mark("statement", month),
        )  # fmt: skip
        rows = []
        for version in [version for revision in spent for version in self._of(revision)]:
            if _chance("unknown", month, version.item, version.line_id) > 0.985:
                continue
            paid, promised = _spent(version, month)
            rows.append(Spent(statement=made, line_id=version.line_id, disbursed=paid, obligated=promised))
        for version in self._of(received):
            share = Decimal(month) / 12 * Decimal(str(round(0.94 + 0.1 * _chance("received", version.item, month), 4)))
            money = ((version.revised or Decimal(0)) * share).quantize(Decimal("0.01"))
            rows.append(Spent(statement=made, line_id=version.line_id, received=money))
        Spent.objects.bulk_create(rows)
        Statement.objects.filter(pk=made.pk).update(number=1, is_current=True, **self._published(self.day(month, 10)))

    # Procurement ------------------------------------------------------------------------------------------
    def purchases(self, ordinance: Revision, count: int, months: int) -> None:
        """`count` purchases in the first `months` months; in one of them there was none, which is said."""
        wanted = [version for version in self._of(ordinance) if version.category in _BOUGHT]
        wanted.sort(key=lambda version: _chance("bought", version.item, version.line_id))
        told = [month for month in range(1, months + 1) if month != 8]
        for month in range(1, months + 1):
            mine = [version for place, version in enumerate(wanted[:count]) if told[place % len(told)] == month]
            made = MonthSummary.objects.create(
                year=year_row(self.year), month=month, nothing=month not in told, note=NOTE, made_by=self.by,
                form_mark=self.mark("summary", month),
            )  # fmt: skip
            if month in told:
                rows = (self._purchase(made, place, version) for place, version in enumerate(mine, start=1))
                Purchase.objects.bulk_create(rows)
            MonthSummary.objects.filter(pk=made.pk).update(
                number=1, is_current=True, **self._published(self.day(month))
            )

    def _purchase(self, summary: MonthSummary, place: int, version: LineVersion) -> Purchase:
        sellers = _data()["sellers"]
        whole = version.revised or Decimal(0)
        part = whole if version.category in _PROJECTS else min(whole, Decimal(18000))
        price = (part * Decimal("0.97")).quantize(Decimal("0.01"))
        seller = int(_chance("seller", version.item) * len(sellers))
        name, number = sellers[seller]
        others = [
            {"name": other, "price": f"{price * Decimal('1.02'):.2f}"}
            for other, _number in sellers[seller + 1 : seller + 3]
            if part > 100000
        ]
        day = min(end_of_month(self.year, summary.month), today())
        return Purchase(
            summary=summary, position=place, title=version.item, budget_amount=part, reference_price=part,
            method=Method.E_BIDDING if part > 500000 else Method.SPECIFIC,
            bids=[{"name": name, "price": f"{price:.2f}"}, *others], winner=name, winner_tax_id=number,
            agreed_price=price, reason="เสนอราคาต่ำสุดและถูกต้องตามเงื่อนไข",
            contract_number=f"ใบสั่งซื้อ/จ้าง {summary.month}-{place}/{self.year} {MARK}", contract_date=day,
            status=PurchaseState.ENDED if summary.month < 8 else PurchaseState.RUNNING,
            division_id=version.division_id, line_id=version.line_id,
        )  # fmt: skip

    def procurement_report(self) -> None:
        """What the yearly report says beside its figures."""
        ProcurementReport.objects.create(
            year=year_row(self.year), problems=f"{MARK} ผู้เสนอราคาในพื้นที่มีน้อยราย บางรายการส่งมอบล่าช้าในช่วงฤดูฝน",
            suggestions=f"{MARK} ประกาศแผนจัดซื้อจัดจ้างให้เร็วขึ้น และกำหนดงวดงานก่อสร้างให้เสร็จก่อนฤดูฝน",
            published_at=min(dt.datetime.combine(self.day(12, 20), dt.time(10), BANGKOK), timezone.now()),
            published_by=self.by,
        )  # fmt: skip

    def _moment(self, month: int, day: int) -> dt.datetime:
        """Some hours of a day after a fiscal month, never to come."""
        return min(dt.datetime.combine(self.day(month, day), dt.time(10), BANGKOK), timezone.now())

    # People -----------------------------------------------------------------------------------------------
    def voices(self, ordinance: Revision) -> None:
        """What citizens asked, some of it answered; and who of the staff has read the plan."""
        seen = {"state": CommentState.PUBLISHED, "moderated_by": self.by}
        for place, (kind, text, answer, about) in enumerate(_data()["comments"]):
            line = ordinance.versions.filter(item__contains=about).first() if about else None
            public = kind != CommentKind.PROPOSAL or bool(answer)
            sent, looked = self._moment(place * 2 + 1, 3), self._moment(place * 2 + 1, 7)
            made = Comment.objects.create(
                year=year_row(self.year), plan=ordinance.plan, line=None if line is None else line.line, kind=kind,
                text=f"{text} {MARK}", form_mark=self.mark("comment", place), answer=answer,
                answered_by=self.by if answer else None, answered_at=looked if answer else None,
                **(seen | {"moderated_at": looked} if public else {}),
            )  # fmt: skip
            Comment.objects.filter(pk=made.pk).update(sent_at=min(sent, looked))
        staff = User.objects.filter(is_demonstration=True, username__in=["staff2", "head", "secretary", "budget"])
        Reading.objects.bulk_create(Reading(revision=ordinance, user=one, division=one.division) for one in staff)


_BOUGHT = (Category.MATERIALS, Category.EQUIPMENT, Category.LAND_BUILDINGS)


def _same(version: LineVersion) -> dict[str, Any]:
    """What a plan that says how and when takes over from a line of the budget."""
    names = ("programme", "work", "group", "category", "item", "division_id", "source", "place")
    return {
        **{name: getattr(version, name) for name in names},
        "original": version.revised,
        "serves_id": version.line_id,
    }


def _spent(version: LineVersion, month: int) -> tuple[Decimal, Decimal]:
    """Paid since 1 October and committed, at the end of a fiscal month."""
    whole = version.revised or Decimal(0)
    chance = Decimal(str(round(_chance("spent", version.item, version.line_id), 4)))
    if version.group == Group.INVESTMENT:
        share = (
            Decimal(0)
            if month < 6
            else Decimal("0.45") * chance
            if month < 9
            else Decimal("0.55") + chance * Decimal("0.4")
        )
        promised = whole * (Decimal("0.3") if 3 <= month < 9 else Decimal("0.1")) * chance
    else:
        share = Decimal(month) / 12 * (Decimal("0.86") + chance * Decimal("0.12"))
        promised = Decimal(0)
    paid = (whole * share).quantize(Decimal("0.01"))
    return paid, min(promised, whole - paid).quantize(Decimal("0.01"))


def demonstrate_budget() -> None:
    """Three example years where there is no budget at all: that of the plan, the last one, and the present one."""
    officer = User.objects.filter(username="budget").first()
    if BudgetYear.objects.exists() or officer is None:
        return
    names = {division.name: division.pk for division in Division.objects.all()}
    fallback = next(iter(names.values()))
    divisions = {key: names.get(name, fallback) for key, name in _data()["divisions"].items()}
    now = FiscalYear.current().number
    with pghistory.context(user=officer.pk, act="set_up_portal"):
        for step, year in enumerate(sorted({PLAN_YEAR, now - 1, now})):
            row = year_row(year)
            row.inhabitants, row.inhabitants_on = _data()["inhabitants"], min(FiscalYear(year).start, today())
            row.save()
            _demonstrate_year(Example(year, step, officer, divisions), present=year == now)


def _demonstrate_year(example: Example, *, present: bool) -> None:
    ordinance = example.ordinance(revised=not present)
    received = example.revenue()
    example.action_plan(ordinance)
    example.spending_plan(ordinance)
    example.procurement_plan(ordinance)
    if present:
        example.voices(ordinance)
        return
    budget = [ordinance, *([example.supplement()] if example.year != PLAN_YEAR else [])]
    for month in (3, 6, 9):
        example.statement(month, budget, received)
    example.purchases(ordinance, 60, 12 if example.year != PLAN_YEAR else 9)
    if example.year != PLAN_YEAR:
        example.procurement_report()
        example.voices(ordinance)
