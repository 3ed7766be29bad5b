"""PDF: one embedded font, tags, title, language; what people typed comes out as text, whatever it is."""

import datetime as dt
import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from ita_portal.pdf import FONTS, ROOT, Verbatim, breakable, compile_pdf, printable
from ita_portal.pdf.coverage import covered_characters

MARKUP = "#panic() $x^2$ *หนา* _เอียง_ `โค้ด` <ป้าย> @อ้าง \\u{41} // จบ /* ก */ [ ] ~ -- ' ="
WORDS = "ขั้นตอน ครั้ง สิ้นสุด กำลัง น้ำ สิทธิ์ พันธุ์ ก็ ผู้ใหญ่ ญี่ปุ่น ฐู ศักดิ์ ว่ากล่าว ที่ดิน เอื้อ ป้าย ฝั่ง ปี่ ฟ้า ๆ ฯลฯ"


@pytest.fixture
def make():  # type: ignore[no-untyped-def]
    """`make(text, …)`: the pages of a document that prints `text`."""
    template = ROOT / "tests" / "portal" / "printed_text.typ"

    def compiled(text: str, **options: object) -> PdfReader:
        options = {"title": "ชื่อ 1", "author": "เทศบาล", **options}
        return PdfReader(io.BytesIO(compile_pdf(template, {"text": text}, **options)))  # type: ignore[arg-type]

    return compiled


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def test_file_is_tagged_titled_thai_and_accessible_and_archival(make) -> None:  # type: ignore[no-untyped-def]
    reader = make("ก")
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"].value is True
    assert "/StructTreeRoot" in catalog
    assert str(catalog["/Lang"]).startswith("th")
    assert reader.metadata.title == "ชื่อ 1"
    assert reader.metadata.author == "เทศบาล"
    xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "<pdfaid:part>2</pdfaid:part>" in xmp


def test_only_embedded_sarabun(make) -> None:  # type: ignore[no-untyped-def]
    reader = make("ตัวปกติ Latin 123")
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            (descendant,) = font.get_object()["/DescendantFonts"]
            descriptor = descendant.get_object()["/FontDescriptor"]
            assert "Sarabun" in descriptor["/FontName"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_thai_is_given_back_letter_by_letter(make) -> None:  # type: ignore[no-untyped-def]
    assert WORDS in " ".join(text_of(make(WORDS)).split())


def test_markup_prints_as_it_was_typed(make) -> None:  # type: ignore[no-untyped-def]
    printed = "".join(text_of(make(MARKUP, thai_digits=False)).split())
    assert "".join(MARKUP.split()) in printed


def test_every_digit_is_thai_where_asked(make) -> None:  # type: ignore[no-untyped-def]
    thai = text_of(make("ปี 2567", thai_digits=True))
    assert "ปี ๒๕๖๗" in thai
    assert "หน้า ๑ จาก ๑" in thai
    assert not set(thai) & set("0123456789")
    arabic = text_of(make("ปี 2567", thai_digits=False))
    assert "ปี 2567" in arabic
    assert "หน้า 1 จาก 1" in arabic


def test_addresses_keep_their_digits() -> None:
    address = Verbatim("https://x.go.th/1")
    assert printable(["ก1", {"a": address}], thai_digits=True) == ["ก๑", {"a": "https://x.go.th/1"}]


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("น\u0e4d\u0e32", "นำ"),
        ("e\u0301", "é"),
        ("✓ ①", "√ 1"),
        ("Ａ\u202fก", "A ก"),
        ("👍🏽", "◊◊"),
        ("ก\u200dข\ufe0f\x07", "กข"),
    ],
)
def test_what_the_font_lacks_is_replaced_and_seen(typed: str, printed: str) -> None:
    assert printable(typed, thai_digits=False) == printed


def test_any_character_can_be_printed(make) -> None:  # type: ignore[no-untyped-def]
    """PDF/A and PDF/UA refuse a character without a glyph: nothing that people paste may stop a document."""
    ranges = [range(1, 0x500), range(0xE00, 0xE80), range(0x2000, 0x2700), range(0xFFF0, 0x10000), [0xD800, 0xE000]]
    everything = "".join(chr(code) for block in ranges for code in block)
    assert len(make(everything).pages) >= 1


def test_same_data_make_the_same_bytes() -> None:
    template = ROOT / "tests" / "portal" / "printed_text.typ"
    moment = dt.datetime(2024, 1, 10, tzinfo=dt.UTC)
    first, second = (compile_pdf(template, {"text": "ก"}, title="ก", author="ข", created=moment) for _time in range(2))
    assert first == second


@pytest.mark.parametrize("name", ["Sarabun-Regular.ttf", "Sarabun-Bold.ttf"])
def test_both_weights_cover_the_same_characters(name: str) -> None:
    covered = covered_characters(FONTS / name)
    assert set("กฮ๙ฯๆ ำ–“”…") <= covered
    assert covered == covered_characters(FONTS / "Sarabun-Regular.ttf")


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"\x00\x01\x00\x00" + bytes(8))
    with pytest.raises(ValueError, match="cmap"):
        covered_characters(broken)


def test_where_a_line_may_break() -> None:
    assert breakable("416-50-0001").split("\u200b") == ["416-", "50-", "0001"]
    assert breakable("416-50-0001", whole=14) == "416-50-0001"
    for letter in ("7", "ก"):
        assert max(len(part) for part in breakable(letter * 60, whole=14).split("\u200b")) <= 14
    assert breakable("เครื่องฉายภาพ") == "เครื่องฉายภาพ"
