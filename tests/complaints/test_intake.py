"""What came by letter or telephone, entered by an officer."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from complaints.choices import Act, Channel, ItemKind
from complaints.clock import due_day
from complaints.models import Case, CaseLogEntry, ChannelSettings, Grant
from complaints.opened import open_for_officer
from ita_portal.fiscal import today

from .conftest import Desk
from .reporter import code_of, opened

INTAKE = "/complaints/desk/intake/"
DAY = today() - dt.timedelta(days=4)
LETTER = {
    "category": "bribery", "narrative": "ตามจดหมาย: เรียกเงินค่าแผง", "identity": "anonymous", "channel": "letter",
    "arrived_on": DAY.isoformat(),
}  # fmt: skip


def enter(desk: Desk, name: str = "integrity", **fields: Any) -> Any:
    """Send the form."""
    return desk.client(name).post(INTAKE, LETTER | fields)


def test_a_letter_is_sealed_and_answered_with_a_receipt(desk: Desk) -> None:
    paper = SimpleUploadedFile("จดหมาย.pdf", b"%PDF-1.7 scan")
    answer = enter(desk, attachments=paper, identity="named", contact_name="สมศรี", contact_phone="081")
    case = opened(answer).case
    assert "no-store" in answer["Cache-Control"]
    assert (case.channel, case.filed_on) == (Channel.LETTER, DAY)
    assert case.due_on == due_day(DAY, ChannelSettings.current())
    assert Grant.objects.filter(case=case).count() == 2
    entry = CaseLogEntry.objects.get(case=case.pk)
    assert (entry.act, entry.by) == (Act.FILE, desk.cast.integrity)
    read = open_for_officer(case, desk.vaults["integrity2"])
    assert read.letters[0].content["narrative"] == LETTER["narrative"]
    assert [file.name for file in read.letters[0].files] == ["จดหมาย.pdf"]
    assert read.read([ItemKind.IDENTITY])[0].content["contact_name"] == "สมศรี"
    page = desk.client("integrity2").get(f"/complaints/desk/{case.reference}/").content.decode()
    assert str(desk.cast.integrity) in page


def test_the_receipt_speaks_to_the_officer(desk: Desk) -> None:
    page = desk.client("integrity").post("/en" + INTAKE, LETTER).content.decode()
    assert "The complaint is recorded" in page
    assert "If nobody knows who the reporter is, destroy the code at once." in page
    assert 'breadcrumb-item"><a href="/en/complaints/desk/"' in page
    for words in ("Your report was received", "Thank you.", "What happens next"):
        assert words not in page


def test_the_form_speaks_to_the_officer(desk: Desk) -> None:
    page = desk.client("integrity").get("/en" + INTAKE).content.decode()
    form = page[page.index("<main") : page.index("</main>")]
    assert "They are not told of you" not in form
    assert not re.search(r"\b[Yy]ou (saw|know|do not know)\b", form)


def test_the_code_of_the_receipt_opens_it_for_the_reporter(desk: Desk) -> None:
    answer = enter(desk)
    assert opened(answer).letters[0].content["narrative"] == LETTER["narrative"]
    assert len(code_of(answer).replace(" ", "")) == 28


def test_sent_twice_it_is_one_case(desk: Desk) -> None:
    page = desk.client("integrity").get(INTAKE).content.decode()
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token
    codes = {code_of(enter(desk, form_token=token[1])) for _tap in range(2)}
    assert len(codes) == 1
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("arrived_on", (today() + dt.timedelta(days=1)).isoformat()), ("arrived_on", "30/02/2567"), ("arrived_on", ""),
        ("arrived_on", "01/01/2500"), ("channel", ""), ("channel", "online"), ("channel", "pigeon"), ("narrative", " "),
        ("category", "nothing"),
    ],
)  # fmt: skip
def test_mistakes(desk: Desk, field: str, value: str) -> None:
    answer = enter(desk, witnesses="พยานที่พิมพ์ไว้", **{field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page
    assert "พยานที่พิมพ์ไว้" in page
    assert not Case.objects.exists()


def test_thai_days_are_read(desk: Desk) -> None:
    answer = enter(desk, arrived_on=f"{DAY.day:02d}/{DAY.month:02d}/{DAY.year + 543}")
    assert opened(answer).case.filed_on == DAY


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_day_that_the_form_offers_is_read(desk: Desk, prefix: str) -> None:
    page = desk.client("integrity").get(prefix + INTAKE).content.decode()
    offered = re.search(r'name="arrived_on" value="([^"]+)"', page)
    assert offered
    assert opened(enter(desk, arrived_on=offered[1])).case.filed_on == today()


def test_an_officer_enters_nothing_about_themself(desk: Desk) -> None:
    answer = enter(desk, about_officers=[desk.officer("integrity").pk])
    assert answer.status_code == 422
    assert "1205" in answer.content.decode()
    assert not Case.objects.exists()
    assert not CaseLogEntry.objects.filter(act=Act.FILE).exists()
    # Another officer may, and the accused one gets no part of it.
    case = opened(enter(desk, "integrity2", about_officers=[desk.officer("integrity").pk])).case
    assert [grant.officer for grant in Grant.objects.filter(case=case)] == [desk.officer("integrity2")]
    assert desk.client("integrity").get(f"/complaints/desk/{case.reference}/").status_code == 404


def test_an_officer_enters_nothing_about_those_above_them(desk: Desk) -> None:
    answer = enter(desk, accused_position="นายกเทศมนตรี")
    assert answer.status_code == 422
    assert not Case.objects.exists()


def test_a_file_that_came_with_a_mistake_is_not_sent_again(desk: Desk) -> None:
    from .reporter import tickets_of

    first = enter(desk, channel="", attachments=SimpleUploadedFile("a.txt", b"text"))
    kept = tickets_of(first)
    assert len(kept) == 1
    case = opened(enter(desk, kept_attachments=kept)).case
    assert case.items.get(kind=ItemKind.REPORT).attachments.count() == 1
