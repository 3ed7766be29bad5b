"""A year's result, and the years together, as files: JSON, CSV, Excel, PDF. An unknown score is null or empty."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import override

from ita_portal.pdf import Verbatim, compile_pdf
from ita_portal.spreadsheets import Sheet, Value, write_csv, write_xlsx
from ita_portal.thai import long_date
from organization.models import Municipality

from .answers import Answer
from .reading import Line, QuestionLine, YearResult
from .scoring import Band

_TEMPLATE = Path(__file__).resolve().parent / "result.typ"
Answers = Mapping[str, tuple[Answer, ...]]
HANDBOOK = "โปรดตรวจสอบกับคู่มือการประเมินของสำนักงาน ป.ป.ช. ในปีนั้น"
"""Beside every wording or place that is not official."""
_HEADER = (
    "ปีงบประมาณ", "ระดับข้อมูล", "รหัส", "ชื่อ/ข้อคำถาม", "ตัวชี้วัดที่", "ตัวชี้วัดย่อย", "คะแนนที่ประกาศ", "คะแนนที่คำนวณ", "ผลต่าง",
    "คะแนนจากการฝึกตอบ", "จำนวนผู้ฝึกตอบ", "หมายเหตุ",
)  # fmt: skip
_KINDS = {"total": "รวม", "instrument": "เครื่องมือ", "indicator": "ตัวชี้วัด", "question": "ข้อคำถาม"}


def _text(score: Decimal | None) -> str | None:
    return None if score is None else f"{score:.2f}"


def _line(line: Line) -> dict[str, Any]:
    practice = line.practice
    return {
        "published": _text(line.published),
        "computed": _text(line.computed),
        "difference": _text(line.difference),
        "practice": {"score": _text(line.expected), "n": practice.n} if practice else None,
    }


def _band(band: Band | None) -> dict[str, Any] | None:
    return None if band is None else {"key": band.key, "label": band.label, "passed": band.passed}


def result_json(view: YearResult, answers: Answers) -> bytes:
    """Everything of a year. Scores are strings of two decimals, `null` where they are not known."""
    result = view.result
    content = {
        "fiscal_year": view.year,
        "version": result.number,
        "published_at": result.published_at.isoformat() if result.published_at else None,
        "source": result.source,
        "source_url": result.source_url,
        "note": result.note,
        "reason": result.reason,
        "weights": result.weights,
        "total": _line(view.total),
        "level": {"announced": _band(view.band), "by_rule": _band(view.counted_band)},
        "instruments": [
            {"code": one.line.code, "weight": one.weight, "points": _text(one.points), **_line(one.line)}
            for one in view.instruments
        ],
        "indicators": [
            {"number": one.number, "name": one.line.name, "instrument": one.instrument, **_line(one.line)}
            for one in view.indicators
        ],
        "questions": [_question(one, answers) for one in view.questions],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _question(one: QuestionLine, answers: Answers) -> dict[str, Any]:
    return {
        "code": one.line.code,
        "instrument": one.instrument,
        "indicator": one.indicator,
        "sub_indicator": one.sub_indicator or None,
        "text": one.line.name or None,
        "official": one.is_sure,
        "score": _text(one.line.published),
        "practice": _line(one.line)["practice"],
        "answers": [
            {
                "fiscal_year": answer.plan_year,
                "area": answer.number,
                "title": answer.title,
                "findings": list(answer.findings),
                "measures": [
                    {
                        "id": m.id,
                        "text": m.text,
                        "status": m.state.key,
                        "reported": m.reported,
                        "scheduled": m.scheduled,
                    }
                    for m in answer.measures
                ],
            }
            for answer in answers.get(one.line.code, ())
        ],
    }


def years_json(years: Sequence[YearResult]) -> bytes:
    """The years beside each other: totals, instruments, indicators."""
    content = {
        "years": [
            {
                "fiscal_year": view.year,
                "level": {"announced": _band(view.band), "by_rule": _band(view.counted_band)},
                "total": _line(view.total),
                "instruments": {one.line.code: _line(one.line) for one in view.instruments},
                "indicators": {str(one.number): {"name": one.line.name, **_line(one.line)} for one in view.indicators},
            }
            for view in years
        ]
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def result_csv(view: YearResult) -> bytes:
    """Every score of a year, one a row."""
    return write_csv(_HEADER, _rows(view))


def years_csv(years: Sequence[YearResult]) -> bytes:
    """Every score of the years but those of questions, one a row."""
    return write_csv(_HEADER, (row for view in years for row in _rows(view, questions=False)))


def _rows(view: YearResult, *, questions: bool = True) -> Iterator[list[Value]]:
    yield _row(view, "total", view.total, name="คะแนนรวม")
    for instrument in view.instruments:
        yield _row(view, "instrument", instrument.line)
    for indicator in view.indicators:
        yield _row(view, "indicator", indicator.line)
    for question in view.questions if questions else ():
        yield _row(
            view, "question", question.line, indicator=question.indicator, sub_indicator=question.sub_indicator,
            note=note_of(question),
        )  # fmt: skip


def _row(
    view: YearResult, kind: str, line: Line, *, name: str = "", indicator: int | None = None, sub_indicator: str = "",
    note: str = "",
) -> list[Value]:  # fmt: skip
    return [
        view.year, _KINDS[kind], line.code, name or line.name, indicator, sub_indicator or None, line.published,
        line.computed, line.difference, line.expected, line.practice.n if line.practice else None, note or None,
    ]  # fmt: skip


def note_of(question: QuestionLine) -> str:
    """The note beside a wording or place that is not official; empty where it is."""
    if question.is_sure:
        return ""
    return HANDBOOK if question.line.name else f"ไม่พบข้อความของข้อนี้ {HANDBOOK}"


def result_xlsx(view: YearResult, *, municipality: Municipality) -> bytes:
    """Two sheets: total, instruments and indicators; every question with its score."""
    title = f"ผลการประเมินคุณธรรมและความโปร่งใส (ITA) ประจำปีงบประมาณ พ.ศ. {view.year}"
    above = (title, f"{municipality.name} อำเภอ{municipality.district} จังหวัด{municipality.province}")
    below = tuple(filter(None, (f"ที่มา: {view.result.source}", view.result.source_url, view.result.note)))
    widths = (11, 14, 10, 60, 10, 12, 14, 14, 10, 16, 12, 40)
    rows = list(_rows(view))
    head = 1 + len(view.instruments) + len(view.indicators)
    sheets = [
        Sheet("สรุป", _HEADER, rows[:head], widths, above, below, centred=(0, 2, 4)),
        Sheet("รายข้อ", _HEADER, rows[head:], widths, above, below, centred=(0, 2, 4)),
    ]
    return write_xlsx(sheets, title=title, author=municipality.name)


def result_pdf(view: YearResult, answers: Answers, *, municipality: Municipality, thai_digits: bool = True) -> bytes:
    """The result as a document: level and its rule, instruments, indicators, questions with what answers them."""
    title = f"ผลการประเมินคุณธรรมและความโปร่งใส (ITA) ประจำปีงบประมาณ พ.ศ. {view.year}"
    with override("th"):
        content = {
            "title": title.replace(" ประจำปี", "\nประจำปี"),
            "under": [f"{municipality.name} อำเภอ{municipality.district} จังหวัด{municipality.province}"],
            "facts": _facts(view),
            "instruments": [
                [one.line.code, f"{one.weight}", *_printed(one.line), _text(one.points) or "–"]
                for one in view.instruments
            ],
            "indicators": [[one.line.code, one.line.name, *_printed(one.line)] for one in view.indicators],
            "questions": [
                [
                    Verbatim(f"{one.line.code}*" if note_of(one) else one.line.code), one.line.name or "–",
                    _text(one.line.score) or "–", _areas(one, answers),
                ]
                for one in (*view.weakest, *view.unknown)
            ],
            "handbook": f"* {HANDBOOK}" if view.needs_handbook else "",
            "computed": "คะแนนที่คำนวณ คิดจากคะแนนในระดับถัดลงไปตามวิธีของการประเมิน ช่องที่เป็น – คือยังไม่ทราบ ไม่ใช่ศูนย์",
        }  # fmt: skip
    return compile_pdf(
        _TEMPLATE, content, title=title, author=municipality.name, thai_digits=thai_digits,
        created=view.result.published_at,
    )  # fmt: skip


def _facts(view: YearResult) -> list[list[str]]:
    result, band = view.result, view.shown_band
    facts = [["คะแนนรวม", f"{_text(view.total.score) or 'ยังไม่ทราบ'}{' (คำนวณ)' if view.total.is_computed else ''}"]]
    facts.append(["ระดับผลการประเมิน", f"{band.label} ({band.rule})" if band else "ยังไม่ทราบ"])
    if view.bands_differ and view.counted_band:
        facts.append(["ระดับตามเกณฑ์", f"{view.counted_band.label} ({view.counted_band.rule}) ต่างจากที่ประกาศ"])
    if view.total.difference is not None:
        facts.append(["คะแนนรวมที่คำนวณ", f"{_text(view.total.computed)} ต่างจากที่ประกาศ {_text(view.total.difference)}"])
    facts.append(["ที่มา", "\n".join(filter(None, (result.source, result.source_url)))])
    if result.note:
        facts.append(["หมายเหตุ", result.note])
    if result.published_at:
        day = long_date(result.published_at, "th")
        facts.append(["ฉบับที่", f"{result.number} เผยแพร่เมื่อวันที่ {day}"])
    if result.reason:
        facts.append(["เหตุผลที่แก้ไข", result.reason])
    return facts


def _printed(line: Line) -> list[str]:
    return [_text(line.published) or "–", _text(line.computed) or "–", _text(line.difference) or "–"]


def _areas(one: QuestionLine, answers: Answers) -> str:
    return "\n".join(f"แผนปี {answer.plan_year} ประเด็นที่ {answer.number}" for answer in answers.get(one.line.code, ()))
