"""Working copies: what a file tells about itself is gone, what it shows stays."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from complaints import working_copy
from complaints.models import Attachment
from complaints.services.filing import Filed
from complaints.working_copy import MAX_BYTES, NoWorkingCopyError, make_working_copy, why_not
from ita_portal import uploads

from .conftest import Desk
from .test_desk import last

SECRET = "กล้องของสมศรี"
CORE = f"<cp:coreProperties><dc:creator>{SECRET}</dc:creator></cp:coreProperties>"


def photograph() -> bytes:
    """A JPEG that says where it was taken and with what."""
    exif = Image.Exif()
    exif[0x010F] = "CameraOfSomsri"
    exif[0x8825] = {1: "N", 2: (13.0, 45.0, 0.0)}
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(buffer, "JPEG", exif=exif, comment=b"CommentOfSomsri")
    return buffer.getvalue()


def office(**parts: bytes) -> bytes:
    """A small Word file, with further parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types><Override PartName="/docProps/core.xml" ContentType="c"/>'
            '<Override PartName="/word/document.xml" ContentType="d"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships><Relationship Id="1" Target="word/document.xml"/>'
            '<Relationship Id="2" Target="docProps/core.xml"/></Relationships>',
        )
        archive.writestr("docProps/core.xml", CORE)
        archive.writestr(
            "word/document.xml",
            f'<w:document><w:ins w:author="{SECRET}" w:id="1"><w:t>เนื้อหา</w:t></w:ins></w:document>',
        )
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def test_a_photograph_loses_place_and_camera() -> None:
    original = photograph()
    assert b"CameraOfSomsri" in original
    copy = make_working_copy(uploads.JPEG, original)
    assert b"CameraOfSomsri" not in copy
    assert b"CommentOfSomsri" not in copy
    picture = Image.open(io.BytesIO(copy))
    assert picture.size == (40, 30)
    assert not picture.getexif()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_pictures(kind: str) -> None:
    buffer, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "secret"
    Image.new("RGB", (8, 8), "blue").save(buffer, kind, exif=exif)
    assert b"secret" in buffer.getvalue()
    copy = make_working_copy(f"image/{kind.lower()}", buffer.getvalue())
    assert Image.open(io.BytesIO(copy)).size == (8, 8)
    assert b"secret" not in copy


def test_a_word_file_loses_its_author_everywhere() -> None:
    copy = make_working_copy(uploads.DOCX, office(**{"word__media__1.jpg": photograph()}))
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        assert archive.testzip() is None
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert "docProps/core.xml" not in parts
    whole = b"".join(parts.values())
    assert SECRET.encode() not in whole
    assert b"CameraOfSomsri" not in whole
    assert "เนื้อหา".encode() in parts["word/document.xml"]
    assert b"docProps" not in parts["_rels/.rels"]
    assert b"word/document.xml" in parts["_rels/.rels"]
    assert b"docProps" not in parts["[Content_Types].xml"]


def test_an_opendocument_file_loses_its_author() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", uploads.ODT)
        archive.writestr("meta.xml", f"<dc:creator>{SECRET}</dc:creator>")
        archive.writestr(
            "content.xml", f"<office:annotation><dc:creator>{SECRET}</dc:creator>ความเห็น</office:annotation>"
        )
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest><manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
            "</manifest:manifest>",
        )
    copy = make_working_copy(uploads.ODT, buffer.getvalue())
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        assert archive.namelist()[0] == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        assert "meta.xml" not in archive.namelist()
        assert SECRET.encode() not in archive.read("content.xml")
        assert "ความเห็น".encode() in archive.read("content.xml")
        assert b"meta.xml" not in archive.read("META-INF/manifest.xml")
        assert b"content.xml" in archive.read("META-INF/manifest.xml")


@pytest.mark.parametrize(
    ("kind", "content", "reason"),
    [
        ("application/pdf", b"%PDF-1.7", "kind"),
        ("application/x-executable", b"MZ", "kind"),
        (uploads.JPEG, b"\xff\xd8\xff broken", "damaged"),
        (uploads.DOCX, b"PK\x03\x04 broken", "damaged"),
        (uploads.PNG, b"x" * (MAX_BYTES + 1), "too_large"),
    ],
)
def test_where_no_copy_can_be_made(kind: str, content: bytes, reason: str) -> None:
    with pytest.raises(NoWorkingCopyError) as caught:
        make_working_copy(kind, content)
    assert caught.value.reason == reason


def test_macros_and_bombs_are_refused() -> None:
    with pytest.raises(NoWorkingCopyError, match="macros"):
        make_working_copy(uploads.DOCX, office(**{"word__vbaProject.bin": b"x"}))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"word/{number}.xml", bytes(40 * 1024 * 1024))
    with pytest.raises(NoWorkingCopyError, match="too_large"):
        make_working_copy(uploads.DOCX, buffer.getvalue())


