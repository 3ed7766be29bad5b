"""The report of what was done as a workbook: what was done, what the portal shows, the counts, the proofs."""

from __future__ import annotations

from itertools import groupby

from ita_portal.fiscal import today
from ita_portal.spreadsheets import Sheet, Value, write_xlsx
from ita_portal.thai import long_date

from ..plan_data import PlanView
from . import words
from .report_rows import Absolute, as_it_is, figure_words, latest_publication, quarter_counts, report_rows

_COLUMNS = (
    "ประเด็น",
    "มาตรการ",
    "ระยะเวลาดำเนินการ",
    "ผู้รับผิดชอบ",
    *words.REPORT_COLUMNS,
    "วันที่เผยแพร่",
    words.SHOWN,
)
_WIDTHS = (22, 34, 16, 16, 8, 24, 36, 24, 24, 32, 15, 22)
_FIGURES = (
    "ประเด็น",
    "มาตรการ",
    "ไตรมาส",
    "ตัวเลข",
    "ค่า",
    "หน่วย",
    "สำนัก/กอง",
    "ชนิด",
    "ณ วันเวลา",
    "ที่อยู่",
    "SHA-256",
)
_ANNEX = ("ลำดับ", "ประเด็น", "มาตรการ", "ไตรมาส", "ชื่อหลักฐาน", "ที่อยู่", "SHA-256")


def report_xlsx(view: PlanView, *, quarter: int | None = None, absolute: Absolute = as_it_is) -> bytes:
    """The report as `.xlsx`: sheets of measures by quarter (merged by measure), of figures, of counts, of proofs.

    Digits are Arabic: a spreadsheet counts with them.
    """
    plan = view.data
    title = words.report_title(plan.title)
    above = (
        title,
        f"{plan.municipality} {words.period_words(plan.fiscal_year, quarter)}",
        words.published_until(latest_publication(view, quarter)),
    )
    sheets = (
        _measures(view, quarter, absolute, above),
        _figures(view, quarter, absolute),
        _summary(view, quarter),
        _proofs(view, quarter, absolute),
    )
    return write_xlsx(sheets, title=title, author=plan.municipality)


def _measures(view: PlanView, quarter: int | None, absolute: Absolute, above: tuple[str, ...]) -> Sheet:
    rows: list[list[Value]] = []
    merged = []
    listed = list(report_rows(view, quarter))
    for row in listed:
        progress, measure = row.progress, row.measure
        rows.append(
            [
                f"({row.area.number}) {row.area.title}",
                measure.text,
                measure.schedule,
                words.responsible(measure.all_divisions, measure.divisions),
                row.quarter,
                row.status_words,
                progress.result if progress else "",
                progress.obstacles if progress else "",
                progress.next_step if progress else "",
                "\n".join(f"{proof.title}\n{absolute(proof.url)}" for proof in row.attached),
                long_date(progress.published_at, "th") if progress else "",
                "\n".join(figure_words(figure) for figure in (*row.figures, *row.frozen)),
            ]
        )
    for columns, key in (((0,), lambda row: row.area.number), ((1, 2, 3), lambda row: (row.area, row.measure))):
        first = 0
        for _key, group in groupby(listed, key):
            last = first + len(list(group)) - 1
            merged += [(column, first, last) for column in columns]
            first = last + 1
    return Sheet("ผลการดำเนินการ", _COLUMNS, rows, widths=_WIDTHS, above=above, merged=merged, centred=(2, 3, 4))


def _figures(view: PlanView, quarter: int | None, absolute: Absolute) -> Sheet:
    """A row a figure: what the portal shows by itself, live or as it was when it was used as evidence."""
    rows: list[list[Value]] = []
    links = {}
    for row in report_rows(view, quarter):
        for figure in (*row.figures, *row.frozen):
            url = absolute(figure.url)
            links[len(rows), 9] = url
            value = figure.value
            rows.append(
                [
                    f"({row.area.number}) {row.area.title}",
                    row.measure.text,
                    row.quarter,
                    figure.name,
                    words.UNKNOWN_FIGURE if value is None else figure.text if isinstance(value, bool) else value,
                    figure.unit,
                    figure.division,
                    words.FROZEN if figure.frozen_at else words.LIVE,
                    words.moment_words(figure.frozen_at) if figure.frozen_at else long_date(today(), "th"),
                    url,
                    figure.sha256,
                ]
            )
    return Sheet(
        words.FIGURES_SHEET,
        _FIGURES,
        rows,
        widths=(22, 34, 9, 34, 14, 14, 18, 16, 30, 40, 68),
        above=(words.SHOWN,),
        below=() if rows else (words.NO_FIGURE,),
        links=links,
        centred=(2,),
    )


def _summary(view: PlanView, quarter: int | None) -> Sheet:
    rows: list[list[Value]] = [
        [count.quarter, count.scheduled, *count.by_status.values(), count.unpublished]
        for count in quarter_counts(view, quarter)
    ]
    header = (*words.SUMMARY_COLUMNS, *words.STATUS.values(), words.UNPUBLISHED_SHORT)
    return Sheet("สรุป", header, rows, widths=[18] * len(header), above=(words.SUMMARY,), centred=range(len(header)))


def _proofs(view: PlanView, quarter: int | None, absolute: Absolute) -> Sheet:
    rows: list[list[Value]] = []
    links = {}
    for row in report_rows(view, quarter):
        for proof in row.evidence:
            url = absolute(proof.url)
            links[len(rows), 5] = url
            rows.append(
                [
                    len(rows) + 1,
                    f"({row.area.number}) {row.area.title}",
                    row.measure.text,
                    row.quarter,
                    proof.title,
                    url,
                    proof.sha256,
                ]
            )
    below = () if rows else (words.NO_EVIDENCE_AT_ALL,)
    return Sheet(
        "หลักฐาน",
        _ANNEX,
        rows,
        widths=(8, 26, 36, 9, 32, 40, 68),
        above=(words.ANNEX,),
        below=below,
        links=links,
        centred=(0, 3),
    )
