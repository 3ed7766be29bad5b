"""The report of the yearly count: its page of figures, the PDF, the workbook."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess

import pytest
import time_machine
from openpyxl import load_workbook

from assets.choices import Condition, CountResult
from assets.count_reading import Days, committee, summary_of
from assets.documents import count_report
from assets.documents.count_report import count_report_pdf, count_report_xlsx
from assets.models import Asset, CountSession
from assets.services.counting import note_surprise
from assets.services.counts import close_count
from ita_portal.fiscal import BANGKOK
from organization.models import Municipality

from ..cast import Cast
from ..factories import DivisionFactory
from .counts import begun, counted, prepared
from .factories import AssetFactory, handed_out, mark

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(cast: Cast, projector: Asset, chairs: Asset, truck: Asset) -> CountSession:
    """One missing, two of ten chairs broken, the truck elsewhere, one thing of another division, one unexpected."""
    other = AssetFactory(number="7440-001-0001/65", name="คอมพิวเตอร์ #*$<b>", division=DivisionFactory(name="กองคลัง"))
    session = begun(cast)
    counted(session, projector, cast.staff, CountResult.MISSING, note="หาไม่พบ")
    counted(session, chairs, cast.staff, condition=Condition.DAMAGED, damaged=2)
    counted(session, truck, cast.staff, CountResult.WRONG_PLACE, place="ศูนย์เด็กเล็ก")
    counted(session, other, cast.staff)
    note_surprise(session, by=cast.staff, description="พัดลม", place="โกดัง", form_mark=mark())
    return session


def words_of(pdf: bytes) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not here")
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def test_the_figures_by_division(session: CountSession) -> None:
    summary = summary_of(session)
    rows = {str(row.division): row for row in summary.rows}
    chang = rows["กองช่าง"]
    assert (chang.expected, chang.found, chang.wrong_place, chang.missing, chang.damaged) == (3, 1, 1, 1, 1)
    assert rows["กองคลัง"].found == 1
    assert rows["None"].unexpected == 1
    assert (summary.total.expected, summary.total.pending, summary.total.percent) == (4, 0, 100)


def test_the_workbook(cast: Cast, session: CountSession) -> None:
    session = close_count(session, by=cast.staff2, remarks="=1+1")
    municipality = Municipality.objects.get()
    book = load_workbook(io.BytesIO(count_report_xlsx(session, municipality=municipality)))
    assert book.sheetnames == ["สรุป", "ไม่พบ", "ชำรุด", "พบผิดที่", "นอกทะเบียน", "อยู่กับผู้ยืม"]
    missing = [cell.value for cell in book["ไม่พบ"][4]]
    assert missing[1] == "416-50-0001"
    assert book["พบผิดที่"][4][5].value == "ศูนย์เด็กเล็ก"
    assert all(cell.data_type != "f" for page in book for row in page for cell in row)


def test_the_letter(cast: Cast, session: CountSession) -> None:
    municipality = Municipality.objects.get()
    draft = words_of(count_report_pdf(CountSession.objects.get(), municipality=municipality))
    assert "ร่าง" in draft
    assert "ลงชื่อ" not in draft
    close_count(session, by=cast.staff2, remarks="ควรติดเลขครุภัณฑ์ใหม่")
    words = words_of(count_report_pdf(CountSession.objects.get(), municipality=municipality))
    assert "ร่าง" not in words
    assert words.count("ลงชื่อ") == 2
    for part in ("416-50-0001", "401-60-0001", "001-55-0001", "๒๕๖๐", "๒๑๓"):
        assert part in words, part
    plain = words.replace(" ", "").replace("\n", "")
    for part in ("ประธานกรรมการ", "สำนักงานการตรวจเงินแผ่นดิน", "นายกเทศมนตรี", "ศูนย์เด็กเล็ก"):
        assert part.replace("ำ", "") in plain.replace("ำ", "").replace("ํา", ""), part


def after(session: CountSession) -> str:
    return " ".join(count_report._after(session, summary_of(session).total))


def test_nothing_is_said_to_be_none_in_figures(cast: Cast, projector: Asset, chairs: Asset) -> None:
    session = begun(cast)
    counted(session, projector, cast.staff)
    counted(session, chairs, cast.staff, CountResult.MISSING, found=9)
    closed = close_count(session, by=cast.staff2)
    assert "ไม่พบพัสดุชำรุด และไม่พบหรือพบไม่ครบ 1 รายการ" in after(closed)


def test_only_damage(cast: Cast, chairs: Asset) -> None:
    session = begun(cast)
    counted(session, chairs, cast.staff, condition=Condition.DAMAGED, damaged=2)
    words = after(close_count(session, by=cast.staff2))
    assert "พบพัสดุชำรุด 1 รายการ และไม่มีพัสดุสูญหาย" in words


def test_what_is_with_borrowers_has_its_list(cast: Cast, projector: Asset) -> None:
    loan = handed_out(cast.staff, cast.head, cast.assets, projector)
    session = close_count(begun(cast), by=cast.staff2, missing=1)
    assert "อยู่กับผู้ยืมตามใบยืมพัสดุ 1 รายการ" in after(session)
    book = load_workbook(io.BytesIO(count_report_xlsx(session, municipality=Municipality.objects.get())))
    row = [cell.value for cell in book["อยู่กับผู้ยืม"][4]]
    assert row[1] == projector.number
    assert loan.reference in row[5]


def test_one_alone_is_no_committee(cast: Cast, projector: Asset) -> None:
    session = begun(cast, counters=())
    counted(session, projector, cast.staff2)
    members = committee(close_count(session, by=cast.staff2))
    assert [count_report._role(member, members) for member in members] == ["ผู้รับผิดชอบในการตรวจสอบพัสดุ"]


def test_more_than_paper_holds_is_said(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(count_report, "MOST_IN_PDF", 3)
    AssetFactory.create_batch(5)
    session = begun(cast)
    municipality = Municipality.objects.get()
    words = words_of(count_report_pdf(session, municipality=municipality))
    assert "Excel" in words


def test_the_files_of_the_page(cast: Cast, session: CountSession) -> None:
    client = cast.client("mayor")
    path = f"/assets/count/{session.fiscal_year}/report."
    for kind, begins in (("pdf", b"%PDF-"), ("xlsx", b"PK")):
        response = client.get(path + kind)
        assert response.status_code == 200
        assert response.content.startswith(begins)
    english = client.get(f"/en{path}pdf")
    assert english.status_code == 200
    for kind in ("docx", "csv", "pdf.exe"):
        assert client.get(path + kind).status_code == 404
    assert client.post(path + "pdf").status_code == 405


def test_nothing_to_report_before_it_begins(cast: Cast) -> None:
    session = prepared(cast)
    assert cast.client("assets").get(f"/assets/count/{session.fiscal_year}/report.pdf").status_code == 404


@pytest.mark.parametrize(
    ("moment", "in_time"),
    [
        (dt.datetime(2026, 11, 16, 23, 30, tzinfo=BANGKOK), True),
        (dt.datetime(2026, 11, 17, 0, 30, tzinfo=BANGKOK), False),
    ],
)
def test_the_last_day_ends_at_midnight_in_bangkok(cast: Cast, moment: dt.datetime, in_time: bool) -> None:
    with time_machine.travel(dt.datetime(2026, 10, 1, 0, 30, tzinfo=BANGKOK), tick=False):
        session = begun(cast)
        assert session.due_on == dt.date(2026, 11, 16)
        assert Days(session).opened_on == dt.date(2026, 10, 1)
    with time_machine.travel(moment, tick=False):
        closed = close_count(session, by=cast.staff2)
        assert Days(closed).reported_in_time is in_time
