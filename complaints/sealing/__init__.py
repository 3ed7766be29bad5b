"""The sealing protocol, version 1: `docs/complaint-protocol.md` says what each part is for.

Pure functions over bytes, without tables, settings or clocks. libsodium does the cryptography (PyNaCl); what stands
here is glue: which key opens what, how it is written down, and in which context it is valid.
"""

from .errors import SealingError, WrongKeyError
from .keys import KeyPair, new_pair, open_sealed, seal_to, unwrap, wrap
from .letters import open_letter, seal_letter, size_bucket
from .passwords import CODE, VAULT, Strength, new_salt, stretch
from .proof import Proof, read_proof, sign_proof, verify_key
from .receipt import Receipt, ReceiptError, derive_receipt, parse_receipt
from .recovery import ShareError, ShareFacts, join_shares, share_facts, share_words, split_key
from .streams import StreamOpener, StreamSealer, padded_size

VERSION = 1

__all__ = [
    "CODE",
    "VAULT",
    "VERSION",
    "KeyPair",
    "Proof",
    "Receipt",
    "ReceiptError",
    "SealingError",
    "ShareError",
    "ShareFacts",
    "StreamOpener",
    "StreamSealer",
    "Strength",
    "WrongKeyError",
    "derive_receipt",
    "join_shares",
    "new_pair",
    "new_salt",
    "open_letter",
    "open_sealed",
    "padded_size",
    "parse_receipt",
    "read_proof",
    "seal_letter",
    "seal_to",
    "share_facts",
    "share_words",
    "sign_proof",
    "size_bucket",
    "split_key",
    "stretch",
    "unwrap",
    "verify_key",
    "wrap",
]
