"""QR codes of pages and documents."""

from __future__ import annotations

import re

import segno

from ita_portal.qr import document_svg, png_data_uri


def test_a_code_says_what_it_was_made_of() -> None:
    """The drawing's modules are those of the address, row for row."""
    text = "http://127.0.0.1:8000/assets/item/ABCDEFGHJK/"
    made = segno.make(text, error="m", micro=False, boost_error=False)
    size = made.symbol_size(border=4)[0]
    drawn = [[False] * size for _row in range(size)]
    path = re.search(r'd="([^"]+)"', document_svg(text).split("stroke", 1)[1])
    assert path is not None
    x, y = 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])\s*([-\d.\s]+)", path[1]):
        values = [float(value) for value in numbers.split()]
        if command == "h":
            for column in range(int(x), int(x + values[0])):
                drawn[int(y)][column] = True
            x += values[0]
        elif command == "M":
            x, y = values
        else:
            x, y = x + values[0], y + values[1]
    assert drawn == [[bool(module) for module in row] for row in made.matrix_iter(border=4)]


def test_codes_of_pages() -> None:
    assert png_data_uri("x").startswith("data:image/png;base64,")
