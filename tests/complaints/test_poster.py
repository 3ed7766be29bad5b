"""The notice-board poster: three sizes, two languages, a code that leads to the channel's page."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import segno
import typst
from django.test import Client
from PIL import Image
from pypdf import PageObject, PdfReader

import ita_portal.pdf
from complaints.models import ChannelSettings
from organization.models import Municipality
from tests.cast import Cast

MILLIMETRE = 72 / 25.4
POSTER = "/complaints/poster.pdf"


def reader(client: Client, path: str) -> PdfReader:
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(response.content))


def text(document: PdfReader) -> str:
    return "".join(page.extract_text() for page in document.pages).replace("\n", "").replace(" ", "")


def size(page: PageObject) -> tuple[int, int]:
    return round(page.mediabox.width / MILLIMETRE), round(page.mediabox.height / MILLIMETRE)


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", (210, 297)), ("?size=a4", (210, 297)), ("?size=a3", (297, 420)), ("?size=card", (210, 297))],
)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_each_size_is_one_sheet(client: Client, cast: Cast, prefix: str, query: str, expected: tuple[int, int]) -> None:
    document = reader(client, f"{prefix}{POSTER}{query}")
    assert [size(page) for page in document.pages] == [expected]


@pytest.mark.parametrize("wanted", ["a5", "A4", "../a4", "0"])
def test_another_size_is_not_found(client: Client, cast: Cast, wanted: str) -> None:
    assert client.get(POSTER, {"size": wanted}).status_code == 404


def test_the_poster_says_how_and_whom_else_to_call(client: Client, cast: Cast) -> None:
    municipality = Municipality.objects.get()
    municipality.name_en = "Khong Sombun Subdistrict Municipality"
    municipality.save()
    thai, english = text(reader(client, POSTER)), text(reader(client, f"/en{POSTER}"))
    for words in ("1205", "1206", "1567", "1111", "testserver", "/complaints"):
        assert words in thai
        assert words in english
    assert "Reportcorruption" in english
    assert "KhongSombunSubdistrictMunicipality" in english
    assert "within15days" in english
    assert "/en/complaints" in english


def test_the_poster_warns_of_the_office_s_telephone(client: Client, cast: Cast) -> None:
    assert "DonotscanwiththetelephoneorWi-Fiofyouroffice." in text(reader(client, f"/en{POSTER}"))


def test_the_limit_is_that_of_the_settings(client: Client, cast: Cast) -> None:
    reader(client, f"/en{POSTER}")
    ChannelSettings.objects.update_or_create(pk=1, defaults={"answer_days": 9, "only_working_days": True})
    assert "within9workingdays" in text(reader(client, f"/en{POSTER}"))


def test_four_cards_are_on_a_sheet(client: Client, cast: Cast) -> None:
    assert text(reader(client, f"/en{POSTER}?size=card")).count("Scantoreport") == 4
    assert text(reader(client, f"/en{POSTER}?size=a4")).count("Scantoreport") == 1


def test_the_document_can_be_read_aloud(client: Client, cast: Cast) -> None:
    document = reader(client, f"/en{POSTER}")
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-TH"
    assert document.metadata is not None
    assert document.metadata.title == "Report corruption"
    assert "http://www.aiim.org/pdfua/ns/id/" in root["/Metadata"].get_object().get_data().decode()
    assert "QR code that leads to http://testserver/en/complaints/" in str(_alternatives(root["/StructTreeRoot"]))


def _alternatives(node: object) -> list[str]:
    """The texts that stand for pictures in a document's structure."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [text for child in node for text in _alternatives(child)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/Alt"])] if "/Alt" in node else []
    return own + (_alternatives(node["/K"]) if "/K" in node else [])


@pytest.mark.parametrize("wanted", ["a4", "a3"])
def test_the_code_on_paper_leads_to_the_channel_s_page(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    made: dict[str, Any] = {}
    compile_document = typst.compile

    def note(template: Path, **options: Any) -> bytes:
        made.update(options, template=template)
        return compile_document(template, **options)

    monkeypatch.setattr(ita_portal.pdf.typst, "compile", note)
    assert client.get(f"{POSTER}?size={wanted}").status_code == 200
    picture = compile_document(
        made["template"], root=made["root"], font_paths=made["font_paths"], sys_inputs=made["sys_inputs"],
        format="png", ppi=144,
    )  # fmt: skip
    printed = modules(picture, len(expected := code("http://testserver/complaints/")))
    assert printed == expected
    assert printed != code("http://testserver/complaints/new/")[: len(printed)]


def code(address: str) -> list[list[bool]]:
    """The modules of the code of `address`, dark ones true."""
    made = segno.make(address, error="m", micro=False, boost_error=False)
    return [[bool(module) for module in row] for row in made.matrix]


def modules(png: bytes, count: int) -> list[list[bool]]:
    """The `count` × `count` modules of the code in a picture, where nothing else is black."""
    with Image.open(io.BytesIO(png)) as picture:
        dark = picture.convert("L").point(lambda value: 255 if value < 8 else 0)
    box = dark.getbbox()
    assert box is not None
    left, top, right, bottom = box
    step = (right - left) / count
    assert step == pytest.approx((bottom - top) / count, rel=0.02)
    return [
        [dark.getpixel((int(left + (x + 0.5) * step), int(top + (y + 0.5) * step))) == 255 for x in range(count)]
        for y in range(count)
    ]
