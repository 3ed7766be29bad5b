"""Files that people hand in: checked by content before they are kept, harmless when they are handed out.

A file is what its bytes say, never what its name or its sender says; a name that disagrees is refused.
Pictures are painted anew, which leaves behind where and with what they were taken (EXIF, GPS) and anything
hidden behind them.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import re
import threading
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

CHUNK = 64 * 1024
NAME_LENGTH = 150
MAX_PIXELS = 25_000_000
"""Largest picture, in pixels: what a telephone's camera takes in its normal mode, and some more."""
MAX_PIXELS_WEBP = 12_000_000
"""Painting WebP takes several times the memory of the others."""
MAX_UNPACKED = 300 * 1024 * 1024
"""Largest content of an office file once unpacked, in bytes."""
MAX_RATIO = 200
"""How many times larger than packed it may be; ordinary office files stay below 30."""
MAX_MEMBERS = 10_000

_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX, XLSX, PPTX = (
    _OFFICE + kind for kind in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
)
ODT, ODS = ("application/vnd.oasis.opendocument." + kind for kind in ("text", "spreadsheet"))
PDF, JPEG, PNG, WEBP = "application/pdf", "image/jpeg", "image/png", "image/webp"
TEXT, CSV = "text/plain", "text/csv"

EXTENSIONS: dict[str, str] = {
    "pdf": PDF, "jpg": JPEG, "jpeg": JPEG, "png": PNG, "webp": WEBP,
    "docx": DOCX, "xlsx": XLSX, "pptx": PPTX, "odt": ODT, "ods": ODS, "csv": CSV, "txt": TEXT,
}  # fmt: skip
"""What may be handed in: the ending of the name and the type that the content must then have."""

ACCEPT = ",".join(f".{extension}" for extension in EXTENSIONS)
"""For the `accept` attribute of a file field."""

PICTURES = frozenset({JPEG, PNG, WEBP})
SHOWN_BY_BROWSERS = frozenset({PDF, JPEG, PNG, WEBP})
"""Types that are safe to open in the browser; every other is saved."""

_STARTS = {b"%PDF-": PDF, b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG}
_ONE_PICTURE_AT_A_TIME = threading.Semaphore(1)
"""A picture of a few kilobytes unpacks to some hundred megabytes: not once for every thread of a small server."""
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_IMAGE_FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
_IMAGE_OPTIONS: dict[str, dict[str, object]] = {JPEG: {"quality": 90}, PNG: {}, WEBP: {"quality": 90}}


@dataclass(frozen=True, slots=True)
class SafeUpload:
    """A file that was checked. `content` stands at its start; size (bytes) and sha256 (hex) are its own."""

    content: File
    name: str
    content_type: str
    size: int
    sha256: str


def accept_upload(file: UploadedFile, *, max_bytes: int | None = None) -> SafeUpload:
    """Check `file` and return what may be kept of it.

    max_bytes: the limit, `settings.UPLOAD_MAX_BYTES` unless told. Raises ValidationError with a message for
    the person who sent it (codes: empty, too_large, extension, mismatch, damaged, hidden, macros, encrypted,
    bomb, encoding).
    """
    limit = settings.UPLOAD_MAX_BYTES if max_bytes is None else max_bytes
    name = clean_name(file.name or "")
    size = file.size or 0
    if size == 0:
        raise _refuse("empty", _("“%(name)s” is empty. Choose the file again."), name)
    if size > limit:
        message = _("“%(name)s” is larger than %(limit)s MB. Make it smaller or divide it.")
        raise _refuse("too_large", message, name, limit=f"{limit / 1024 / 1024:g}")
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    expected = EXTENSIONS.get(extension)
    if expected is None:
        message = _("“%(name)s” is of a kind that is not accepted. Accepted: %(kinds)s.")
        raise _refuse("extension", message, name, kinds=", ".join(EXTENSIONS))

    found = _type_of(file, name)
    if found == TEXT and expected == CSV:
        found = CSV
    if found != expected:
        message = _("The content of “%(name)s” is not that of a .%(extension)s file. Save it again in that format.")
        raise _refuse("mismatch", message, name, extension=extension)
    if expected in _IMAGE_FORMATS:
        content: File = paint_anew(file, name, expected)
    else:
        _CHECKS[expected](file, name)
        content = File(file.file or file, name=name)
    content.seek(0)
    return SafeUpload(content, name, expected, *_measured(content))


def clean_name(name: str) -> str:
    """A file's own name without folders, control and direction signs, at most 150 letters; Thai stays."""
    base = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    visible = "".join(" " if unicodedata.category(letter) in _INVISIBLE else letter for letter in base)
    plain = re.sub(r"\s+", " ", re.sub(r'[<>:"|?*]', "_", visible)).strip(" .")
    stem, dot, extension = plain.rpartition(".")
    if not dot:
        return plain[:NAME_LENGTH] or "file"
    extension = extension[:10]
    return f"{stem[: NAME_LENGTH - 1 - len(extension)].strip() or 'file'}.{extension}"