@pytest.mark.parametrize(
    "content",
    [
        b"a" * 2_000_000,
        b"a:" * 1_000_000,
        b" a" * 1_000_000,
        b"<Relationship " * 150_000,
        b"<Relationship " + b'Target="' * 250_000,
        b"<Override" + b" " * 2_000_000,
        b"<Override a/>" * 150_000,
        b"<" + b"a" * 2_000_000,
        b"<a:" * 700_000,
        b"<author>" * 250_000,
        b"<author " * 250_000,
        b" author='" + b' author="' * 220_000,
        b" author" + b" " * 2_000_000,
        b" author " * 250_000,
    ],
)
def test_no_office_file_makes_a_pattern_wander(content: bytes) -> None:
    """While a pattern reads, every other request of the process waits."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", content)
    assert len(buffer.getvalue()) < 20_000
    started = time.process_time()
    make_working_copy(uploads.DOCX, buffer.getvalue())
    assert time.process_time() - started < 10


def test_a_part_that_is_too_long_to_search_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working_copy, "MAX_XML", 1000)
    make_working_copy(uploads.DOCX, office(**{"word__media__1.bin": b"x" * 2000}))
    with pytest.raises(NoWorkingCopyError, match="too_large"):
        make_working_copy(uploads.DOCX, office(**{"word__footer.XML": b"x" * 1001}))


@pytest.mark.parametrize(
    "text",
    [
        "<w:ins w:author='{0}'/>",
        '<w:ins w:author = "{0}"/>',
        '<w:ins\nauthor="{0}"/>',
        '<w:p w:author="{0}" w:initials="{0}"/>',
        '<dc:creator xml:lang="th">{0}</dc:creator>',
        "<a><author>{0}</author><author>{0}</author></a>",
        '<Relationship Id="1" Target="../customXml/{0}.xml"></Relationship>',
        "<Relationship Target='docProps/{0}.xml' Id='1' />",
    ],
)
def test_names_in_every_writing(text: str) -> None:
    copy = make_working_copy(uploads.DOCX, office(word__x=b"", **{"word__more.xml": text.format(SECRET).encode()}))
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        assert SECRET.encode() not in archive.read("word/more.xml")


def test_a_huge_picture_is_refused() -> None:
    buffer = io.BytesIO()
    Image.new("1", (6000, 6000)).save(buffer, "PNG")
    with pytest.raises(NoWorkingCopyError, match="too_large"):
        make_working_copy(uploads.PNG, buffer.getvalue())
    assert not why_not(uploads.PNG, len(buffer.getvalue()))


# On the desk ----------------------------------------------------------------------------------------------


def attach(desk: Desk, filed: Filed, name: str, content: bytes) -> Attachment:
    """A file that an officer adds to a note."""
    case = filed.case
    paper = SimpleUploadedFile(name, content)
    response = desk.client("integrity").post(
        f"/complaints/desk/{case.reference}/acts/note/", {"seen": last(case), "text": "แนบ", "attachments": paper}
    )
    assert response.status_code == 303
    return Attachment.objects.latest("item__number")


def test_original_and_copy_are_saved_never_shown(desk: Desk, file_case: Callable[..., Filed]) -> None:
    filed = file_case()
    file = attach(desk, filed, "ภาพถ่าย.jpg", photograph())
    address = f"/complaints/desk/{filed.case.reference}/files/{file.pk}/"
    for path, is_original in ((address, True), (address + "working-copy/", False)):
        response: Any = desk.client("integrity").get(path)
        content = b"".join(response.streaming_content)
        assert response.status_code == 200
        assert response["Content-Disposition"].startswith("attachment")
        assert response["Content-Type"] == "application/octet-stream"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert "no-store" in response["Cache-Control"]
        assert int(response["Content-Length"]) == len(content)
        assert (content == photograph()) is is_original
        assert (b"CameraOfSomsri" in content) is is_original
    lying = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert all(b"CameraOfSomsri" not in path.read_bytes() for path in lying)
    assert len(lying) == 1


def test_what_an_officer_must_know_before_opening(desk: Desk, file_case: Callable[..., Filed]) -> None:
    filed = file_case()
    file = attach(desk, filed, "ภาพ.jpg", b"MZ\x90\x00 program")
    page = desk.client("integrity").get(f"/en/complaints/desk/{filed.case.reference}/").content.decode()
    assert "do not open it on this computer" in page
    assert "working-copy" not in page
    copy = desk.client("integrity").get(f"/complaints/desk/{filed.case.reference}/files/{file.pk}/working-copy/")
    assert copy.status_code == 422


def test_a_file_of_another_case_is_not_there(desk: Desk, file_case: Callable[..., Filed]) -> None:
    first, second = file_case(), file_case()
    file = attach(desk, first, "a.txt", b"text")
    assert desk.client("integrity").get(f"/complaints/desk/{second.case.reference}/files/{file.pk}/").status_code == 404


def test_a_file_that_is_gone_is_said(desk: Desk, file_case: Callable[..., Filed]) -> None:
    from complaints import store

    filed = file_case()
    file = attach(desk, filed, "a.txt", b"text")
    store.destroy([file.pk])
    for end in ("", "working-copy/"):
        address = f"/complaints/desk/{filed.case.reference}/files/{file.pk}/{end}"
        assert desk.client("integrity").get(address).status_code in (410, 422)
