"""The proof of filing: genuine or not, as people type it; it says the day and a digest, and nothing else."""

import datetime as dt
import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints import sealing
from complaints.channel import own_keys
from complaints.models import Attachment, Item
from complaints.services.filing import Filed

SEED = bytes(range(32))
PUBLIC = sealing.verify_key(SEED)
DAY, DIGEST = dt.date(2026, 1, 5), hashlib.sha256(b"sealed").digest()
GENUINE = sealing.sign_proof(SEED, DAY, DIGEST)


@given(st.dates(), st.binary(min_size=32, max_size=32))
def test_round_trip(day: dt.date, digest: bytes) -> None:
    assert sealing.read_proof(PUBLIC, sealing.sign_proof(SEED, day, digest)) == sealing.Proof(day, digest)


def test_it_is_the_same_every_time_and_can_be_typed() -> None:
    assert sealing.sign_proof(SEED, DAY, DIGEST) == GENUINE
    assert GENUINE.startswith("ITA1 ")
    assert set(GENUINE) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ1234567 ")
    assert all(len(group) == 5 for group in GENUINE.split(" ")[1:])
    assert len(GENUINE.split(" ")) == 33


@pytest.mark.parametrize(
    "typed",
    [
        GENUINE.lower(),
        GENUINE.replace(" ", ""),
        GENUINE.replace(" ", "\n"),
        GENUINE.replace(" ", "-"),
        f"\t{GENUINE} \r\n",
        GENUINE.replace(" ", "\u00a0"),
    ],
)
def test_as_people_type_it(typed: str) -> None:
    assert sealing.read_proof(PUBLIC, typed) == sealing.Proof(DAY, DIGEST)


def test_every_changed_sign_is_noticed() -> None:
    for place, sign in enumerate(GENUINE):
        if sign == " ":
            continue
        other = "A" if sign != "A" else "B"
        assert sealing.read_proof(PUBLIC, GENUINE[:place] + other + GENUINE[place + 1 :]) is None, place


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "ITA1",
        "ITA1 AAAAA",
        "ITA2" + GENUINE[4:],
        GENUINE[:-1],
        GENUINE + "A",
        GENUINE + " AAAAAAAA",
        GENUINE[5:],
        "ITA1 " + "A" * 160,
        "ITA1 " + "ก" * 160,
        "ITA1 ========",
        "x" * 10_000_000,
        "ITA1" + " " * 2000,
        "\x00" * 50,
        "ß" * 400,
    ],
)
def test_what_is_none(typed: str) -> None:
    assert sealing.read_proof(PUBLIC, typed) is None


@given(st.text(max_size=400))
def test_garbage_is_answered_without_a_fault(typed: str) -> None:
    assert sealing.read_proof(PUBLIC, typed) is None
    assert sealing.read_proof(PUBLIC, "ITA1" + typed) is None


def test_another_portals_proof_is_not_ours() -> None:
    assert sealing.read_proof(sealing.verify_key(bytes(32)), GENUINE) is None


def test_a_signature_over_something_else_is_no_proof() -> None:
    """The key signs proofs alone; should it ever sign more, other lengths say so."""
    import base64

    from nacl.signing import SigningKey

    for content in (b"", b"x" * 35, b"x" * 37):
        signed = bytes(SigningKey(SEED).sign(content))
        assert sealing.read_proof(PUBLIC, "ITA1" + base64.b32encode(signed).decode().rstrip("=")) is None
    signed = bytes(SigningKey(SEED).sign(b"\0\0\0\0" + DIGEST))  # day nought
    assert sealing.read_proof(PUBLIC, "ITA1" + base64.b32encode(signed).decode()) is None


def test_of_a_filed_complaint_it_covers_everything_sealed(file_case: Callable[..., Filed]) -> None:
    filed = file_case(identity={"contact_name": "ผู้แจ้ง"})
    proof = sealing.read_proof(sealing.verify_key(own_keys().signing), filed.proof)
    assert proof == sealing.Proof(filed.case.filed_on, bytes(filed.case.content_digest))
    digest = hashlib.sha256(bytes(filed.case.public_key))
    for item in Item.objects.filter(case=filed.case).order_by("number"):
        digest.update(hashlib.sha256(bytes(item.sealed)).digest())
    for file in Attachment.objects.filter(item__case=filed.case):
        digest.update(hashlib.sha256(bytes(file.sealed_digest)).digest())
    assert digest.digest() == proof.digest
