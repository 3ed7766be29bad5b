"""What somebody of the staff has confirmed to have read and understood, as a document to print. In Thai."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.utils import timezone, translation

from ita_portal.fiscal import BANGKOK, today
from ita_portal.pdf import breakable, compile_pdf
from ita_portal.thai import long_date
from organization.models import Municipality, User

from ..models import Acknowledgement

_TEMPLATE = Path(__file__).resolve().parent / "confirmations.typ"
TITLE = "หนังสือรับรองการรับทราบคู่มือและแนวปฏิบัติ"
COLUMNS = ("ลำดับ", "เอกสาร", "ฉบับที่", "ใช้ตั้งแต่วันที่", "รับทราบเมื่อวันที่", "สังกัดขณะนั้น")


def confirmations_pdf(user: User, rows: Sequence[Acknowledgement], *, municipality: Municipality) -> bytes:
    """The list, with a line for the signature of who vouches for it."""
    with translation.override("th"):
        content = {
            "columns": COLUMNS,
            "person": str(user),
            "position": user.position,
            "division": str(user.division or ""),
            "day": long_date(today()),
            "rows": [_row(number, one) for number, one in enumerate(rows, start=1)],
            "none": "ยังไม่มีการรับทราบเอกสาร",
            "who": {"name": municipality.signatory_name, "position": municipality.signatory_position},
            "municipality": municipality.name,
            "demonstration": "ข้อมูลตัวอย่าง" if municipality.shows_demonstration else "",
        }
    return compile_pdf(_TEMPLATE, content, title=TITLE, author=municipality.name, created=timezone.now())


def _row(number: int, one: Acknowledgement) -> list[str]:
    version = one.version
    return [
        str(number),
        breakable(version.title, whole=40),
        str(version.number),
        long_date(version.in_force_on) if version.in_force_on else "–",
        long_date(timezone.localtime(one.acknowledged_at, BANGKOK)),
        str(one.division or "–"),
    ]
