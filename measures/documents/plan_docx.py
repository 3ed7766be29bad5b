"""The plan as a Word document: the official table on landscape A4, as the assessor receives it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml import etree

from ..plan_data import AreaData, PlanData
from . import words
from .docx_reading import docx_blocks
from .package import Package, hidden_chunks
from .plan_reading import read_plan_blocks
from .plan_table import closing_lines, written_cells
from .plan_yaml import write_plan_yaml

FONT = "TH SarabunPSK"
"""The first of the national fonts (cabinet resolution of 7 September 2553), on the computers of Thai offices.

`altName` in the font table names its successors, which other computers have.
"""
ALTERNATIVES = "TH Sarabun New, Sarabun"
_WIDTHS_CM = (3.3, 4.8, 4.6, 7.6, 3.2, 2.8)
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"


def read_plan_docx(content: bytes, divisions: Mapping[str, str], fiscal_year: int | None = None) -> PlanData:
    """The plan in the table of a Word file; PlanFileError with every problem and its place."""
    package = Package(content, "docx")
    return read_plan_blocks(docx_blocks(package), package.hidden_copy(), divisions, fiscal_year)


def write_plan_docx(plan: PlanData) -> bytes:
    """The plan as a Word file that reads back to exactly the same plan."""
    document = Document()
    _page(document)
    _styles(document)
    _cover(document, plan)
    _table(document, plan.areas)
    _closing(document, plan)
    _footer(document)
    core = document.core_properties
    core.title, core.language = f"{plan.title} {words.year_words(plan.fiscal_year)}"[:255], "th-TH"
    core.author, core.comments, core.last_modified_by = plan.municipality[:255], "", ""
    _hide(document, write_plan_yaml(plan))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _page(document: Document) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(1.7)
    section.top_margin, section.bottom_margin = Cm(1.8), Cm(1.6)
    section.header_distance = section.footer_distance = Cm(0.8)
    section.different_first_page_header_footer = True


def _styles(document: Document) -> None:
    normal = document.styles["Normal"]
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.line_spacing = 1.0
    properties = normal.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    fonts = OxmlElement("w:rFonts")
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    properties.append(fonts)
    for tag, value in (("w:sz", "28"), ("w:szCs", "28")):
        _append(properties, tag, val=value)
    _append(properties, "w:lang", val="en-US", bidi="th-TH")
    table = next(part for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    root = etree.fromstring(table.blob)
    font = etree.SubElement(root, qn("w:font"), {qn("w:name"): FONT})
    etree.SubElement(font, qn("w:altName"), {qn("w:val"): ALTERNATIVES})
    etree.SubElement(font, qn("w:family"), {qn("w:val"): "swiss"})
    table._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _append(parent: etree._Element, tag: str, **values: str) -> etree._Element:
    child = OxmlElement(tag)
    for name, value in values.items():
        child.set(qn(f"w:{name}"), value)
    parent.append(child)
    return child


def _write(paragraph: Paragraph, text: str, size: float = 14, *, bold: bool = False) -> Run:
    """A run marked as Thai, so that its complex-script size and weight hold."""
    run = paragraph.add_run(text)
    run.font.size, run.font.cs_bold, run.bold = Pt(size), bold, bold
    properties = run._element.get_or_add_rPr()
    _append(properties, "w:szCs", val=str(int(size * 2)))
    return run


def _cover(document: Document, plan: PlanData) -> None:
    first = document.add_paragraph()
    first.paragraph_format.space_before = Pt(120)
    _centred(first, plan.title, 30, after=10)
    _centred(document.add_paragraph(), words.year_words(plan.fiscal_year), 24, after=60)
    if plan.municipality:
        _centred(document.add_paragraph(), plan.municipality, 26, after=90)
    if plan.prepared_by:
        _centred(document.add_paragraph(), f"จัดทำโดย {plan.prepared_by}", 20)
    heading = document.add_paragraph(style="Heading 1")
    heading.paragraph_format.page_break_before = True
    _plain_heading(heading, plan.title)


def _centred(paragraph: Paragraph, text: str, size: float, after: float = 0) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(after)
    _write(paragraph, text, size, bold=True)


def _plain_heading(paragraph: Paragraph, text: str) -> None:
    """A real heading, for navigation and screen readers, in the document's own face."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(0), Pt(6)
    run = _write(paragraph, text, 18, bold=True)
    properties = run._element.get_or_add_rPr()
    fonts = OxmlElement("w:rFonts")
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    properties.insert(0, fonts)
    color = OxmlElement("w:color")
    color.set(qn("w:val"), "000000")
    properties.find(qn("w:sz")).addprevious(color)


