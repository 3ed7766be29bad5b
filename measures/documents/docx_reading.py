"""The lines and table rows of a Word file, as Word, LibreOffice and others really write them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from lxml import etree

from .package import Budget, Package, attribute, broken, local
from .plan_table import _QUESTION_START, Cell, Line, Row
from .text import join_soft, marker_kind, tidy

_WRAPPERS = {"sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple", "dir", "bdo"}
"""Elements that only wrap what they hold: content controls, accepted insertions, links."""

_FEWEST_COLUMNS = 4
"""A narrower table is no part of the plan: a signature block, a page's frame."""


def docx_blocks(package: Package) -> Iterator[Line | Row]:
    """Paragraphs outside tables and rows of tables, in the order of the document."""
    body = next((element for element in package.xml(package.main) if local(element) == "body"), None)
    if body is None:
        raise broken()
    tables = paragraphs = 0
    budget = Budget()
    for element in _children(body):
        if local(element) == "p":
            paragraphs += 1
            place = _("paragraph %(number)s outside the table") % {"number": paragraphs}
            for text in _lines(element, budget) or [""]:
                yield Line(text, place)
        elif local(element) == "tbl":
            tables += 1
            yield from _table(element, tables, budget)


def _children(element: etree._Element) -> Iterator[etree._Element]:
    for child in element:
        if local(child) in _WRAPPERS:
            yield from _children(child)
        elif local(child):
            yield child


def _table(table: etree._Element, number: int, budget: Budget) -> Iterator[Line | Row]:
    edges = [0.0]
    for column in _find(_find_one(table, "tblGrid"), "gridCol"):
        edges.append(edges[-1] + max(_integer(attribute(column, "w"), 1), 1))
    rows = [_row(row, edges, budget) for row in _children(table) if local(row) == "tr"]
    in_table = max((len(cells) for cells in rows), default=0) >= _FEWEST_COLUMNS
    for index, cells in enumerate(rows, start=1):
        place = _("table %(table)s, row %(row)s") % {"table": number, "row": index}
        if in_table:
            yield Row(tuple((left, right, Cell(lines, place)) for left, right, lines in cells), place)
        else:
            yield from (Line(line, place) for _left, _right, lines in cells for line in lines)


def _row(row: etree._Element, edges: list[float], budget: Budget) -> list[tuple[float, float, tuple[str, ...]]]:
    """Left edge, right edge and lines of each cell; the hidden text of a cell merged upwards does not count."""
    cells = []
    properties = _find_one(row, "trPr")
    at = _integer(_value(properties, "gridBefore"), 0)
    for cell in _children(row):
        if local(cell) != "tc":
            continue
        budget.cell()
        properties = _find_one(cell, "tcPr")
        width = max(_integer(_value(properties, "gridSpan"), 1), 1)
        merge = _find_one(properties, "vMerge")
        if merge is None:
            merge = _find_one(properties, "hMerge")
        covered = merge is not None and attribute(merge, "val") != "restart"
        lines = () if covered else tuple(line for part in _paragraphs(cell) for line in _lines(part, budget))
        cells.append((_edge(edges, at), _edge(edges, at + width), lines))
        at += width
    return cells


def _edge(edges: list[float], column: int) -> float:
    """Where a grid column begins; beyond the declared grid every column is one wide."""
    return edges[column] if column < len(edges) else edges[-1] + column - len(edges) + 1


def _paragraphs(cell: etree._Element) -> Iterator[etree._Element]:
    for child in _children(cell):
        if local(child) == "p":
            yield child
        elif local(child) == "tbl":  # a table inside the cell: its text in reading order
            for row in _children(child):
                for inner in _children(row):
                    yield from _paragraphs(inner)


def _lines(paragraph: etree._Element, budget: Budget) -> list[str]:
    """The tidy lines of a paragraph.

    A soft break does not part a sentence, but does part entries of a list. An automatic list marker, which is no
    text of the file, becomes `-`.
    """
    parts = [tidy(part) for part in budget.text("".join(_pieces(paragraph))).split("\n")]
    lines: list[list[str]] = []
    for part in filter(None, parts):
        if lines and not marker_kind(part) and not _QUESTION_START.match(part):
            lines[-1].append(part)
        else:
            lines.append([part])
    joined = [tidy(join_soft(line)) for line in lines]
    if joined and _has_marker(paragraph) and not marker_kind(joined[0]):
        joined[0] = f"- {joined[0]}"
    return joined


def _has_marker(paragraph: etree._Element) -> bool:
    numbering = _find_one(_find_one(paragraph, "pPr"), "numPr")
    return numbering is not None and _value(numbering, "numId") not in (None, "0")


def _pieces(element: etree._Element) -> Iterator[str]:
    for child in _children(element):
        kind = local(child)
        if kind == "r":
            yield from _pieces(child)
        elif kind == "t":
            # Kept apart from a line break of Word's own by the spaces that a text node may hold.
            yield (child.text or "").replace("\n", " ")
        elif kind in ("br", "cr"):
            yield "\n"
        elif kind in ("tab", "ptab"):
            yield " "
        elif kind == "noBreakHyphen":
            yield "-"


def _find(element: etree._Element | None, name: str) -> list[etree._Element]:
    return [] if element is None else [child for child in element if local(child) == name]


def _find_one(element: etree._Element | None, name: str) -> etree._Element | None:
    return next(iter(_find(element, name)), None)


def _value(properties: etree._Element | None, name: str) -> str | None:
    found = _find_one(properties, name)
    return None if found is None else attribute(found, "val")


def _integer(text: str | None, default: int) -> int:
    """A number of a layout attribute: a damaged one must not stop the reading nor reserve memory."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else default
