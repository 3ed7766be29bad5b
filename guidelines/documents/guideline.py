"""A guideline as an official document. Its text is handed to Typst as blocks of plain values, never as markup.

In Thai, whatever the page's language: it is the municipality's own text.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from django.utils import translation

from ita_portal.pdf import Verbatim, breakable, compile_pdf
from ita_portal.qr import document_svg
from ita_portal.thai import long_date
from organization.models import Municipality

from ..markup import Block, Heading, Items, Paragraph, Run, Runs, Table, plain
from ..reading import Shown

_TEMPLATE = Path(__file__).resolve().parent / "guideline.typ"
_COLUMN = 24
"""Letters that a column of a table may hold in one run."""


def guideline_pdf(shown: Shown, *, address: str, municipality: Municipality) -> bytes:
    """The document. address: of its page, absolute, as the QR code holds it; links of the portal begin there."""
    version = shown.version
    with translation.override("th"):
        content = {
            "municipality": municipality.name,
            "title": version.title,
            "facts": _facts(shown),
            "notice": _notice(shown),
            "summary": version.summary,
            "contents": [{"level": one.level, "text": one.text} for one in shown.contents],
            "blocks": [_block(one, address) for one in shown.blocks],
            "foot": [f"ฉบับนี้เผยแพร่เมื่อวันที่ {long_date(version.published_at)}" if version.published_at else ""],
            "changes": _changes(shown),
            "address": Verbatim(breakable(address)),
            "qr": Verbatim(document_svg(address)),
            "qr_alt": f"คิวอาร์โค้ดไปยังหน้า {address}",
            "demonstration": "ข้อมูลตัวอย่าง" if municipality.shows_demonstration else "",
        }
    return compile_pdf(
        _TEMPLATE, content, title=version.title, author=municipality.name, created=version.published_at
    )  # fmt: skip


def _facts(shown: Shown) -> str:
    version = shown.version
    day = long_date(version.in_force_on) if version.in_force_on else "–"
    return f"ฉบับที่ {version.number} ใช้ตั้งแต่วันที่ {day}"


def _notice(shown: Shown) -> str:
    """What somebody must know who holds a version that is not in force."""
    if shown.document.is_withdrawn and shown.document.withdrawn_on:
        return f"เอกสารนี้ยกเลิกแล้วตั้งแต่วันที่ {long_date(shown.document.withdrawn_on)}: {shown.document.withdrawn_reason}"
    if shown.is_coming and shown.version.in_force_on:
        return f"ฉบับนี้ยังไม่มีผลใช้ จะใช้ตั้งแต่วันที่ {long_date(shown.version.in_force_on)}"
    if not shown.is_current and shown.current:
        return f"ฉบับนี้ไม่ใช้แล้ว ฉบับที่ใช้อยู่คือฉบับที่ {shown.current.number}"
    return ""


def _changes(shown: Shown) -> list[dict[str, str]]:
    """What each version changed, newest first, up to the one that is printed."""
    return [
        {
            "head": f"ฉบับที่ {one.number} ใช้ตั้งแต่วันที่ {long_date(one.in_force_on)}" if one.in_force_on else "",
            "note": one.change_note or "ฉบับแรก",
            "reason": one.reason,
        }
        for one in shown.versions
        if (one.number or 0) <= (shown.version.number or 0)
    ]


def _block(block: Block, base: str) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "runs": _runs(block.runs, base)}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "runs": _runs(block.runs, base)}
    if isinstance(block, Items):
        items = [[_block(one, base) for one in item] for item in block.items]
        return {"kind": "items", "ordered": block.ordered, "start": block.start, "items": items}
    return {
        "kind": "table",
        "widths": _widths(block),
        "head": [_runs(cell, base) for cell in block.head],
        "rows": [[_runs(cell, base, narrow=True) for cell in row] for row in block.rows],
    }


def _runs(runs: Runs, base: str, *, narrow: bool = False) -> list[dict[str, Any]]:
    return [_run(run, base, narrow) for run in runs]


def _run(run: Run, base: str, narrow: bool) -> dict[str, Any]:
    href = run.href if not run.href.startswith(("/", "#")) else urljoin(base, run.href)
    told = href if href.startswith("http") and href != run.text else ""
    return {
        "text": breakable(run.text, whole=_COLUMN if narrow else 60),
        "strong": run.strong,
        "href": Verbatim(href),
        "told": Verbatim(breakable(told)),
    }


def _widths(table: Table) -> list[float]:
    """Shares of the columns: by what they hold, none below an eighth of the widest."""

    def size(cells: Iterable[Runs]) -> float:
        return max((len(plain(cell)) for cell in cells), default=0) ** 0.6 + 2

    sizes = [size([head, *(row[x] for row in table.rows if x < len(row))]) for x, head in enumerate(table.head)]
    return [max(one, max(sizes) / 8) for one in sizes]
