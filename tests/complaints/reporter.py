"""A reporter in the tests: what they fill in, what they read on the receipt, and what lies in their case."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from complaints import sealing
from complaints.models import Case
from complaints.opened import OpenedCase
from complaints.services.reading import open_by_code, read_code

NEW = "/complaints/new/"
GOOD = {"category": "bribery", "narrative": "เรียกเงิน 500 บาทที่ตลาดสด", "identity": "anonymous"}
NAMED = GOOD | {"identity": "named", "contact_name": "สมหญิง ใจกล้า", "contact_phone": "๐๘๑-๒๓๔ ๕๖๗๘"}


def send(client: Client | None = None, **fields: Any) -> Any:
    """Send the form, good but for `fields`; without cookies unless a browser is given."""
    return (client or Client(enforce_csrf_checks=True)).post(NEW, GOOD | fields)


def code_of(answer: Any) -> str:
    """The code on a receipt."""
    assert answer.status_code == 200, errors_of(answer)
    found = re.findall(r'<output id="receipt-code"[^>]*>([^<]*)</output>', answer.content.decode())
    assert len(found) == 1
    return str(found[0])


def opened(answer: Any) -> OpenedCase:
    """The case of a receipt, opened with its code."""
    case, private = open_by_code(read_code(code_of(answer)))
    return OpenedCase(case, sealing.KeyPair.of(private))


def errors_of(answer: Any) -> dict[str, list[str]]:
    """The errors of the form by field."""
    form = (answer.context or {}).get("form")
    return {} if form is None else dict(form.errors)


def tickets_of(answer: Any) -> list[str]:
    """The tickets that the page offers."""
    page = answer.content.decode()
    return [html.unescape(found) for found in re.findall(r'name="kept_attachments" value="([^"]+)"', page)]


def token_of(answer: Any) -> str:
    """The hidden token of the form."""
    found = re.search(r'name="form_token" value="([^"]+)"', answer.content.decode())
    assert found
    return found[1]


def arriving() -> list[Path]:
    """Sealed files that wait to be filed."""
    return [path for path in Path(settings.MEDIA_ROOT).glob("sealed/arriving/*") if path.is_file()]


def kept() -> list[Path]:
    """Sealed files of cases."""
    return [path for path in Path(settings.MEDIA_ROOT).glob("sealed/??/*") if path.is_file()]


def nothing_was_filed() -> bool:
    """No case, no file of one."""
    return not Case.objects.exists() and not kept()
