"""Files of the register: the card, the book, Excel, CSV and labels."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from pypdf import PdfReader

from assets.documents import labels as label_sheets
from assets.documents.labels import label_address, shortened
from assets.documents.register_rows import HEADER
from assets.importing.checking import check_file
from assets.models import Asset
from assets.services.register import retire_asset
from assets.views import register as register_views
from ita_portal.uploads import CSV, XLSX

from ..cast import Cast
from .factories import AssetFactory

REGISTER = "/assets/register/"


def words_of(pdf: bytes) -> str:
    """The text of a PDF, all pages."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.fixture
def bought(projector: Asset, cast: Cast) -> Asset:
    """The projector with all that the register asks."""
    projector.acquired_on, projector.unit_price, projector.life_years = dt.date(2022, 10, 1), Decimal(36500), 5
    projector.document, projector.seller, projector.custodian = "สัญญา 12/2566", "ร้านสมบูรณ์", cast.staff
    projector.acquisition, projector.funds, projector.note = "e_bidding", "budget", "=1+1"
    projector.save()
    return projector


def body_of(response: object) -> bytes:
    """A streamed answer as a whole."""
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_csv_is_sent_in_pieces_and_neutralised(bought: Asset, chairs: Asset, cast: Cast) -> None:
    response = cast.client("assets").get(f"{REGISTER}register.csv")
    assert response.streaming
    rows = list(csv.reader(io.StringIO(body_of(response).decode("utf-8-sig"))))
    assert tuple(rows[0]) == HEADER
    assert [row[HEADER.index("หมายเลขครุภัณฑ์")] for row in rows[1:]] == ["401-60-0001", "416-50-0001"]
    line = dict(zip(HEADER, rows[2], strict=True))
    assert line["หมายเหตุ"] == "'=1+1"
    assert line["มูลค่ารวม"] == "36500.00"
    assert line["วันที่ได้มา"] == "2022-10-01"
    assert Decimal(line["ค่าเสื่อมราคาสะสม"]) + Decimal(line["มูลค่าสุทธิ"]) == Decimal(36500)


@pytest.mark.parametrize(("kind", "content_type"), [("csv", CSV), ("xlsx", XLSX)])
def test_what_is_downloaded_reads_back_unchanged(
    bought: Asset, chairs: Asset, truck: Asset, cast: Cast, kind: str, content_type: str
) -> None:
    truck.condition, truck.broken = "damaged", 1
    truck.save()
    retire_asset(chairs, by=cast.assets, reason="ขายทอดตลาด", on=dt.date(2024, 1, 31))
    response = cast.client("assets").get(f"{REGISTER}register.{kind}", {"retired": "all"})
    file = body_of(response) if kind == "csv" else response.content
    plan = check_file(io.BytesIO(file), content_type)
    assert (plan.rows, plan.refused, plan.problems) == (3, 0, [])
    assert (plan.new, plan.changed, plan.same) == ([], [], 3)


def test_excel_holds_every_column_as_text_or_number(bought: Asset, cast: Cast) -> None:
    response = cast.client("assets").get(f"{REGISTER}register.xlsx")
    page = load_workbook(io.BytesIO(response.content)).active
    assert page is not None
    assert tuple(cell.value for cell in page[3]) == HEADER
    line = dict(zip(HEADER, page[4], strict=True))
    assert (line["หมายเหตุ"].value, line["หมายเหตุ"].data_type) == ("=1+1", "s")
    assert line["วันที่ได้มา"].value == "01/10/2565"
    assert line["ราคาต่อหน่วย"].value == 36500
    assert line["ราคาต่อหน่วย"].number_format == "#,##0.00"


def test_the_book_as_pdf(bought: Asset, chairs: Asset, cast: Cast) -> None:
    response = cast.client("assets").get(f"{REGISTER}register.pdf", {"division": bought.division_id})
    assert response["Content-Type"] == "application/pdf"
    words = words_of(response.content)
    assert "๓๖,๕๐๐.๐๐" in words
    assert "๔๑๖-๕๐-๐๐๐๑" in words


def test_a_pdf_has_a_limit_and_says_so(
    bought: Asset, chairs: Asset, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_views, "MOST_IN_PDF", 1)
    monkeypatch.setattr(register_views, "MOST_IN_XLSX", 1)
    client = cast.client("assets")
    for kind in ("pdf", "xlsx"):
        response = client.get(f"{REGISTER}register.{kind}")
        assert response.status_code == 422
        assert response.context["too_many"]
    assert client.get(f"{REGISTER}register.pdf", {"q": "401-60"}).status_code == 200


