"""Results as JSON, CSV and Excel: the same figures as the page, nothing besides."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import override

from ita_portal.spreadsheets import Sheet, Value, write_csv, write_xlsx
from organization.models import Municipality

from ..arithmetic import Distribution
from ..reading.results import Answered, Judged, Results

NOTE = (
    "Answers are counted in groups of five or more; while the survey runs at least five answers wait to be counted. "
    "Groups under five are merged with others. Divisions and ways of answering are told when the survey is over. "
    "An open link cannot guarantee one answer per person; a single-use code can."
)
COLUMNS = (
    "กลุ่ม", "ชื่อกลุ่ม", "รหัสข้อ", "ข้อคำถาม", "จำนวนผู้ตอบ", "คะแนนเฉลี่ย (0-100)", "สัดส่วนที่พึงพอใจ",
    "ได้ 0 คะแนน", "ได้ 33.33 คะแนน", "ได้ 66.67 คะแนน", "ได้ 100 คะแนน",
)  # fmt: skip
_WIDTHS = (16, 34, 10, 60, 14, 16, 16, 14, 16, 16, 14)


def number(value: Decimal | None) -> float | int | None:
    """A figure as JSON writes it: `81.25`, `100`."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def key(value: Decimal) -> str:
    """A value of the scale as a key: `0`, `33.33`, `100`."""
    return f"{value.normalize():f}"


def results_data(results: Results, request: HttpRequest) -> dict[str, Any]:
    """The body of `results.json`."""
    survey = results.survey
    return {
        "survey": survey.code,
        "title": survey.name,
        "fiscal_year": survey.fiscal_year,
        "quarter": survey.quarter,
        "opens_on": survey.opens_on.isoformat(),
        "closes_on": survey.closes_on.isoformat(),
        "is_over": survey.is_over(),
        "answers": results.answers,
        "mean": number(results.whole.mean),
        "satisfied_share": number(results.whole.satisfied_share),
        "questions": [_question(one) for one in results.questions] if results.enough else [],
        "by_way": [_judged(one, "way") for one in results.by_way],
        "by_division": [_judged(one, "division") for one in results.by_division],
        "trend": [
            {
                "survey": point.survey.code, "fiscal_year": point.survey.fiscal_year, "quarter": point.survey.quarter,
                "n": point.n, "mean": number(point.mean), "satisfied_share": number(point.satisfied_share),
            }
            for point in results.trend
        ],
        "note": NOTE,
        "url": request.build_absolute_uri(reverse("surveys:results", args=[survey.code])),
    }  # fmt: skip


def _question(one: Answered) -> dict[str, Any]:
    return {
        "code": one.question.code,
        "text": one.question.text,
        "kind": one.question.kind,
        "reversed": one.question.reversed,
        "n": one.distribution.n,
        "mean": number(one.mean),
        "satisfied_share": number(one.distribution.satisfied_share),
        "distribution": {key(value): n for value, n in one.distribution.counts.items()},
    }


def _judged(one: Judged, name: str) -> dict[str, Any]:
    return {
        name: one.name,
        "n": one.n,
        "mean": number(one.mean),
        "satisfied_share": number(one.satisfied_share),
        "questions": {code: number(mean) for code, mean in one.means.items()},
    }


def _cells(distribution: Distribution) -> list[Value]:
    """How often each value of the scale was given; what the kind does not have is empty."""
    counts = {key(value): n for value, n in distribution.counts.items()}
    return [counts.get(value) for value in ("0", "33.33", "66.67", "100")]


def rows(results: Results) -> Iterator[list[Value]]:
    """One row for the whole, each question, each way and each division."""
    yield ["ทั้งหมด", "", "", "", results.n, results.whole.mean, results.whole.satisfied_share, None, None, None, None]
    if not results.enough:
        return
    for one in results.questions:
        spread = one.distribution
        yield [
            "รายข้อ", "", one.question.code, one.question.text, spread.n, one.mean, spread.satisfied_share,
            *_cells(spread),
        ]  # fmt: skip
    for kind, groups in (("ช่องทางการตอบ", results.by_way), ("สำนัก/กอง", results.by_division)):
        for group in groups:
            yield [kind, group.name, "", "", group.n, group.mean, group.satisfied_share, None, None, None, None]
            for code, mean in group.means.items():
                text = next(one.question.text for one in results.questions if one.question.code == code)
                yield [kind, group.name, code, text, None, mean, None, None, None, None, None]
    for point in results.trend:
        name = f"ไตรมาส {point.survey.quarter}/{point.survey.fiscal_year}"
        yield ["แนวโน้ม", name, "", "", point.n, point.mean, point.satisfied_share, None, None, None, None]


def results_csv(results: Results) -> bytes:
    """The rows as CSV."""
    return write_csv(COLUMNS, rows(results))


def results_xlsx(results: Results, municipality: Municipality) -> bytes:
    """The rows as a workbook."""
    title = f"ผล{results.survey.name}"
    with override("th"):
        above = (title, municipality.name, period(results))
        sheet = Sheet("ผลสำรวจ", COLUMNS, list(rows(results)), _WIDTHS, above)
    return write_xlsx([sheet], title=title, author=municipality.name)


def period(results: Results) -> str:
    """`ไตรมาส 1 ปีงบประมาณ พ.ศ. 2570`."""
    survey = results.survey
    quarter = f"ไตรมาส {survey.quarter} " if survey.quarter else ""
    return f"{quarter}ปีงบประมาณ พ.ศ. {survey.fiscal_year}"


__all__ = ["COLUMNS", "NOTE", "key", "number", "period", "results_csv", "results_data", "results_xlsx", "rows"]
