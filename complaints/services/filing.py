"""Filing: a complaint is sealed, durable and answered for, in this order."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from ita_portal.fiscal import today

from .. import sealing, store
from ..channel import OwnKeys, own_keys, recovery_public_key
from ..choices import Act, Channel, ItemKind, State
from ..clock import due_day
from ..conflict import Accused, choose
from ..log import append_entry
from ..models import Attachment, Case, ChannelSettings, Grant, Item, Officer
from ..uploads import SealedUpload

_REFERENCE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_MOST_ATTEMPTS = 50


class NoRecipientError(Exception):
    """Nobody who may read this complaint is left; nothing was stored."""


class _RecipientsLeftError(Exception):
    """To whom the case is sealed changed before it was written: nobody of them is left, or the shares are new."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A complaint as it came, checked by a form.

    token: what the form held (32 random bytes); the same form sent twice is one case. report, identity: what is
    sealed; identity is None for an anonymous reporter. arrived_on: the day a letter came, today for everything else.
    intake_by: the officer who entered what came on another way.
    """

    token: bytes
    category: str
    report: dict[str, Any]
    accused: Accused
    identity: dict[str, Any] | None = None
    files: Sequence[SealedUpload] = ()
    channel: str = Channel.ONLINE
    arrived_on: dt.date | None = None
    intake_by: Officer | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Filed:
    """A complaint that is durable. is_new: False where the same form had come before; then nothing was added."""

    case: Case
    receipt: sealing.Receipt
    proof: str
    is_new: bool = True


@dataclass(slots=True)
class _Parts:
    """What is written to the database in one transaction."""

    case: Case
    grants: list[Grant] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    recovery: bytes | None = None
    """The public key of the shares that it is sealed to besides."""


def file_report(submission: Submission) -> Filed:
    """Seal and store `submission`; returns after commit, when every part is durable.

    Raises NoRecipientError where conflict of interest leaves nobody, `store.FileGoneError` where a file that had
    arrived before is gone.
    """
    keys = own_keys()
    seed = _seed(submission)
    mark = hashlib.blake2b(seed, digest_size=32, person=b"ITA1 form").digest()
    known = Case.objects.filter(form_mark=mark).first()
    if known is not None:
        return _filed_before(known, seed, keys, submission)
    officers, left_out = _recipients(submission)
    store.keep(file.id for file in submission.files)
    for attempt in range(_MOST_ATTEMPTS):
        receipt = sealing.derive_receipt(seed, attempt, keys.check)
        if Case.objects.filter(locator_mark=receipt.mark(keys.check)).exists():
            continue
        parts = _seal(submission, receipt, officers, keys, mark=mark, left_out=left_out)
        try:
            _write(parts, submission)
        except _RecipientsLeftError:
            officers, left_out = _recipients(submission)  # whoever takes their place, or nobody
            continue
        except IntegrityError:
            known = Case.objects.filter(form_mark=mark).first()
            if known is not None:  # the second tap overtook this one
                return _filed_before(known, seed, keys, submission)
            if Case.objects.filter(locator_mark=receipt.mark(keys.check)).exists():
                continue  # another case took this locator in the meantime
            refuse_files_of_others(submission.files)
            raise
        return Filed(parts.case, receipt, _proof(parts.case, keys))
    raise RuntimeError("no free locator was found")


def _recipients(submission: Submission) -> tuple[list[Officer], frozenset[int]]:
    officers, left_out = choose(submission.accused)
    if not officers:
        raise NoRecipientError
    return officers, left_out


def _seed(submission: Submission) -> bytes:
    """What the receipt is derived from: the form's token and everything that was typed and attached."""
    content = {
        "category": submission.category,
        "report": submission.report,
        "identity": submission.identity,
        "files": [file.sha256 for file in submission.files],
        "officers": sorted(submission.accused.officers),  # who may not read it: ticked later, it is another case
        "came": [str(submission.channel), str(submission.arrived_on or "")],
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
    return hashlib.blake2b(text, key=submission.token[:64], digest_size=32, person=b"ITA1 filing").digest()


def _seal(
    submission: Submission,
    receipt: sealing.Receipt,
    officers: list[Officer],
    keys: OwnKeys,
    *,
    mark: bytes,
    left_out: frozenset[int],
) -> _Parts:
    pair, desk = sealing.new_pair(), sealing.new_pair()
    salt = sealing.new_salt()
    code_key = sealing.stretch(receipt.secret, salt, sealing.CODE)
    rules = ChannelSettings.current()
    day = submission.arrived_on or today()
    case_id = uuid.uuid4()
    case = Case(
        id=case_id, reference=_reference(), protocol=sealing.VERSION, filed_on=day, channel=submission.channel,
        category=submission.category, due_on=due_day(day, rules), form_mark=mark, locator_mark=receipt.mark(keys.check),
        public_key=pair.public, desk_public_key=desk.public, code_salt=salt,
        code_sealed_key=sealing.wrap(code_key, pair.private, f"case {case_id}/code"),
    )  # fmt: skip
    parts = _Parts(case)
    now = timezone.now().isoformat(timespec="seconds")
    # Kept within the seal: who is left out now stays out, whatever is renamed and whoever moves later.
    report = {"at": now, **submission.report, "excluded": sorted(left_out | submission.accused.officers)}
    _add_letter(parts, ItemKind.REPORT, report, submission.intake_by, day)
    for number, file in enumerate(submission.files):
        parts.attachments.append(seal_attachment(file, parts.items[0], number, pair.public))
    if submission.identity is not None:
        _add_letter(parts, ItemKind.IDENTITY, {"at": now, **submission.identity}, submission.intake_by, day)
    digest = hashlib.sha256(case.public_key)
    for sealed in (*(item.sealed for item in parts.items), *(file.sealed_digest for file in parts.attachments)):
        digest.update(hashlib.sha256(sealed).digest())
    case.content_digest = digest.digest()
    size = sum(len(item.sealed) for item in parts.items) + sum(file.sealed_size for file in submission.files)
    case.size_bucket = 1 << max(0, (size // 1024).bit_length())
    both = pair.private + desk.private
    parts.recovery = recovery_public_key()
    if parts.recovery is not None:
        case.recovery_sealed_keys = sealing.seal_to(parts.recovery, both, f"case {case_id}/recovery")
        case.recovery_public_key = parts.recovery
    parts.grants = [
        Grant(
            case=case, officer=officer, sealed_keys=sealing.seal_to(officer.public_key, both, f"case {case_id}/grant")
        )
        for officer in officers
    ]
    return parts


def _add_letter(parts: _Parts, kind: ItemKind, content: dict[str, Any], author: Officer | None, day: dt.date) -> None:
    item = Item(case=parts.case, number=len(parts.items) + 1, kind=kind, author=author, written_on=day)
    item.sealed = sealing.seal_letter(parts.case.public_key, content, item.context)
    parts.items.append(item)


def seal_attachment(file: SealedUpload, item: Item, number: int, public_key: bytes) -> Attachment:
    """The row of a file that arrived: its key, name and kind sealed to `public_key`."""
    return Attachment(
        id=file.id, item=item, number=number, sealed_digest=file.sealed_digest, bucket=-(-file.sealed_size // 1024),
        sealed=sealing.seal_letter(public_key, file.details(), f"file/{file.id}/details"),
    )  # fmt: skip


def refuse_files_of_others(files: Sequence[SealedUpload]) -> None:
    """FileGoneError where one of them belongs to a case already: its ticket was used up."""
    if files and Attachment.objects.filter(pk__in=[file.id for file in files]).exists():
        raise store.FileGoneError


def hold_officers(officers: Iterable[int]) -> None:
    """Hold the rows of these officers until the transaction ends: none of them leaves or gets another vault.

    A grant alone does not: its foreign key is checked, and takes its lock, at the commit only.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM complaints_officer WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE", [list(officers)]
        )


def _hold_recovery(sealed_to: bytes | None) -> None:
    """Hold the recovery key until the transaction ends: a case sealed to shares that are worth nothing is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT recovery_public FROM complaints_channelkeys WHERE id = 1 FOR SHARE")
        row = cursor.fetchone()
    current = bytes(row[0]) if row and row[0] is not None else None
    if current != sealed_to:
        raise _RecipientsLeftError


@transaction.atomic
def _write(parts: _Parts, submission: Submission) -> None:
    durable_commit()
    _hold_recovery(parts.recovery)
    hold_officers(grant.officer_id for grant in parts.grants)
    parts.case.save(force_insert=True)
    Grant.objects.bulk_create(parts.grants)
    # They are held in place: who left in the meantime shows now, who leaves next waits for the commit.
    now = dict(Officer.objects.receiving().filter(grants__case=parts.case).values_list("pk", "public_key"))
    still = [
        grant.officer_id
        for grant in parts.grants
        if bytes(now.get(grant.officer_id, b"")) == bytes(grant.officer.public_key)
    ]
    if not still:
        raise _RecipientsLeftError
    if len(still) < len(parts.grants):
        Grant.objects.filter(case=parts.case).exclude(officer__in=still).delete()
    Item.objects.bulk_create(parts.items)
    Attachment.objects.bulk_create(parts.attachments)
    by = submission.intake_by.user if submission.intake_by else None
    append_entry(
        Act.FILE, case=parts.case.pk, by=by, after=State.RECEIVED, detail=str(submission.channel),
        content=bytes(parts.case.content_digest),
    )  # fmt: skip


def durable_commit() -> None:
    """What is acknowledged is on the disk, whatever the server's setting is."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = on")


def _filed_before(case: Case, seed: bytes, keys: OwnKeys, submission: Submission) -> Filed:
    for file in submission.files:
        store.discard(file.id)
    for attempt in range(_MOST_ATTEMPTS):
        receipt = sealing.derive_receipt(seed, attempt, keys.check)
        if receipt.mark(keys.check) == bytes(case.locator_mark):
            return Filed(case, receipt, _proof(case, keys), is_new=False)
    raise RuntimeError("the receipt of this form was not found")


def _proof(case: Case, keys: OwnKeys) -> str:
    return sealing.sign_proof(keys.signing, case.filed_on, bytes(case.content_digest))


def _reference() -> str:
    signs = "".join(secrets.choice(_REFERENCE_SIGNS) for _place in range(8))
    return f"{signs[:4]}-{signs[4:]}"
