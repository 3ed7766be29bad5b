"""Example assets, loans and a count for the demonstration, each marked as an example.

What lies in the past the services cannot write, as they know today only: `past_loan` writes its rows as they would
have left them, under the same guards of the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pghistory
import yaml
from psycopg2.extras import DateRange

from ita_portal.fiscal import BANGKOK, BUDDHIST_ERA_OFFSET, FiscalYear, today
from organization.models import Division, User
from organization.working_days import add_working_days, first_working_day

from .choices import (
    USABLE,
    Acquisition,
    Act,
    AssetKind,
    Condition,
    CountResult,
    Funds,
    HandoverKind,
    IncidentKind,
    LoanState,
    Place,
    Remedy,
)
from .models import (
    Asset,
    Category,
    Counter,
    CountItem,
    CountSession,
    Extension,
    Handover,
    HandoverLine,
    Incident,
    Loan,
    LoanEntry,
    LoanLine,
)
from .services.requests import _next_number

DATA = Path(__file__).parent / "data"
MARK = "(ตัวอย่าง)"
NOTE = "[ตัวอย่าง] ข้อมูลสมมติสำหรับทดลองใช้ระบบ"
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Past:
    """A loan as it went. asked: day of the request. ended: refused or cancelled instead of approved, with a reason.

    handed: whether things were handed out, on the first day. back: the day on which they came back, in `condition`.
    decided: whether somebody decided on it; a day after the request at most.
    """

    asked: dt.date
    start: dt.date
    due: dt.date
    purpose: str = f"{NOTE} ใช้ในงานราชการ"
    location: str = ""
    decided: bool = True
    ended: LoanState | None = None
    reason: str = ""
    handed: bool = True
    back: dt.date | None = None
    condition: Condition = Condition.GOOD
    remedy: Remedy | None = None

    @property
    def state(self) -> LoanState:
        """Where it stands now."""
        if self.ended is not None or not self.decided:
            return self.ended or LoanState.REQUESTED
        if not self.handed:
            return LoanState.APPROVED
        return LoanState.OUT if self.back is None else LoanState.RETURNED

    @property
    def ended_on(self) -> dt.date | None:
        """The day of its end."""
        return self.asked + DAY if self.ended is not None else self.back


def _at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), BANGKOK)


def past_loan(past: Past, wants: Sequence[tuple[Asset, int]], *, borrower: User, by: User, officer: User) -> Loan:
    """Write a loan with everything that belongs to it. by: who decided; never the borrower."""
    state, decided_at = past.state, _at(past.asked + DAY, 9)
    answered = past.decided and state != LoanState.CANCELLED
    loan = Loan.objects.create(
        fiscal_year=(year := FiscalYear.of(past.asked).number), number=_next_number(year), borrower=borrower,
        entered_by=borrower, division=borrower.division, owner_id=wants[0][0].division_id, phone=borrower.phone,
        purpose=past.purpose, use_at=Place.OFF_SITE if past.location else Place.ON_SITE, location=past.location,
        start_on=past.start, due_on=past.due, state=state, requested_at=_at(past.asked, 9), reason=past.reason,
        decided_by=by if answered else None, decided_at=decided_at if answered else None,
        decided_as=(by.position or str(by)) if answered else "", finished_on=past.ended_on,
        form_mark=f"demonstration {year} {Loan.objects.count()}",
    )  # fmt: skip
    holds = state in (LoanState.APPROVED, LoanState.OUT)
    given = state in (LoanState.OUT, LoanState.RETURNED)
    lost = past.condition == Condition.LOST
    for position, (asset, quantity) in enumerate(wants, start=1):
        back = quantity if past.back else 0
        LoanLine.objects.create(
            loan=loan, asset=asset, position=position, quantity=quantity,
            during=DateRange(past.start, past.due, "[]"), held=quantity if holds else 0,
            handed=quantity if given else 0, returned=0 if lost else back, lost=back if lost else 0,
        )  # fmt: skip
    _enter(loan, Act.REQUEST, LoanState.REQUESTED, borrower, _at(past.asked, 9))
    if state == LoanState.CANCELLED:
        _enter(loan, Act.CANCEL, state, borrower, decided_at)
    elif answered:
        act = Act.REFUSE if state == LoanState.REFUSED else Act.APPROVE
        after = state if state == LoanState.REFUSED else LoanState.APPROVED
        _enter(loan, act, after, by, decided_at, past.reason)
    if given:
        _hand_over(loan, HandoverKind.OUT, officer, past.start, Condition.GOOD)
    if past.back is not None:
        given_back = _hand_over(loan, HandoverKind.BACK, officer, past.back, past.condition)
        if past.condition not in USABLE:
            _incident(given_back, past, officer)
        _enter(loan, Act.FINISH, LoanState.RETURNED, officer, _at(past.back, 16))
    return loan


def _hand_over(loan: Loan, kind: HandoverKind, officer: User, day: dt.date, condition: Condition) -> list[HandoverLine]:
    at = _at(day, 9, 30) if kind == HandoverKind.OUT else _at(day, 16)
    handover = Handover.objects.create(
        loan=loan, kind=kind, officer=officer, person=str(loan.borrower), day=day, at=at,
        form_mark=f"demonstration {loan.pk} {kind}",
    )  # fmt: skip
    lines = HandoverLine.objects.bulk_create(
        HandoverLine(handover=handover, line=line, quantity=line.quantity, condition=condition)
        for line in loan.lines.select_related("asset")
    )
    act = Act.HAND_OUT if kind == HandoverKind.OUT else Act.TAKE_BACK
    _enter(loan, act, LoanState.OUT, officer, at)
    return lines


def _incident(lines: Sequence[HandoverLine], past: Past, officer: User) -> None:
    """One piece of the first line is damaged or lost; undecided, it cannot be used."""
    line, asset = lines[0], lines[0].line.asset
    Incident.objects.create(
        asset=asset, handover=line, quantity=line.quantity, noticed_on=past.back or past.due, noticed_by=officer,
        kind=IncidentKind.LOST if past.condition == Condition.LOST else IncidentKind.DAMAGED,
        description=f"{NOTE} พบความเสียหายเมื่อรับคืน", remedy=past.remedy or "",
        amount=Decimal(1200) if past.remedy == Remedy.PAID else None,
        decided_on=past.back if past.remedy else None, decided_by=officer if past.remedy else None,
    )  # fmt: skip
    if past.remedy is None:
        asset.broken = min(asset.quantity, asset.broken + line.quantity)
        if asset.is_single:
            asset.condition = past.condition
        asset.save(update_fields=["broken", "condition"])


def _enter(loan: Loan, act: Act, state: LoanState, by: User, at: dt.datetime, note: str = "") -> None:  # noqa: PLR0917
    LoanEntry.objects.create(loan=loan, act=act, state=state, by=by, at=at, note=note)


def demonstrate_assets() -> None:
    """Assets of every division, loans of this fiscal year in every state, a count; only where there is no asset."""
    if Asset.objects.exists():
        return
    people = {user.username: user for user in User.objects.filter(is_demonstration=True).select_related("division")}
    if not {"assets", "head", "mayor", "staff", "staff2", "secretary", "budget", "integrity"} <= people.keys():
        return
    with pghistory.context(user=people["assets"].pk, act="demonstration"):
        assets = _assets(people["assets"])
        if len(assets) > 1:
            _loans(assets, people)
            _count(people)


def _assets(officer: User) -> dict[str, Asset]:
    """The examples by their names, without the mark."""
    divisions = {division.name: division for division in Division.objects.all()}
    kinds = {category.code: category for category in Category.objects.exclude(code="")}
    raw = yaml.safe_load((DATA / "demonstration.yaml").read_text(encoding="utf-8"))
    year = FiscalYear.of(today()).number
    made: dict[str, Asset] = {}
    numbers: dict[tuple[str, int], int] = {}
    for division, rows in raw.items():
        for place, (code, name, pieces, unit, where, price, lendable) in enumerate(rows):
            if division not in divisions or code not in kinds:
                continue
            bought = year - 1 - place % 6
            numbers[code, bought] = number = numbers.get((code, bought), 0) + 1
            made[name] = Asset(
                number=f"{code}-{bought % 100}-{number:04d}", name=f"{name} {MARK}", category=kinds[code],
                kind=AssetKind.SINGLE if pieces == 1 else AssetKind.QUANTITY, quantity=pieces, unit=unit,
                division=divisions[division], place=where, unit_price=Decimal(price), lendable=lendable,
                acquired_on=dt.date(bought - BUDDHIST_ERA_OFFSET - 1, 11, 3) + 37 * (place % 8) * DAY,
                acquisition=Acquisition.SPECIFIC if price < 500_000 else Acquisition.E_BIDDING, funds=Funds.BUDGET,
                document=f"ใบส่งของ {number}/{bought} {MARK}", seller=f"ร้านสมมติพาณิชย์ {MARK}",
                life_years=kinds[code].life_years, note=NOTE, custodian=officer if division == "กองคลัง" else None,
            )  # fmt: skip
    Asset.objects.bulk_create(made.values())
    return made


_RETURNED = (
    "เครื่องฉายภาพ", "จอรับภาพชนิดขาตั้ง", "รถกระบะ", "เครื่องตบดิน", "กล้องระดับ", "เก้าอี้พลาสติก", "โต๊ะพับขาเหล็ก",
    "เต็นท์ผ้าใบ ขนาด 4 x 8 เมตร", "เครื่องขยายเสียงเคลื่อนที่", "กล้องถ่ายภาพดิจิทัล", "รถตู้โดยสาร 12 ที่นั่ง", "คอมพิวเตอร์แท็บเล็ต",
    "ชุดประตูฟุตซอล", "กลองยาว", "เครื่องพ่นหมอกควัน",
    "เครื่องตัดหญ้า", "รถเข็นผู้ป่วย", "โต๊ะลงทะเบียน", "โทรโข่ง", "ไมโครโฟนไร้สาย", "คูลเลอร์น้ำดื่ม", "เครื่องสแกนเอกสาร",
)  # fmt: skip
_PURPOSES = (
    "จัดประชุมประชาคมหมู่บ้าน", "สำรวจแนวถนนก่อนซ่อมแซม", "จัดอบรมพนักงานเทศบาล", "งานประเพณีประจำปีของตำบล",
    "ออกหน่วยบริการประชาชน",
    "จัดแข่งขันกีฬาเยาวชน", "ประชุมสภาเทศบาล",
)  # fmt: skip


def _loans(assets: dict[str, Asset], people: dict[str, User]) -> None:
    day = today()
    span = max(30, (day - FiscalYear.of(day).start).days)
    borrowers = [people[name] for name in ("staff", "staff2", "secretary", "integrity", "budget")]

    def lend(number: int, name: str, past: Past, pieces: int = 1, borrower: User | None = None) -> Loan | None:
        if name not in assets:
            return None
        asset = assets[name]
        who = borrower or borrowers[number % len(borrowers)]
        works = asset.division_id == people["head"].division_id and not past.location
        return past_loan(
            past, [(asset, pieces)], borrower=who, by=people["head" if works else "mayor"], officer=people["assets"]
        )

    def words(number: int) -> str:
        return f"[ตัวอย่าง] {_PURPOSES[number % len(_PURPOSES)]}"

    for number, name in enumerate(_RETURNED):
        start = day - (6 + (span - 8) * (len(_RETURNED) - number) // len(_RETURNED)) * DAY
        due = start + (1 + number % 3) * DAY
        back = {3: due + 2 * DAY, 11: due + 4 * DAY}.get(number, due)
        hurt = {
            4: (Condition.DAMAGED, Remedy.REPAIRED),
            18: (Condition.LOST, Remedy.PAID),
            21: (Condition.DAMAGED, None),
        }
        condition, remedy = hurt.get(number, (Condition.GOOD, None))
        where = "ศาลากลางจังหวัด" if name.startswith("รถ") and "เข็น" not in name else ""
        pieces = 1 if assets.get(name) is None or assets[name].is_single else max(1, assets[name].quantity // 10)
        lend(
            number, name,
            Past(start - 3 * DAY, start, due, words(number), where, back=back, condition=condition, remedy=remedy),
            1 if number in hurt else pieces,
        )  # fmt: skip

    staff, staff2 = people["staff"], people["staff2"]
    # With the borrower, and due: in some days, today, or days ago.
    for number, (name, ago, left, pieces) in enumerate((
        ("เครื่องฉายภาพขนาดพกพา", 3, 0, 1), ("คอมพิวเตอร์โน้ตบุ๊ก", 4, 5, 1), ("เก้าอี้พลาสติก", 2, 3, 80),
        ("เครื่องผสมคอนกรีต", 8, -2, 1), ("โต๊ะพับขาเหล็ก", 9, -5, 15), ("กลองยาว", 20, -12, 4), ("เลื่อยยนต์", 5, 1, 1),
    )):  # fmt: skip
        start = day - ago * DAY
        loan = lend(number, name, Past(start - 2 * DAY, start, day + left * DAY, words(number)), pieces)
        if loan is not None and name == "เลื่อยยนต์":
            Extension.objects.create(
                loan=loan, old_due_on=loan.due_on, new_due_on=loan.due_on + 5 * DAY, asked_by=loan.borrower,
                reason="[ตัวอย่าง] งานตัดแต่งต้นไม้ยังไม่แล้วเสร็จ",
            )  # fmt: skip
            _enter(loan, Act.ASK_EXTENSION, LoanState.OUT, loan.borrower, _at(day - DAY, 10))
    # Approved, to be collected; then waiting for the head and for the mayor.
    lend(0, "กล้องระดับ", Past(day - 2 * DAY, day, day + 2 * DAY, words(1), handed=False), borrower=staff)
    lend(1, "เต็นท์ผ้าใบ ขนาด 4 x 8 เมตร", Past(day - 3 * DAY, day + 2 * DAY, day + 4 * DAY, words(3), handed=False), 3)
    waiting = Past(day - DAY, day + 6 * DAY, day + 7 * DAY, words(2), decided=False)
    lend(2, "จอรับภาพชนิดขาตั้ง", waiting, borrower=staff2)
    lend(3, "เครื่องกำเนิดไฟฟ้า 5 กิโลวัตต์", waiting, borrower=staff)
    lend(4, "ชุดเครื่องเสียงวงดนตรี", waiting, borrower=staff2)
    away = Past(day - DAY, day + 8 * DAY, day + 8 * DAY, words(4), "ที่ว่าการอำเภอ", decided=False)
    lend(5, "รถกระบะสี่ประตู", away, borrower=staff)
    lend(6, "รถตู้โดยสาร 12 ที่นั่ง", away, borrower=staff2)
    # Refused and cancelled.
    before = day - 12 * DAY
    for number, (name, ended, reason) in enumerate((
        ("รถบรรทุกหกล้อ", LoanState.REFUSED, "[ตัวอย่าง] รถอยู่ระหว่างตรวจสภาพประจำปี"),
        ("เครื่องฉายภาพ", LoanState.REFUSED, "[ตัวอย่าง] ตรงกับการประชุมของกอง โปรดเลือกวันอื่น"),
        ("โทรโข่ง", LoanState.CANCELLED, ""), ("เก้าอี้พลาสติก", LoanState.CANCELLED, ""),
    )):  # fmt: skip
        where = "ศูนย์ราชการ" if name.startswith("รถ") else ""
        lend(
            number,
            name,
            Past(before, before + 4 * DAY, before + 5 * DAY, words(number), where, ended=ended, reason=reason),
        )


def _count(people: dict[str, User]) -> None:
    """The count of the year before last, closed; and that of the last year, on any day one to work with: half of it
    counted, or before its first working day prepared only."""
    year = FiscalYear.of(today()).number - 1
    _counted(year - 1, chair=people["secretary"], counter=people["staff2"], people=people, share=100)
    _counted(year, chair=people["staff2"], counter=people["staff"], people=people, share=50)


def _counted(year: int, *, chair: User, counter: User, people: dict[str, User], share: int) -> None:
    """A count as far as `share` (of a hundred) of the register; closed where that is all."""
    start = first_working_day(FiscalYear(year).end + DAY)
    begun = today() >= start
    session = CountSession.objects.create(
        fiscal_year=year, order=f"คำสั่งเทศบาลที่ 9/{year} {MARK}", appointed_on=FiscalYear(year).end.replace(day=15),
        start_on=start, due_on=add_working_days(start - DAY, 30), made_by=people["assets"],
        opened_at=_at(start, 8, 30) if begun else None, remarks=NOTE,
    )  # fmt: skip
    Counter.objects.create(session=session, user=chair, chairs=True)
    Counter.objects.create(session=session, user=counter)
    if not begun:
        return
    assets = list(Asset.objects.filter(retired_on=None).order_by("number"))
    items = []
    for place, asset in enumerate(assets):
        seen = place * 100 < share * len(assets)
        missing = seen and place == len(assets) // 3 and not asset.is_single
        moved = seen and place == len(assets) // 4
        item = CountItem(
            session=session, asset=asset, division_id=asset.division_id, place=asset.place, expected=asset.quantity
        )
        if seen:
            item.result = CountResult.MISSING if missing else CountResult.WRONG_PLACE if moved else CountResult.FOUND
            item.found = asset.quantity - missing
            item.condition, item.found_place = Condition.GOOD, "อาคารเก็บของ" if moved else ""
            item.counted_by, item.revision = counter, 1
            item.counted_at = _at(min(today(), start + (place % 3) * DAY), 8, 31 + place % 29)
        items.append(item)
    CountItem.objects.bulk_create(items)
    if share == 100:
        session.closed_at, session.closed_by = _at(start + 20 * DAY, 15), chair
        session.save(update_fields=["closed_at", "closed_by"])
