"""A treemap: each share of a whole as a rectangle of its size, as square as it can be.

Squarified layout (M. Bruls, K. Huizing, J. van Wijk, "Squarified Treemaps", 2000).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .geometry import percent, text_width

_ROOM = 16
"""Left free beside the words of a tile, in CSS pixels."""
_TWO_LINES, _ONE_LINE = 52, 30
"""How high a tile must be for its words, in CSS pixels."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle; lengths in the unit of the whole."""

    x: float
    y: float
    width: float
    height: float


def squarify(values: Sequence[Decimal], width: float, height: float) -> list[Rect]:
    """Rectangles in proportion to `values`, which fall and are all above zero; together they fill the whole."""
    whole = sum(values, Decimal(0))
    if not whole:
        return []
    areas = [float(value / whole) * width * height for value in values]
    found: list[Rect] = []
    free = Rect(0, 0, width, height)
    row: list[float] = []
    for area in areas:
        side = min(free.width, free.height)
        if row and _worst([*row, area], side) > _worst(row, side):
            free = _laid(found, row, free)
            row = []
        row.append(area)
    _laid(found, row, free)
    return found


def _worst(row: Sequence[float], side: float) -> float:
    """How far from a square the least square of a row along `side` is."""
    total = sum(row)
    if not total or not side:
        return float("inf")
    return max(max(side * side * area / (total * total), total * total / (side * side * area)) for area in row)


def _laid(found: list[Rect], row: Sequence[float], free: Rect) -> Rect:
    """Lay a row along the shorter side of what is free; what stays free."""
    upright = free.width >= free.height
    side = free.height if upright else free.width
    depth = sum(row) / side if side else 0.0
    before = 0.0
    for area in row:
        length = area / depth if depth else 0.0
        if upright:
            found.append(Rect(free.x, free.y + before, depth, length))
        else:
            found.append(Rect(free.x + before, free.y, length, depth))
        before += length
    if upright:
        return Rect(free.x + depth, free.y, max(free.width - depth, 0.0), free.height)
    return Rect(free.x, free.y + depth, free.width, max(free.height - depth, 0.0))


@dataclass(frozen=True, slots=True)
class Tile:
    """A rectangle of the treemap with its words. number: its place in the table; look: 1-4, its colour and pattern.

    x, width in percent; y, height in CSS pixels. name, amount: empty where there is no room for them.
    """

    number: int
    look: int
    value: Decimal
    x: str
    y: int
    width: str
    height: int
    name: str
    amount: str

    @property
    def base(self) -> int:
        """The base line of its number, in CSS pixels: within a low tile too."""
        return max(11, min(21, self.height - 4))


@dataclass(frozen=True, slots=True)
class Treemap:
    """The whole chart. height in CSS pixels; its width is that of its place."""

    tiles: tuple[Tile, ...]
    height: int


@dataclass(frozen=True, slots=True)
class Share:
    """What becomes a tile: its place in the table, its words, how it looks."""

    number: int
    name: str
    value: Decimal | None
    amount: str
    look: int


def treemap(shares: Sequence[Share], *, width: int, height: int) -> Treemap:
    """Tiles for all shares above zero, the largest first. width: the least that its place will have, in CSS pixels."""
    shown = sorted((share for share in shares if share.value), key=lambda share: (-(share.value or 0), share.number))
    rects = squarify([share.value or Decimal(0) for share in shown], width, height)
    return Treemap(tuple(_tile(share, rect, width) for share, rect in zip(shown, rects, strict=True)), height)


def _tile(share: Share, rect: Rect, width: int) -> Tile:
    top = round(rect.y)
    number = text_width(f"{share.number} ")
    named = rect.width >= text_width(share.name) + number + _ROOM and rect.height >= _ONE_LINE
    told = rect.width >= text_width(share.amount) + _ROOM and rect.height >= _TWO_LINES
    return Tile(
        share.number, share.look, share.value or Decimal(0),
        percent(100 * rect.x / width), top, percent(100 * rect.width / width), round(rect.y + rect.height) - top,
        share.name if named else "", share.amount if told else "",
    )  # fmt: skip
