"""Is this proof of filing genuine? For everybody: the proof tells nothing of the report."""

from __future__ import annotations

import base64
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from .. import sealing
from ..http import reporter_page
from ..models import ChannelKeys

_LONGEST_ECHO = 2_000


@reporter_page
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """The form, and the answer to a `proof` that was pasted. Never in the address: an address lands in logs."""
    key = public_key()
    known: dict[str, Any] = {"key": key.hex() if key else "", "key_base32": _base32(key) if key else ""}
    if request.method != "POST":
        return render(request, "complaints/verify.html", known)
    text = request.POST.get("proof", "")
    proof = sealing.read_proof(key, text) if key else None
    known |= {"asked": True, "typed": text[:_LONGEST_ECHO], "is_empty": not text.strip(), "proof": proof}
    if proof is not None:
        known["digest"] = proof.digest.hex()
    return render(request, "complaints/verify.html", known, status=422 if proof is None else 200)


def public_key() -> bytes | None:
    """What proofs are checked with, or None where the channel has no keys yet. Makes none: reading never writes."""
    seed = ChannelKeys.objects.filter(pk=1).values_list("signing_seed", flat=True).first()
    return sealing.verify_key(bytes(seed)) if seed is not None else None


def _base32(key: bytes) -> str:
    return base64.b32encode(key).decode().rstrip("=")
