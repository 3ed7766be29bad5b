"""ใบคืนพัสดุ: what came back at one time, in which condition, and what is still out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from django.utils import translation

from ita_portal.pdf import breakable, compile_pdf
from ita_portal.thai import long_date
from organization.models import Municipality

from ..choices import USABLE, HandoverKind
from ..models import Handover, HandoverLine, Loan
from .loan_form import addressee, borrower_facts, signer

_HERE = Path(__file__).resolve().parent
_DAMAGE = (
    "มีพัสดุชำรุดหรือสูญหายตามรายการข้างต้น ผู้ยืมต้องซ่อมแซมให้คงสภาพเดิม ชดใช้เป็นพัสดุอย่างเดียวกัน หรือชดใช้เป็นเงินตามราคาในขณะยืม "
    "แล้วแต่กรณี ตามแนวทางข้อ 209 เว้นแต่ผลการสอบหาข้อเท็จจริงเป็นอย่างอื่น"
)


def return_form_pdf(loan: Loan, number: int) -> bytes | None:
    """The paper of the loan's return `number`, from 1; None where there was no such return."""
    handovers = list(loan.handovers.select_related("officer").prefetch_related("lines__line__asset").order_by("pk"))
    returns = [handover for handover in handovers if handover.kind == HandoverKind.BACK]
    if not 1 <= number <= len(returns):
        return None
    handover = returns[number - 1]
    with translation.override("th"):
        content = _content(loan, handover, number, [one for one in handovers if one.pk <= handover.pk])
    municipality = str(Municipality.objects.first() or "")
    return compile_pdf(
        _HERE / "return_form.typ",
        {**content, "municipality": municipality},
        title="ใบคืนพัสดุ",
        author=municipality,
        created=handover.at,
    )


def _content(loan: Loan, handover: Handover, number: int, so_far: list[Handover]) -> dict[str, object]:
    lines = list(handover.lines.all())
    day = long_date(handover.day)
    late = (handover.day - loan.due_on).days
    return {
        "number": f"{loan.reference} ครั้งที่ {number}",
        "loan": loan.reference,
        "day": day,
        "addressee": addressee(loan),
        **borrower_facts(loan),
        "owner": str(loan.owner),
        "start": long_date(loan.start_on),
        "due": long_date(loan.due_on),
        "one_day": loan.start_on == loan.due_on,
        "person": breakable(handover.person),
        "late": f"(เกินกำหนด {late} วัน)" if late > 0 else "",
        "lines": [_line(position, line) for position, line in enumerate(lines, 1)],
        "note": breakable(handover.note),
        "missing": _missing(loan, so_far),
        "damage": _DAMAGE if any(line.condition not in USABLE for line in lines) else "",
        "people": [
            signer("ผู้คืนพัสดุ", name=handover.person, date=day),
            signer("ผู้รับคืนพัสดุ", handover.officer, date=day),
        ],
    }


def _line(position: int, line: HandoverLine) -> dict[str, str]:
    asset = line.line.asset
    return {
        "position": str(position),
        "name": breakable(asset.name),
        "quantity": breakable(f"{line.quantity} {asset.unit}"),
        "number": breakable(asset.number),
        "condition": str(line.get_condition_display()),
        "note": breakable(line.note),
    }


def _missing(loan: Loan, so_far: list[Handover]) -> list[str]:
    """What was out after this return."""
    out: Counter[int] = Counter()
    for handover in so_far:
        for part in handover.lines.all():
            out[part.line_id] += part.quantity if handover.kind == HandoverKind.OUT else -part.quantity
    lines = loan.lines.select_related("asset").order_by("position")
    return [
        breakable(f"{line.asset.name} ({line.asset.number}) {out[line.pk]} {line.asset.unit}")
        for line in lines
        if out[line.pk] > 0
    ]
