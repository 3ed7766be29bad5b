"""Example results of four years, each marked: the municipality's real scores are not known.

FY2566 is weak where the real plan of 2567 has its questions; the years after it get better step by step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db import transaction

from organization.models import User

from ..choices import Instrument
from ..models import AssessmentResult
from . import scoring, services
from .entry import ResultEntry
from .structure import structure

MARK = "[ตัวอย่าง]"
SOURCE = f"{MARK} ผลการประเมินที่สมมติขึ้นเพื่อแสดงการใช้งาน มิใช่คะแนนจริงของเทศบาล"


@dataclass(frozen=True)
class ExampleYear:
    """A year's scores. missing: items of OIT without points; questions: of IIT and EIT."""

    indicators: Mapping[int, str]
    missing: Iterable[str] = ()
    questions: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


_QUESTIONS_2566 = {
    "I1": "81.25", "I7": "62.50", "I8": "54.17", "I19": "70.83", "I20": "75.00", "I21": "72.92", "I27": "66.67",
    "E4": "78.33", "E9": "74.17", "E10": "71.67", "E11": "76.67", "E14": "69.17",
}  # fmt: skip
EXAMPLES: dict[int, ExampleYear] = {
    2566: ExampleYear(
        {1: "86.40", 2: "71.25", 3: "83.10", 4: "74.60", 5: "79.55", 6: "85.90", 7: "77.45", 8: "75.80"},
        missing=("O12", "O17", "O40"), questions=_QUESTIONS_2566,
        note=f"{MARK} คะแนนรายข้อของ IIT และ EIT ใส่ไว้เฉพาะข้อที่แผนปี 2567 อ้างถึง",
    ),
    2567: ExampleYear(
        {1: "88.75", 2: "79.40", 3: "85.20", 4: "82.35", 5: "84.10", 6: "88.60", 7: "84.25", 8: "83.70"},
        missing=("O8", "O12"),
    ),
    2568: ExampleYear(
        {1: "90.10", 2: "84.85", 3: "87.35", 4: "87.90", 5: "88.25", 6: "90.45", 7: "88.15", 8: "87.05", 9: "97.50",
         10: "100"},
        missing=("O11",),
    ),
    2569: ExampleYear(
        {1: "91.65", 2: "88.20", 3: "88.95", 4: "90.75", 5: "90.30", 6: "92.10", 7: "91.40", 8: "90.85", 9: "97.14",
         10: "100"},
        missing=("O18",),
    ),
}  # fmt: skip


@transaction.atomic
def demonstrate_results() -> None:
    """The example years, published; only where no result has been entered."""
    if AssessmentResult.objects.exists():
        return
    by = User.objects.get(username="secretary")
    for year, example in EXAMPLES.items():
        draft = services.begin_result(year, by=by)
        services.save_result(draft, _entry(year, example), by=by)
        services.publish_result(draft, by=by)


def _entry(year: int, example: ExampleYear) -> ResultEntry:
    """Instruments and total as the assessor would announce them: counted from the indicators, rounded at the end."""
    missing = set(example.missing)
    questions = tuple(
        replace(
            one,
            score=Decimal(0 if one.code in missing else 100)
            if one.instrument == Instrument.OIT
            else _number(example.questions.get(one.code)),
        )
        for one in services.known_questions(year)
    )
    indicators = {number: Decimal(score) for number, score in example.indicators.items()}
    for number in (9, 10):
        if number not in indicators:
            groups: dict[str, list[Decimal | None]] = {}
            for one in questions:
                if one.indicator == number:
                    groups.setdefault(one.sub_indicator, []).append(one.score)
            counted = scoring.rounded(scoring.disclosure_score(groups.values()))
            indicators[number] = counted if counted is not None else Decimal(0)
    instruments = {
        name: scoring.rounded(
            scoring.instrument_score(
                indicators[one.number] for one in structure(year).indicators if one.instrument == name
            )
        )
        for name in ("IIT", "EIT", "OIT")
    }
    total = scoring.rounded(scoring.total(instruments["IIT"], instruments["EIT"], instruments["OIT"]))
    band = scoring.band(year, total, instruments["IIT"], instruments["EIT"], instruments["OIT"])
    return ResultEntry(
        total=total,
        level=band.key if band else "",
        instruments=instruments,
        indicators=indicators,
        questions=questions,
        complete=frozenset(one.number for one in structure(year).indicators if one.is_complete),
        source=SOURCE,
        note=example.note,
    )


def _number(score: str | None) -> Decimal | None:
    return None if score is None else Decimal(score)
