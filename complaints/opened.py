"""A case in clear, in the memory of the request that may see it."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from . import sealing, store
from .choices import DESK_KINDS, ItemKind
from .models import Attachment, Case, Grant, Item
from .sessions import OpenFollow, OpenVault

FOR_REPORTER = (ItemKind.REPORT, ItemKind.IDENTITY, ItemKind.MESSAGE)
FOR_OFFICERS = (ItemKind.REPORT, ItemKind.MESSAGE, ItemKind.NOTE, ItemKind.REFERRAL)
"""Without the identity: that is opened by an act of its own, with a reason."""


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file's own details. size: bytes. oddities: see `complaints.kinds.oddities`."""

    id: uuid.UUID
    name: str
    kind: str
    size: int
    sha256: str
    oddities: list[str]
    key: bytes = field(repr=False)

    def read(self) -> Iterator[bytes]:
        """The content piece by piece. `store.FileGoneError`, `sealing.SealingError` where it is not as sealed."""
        with store.open_file(self.id) as sealed:
            yield from sealing.StreamOpener(self.key, f"file/{self.id}", self.size).read(sealed)


@dataclass(frozen=True, slots=True)
class Letter:
    """An item with its content and files."""

    item: Item
    content: dict[str, Any]
    files: list[OpenFile]


@dataclass(frozen=True)
class OpenedCase:
    """A case with the keys that open it: the reporter's way has no `desk`."""

    case: Case
    pair: sealing.KeyPair = field(repr=False)
    desk: sealing.KeyPair | None = field(repr=False, default=None)

    @cached_property
    def letters(self) -> list[Letter]:
        """Everything that this reader may read at once, in order. Two queries."""
        return self.read(FOR_OFFICERS if self.desk else FOR_REPORTER)

    def read(self, kinds: Iterable[ItemKind]) -> list[Letter]:
        """The items of these kinds, opened."""
        items = self.case.items.filter(kind__in=list(kinds)).select_related("author__user")
        items = items.prefetch_related("attachments")
        return [self._open(item) for item in items]

    def file(self, name: uuid.UUID, kinds: Iterable[ItemKind] | None = None) -> OpenFile | None:
        """One file of this case by its id, or None."""
        wanted = list(kinds or (FOR_OFFICERS if self.desk else FOR_REPORTER))
        found = Attachment.objects.filter(pk=name, item__case=self.case, item__kind__in=wanted).select_related("item")
        row = found.first()
        return self._open_file(row, row.item) if row is not None else None

    def pair_for(self, kind: str) -> sealing.KeyPair:
        """The key that items of this kind are sealed to. WrongKeyError where this reader has none."""
        if kind not in DESK_KINDS:
            return self.pair
        if self.desk is None:
            raise sealing.WrongKeyError
        return self.desk

    @property
    def both(self) -> bytes:
        """The two private keys, as grants hold them."""
        if self.desk is None:
            raise sealing.WrongKeyError
        return self.pair.private + self.desk.private

    def _open(self, item: Item) -> Letter:
        content = sealing.open_letter(self.pair_for(item.kind), item.sealed, item.context)
        return Letter(item, content, [self._open_file(row, item) for row in item.attachments.all()])

    def _open_file(self, row: Attachment, item: Item) -> OpenFile:
        known = sealing.open_letter(self.pair_for(item.kind), row.sealed, f"file/{row.pk}/details")
        return OpenFile(
            row.pk, known["name"], known["kind"], known["size"], known["sha256"], known["oddities"],
            base64.b64decode(known["key"]),
        )  # fmt: skip


def open_for_officer(case: Case, vault: OpenVault) -> OpenedCase:
    """Open a case that is sealed to this officer; Grant.DoesNotExist where it is not."""
    return _of_grant(case, Grant.objects.get(case=case, officer=vault.officer), vault)


def open_many_for_officer(cases: Iterable[Case], vault: OpenVault) -> dict[uuid.UUID, OpenedCase]:
    """Open the cases of a page at once; one query. Cases without a grant are left out."""
    by_id = {case.pk: case for case in cases}
    grants = Grant.objects.filter(case__in=by_id, officer=vault.officer)
    return {grant.case_id: _of_grant(by_id[grant.case_id], grant, vault) for grant in grants}


def open_for_reporter(follow: OpenFollow) -> OpenedCase:
    """The reporter's own case."""
    return OpenedCase(follow.case, follow.pair)


def _of_grant(case: Case, grant: Grant, vault: OpenVault) -> OpenedCase:
    return opened_with(case, sealing.open_sealed(vault.pair, grant.sealed_keys, f"case {case.pk}/grant"))


def opened_with(case: Case, both: bytes) -> OpenedCase:
    """The case of two private keys, 64 bytes."""
    return OpenedCase(case, sealing.KeyPair.of(both[:32]), sealing.KeyPair.of(both[32:]))
