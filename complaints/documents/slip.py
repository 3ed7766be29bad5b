"""The slip: what a reporter keeps of a filing, on a sheet of paper or as a file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ita_portal import qr
from ita_portal.pdf import Verbatim, compile_pdf
from ita_portal.thai import long_date

_HERE = Path(__file__).resolve().parent
_MIDNIGHT = dt.time(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, repr=False)
class Slip:
    """What stands on it. code: in groups. follow_url, verify_url: whole addresses. phone: of the channel."""

    municipality: str
    code: str
    proof: str
    reference: str
    filed_on: dt.date
    due_on: dt.date
    follow_url: str
    verify_url: str
    phone: str = ""


def slip_pdf(slip: Slip) -> bytes:
    """One page of A5 in the language of the page. The file notes the day of filing, and no time of day."""
    content = {
        "municipality": slip.municipality,
        "code_label": _("Your follow-up code"),
        "code": slip.code.split(),
        "code_qr": qr.document_svg(slip.code.replace(" ", "")),
        "code_qr_alt": _("QR code with the digits of the follow-up code"),
        "code_caption": _("Your secret code: let nobody else scan it"),
        "keep": _("Whoever has this code reads your report and the answers. We cannot restore it: keep it safe."),
        "facts": [
            {"name": _("Filed on"), "value": long_date(slip.filed_on)},
            {"name": _("Answer due by"), "value": long_date(slip.due_on)},
            {"name": _("Reference"), "value": slip.reference},
            *([{"name": _("Ask by telephone"), "value": Verbatim(slip.phone)}] if slip.phone else []),
            {"name": _("Read the answer at"), "value": slip.follow_url},
        ],
        "proof_label": _("Signed proof of filing"),
        "proof_words": _("It shows that you filed on that day, and nothing of what you wrote. Check it at %(url)s")
        % {"url": slip.verify_url},
        "proof": slip.proof,
        "proof_qr": qr.document_svg(slip.proof.replace(" ", "")),
        "proof_qr_alt": _("QR code with the proof of filing"),
        "proof_caption": _("The proof: not secret"),
        "care_label": _("Take care"),
        "care": [
            _("Do not keep this slip at the office or on a computer or telephone of the office."),
            _("Follow up from a device of your own or one that is not tied to you, in a private window."),
            _("Tell nobody that you have filed who does not need to know."),
        ],
    }
    return compile_pdf(
        _HERE / "slip.typ",
        content,
        title=_("Receipt"),
        author=slip.municipality,
        thai_digits=False,
        language=get_language() or "th",
        created=dt.datetime.combine(slip.filed_on, _MIDNIGHT),
    )
