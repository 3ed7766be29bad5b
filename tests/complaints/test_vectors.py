"""Version 1 of the protocol stays what it is: what was sealed once must open always."""

import datetime as dt
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from complaints import sealing
from complaints.sealing.keys import context_mark
from complaints.sealing.passwords import CODE, VAULT

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))


def raw(part: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(part[name])


def pair_of(part: dict[str, Any]) -> sealing.KeyPair:
    return sealing.KeyPair.of(raw(part, "private"))


def test_they_are_of_the_version_in_use() -> None:
    assert VECTORS["version"] == sealing.VERSION


def test_pair_and_context() -> None:
    assert pair_of(VECTORS["pair"]).public == raw(VECTORS["pair"], "public")
    assert context_mark(VECTORS["context"]["context"]) == raw(VECTORS["context"], "mark")


def test_sealed_and_wrapped() -> None:
    one = VECTORS["seal_to"]
    assert sealing.open_sealed(pair_of(one), raw(one, "sealed"), one["context"]) == raw(one, "opens")
    one = VECTORS["wrap"]
    assert sealing.unwrap(raw(one, "key"), raw(one, "wrapped"), one["context"]) == raw(one, "opens")


def test_letter() -> None:
    one = VECTORS["letter"]
    assert sealing.open_letter(pair_of(one), raw(one, "sealed"), one["context"]) == one["opens"]


@pytest.mark.parametrize("one", VECTORS["files"], ids=lambda one: str(one["size"]))
def test_file(one: dict[str, Any]) -> None:
    opener = sealing.StreamOpener(raw(one, "key"), one["context"], one["size"])
    content = b"".join(opener.read(io.BytesIO(raw(one, "sealed"))))
    assert len(content) == one["size"]
    assert hashlib.sha256(content).hexdigest() == one["sha256"]


@pytest.mark.parametrize("one", VECTORS["receipts"], ids=lambda one: str(one["attempt"]))
def test_receipt(one: dict[str, Any]) -> None:
    key = raw(one, "check_key")
    receipt = sealing.derive_receipt(raw(one, "seed"), one["attempt"], key)
    assert receipt.code == one["code"]
    assert receipt.mark(key) == raw(one, "locator_mark")
    assert sealing.parse_receipt(one["code"], key) == receipt


def test_form_mark() -> None:
    one = VECTORS["form_mark"]
    assert hashlib.blake2b(raw(one, "seed"), digest_size=32, person=b"ITA1 form").digest() == raw(one, "mark")


@pytest.mark.parametrize("one", VECTORS["stretch"], ids=lambda one: one["strength"])
def test_stretching_with_the_real_parameters(one: dict[str, Any]) -> None:
    strength = {"CODE": CODE, "VAULT": VAULT}[one["strength"]]
    assert (strength.passes, strength.memory) == (one["passes"], one["memory"])
    assert sealing.stretch(one["secret"], raw(one, "salt"), strength) == raw(one, "key")


def test_proof() -> None:
    one = VECTORS["proof"]
    day = dt.date.fromisoformat(one["day"])
    assert sealing.verify_key(raw(one, "signing_seed")) == raw(one, "verify_key")
    assert sealing.sign_proof(raw(one, "signing_seed"), day, raw(one, "digest")) == one["proof"]
    assert sealing.read_proof(raw(one, "verify_key"), one["proof"]) == sealing.Proof(day, raw(one, "digest"))


def test_shares() -> None:
    one = VECTORS["recovery"]
    assert sealing.join_shares(one["shares"][: one["needed"]]) == raw(one, "opens")
    assert sealing.join_shares(one["shares"][1:]) == raw(one, "opens")
