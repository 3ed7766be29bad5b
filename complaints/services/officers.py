"""Vaults and recovery: who may read, how they come and go, and what happens when a passphrase is forgotten."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from ita_portal.fiscal import today
from organization.models import User

from .. import sealing
from ..channel import own_keys, recovery_public_key
from ..choices import Act, OfficerState
from ..log import append_entry
from ..models import Case, ChannelKeys, Grant, Officer
from ..opened import OpenedCase, open_many_for_officer, opened_with
from ..sessions import OpenVault, end_vaults_of

PASSPHRASE_LENGTH = 10
"""Characters at least."""
_BATCH = 200


class WrongPassphraseError(Exception):
    """The passphrase does not open the vault."""


class OfficerError(Exception):
    """An act of the officers that is not possible now. reason: `self`, `state`, `holds_cases`, `no_recovery`,
    `recovery_changed`, `not_alone`, `has_access` (only they themselves remove their keys), `not_confirmed`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def set_up_vault(user: User, passphrase: str) -> Officer:
    """A vault for `user`, or a new one in place of one whose passphrase is lost.

    The very first officers' vault receives cases at once; every later one waits until another officer confirms it: an
    administrator who gives somebody the role gives them no case. Cases of a vault that is replaced stay with the other
    officers and with the recovery shares. OfficerError(`holds_cases`) while one of them would be lost for good: the
    password of the account, which the administrator can set, must not be enough to destroy it.
    """
    pair, salt = sealing.new_pair(), sealing.new_salt()
    sealed = _lock(pair.private, passphrase, salt, user)
    own_keys()
    with transaction.atomic():
        # One at a time: of two who begin a new channel at the same moment only one is the first.
        ChannelKeys.objects.select_for_update().get(pk=1)
        old = Officer.objects.select_for_update().filter(user=user).first()
        first = not Officer.objects.exclude(user=user).filter(state=OfficerState.ACTIVE).exists()
        officer = old or Officer(user=user)
        if old is not None:
            if cases_only_of(old):
                raise OfficerError("holds_cases")
            Grant.objects.filter(officer=old).delete()
            end_vaults_of(old)
        first = first and not Case.objects.exists()
        officer.state = OfficerState.ACTIVE if first else OfficerState.PENDING
        officer.public_key, officer.salt, officer.sealed_private_key = pair.public, salt, sealed
        officer.joined_on, officer.left_on, officer.confirmed_by = today(), None, None
        officer.save()
        append_entry(Act.VAULT_SET_UP, by=user)
    return officer


def unlock_vault(officer: Officer, passphrase: str) -> bytes:
    """The private key of a vault; WrongPassphraseError."""
    key = sealing.stretch(passphrase, officer.salt, sealing.VAULT)
    try:
        return sealing.unwrap(key, officer.sealed_private_key or b"", f"vault {officer.user_id}")
    except sealing.WrongKeyError:
        raise WrongPassphraseError from None


def change_passphrase(officer: Officer, old: str, new: str) -> None:
    """Lock the same key under another passphrase; opened vaults of this officer are locked. WrongPassphraseError."""
    private = unlock_vault(officer, old)
    salt = sealing.new_salt()
    sealed = _lock(private, new, salt, officer.user)
    with transaction.atomic():
        current = Officer.objects.select_for_update(no_key=True).get(pk=officer.pk)
        if bytes(current.salt) != bytes(officer.salt):
            raise WrongPassphraseError  # changed at the same moment somewhere else
        current.salt, current.sealed_private_key = salt, sealed
        current.save(update_fields=["salt", "sealed_private_key"])
        end_vaults_of(current)
        append_entry(Act.PASSPHRASE_CHANGED, by=officer.user)


def control_number(officer: Officer) -> str:
    """Eight digits of a vault's public key, which two people compare: whose vault is it that is confirmed?"""
    digest = hashlib.blake2b(bytes(officer.public_key), digest_size=8, person=b"ITA1 control").digest()
    digits = f"{int.from_bytes(digest, 'big') % 10**8:08d}"
    return f"{digits[:4]} {digits[4:]}"


