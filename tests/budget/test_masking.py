"""Numbers of people: found however they are written, never what only looks a little like one."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from budget.models import Purchase
from ita_portal.masking import mask_citizen_numbers, masked_bids, masked_tax_id

from ..cast import Cast
from .factories import purchase, summary_draft

SHORT = "XXXXXXXXX3456"


@pytest.mark.parametrize(
    "number",
    [
        "1103700123456", "1-1037-00123-45-6", "1 1037 00123 45 6", "1 1037 00123 456", "1.1037.00123.45.6",
        "๑๑๐๓๗๐๐๑๒๓๔๕๖", "๑-๑๐๓๗-๐๐๑๒๓-๔๕-๖", "1–1037–00123–45–6", "11037 00123 456", "1103700 123456",
        "1 1 0 3 7 0 0 1 2 3 4 5 6", "1\u00a01037\u200b00123 - 45 - 6", "１１０３７００１２３４５６",
        "1_1037_00123_45_6",
    ],
)  # fmt: skip
def test_a_persons_number_in_any_spelling(number: str) -> None:
    for before, after in (("", ""), ("นาย ก (", ")"), ("ผู้รับจ้าง ", " โทร 081-234-5678"), ("ก", "ข")):
        assert mask_citizen_numbers(before + number + after) == before + SHORT + after
    assert masked_tax_id(f" {number} ") == SHORT


def test_several_in_one_text() -> None:
    text = "1103700123456 1-1037-00123-45-6, ลำดับ 1 1-1037-00123-45-6"
    assert mask_citizen_numbers(text) == f"{SHORT} {SHORT}, ลำดับ 1 {SHORT}"
    assert mask_citizen_numbers(mask_citizen_numbers(text)) == mask_citizen_numbers(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "0105536000123", "0-1055-36000-12-3", "๐๑๐๕๕๓๖๐๐๐๑๒๓", "เลขที่โครงการ 66037123456", "081-234-5678",
        "12345678901234", "110370012345", "ซื้อกระดาษ 12,000.00 บาท", "12000.00 และ 11800.00", "7440-001-0001/65",
        "หมู่ 1 2 3 4 5 6 7 8 9 10 11", "2566-2570", "1 ตุลาคม 2566 - 30 กันยายน 2567",
    ],
)  # fmt: skip
def test_what_is_none_stays(text: str) -> None:
    assert mask_citizen_numbers(text) == text


def test_tax_numbers() -> None:
    assert masked_tax_id("") == masked_tax_id(" - ") == ""
    assert masked_tax_id("๐-๑๐๕๕-๓๖๐๐๐-๑๒-๓") == "0105536000123"
    for shortened in (SHORT, "xxxxxxxxx3456", "X XXXX XXXX 3456", "*********๓๔๕๖"):
        assert masked_tax_id(shortened) == SHORT
    for wrong in ("123", "11037001234567", "ก1103700123456", "1103700123456x", "\x00"):
        with pytest.raises(ValueError, match=r".*"):
            masked_tax_id(wrong)


def test_bids() -> None:
    bids = [
        {"name": "นาย ก 1-1037-00123-45-6", "price": "1.00", "id": "1103700123456"},
        "1103700123456",
        {"price": None},
    ]
    assert masked_bids(bids) == [{"name": f"นาย ก {SHORT}", "price": "1.00"}, {"name": "", "price": None}]


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["title", "winner", "reason", "winner_tax_id"])
def test_the_database_refuses_what_comes_past_the_acts(cast: Cast, field: str) -> None:
    made = purchase(summary_draft(cast.budget))
    with pytest.raises(IntegrityError, match="citizen"), transaction.atomic():
        Purchase.objects.filter(pk=made.pk).update(**{field: "1103700123456"})
