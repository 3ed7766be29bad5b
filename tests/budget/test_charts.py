"""Charts: tiles and bars stand where their numbers say, and say the same as the table beside them."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from budget.charts.bars import Row, bar_chart
from budget.charts.geometry import percent, text_width
from budget.charts.treemap import Share, squarify, treemap
from budget.models import BudgetYear
from budget.money import Money
from budget.reading.drawing import quarter_bars, received_bars, share_map, spending_bars
from budget.reading.slices import Slice
from budget.reading.year import glance_of
from ita_portal.thai import baht

from ..cast import Cast
from .factories import YEAR
from .public_year import other_plans, public_year

AMOUNTS = st.lists(st.decimals("0.01", "99999999", places=2), min_size=1, max_size=14)


@settings(max_examples=60, deadline=None)
@given(AMOUNTS)
def test_tiles_are_as_large_as_their_shares_and_fill_the_whole(amounts: list[Decimal]) -> None:
    values = sorted(amounts, reverse=True)
    rects = squarify(values, 640, 380)
    whole = float(sum(values))
    assert len(rects) == len(values)
    for value, rect in zip(values, rects, strict=True):
        assert rect.width * rect.height == pytest.approx(float(value) / whole * 640 * 380, rel=1e-6, abs=1e-6)
        assert min(rect.x, rect.y) >= -1e-6
        assert rect.x + rect.width <= 640 + 1e-6
        assert rect.y + rect.height <= 380 + 1e-6
    for number, one in enumerate(rects):
        for other in rects[number + 1 :]:
            wide = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
            assert min(wide, high) < 1e-6


def test_equal_shares_become_squares() -> None:
    assert {(round(rect.width), round(rect.height)) for rect in squarify([Decimal(1)] * 4, 400, 400)} == {(200, 200)}


def test_nothing_and_the_unknown_have_no_tile() -> None:
    shares = [Share(1, "ก", Decimal(0), "0", 1), Share(2, "ข", None, "–", 1), Share(3, "ค", Decimal(5), "5 บาท", 2)]
    (tile,) = treemap(shares, width=640, height=380).tiles
    assert (tile.number, tile.x, tile.y, tile.width, tile.height, tile.name) == (3, "0%", 0, "100%", 380, "ค")
    assert treemap(shares[:2], width=640, height=380).tiles == ()


def test_words_that_have_no_room_are_left_to_the_table() -> None:
    shares = [Share(1, "ก", Decimal(999), "999 บาท", 1), Share(2, "ชื่อที่ยาวมาก", Decimal(1), "1 บาท", 1)]
    large, small = treemap(shares, width=300, height=300).tiles
    assert (large.name, large.amount) == ("ก", "999 บาท")
    assert (small.name, small.amount) == ("", "")
    assert text_width("ที่นี้") < text_width("ทนทน")


def test_bars_share_one_scale_and_their_parts_follow_one_another() -> None:
    rows = [
        Row("ก", "", (("disbursed", Decimal(50)), ("obligated", Decimal(25))), Decimal(200)),
        Row("ข", "", (("disbursed", Decimal(100)), ("obligated", None)), Decimal(50)),
        Row("ค", "", (("disbursed", None),), None),
    ]
    one, two, three = bar_chart(rows).bars
    assert one.frame == "100%"
    assert [(part.start, part.width) for part in one.parts] == [("0%", "25%"), ("25%", "12.5%")]
    assert (two.frame, two.parts[0].width) == ("25%", "50%")  # spent more than there is: shown, not cut
    assert (three.frame, three.parts) == ("", ())
    assert bar_chart([]).bars == ()
    assert percent(Decimal(100) / 3) == "33.333%"


def test_every_chart_says_what_its_table_says(cast: Cast) -> None:
    other_plans(cast.budget, public_year(cast.budget))
    glance = glance_of(BudgetYear.objects.get(pk=YEAR))
    for drawing, table in ((glance.divisions, glance.tables["divisions"]), (glance.groups, glance.tables["groups"])):
        for bar, row in zip(drawing.chart.bars, table.rows, strict=True):
            drawn = {part.kind: part.value for part in bar.parts}
            assert (bar.name, drawn.get("disbursed")) == (row.name, row.money.disbursed or None)
            assert drawn.get("obligated") == (row.money.obligated or None)
            for amount in (row.money.revised, row.money.disbursed, row.money.obligated):
                assert baht(amount) in drawing.words
    assert glance.map is not None
    rows = {row.number: row.money.revised for row in glance.tables["programmes"].rows if row.money.revised}
    for tiles in glance.map.places.values():
        assert {tile.number: tile.value for tile in tiles.tiles} == rows
    for amount in rows.values():
        assert f": {baht(amount)} " in glance.map.words
    spent = [bar.parts[0].value if bar.parts else None for bar in glance.quarter_chart.chart.bars]
    assert spent == [quarter.spent for quarter in glance.quarters]


def test_what_is_not_known_is_said_and_not_drawn() -> None:
    nothing = [Slice("x", "ก", Money(lines=1, unknown=1, unknown_original=1))]
    for draw in (spending_bars, received_bars):
        drawing = draw("x", "", nothing)
        assert drawing.chart.bars[0].parts == ()
        assert baht(None) in drawing.words
    assert share_map("x", "", nothing).places["wide"].tiles == ()
    assert quarter_bars("x", "", []).chart.bars == ()


def drawn(page: str) -> list[str]:
    """The charts of a page, with the drawings within them."""
    found = []
    for start in (hit.start() for hit in re.finditer(r'<svg class="chart ', page)):
        depth = 0
        for tag in re.finditer(r"<svg|</svg>", page[start:]):
            depth += 1 if tag[0] == "<svg" else -1
            if not depth:
                found.append(page[start : start + tag.end()])
                break
    return found


def test_drawings_have_a_name_a_description_and_no_id_twice(cast: Cast, client: Client) -> None:
    other_plans(cast.budget, public_year(cast.budget))
    page = client.get(f"/en/budget/{YEAR}/").content.decode()
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    drawings = [ElementTree.fromstring(svg) for svg in drawn(page)]
    assert len(drawings) == 7
    for svg in drawings:
        assert svg.get("role") == "img"
        named = (svg.get("aria-labelledby") or "").split()
        texts = [svg.find("title"), svg.find("desc")]
        assert [part is not None and part.get("id") for part in texts] == named
        assert all(part is not None and part.text for part in texts)
        assert not svg.findall(".//a")
    assert ' lang="th">กองช่าง</text>' in page
    assert "style=" not in page