def confirm_officer(officer: Officer, *, by: OpenVault, is_external: bool = False) -> None:
    """Let a new officer receive cases from now on. Not by themselves (OfficerError).

    is_external: receives only cases from which conflict of interest excludes every other officer. OfficerError
    (`state`) also where the vault is another than `officer` shows: it was replaced in the meantime.
    """
    if officer.pk == by.officer.pk:
        raise OfficerError("self")
    with transaction.atomic():
        current = Officer.objects.select_for_update(no_key=True).get(pk=officer.pk)
        if current.state != OfficerState.PENDING or bytes(current.public_key) != bytes(officer.public_key):
            raise OfficerError("state")
        current.state, current.confirmed_by, current.is_external = OfficerState.ACTIVE, by.officer, is_external
        current.save(update_fields=["state", "confirmed_by", "is_external"])
        append_entry(Act.OFFICER_CONFIRMED, by=by.officer.user, detail=str(current.user_id))


def admit_officer(user: User) -> None:
    """The last way out: confirm a vault where nobody is left who could, at the server itself.

    OfficerError: `state` where no vault of `user` waits, `not_alone` while an officer receives cases. Who is admitted
    so gets no case that is there already.
    """
    own_keys()
    with transaction.atomic():
        ChannelKeys.objects.select_for_update().get(pk=1)
        current = Officer.objects.select_for_update(no_key=True).filter(user=user, state=OfficerState.PENDING).first()
        if current is None:
            raise OfficerError("state")
        if Officer.objects.receiving().exists():
            raise OfficerError("not_alone")
        current.state = OfficerState.ACTIVE
        current.save(update_fields=["state"])
        append_entry(Act.OFFICER_CONFIRMED, detail=str(current.user_id))


def cases_only_of(officer: Officer, *, shares_count: bool = True) -> int:
    """How many cases nobody but this officer could open: those that must be given on before they leave.

    shares_count: what the present recovery shares open is safe. Older shares never count: their papers may be gone.
    """
    others = Grant.objects.filter(officer__in=Officer.objects.receiving().exclude(pk=officer.pk))
    alone = Case.objects.filter(grants__officer=officer).exclude(grants__in=others)
    return _not_covered(alone).count() if shares_count else alone.count()


def cases_to_cover(officer: Officer) -> int:
    """How many cases of an officer are not sealed to the present recovery shares."""
    return _not_covered(Case.objects.filter(grants__officer=officer)).count()


def _not_covered(cases: QuerySet[Case]) -> QuerySet[Case]:
    present = recovery_public_key()
    return cases if present is None else cases.exclude(recovery_public_key=present)


def may_remove(officer: Officer, *, by: User) -> bool:
    """Whether it is for `by` to remove these keys: one's own, or those of who waits or has no access any more.

    The administrator takes the access, an officer the keys: nobody does away with the one who holds their case alone.
    """
    return officer.user_id == by.pk or not Officer.objects.receiving().filter(pk=officer.pk).exists()


def remove_officer(officer: Officer, *, by: User) -> None:
    """An officer leaves: their keys are revoked.

    OfficerError: `has_access` where only they themselves may do it, `holds_cases` while a case would be lost by it. By
    another hand each of their cases needs another officer: shares do not count, which that hand may have made itself.
    """
    with transaction.atomic():
        # FOR UPDATE: waits for cases that are being filed now, and lets none begin. Every officer: of two who leave at
        # the same moment, each would otherwise count on the other to keep the cases of both.
        everybody = {one.pk: one for one in Officer.objects.select_for_update().order_by("pk")}
        current = everybody[officer.pk]
        if current.state == OfficerState.LEFT:
            raise OfficerError("state")
        if not may_remove(current, by=by):
            raise OfficerError("has_access")
        if cases_only_of(current, shares_count=current.user_id == by.pk):
            raise OfficerError("holds_cases")
        Grant.objects.filter(officer=current).delete()
        Case.objects.filter(handler=current).update(handler=None)
        end_vaults_of(current)
        current.state, current.left_on, current.sealed_private_key = OfficerState.LEFT, today(), None
        current.save()
        append_entry(Act.OFFICER_LEFT, by=by, detail=str(current.user_id))


def make_recovery(*, needed: int, total: int, by: OpenVault, instead_of: bytes | None = None) -> list[str]:
    """Shares of a fresh recovery key, shown once. Cases that the acting officer holds are sealed to it at once.

    All others keep their seal to the shares of before until an officer who holds them covers them.

    instead_of: the public recovery key that these shares replace, none for the first. OfficerError(`recovery_changed`)
    where it is another by now: the form was sent twice, or another officer made shares at the same moment.
    """
    pair = sealing.new_pair()
    shares = sealing.split_key(pair.private, needed=needed, total=total)
    own_keys()
    with transaction.atomic():
        _hold_cases(Case.objects.filter(grants__officer=by.officer))
        changed = ChannelKeys.objects.filter(pk=1, recovery_public=instead_of).update(
            recovery_public=pair.public, recovery_needed=needed, recovery_total=total
        )
        if not changed:
            raise OfficerError("recovery_changed")
        _seal_to_recovery(pair.public, by)
        append_entry(Act.RECOVERY_SET_UP, by=by.officer.user, detail=f"{needed}/{total}")
    return shares