def serve_file(file: IO[bytes], name: str, content_type: str, *, sha256: str) -> FileResponse:
    """Hand out a kept file: shown by the browser where that is safe, saved otherwise, and never run."""
    response = FileResponse(
        file,
        as_attachment=content_type not in SHOWN_BY_BROWSERS,
        filename=clean_name(name),
        content_type=f"{content_type}; charset=utf-8" if content_type.startswith("text/") else content_type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["ETag"] = quote_etag(sha256)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _refuse(code: str, message: str, name: str, **params: object) -> ValidationError:
    return ValidationError(message, code=code, params={"name": name, **params})


def _damaged(name: str) -> ValidationError:
    return _refuse("damaged", _("“%(name)s” is damaged or not complete. Save or scan it again."), name)


def _too_many_pixels(name: str, limit: int) -> ValidationError:
    message = _("“%(name)s” has more than %(limit)s million pixels. Make it smaller.")
    return _refuse("bomb", message, name, limit=limit // 1_000_000)


def _chunks(file: IO[bytes] | File) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk


def _measured(content: File) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(content):
        digest.update(chunk)
        size += len(chunk)
    content.seek(0)
    return size, digest.hexdigest()


def _type_of(file: UploadedFile, name: str) -> str | None:
    """The accepted type that the first bytes announce, or None."""
    file.seek(0)
    head = file.read(1024)
    for start, kind in _STARTS.items():
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"PK\x03\x04"):
        return _office_type(file, name)
    if b"\x00" in head or re.match(rb"(?:\xef\xbb\xbf)?\s*<[!?a-zA-Z]", head):
        return None  # a program, or a page of the web: SVG too can carry a script
    return TEXT


def _office_type(file: UploadedFile, name: str) -> str | None:
    with _open_zip(file, name) as archive:
        members = set(archive.namelist())
        if "mimetype" in members and archive.getinfo("mimetype").file_size < 100:
            try:
                said = archive.read("mimetype").decode("ascii", "replace").strip()
            except Exception as error:  # zipfile, zlib, lzma and bz2 have each their own
                raise _damaged(name) from error
            return said if said in (ODT, ODS) else None
        if "[Content_Types].xml" not in members:
            return None
        parts = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
        found = [kind for part, kind in parts.items() if part in members]
        return found[0] if len(found) == 1 else None


def _open_zip(file: UploadedFile, name: str) -> zipfile.ZipFile:
    try:
        file.seek(0)
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise _damaged(name) from error


def _check_office(file: UploadedFile, name: str) -> None:
    """Whole, without macros, not disguised, and of a sane size once unpacked."""
    file.seek(0)
    if b"%PDF-" in file.read(1024):
        raise _refuse("hidden", _("“%(name)s” holds a second file inside. Save it again."), name)
    with _open_zip(file, name) as archive:
        entries = archive.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        packed = sum(entry.compress_size for entry in entries)
        if len(entries) > MAX_MEMBERS or unpacked > min(MAX_UNPACKED, MAX_RATIO * max(packed, 1024)):
            raise _refuse("bomb", _("“%(name)s” would be far too large once unpacked."), name)
        if any(entry.flag_bits & 1 for entry in entries):
            raise _refuse("encrypted", _("“%(name)s” is locked by a password. Save it without one."), name)
        if any(re.search(r"vbaproject|(^|/)(basic|scripts)/", entry.filename.lower()) for entry in entries):
            raise _refuse("macros", _("“%(name)s” contains macros. Save it without them."), name)
        try:
            broken = archive.testzip()
        except Exception as error:  # zipfile, zlib, lzma and bz2 have each their own
            raise _damaged(name) from error
        if broken is not None:
            raise _damaged(name)


def _check_pdf(file: UploadedFile, name: str) -> None:
    """Whole: it begins and ends as a PDF does. Nothing else begins inside it."""
    file.seek(0)
    if not re.match(rb"%PDF-[12]\.\d", file.read(8)):
        raise _damaged(name)
    file.seek(max(0, (file.size or 0) - 2048))
    tail = file.read(2048)
    if b"%%EOF" not in tail or b"startxref" not in tail:
        raise _damaged(name)
    if zipfile.is_zipfile(file):
        raise _refuse("hidden", _("“%(name)s” holds a second file inside. Save it again."), name)


def _check_text(file: UploadedFile, name: str) -> None:
    """UTF-8 without control characters."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(file):
            if re.search(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]", chunk):
                raise _damaged(name)
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _refuse("encoding", _("“%(name)s” is not text in UTF-8. Save it as UTF-8."), name) from error


def paint_anew(file: File | IO[bytes], name: str, content_type: str) -> File:
    """The picture alone, upright, in the same format (JPEG, PNG, WEBP), without what its file says about it.

    ValidationError (codes: bomb, damaged) where it cannot be painted.
    """
    with _ONE_PICTURE_AT_A_TIME:
        return _painted(file, name, content_type, MAX_PIXELS_WEBP if content_type == WEBP else MAX_PIXELS)


def _painted(file: File | IO[bytes], name: str, content_type: str, limit: int) -> File:
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=[_IMAGE_FORMATS[content_type]])
        if picture.width * picture.height > limit:
            raise _too_many_pixels(name, limit)
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        if content_type == JPEG and upright.mode not in ("L", "RGB"):
            upright = upright.convert("RGB")
        # A palette's transparent colour is part of the picture; all else of `info` is about it.
        upright.info = {key: value for key, value in upright.info.items() if key == "transparency"}
        buffer = io.BytesIO()
        upright.save(buffer, _IMAGE_FORMATS[content_type], **_IMAGE_OPTIONS[content_type])
    except ValidationError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(name, limit) from error
    except Exception as error:  # a broken picture surfaces as whatever its decoder stumbled over
        raise _damaged(name) from error
    return File(buffer, name=name)


_CHECKS = {
    PDF: _check_pdf,
    TEXT: _check_text,
    CSV: _check_text,
    **dict.fromkeys((DOCX, XLSX, PPTX, ODT, ODS), _check_office),
}
