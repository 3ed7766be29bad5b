"""The report of what was done as a Word document that an officer can edit further."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml import etree

from ita_portal.fiscal import today
from ita_portal.spreadsheets import printable_text
from ita_portal.thai import to_thai_digits

from ..plan_data import EvidenceView, PlanView
from . import words
from .pdf import Issuer
from .plan_docx import ALTERNATIVES, FONT
from .report_rows import (
    Absolute,
    ReportRow,
    as_it_is,
    figure_words,
    latest_publication,
    measure_rows,
    quarter_counts,
)

_WIDTHS = (20, 40, 76, 42, 42, 45)
_SUMMARY_WIDTHS = (62, 29, 29, 29, 29, 29, 29, 29)
_ANNEX_WIDTHS = (17, 85, 22, 141)


def report_docx(
    view: PlanView,
    *,
    municipality: Issuer,
    quarter: int | None = None,
    thai_digits: bool = True,
    absolute: Absolute = as_it_is,
) -> bytes:
    """The report as `.docx`, A4 landscape: the content of `measures.documents.pdf.report_pdf`.

    Headings of tables repeat on every page; addresses and digests keep their digits.
    """
    writer = _Writer(view, municipality, quarter, thai_digits, absolute)
    writer.write()
    buffer = io.BytesIO()
    writer.document.save(buffer)
    return buffer.getvalue()


class _Writer:
    """One document being written."""

    def __init__(
        self, view: PlanView, issuer: Issuer, quarter: int | None, thai_digits: bool, absolute: Absolute
    ) -> None:
        self.view, self.issuer, self.quarter = view, issuer, quarter
        self.thai_digits, self.absolute = thai_digits, absolute
        self.document = _blank(words.report_title(view.data.title), view.data.municipality, thai_digits)
        self.proofs: list[tuple[ReportRow, EvidenceView]] = []

    def write(self) -> None:
        self._cover()
        self._summary()
        for area in self.view.data.areas:
            self._heading(f"({area.number}) {area.title}", 1)
            for measure in area.measures:
                self._heading(measure.text, 2)
                owner = words.responsible(measure.all_divisions, measure.divisions).replace("\n", ", ")
                self._paragraph(
                    f"ระยะเวลาดำเนินการ: {measure.schedule}    ผู้รับผิดชอบ: {owner}"
                ).paragraph_format.keep_with_next = True
                table = self._table(words.REPORT_COLUMNS, _WIDTHS)
                for row in measure_rows(self.view, area, measure, self.quarter):
                    self._row(table, row)
        self._signature()
        self._annex()

    def text(self, text: str) -> str:
        return to_thai_digits(printable_text(text)) if self.thai_digits else printable_text(text)

    def _cover(self) -> None:
        plan = self.view.data
        place = " ".join(
            filter(
                None,
                (
                    plan.municipality,
                    self.issuer.district and f"อำเภอ{self.issuer.district}",
                    self.issuer.province and f"จังหวัด{self.issuer.province}",
                ),
            )
        )
        title = self.document.add_paragraph(
            self.text(words.report_title(plan.title, "\n")), style=self.document.styles["Title"]
        )
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for line in (
            words.period_words(plan.fiscal_year, self.quarter),
            place,
            f"จัดทำโดย {plan.prepared_by}",
            words.published_until(latest_publication(self.view, self.quarter)),
        ):
            self._paragraph(line).alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _summary(self) -> None:
        self._heading(words.SUMMARY, 1)
        table = self._table((*words.SUMMARY_COLUMNS, *words.STATUS.values(), words.UNPUBLISHED_SHORT), _SUMMARY_WIDTHS)
        counts = quarter_counts(self.view, self.quarter)
        numbers = [(count.scheduled, *count.by_status.values(), count.unpublished) for count in counts]
        for count, row in zip(counts, numbers, strict=True):
            months = words.months_of(self.view.data.fiscal_year, count.quarter)
            self._cells(table, [f"ไตรมาสที่ {count.quarter} ({months})", *map(str, row)], centred=range(1, 8))
        if len(counts) > 1:
            totals = [str(sum(column)) for column in zip(*numbers, strict=True)]
            self._cells(table, [words.TOTAL, *totals], centred=range(1, 8), bold=True)

    def _row(self, table: Table, row: ReportRow) -> None:
        progress = row.progress
        if progress is None:
            cells = self._cells(table, [str(row.quarter), row.status_words], centred=[0])
            cells[1].merge(cells[-1])
            self._shown(table, row)
            return
        cells = self._cells(
            table,
            [
                str(row.quarter),
                f"{row.status_words}\n{words.published_words(progress.published_at)}",
                progress.result or words.NOTHING_WRITTEN,
                progress.obstacles or words.NOTHING_WRITTEN,
                progress.next_step or words.NOTHING_WRITTEN,
                "" if row.attached else words.NO_EVIDENCE,
            ],
            centred=[0],
        )
        for proof in row.attached:
            self.proofs.append((row, proof))
            place = cells[5].paragraphs[-1]
            if place.text:
                place = cells[5].add_paragraph()
            place.add_run(self.text(f"({len(self.proofs)}) "))
            self._link(place, proof.title, proof.url)
            if proof.sha256:
                place.add_run(f"\nSHA-256 {proof.sha256[:12]}…").font.size = Pt(11)
        self._shown(table, row)

    def _shown(self, table: Table, row: ReportRow) -> None:
        """Over the whole width below what people reported: what the portal shows, each figure with its address."""
        frozen = [proof for proof in row.evidence if proof.figure is not None]
        if not row.figures and not frozen:
            return
        cells = self._cells(table, ["", words.shown_words(today())])
        cells[1].merge(cells[-1])
        for figure in row.figures:
            self._link(cells[1].add_paragraph(), figure_words(figure), figure.url)
        for proof in frozen:
            self.proofs.append((row, proof))
            place = cells[1].add_paragraph()
            place.add_run(self.text(f"({len(self.proofs)}) "))
            self._link(place, figure_words(proof.figure) if proof.figure else proof.title, proof.url)
            place.add_run(f" SHA-256 {proof.sha256[:12]}…").font.size = Pt(11)

    def _signature(self) -> None:
        name, position = self.issuer.signatory_name, self.issuer.signatory_position
        for line in (
            "",
            "ลงชื่อ ..................................................",
            f"({name})" if name else "(..................................................)",
            f"ตำแหน่ง {position or '..................................................'}",
            "วันที่ .......... เดือน .................... พ.ศ. ..........",
        ):
            paragraph = self._paragraph(line)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.left_indent = Mm(150)
            paragraph.paragraph_format.keep_with_next = not line.startswith("วันที่")

    def _annex(self) -> None:
        self._heading(words.ANNEX, 1).paragraph_format.page_break_before = True
        if not self.proofs:
            self._paragraph(words.NO_EVIDENCE_AT_ALL)
            return
        table = self._table(words.ANNEX_COLUMNS, _ANNEX_WIDTHS)
        for number, (row, proof) in enumerate(self.proofs, start=1):
            measure = f"({row.area.number}) {row.measure.text}"
            cells = self._cells(table, [str(number), measure, str(row.quarter), proof.title], centred=[0, 2])
            self._link(cells[3].add_paragraph(), self.absolute(proof.url), proof.url, verbatim=True)
            if proof.sha256:
                cells[3].add_paragraph().add_run(f"SHA-256 {proof.sha256}").font.size = Pt(11)

    def _heading(self, text: str, level: int) -> Paragraph:
        return self.document.add_heading(self.text(text), level)

    def _paragraph(self, text: str) -> Paragraph:
        return self.document.add_paragraph(self.text(text))

    def _table(self, columns: Sequence[str], widths: Sequence[float]) -> Table:
        table = self.document.add_table(rows=1, cols=len(columns), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for cell, name in zip(table.rows[0].cells, columns, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _bold(paragraph.add_run(self.text(name)), True)
            _shade(cell)
        _mark_row(table, 0, "w:tblHeader")
        _mark_row(table, 0, "w:cantSplit")
        return table

    def _cells(
        self,
        table: Table,
        texts: Sequence[str],
        *,
        centred: Sequence[int] | range = (),
        bold: bool = False,
    ) -> tuple[_Cell, ...]:
        cells = table.add_row().cells
        _mark_row(table, -1, "w:cantSplit")
        widths = [column.width for column in table.columns]
        for index, cell in enumerate(cells):
            cell.width = widths[index]
            if index < len(texts):
                paragraph = cell.paragraphs[0]
                _bold(paragraph.add_run(self.text(texts[index])), bold)
                if index in centred:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return cells

    def _link(self, paragraph: Paragraph, text: str, url: str, *, verbatim: bool = False) -> None:
        """A run that opens `url`; python-docx has no call for it."""
        target = paragraph.part.relate_to(self.absolute(url), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), target)
        run = paragraph.add_run(printable_text(text) if verbatim else self.text(text))
        run.font.underline = True
        link.append(run._r)
        paragraph._p.append(link)


def _blank(title: str, author: str, thai_digits: bool) -> Document:
    document = docx.Document()
    properties = document.core_properties
    properties.title, properties.author, properties.language = printable_text(title), printable_text(author), "th-TH"
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(16)
    section.top_margin = section.bottom_margin = Mm(16)
    for name, size, bold in (
        ("Normal", 14, False),
        ("Title", 20, True),
        ("Heading 1", 17, True),
        ("Heading 2", 14, True),
    ):
        _thai_style(document.styles[name], size, bold)
    _page_numbers(section.footer.paragraphs[0], thai_digits)
    _name_alternatives(document)
    return document


def _name_alternatives(document: Document) -> None:
    """Other names of the font, for computers that know it by one of them (ECMA-376, part 1, 17.8.3.1)."""
    table = next(part for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    root = etree.fromstring(table.blob)
    font = etree.SubElement(root, qn("w:font"), {qn("w:name"): FONT})
    etree.SubElement(font, qn("w:altName"), {qn("w:val"): ALTERNATIVES})
    table._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _thai_style(style: Any, size: int, bold: bool) -> None:
    """Thai is a complex script to Word: font, size, weight and language have fields of their own for it."""
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    style.font.color.rgb = None
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.space_before = Pt(8 if bold else 0)
    for line in style.element.xpath("./w:pPr/w:pBdr"):
        line.getparent().remove(line)
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), FONT)
    for tag in ("w:color", "w:bCs", "w:szCs", "w:lang"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    for tag, attributes in (
        ("w:bCs", {"w:val": "1" if bold else "0"}),
        ("w:szCs", {"w:val": str(size * 2)}),
        ("w:lang", {"w:val": "en-US", "w:eastAsia": "th-TH", "w:bidi": "th-TH"}),
    ):
        element = OxmlElement(tag)
        for key, value in attributes.items():
            element.set(qn(key), value)
        properties.append(element)


def _page_numbers(paragraph: Paragraph, thai_digits: bool) -> None:
    """`หน้า ๑ จาก ๒`; the switch asks for Thai digits (ECMA-376, part 1, 17.16.4.3.1)."""
    switch = r" \* THAIARABIC" if thai_digits else ""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("หน้า ")
    _field(paragraph, f"PAGE{switch}", "๑" if thai_digits else "1")
    paragraph.add_run(" จาก ")
    _field(paragraph, f"NUMPAGES{switch}", "๑" if thai_digits else "1")


def _field(paragraph: Paragraph, code: str, shown: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = paragraph.add_run(shown)
    field.append(run._r)
    paragraph._p.append(field)


def _bold(run: Run, bold: bool) -> None:
    """Thai letters follow the weight of the complex script."""
    run.bold = run.font.cs_bold = bold or None


def _mark_row(table: Table, index: int, tag: str) -> None:
    properties = table.rows[index]._tr.get_or_add_trPr()
    element = OxmlElement(tag)
    element.set(qn("w:val"), "true")
    properties.append(element)


def _shade(cell: _Cell) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), "E9EDF2")
    cell._tc.get_or_add_tcPr().append(shading)
