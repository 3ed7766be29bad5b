"""The small markup in which guidelines are written: headings, numbered steps, lists, tables, links, bold words.

It is read as CommonMark by markdown-it with everything else turned off, into blocks of plain values. Nothing that was
typed ever becomes HTML or Typst by itself: pages (`markup_html`) and PDF (`documents.guideline`) are made of the
blocks, and what the markup does not know stays as the letters that were typed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from markdown_it.utils import OptionsType

LONGEST = 100_000
"""Letters of a document."""
MOST_LINES = 2_000
"""Lines of a document: two versions are compared line by line."""
LEVELS = 3
_RULES = ("heading", "list", "table", "link", "emphasis", "newline", "escape")
_OPTIONS: OptionsType = {
    "maxNesting": 12, "html": False, "linkify": False, "typographer": False, "quotes": "", "xhtmlOut": False,
    "breaks": True, "langPrefix": "", "highlight": None,
}  # fmt: skip
_SAFE_ADDRESS = re.compile(r"(?:https?://[^\s\\]+|mailto:[^\s\\]+|tel:[+0-9-]+|/(?![/\\])[^\s\\]*|#[a-z0-9-]+)\Z")


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one look. href: where they lead, an address that is safe; empty: nowhere."""

    text: str
    strong: bool = False
    href: str = ""


Runs: TypeAlias = "tuple[Run, ...]"


@dataclass(frozen=True, slots=True)
class Heading:
    """level: 1 to 3, never more than one below the heading before it. anchor: its place in the page's address."""

    level: int
    runs: Runs
    anchor: str

    @property
    def text(self) -> str:
        """Its words."""
        return plain(self.runs)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; line ends as they were typed."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Items:
    """A list; ordered: numbered steps, from `start` on."""

    ordered: bool
    start: int
    items: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a head."""

    head: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]


Block: TypeAlias = "Heading | Paragraph | Items | Table"


def plain(runs: Runs) -> str:
    """The letters alone."""
    return "".join(run.text for run in runs)


def is_safe_address(href: str) -> bool:
    """Whether a link may lead there: a website, a mail, a telephone, a page or a place of this portal."""
    return bool(_SAFE_ADDRESS.match(href))


@functools.lru_cache(maxsize=64)
def read(text: str) -> tuple[Block, ...]:
    """The blocks of a text."""
    reader = MarkdownIt("zero", _OPTIONS).enable(list(_RULES))
    return tuple(_Reading().blocks(SyntaxTreeNode(reader.parse(text))))


class _Reading:
    """Walks the tree of one text: headings are numbered through it."""

    def __init__(self) -> None:
        self._numbers: list[int] = []

    def blocks(self, node: SyntaxTreeNode) -> Iterator[Block]:
        kinds: dict[str, Callable[[SyntaxTreeNode], Block]] = {
            "heading": self._heading, "paragraph": self._paragraph, "bullet_list": self._items,
            "ordered_list": self._items, "table": self._table,
        }  # fmt: skip
        for child in node.children:
            if child.type in kinds:
                yield kinds[child.type](child)

    def _heading(self, node: SyntaxTreeNode) -> Heading:
        level = min(int(node.tag[1:]), LEVELS, len(self._numbers) + 1)
        self._numbers = [*self._numbers[:level], *[0] * (level - len(self._numbers))]
        self._numbers[level - 1] += 1
        return Heading(level, _runs(node), "part-" + "-".join(map(str, self._numbers)))

    def _paragraph(self, node: SyntaxTreeNode) -> Paragraph:
        return Paragraph(_runs(node))

    def _items(self, node: SyntaxTreeNode) -> Items:
        ordered = node.type == "ordered_list"
        start = int(node.attrs.get("start", 1)) if ordered else 1
        return Items(ordered, start, tuple(tuple(self.blocks(item)) for item in node.children))

    def _table(self, node: SyntaxTreeNode) -> Table:
        rows = [tuple(_runs(cell) for cell in row.children) for part in node.children for row in part.children]
        return Table(rows[0], tuple(rows[1:]))


def _runs(node: SyntaxTreeNode) -> Runs:
    return tuple(run for child in node.children for run in _inline(child, strong=False, href=""))


def _inline(node: SyntaxTreeNode, *, strong: bool, href: str) -> Iterator[Run]:
    if node.type in ("softbreak", "hardbreak"):
        yield Run("\n", strong, href)
    elif node.children:
        strong = strong or node.type == "strong"
        if node.type == "link":
            told = str(node.attrs.get("href", ""))
            href = told if is_safe_address(told) else ""
        for child in node.children:
            yield from _inline(child, strong=strong, href=href)
    elif node.content:
        yield Run(node.content, strong, href)


def headings(blocks: tuple[Block, ...]) -> list[Heading]:
    """Parts and sections, for the list of contents."""
    return [block for block in blocks if isinstance(block, Heading)]


@dataclass(frozen=True, slots=True)
class Line:
    """A line as people compare it. part: the heading above it; is_heading: whether it is one."""

    text: str
    part: str = ""
    is_heading: bool = False


def lines(blocks: tuple[Block, ...]) -> list[Line]:
    """The text as lines: a paragraph, an item with its number, a row of a table each."""
    found: list[Line] = []
    part = ""
    for block in blocks:
        if isinstance(block, Heading):
            part = block.text
        found += [Line(text, part, isinstance(block, Heading)) for text in _lines_of(block)]
    return found


def _lines_of(block: Block) -> Iterator[str]:
    if isinstance(block, Heading | Paragraph):
        yield from plain(block.runs).split("\n")
    elif isinstance(block, Table):
        for row in (block.head, *block.rows):
            yield " · ".join(plain(cell) for cell in row)
    else:
        for number, item in enumerate(block.items, start=block.start):
            mark = f"{number}." if block.ordered else "•"
            for place, text in enumerate(text for inner in item for text in _lines_of(inner)):
                yield f"{mark} {text}" if place == 0 else text
