"""The page for the door: a QR code with which people check in to one session of a training."""

from __future__ import annotations

from pathlib import Path

from ita_portal.pdf import Verbatim, breakable, compile_pdf
from ita_portal.qr import document_svg
from ita_portal.thai import long_date
from organization.models import Municipality

from ..models import Training, TrainingSession

_TEMPLATE = Path(__file__).resolve().parent / "check_in_poster.typ"


def poster_pdf(training: Training, session: TrainingSession, *, address: str) -> bytes:
    """The page. address: what the QR code holds; it is taken in the hours of this session only."""
    municipality = Municipality.objects.first()
    name = municipality.name if municipality else "–"
    # Not told where that is on the day before.
    early = session.opens_at.date() == session.day
    opens = f"เริ่มเช็กอินได้ตั้งแต่ {session.opens_at:%H:%M} น. " if early else ""
    hours = f"{session.begins:%H:%M}–{session.ends:%H:%M} น."
    content = {
        "municipality": name,
        "training": breakable(training.title, whole=50),
        "training_size": 26.0 if len(training.title) <= 90 else 19.0,
        "when": f"{long_date(session.day, 'th')} เวลา {hours}",
        "place": breakable(training.place, whole=50),
        "steps": [
            "เปิดกล้องโทรศัพท์ แล้วส่องที่รหัสนี้",
            "เข้าสู่ระบบด้วยบัญชีของท่านเอง",
            "กด “ยืนยันว่าข้าพเจ้าเข้าร่วม”",
        ],
        "care": f"ใช้ได้เฉพาะช่วงเวลาอบรม {opens}ไม่มีโทรศัพท์ ให้แจ้งผู้จัดบันทึกให้",
        "qr": Verbatim(document_svg(address)),
        "demonstration": "ตัวอย่าง" if municipality and municipality.shows_demonstration else "",
    }
    return compile_pdf(_TEMPLATE, content, title=f"เช็กอินการอบรม {training.title}", author=name)