@pytest.mark.parametrize("kind", ["docx", "json", "PDF", "pdf.exe"])
def test_no_other_files(cast: Cast, kind: str) -> None:
    assert cast.client("assets").get(f"{REGISTER}register.{kind}").status_code == 404


def test_an_empty_register_is_said(cast: Cast) -> None:
    client = cast.client("assets")
    assert client.get(f"{REGISTER}register.pdf").status_code == 200
    assert client.get(f"{REGISTER}register.xlsx").status_code == 200
    assert len(body_of(client.get(f"{REGISTER}register.csv")).splitlines()) == 1
    assert client.get(f"{REGISTER}labels.pdf").status_code == 422


def test_the_card(bought: Asset, cast: Cast) -> None:
    response = cast.client("assets").get(f"/assets/item/{bought.label}/card.pdf")
    words = words_of(response.content)
    for expected in ("๔๑๖-๕๐-๐๐๐๑", "ร้านสมบูรณ์", "๓๖,๕๐๐.๐๐", "๗,๒๙๖.๐๐", "๒๐.๐๐", "๓๐ ก.ย. ๖๖"):
        assert expected in words
    assert not any(digit in words for digit in "0123456789")


def test_the_card_of_what_has_left(bought: Asset, cast: Cast) -> None:
    retire_asset(bought, by=cast.assets, reason="ขายทอดตลาด", on=dt.date(2024, 1, 31))
    words = words_of(cast.client("assets").get(f"/assets/item/{bought.label}/card.pdf").content)
    assert "ขายทอดตลาด" in words.replace("\n", "")
    assert "๓๐ ก.ย. ๖๗" not in words


@pytest.mark.parametrize("text", ["#*$<a>[x](y)", "ก" * 300, "-", "🪑 เก้าอี้"])
def test_whatever_was_typed_is_printed(cast: Cast, text: str) -> None:
    asset = AssetFactory(name=text, features=text, note=text, number=text[:60])
    client = cast.client("assets")
    for page in (f"/assets/item/{asset.label}/card.pdf", f"{REGISTER}register.pdf", f"{REGISTER}labels.pdf"):
        assert client.get(page).content.startswith(b"%PDF")


def test_labels_hold_the_address_of_the_asset(bought: Asset, chairs: Asset, cast: Cast) -> None:
    response = cast.client("assets").get(f"{REGISTER}labels.pdf", {"label": [bought.label]})
    words = words_of(response.content)
    assert bought.number in words
    assert chairs.number not in words
    assert bought.label[:5] in words
    assert label_address(bought) == f"{settings.PORTAL_URL}/assets/item/{bought.label}/"
    # Also from an English page the code holds the address in the first language.
    assert cast.client("assets").get(f"/en{REGISTER}labels.pdf").content.startswith(b"%PDF")


def test_labels_have_a_limit(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_views, "MOST_LABELS", 1)
    AssetFactory.create_batch(2)
    assert cast.client("assets").get(f"{REGISTER}labels.pdf").status_code == 422


def test_25_labels_are_two_sheets(cast: Cast) -> None:
    AssetFactory.create_batch(25)
    content = cast.client("assets").get(f"{REGISTER}labels.pdf").content
    assert len(PdfReader(io.BytesIO(content)).pages) == 2
    assert label_sheets.MOST_LABELS == 240


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("เก้าอี้", "เก้าอี้"),
        ("ก" * 9 + "ที่" + "ข" * 9, "ก" * 9 + "…"),
        ("ก" * 9 + "เข้า" + "ข" * 9, "ก" * 9 + "…"),
        ("กกกกกก ขขขขขขข", "กกกกกก…"),
    ],
)
def test_long_names_are_cut_where_thai_can_be_cut(text: str, short: str) -> None:
    assert shortened(text, 10) == short


def test_the_excel_file_can_be_filtered(bought: Asset, cast: Cast) -> None:
    content = cast.client("assets").get(f"{REGISTER}register.xlsx").content
    sheet: Any = load_workbook(io.BytesIO(content)).active
    assert sheet.auto_filter.ref == f"A3:{get_column_letter(len(HEADER))}{3 + Asset.objects.count()}"


def test_headings_of_the_card_break_between_words_and_its_last_line_says_why_it_ends(bought: Asset, cast: Cast) -> None:
    Asset.objects.update(retired_on=dt.date(2026, 2, 1), retired_reason="ขาย", unit_price=Decimal("1234567.89"))
    content = cast.client("assets").get(f"/assets/item/{bought.label}/card.pdf").content
    words = words_of(content)
    assert "ถึงวันจำหน่าย" in "".join(words.split())
    assert "ถึงวันนี้" not in "".join(words.split())
    assert {"ประจำปี", "ค่าเสื่อมราคา"} <= set(words.split())
