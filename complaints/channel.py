"""The channel's own keys: made at the first need, the unchanging two kept in memory."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from nacl.utils import random

from .models import ChannelKeys

_CACHE = "complaints.keys"


@dataclass(frozen=True, slots=True, repr=False)
class OwnKeys:
    """check: of the receipt codes. signing: seed of the proofs' signature. 32 bytes each."""

    check: bytes
    signing: bytes


def own_keys() -> OwnKeys:
    """The channel's keys. They open no complaint: see `docs/complaint-protocol.md`."""
    kept = cache.get(_CACHE)
    if kept is None:
        ChannelKeys.objects.bulk_create(
            [ChannelKeys(pk=1, check_key=random(32), signing_seed=random(32))], ignore_conflicts=True
        )
        row = ChannelKeys.objects.get(pk=1)
        kept = (bytes(row.check_key), bytes(row.signing_seed))
        cache.set(_CACHE, kept, timeout=None)
    return OwnKeys(*kept)


def recovery_public_key() -> bytes | None:
    """The key to which every case is sealed besides, or None while no shares were made."""
    found = ChannelKeys.objects.filter(pk=1).values_list("recovery_public", flat=True).first()
    return bytes(found) if found is not None else None
