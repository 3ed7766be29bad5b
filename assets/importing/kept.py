"""A checked file waits here until the person imports it: nobody else can, and a day later it is gone."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import asdict, dataclass
from typing import IO

from django.core import signing
from django.core.files.storage import default_storage
from django.utils import timezone

from ita_portal.uploads import CHUNK, SafeUpload
from organization.models import User

FOLDER = "assets/imports"
KEEP = dt.timedelta(days=1)
_SALT = "assets.importing.kept"


class GoneError(Exception):
    """The file is not there any more, or is somebody else's."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """Where an accepted file lies, what it is, and whose."""

    path: str
    name: str
    content_type: str
    sha256: str
    user: int

    @property
    def ticket(self) -> str:
        """For a form or an address: signed, worth something to its person only."""
        return signing.dumps(asdict(self), salt=_SALT, compress=True)


def keep_file(safe: SafeUpload, *, by: User) -> KeptFile:
    """Keep an accepted file for `by`; what has waited for longer than a day is thrown away."""
    sweep()
    ending = safe.name.rpartition(".")[2].lower()
    path = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}.{ending}", safe.content)
    safe.content.seek(0)
    return KeptFile(path, safe.name, safe.content_type, safe.sha256, by.pk)


def kept_file(ticket: str, *, by: User) -> KeptFile:
    """The file of a ticket. GoneError where it is not `by`'s, or too old."""
    try:
        kept = KeptFile(**signing.loads(ticket, salt=_SALT, max_age=KEEP))
    except (signing.BadSignature, TypeError, ValueError):
        raise GoneError from None
    if kept.user != by.pk:
        raise GoneError
    return kept


def open_kept(kept: KeptFile) -> IO[bytes]:
    """The very bytes that were checked. GoneError where they are not there."""
    try:
        file = default_storage.open(kept.path, "rb")
    except OSError:
        raise GoneError from None
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    file.seek(0)
    if digest.hexdigest() != kept.sha256:
        file.close()
        raise GoneError
    return file


def sweep() -> int:
    """Throw away what has waited for longer than a day; how many files."""
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except OSError:
        return 0
    before, count = timezone.now() - KEEP, 0
    for name in names:
        try:
            if default_storage.get_modified_time(f"{FOLDER}/{name}") < before:
                default_storage.delete(f"{FOLDER}/{name}")
                count += 1
        except OSError:  # another has swept it at the same moment
            continue
    return count
