"""The reporter's copy of their own data: a page to read, the same for programs, and the files, in one archive.

Made while it is sent: no part of it touches the disk, and memory stays flat however large the files are.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from stream_zip import ZIP_AUTO, Method, stream_zip

from ita_portal.fiscal import today

from .. import store
from ..followed import Entry, FollowedCase
from ..opened import Letter, OpenFile

_MODE = 0o600
_INTERNAL = ("excluded", "at")
"""Of a letter: ids of officers, and the moment of writing; the day stands beside it."""
Member = tuple[str, dt.datetime, int, Method, Iterable[bytes]]


def pieces_of_copy(followed: FollowedCase) -> Iterable[bytes]:
    """The archive piece by piece: `index.html`, `data.json`, `files/`. All but the files is made before the first."""
    places = _places(followed.entries)
    entries = [
        (entry, [(file, places.get(file.id, "")) for file in entry.files]) for entry in followed.entries
    ]  # fmt: skip
    page = render_to_string("complaints/follow/copy.html", {"followed": followed, "entries": entries, "day": today()})
    data = json.dumps(_data(followed, places), ensure_ascii=False, indent=2)
    return stream_zip(_members({"index.html": page, "data.json": data}, followed.entries, places))


def _members(texts: dict[str, str], entries: list[Entry], places: dict[UUID, str]) -> Iterator[Member]:
    day = dt.datetime.combine(today(), dt.time())
    for name, text in texts.items():
        content = text.encode()
        yield name, day, _MODE, ZIP_AUTO(len(content)), [content]
    for file in _files(entries):
        if file.id in places:
            yield places[file.id], day, _MODE, ZIP_AUTO(file.size, level=1), file.read()


def _files(entries: list[Entry]) -> Iterator[OpenFile]:
    for entry in entries:
        yield from entry.files


def _places(entries: list[Entry]) -> dict[UUID, str]:
    """The name of each file in the archive; one that is gone from the store has none."""
    return {
        file.id: f"files/{number:02d} {file.name}"
        for number, file in enumerate(_files(entries), 1)
        if store.path_of(file.id).exists()
    }


def _data(followed: FollowedCase, places: dict[UUID, str]) -> dict[str, Any]:
    case = followed.case
    days = {"filed_on": case.filed_on, "due_on": case.due_on, "answered_on": case.answered_on,
            "finished_on": case.finished_on}  # fmt: skip
    return {
        "reference": case.reference,
        "category": case.category,
        "state": case.state,
        "outcome": case.outcome,
        "refusal": case.refusal,
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "letters": [_letter(letter, places) for letter in followed.opened.letters],
    }


def _letter(letter: Letter, places: dict[UUID, str]) -> dict[str, Any]:
    return {
        "number": letter.item.number,
        "kind": letter.item.kind,
        "from": "officer" if letter.item.author_id is not None else "reporter",
        "written_on": letter.item.written_on.isoformat(),
        "content": {name: value for name, value in letter.content.items() if name not in _INTERNAL},
        "files": [
            {"name": file.name, "place": places.get(file.id), "kind": file.kind, "size": file.size,
             "sha256": file.sha256}
            for file in letter.files
        ],
    }  # fmt: skip
