"""Files that people hand in: what is kept, what is refused and in which words."""

import hashlib
import io
import tracemalloc
import zipfile
from collections.abc import Callable

import docx
import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.utils import translation
from PIL import Image

from ita_portal import uploads
from ita_portal.uploads import SafeUpload, accept_upload, clean_name, serve_file
from tests.factories import PDF

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
WIDTH, HEIGHT = 60, 40
CSV_TEXT = "\ufeffชื่อ,จำนวน\r\nก,1\r\n".encode()
WORD = {"[Content_Types].xml": "", "word__document.xml": ""}


def picture(form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image = Image.linear_gradient("L").resize((WIDTH, HEIGHT)).convert("RGB")
    image.save(buffer, form, **options)
    return buffer.getvalue()


def word() -> bytes:
    buffer = io.BytesIO()
    docx.Document().save(buffer)
    return buffer.getvalue()


def excel() -> bytes:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    return buffer.getvalue()


def packed(**members: bytes | str) -> bytes:
    """A zip; `a__b` stands for `a/b`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def word_with(**members: bytes | str) -> bytes:
    """The least that looks like Word, and something in it."""
    return packed(**WORD, **members)


def holed(content: bytes) -> bytes:
    """With 200 bytes lost in the middle."""
    return content[:5000] + bytes(200) + content[5200:]


def opendocument() -> bytes:
    return packed(mimetype=uploads.ODT, content="<office/>")


def powerpoint() -> bytes:
    return packed(**{"[Content_Types].xml": "<Types/>", "ppt__presentation.xml": "<p/>"})


def accept(name: str, content: bytes, **options: int) -> SafeUpload:
    return accept_upload(SimpleUploadedFile(name, content), **options)


def refused(name: str, content: bytes, **options: int) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        accept(name, content, **options)
    assert not any("%(" in message for message in caught.value.messages), "a placeholder was left open"
    return caught.value


@pytest.mark.parametrize(
    ("name", "make", "content_type"),
    [
        ("รายงาน.pdf", lambda: PDF, "application/pdf"),
        ("a.JPG", lambda: picture("JPEG"), "image/jpeg"),
        ("a.jpeg", lambda: picture("JPEG"), "image/jpeg"),
        ("a.png", lambda: picture("PNG"), "image/png"),
        ("a.webp", lambda: picture("WEBP"), "image/webp"),
        ("a.docx", word, uploads.DOCX),
        ("a.xlsx", excel, uploads.XLSX),
        ("a.pptx", powerpoint, uploads.PPTX),
        ("a.odt", opendocument, uploads.ODT),
        ("a.csv", lambda: CSV_TEXT, "text/csv"),
        ("a.txt", "หลักฐาน".encode, "text/plain"),
    ],
)
def test_what_is_accepted(name: str, make: Callable[[], bytes], content_type: str) -> None:
    sent = make()  # once: an archive holds the time at which it was made
    kept = accept(name, sent)
    content = kept.content.read()
    assert (kept.name, kept.content_type) == (name, content_type)
    assert (kept.size, kept.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    if not content_type.startswith("image/"):
        assert content == sent, "documents are kept as they are"


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("empty.pdf", lambda: b"", "empty"),
        ("eicar.pdf", lambda: EICAR, "mismatch"),
        ("page.jpg", lambda: b"<!doctype html><script>alert(1)</script>", "mismatch"),
        ("page.txt", lambda: b"\xef\xbb\xbf \n<html><script>alert(1)</script>", "mismatch"),
        ("drawing.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "extension"),
        ("drawing.png", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "mismatch"),
        ("page.html", lambda: b"<p>", "extension"),
        ("report.pdf.exe", lambda: b"MZ\x90\x00", "extension"),
        ("program.pdf", lambda: b"MZ\x90\x00" + b"\x00" * 200, "mismatch"),
        ("no ending", lambda: PDF, "extension"),
        (".pdf", lambda: PDF, "extension"),
        ("photo.pdf", lambda: picture("JPEG"), "mismatch"),
        ("photo.png", lambda: picture("JPEG"), "mismatch"),
        ("table.docx", excel, "mismatch"),
        ("letter.xlsx", word, "mismatch"),
        ("letter.pdf", word, "mismatch"),
        ("any.docx", lambda: packed(readme="hello"), "mismatch"),
        ("both.docx", lambda: word_with(**{"xl__workbook.xml": ""}), "mismatch"),
        ("cut.png", lambda: picture("PNG")[:-30], "damaged"),
        ("cut.jpg", lambda: picture("JPEG")[:-200], "damaged"),
        ("cut.webp", lambda: picture("WEBP")[:-40], "damaged"),
        ("head.png", lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "damaged"),
        ("cut.pdf", lambda: PDF[:-12], "damaged"),
        ("odd.pdf", lambda: b"%PDF-x" + PDF[6:], "damaged"),
        ("late.pdf", lambda: b"\n\n" + PDF, "mismatch"),
        ("two.pdf", lambda: PDF + packed(a="b"), "hidden"),
        ("two.docx", lambda: packed(**{"%PDF-1.7": "", **WORD}), "hidden"),
        ("cut.docx", lambda: word()[:-100], "damaged"),
        ("holed.docx", lambda: holed(word()), "damaged"),
        ("macro.docx", lambda: word_with(**{"word__vbaProject.bin": b"x"}), "macros"),
        ("macro.odt", lambda: packed(mimetype=uploads.ODT, Basic__Standard="x"), "macros"),
        ("macro.docm", word, "extension"),
        ("bomb.docx", lambda: word_with(word__media=bytes(30_000_000)), "bomb"),
        ("old.txt", lambda: "หลักฐาน".encode("cp874"), "encoding"),
        ("cut.csv", lambda: "หลักฐาน".encode()[:-1], "encoding"),
        ("bell.txt", lambda: b"a" * 2000 + b"\x07", "damaged"),
        ("zero.csv", lambda: b"a,b\x00", "mismatch"),
    ],
)  # fmt: skip
def test_what_is_refused(name: str, make: Callable[[], bytes], code: str) -> None:
    error = refused(name, make())
    assert error.code == code
    assert clean_name(name) in error.messages[0]


def test_the_message_is_in_the_readers_language() -> None:
    with translation.override("en"):
        assert "“a.pdf” is empty" in refused("a.pdf", b"").messages[0]


def test_the_limit_is_exact() -> None:
    assert accept("a.pdf", PDF, max_bytes=len(PDF)).size == len(PDF)
    error = refused("a.pdf", PDF, max_bytes=len(PDF) - 1)
    assert error.code == "too_large"


def test_a_locked_office_file_is_refused() -> None:
    raw = bytearray(word_with(more="x"))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(signature)
        while at >= 0:
            raw[at + offset] |= 1
            at = raw.find(signature, at + 4)
    assert refused("locked.docx", bytes(raw)).code == "encrypted"


def test_a_picture_keeps_nothing_of_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x010F] = "TELEPHONE-MAKER"
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (16.0, 40.0, 30.5)
    raw = picture("JPEG", exif=exif, comment=b"COMMENT-OF-THE-CAMERA")
    before = Image.open(io.BytesIO(raw))
    assert before.getexif().get_ifd(0x8825), "the picture of this test carries a place"

    content = accept("a.jpg", raw).content.read()
    after = Image.open(io.BytesIO(content))
    assert not after.getexif()
    assert b"TELEPHONE-MAKER" not in content
    assert b"COMMENT-OF-THE-CAMERA" not in content
    assert after.size == (HEIGHT, WIDTH), "it stands upright without the note that says so"


@pytest.mark.parametrize(("name", "form"), [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.webp", "WEBP")])
def test_what_hides_behind_a_picture_is_gone(name: str, form: str) -> None:
    content = accept(name, picture(form) + packed(secret="<script>")).content.read()
    assert not zipfile.is_zipfile(io.BytesIO(content))


def test_a_transparent_palette_stays_transparent() -> None:
    buffer = io.BytesIO()
    image = Image.new("P", (4, 4), 1)
    image.putpalette([0, 0, 0, 255, 255, 255])
    image.save(buffer, "PNG", transparency=1)
    after = Image.open(accept("a.png", buffer.getvalue()).content).convert("RGBA")
    assert after.getpixel((0, 0))[3] == 0


def test_a_picture_bomb_is_refused_before_it_is_painted() -> None:
    side = 8000
    buffer = io.BytesIO()
    Image.new("1", (side, side)).save(buffer, "PNG")
    assert len(buffer.getvalue()) < 20_000 and side * side > uploads.MAX_PIXELS
    tracemalloc.start()
    assert refused("bomb.png", buffer.getvalue()).code == "bomb"
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_webp_may_have_fewer_pixels() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (4100, 3000)).save(buffer, "WEBP", quality=1)
    assert uploads.MAX_PIXELS_WEBP < 4100 * 3000 < uploads.MAX_PIXELS
    assert refused("a.webp", buffer.getvalue()).code == "bomb"


def test_an_open_document_whose_kind_cannot_be_read_is_damaged() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", uploads.ODT)
    content = bytearray(buffer.getvalue())
    content[38:44] = b"\xff" * 6
    assert refused("a.odt", bytes(content)).code == "damaged"


def test_memory_stays_flat_for_a_large_document() -> None:
    size = 15 * 1024 * 1024
    with TemporaryUploadedFile("big.pdf", "application/pdf", size, None) as file:
        file.write(PDF[:60] + b"\n" * (size - len(PDF)) + PDF[60:])
        file.seek(0)
        tracemalloc.start()
        kept = accept_upload(file)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert kept.size == size
        assert peak < 1024 * 1024


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\งาน\\รายงาน ไตรมาส ๒.pdf", "รายงาน ไตรมาส ๒.pdf"),
        ("รายงาน\u202efdp.exe.pdf", "รายงาน fdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("ก" * 300 + ".pdf", "ก" * 146 + ".pdf"),
        ("x." + "y" * 300, "x." + "y" * 10),
        ("", "file"),
        ("..", "file"),
        ("/", "file"),
    ],
)  # fmt: skip
def test_names(given: str, kept: str) -> None:
    assert clean_name(given) == kept
    assert len(kept) <= uploads.NAME_LENGTH
    assert clean_name(kept) == kept, "a clean name stays as it is"


@pytest.mark.parametrize(
    ("content_type", "how"),
    [("application/pdf", "inline"), ("image/png", "inline"), (uploads.DOCX, "attachment"),
     ("text/plain", "attachment"), ("text/html", "attachment"), ("image/svg+xml", "attachment")],
)  # fmt: skip
def test_how_a_file_is_handed_out(content_type: str, how: str) -> None:
    response = serve_file(io.BytesIO(PDF), "รายงาน.pdf", content_type, sha256="a" * 64)
    assert response["Content-Disposition"].startswith(f"{how}; filename*=utf-8''%E0%B8%A3")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["ETag"] == f'"{"a" * 64}"'
    assert response.getvalue() == PDF
