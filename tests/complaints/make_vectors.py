"""How `vectors.json` was made, once: `python -m tests.complaints.make_vectors` prints it. Tests only open it.

A new version of the protocol adds its own vectors beside these; these stay as they are.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from complaints import sealing
from complaints.sealing.keys import context_mark
from complaints.sealing.passwords import CODE, VAULT

PRIVATE = bytes(range(32))
KEY = bytes(range(32, 64))
SALT = bytes(range(16))
LETTER = {"text": "เรียกเงิน 500 บาท", "at": "2026-01-05T09:00:00+07:00", "asks": True}
CONTEXT = "case 00000000-0000-4000-8000-000000000001/message/00000000-0000-4000-8000-000000000002"
FILE_CONTEXT = "file/00000000-0000-4000-8000-000000000003"


def content_of(size: int) -> bytes:
    """What the files of the vectors hold."""
    return bytes(number % 251 for number in range(size))


def make() -> dict[str, Any]:
    """All vectors of version 1."""
    pair = sealing.KeyPair.of(PRIVATE)
    receipt = sealing.derive_receipt(KEY, 0, PRIVATE)
    return {
        "version": 1,
        "pair": {"private": PRIVATE.hex(), "public": pair.public.hex()},
        "context": {"context": CONTEXT, "mark": context_mark(CONTEXT).hex()},
        "seal_to": {
            "private": PRIVATE.hex(), "context": "case 1/grant", "opens": KEY.hex(),
            "sealed": sealing.seal_to(pair.public, KEY, "case 1/grant").hex(),
        },
        "wrap": {
            "key": KEY.hex(), "context": "vault 1", "opens": PRIVATE.hex(),
            "wrapped": sealing.wrap(KEY, PRIVATE, "vault 1").hex(),
        },
        "letter": {
            "private": PRIVATE.hex(), "context": CONTEXT, "opens": LETTER,
            "sealed": sealing.seal_letter(pair.public, LETTER, CONTEXT).hex(),
        },
        "files": [_file(10), _file(70_000)],
        "receipts": [
            {"seed": KEY.hex(), "attempt": attempt, "check_key": PRIVATE.hex(), "code": one.code,
             "locator_mark": one.mark(PRIVATE).hex()}
            for attempt in (0, 1) for one in [sealing.derive_receipt(KEY, attempt, PRIVATE)]
        ],
        "form_mark": {"seed": KEY.hex(), "mark": hashlib.blake2b(KEY, digest_size=32, person=b"ITA1 form").hexdigest()},
        "stretch": [
            {"strength": name, "secret": secret, "salt": SALT.hex(), "passes": strength.passes,
             "memory": strength.memory,
             "key": sealing.stretch(secret, SALT, strength).hex()}
            for name, secret, strength in (("CODE", receipt.secret, CODE), ("VAULT", "รหัสผ่านของตู้นิรภัย กำ", VAULT))
        ],
        "proof": {
            "signing_seed": PRIVATE.hex(), "verify_key": sealing.verify_key(PRIVATE).hex(), "day": "2026-01-05",
            "digest": KEY.hex(), "proof": sealing.sign_proof(PRIVATE, dt.date(2026, 1, 5), KEY),
        },
        "recovery": {"needed": 2, "opens": PRIVATE.hex(), "shares": sealing.split_key(PRIVATE, needed=2, total=3)},
    }  # fmt: skip


def _file(size: int) -> dict[str, Any]:
    """A sealed file; a large one by digest of its content, its padding pressed out by the hexadecimal of the whole."""
    sealer = sealing.StreamSealer(FILE_CONTEXT)
    sealed = sealer.start + sealer.update(content_of(size)) + b"".join(sealer.finish())
    return {
        "context": FILE_CONTEXT, "key": sealer.key.hex(), "size": size,
        "sha256": hashlib.sha256(content_of(size)).hexdigest(), "sealed": sealed.hex(),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(make(), ensure_ascii=False, indent=1))