def cover_cases(*, by: OpenVault) -> int:
    """Seal the cases that an officer holds to the shares that another officer made; how many.

    OfficerError(`no_recovery`) while there are none.
    """
    with transaction.atomic():
        _hold_cases(Case.objects.filter(grants__officer=by.officer))
        known = ChannelKeys.objects.select_for_update().filter(pk=1).exclude(recovery_public=None).first()
        if known is None:
            raise OfficerError("no_recovery")
        return _seal_to_recovery(bytes(known.recovery_public or b""), by)


def _hold_cases(cases: QuerySet[Case]) -> None:
    """Hold them all before the first is written: who works on one waits for nothing that is held here until then."""
    held = Case.objects.filter(pk__in=cases.values("pk")).select_for_update(no_key=True).order_by("pk")
    list(held.values_list("pk", flat=True))


def _seal_to_recovery(public: bytes, by: OpenVault) -> int:
    sealed = 0
    for opened in _cases_of(by):
        keys = sealing.seal_to(public, opened.both, f"case {opened.case.pk}/recovery")
        case = Case.objects.filter(pk=opened.case.pk)
        sealed += case.update(recovery_sealed_keys=keys, recovery_public_key=public)
    return sealed


def recover_cases(shares: list[str], *, to: Officer) -> int:
    """Seal every case that the shares open to an officer again; how many. Cases about this officer are left out.

    Shares of an older set do for the cases that are still sealed to them; WrongKeyError where there is none, and they
    are not the present ones. OfficerError: `no_recovery`, `state`, `not_confirmed` (see `must_be_confirmed`).
    """
    from .acts import excluded_officers

    pair = sealing.KeyPair.of(sealing.join_shares(shares))
    given = 0
    with transaction.atomic():
        known = ChannelKeys.objects.select_for_update().filter(pk=1).exclude(recovery_public=None).first()
        if known is None:
            raise OfficerError("no_recovery")
        sealed_to_these = Case.objects.filter(recovery_public_key=pair.public)
        if pair.public != bytes(known.recovery_public or b"") and not sealed_to_these.exists():
            raise sealing.WrongKeyError
        current = Officer.objects.select_for_update(no_key=True).get(pk=to.pk)
        if current.state == OfficerState.LEFT:
            raise OfficerError("state")
        if must_be_confirmed(current):
            raise OfficerError("not_confirmed")
        for case in sealed_to_these.exclude(grants__officer=current).iterator(chunk_size=_BATCH):
            try:
                both = sealing.open_sealed(pair, case.recovery_sealed_keys or b"", f"case {case.pk}/recovery")
            except sealing.WrongKeyError:
                continue  # tampered with: the others come back all the same
            if current.pk in excluded_officers(opened_with(case, both)):
                continue
            sealed = sealing.seal_to(bytes(current.public_key), both, f"case {case.pk}/grant")
            Grant.objects.create(case=case, officer=current, sealed_keys=sealed)
            given += 1
        if current.state == OfficerState.PENDING:
            current.state = OfficerState.ACTIVE
            current.save(update_fields=["state"])
            append_entry(Act.OFFICER_CONFIRMED, by=to.user, detail=str(to.user_id))
        append_entry(Act.RECOVERED, by=to.user, detail=str(given))
    return given


def must_be_confirmed(officer: Officer) -> bool:
    """Whether shares give this vault nothing yet: it waits, and there is an officer who can confirm it.

    Who made the shares knows them all; whoever gives roles could else open every case together with them.
    """
    return officer.state == OfficerState.PENDING and Officer.objects.receiving().exists()


def _cases_of(vault: OpenVault) -> Iterable[OpenedCase]:
    """Every case of an officer, opened, in batches."""
    held = Case.objects.filter(grants__officer=vault.officer).order_by("pk")
    batch: list[Case] = []
    for case in held.iterator(chunk_size=_BATCH):
        batch.append(case)
        if len(batch) == _BATCH:
            yield from open_many_for_officer(batch, vault).values()
            batch = []
    yield from open_many_for_officer(batch, vault).values()


def _lock(private: bytes, passphrase: str, salt: bytes, user: User) -> bytes:
    return sealing.wrap(sealing.stretch(passphrase, salt, sealing.VAULT), private, f"vault {user.pk}")
