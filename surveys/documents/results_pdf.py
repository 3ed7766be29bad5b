"""The results of a survey as an official report."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from django.utils.translation import override

from ita_portal.pdf import compile_pdf
from ita_portal.thai import long_date
from organization.models import Municipality

from ..choices import Way
from ..models import Remark
from ..reading.results import Judged, Results
from .results_data import period

_TEMPLATE = Path(__file__).resolve().parent / "results.typ"
_REMARKS = 30


def _shown(value: Decimal | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _share(value: Decimal | None) -> str:
    return "–" if value is None else f"{value * 100:.2f}"


def _group(one: Judged) -> list[str]:
    return [one.name, f"{one.n:,}", _shown(one.mean), _share(one.satisfied_share)]


def results_pdf(results: Results, municipality: Municipality, *, thai_digits: bool = True) -> bytes:
    """How many answered, each question, the ways, the divisions, the quarters, published own words."""
    survey = results.survey
    title = f"รายงานผล{survey.name}"
    with override("th"):
        days = f"ระหว่างวันที่ {long_date(survey.opens_on)} ถึงวันที่ {long_date(survey.closes_on)}"
        ways = " · ".join(f"{Way(way).label} {n:,} คน" for way, n in results.answers.items())
        words = [f"สำรวจ{days}", f"ผู้ตอบที่นับแล้ว {results.n:,} คน ({ways})"]
        if not survey.is_over():
            words.append("แบบสำรวจยังเปิดอยู่ ผลนี้เป็นผลระหว่างดำเนินการ")
        if results.enough:
            words.append(
                f"คะแนนเฉลี่ยรวม {_shown(results.whole.mean)} จาก 100 คะแนน "
                f"ระดับมากขึ้นไปร้อยละ {_share(results.whole.satisfied_share)}"
            )
        else:
            words.append("มีผู้ตอบน้อยกว่า 5 คน จึงไม่แสดงผล เพื่อไม่ให้ทราบว่าใครตอบอย่างไร")
        content = {
            "title": f"{title}\n{period(results)}",
            "under": [f"{municipality.name} อำเภอ{municipality.district} จังหวัด{municipality.province}"],
            "words": words,
            "columns": ["ข้อ", "ข้อคำถาม", "ผู้ตอบ (คน)", "คะแนนเฉลี่ย", "ร้อยละระดับมากขึ้นไป"],
            "questions": [
                [
                    one.question.code, one.question.text, f"{one.distribution.n:,}", _shown(one.mean),
                    _share(one.distribution.satisfied_share),
                ]
                for one in results.questions
            ]
            if results.enough
            else [],
            "group_columns": ["กลุ่ม", "ผู้ตอบ (คน)", "คะแนนเฉลี่ย", "ร้อยละระดับมากขึ้นไป"],
            "groups": [
                ["แยกตามช่องทางการตอบ", [_group(one) for one in results.by_way]],
                ["แยกตามสำนัก/กองที่ให้บริการ", [_group(one) for one in results.by_division]],
                ["เทียบกับไตรมาสก่อน", [
                    [
                        f"ไตรมาส {one.survey.quarter}/{one.survey.fiscal_year}", f"{one.n:,}", _shown(one.mean),
                        _share(one.satisfied_share),
                    ]
                    for one in results.trend
                ]],
            ],
            "remarks": list(Remark.objects.public().filter(survey=survey).values_list("text", flat=True)[:_REMARKS]),
            "foot": "กลุ่มที่มีผู้ตอบน้อยกว่า 5 คนแสดงรวมกับกลุ่มอื่น ลิงก์เปิดไม่สามารถรับรองได้ว่าหนึ่งคนตอบเพียงครั้งเดียว "
            "ส่วนรหัสใช้ครั้งเดียวรับรองได้ จึงรายงานแยกกัน",
        }  # fmt: skip
    return compile_pdf(_TEMPLATE, content, title=title, author=municipality.name, thai_digits=thai_digits)
