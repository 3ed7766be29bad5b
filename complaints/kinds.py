"""What a file is by its content. Evidence is not turned away for its kind: it is named, and oddities are noted.

Judged by the first bytes, while the file is being sealed; nothing is unpacked, painted or run.
"""

from __future__ import annotations

import re

HEAD_BYTES = 4096
UNKNOWN = "application/octet-stream"
PROGRAM = "application/x-executable"

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"#!", PROGRAM),
)  # fmt: skip
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_ISO = (
    (re.compile(rb"heic|heix|hevc|mif1|msf1"), "image/heic"),
    (re.compile(rb"avif"), "image/avif"),
    (re.compile(rb"M4A |M4B "), "audio/mp4"),
    (re.compile(rb"qt  "), "video/quicktime"),
    (re.compile(rb"3g"), "video/3gpp"),
)
_ZIPPED = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (b"mimetypeapplication/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
    (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet"),
)
_ENDINGS = {
    "application/pdf": {"pdf"}, "image/jpeg": {"jpg", "jpeg", "jfif"}, "image/png": {"png"}, "image/gif": {"gif"},
    "image/bmp": {"bmp"}, "image/tiff": {"tif", "tiff"}, "image/webp": {"webp"}, "image/heic": {"heic", "heif"},
    "image/avif": {"avif"}, "application/rtf": {"rtf", "doc"},
    "application/x-ole-storage": {"doc", "xls", "ppt", "msg"},
    "audio/mpeg": {"mp3"}, "audio/ogg": {"ogg", "oga", "opus", "ogv"}, "audio/flac": {"flac"}, "audio/amr": {"amr"},
    "audio/wav": {"wav"}, "audio/mp4": {"m4a", "m4b", "mp4", "aac"}, "audio/aac": {"aac"},
    "video/webm": {"webm", "mkv", "weba"}, "video/mp4": {"mp4", "m4v", "m4a", "mov"}, "video/quicktime": {"mov", "mp4"},
    "video/3gpp": {"3gp", "3gpp", "3g2", "mp4"}, "video/x-msvideo": {"avi"}, "video/x-ms-asf": {"wmv", "wma", "asf"},
    "video/mpeg": {"mpg", "mpeg"}, "application/vnd.rar": {"rar"}, "application/x-7z-compressed": {"7z"},
    "application/zip": {"zip", "docx", "xlsx", "pptx", "odt", "ods", "odp"},
    _ZIPPED[0][1]: {"docx"}, _ZIPPED[1][1]: {"xlsx"}, _ZIPPED[2][1]: {"pptx"},
    _ZIPPED[3][1]: {"odt"}, _ZIPPED[4][1]: {"ods"},
    "text/plain": {"txt", "csv", "log", "eml", "vcf", "md", "json"},
}  # fmt: skip


def kind_of(head: bytes) -> str:
    """The media type that the first bytes (HEAD_BYTES are enough) announce, or UNKNOWN."""
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        brands = head[8:64]
        return next((kind for pattern, kind in _ISO if pattern.search(brands)), "video/mp4")
    for start, kind in _STARTS:
        if head.startswith(start):
            if kind == "application/zip":
                return next((office for part, office in _ZIPPED if part in head), kind)
            return kind
    return "text/plain" if head and _is_text(head) else UNKNOWN


def oddities(kind: str, name: str, *, has_macros: bool) -> list[str]:
    """What an officer should know before opening: `program`, `page`, `unknown`, `name`, `macros`; for display."""
    found = []
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if kind == PROGRAM or ending in {"exe", "com", "bat", "cmd", "msi", "scr", "js", "vbs", "apk", "jar", "ps1", "lnk"}:
        found.append("program")
    if ending in {"htm", "html", "svg", "xml", "xhtml", "mht", "hta"}:
        found.append("page")
    if kind == UNKNOWN:
        found.append("unknown")
    elif not found and ending not in _ENDINGS.get(kind, {ending}):
        found.append("name")
    if has_macros:
        found.append("macros")
    return found


def _is_text(head: bytes) -> bool:
    if re.search(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]", head):
        return False
    for cut in range(4 if len(head) >= HEAD_BYTES else 1):  # of a longer file the last letter may be cut
        try:
            head[: len(head) - cut].decode()
        except UnicodeDecodeError:
            continue
        return True
    return False
