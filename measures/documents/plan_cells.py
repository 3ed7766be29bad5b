"""The official table of the plan as merged cells, for printing.

Questions and findings stand row by row on the left; on the right, measures that share their time and
owner share one cell, as in the document. Both sides have as many rows as the longer one, the last cell of
the other reaching down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from ..plan_data import AreaData, MeasureData
from . import words


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: column and row inside its area (from 0), how many rows it spans, its paragraphs."""

    column: int
    row: int
    span: int
    paragraphs: tuple[str, ...]


def area_cells(area: AreaData) -> list[Cell]:
    """The cells of one area, row by row; every place of the table is covered exactly once."""
    groups = _groups(area.measures)
    height = max(len(area.questions), len(groups), 1)
    cells = [Cell(0, 0, height, (f"({area.number}) {area.title}",))]
    cells += _stack(1, height, [(f"{question.code} {question.text}",) for question in area.questions])
    cells += _findings(area, height)
    cells += _stack(3, height, [tuple(measure.text for measure in group) for group in groups])
    cells += _stack(4, height, [(group[0].schedule,) for group in groups])
    cells += _stack(5, height, [(words.responsible(group[0].all_divisions, group[0].divisions),) for group in groups])
    return sorted(cells, key=lambda cell: (cell.row, cell.column))


def _groups(measures: Sequence[MeasureData]) -> list[list[MeasureData]]:
    return [
        list(group)
        for _key, group in groupby(
            measures,
            lambda measure: (measure.quarters, measure.schedule, measure.all_divisions, measure.divisions),
        )
    ]


def _stack(column: int, height: int, contents: Sequence[tuple[str, ...]]) -> list[Cell]:
    """One cell a row; the last one reaches down to the end of the area."""
    filled = contents or [()]
    last = len(filled) - 1
    return [Cell(column, row, height - last if row == last else 1, paragraphs) for row, paragraphs in enumerate(filled)]


def _findings(area: AreaData, height: int) -> list[Cell]:
    """Each finding beside the questions that it answers, where these stand in order; else all in one."""
    codes = [question.code for question in area.questions]
    starts = []
    for finding in area.findings:
        rows = sorted(codes.index(code) for code in finding.questions if code in codes)
        together = bool(rows) and rows == list(range(rows[0], rows[-1] + 1))
        starts.append((rows[0], rows[-1]) if together else None)
    places = [place for place in starts if place]
    in_order = all(before[1] < after[0] for before, after in pairwise(places))
    if len(places) < len(starts) or not in_order or not places:
        return [Cell(2, 0, height, tuple(finding.text for finding in area.findings))]
    cells, free = [], 0
    for (first, last), finding in zip(places, area.findings, strict=True):
        if first > free:
            cells.append(Cell(2, free, first - free, ()))
        end = height if last == len(codes) - 1 else last + 1
        cells.append(Cell(2, first, end - first, (finding.text,)))
        free = end
    if free < height:
        cells.append(Cell(2, free, height - free, ()))
    return cells
