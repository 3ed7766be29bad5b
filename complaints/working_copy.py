"""Working copies: a file without what it says about who made it, where and with what. Made in memory, never kept.

Pictures are painted anew. Office files lose their properties, the names of authors in comments and tracked changes,
and what pictures inside them say. Other kinds have no working copy: an officer is told so, and opens the original with
care.
"""

from __future__ import annotations

import io
import re
import threading
import zipfile

from django.core.exceptions import ValidationError

from ita_portal import uploads

MAX_BYTES = 25 * 1024 * 1024
"""Of the original. A working copy is made in memory."""
MAX_UNPACKED = 150 * 1024 * 1024
MAX_MEMBERS = 5_000
MAX_XML = 8 * 1024 * 1024
"""Of one part that is searched: no other request of the process is answered while a pattern reads it."""

PICTURES = frozenset({uploads.JPEG, uploads.PNG, uploads.WEBP})
OFFICE = frozenset({uploads.DOCX, uploads.XLSX, uploads.PPTX, uploads.ODT, uploads.ODS})
_PICTURE_ENDINGS = {"jpg": uploads.JPEG, "jpeg": uploads.JPEG, "png": uploads.PNG, "webp": uploads.WEBP}

_DROPPED = re.compile(r"^(docProps/.*|customXml/.*|meta\.xml|Thumbnails/.*|Configurations2/.*|layout-cache)$")
_MACROS = re.compile(r"vbaproject|(^|/)(basic|scripts)/", re.IGNORECASE)
# These read what somebody sent to do harm: each search ends at the next `<` or quotation mark, or after some signs.
_REFERENCE = re.compile(rb"<(Relationship|Override|manifest:file-entry)\s([^<>]*)(?:/>|>\s{0,100}</\1>)")
_TO_DROPPED = re.compile(
    rb"\bTarget=[\"'][^\"']{0,1000}(?:docProps|customXml)/|\bPartName=[\"']/(?:docProps|customXml)/"
    rb"|\bmanifest:full-path=[\"'](?:meta\.xml|Thumbnails/|Configurations2/|layout-cache)"
)
_NAMES = (
    (
        re.compile(rb"(?<=[\s:])((?:author|initials|userId|lastModifiedBy)\s{0,100}=\s{0,100})(?:\"[^\"]*\"|'[^']*')"),
        rb'\1""',
    ),
    (
        re.compile(
            rb"(<(?:\w{1,40}:)?(?:author|creator|initial-creator|sender-initials|creator-initials)(?:\s[^<>]*)?>)[^<]*(</)"
        ),
        rb"\1\2",
    ),
)
_ONE_AT_A_TIME = threading.Semaphore(1)


class NoWorkingCopyError(Exception):
    """No working copy can be made. reason: `kind`, `too_large`, `macros`, `damaged`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def why_not(kind: str, size: int) -> str:
    """Why a file of this kind and size (bytes) can have no working copy; nothing where it may."""
    if kind not in PICTURES | OFFICE:
        return "kind"
    return "too_large" if size > MAX_BYTES else ""


def make_working_copy(kind: str, content: bytes) -> bytes:
    """The same file without what it tells about itself; NoWorkingCopyError."""
    if reason := why_not(kind, len(content)):
        raise NoWorkingCopyError(reason)
    return _picture(kind, content) if kind in PICTURES else _office(content)


def _picture(kind: str, content: bytes) -> bytes:
    try:
        painted = uploads.paint_anew(io.BytesIO(content), "picture", kind)
    except ValidationError as error:
        raise NoWorkingCopyError("too_large" if error.code == "bomb" else "damaged") from None
    painted.seek(0)
    return bytes(painted.read())


def _office(content: bytes) -> bytes:
    with _ONE_AT_A_TIME:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return _repacked(archive)
        except NoWorkingCopyError:
            raise
        except Exception:  # zipfile, zlib, lzma and bz2 have each their own; none of their words may hold content
            raise NoWorkingCopyError("damaged") from None


def _repacked(archive: zipfile.ZipFile) -> bytes:
    entries = archive.infolist()
    if len(entries) > MAX_MEMBERS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise NoWorkingCopyError("too_large")
    if any(_is_searched(entry.filename) and entry.file_size > MAX_XML for entry in entries):
        raise NoWorkingCopyError("too_large")
    if any(_MACROS.search(entry.filename) for entry in entries):
        raise NoWorkingCopyError("macros")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in entries:
            if _DROPPED.match(entry.filename):
                continue
            # A name and nothing else: no time, no comment, no program that packed it.
            plain = zipfile.ZipInfo(entry.filename)
            plain.compress_type = zipfile.ZIP_STORED if entry.filename == "mimetype" else zipfile.ZIP_DEFLATED
            copy.writestr(plain, _part(entry.filename, archive.read(entry)))
    return buffer.getvalue()


def _part(name: str, content: bytes) -> bytes:
    ending = name.rpartition(".")[2].lower()
    if ending in _PICTURE_ENDINGS:
        return _picture(_PICTURE_ENDINGS[ending], content)
    if not _is_searched(name):
        return content
    content = _REFERENCE.sub(lambda found: b"" if _TO_DROPPED.search(found[2]) else found[0], content)
    for pattern, put in _NAMES:
        content = pattern.sub(put, content)
    return content


def _is_searched(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))
