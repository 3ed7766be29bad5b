"""Guidelines as HTML, made of blocks: every letter is escaped, and no element comes from what was typed."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from .markup import Block, Heading, Items, Paragraph, Run, Runs

_BREAK = mark_safe("<br>")


def html(blocks: Iterable[Block], *, top: int = 2) -> SafeString:
    """Blocks as they stand on a page below a heading of the level `top` - 1."""
    return format_html_join("\n", "{}", ((_block(block, top),) for block in blocks))


def _block(block: Block, top: int) -> SafeString:
    if isinstance(block, Heading):
        level = min(block.level + top - 1, 6)
        return format_html('<h{} id="{}">{}</h{}>', level, block.anchor, _runs(block.runs), level)
    if isinstance(block, Paragraph):
        return format_html("<p>{}</p>", _runs(block.runs))
    if isinstance(block, Items):
        items = format_html_join("", "<li>{}</li>", ((_item(item, top),) for item in block.items))
        if not block.ordered:
            return format_html("<ul>{}</ul>", items)
        if block.start == 1:
            return format_html("<ol>{}</ol>", items)
        return format_html('<ol start="{}">{}</ol>', block.start, items)
    head = format_html_join("", '<th scope="col">{}</th>', ((_runs(cell),) for cell in block.head))
    rows = format_html_join("", "<tr>{}</tr>", ((_cells(row),) for row in block.rows))
    return format_html(
        '<div class="table-scroll" tabindex="0" role="group" aria-label="{}"><table class="table">'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
        _("Table: %(columns)s") % {"columns": ", ".join("".join(run.text for run in cell) for cell in block.head)},
        head, rows,
    )  # fmt: skip


def _item(item: tuple[Block, ...], top: int) -> SafeString:
    """An item of one paragraph stands without one: lists stay tight."""
    if item and isinstance(item[0], Paragraph):
        return format_html("{}{}", _runs(item[0].runs), html(item[1:], top=top))
    return html(item, top=top)


def _cells(row: tuple[Runs, ...]) -> SafeString:
    return format_html_join("", "<td>{}</td>", ((_runs(cell),) for cell in row))


def _runs(runs: Runs) -> SafeString:
    return format_html_join("", "{}", ((_run(run),) for run in runs))


def _run(run: Run) -> SafeString:
    text = format_html_join(_BREAK, "{}", ((part,) for part in run.text.split("\n")))
    if run.strong:
        text = format_html("<strong>{}</strong>", text)
    return format_html('<a href="{}">{}</a>', run.href, text) if run.href else text
