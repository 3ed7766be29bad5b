"""Example complaints of the demonstration, each marked [ตัวอย่าง] and made the way real ones are."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadhandler import StopFutureHandlers

from ita_portal.fiscal import FiscalYear, today

from .choices import Body, Category, Channel, Outcome, Refusal
from .conflict import Accused
from .models import Case
from .opened import OpenedCase, open_for_officer
from .services import acts
from .services.filing import Submission, file_report
from .sessions import OpenVault
from .uploads import SealedUpload, SealingUploadHandler

MARK = "[ตัวอย่าง]"
_NOTE = """สรุปการจ่ายเงินที่ตลาด (ตัวอย่าง)
วันที่ 3  จ่าย 200 บาท
วันที่ 10 จ่าย 200 บาท
วันที่ 17 จ่าย 200 บาท
"""


@dataclass(frozen=True, slots=True)
class _Example:
    """A complaint. ago: days before today; on: a day instead. steps: what officers and reporter do, in order."""

    category: Category
    report: dict[str, str]
    ago: int = 0
    on: dt.date | None = None
    channel: Channel = Channel.ONLINE
    identity: dict[str, str] | None = None
    files: tuple[tuple[str, bytes], ...] = ()
    steps: tuple[tuple[str, dict[str, Any]], ...] = field(default_factory=tuple)


def demonstrate_cases(vault: OpenVault) -> None:
    """File the examples and work on them, where there is no complaint at all yet."""
    if Case.objects.exists():
        return
    for number, example in enumerate(_examples()):
        _make(number, example, vault)


def _make(number: int, example: _Example, vault: OpenVault) -> None:
    officer = vault.officer
    entered = officer if example.channel != Channel.ONLINE else None
    report = {
        "accused_name": "", "accused_position": "", "accused_division": "", "happened_on": "", "happened_at_place": "",
        "evidence_note": "", "witnesses": "", "reported_elsewhere": "", **example.report,
    }  # fmt: skip
    filed = file_report(
        Submission(
            token=hashlib.sha256(f"demonstration {number} {vault.officer.pk}".encode()).digest(),
            category=example.category,
            report=report,
            accused=Accused(report["accused_name"], report["accused_position"]),
            identity=example.identity,
            files=[_upload(name, content) for name, content in example.files],
            channel=example.channel,
            arrived_on=example.on or today() - dt.timedelta(days=example.ago),
            intake_by=entered,
        )
    )
    opened = open_for_officer(filed.case, vault)
    for name, told in example.steps:
        _STEPS[name](opened, vault, told)


_STEPS = {
    "accept": lambda opened, vault, _told: acts.accept_case(opened, by=vault.officer),
    "assign": lambda opened, vault, _told: acts.assign_case(opened, by=vault.officer, handler=vault.officer),
    "ask": lambda opened, vault, told: acts.ask_reporter(opened, by=vault.officer, **told),
    "answer": lambda opened, vault, told: acts.answer_reporter(opened, by=vault.officer, **told),
    "note": lambda opened, vault, told: acts.write_note(opened, by=vault.officer, **told),
    "refuse": lambda opened, vault, told: acts.refuse_case(opened, by=vault.officer, **told),
    "refer": lambda opened, vault, told: acts.refer_case(opened, by=vault.officer, **told),
    "close": lambda opened, vault, told: acts.close_case(opened, by=vault.officer, **told),
    "write": lambda opened, _vault, told: _write(opened, told),
}


def _write(opened: OpenedCase, told: dict[str, str]) -> None:
    acts.write_as_reporter(opened, text=told["text"])


def _upload(name: str, content: bytes) -> SealedUpload:
    """A file as if it had been sent."""
    handler = SealingUploadHandler()
    with contextlib.suppress(StopFutureHandlers):
        handler.new_file("attachments", name, "application/octet-stream", len(content))
    handler.receive_data_chunk(content, 0)
    return handler.file_complete(len(content))


def _examples() -> list[_Example]:
    year = FiscalYear.of(today())
    past = FiscalYear(year.number - 1)
    return [
        _Example(
            Category.BRIBERY,
            {
                "narrative": f"{MARK} เจ้าหน้าที่เก็บเงินแผงค้าในตลาดสดเรียกเงินเพิ่มแผงละ 200 บาททุกสัปดาห์ นอกเหนือจากค่าเช่าตามใบเสร็จ"
                " ใครไม่จ่ายจะถูกย้ายไปแผงด้านใน",
                "happened_on": "ทุกวันจันทร์ ตั้งแต่ต้นเดือนที่แล้ว", "happened_at_place": "ตลาดสดเทศบาล",
                "accused_position": "ผู้เก็บค่าแผงค้า", "evidence_note": "จดวันที่และจำนวนเงินไว้ตามไฟล์ที่แนบ",
                "witnesses": "ผู้ค้าแผงใกล้เคียงสองราย",
            },
            ago=2, files=(("บันทึกการจ่ายเงิน.txt", _NOTE.encode()),),
        ),
        _Example(
            Category.PUBLIC_ASSETS,
            {
                "narrative": f"{MARK} มีการนำรถกระบะของเทศบาลไปขนของส่วนตัวในวันหยุด เห็นสองครั้งในเดือนนี้",
                "happened_at_place": "หน้าร้านวัสดุก่อสร้างท้ายหมู่บ้าน", "evidence_note": "จำสีและตราข้างรถได้",
            },
            ago=8,
            steps=(
                ("accept", {}), ("assign", {}),
                ("ask", {"text": "ขอบคุณที่แจ้งเรื่องเข้ามา ท่านจำวันและเวลาที่พบรถ หรือเลขข้างรถได้หรือไม่"}),
            ),
        ),
        _Example(
            Category.NEGLECT,
            {
                "narrative": f"{MARK} ยื่นคำขออนุญาตก่อสร้างไว้ครบถ้วนแล้ว แต่เจ้าหน้าที่เก็บเรื่องไว้ไม่เสนอต่อ"
                " และบอกเป็นนัยว่าต้องมีค่าดำเนินการ",
                "happened_on": "ตั้งแต่เดือนก่อน", "witnesses": "ผู้รับเหมาที่ไปยื่นคำขอด้วยกัน",
            },
            ago=40, channel=Channel.LETTER,
            identity={"contact_name": "ผู้แจ้งตัวอย่าง", "contact_phone": "", "contact_email": "",
                      "contact_address": "บ้านเลขที่ตัวอย่าง หมู่ 1"},
        ),
        _Example(
            Category.PROCUREMENT,
            {
                "narrative": f"{MARK} งานจ้างซ่อมถนนซอยเดียวกันถูกแบ่งเป็นหลายสัญญา ผู้รับจ้างรายเดียวกันทุกครั้ง"
                " และเริ่มงานก่อนลงนามในสัญญา",
                "evidence_note": "ป้ายโครงการสามป้ายในซอยเดียวกัน",
            },
            on=max(year.start, today() - dt.timedelta(days=25)), channel=Channel.PHONE,
            steps=(
                ("accept", {}), ("assign", {}), ("note", {"text": "ขอสำเนาสัญญาจากงานพัสดุแล้ว ได้รับสามฉบับ"}),
                ("refer", {"body": Body.PACC, "number": "ที่ ตย ๐๐๑", "note": "ส่งสำเนาสัญญาสามฉบับไปพร้อมหนังสือนำส่ง",
                           "text": "เรื่องของท่านเกินอำนาจตรวจสอบของเทศบาล จึงส่งต่อให้สำนักงาน ป.ป.ท. พิจารณา"
                                   " ท่านติดตามผลได้ด้วยรหัสเดิม"}),
            ),
        ),
        _Example(
            Category.BRIBERY,
            {
                "narrative": f"{MARK} เจ้าหน้าที่รับชำระภาษีไม่ออกใบเสร็จ แล้วเรียกเก็บซ้ำอีกครั้งในเดือนถัดมา",
                "happened_at_place": "จุดรับชำระภาษีเคลื่อนที่",
            },
            on=past.start + dt.timedelta(days=137),
            steps=(
                ("accept", {}), ("answer", {"text": "เทศบาลรับเรื่องไว้ตรวจสอบแล้ว จะแจ้งผลให้ทราบทางรหัสติดตามเรื่องนี้"}),
                ("write", {"text": "พบสำเนาใบนัดชำระแล้ว เก็บไว้ให้ดูได้"}),
                ("close", {"outcome": Outcome.CORRECTED,
                           "text": "ตรวจสอบแล้วพบว่าไม่ได้ออกใบเสร็จจริง ได้คืนเงินส่วนที่เก็บซ้ำ และกำหนดให้ออกใบเสร็จทันทีทุกครั้ง"}),
            ),
        ),
        _Example(
            Category.OTHER,
            {"narrative": f"{MARK} ขอให้ตรวจสอบนโยบายการปรับอัตราภาษีที่ดินของรัฐบาล"},
            on=past.start + dt.timedelta(days=270), channel=Channel.COUNTER,
            steps=(
                ("refuse", {"refusal": Refusal.POLICY,
                            "text": "เรื่องนี้เป็นนโยบายของรัฐบาล เทศบาลจึงรับไว้พิจารณาไม่ได้"
                                    " ท่านส่งความเห็นได้ที่ศูนย์บริการข้อมูลภาครัฐ โทร. 1111"}),
            ),
        ),
    ]  # fmt: skip
