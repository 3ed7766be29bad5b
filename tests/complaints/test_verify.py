"""Proofs of filing: anyone can check one, and nothing else is taken for one."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Callable

import pytest
from django.test import Client
from nacl.signing import VerifyKey

from complaints import sealing
from complaints.models import ChannelKeys
from complaints.services.filing import Filed
from ita_portal.fiscal import today
from ita_portal.thai import long_date

from .conftest import Desk

VERIFY = "/complaints/verify/"
FileCase = Callable[..., Filed]


def check(proof: str) -> tuple[int, str]:
    """Status and page of asking about a text."""
    response = Client().post(VERIFY, {"proof": proof})
    assert "no-store" in response["Cache-Control"]
    return response.status_code, response.content.decode()


@pytest.mark.parametrize(
    "write", [str, str.lower, lambda proof: proof.replace(" ", ""), lambda proof: "\n" + proof.replace(" ", "\n")]
)
def test_a_genuine_proof(file_case: FileCase, write: Callable[[str], str]) -> None:
    filed = file_case()
    status, text = check(write(filed.proof))
    assert status == 200
    assert bytes(filed.case.content_digest).hex() in text
    assert long_date(today()) in text
    assert filed.case.reference not in text


def test_the_title_tells_the_answer(file_case: FileCase) -> None:
    proof = file_case().proof
    for typed, said in ((proof, "Genuine · "), ("", "No proof was pasted · "), ("ITA1", "Not genuine · ")):
        assert f"<title>{said}" in Client().post(f"/en{VERIFY}", {"proof": typed}).content.decode()


def test_a_changed_letter(file_case: FileCase) -> None:
    proof = file_case().proof
    for place in (10, len(proof) // 2, len(proof) - 1):
        other = "A" if proof[place] != "A" else "B"
        status, text = check(proof[:place] + other + proof[place + 1 :])
        assert status == 422
        assert 'id="proof_error"' in text
        assert 'role="status"' not in text


def test_a_proof_of_another_portal(file_case: FileCase) -> None:
    file_case()
    theirs = sealing.sign_proof(b"\x07" * 32, dt.date(2026, 1, 5), hashlib.sha256(b"x").digest())
    assert check(theirs)[0] == 422


@pytest.mark.parametrize(
    "text", ["", "   ", "ITA1", "ITA1 " + "A" * 160, "ขอโทษ", "ITA1 ๑๒๓", "x" * 100_000, "ITA1 " * 25_000, "\x00ITA1"]
)
def test_what_is_no_proof(file_case: FileCase, text: str) -> None:
    file_case()
    status, page = check(text)
    assert status == 422
    assert 'aria-describedby="proof_helptext proof_error"' in page
    assert len(page) < 40_000


def test_what_was_pasted_stays_in_the_field(file_case: FileCase) -> None:
    file_case()
    assert "ITA1 &lt;b&gt;" in check("ITA1 <b>")[1]


def test_the_address_takes_no_proof(file_case: FileCase) -> None:
    filed = file_case()
    response = Client().get(VERIFY, {"proof": filed.proof})
    assert response.status_code == 200
    assert bytes(filed.case.content_digest).hex() not in response.content.decode()


def test_the_page_says_how_to_check_without_it(file_case: FileCase) -> None:
    """What it describes is what a program does with the key that it shows."""
    filed = file_case()
    text = Client().get(VERIFY).content.decode()
    found = re.search(r'<p class="hash">([0-9a-f]{64})</p>\s*<p class="hash">([A-Z2-7]+)</p>', text)
    assert found is not None
    key = bytes.fromhex(found[1])
    assert base64.b32decode(found[2] + "====") == key
    signed = base64.b32decode("".join(filed.proof.split()).removeprefix("ITA1"))
    content = VerifyKey(key).verify(signed[64:], signed[:64])
    assert dt.date(1, 1, 1) + dt.timedelta(days=int.from_bytes(content[:4], "big") - 1) == filed.case.filed_on
    assert content[4:] == bytes(filed.case.content_digest)


@pytest.mark.django_db
def test_looking_makes_no_keys(cast: object) -> None:
    for response in (Client().get(VERIFY), Client().post(VERIFY, {"proof": "ITA1 AAAA"})):
        assert 'class="hash"' not in response.content.decode()
    assert not ChannelKeys.objects.exists()


def test_nobody_needs_an_account_or_a_cookie(desk: Desk) -> None:
    response = Client(enforce_csrf_checks=True).post(VERIFY, {"proof": "ITA1"})
    assert response.status_code == 422
    assert not response.cookies
