"""Word and Excel files are zip archives of XML. This opens them without trusting them."""

from __future__ import annotations

import base64
import io
import posixpath
import zipfile
import zlib

from django.utils.translation import gettext as _
from lxml import etree

from ..plan_data import PlanFileError, PlanProblem

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_PARTS = 2000
MAX_XML = 10 * 1024 * 1024
"""One part that is parsed. A plan takes some hundred kilobytes; what is far above costs time only to refuse later."""
MAX_CELLS = 30_000
MAX_CHARACTERS = 1_000_000
"""Text that is read of a file. A cell may refer to a text that stands once: a small file can say it a million times."""
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
KINDS = {"docx": "wordprocessingml", "xlsx": "spreadsheetml"}

_PROPERTIES = "docProps/custom.xml"
_CHUNK = 240
"""Longest value that every office program keeps in a document property (255)."""


def refuse(reason: str, place: str = "") -> PlanFileError:
    """The error for a file that cannot be read at all."""
    return PlanFileError([PlanProblem(place or _("the file"), reason)])


def broken() -> PlanFileError:
    """The error for a damaged file."""
    return refuse(_("it is damaged or incomplete; open it in Word or LibreOffice, save it again and try once more"))


class Package:
    """The parts of a `docx` or `xlsx` file. Everything that is wrong with it is a PlanFileError."""

    def __init__(self, content: bytes, kind: str) -> None:
        if content.startswith(OLD_OFFICE):
            raise refuse(_("it is of an old format or locked with a password; save it as .docx or .xlsx without one"))
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            parts = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError) as error:
            raise broken() from error
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise refuse(_("it unpacks to more than 100 MB"))
        self._names = {part.filename for part in parts}
        self.main = self._main_part(kind)

    def has(self, name: str) -> bool:
        """Whether the part is there."""
        return name in self._names

    def xml(self, name: str) -> etree._Element:
        """The root of an XML part. Entities, external files and document types are refused, never followed."""
        try:
            if self._zip.getinfo(name).file_size > MAX_XML:
                raise refuse(_("it holds far more than a plan"))
            raw = self._zip.read(name)
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
            root = etree.fromstring(raw, parser)
        except (
            KeyError,
            ValueError,
            OSError,
            EOFError,
            RuntimeError,  # a part locked with a password; NotImplementedError: an unknown compression
            zipfile.BadZipFile,
            zlib.error,
            etree.XMLSyntaxError,
        ) as error:
            raise broken() from error
        tree = root.getroottree()
        if tree.docinfo.doctype or tree.docinfo.internalDTD is not None:
            raise refuse(_("it holds a document type definition, which plan files never need"))
        return root

    def related(self, name: str) -> dict[str, str]:
        """The parts to which part `name` refers: id → part. Only those inside the file."""
        folder, base = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        if not self.has(rels):
            return {}
        return {
            relation.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))[1:]
            for relation in self.xml(rels)
            if isinstance(relation.tag, str) and relation.get("TargetMode") != "External"
        }

    def _main_part(self, kind: str) -> str:
        if not self.has("[Content_Types].xml"):
            raise broken()
        for entry in self.xml("[Content_Types].xml"):
            content_type = entry.get("ContentType", "") if isinstance(entry.tag, str) else ""
            for known, family in KINDS.items():
                if family in content_type and content_type.endswith(("document.main+xml", "sheet.main+xml")):
                    if known != kind:
                        raise refuse(
                            _("its name ends in .%(ending)s but its content is .%(real)s")
                            % {"ending": kind, "real": known}
                        )
                    return entry.get("PartName", "").lstrip("/")
        raise refuse(_("its content is not a .%(ending)s file") % {"ending": kind})

    def hidden_copy(self) -> bytes | None:
        """What `hidden_chunks` put in, or None where it is missing or was altered."""
        if not self.has(_PROPERTIES):
            return None
        chunks = {}
        for entry in self.xml(_PROPERTIES):
            name = entry.get("name", "")
            if name.startswith(PREFIX):
                chunks[name] = "".join(entry.itertext())
        try:
            packed = base64.b64decode("".join(chunks[name] for name in sorted(chunks)), validate=True)
            unpacking = zlib.decompressobj()
            plain = unpacking.decompress(packed, MAX_BYTES)
        except (ValueError, zlib.error):
            return None
        return plain if plain and unpacking.eof else None


PREFIX = "portal-plan-"


def hidden_chunks(content: bytes) -> dict[str, str]:
    """`content` as document properties: name → value. Word, Excel and LibreOffice keep them when they save."""
    packed = base64.b64encode(zlib.compress(content, 9)).decode("ascii")
    pieces = [packed[start : start + _CHUNK] for start in range(0, len(packed), _CHUNK)]
    return {f"{PREFIX}{number:04d}": piece for number, piece in enumerate(pieces, start=1)}


class Budget:
    """Counts what is read of a file, and refuses what is far above a plan."""

    def __init__(self) -> None:
        self.cells = self.characters = 0

    def cell(self) -> None:
        """One cell more."""
        self.cells += 1
        if self.cells > MAX_CELLS:
            raise refuse(_("it has more than %(limit)s cells") % {"limit": MAX_CELLS})

    def text(self, text: str) -> str:
        """`text`, counted."""
        self.characters += len(text)
        if self.characters > MAX_CHARACTERS:
            raise refuse(_("it holds far more than a plan"))
        return text


def local(element: etree._Element) -> str:
    """The tag without its namespace, so that strict and transitional files read alike; nothing for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def attribute(element: etree._Element, name: str) -> str | None:
    """An attribute by its local name."""
    for key, value in element.attrib.items():
        if etree.QName(key).localname == name:
            return str(value)
    return None
