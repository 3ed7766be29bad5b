"""ใบยืมพัสดุ and ใบคืนพัสดุ: all fields of the official form, Thai digits, one page where ten things fit."""

import io
import re

import pytest
from pypdf import PdfReader

from assets.choices import Condition
from assets.documents.loan_form import addressee, loan_form_pdf
from assets.documents.return_form import return_form_pdf
from assets.models import Asset, Loan
from assets.services.decisions import refuse_loan
from assets.services.handovers import Pieces, take_back
from ita_portal.fiscal import today
from ita_portal.thai import long_date, to_thai_digits
from organization.models import User

from ..cast import Cast
from .days import on_day
from .factories import DAY, AssetFactory, handed_out, mark, requested


def text_of(content: bytes | None) -> str:
    """All words, without the places where lines broke."""
    assert content is not None
    pages = PdfReader(io.BytesIO(content)).pages
    return re.sub(r"[\s\u200b]+", "", " ".join(page.extract_text() for page in pages))


def pages_of(content: bytes | None) -> int:
    """How many pages."""
    assert content is not None
    return len(PdfReader(io.BytesIO(content)).pages)


def plain(words: object) -> str:
    """As `text_of` prints it."""
    return re.sub(r"\s+", "", to_thai_digits(words))


def named(cast: Cast) -> None:
    """Give the cast positions, as in a municipality."""
    for person, position in ((cast.staff, "นายช่างโยธา"), (cast.head, "ผู้อำนวยการกองช่าง"), (cast.mayor, "นายกเทศมนตรี")):
        person.position = position
        person.save()


def test_every_field_of_the_form(cast: Cast, projector: Asset, chairs: Asset) -> None:
    named(cast)
    loan = requested(cast.staff, projector, chairs, phone="043 111 222", location="ห้องประชุมใหญ่")
    words = text_of(loan_form_pdf(loan))
    for expected in (
        loan.reference, long_date(loan.requested_at), "ผู้อำนวยการกองช่าง", str(cast.staff), "นายช่างโยธา", "กองช่าง",
        "043 111 222", loan.purpose, long_date(loan.start_on), long_date(loan.due_on), "ห้องประชุมใหญ่", "ลำดับ", "รายการ",
        "จำนวน", "หมายเลขครุภัณฑ์", "หมายเหตุ", projector.number, projector.name, chairs.name, "ข้อ 209", "ข้อ 207",
        "ใช้ภายในสถานที่", "ใช้นอกสถานที่", "หัวหน้าหน่วยงานของผู้ยืม", "เจ้าหน้าที่พัสดุ", "ผู้อนุมัติ", "ผู้จ่ายพัสดุ",
        "ผู้รับพัสดุ", "ผู้คืนพัสดุ", "ผู้รับคืนพัสดุ",
    ):  # fmt: skip
        assert plain(expected) in words, expected
    assert not re.search(r"\d", words.translate(str.maketrans("", "", "๐๑๒๓๔๕๖๗๘๙"))), "Arabic digits"
    assert "อนุมัติในระบบ" not in words


def test_off_the_premises_it_goes_to_the_mayor(cast: Cast, truck_waiting: Loan) -> None:
    assert plain("เรียนนายกเทศมนตรี") in text_of(loan_form_pdf(truck_waiting))


def test_it_goes_to_whoever_decides(cast: Cast, projector: Asset) -> None:
    named(cast)
    assert addressee(requested(cast.staff, projector)) == "ผู้อำนวยการกองช่าง"
    # The head's own loan, and a division without a head: the mayor decides.
    for loan in (requested(cast.head, projector), requested(cast.staff, AssetFactory(division=cast.staff2.division))):
        assert addressee(loan).startswith("นายกเทศมนตรี")
    User.objects.filter(pk=cast.head.pk).update(position="")
    assert "กองช่าง" in addressee(requested(cast.staff, projector))


def test_one_day_is_one_date(cast: Cast, projector: Asset) -> None:
    words = text_of(loan_form_pdf(requested(cast.staff, projector, start=5, days=1)))
    assert words.count(plain(long_date(today() + 5 * DAY))) == 1


