"""Thai text as people and word processors really type it, brought to one form."""

import re
import unicodedata

from ita_portal.thai import to_arabic_digits

_SARA_AM = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")
_BLANKS = re.compile(r"\s+")
_KEPT_CONTROLS = "\t\n\r"
_TYPED_ALIKE = str.maketrans({"–": "-", "—": "-", "−": "-", "‑": "-", "“": '"', "”": '"', "‘": "'", "’": "'"})
"""What word processors change by themselves while somebody types."""

_THAI_LETTER = re.compile(r"[\u0e01-\u0e3a\u0e40-\u0e4e]")
_TIGHT_START = re.compile(r"-[ก-ฮเ-ไ]")
_TIGHT_ENTRY = re.compile(r"\s(?=-[ก-ฮเ-ไ])")
_LOOSE_ENTRY = re.compile(r"[\u0e01-\u0e4e)]\s-\s?[ก-ฮเ-ไ]")
_MARKER = re.compile(
    r"\s*(?:(?P<dash>[-–—−])|(?P<dot>[•·●▪◦○‣*\uf0b7])|(?P<number>\(?[0-9๐-๙]{1,2}[.)](?![0-9๐-๙])))\s*"
)


def tidy(text: str) -> str:
    """One line: single spaces, nothing invisible, `แ` and `ำ` as one letter each (not `เเ`, `ํา`).

    Idempotent, and safe for XML, YAML and PostgreSQL.
    """
    kept = "".join(_visible(character) for character in unicodedata.normalize("NFC", text))
    return _BLANKS.sub(" ", _SARA_AM.sub("\\1\u0e33", kept).replace("เเ", "แ")).strip()


def _visible(character: str) -> str:
    if character < "\u007f":
        return character if character >= " " else " "
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    if category in ("Cf", "Cs") or ord(character) & 0xFFFE == 0xFFFE:
        return ""
    return character


def skeleton(text: str) -> str:
    """What stays of a text when spaces, digit shapes and a word processor's own changes do not count."""
    return re.sub(r"\s", "", to_arabic_digits(tidy(text)).translate(_TYPED_ALIKE).replace("…", "..."))


def join_soft(parts: list[str]) -> str:
    """Join what a soft line break parted: between two Thai letters there was no space."""
    joined = ""
    for part in filter(None, parts):
        glued = not joined or (_THAI_LETTER.match(joined[-1]) and _THAI_LETTER.match(part[0]))
        joined += part if glued else f" {part}"
    return joined


def split_entries(line: str) -> list[str]:
    """The entries of `-ปรับปรุง… -เผยแพร่…` on one line, as copied text often has them.

    Only where each dash touches the word after it and none before: a dash with space on both sides may mean “to”.
    """
    return _TIGHT_ENTRY.split(line) if _TIGHT_START.match(line) else [line]


def may_hold_entries(line: str) -> bool:
    """Whether a line that begins with a dash goes on with another one, which may be an entry or mean “to”."""
    return marker_kind(line) == "dash" and _LOOSE_ENTRY.search(line) is not None


def marker_kind(line: str) -> str:
    """Which list marker begins the line: `dash`, `dot`, `number`, or nothing."""
    found = _MARKER.match(line)
    return (found.lastgroup or "") if found else ""


def without_marker(line: str) -> str:
    """The line without its list marker (`-`, `•`, `๑.`); a line that is only a marker stays."""
    return _MARKER.sub("", line, count=1) or line if marker_kind(line) else line


def list_items(lines: tuple[str, ...]) -> list[str]:
    """The entries of a list typed into a cell.

    The first marker found says what begins an entry; lines with another marker, or none, continue the entry above.
    """
    lines = tuple(entry for line in lines for entry in split_entries(line))
    kinds = [marker_kind(line) for line in lines]
    leading = next((kind for kind in kinds if kind), "")
    items: list[list[str]] = []
    for line, kind in zip(lines, kinds, strict=True):
        if not items or (leading and kind == leading):
            items.append([without_marker(line) if kind else line])
        else:
            items[-1].append(line)
    return [tidy(" ".join(item)) for item in items]