def _table(document: Document, areas: Iterable[AreaData]) -> None:
    areas = list(areas)
    cells = [list(written_cells(area)) for area in areas]
    heights = [max(row + span for _column, row, span, _lines in area) for area in cells]
    table = document.add_table(rows=2 + sum(heights), cols=6)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    _grid(table)
    _header(table)
    top = 2
    for area, height in zip(cells, heights, strict=True):
        for column, row, span, lines in area:
            cell = _span(table, top + row, column, top + row + span - 1, column)
            _fill(cell, lines, centred=column >= 4, bold=column == 0, with_next=row < height - 1)
        top += height


def _grid(table: Table) -> None:
    for column, width in zip(table.columns, _WIDTHS_CM, strict=True):
        column.width = Cm(width)
    rows = table._tbl.tr_lst
    for row in rows:
        for cell, width in zip(row.tc_lst, _WIDTHS_CM, strict=True):
            cell.width = Cm(width)
    properties = table._tbl.tblPr
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", 40), ("left", 85), ("bottom", 40), ("right", 85)):
        _append(margins, f"w:{side}", w=str(width), type="dxa")
    properties.find(qn("w:tblLook")).addprevious(margins)
    for number, row in enumerate(rows):
        _append(row.get_or_add_trPr(), "w:cantSplit")
        if number < 2:
            _append(row.get_or_add_trPr(), "w:tblHeader")


def _header(table: Table) -> None:
    issue, question, finding, *rest = words.PLAN_COLUMNS
    places = [((0, 0, 1, 0), issue), ((0, 1, 0, 2), words.PLAN_COLUMN_GROUP), ((1, 1, 1, 1), question)]
    places += [((1, 2, 1, 2), finding), *(((0, column, 1, column), text) for column, text in enumerate(rest, start=3))]
    for (top, left, bottom, right), text in places:
        cell = _span(table, top, left, bottom, right)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        shading = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", "E7EEF5")):
            shading.set(qn(f"w:{name}"), value)
        cell._element.get_or_add_tcPr().find(qn("w:vAlign")).addprevious(shading)
        _fill(cell, (text,), centred=True, bold=True)


def _span(table: Table, top: int, left: int, bottom: int, right: int) -> _Cell:
    """The cell over that range, merged directly: python-docx's own merging walks the whole table each time."""
    rows = table._tbl.tr_lst
    for number in range(top, bottom + 1):
        row = rows[number]
        cell = row.tc_at_grid_offset(left)
        for extra in [row.tc_at_grid_offset(column) for column in range(left + 1, right + 1)]:
            row.remove(extra)
        if right > left:
            cell.grid_span = right - left + 1
            cell.width = Cm(sum(_WIDTHS_CM[left : right + 1]))
        if bottom > top:
            cell.vMerge = "restart" if number == top else "continue"
    return _Cell(rows[top].tc_at_grid_offset(left), table)


def _fill(
    cell: _Cell, lines: tuple[str, ...], *, centred: bool = False, bold: bool = False, with_next: bool = False
) -> None:
    """with_next: the row stays on the page of the row below it, so that an area is not torn where it fits."""
    for number, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.paragraph_format.keep_with_next = with_next or None
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if len(lines) > 1 and line.startswith("- "):
            paragraph.paragraph_format.left_indent = Cm(0.25)
            paragraph.paragraph_format.first_line_indent = Cm(-0.25)
        _write(paragraph, line, bold=bold)


def _closing(document: Document, plan: PlanData) -> None:
    if not plan.limitations:
        return
    heading = document.add_paragraph(style="Heading 1")
    _plain_heading(heading, words.LIMITATIONS)
    heading.paragraph_format.space_before = Pt(18)
    for line in closing_lines(plan):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = Cm(2)
        paragraph.paragraph_format.first_line_indent = Cm(-0.6)
        paragraph.paragraph_format.space_after = Pt(4)
        _write(paragraph, line, 16)


def _footer(document: Document) -> None:
    """Page numbers on every page but the cover."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(paragraph, "หน้า ")
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("shown", "1"), ("end", "")):
        run = _write(paragraph, text if kind == "shown" else "")
        if kind == "":
            instruction = OxmlElement("w:instrText")
            instruction.text = text
            run._element.append(instruction)
        elif kind != "shown":
            _append(run._element, "w:fldChar", fldCharType=kind)


def _hide(document: Document, content: bytes) -> None:
    """The exact plan as document properties, which word processors keep and nobody has to look at."""
    root = etree.Element(f"{{{_PROPERTIES}}}Properties", nsmap={None: _PROPERTIES, "vt": _TYPES})
    for number, (name, value) in enumerate(hidden_chunks(content).items(), start=2):
        entry = etree.SubElement(root, f"{{{_PROPERTIES}}}property", fmtid=_FORMAT_ID, pid=str(number), name=name)
        etree.SubElement(entry, f"{{{_TYPES}}}lpwstr").text = value
    package = document.part.package
    blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    part = Part(PackURI("/docProps/custom.xml"), kind, blob, package)
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)
