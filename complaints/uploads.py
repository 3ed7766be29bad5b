"""Files sealed piece by piece as they arrive: no plaintext ever touches the disk, memory stays flat.

A page that takes files sets the handler before anything reads the request: `seal_uploads(request)`. What then stands
in `request.FILES` is a `SealedUpload`: the sealed file in the store, and its key in the memory of this request. When
the request ends, `forget_unclaimed(request)` takes away what it brought for nothing. A page that takes no files reads
and drops them: `drop_uploads(request)`.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import uuid
from typing import IO, Any, NoReturn

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopFutureHandlers
from django.http import HttpRequest

from ita_portal.uploads import clean_name

from . import store
from .kinds import HEAD_BYTES, kind_of, oddities
from .sealing import StreamSealer

MAX_BYTES = 200 * 1024 * 1024
"""One file."""
MAX_FILES = 20
"""Files at once."""
KEPT_SECONDS = 12 * 60 * 60
"""How long a file that came with a form that had a mistake waits for the corrected form."""
_SALT = "complaints.kept"
_MACRO_MARK = b"vbaProject.bin"


class SealedUpload(UploadedFile):
    """A file as it lies sealed in the store. With a `problem` (`empty`, `too_large`, `too_many`, `no_room`) it is not.

    id: its name there. key: opens it. size: bytes of its content. sha256: of its content, hex. kind: by content.
    oddities: what an officer should know. sealed_digest, sealed_size: of the stored bytes.
    """

    def __init__(self, **known: Any) -> None:
        super().__init__(file=None, name=known["name"], content_type=known["kind"], size=known["size"])
        self.id: uuid.UUID = known["id"]
        self.key: bytes = known["key"]
        self.kind: str = known["kind"]
        self.sha256: str = known["sha256"]
        self.oddities: list[str] = known["oddities"]
        self.sealed_digest: bytes = known["sealed_digest"]
        self.sealed_size: int = known["sealed_size"]
        self.problem: str = known.get("problem", "")
        self.has_ticket = False

    def close(self) -> None:
        """Nothing is open: Django closes what was uploaded when a request ends or fails."""

    def details(self) -> dict[str, Any]:
        """What is sealed as the file's letter."""
        return {
            "key": base64.b64encode(self.key).decode(),
            "name": self.name,
            "kind": self.kind,
            "size": self.size,
            "sha256": self.sha256,
            "oddities": self.oddities,
        }

    def ticket(self) -> str:
        """What the reporter's own page holds, so that a corrected form need not send the file again."""
        self.has_ticket = True
        known = self.details() | {
            "id": str(self.id),
            "sealed_digest": base64.b64encode(self.sealed_digest).decode(),
            "sealed_size": self.sealed_size,
        }
        return signing.dumps(known, salt=_SALT)

    @classmethod
    def of_ticket(cls, ticket: str) -> SealedUpload | None:
        """The file of a ticket, or None where it is none or too old."""
        try:
            known = signing.loads(ticket, salt=_SALT, max_age=KEPT_SECONDS)
            known["id"] = uuid.UUID(known["id"])
            known["key"] = base64.b64decode(known["key"])
            known["sealed_digest"] = base64.b64decode(known["sealed_digest"])
        except (signing.BadSignature, binascii.Error, ValueError, KeyError, TypeError):
            return None
        return cls(**known)


class SealingUploadHandler(FileUploadHandler):
    """Seals what arrives; the first handler and the last."""

    chunk_size = 64 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._out: IO[bytes] | None = None
        self._begun: list[uuid.UUID] = []
        self._whole: list[SealedUpload] = []

    def close(self) -> None:
        """The request broke off or was no form: nothing of it stays."""
        self.upload_interrupted()
        for name in self._begun:
            store.discard(name)

    def forget_unclaimed(self) -> None:
        """The request was answered: what no case has kept and no ticket on the page names is of no use to anybody."""
        self.upload_interrupted()
        for name in set(self._begun) - {file.id for file in self._whole if file.has_ticket}:
            store.discard(name)

    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self._id = uuid.uuid4()
        self._sealer = StreamSealer(f"file/{self._id}")
        self._digest, self._sealed_digest = hashlib.sha256(), hashlib.sha256()
        self._head, self._tail, self._has_macros = b"", b"", False
        self._sealed_size, self._problem = 0, ""
        self._out = None
        if len(self._whole) >= MAX_FILES:
            self._problem = "too_many"
            raise StopFutureHandlers
        self._begun.append(self._id)
        try:
            if store.has_room():
                self._out = store.create(self._id)
        except OSError:
            self._out = None
        if self._out is None:
            self._problem = "no_room"
        self._write(self._sealer.start)
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A piece of it. Past the limit nothing is kept, and the rest is read to its end: so the answer arrives."""
        if self._out is None:
            return
        if self._sealer.size + len(raw_data) > MAX_BYTES:
            self._problem = "too_large"
            self._forget()
            return
        if len(self._head) < HEAD_BYTES:
            self._head += raw_data[: HEAD_BYTES - len(self._head)]
        self._has_macros = self._has_macros or _MACRO_MARK in self._tail + raw_data
        self._tail = raw_data[-len(_MACRO_MARK) :]
        self._digest.update(raw_data)
        self._write(self._sealer.update(raw_data))

    def file_complete(self, file_size: int) -> SealedUpload:
        """It is whole."""
        name = clean_name(self.file_name or "")
        if file_size == 0 and not self._problem:
            self._problem = "empty"
        if self._problem:
            self._forget()
        else:
            for sealed in self._sealer.finish():
                self._write(sealed)
            self._write(b"", last=True)
        kind = kind_of(self._head)
        file = SealedUpload(
            id=self._id, key=self._sealer.key, name=name, kind=kind, size=file_size, sha256=self._digest.hexdigest(),
            oddities=oddities(kind, name, has_macros=self._has_macros), sealed_digest=self._sealed_digest.digest(),
            sealed_size=self._sealed_size, problem=self._problem,
        )  # fmt: skip
        if not self._problem:
            self._whole.append(file)
        return file

    def upload_interrupted(self) -> None:
        """The connection broke: nothing half stays."""
        if self._out is not None:
            self._forget()

    def _write(self, sealed: bytes, *, last: bool = False) -> None:
        if self._out is None:
            return
        try:
            self._out.write(sealed)
            if last:
                self._out.close()
                self._out = None
                store.arrived(self._id)
        except OSError:  # the disk is full: the report itself is still accepted
            self._problem = "no_room"
            self._forget()
            return
        self._sealed_digest.update(sealed)
        self._sealed_size += len(sealed)

    def _forget(self) -> None:
        if self._out is not None:
            with contextlib.suppress(OSError):  # what waited to be written has no room either
                self._out.close()
            self._out = None
        store.discard(self._id)


class DroppingUploadHandler(FileUploadHandler):
    """Files where none are taken: read, so that the answer arrives, and kept nowhere."""

    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Pass over it."""
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Never called."""

    def file_complete(self, file_size: int) -> None:
        """Never called."""


def seal_uploads(request: HttpRequest) -> None:
    """Let the files of this request be sealed as they arrive."""
    request.upload_handlers = [SealingUploadHandler(request)]


def drop_uploads(request: HttpRequest) -> None:
    """Let the files of this request be passed over."""
    request.upload_handlers = [DroppingUploadHandler(request)]


def forget_unclaimed(request: HttpRequest) -> None:
    """At the end of a request: keep nothing of it that neither a case nor the page of the answer knows."""
    for handler in request.upload_handlers:
        if isinstance(handler, SealingUploadHandler):
            handler.forget_unclaimed()
