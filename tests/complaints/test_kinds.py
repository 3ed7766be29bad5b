"""What a file is by its content: nothing is turned away, everything is named, oddities are noted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.kinds import HEAD_BYTES, UNKNOWN, kind_of, oddities

SAMPLES = [
    (b"%PDF-1.7\n", "application/pdf", "a.pdf"),
    (b"\xff\xd8\xff\xe1Exif", "image/jpeg", "IMG_0001.JPG"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "a.png"),
    (b"GIF89a", "image/gif", "a.gif"),
    (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp", "a.webp"),
    (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav", "a.wav"),
    (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic", "a.heic"),
    (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "video/mp4", "a.mp4"),
    (b"\0\0\0\x18ftypM4A \0\0\0\0", "audio/mp4", "a.m4a"),
    (b"\0\0\0\x14ftypqt  \0\0\0\0", "video/quicktime", "a.mov"),
    (b"\0\0\0\x14ftyp3gp5\0\0\0\0", "video/3gpp", "a.3gp"),
    (b"ID3\x04", "audio/mpeg", "a.mp3"),
    (b"OggS", "audio/ogg", "a.opus"),
    (b"#!AMR\n", "audio/amr", "a.amr"),
    (b"\x1aE\xdf\xa3", "video/webm", "a.webm"),
    (b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml" + b"\0" * 50 + b"word/document.xml",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a.docx"),
    (b"PK\x03\x04" + b"\0" * 26 + b"xl/workbook.xml",
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "a.xlsx"),
    (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text",
     "application/vnd.oasis.opendocument.text", "a.odt"),
    (b"PK\x03\x04" + b"\0" * 26 + b"photo.jpg", "application/zip", "a.zip"),
    (b"Rar!\x1a\x07\x01", "application/vnd.rar", "a.rar"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage", "a.xls"),
    ("บันทึกการโทร".encode(), "text/plain", "a.txt"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "kind", "name"), SAMPLES, ids=[name for _head, _kind, name in SAMPLES])
def test_named_by_content_without_oddities(head: bytes, kind: str, name: str) -> None:
    assert kind_of(head) == kind
    assert oddities(kind, name, has_macros=False) == []


@pytest.mark.parametrize(
    ("head", "name", "macros", "found"),
    [
        (b"MZ\x90", "photo.jpg", False, ["program"]),
        (b"\x7fELF", "a", False, ["program"]),
        (b"#!/bin/sh", "a.txt", False, ["program"]),
        (b"PK\x03\x04classes.dex", "a.apk", False, ["program"]),
        (b"alert(1)", "a.JS", False, ["program"]),
        (b"<html>", "a.html", False, ["page"]),
        (b"<svg>", "a.svg", False, ["page"]),
        (b"%PDF-1.7", "a.jpg", False, ["name"]),
        (b"\xff\xd8\xff", "a.pdf", False, ["name"]),
        (b"\x00\x01\x02", "a.bin", False, ["unknown"]),
        (b"", "a", False, ["unknown"]),
        (b"PK\x03\x04word/", "a.docx", True, ["macros"]),
        (b"\xff\xd8\xff", "a.jpg.exe", False, ["program"]),
    ],
)
def test_oddities(head: bytes, name: str, macros: bool, found: list[str]) -> None:
    assert oddities(kind_of(head), name, has_macros=macros) == found


@given(st.binary(max_size=HEAD_BYTES), st.text(max_size=40), st.booleans())
def test_every_file_is_taken_and_named(head: bytes, name: str, macros: bool) -> None:
    kind = kind_of(head)
    assert "/" in kind
    found = oddities(kind, name, has_macros=macros)
    assert set(found) <= {"program", "page", "unknown", "name", "macros"}
    assert ("macros" in found) is macros


def test_a_thai_letter_cut_at_the_end_of_the_head_is_still_text() -> None:
    for before in range(3):
        text = b"a" * before + ("ก" * 2000).encode()
        assert kind_of(text[:HEAD_BYTES]) == "text/plain"
    assert kind_of(b"\xb5\xcd\xb9") == UNKNOWN  # an old Thai encoding