def test_what_was_done_in_the_portal_is_filled_in(cast: Cast, projector: Asset) -> None:
    named(cast)
    loan = handed_out(cast.staff, cast.head, cast.assets, projector)
    words = text_of(loan_form_pdf(loan))
    assert plain(loan.decided_as) in words
    assert "อนุมัติในระบบ" in words
    refused = refuse_loan(requested(cast.staff, AssetFactory()), by=cast.head, reason="ใช้ในงานสภา")
    words = text_of(loan_form_pdf(refused))
    assert "ไม่อนุมัติในระบบ" in words
    assert "ใช้ในงานสภา" in words


def test_a_return_says_conditions_and_what_is_missing(cast: Cast, chairs: Asset) -> None:
    loan = handed_out(cast.staff, cast.head, cast.assets, chairs, quantity=6)
    line = loan.lines.get()
    back = [Pieces(line.pk, 2), Pieces(line.pk, 1, Condition.DAMAGED, "ขาหัก")]
    with on_day(loan.due_on + 4 * DAY):
        take_back(loan, back, by=cast.assets, person="มานะ ใจดี", form_mark=mark())
        take_back(loan, [Pieces(line.pk, 3)], by=cast.assets, person="มานี", form_mark=mark())
    first, second = text_of(return_form_pdf(loan, 1)), text_of(return_form_pdf(loan, 2))
    for expected in ("มานะ ใจดี", "ขาหัก", f"{loan.reference} ครั้งที่ 1", "เกินกำหนด 4 วัน", f"{chairs.number}) 3 ตัว", "209"):
        assert plain(expected) in first, expected
    assert plain("คืนครบถ้วนแล้ว") in second
    assert plain("ขาหัก") not in second
    assert return_form_pdf(loan, 0) is None
    assert return_form_pdf(loan, 3) is None


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (10, 1), (40, 2)])
def test_ten_things_fit_on_a_page(cast: Cast, count: int, pages: int) -> None:
    named(cast)
    assets = [AssetFactory() for _number in range(count)]
    loan = handed_out(cast.staff, cast.head, cast.assets, *assets, purpose="จัดอบรมให้ความรู้แก่ประชาชน " * 5)
    back = [Pieces(line.pk, 1) for line in loan.lines.all()]
    take_back(loan, back, by=cast.assets, person=str(cast.staff), form_mark=mark())
    loan.refresh_from_db()
    content = loan_form_pdf(loan)
    assert pages_of(content) == pages
    assert pages_of(return_form_pdf(loan, 1)) == (1 if count <= 10 else 2)
    assert text_of(content).count("หมายเลขครุภัณฑ์") == pages


def test_long_words_are_made(cast: Cast) -> None:
    User.objects.filter(pk=cast.staff.pk).update(first_name="ก" * 150, last_name="ข" * 150, position="ค" * 200)
    asset = AssetFactory(number="7" * 60, name="เครื่อง" * 40, model="A" * 200, unit="ชุด" * 10)
    loan = requested(User.objects.get(pk=cast.staff.pk), asset, purpose="#*$<b>" * 300, phone="0" * 60)
    assert pages_of(loan_form_pdf(loan)) <= 3


def test_who_may_print(cast: Cast, projector: Asset) -> None:
    loan = handed_out(cast.staff, cast.head, cast.assets, projector)
    take_back(loan, [Pieces(loan.lines.get().pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())
    form, back = f"/assets/loans/{loan.public_id}/form.pdf", f"/assets/loans/{loan.public_id}/returns/"
    for name, code in (("staff", 200), ("head", 200), ("assets", 200), ("staff2", 404), ("citizen", 302)):
        client = cast.client(name)
        assert client.get(form).status_code == code
        assert client.get(f"{back}1.pdf").status_code == code
    staff = cast.client("staff")
    assert staff.get(form)["Content-Type"] == "application/pdf"
    for number in ("0", "2", "9" * 40):
        assert staff.get(f"{back}{number}.pdf").status_code == 404
