"""ใบยืมพัสดุ: the printed form of a loan with the fields that municipalities use, in Thai whatever the page's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from django.utils import timezone, translation

from ita_portal.fiscal import BANGKOK
from ita_portal.pdf import breakable, compile_pdf
from ita_portal.thai import long_date
from organization.choices import Role
from organization.models import Municipality, User

from ..choices import HandoverKind, LoanState, Place
from ..models import Handover, Loan, LoanLine

_HERE = Path(__file__).resolve().parent
IN_PORTAL = "ในระบบ"
LIABILITY = (
    "ข้าพเจ้าจะใช้พัสดุที่ยืมเพื่อประโยชน์ของทางราชการเท่านั้น จะดูแลรักษา และส่งคืนในสภาพที่ใช้การได้เรียบร้อยภายในวันที่กำหนด "
    "หากพัสดุชำรุดเสียหายหรือใช้การไม่ได้ ข้าพเจ้าจะจัดการแก้ไขซ่อมแซมให้คงสภาพเดิมโดยเสียค่าใช้จ่ายเอง "
    "หากซ่อมไม่ได้หรือสูญหาย จะชดใช้เป็นพัสดุประเภท ชนิด ขนาด ลักษณะ และคุณภาพอย่างเดียวกัน "
    "หรือชดใช้เป็นเงินตามราคาที่เป็นอยู่ในขณะยืม ทั้งนี้ ตามแนวทางข้อ 207 ถึงข้อ 209 "
    "แห่งระเบียบกระทรวงการคลังว่าด้วยการจัดซื้อจัดจ้างและการบริหารพัสดุภาครัฐ พ.ศ. 2560"
)
"""What the borrower takes on themselves, after clauses 207-209; a rendering, not the words of the regulation."""


def loan_form_pdf(loan: Loan) -> bytes:
    """The form of `loan` as it stands: what was decided and handed over in the portal is filled in, the rest dotted."""
    with translation.override("th"):
        content = _content(loan)
    municipality = str(Municipality.objects.first() or "")
    return compile_pdf(
        _HERE / "loan_form.typ",
        {**content, "municipality": municipality},
        title="ใบยืมพัสดุ",
        author=municipality,
        created=loan.requested_at,
    )


def _content(loan: Loan) -> dict[str, object]:
    lines = list(loan.lines.select_related("asset").order_by("position"))
    refused = loan.state == LoanState.REFUSED
    return {
        "number": loan.reference,
        "day": day_of(loan.requested_at),
        "addressee": addressee(loan),
        **borrower_facts(loan),
        "phone": breakable(loan.phone or loan.borrower.phone),
        "owner": str(loan.owner),
        "purpose": breakable(loan.purpose),
        "start": long_date(loan.start_on),
        "due": long_date(loan.due_on),
        "one_day": loan.start_on == loan.due_on,
        "days": str(loan.days),
        "on_site": loan.use_at == Place.ON_SITE,
        "location": breakable(loan.location),
        "lines": [_line(line, loan) for line in lines],
        "liability": LIABILITY,
        "reason": breakable(loan.reason),
        "reason_label": "เหตุผลที่ไม่อนุมัติ:" if refused else "ความเห็นของผู้อนุมัติ:",
        "people": _people(loan),
    }


def borrower_facts(loan: Loan) -> dict[str, str]:
    """Who borrows: name, position, division."""
    return {
        "borrower": breakable(str(loan.borrower)),
        "position": breakable(loan.borrower.position),
        "division": str(loan.division or ""),
    }


def addressee(loan: Loan) -> str:
    """To whom the form goes (clause 208), who is whoever decides: the head of the lending division, by their position;
    off the premises, or where no head other than the borrower is there, the mayor."""
    municipality = Municipality.objects.first()
    heads = [head for head in _heads(loan.owner_id) if head.pk != loan.borrower_id]
    if loan.use_at == Place.OFF_SITE or not heads:
        name = municipality.name if municipality else ""
        return f"นายกเทศมนตรี{name.removeprefix('เทศบาล')}" if name.startswith("เทศบาล") else "นายกเทศมนตรี"
    positions = {head.position for head in heads}
    if len(positions) == 1 and "" not in positions:
        return breakable(positions.pop())
    return f"หัวหน้าหน่วยงานผู้รับผิดชอบพัสดุ ({loan.owner})"


def _heads(division: int | None) -> Sequence[User]:
    if division is None:
        return []
    return list(User.objects.filter(groups__name=Role.DIVISION_HEAD.value, is_active=True, division=division))


def _line(line: LoanLine, loan: Loan) -> dict[str, str]:
    notes = []
    if loan.state in (LoanState.OUT, LoanState.RETURNED) and line.handed != line.quantity:
        notes.append(f"จ่าย {line.handed}")
    if line.returned and line.returned + line.lost < line.handed:
        notes.append(f"คืนแล้ว {line.returned}")
    if line.lost:
        notes.append(f"สูญหาย {line.lost}")
    model = f" {line.asset.model}" if line.asset.model else ""
    return {
        "position": str(line.position),
        "name": breakable(f"{line.asset.name}{model}"),
        "quantity": breakable(f"{line.quantity} {line.asset.unit}"),
        "number": breakable(line.asset.number),
        "note": " · ".join(notes),
    }


def signer(
    role: str, person: User | None = None, *, name: str = "", position: str = "", date: str = "", note: str = ""
) -> dict[str, str]:
    """A block to sign: what is not known is dotted."""
    known = person is not None
    return {
        "role": role,
        "name": breakable(str(person) if person is not None and known else name),
        "position": breakable(position or (person.position if person is not None else "")),
        "date": date,
        "note": note,
    }


def _people(loan: Loan) -> list[dict[str, str]]:
    handovers = list(loan.handovers.select_related("officer").order_by("pk"))
    given = next((one for one in handovers if one.kind == HandoverKind.OUT), None)
    back = [one for one in handovers if one.kind == HandoverKind.BACK]
    last = back[-1] if back and loan.state == LoanState.RETURNED else None
    heads = [head for head in _heads(loan.division_id) if head.pk != loan.borrower_id]
    return [
        signer(
            "ผู้ยืม",
            loan.borrower,
            date=day_of(loan.requested_at),
            note=f"ยื่นคำขอ{IN_PORTAL}" if loan.is_online else "",
        ),
        signer("หัวหน้าหน่วยงานของผู้ยืม", heads[0] if len(heads) == 1 else None),
        signer("เจ้าหน้าที่พัสดุ", given.officer if given else None),
        _approver(loan),
        *_pair(given, "ผู้จ่ายพัสดุ", "ผู้รับพัสดุ", officer_first=True),
        *_pair(last, "ผู้คืนพัสดุ", "ผู้รับคืนพัสดุ", officer_first=False),
    ]


def _approver(loan: Loan) -> dict[str, str]:
    if loan.decided_by is None or loan.decided_at is None:
        return signer("ผู้อนุมัติ")
    refused = loan.state == LoanState.REFUSED
    return signer(
        "ผู้อนุมัติ",
        loan.decided_by,
        position=loan.decided_as if loan.decided_as != str(loan.decided_by) else "",
        date=day_of(loan.decided_at),
        note=f"{'ไม่อนุมัติ' if refused else 'อนุมัติ'}{IN_PORTAL}",
    )


def _pair(handover: Handover | None, first: str, second: str, *, officer_first: bool) -> list[dict[str, str]]:
    if handover is None:
        return [signer(first), signer(second)]
    date = long_date(handover.day)
    officer = signer(first if officer_first else second, handover.officer, date=date)
    other = signer(second if officer_first else first, name=handover.person, date=date)
    return [officer, other] if officer_first else [other, officer]


def day_of(moment: dt.datetime) -> str:
    """The day of a moment in Bangkok, in words."""
    return long_date(timezone.localtime(moment, BANGKOK))
