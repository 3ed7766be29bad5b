"""Where sealed files lie: below MEDIA_ROOT/sealed, named by a random number, in no folder of a case.

A file arrives in `arriving/`, and is moved to its place when the case that it belongs to is about to be committed.
Its times of change and reading are set to the day, and those of the folders that it passes through, so that a copy of
the folder does not tell the minute of filing.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils import timezone

from ita_portal.fiscal import today

ROOM_KEPT_FREE = 512 * 1024 * 1024
"""Bytes of the disk that attachments never take: reports without files are still accepted on a full disk."""
ARRIVING_MOST = 8 * 1024**3
"""Bytes of all files together that wait for their complaint: whoever never files cannot fill the disk."""
_COUNTED_LEAST = 512 * 1024
"""What a waiting file counts at least: so they cannot become too many to be counted, either."""


class FileGoneError(Exception):
    """A file that had arrived is no longer there."""


def root() -> Path:
    """The folder of sealed files."""
    return Path(settings.MEDIA_ROOT) / "sealed"


def has_room() -> bool:
    """Whether the disk has room for more attachments, and the files that wait are not too many already."""
    folder = root()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return shutil.disk_usage(folder).free > ROOM_KEPT_FREE and _bytes_arriving() < ARRIVING_MOST


def create(name: uuid.UUID) -> IO[bytes]:
    """A new file for what arrives, readable by the portal alone."""
    path = _arriving(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    out = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    _tell_the_day_only(path.parent, root())
    return out


def arrived(name: uuid.UUID) -> None:
    """A file is whole: it may wait for hours, and its times tell the day only."""
    _tell_the_day_only(_arriving(name))


def discard(name: uuid.UUID) -> None:
    """Forget a file that arrived."""
    path = _arriving(name)
    path.unlink(missing_ok=True)
    _tell_the_day_only(path.parent)


def has_arrived(name: uuid.UUID) -> bool:
    """Whether a file that arrived is still there: it waits, or was moved to its place by an attempt to file it."""
    return _arriving(name).exists() or path_of(name).exists()


def keep(names: Iterable[uuid.UUID]) -> None:
    """Make arrived files durable at their place; FileGoneError where one is not there any more: then none is moved.

    A file that is at its place already stays there: an attempt before this one had come that far.
    """
    folders, names = set(), list(names)
    midnight = _midnight()
    if not all(has_arrived(name) for name in names):
        raise FileGoneError
    for name in names:
        source, target = _arriving(name), path_of(name)
        if not target.parent.exists():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync(root())
        try:
            descriptor = os.open(source, os.O_RDWR)
        except FileNotFoundError:
            if target.exists():
                continue
            raise FileGoneError from None
        try:
            os.utime(descriptor, (midnight, midnight))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        try:
            source.rename(target)
        except FileNotFoundError:  # the same form a second time at this moment was quicker
            if not target.exists():
                raise FileGoneError from None
        folders.add(target.parent)
    _tell_the_day_only(*folders, root(), root() / "arriving")
    for folder in folders:
        _sync(folder)


def open_file(name: uuid.UUID) -> IO[bytes]:
    """The sealed bytes; FileGoneError where they are not there."""
    try:
        return path_of(name).open("rb")
    except FileNotFoundError:
        raise FileGoneError from None


def destroy(names: Iterable[uuid.UUID]) -> None:
    """Take files away; their keys are gone already."""
    for name in names:
        path_of(name).unlink(missing_ok=True)


def sweep(known: set[uuid.UUID], *, older_than: float) -> int:
    """Take away what arrived before the moment `older_than` (seconds) and was never filed; how many files."""
    swept = 0
    for path in root().glob("*/*"):
        stem = uuid.UUID(path.name) if _is_name(path.name) else None
        if stem is None or stem in known:
            continue
        try:
            if path.stat().st_ctime < older_than:
                path.unlink()
                swept += 1
        except FileNotFoundError:  # filed or forgotten at this moment
            continue
    return swept


def path_of(name: uuid.UUID) -> Path:
    """The place of a kept file."""
    return root() / name.hex[:2] / str(name)


def _arriving(name: uuid.UUID) -> Path:
    return root() / "arriving" / str(name)


def _bytes_arriving() -> int:
    total = 0
    with contextlib.suppress(FileNotFoundError), os.scandir(root() / "arriving") as found:
        for entry in found:
            with contextlib.suppress(FileNotFoundError):  # filed or forgotten at this moment
                total += max(entry.stat(follow_symlinks=False).st_size, _COUNTED_LEAST)
    return total


def _midnight() -> float:
    return dt.datetime.combine(today(), dt.time(), timezone.get_default_timezone()).timestamp()


def _tell_the_day_only(*paths: Path) -> None:
    """Of a change in these folders, or of this file, nobody reads the minute."""
    midnight = _midnight()
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            os.utime(path, (midnight, midnight))


def _is_name(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
