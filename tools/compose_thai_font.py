"""Give a Thai font one glyph for each consonant with its marks, so that a PDF gives back its text.

In a PDF every glyph is tied to the characters that it shows. Vowels and tone marks that are set as glyphs
of their own above a consonant make readers (and screen readers) double or lose them: `ขั้น` comes out as
`ขั้ขั้น`. A ready-made glyph of the whole `ขั้` cannot. Its look is taken from the font itself: each
cluster is shaped by HarfBuzz, and what comes out is kept as a composite glyph, so nothing is drawn anew.

    python -m venv /tmp/v && /tmp/v/bin/pip install fonttools uharfbuzz
    /tmp/v/bin/python tools/compose_thai_font.py Sarabun-Regular.ttf ita_portal/pdf/fonts/Sarabun-Regular.ttf
"""

import sys
from itertools import chain

import uharfbuzz as hb
from fontTools.otlLib.builder import buildLigatureSubstSubtable
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import otTables

CONSONANTS = [chr(code) for code in range(0x0E01, 0x0E2F)]
TONES = "่้๊๋"
UPPER = "ัิีึื"
LOWER = "ุู"
SARA_AM = "ำ"
SILENCER = "์"
MARKS = list(
    chain(
        UPPER, LOWER, TONES, SILENCER, "็ํฺ", SARA_AM,
        (vowel + tone for vowel in UPPER + LOWER for tone in TONES),
        (tone + SARA_AM for tone in TONES),
        (vowel + SILENCER for vowel in "ิีุู"),
    )
)  # fmt: skip
"""What stands on a consonant: vowel, tone, vowel and tone, sara am (with tone), silenced vowel."""


def shape(font: hb.Font, text: str) -> tuple[list[int], list[tuple[int, int]], int]:
    """The glyphs of `text`, where each stands, and the whole advance, in font units."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer, {})
    glyphs, places, pen = [], [], 0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        glyphs.append(info.codepoint)
        places.append((pen + position.x_offset, position.y_offset))
        pen += position.x_advance
    return glyphs, places, pen


def compose(source: str, target: str) -> int:
    """Write `source` with the composed glyphs to `target`; how many there are."""
    font = TTFont(source)
    order = list(font.getGlyphOrder())
    shaper = hb.Font(hb.Face(hb.Blob.from_file_path(source)))
    ligatures: dict[tuple[str, ...], str] = {}
    for consonant in CONSONANTS:
        for marks in MARKS:
            glyphs, places, advance = shape(shaper, consonant + marks)
            names = tuple(order[glyph] for glyph in glyphs)
            if len(names) == 1 or names in ligatures or ".notdef" in names:
                continue
            name = "_".join(f"u{ord(character):04X}" for character in consonant + marks)
            pen = TTGlyphPen(font.getGlyphSet())
            for part, (x, y) in zip(names, places, strict=True):
                pen.addComponent(part, (1, 0, 0, 1, x, y))
            font["glyf"][name] = glyph = pen.glyph()
            glyph.recalcBounds(font["glyf"])
            font["hmtx"][name] = (advance, glyph.xMin)
            font["GDEF"].table.GlyphClassDef.classDefs[name] = 1
            ligatures[names] = name
    font.setGlyphOrder(order + list(ligatures.values()))
    add_lookup(font, ligatures)
    font["post"].formatType = 3.0
    if "DSIG" in font:
        del font["DSIG"]
    font.save(target)
    return len(ligatures)


def add_lookup(font: TTFont, ligatures: dict[tuple[str, ...], str]) -> None:
    """As the last substitution of `ccmp`: it meets the glyphs that the font's own rules have chosen."""
    table = font["GSUB"].table
    lookup = otTables.Lookup()
    lookup.LookupType, lookup.LookupFlag = 4, 0
    lookup.SubTable = [buildLigatureSubstSubtable(ligatures)]
    lookup.SubTableCount = 1
    table.LookupList.Lookup.append(lookup)
    index = len(table.LookupList.Lookup) - 1
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "ccmp":
            record.Feature.LookupListIndex.append(index)


if __name__ == "__main__":
    print(compose(sys.argv[1], sys.argv[2]))
