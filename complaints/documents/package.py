"""The package for another body: a ZIP under AES-256 with the case as a document and the files as they came.

Names inside an encrypted ZIP can be read without its passphrase, so they say nothing: `case.pdf` lists which file had
which name. Made while it is sent, in flat memory; nothing is written to the disk.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils import translation
from stream_zip import ZIP_AUTO, stream_zip

from ita_portal.fiscal import today
from ita_portal.pdf import Verbatim, compile_pdf
from ita_portal.thai import long_date
from organization.models import Municipality

from ..choices import ItemKind
from ..desk_case import identity_lines, report_lines, tag_of
from ..opened import Letter, OpenedCase, OpenFile

_HERE = Path(__file__).resolve().parent
_MODE = 0o600
_TOLD = (ItemKind.REPORT, ItemKind.MESSAGE)
"""Notes among officers stay with them."""


def case_files(opened: OpenedCase) -> list[OpenFile]:
    """The files that go into the package, in order."""
    return [file for letter in opened.letters if letter.item.kind in _TOLD for file in letter.files]


def sealed_package(
    opened: OpenedCase, files: Sequence[OpenFile], identities: Sequence[Letter], *, receiver: str, passphrase: str
) -> Iterable[bytes]:
    """The encrypted ZIP piece by piece: `case.pdf`, `file-01.jpg` …, `SHA256SUMS`."""
    document = case_pdf(opened, files, identities, receiver=receiver)
    names = [name_of(file, number) for number, file in enumerate(files, start=1)]
    sums = [(hashlib.sha256(document).hexdigest(), "case.pdf")]
    sums += [(file.sha256, name) for file, name in zip(files, names, strict=True)]
    listed = "".join(f"{digest}  {name}\n" for digest, name in sums).encode()
    day = dt.datetime.combine(today(), dt.time())

    def members() -> Iterator[tuple[str, dt.datetime, int, Any, Iterable[bytes]]]:
        yield "case.pdf", day, _MODE, ZIP_AUTO(len(document), level=1), [document]
        for file, name in zip(files, names, strict=True):
            yield name, day, _MODE, ZIP_AUTO(file.size, level=1), file.read()
        yield "SHA256SUMS", day, _MODE, ZIP_AUTO(len(listed), level=1), [listed]

    pieces: Iterable[bytes] = stream_zip(members(), password=passphrase)
    return pieces


def name_of(file: OpenFile, number: int) -> str:
    """What a file is called in the package: its number and its ending."""
    ending = file.name.rpartition(".")[2].lower() if "." in file.name else ""
    return f"file-{number:02d}.{ending}" if re.fullmatch(r"[a-z0-9]{1,5}", ending) else f"file-{number:02d}"


def case_pdf(opened: OpenedCase, files: Sequence[OpenFile], identities: Sequence[Letter], *, receiver: str) -> bytes:
    """The case as an official document, in Thai at every address."""
    municipality = Municipality.objects.first() or Municipality(name="–")
    case = opened.case
    with translation.override("th"):
        told = [letter for letter in opened.letters if letter.item.kind == ItemKind.MESSAGE]
        report = next(letter for letter in opened.letters if letter.item.kind == ItemKind.REPORT)
        data = {
            "title": "เรื่องร้องเรียนการทุจริตและประพฤติมิชอบ",
            "under": [str(municipality.name), f"ส่งถึง {receiver}", f"จัดทำเมื่อวันที่ {long_date(today())}"],
            "facts": [
                ["เลขที่เรื่อง", Verbatim(case.reference)],
                ["วันที่รับเรื่อง", long_date(case.filed_on)],
                ["ช่องทาง", str(case.get_channel_display())],
                ["ประเภทเรื่อง", str(case.get_category_display())],
                ["สถานะ", str(case.get_state_display())],
                *([["ผลการดำเนินการ", str(case.get_outcome_display())]] if case.outcome else []),
            ],
            "report": [[str(line.label), line.value] for line in report_lines(report)],
            "identity": [[str(line.label), line.value] for letter in identities for line in identity_lines(letter)],
            "messages": [
                {
                    "who": str(letter.item.author) if letter.item.author else "ผู้แจ้งเบาะแส",
                    "day": long_date(letter.item.written_on),
                    "tag": tag_of(letter.content),
                    "text": str(letter.content.get("text", "")),
                }
                for letter in told
            ],
            "files": [
                [Verbatim(name_of(file, number)), file.name, f"{file.size:,}", Verbatim(file.sha256)]
                for number, file in enumerate(files, start=1)
            ],
        }
    return compile_pdf(
        _HERE / "case.typ", data, title=f"เรื่องร้องเรียนเลขที่ {case.reference}", author=str(municipality.name)
    )
