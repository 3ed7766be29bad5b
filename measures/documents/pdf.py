"""The two official documents as PDF: the plan's table, and the report of what was done.

They are in Thai at every address, English ones too: Thai is the language of a Thai agency's documents.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from ita_portal.fiscal import today
from ita_portal.pdf import Verbatim, compile_pdf
from ita_portal.thai import long_date

from ..choices import ProgressStatus
from ..plan_data import PlanData, PlanView
from . import words
from .plan_cells import area_cells
from .report_rows import (
    Absolute,
    ReportRow,
    as_it_is,
    figure_words,
    latest_publication,
    measure_rows,
    quarter_counts,
)

_HERE = Path(__file__).resolve().parent
_LONG, _MANY = 700, 8
"""Characters in a cell and proofs in a row from which a row may break across pages."""


class Issuer(Protocol):
    """Whose document it is and who signs it: `organization.models.Municipality`, or what has its fields."""

    district: str
    province: str
    signatory_name: str
    signatory_position: str


def plan_pdf(
    plan: PlanData,
    *,
    municipality: Issuer,
    thai_digits: bool = True,
    published_at: dt.datetime | None = None,
    number: int | None = None,
) -> bytes:
    """The plan as the municipality's own document: its table, the limitations, the signature.

    published_at and number (of the published version): noted under the title; without them it says “draft”.
    """
    edition = words.published_words(published_at)
    content = {
        "title": plan.title,
        "under": [
            words.year_words(plan.fiscal_year),
            _place(plan.municipality, municipality),
            f"จัดทำโดย {plan.prepared_by}",
            f"{edition} (ฉบับที่ {number})" if number and published_at else edition,
        ],
        "columns": words.PLAN_COLUMNS,
        "column_group": words.PLAN_COLUMN_GROUP,
        "areas": [
            [{"column": cell.column, "span": cell.span, "paragraphs": cell.paragraphs} for cell in area_cells(area)]
            for area in plan.areas
        ],
        "limitations_title": words.LIMITATIONS,
        "limitations": plan.limitations,
        "signatory": _signatory(municipality),
    }
    return compile_pdf(
        _HERE / "plan.typ",
        content,
        title=f"{plan.title} {words.year_words(plan.fiscal_year)}",
        author=plan.municipality,
        thai_digits=thai_digits,
        created=published_at,
    )


def report_pdf(
    view: PlanView,
    *,
    municipality: Issuer,
    quarter: int | None = None,
    thai_digits: bool = True,
    absolute: Absolute = as_it_is,
    printed_on: dt.date | None = None,
) -> bytes:
    """The report of what was done: counts, measures by quarter, the signature, every proof in an annex.

    quarter: one quarter of 1-4, or None for the whole year. absolute: makes addresses of the portal whole.
    printed_on: the day the live figures are of; today where not given.
    """
    plan = view.data
    title = words.report_title(plan.title)
    period = words.period_words(plan.fiscal_year, quarter)
    annex = _Annex(absolute)
    shown = words.shown_words(printed_on or today())
    areas = [
        {
            "title": f"({area.number}) {area.title}",
            "measures": [
                {
                    "text": measure.text,
                    "schedule": measure.schedule,
                    "responsible": words.responsible(measure.all_divisions, measure.divisions).replace("\n", ", "),
                    "rows": [_row(row, annex, shown) for row in measure_rows(view, area, measure, quarter)],
                }
                for measure in area.measures
            ],
        }
        for area in plan.areas
    ]
    updated = latest_publication(view, quarter)
    day = long_date(printed_on or today(), "th")
    content = {
        "title": words.report_title(plan.title, "\n"),
        "under": [
            period,
            _place(plan.municipality, municipality),
            f"จัดทำโดย {plan.prepared_by}",
            words.published_until(updated),
        ],
        "printed": f"ข้อมูลจากระบบ ณ วันที่ {day}",
        "summary": _summary(view, quarter),
        "columns": words.REPORT_COLUMNS,
        "areas": areas,
        "annex": {"title": words.ANNEX, "columns": words.ANNEX_COLUMNS, "rows": annex.rows,
                  "empty": words.NO_EVIDENCE_AT_ALL},
        "signatory": _signatory(municipality),
    }  # fmt: skip
    return compile_pdf(
        _HERE / "report.typ",
        content,
        title=f"{title} {period}",
        author=plan.municipality,
        thai_digits=thai_digits,
        created=updated,
    )


class _Annex:
    """Numbers the proofs in the order of the report and keeps the full entries for the end."""

    def __init__(self, absolute: Absolute) -> None:
        self.absolute = absolute
        self.rows: list[dict[str, Any]] = []

    def enter(self, row: ReportRow) -> Iterable[dict[str, Any]]:
        for proof in row.evidence:
            number = len(self.rows) + 1
            url = Verbatim(self.absolute(proof.url))
            self.rows.append(
                {
                    "number": str(number),
                    "measure": f"({row.area.number}) {row.measure.text}",
                    "quarter": str(row.quarter),
                    "title": proof.title,
                    "url": url,
                    "sha256": Verbatim(proof.sha256),
                }
            )
            yield {
                "number": str(number),
                "title": figure_words(proof.figure) if proof.figure else proof.title,
                "figure": proof.figure is not None,
                "url": url,
                "sha256": Verbatim(proof.sha256[:12]),
            }


def _row(row: ReportRow, annex: _Annex, shown: str) -> dict[str, Any]:
    progress = row.progress
    proofs = list(annex.enter(row))
    written = (progress.result, progress.obstacles, progress.next_step) if progress else ()
    return {
        "quarter": str(row.quarter),
        "mark": row.mark,
        "status": row.status_words,
        "published": progress is not None,
        "long": max(map(len, written), default=0) > _LONG or len(row.attached) > _MANY,
        "date": words.published_words(progress.published_at) if progress else "",
        "result": (progress.result if progress else "") or words.NOTHING_WRITTEN,
        "obstacles": (progress.obstacles if progress else "") or words.NOTHING_WRITTEN,
        "next_step": (progress.next_step if progress else "") or words.NOTHING_WRITTEN,
        "evidence": [proof for proof in proofs if not proof["figure"]],
        "no_evidence": words.NO_EVIDENCE,
        "figures_title": shown,
        "figures": [
            {"text": figure_words(figure), "url": Verbatim(annex.absolute(figure.url))} for figure in row.figures
        ],
        "frozen": [proof for proof in proofs if proof["figure"]],
    }


def _summary(view: PlanView, quarter: int | None) -> dict[str, Any]:
    counts = quarter_counts(view, quarter)
    rows = [
        [f"ไตรมาสที่ {count.quarter} ({words.months_of(view.data.fiscal_year, count.quarter)})"]
        + [str(n) for n in (count.scheduled, *count.by_status.values(), count.unpublished)]
        for count in counts
    ]
    columns = zip(*[(c.scheduled, *c.by_status.values(), c.unpublished) for c in counts], strict=True)
    total = [words.TOTAL, *[str(sum(column)) for column in columns]] if len(counts) > 1 else []
    return {
        "title": words.SUMMARY,
        "columns": [*words.SUMMARY_COLUMNS, *words.STATUS.values(), words.UNPUBLISHED_SHORT],
        "marks": ["", "", *ProgressStatus.values, "unpublished"],
        "rows": rows,
        "total": total,
    }


def _place(name: str, issuer: Issuer) -> str:
    district = f"อำเภอ{issuer.district}" if issuer.district else ""
    province = f"จังหวัด{issuer.province}" if issuer.province else ""
    return " ".join(filter(None, (name, district, province)))


def _signatory(issuer: Issuer) -> dict[str, str]:
    return {"name": issuer.signatory_name, "position": issuer.signatory_position}
