"""The hash-chained log: writing an entry, and walking the chain.

digest = SHA-256 over the canonical JSON of the entry, which names the digest of the entry before. A changed, removed
or inserted entry breaks the chain at its place; a cut end shows against a digest that was written down elsewhere.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from ita_portal.fiscal import today

from .choices import Act, State
from .models import CaseLogEntry, LogHead

if TYPE_CHECKING:
    from organization.models import User


START = "0" * 64
"""What the first entry follows."""


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold. reason: one sentence."""

    number: int
    reason: str


def append_entry(
    act: Act,
    *,
    case: uuid.UUID | None = None,
    by: User | None = None,
    before: State | str = "",
    after: State | str = "",
    detail: str = "",
    content: bytes | memoryview = b"",
) -> CaseLogEntry:
    """Add an entry; within a transaction, as its last act: the end of the chain stays locked until it ends."""
    head = LogHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        LogHead.objects.bulk_create([LogHead(pk=1)], ignore_conflicts=True)
        head = LogHead.objects.select_for_update().get(pk=1)
    entry = CaseLogEntry(
        number=head.number + 1,
        case=case,
        day=today(),
        at=timezone.now() if by is not None else None,
        by=by,
        act=act.value,
        state_before=str(before),
        state_after=str(after),
        detail=detail,
        content=hashlib.sha256(content).hexdigest() if content else "",
        previous=head.digest,
    )
    entry.digest = entry_digest(entry)
    entry.save(force_insert=True)
    head.number, head.digest = entry.number, entry.digest
    head.save(update_fields=["number", "digest"])
    return entry


def entry_digest(entry: CaseLogEntry) -> str:
    """What `entry.digest` must be."""
    content = {
        "number": entry.number,
        "case": str(entry.case) if entry.case else None,
        "day": entry.day.isoformat(),
        "at": entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds") if entry.at else None,
        "by": entry.by_id,
        "act": entry.act,
        "before": entry.state_before,
        "after": entry.state_after,
        "detail": entry.detail,
        "content": entry.content,
        "previous": entry.previous,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def first_break() -> Break | None:
    """The first place where the chain does not hold, or None. Reads row by row, in flat memory.

    Officers may go on working meanwhile: the end is read before and after the entries.
    """
    known = LogHead.objects.filter(pk=1).first()
    number, digest = 0, START
    for entry in CaseLogEntry.objects.order_by("number").iterator(chunk_size=1000):
        number += 1
        reason = _what_is_wrong(entry, number, digest)
        digest = entry.digest
        if not reason and known is not None and known.number == number and known.digest != digest:
            reason = "it is not the entry that the chain ended with"
        if reason:
            return Break(number, reason)
    if known is not None and known.number > number:
        return Break(number + 1, "entries at the end are missing")
    after = LogHead.objects.filter(pk=1).first()
    if number and (after is None or after.number < number):
        return Break(number, "it was added without the end of the chain")
    return None


def _what_is_wrong(entry: CaseLogEntry, number: int, previous: str) -> str:
    if entry.number != number:
        return f"entry {number} is missing"
    if entry.previous != previous:
        return "it does not follow the entry before"
    return "" if entry.digest == entry_digest(entry) else "it was changed"


def chain_end() -> tuple[int, str]:
    """How many entries there are, and the digest of the last one: worth writing down somewhere else."""
    head = LogHead.objects.filter(pk=1).first()
    return (head.number, head.digest) if head is not None else (0, START)
