"""The committee's report of the yearly count (clause 213), as PDF and as a workbook. In Thai, as it is signed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ita_portal.pdf import Verbatim, compile_pdf
from ita_portal.spreadsheets import Sheet, Value, write_xlsx
from ita_portal.thai import baht, long_date
from organization.models import Municipality, User

from ..choices import Condition, CountResult
from ..count_reading import Days, Member, Tally, committee, entries, summary_of, surprises_of
from ..models import CountItem, CountSession, RegisterSettings, Surprise

_HERE = Path(__file__).resolve().parent
TITLE = "รายงานผลการตรวจสอบพัสดุประจำปี"
ALONE = "ผู้รับผิดชอบในการตรวจสอบพัสดุ"
"""What one person is called who counts without a committee."""
MOST_IN_PDF = 2_000
"""Rows of a list on paper; more are in the workbook, and the report says so."""
MOST_IN_SHEET = 10_000
"""Rows of a list in the workbook; the pages of the count hold the rest, and the sheet says so."""
_SUMMARY = ("หน่วยงาน", "รายการตามทะเบียน", "พบ", "พบผิดที่", "ไม่พบ/ไม่ครบ", "ชำรุด", "พบนอกทะเบียน")
_CONDITIONS = {
    Condition.GOOD: "ใช้การได้",
    Condition.WORN: "เสื่อมสภาพ ยังใช้การได้",
    Condition.DAMAGED: "ชำรุด",
    Condition.UNUSABLE: "ชำรุดจนซ่อมไม่ได้",
    Condition.LOST: "สูญหาย",
}
_COPIES = (
    "เสนอหัวหน้าหน่วยงานของรัฐ จำนวน 1 ชุด",
    "สำเนาส่งสำนักงานการตรวจเงินแผ่นดิน จำนวน 1 ชุด",
    "สำเนาส่งหน่วยงานต้นสังกัด (ถ้ามี) จำนวน 1 ชุด",
)


@dataclass(frozen=True, slots=True)
class _List:
    """One list of the report. widths: shares of a page; aligns: `left`, `center` or `right` by column."""

    title: str
    sheet: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    aligns: tuple[str, ...]
    empty: str
    rows: list[list[Value]] = field(default_factory=list)
    whole: bool = True


def count_report_pdf(session: CountSession, *, municipality: Municipality) -> bytes:
    """The report with Thai digits: the letter to the mayor, the summary, the signatures, the lists.

    Before the count is closed it is a draft without signatures, and says so.
    """
    summary, days, members = summary_of(session), Days(session), committee(session)
    closed = session.closed_at is not None
    content = {
        "title": TITLE,
        "under": [
            f"ประจำปีงบประมาณ พ.ศ. {session.fiscal_year}",
            _place(municipality),
            *([] if closed else ["ร่าง – ยังตรวจสอบไม่แล้วเสร็จ"]),
        ],
        "head": [
            ["เรื่อง", f"{TITLE}งบประมาณ พ.ศ. {session.fiscal_year}"],
            ["เรียน", _mayor(municipality)],
        ],
        "body": _body(session, days, members),
        "summary": {
            "columns": _SUMMARY,
            "rows": [_cells(str(row.division or "ไม่ทราบหน่วยงาน"), row) for row in summary.rows],
            "total": _cells("รวม", summary.total),
        },
        "after": _after(session, summary.total),
        "members": [_signer(member, members) for member in members] if closed else [],
        "copies_title": "การส่งรายงาน",
        "copies": _COPIES if closed else [],
        "lists": [_printed(one) for one in _lists(session, MOST_IN_PDF, pending=not closed)],
    }
    return compile_pdf(
        _HERE / "count_report.typ",
        content,
        title=f"{TITLE}งบประมาณ พ.ศ. {session.fiscal_year}",
        author=municipality.name,
        created=session.closed_at,
    )


def count_report_xlsx(session: CountSession, *, municipality: Municipality) -> bytes:
    """The same as a workbook: a sheet of the summary, one of each list. Digits are Arabic: a spreadsheet counts."""
    summary, days, members = summary_of(session), Days(session), committee(session)
    title = f"{TITLE}งบประมาณ พ.ศ. {session.fiscal_year}"
    below = [*_body(session, days, members), *_after(session, summary.total)]
    below += [f"{_role(member, members)}: {_named(member.user)}" for member in members]
    rows: list[list[Value]] = [[str(row.division or "ไม่ทราบหน่วยงาน"), *_numbers(row)] for row in summary.rows]
    rows.append(["รวม", *_numbers(summary.total)])
    first = Sheet(
        "สรุป",
        _SUMMARY,
        rows,
        widths=(36, 18, 12, 12, 16, 12, 16),
        above=(title, _place(municipality)),
        below=below,
        centred=range(1, len(_SUMMARY)),
    )
    sheets = [
        Sheet(
            one.sheet,
            one.columns,
            one.rows,
            widths=[width * 3.2 for width in one.widths],
            above=(one.title, title),
            below=_below(one),
        )
        for one in _lists(session, MOST_IN_SHEET, pending=session.closed_at is None)
    ]
    return write_xlsx([first, *sheets], title=title, author=municipality.name)


def _below(one: _List) -> tuple[str, ...]:
    if not one.rows:
        return (one.empty,)
    return () if one.whole else (f"แสดง {MOST_IN_SHEET:,} รายการแรก รายการทั้งหมดอยู่ในหน้าการตรวจสอบของพอร์ทัล",)


def _body(session: CountSession, days: Days, members: list[Member]) -> list[str]:
    allowed = RegisterSettings.current().count_days
    begun = long_date(days.opened_on or session.start_on, "th")
    ended = f"แล้วเสร็จและรายงานเมื่อวันที่ {long_date(days.reported_on, 'th')}" if days.reported_on else "ยังไม่แล้วเสร็จ"
    kept = f"ภายในกำหนด {allowed} วันทำการ" if days.reported_in_time else f"เกินกำหนด {allowed} วันทำการ"
    due = f"ครบกำหนดรายงานวันที่ {long_date(session.due_on, 'th')}"
    people = f"คณะกรรมการ {len(members)} คน" if len(members) > 1 else ALONE
    appointed, ended_on = long_date(session.appointed_on, "th"), long_date(session.year.end, "th")
    return [
        f"ตาม{_order(session.order)} ซึ่งแต่งตั้งเมื่อวันที่ {appointed} แต่งตั้ง{people} ตรวจสอบการรับจ่ายพัสดุ"
        f"และพัสดุคงเหลือประจำปี ณ วันที่ {ended_on} ตามระเบียบกระทรวงการคลังว่าด้วยการจัดซื้อจัดจ้าง"
        "และการบริหารพัสดุภาครัฐ พ.ศ. 2560 ข้อ 213 นั้น",
        f"บัดนี้ ได้เริ่มตรวจสอบเมื่อวันที่ {begun} {ended} ({kept} {due}) ปรากฏผลดังนี้",
    ]


def _order(words: str) -> str:
    return words if words.startswith("คำสั่ง") else f"คำสั่ง {words}"


def _after(session: CountSession, total: Tally) -> list[str]:
    words = []
    if total.pending:
        words.append(f"ยังไม่ได้ตรวจ {total.pending:,} รายการ")
    if session.remarks:
        words.append(f"ข้อสังเกตของคณะกรรมการ: {session.remarks}")
    if total.on_loan:
        words.append(f"ในจำนวนที่พบ มีพัสดุที่อยู่กับผู้ยืมตามใบยืมพัสดุ {total.on_loan:,} รายการ ซึ่งนับว่ามีอยู่ครบตามทะเบียน")
    if session.closed_at is None:
        return words
    if total.missing or total.damaged:
        damaged = f"พบพัสดุชำรุด {total.damaged:,} รายการ" if total.damaged else "ไม่พบพัสดุชำรุด"
        missing = f"ไม่พบหรือพบไม่ครบ {total.missing:,} รายการ" if total.missing else "ไม่มีพัสดุสูญหาย"
        words.append(
            f"{damaged} และ{missing} จึงเรียนมาเพื่อโปรดทราบ และ"
            "พิจารณาแต่งตั้งคณะกรรมการสอบหาข้อเท็จจริงตามข้อ 214 ของระเบียบดังกล่าวต่อไป"
        )
    else:
        words.append("ไม่พบพัสดุชำรุดหรือสูญหาย จึงเรียนมาเพื่อโปรดทราบ")
    return words


def _lists(session: CountSession, most: int, *, pending: bool) -> Iterable[_List]:
    """The lists in the order of the report; what is not counted yet only in a draft."""
    shared = ("ลำดับ", "หมายเลขพัสดุ", "รายการ")
    yield _filled(
        _List(
            "1. พัสดุที่ไม่พบหรือพบไม่ครบ",
            "ไม่พบ",
            (*shared, "จำนวนที่ขาด", "ราคาต่อหน่วย (บาท)", "หน่วยงาน", "สถานที่ตั้ง", "ผู้ดูแล", "หมายเหตุ"),
            (4, 12, 18, 6, 9, 11, 11, 11, 18),
            ("center", "left", "left", "center", "right", "left", "left", "left", "left"),
            "ไม่มี",
        ),
        (_missing(number, item) for number, item in _numbered(session, "missing", most)),
        most,
    )
    yield _filled(
        _List(
            "2. พัสดุที่ชำรุด",
            "ชำรุด",
            (*shared, "จำนวนที่ชำรุด", "สภาพ", "หน่วยงาน", "สถานที่ตั้ง", "ผู้ดูแล", "หมายเหตุ"),
            (4, 12, 18, 6, 10, 11, 11, 11, 18),
            ("center", "left", "left", "center", "left", "left", "left", "left", "left"),
            "ไม่มี",
        ),
        (_damaged(number, item) for number, item in _numbered(session, "damaged", most)),
        most,
    )
    yield _filled(
        _List(
            "3. พัสดุที่พบผิดที่",
            "พบผิดที่",
            (*shared, "หน่วยงาน", "สถานที่ตามทะเบียน", "สถานที่ที่พบ", "หมายเหตุ"),
            (4, 12, 20, 12, 16, 16, 18),
            ("center", "left", "left", "left", "left", "left", "left"),
            "ไม่มี",
        ),
        (_elsewhere(number, item) for number, item in _numbered(session, "wrong_place", most)),
        most,
    )
    yield _filled(
        _List(
            "4. พัสดุที่พบแต่ไม่มีในบัญชีของการตรวจสอบ",
            "นอกทะเบียน",
            ("ลำดับ", "หมายเลขที่ติดอยู่", "รายการ", "สถานที่ที่พบ", "สภาพ", "ผู้ตรวจพบ"),
            (4, 14, 24, 20, 12, 16),
            ("center", "left", "left", "left", "left", "left"),
            "ไม่มี",
        ),
        (_unexpected(number, one) for number, one in enumerate(surprises_of(session)[: most + 1], start=1)),
        most,
    )
    yield _filled(
        _List(
            "5. พัสดุที่อยู่กับผู้ยืม",
            "อยู่กับผู้ยืม",
            (*shared, "จำนวน", "หน่วยงาน", "ใบยืมพัสดุ", "หมายเหตุ"),
            (4, 12, 20, 8, 14, 24, 18),
            ("center", "left", "left", "center", "left", "left", "left"),
            "ไม่มี",
        ),
        (_lent(number, item) for number, item in _numbered(session, "on_loan", most)),
        most,
    )
    if pending:
        yield _filled(
            _List(
                "6. พัสดุที่ยังไม่ได้ตรวจ",
                "ยังไม่ได้ตรวจ",
                (*shared, "จำนวน", "หน่วยงาน", "สถานที่ตั้ง", "ผู้ดูแล"),
                (4, 14, 24, 8, 16, 16, 16),
                ("center", "left", "left", "center", "left", "left", "left"),
                "ไม่มี",
            ),
            (_waiting(number, item) for number, item in _numbered(session, "pending", most)),
            most,
        )


def _numbered(session: CountSession, name: str, most: int) -> Iterable[tuple[int, CountItem]]:
    return enumerate(entries(session, name)[: most + 1], start=1)


def _filled(one: _List, rows: Iterable[list[Value]], most: int) -> _List:
    found = list(rows)
    return _List(one.title, one.sheet, one.columns, one.widths, one.aligns, one.empty, found[:most], len(found) <= most)


def _missing(number: int, item: CountItem) -> list[Value]:
    asset = item.asset
    return [
        number, asset.number, asset.name, f"{item.expected - item.found:,} {asset.unit}", asset.unit_price,
        str(item.division), item.place, str(asset.custodian or ""), _note(item),
    ]  # fmt: skip


def _damaged(number: int, item: CountItem) -> list[Value]:
    asset = item.asset
    return [
        number, asset.number, asset.name, f"{item.damaged:,} {asset.unit}", _CONDITIONS[Condition(item.condition)],
        str(item.division), item.found_place or item.place, str(asset.custodian or ""), _note(item),
    ]  # fmt: skip


def _elsewhere(number: int, item: CountItem) -> list[Value]:
    asset = item.asset
    return [number, asset.number, asset.name, str(item.division), item.place, item.found_place, _note(item)]


def _lent(number: int, item: CountItem) -> list[Value]:
    asset = item.asset
    quantity = f"{item.expected:,} {asset.unit}"
    return [number, asset.number, asset.name, quantity, str(item.division), item.found_place, item.note]


def _waiting(number: int, item: CountItem) -> list[Value]:
    asset = item.asset
    quantity = f"{item.expected:,} {asset.unit}"
    return [number, asset.number, asset.name, quantity, str(item.division), item.place, str(asset.custodian or "")]


def _unexpected(number: int, one: Surprise) -> list[Value]:
    return [
        number, one.number or "ไม่มีหมายเลข", one.description, one.found_place, _CONDITIONS[Condition(one.condition)],
        str(one.counted_by),
    ]  # fmt: skip


def _note(item: CountItem) -> str:
    left = item.asset.retired_on
    gone = f"จำหน่ายออกจากทะเบียนแล้วเมื่อวันที่ {long_date(left, 'th')}" if left else ""
    seen = f"พบ {item.found:,} จาก {item.expected:,}" if item.result == CountResult.MISSING and item.found else ""
    where = item.found_place if item.result == CountResult.MISSING else ""
    return " ".join(filter(None, (seen, where, item.note, gone)))


def _printed(one: _List) -> dict[str, Any]:
    return {
        "title": one.title,
        "columns": one.columns,
        "widths": one.widths,
        "aligns": one.aligns,
        "empty": one.empty,
        "rows": [[_text(value, column) for column, value in enumerate(row)] for row in one.rows],
        "more": "" if one.whole else f"แสดง {MOST_IN_PDF:,} รายการแรก รายการทั้งหมดอยู่ในไฟล์ Excel ของรายงานนี้",
    }


def _text(value: Value, column: int) -> str:
    """As it is printed; a number of the register keeps its own digits."""
    if column == 1:
        return Verbatim(str(value))
    if column == 0:
        return f"{value:,}"
    return value if isinstance(value, str) else baht(value)  # type: ignore[arg-type]


def _cells(name: str, tally: Tally) -> list[str]:
    return [name, *(f"{number:,}" for number in _numbers(tally))]


def _numbers(tally: Tally) -> list[int]:
    return [tally.expected, tally.found, tally.wrong_place, tally.missing, tally.damaged, tally.unexpected]


def _signer(member: Member, members: list[Member]) -> dict[str, str]:
    return {"role": _role(member, members), "name": _named(member.user), "position": member.user.position}


def _role(member: Member, members: list[Member]) -> str:
    """Clause 213 appoints a committee or one person who is responsible; one alone is no committee."""
    if len(members) == 1:
        return ALONE
    return "ประธานกรรมการ" if member.chairs else "กรรมการ"


def _named(user: User) -> str:
    return user.get_full_name() or user.username


def _mayor(municipality: Municipality) -> str:
    return f"นายกเทศมนตรี{municipality.name.removeprefix('เทศบาล')}"


def _place(municipality: Municipality) -> str:
    district = f"อำเภอ{municipality.district}" if municipality.district else ""
    province = f"จังหวัด{municipality.province}" if municipality.province else ""
    return " ".join(filter(None, (municipality.name, district, province)))
