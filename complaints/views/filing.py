"""Filing a complaint, its receipt, and the slip as a file."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.core import signing
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ita_portal import qr
from organization.context import municipality

from .. import flood, sealing, store
from ..channel import own_keys
from ..documents.slip import Slip, slip_pdf
from ..forms.filing import POSTS, ReportForm
from ..http import reporter_page
from ..models import Case, ChannelSettings, Officer
from ..services.filing import Filed, NoRecipientError, Submission, file_report
from ..services.reading import read_code

TOKEN_BYTES = 32
_HOUR = 3600
_CODE_MARKS = signing.Signer(salt="complaints.slip")


@reporter_page(takes_files=True)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; a good one is answered with its receipt on the same page, and nothing of it is kept in a cookie."""
    if request.method != "POST":
        response = _form_page(request, ReportForm(), secrets.token_bytes(TOKEN_BYTES))
        # Not `no-store`: a browser that could not send goes back to what was typed.
        response.headers["Cache-Control"] = "private, no-cache"
        return response
    token = form_token(request)
    form = ReportForm(request.POST, request.FILES)
    is_valid = form.is_valid()
    if flood.too_many_filings(request):
        form.discard_received()
        response = _form_page(request, form, token, status=429)
        response.headers["Retry-After"] = str(_HOUR)
        return response
    if not is_valid:
        return _form_page(request, form, token, status=422)
    try:
        filed = file_once(form.submission(token))
    except NoRecipientError:
        return _form_page(request, form, token, status=422, nobody=True)
    except store.FileGoneError:
        form.forget_missing()
        return _form_page(request, form, token, status=422)
    return receipt_page(request, filed)


@reporter_page
@require_POST
def slip(request: HttpRequest) -> HttpResponse:
    """The slip as PDF, for whoever has a receipt's code and proof. Opens nothing, keeps nothing."""
    case, receipt, proof = _case_of_slip(request)
    if case is None or receipt is None:
        context = {
            "title": _("This slip could not be made"),
            "message": _(
                "The code and the proof do not belong together. Go back to the receipt and try again, or print it."
            ),
        }
        return render(request, "message.html", context, status=422)
    content = slip_pdf(
        Slip(
            municipality=_municipality_name(request),
            code=receipt.code,
            proof=proof,
            reference=case.reference,
            filed_on=case.filed_on,
            due_on=case.due_on,
            follow_url=_whole(request, "follow"),
            verify_url=_whole(request, "verify"),
            phone=_phone(request),
        )
    )
    return HttpResponse(
        content,
        content_type="application/pdf",
        # A name that says nothing to who sees the list of saved files.
        headers={"Content-Disposition": f'attachment; filename="{case.reference}.pdf"'},
    )


def _case_of_slip(request: HttpRequest) -> tuple[Case | None, sealing.Receipt | None, str]:
    keys = own_keys()
    text = request.POST.get("proof", "")
    try:
        receipt = read_code(request.POST.get("receipt_code", ""))
    except sealing.ReceiptError:
        return None, None, ""
    proof = sealing.read_proof(sealing.verify_key(keys.signing), text)
    if proof is None or not _is_shown_code(receipt, request.POST.get("code_mark", "")):
        return None, None, ""
    case = Case.objects.filter(locator_mark=receipt.mark(keys.check), content_digest=proof.digest).first()
    return case, receipt, " ".join(text.split())


def _code_mark(receipt: sealing.Receipt) -> str:
    """Says that this code was shown on a receipt: a slip of one that opens nothing would be worse than none."""
    return _CODE_MARKS.signature(_digest(receipt))


def _is_shown_code(receipt: sealing.Receipt, mark: str) -> bool:
    try:
        _CODE_MARKS.unsign(f"{_digest(receipt)}{_CODE_MARKS.sep}{mark}")
    except signing.BadSignature:
        return False
    return True


def _digest(receipt: sealing.Receipt) -> str:
    return hashlib.blake2b(receipt.code.encode(), digest_size=32, person=b"ITA1 slip").hexdigest()


def _form_page(
    request: HttpRequest, form: ReportForm, token: bytes, *, status: int = 200, nobody: bool = False
) -> HttpResponse:
    """The form. nobody: there is nobody who may read the complaint."""
    officers = list(Officer.objects.receiving().select_related("user"))
    context = {
        "form": form,
        "token": base64.urlsafe_b64encode(token).decode(),
        "rules": ChannelSettings.current(),
        "posts": POSTS,
        "has_external": any(officer.is_external for officer in officers),
        "no_officers": not officers,
        "nobody": nobody,
        "busy": status == 429,
    }
    return render(request, "complaints/new.html", context, status=status)


def receipt_page(request: HttpRequest, filed: Filed, *, by_officer: bool = False) -> HttpResponse:
    """What is handed over once a complaint is durable. by_officer: it was entered for somebody else."""
    code = filed.receipt.code
    context = {
        "filed": filed,
        "by_officer": by_officer,
        "case": filed.case,
        "code": code,
        "code_mark": _code_mark(filed.receipt),
        "code_qr": qr.png_data_uri(code.replace(" ", "")),
        "rules": ChannelSettings.current(),
        "follow_url": _whole(request, "follow"),
        "verify_url": _whole(request, "verify"),
    }
    return render(request, "complaints/receipt.html", context)


def file_once(submission: Submission) -> Filed:
    """File it; the same form, sent a second time while the first is being filed, waits for it.

    Otherwise the first would have taken the files that both hold tickets for.
    """
    if not submission.files:
        return file_report(submission)
    with _alone(submission.token):
        return file_report(submission)


@contextmanager
def _alone(token: bytes) -> Iterator[None]:
    number = int.from_bytes(hashlib.blake2b(token, digest_size=8, person=b"ITA1 once").digest(), "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [number])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def form_token(request: HttpRequest) -> bytes:
    """What the form held; a random one for programs that send none."""
    try:
        token = base64.urlsafe_b64decode(request.POST.get("form_token", ""))
    except (binascii.Error, ValueError):
        token = b""
    return token if len(token) == TOKEN_BYTES else secrets.token_bytes(TOKEN_BYTES)


def _municipality_name(request: HttpRequest) -> str:
    found = municipality(request)["municipality"]
    return str((get_language() == "en" and found.name_en) or found.name)


def _phone(request: HttpRequest) -> str:
    """Where to ask by telephone, or nothing."""
    return ChannelSettings.current().phone or str(municipality(request)["municipality"].phone)


def _whole(request: HttpRequest, name: str) -> str:
    """The whole address of another page of the channel, in the language of this one."""
    return request.build_absolute_uri(reverse(f"complaints:{name}"))
