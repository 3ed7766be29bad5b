"""A checked file waits until its person says that it is to be stored: nobody else can, and a day later it is gone."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import IO

from django.contrib.auth.base_user import AbstractBaseUser
from django.core import signing
from django.core.files.storage import default_storage
from django.utils import timezone

from ..uploads import CHUNK, SafeUpload

_SIGNED = ("path", "name", "content_type", "sha256", "user")


class GoneError(Exception):
    """The file is not there any more, or is somebody else's."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """Where an accepted file lies, what it is, and whose.

    ticket: for a form or an address: signed, worth something to its person only.
    """

    path: str
    name: str
    content_type: str
    sha256: str
    user: int
    ticket: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """The files that wait in a folder of the storage. salt: tells the tickets of one app from another's."""

    folder: str
    salt: str
    time: dt.timedelta = dt.timedelta(days=1)

    def keep(self, safe: SafeUpload, *, by: AbstractBaseUser) -> KeptFile:
        """Keep an accepted file for `by`; what has waited for too long is thrown away."""
        self.sweep()
        ending = safe.name.rpartition(".")[2].lower()
        path = default_storage.save(f"{self.folder}/{secrets.token_hex(16)}.{ending}", safe.content)
        safe.content.seek(0)
        values = (path, safe.name, safe.content_type, safe.sha256, by.pk)
        ticket = signing.dumps(dict(zip(_SIGNED, values, strict=True)), salt=self.salt, compress=True)
        return KeptFile(*values, ticket)

    def find(self, ticket: str, *, by: AbstractBaseUser) -> KeptFile:
        """The file of a ticket. GoneError where it is not `by`'s, or too old."""
        try:
            kept = KeptFile(**signing.loads(ticket, salt=self.salt, max_age=self.time), ticket=ticket)
        except (signing.BadSignature, TypeError, ValueError):
            raise GoneError from None
        if kept.user != by.pk:
            raise GoneError
        return kept

    def open(self, kept: KeptFile) -> IO[bytes]:
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

    def drop(self, kept: KeptFile) -> None:
        """Throw a file away that is not needed any more."""
        default_storage.delete(kept.path)

    def sweep(self) -> int:
        """Throw away what has waited for too long; how many files."""
        try:
            _folders, names = default_storage.listdir(self.folder)
        except OSError:
            return 0
        before, count = timezone.now() - self.time, 0
        for name in names:
            try:
                if default_storage.get_modified_time(f"{self.folder}/{name}") < before:
                    default_storage.delete(f"{self.folder}/{name}")
                    count += 1
            except OSError:  # another has swept it at the same moment
                continue
        return count
