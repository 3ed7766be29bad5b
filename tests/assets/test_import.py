"""The import of the register: what is read, what is refused, and that all of it is stored or nothing."""

from __future__ import annotations

import datetime as dt
import io
import random
import time
import tracemalloc
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from assets.choices import Acquisition, AssetKind, Condition, Funds
from assets.importing.columns import COLUMNS, WORDS, header, row_of
from assets.importing.reading import accept_register
from assets.importing.storing import NotAsCheckedError, store_file
from assets.models import Asset, Category, Loan, RegisterSettings
from ita_portal.fiscal import today
from ita_portal.spreadsheets import Sheet, write_xlsx
from ita_portal.tables.problems import UnreadableError

from ..cast import Cast
from ..races import at_once
from .factories import AssetFactory, CategoryFactory, approved
from .import_files import HEAD, ROW, checked, csv_file, portal_csv, reasons, xlsx_file

URL = reverse("assets:import")


@pytest.fixture
def office(cast: Cast) -> Category:
    """The kind of the examples."""
    kind: Category = CategoryFactory()
    return kind


def stored(file: SimpleUploadedFile, cast: Cast, **options: Any) -> Any:
    """Store a file as the asset officer."""
    safe = accept_register(file)
    return store_file(safe.content, safe.content_type, by=cast.assets, **options)


def wrong(plan: Any) -> list[tuple[int, str]]:
    """Row and column of each problem."""
    return [(line, column) for line, column, _reason in reasons(plan)]


@pytest.mark.parametrize("make", [csv_file, xlsx_file])
def test_a_row_becomes_an_asset(cast: Cast, office: Category, make: Any) -> None:
    rows = (
        ("ทะเบียนคุมทรัพย์สิน",),
        (),
        (*HEAD, "ราคาต่อหน่วย", "วันที่ได้มา", "สภาพ", "ให้ยืมได้", "ผู้ดูแล", "อื่นใด"),
        ("๔๑๖-๖๗-๐๐๐๑", "เครื่องฉายภาพ", "ครุภัณฑ์สำนักงาน", "กองช่าง", "฿28900.50", "1 ต.ค. 66", "ใช้ได้", "ใช่", "staff", "x"),
        (),
        (*HEAD,),
        ("416-67-0002", "จอ", "office", "สำนักปลัด", "", "15/01/๒๕๖๗", "lost", "no", "", ""),
    )
    Category.objects.create(name="จอภาพ", code="office")
    plan = checked(make(*rows))
    assert (len(plan.new), plan.problems, plan.ignored) == (2, [], ["อื่นใด"])
    assert stored(make(*rows), cast).new == 2
    first, second = Asset.objects.order_by("number")
    assert (first.number, first.unit_price, first.acquired_on) == (
        "416-67-0001",
        Decimal("28900.50"),
        dt.date(2023, 10, 1),
    )
    assert (first.lendable, first.custodian, first.division.name, first.life_years) == (True, cast.staff, "กองช่าง", 5)
    assert (second.condition, second.broken, second.acquired_on) == (Condition.LOST, 1, dt.date(2024, 1, 15))
    assert (second.division.name, second.category.name) == ("สำนักปลัดเทศบาล", "จอภาพ")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-01-15", dt.date(2024, 1, 15)), ("15/1/2567", dt.date(2024, 1, 15)), ("15 ม.ค. 67", dt.date(2024, 1, 15)),
        (dt.datetime(2024, 1, 15), dt.date(2024, 1, 15)), (dt.date(2567, 1, 15), dt.date(2024, 1, 15)),
        (45306, dt.date(2024, 1, 15)), ("31/02/2567", None), ("2567", None), (2567, None), ("1/1/1750", None),
        ("15/01/2999", None), (True, None),
    ],
)  # fmt: skip
def test_dates_as_people_write_them(cast: Cast, office: Category, text: Any, day: dt.date | None) -> None:
    plan = checked(xlsx_file((*HEAD, "วันที่ได้มา"), (*ROW, text)))
    assert [row.values["acquired_on"] for row in plan.new] == ([day] if day else [])
    assert wrong(plan) == ([] if day else [(2, "acquired_on")])


@pytest.mark.parametrize(
    ("heading", "value", "column"),
    [
        ("number", "", "number"), ("number", "x" * 61, "number"), ("number", dt.date(2024, 1, 1), "number"),
        ("name", "", "name"), ("name", "ก" * 301, "name"), ("kind", "ครุภัณฑ์อวกาศ", "category"),
        ("division", "กองทัพ", "division"), ("quantity", "สาม", "quantity"), ("quantity", "-1", "quantity"),
        ("quantity", "0", "quantity"), ("quantity", "1000001", "quantity"),
        ("quantity", "9" * 40, "quantity"), ("quantity", "1.5", "quantity"), ("price", "-5", "unit_price"),
        ("price", "1e400", "unit_price"), ("price", "NaN", "unit_price"), ("price", "1.005", "unit_price"),
        ("price", "9" * 30, "unit_price"), ("custodian", "ไม่มีใคร", "custodian"), ("condition", "งง", "condition"),
        ("lendable", "อาจจะ", "lendable"), ("useful life", "500", "life_years"), ("funds", "ลอตเตอรี่", "funds"),
        ("retired on", "1/1/2567", "retired_reason"), ("unusable", "2", "broken"), ("name", "#REF!", "name"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_with_column_and_reason(
    cast: Cast, office: Category, heading: str, value: Any, column: str
) -> None:
    row = {"number": "1", "name": "a", "kind": office.name, "division": "กองช่าง", "counted as": "several"}
    row[heading] = value
    file = xlsx_file(tuple(row), tuple(row.values()), ("ok", "b", office.name, "กองช่าง"))
    plan = checked(file)
    assert wrong(plan) == [(2, column)]
    assert plan.problems[0].thai
    assert plan.problems[0].english
    assert len(plan.new) == 1
    with pytest.raises(NotAsCheckedError):
        stored(file, cast)
    assert not Asset.objects.exists()


def test_a_number_that_stands_twice_names_both_rows(cast: Cast, office: Category) -> None:
    plan = checked(csv_file(HEAD, ROW, ROW))
    assert wrong(plan) == [(3, "number")]
    assert plan.problems[0].params == {"first": 2, "line": 3}


def test_the_pattern_of_numbers_holds_for_new_ones(cast: Cast, office: Category) -> None:
    RegisterSettings.objects.create(pk=1, number_pattern=r"\d{3}-\d{2}-\d{4}")
    AssetFactory(number="old", category=office)
    plan = checked(csv_file(HEAD, ROW, ("old", *ROW[1:]), ("bad", *ROW[1:])))
    assert wrong(plan) == [(4, "number")]
    assert len(plan.changed) == 1


def test_kinds_are_made_only_where_told(cast: Cast) -> None:
    file = csv_file(HEAD, ROW)
    assert wrong(checked(file)) == [(2, "category")]
    assert list(checked(file, new_kinds=True).new_kinds.values()) == ["ครุภัณฑ์สำนักงาน"]
    assert not Category.objects.exists()
    assert stored(file, cast, new_kinds=True).kinds == 1
    assert Asset.objects.get().category.name == "ครุภัณฑ์สำนักงาน"


def test_what_changes_is_told_and_kept_in_the_history(cast: Cast, projector: Asset) -> None:
    file = xlsx_file(("number", "place", "price"), (projector.number, "ห้องเก็บของ", "1,000 บาท"))
    plan = checked(file)
    assert [(c.column, c.old, c.new) for c in plan.changed[0].changes] == [
        ("place", "ห้องประชุม", "ห้องเก็บของ"),
        ("unit_price", None, Decimal("1000.00")),
    ]
    assert stored(file, cast).changed == 1
    projector.refresh_from_db()
    assert (projector.place, projector.name, projector.lendable) == ("ห้องเก็บของ", "เครื่องฉายภาพ", True)
    event = Asset.pgh_event_models["update"].objects.filter(pgh_obj=projector).last()  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["user"] == cast.assets.pk
    assert stored(file, cast) == type(stored(file, cast))(0, 0, 1, 0)


def test_export_and_import_give_the_same_register(cast: Cast, projector: Asset, chairs: Asset, truck: Asset) -> None:
    Asset.objects.filter(pk=projector.pk).update(
        custodian=cast.staff, acquired_on=dt.date(2020, 2, 29), unit_price=Decimal("0.01"), life_years=None,
        note="=1+1\nบรรทัดสอง, \"อ้าง\"; x", features="-ก", acquisition="donation", funds="grant",
        condition=Condition.LOST, broken=1, seller="@ร้าน",
    )  # fmt: skip
    Asset.objects.filter(pk=chairs.pk).update(broken=3, unit_price=Decimal("1234567.89"))
    Asset.objects.filter(pk=truck.pk).update(retired_on=dt.date(2025, 1, 1), retired_reason="ขายทอดตลาด")
    rows = Asset.objects.select_related("category", "division", "custodian").order_by("number")
    names = [
        field.attname for field in Asset._meta.concrete_fields if field.attname not in ("id", "label", "created_at")
    ]
    before = list(rows.values(*names))
    for language in ("th", "en"):
        table = [row_of(asset, language) for asset in rows]
        files = [
            portal_csv(header(language), table),
            SimpleUploadedFile("r.xlsx", write_xlsx([Sheet("x", header(language), table, above=["ทะเบียน"])])),
        ]
        for file in files:
            plan = checked(file)
            assert (plan.problems, plan.new, [row.changes for row in plan.changed], plan.same) == ([], [], [], 3)
        Asset.objects.all().delete()
        assert stored(files[0], cast).new == 3
        assert list(rows.values(*names)) == before


def test_what_a_loan_holds_stays(cast: Cast, chairs: Asset, projector: Asset) -> None:
    loan = approved(cast.staff, cast.head, chairs, quantity=6)
    assert isinstance(loan, Loan)
    approved(cast.staff, cast.head, projector)
    head = (
        "number",
        "quantity",
        "unusable",
        "counted as",
        "condition",
        "left the register on",
        "why it left the register",
    )

    def refused(*row: Any) -> list[tuple[int, str]]:
        return wrong(checked(xlsx_file(head[: len(row)], row)))

    assert refused(chairs.number, 6) == []
    assert refused(chairs.number, 5) == [(2, "quantity")]
    assert refused(chairs.number, 10, 5) == [(2, "broken")]
    assert refused(projector.number, 1, 0, "หลายชิ้น") == [(2, "kind")]
    assert refused(projector.number, 1, 0, "single", "lost") == [(2, "condition")]
    assert refused(projector.number, 1, 0, "single", "good", "1/1/2567", "ขาย") == [(2, "retired_on")]


def test_a_promise_that_nobody_collected_keeps_its_asset_too(
    cast: Cast, projector: Asset, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(cast.staff, cast.head, projector)
    later = today() + dt.timedelta(days=400)
    for module in ("assets.stock", "assets.importing.checking"):
        monkeypatch.setattr(f"{module}.today", lambda: later)
    head = ("number", "counted as", "left the register on", "why it left the register")
    for row, column in (
        ((projector.number, "หลายชิ้น"), "kind"), ((projector.number, "", "1/1/2567", "ขาย"), "retired_on")
    ):  # fmt: skip
        file = csv_file(head[: len(row)], row)
        assert wrong(checked(file)) == [(2, column)]
        with pytest.raises(NotAsCheckedError) as refused:
            stored(file, cast)
        assert not refused.value.changed_meanwhile
    # What such a promise does not hold may still change.
    assert not checked(csv_file(("number", "condition"), (projector.number, "สูญหาย"))).problems


def test_what_has_left_the_register_is_not_changed(cast: Cast, projector: Asset) -> None:
    Asset.objects.filter(pk=projector.pk).update(retired_on=dt.date(2025, 1, 1), retired_reason="ขาย")
    assert wrong(checked(csv_file(("number", "name"), (projector.number, "อื่น")))) == [(2, "number")]


def test_a_formula_counts_by_its_result_or_is_refused_with_its_cell(cast: Cast, office: Category) -> None:
    file = xlsx_file((*HEAD, "price"), (*ROW, "=1+1"))
    plan = checked(file)
    assert [(p.line, p.column, p.cell) for p in plan.problems] == [(2, "unit_price", "E2")]
    content = _replaced(file.open().read(), b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>", b"<f>1+1</f><v/>")
    plan = checked(SimpleUploadedFile("a.xlsx", content))
    assert [row.values["unit_price"] for row in plan.new] == [Decimal("2.00")]


def _replaced(content: bytes, old: bytes, new: bytes, other: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as fresh:
        for name in archive.namelist():
            fresh.writestr(name, archive.read(name).replace(old, new).replace(other, new))
    return buffer.getvalue()


def _with_styles(formats: int, *, name: str = "xl/styles.xml", room: str = "") -> SimpleUploadedFile:
    """A workbook with so many cell formats, the last of which shows days, in a part of that name."""
    xf = f'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"{room}/>'
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellStyleXfs><xf/></cellStyleXfs>'
        f'<cellXfs>{xf * formats}<xf numFmtId="14"/></cellXfs></styleSheet>'
    )
    buffer = io.BytesIO()
    source = xlsx_file((*HEAD, "วันที่ได้มา"), (*ROW, 45306)).read()
    with (
        zipfile.ZipFile(io.BytesIO(source)) as archive,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, True, 1) as new,
    ):
        for entry in archive.namelist():
            content = archive.read(entry).decode()
            if entry == "xl/styles.xml":
                new.writestr(name, styles)
            else:
                content = content.replace("xl/styles.xml", name).replace('"styles.xml"', f'"/{name}"')
                new.writestr(entry, content.replace('<c r="E2"', f'<c r="E2" s="{formats}"'))
        new.writestr("xl/media/image1.bin", random.Random(4).randbytes(1_400_000))  # so much may be packed so well
    return SimpleUploadedFile("a.xlsx", buffer.getvalue())


@pytest.mark.parametrize("name", ["xl/styles.xml", "xl/looks.xml"])
@pytest.mark.parametrize(("formats", "good"), [(3, True), (20_000, True), (70_000, False), (250_000, False)])
def test_cell_formats_have_a_limit(cast: Cast, office: Category, name: str, formats: int, good: bool) -> None:
    file = _with_styles(formats, name=name)
    tracemalloc.start()
    begun = time.process_time()
    try:
        if good:
            (row,) = checked(file).new
            assert row.values["acquired_on"] == dt.date(2024, 1, 15)
        else:
            with pytest.raises(UnreadableError, match=r"formats|รูปแบบ"):
                checked(file)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.process_time() - begun < 5
    assert peak < 30_000_000


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"</row>", b'<c r="F1"/>' * 250_000 + b"</row>"),
        (b"</sheetData>", b"</sheetData><mergeCells>" + b'<mergeCell ref="A1:A2"/>' * 250_000 + b"</mergeCells>"),
        (b"<sheets>", b"<customs>" + b"<custom/>" * 300_000 + b"</customs><sheets>"),
        (b"<Relationships", b"<!--" + b"x" * 1_100_000 + b"--><Relationships"),
        (b"</Relationships>", b'<Relationship Id="x" Type="x/sharedStrings" Target="/xl/words.bin"/></Relationships>'),
    ],
    ids=["cells", "after", "workbook", "relationships", "text"],
)  # fmt: skip
def test_other_parts_have_limits(cast: Cast, office: Category, old: bytes, new: bytes) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_file(HEAD, ROW).read())) as archive, zipfile.ZipFile(buffer, "w") as fresh:
        for name in archive.namelist():
            fresh.writestr(name, archive.read(name).replace(old, new, 1))
        fresh.writestr("xl/words.bin", b"<sst><si>" + b"<r/>" * 250_000 + b"</si></sst>")
    with pytest.raises(UnreadableError, match=r"larger|ใหญ่"):
        checked(SimpleUploadedFile("a.xlsx", buffer.getvalue()))


def _altered(old: bytes, new: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("a.xlsx", _replaced(xlsx_file(HEAD, ROW).read(), old, new, b"\0"))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874"])
def test_csv_of_every_program(cast: Cast, office: Category, separator: str, encoding: str) -> None:
    plan = checked(csv_file(HEAD, ROW, encoding=encoding, separator=separator))
    assert [row.name for row in plan.new] == ["เครื่องฉายภาพ"]


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("a.xlsx", b"PK\x03\x04 no zip"),
        SimpleUploadedFile("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
        SimpleUploadedFile("a.csv", b""),
        SimpleUploadedFile("a.csv", "หมายเลข".encode("utf-16")),
        SimpleUploadedFile("a.csv", b"\xff\xfe\xfa\xfb\x81"),
        SimpleUploadedFile("a.pdf", b"%PDF-1.4 x %%EOF startxref"),
        SimpleUploadedFile("a.txt", b"number,name\n1,a"),
        SimpleUploadedFile("a.csv", b"a,b\n1,2\n"),
        SimpleUploadedFile("a.csv", b"number,number,name\n1,1,2\n"),
        SimpleUploadedFile("a.csv", b"number,name\n" + b"x" * 200_000 + b"\n"),
        SimpleUploadedFile(
            "a.xlsx", _replaced(xlsx_file(HEAD, ROW).read(), b"<worksheet", b"<!DOCTYPE x><worksheet", b"\0")
        ),
        SimpleUploadedFile("a.xlsx", _replaced(xlsx_file(HEAD, ROW).read(), b"</sheetData>", b"</sheet", b"\0")),
    ],
    ids=["zip", "old", "empty", "utf-16", "bytes", "pdf", "txt", "headings", "twice", "cell", "entities", "cut"],
)
def test_bad_files_are_refused(cast: Cast, file: SimpleUploadedFile) -> None:
    file.seek(0)
    with pytest.raises((ValidationError, UnreadableError)) as refused:
        checked(file)
    assert str(refused.value)
    file.seek(0)
    response = cast.client("assets").post(URL, {"file": file})
    assert response.status_code in (422, 302)
    if response.status_code == 302:
        assert cast.client("assets").get(response["Location"]).status_code == 422


def test_the_whole_way_on_the_page(cast: Cast, office: Category) -> None:
    client = cast.client("assets")
    checked_page = client.post(URL, {"file": csv_file(HEAD, ROW)})
    assert checked_page.status_code == 302
    page = client.get(checked_page["Location"])
    assert page.status_code == 200
    assert not Asset.objects.exists()
    form = {"ticket": page.context["kept"].ticket, "digest": page.context["plan"].digest}
    # Somebody else cannot use the ticket; twice is once.
    assert cast.client("staff").post(URL, form).status_code == 403
    for _click in range(2):
        assert client.post(URL, form).status_code == 302
    assert Asset.objects.count() == 1
    event = Asset.pgh_event_models["insert"].objects.get()  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["user"] == cast.assets.pk


def test_a_register_that_changed_since_is_shown_again(cast: Cast, projector: Asset) -> None:
    client = cast.client("assets")
    file = csv_file(("number", "place"), (projector.number, "ที่ใหม่"))
    page = client.get(client.post(URL, {"file": file})["Location"])
    Asset.objects.update(place="ที่อื่น")
    response = client.post(URL, {"ticket": page.context["kept"].ticket, "digest": page.context["plan"].digest})
    assert response.status_code == 422
    projector.refresh_from_db()
    assert projector.place == "ที่อื่น"
    form = {"ticket": response.context["kept"].ticket, "digest": response.context["plan"].digest}
    assert client.post(URL, form).status_code == 302
    projector.refresh_from_db()
    assert projector.place == "ที่ใหม่"


def test_problems_are_shown_and_given_out(cast: Cast, office: Category) -> None:
    client = cast.client("assets")
    rows = [(f"9-{n}", "x", office.name, "กองทัพ") for n in range(60)]
    page = client.get(client.post(URL, {"file": csv_file(HEAD, *rows)})["Location"])
    assert (page.status_code, page.context["plan"].more_problems) == (200, 10)
    response = client.get(page.context["problems_url"])
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert len(response.content.decode().splitlines()) == 61


@pytest.mark.parametrize("ticket", ["", "x", "a:b:c", "\x00", "9" * 5000])
def test_a_bad_ticket_is_no_error_of_the_portal(cast: Cast, ticket: str) -> None:
    client = cast.client("assets")
    assert client.get(URL, {"file": ticket}).status_code in (400, 422)
    assert client.post(URL, {"ticket": ticket}).status_code in (400, 422)
    assert client.post(URL, {"file": "no file"}).status_code == 422


def test_only_asset_officers(cast: Cast) -> None:
    for address in (URL, reverse("assets:import_template")):
        assert cast.client("staff").get(address).status_code == 403
        assert cast.client("assets").get(address).status_code == 200
        assert cast.client("citizen").get(address).status_code == 302


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_template_reads_back(cast: Cast, office: Category, language: str) -> None:
    prefix = "" if language == "th" else "/en"
    content = cast.client("assets").get(prefix + reverse("assets:import_template")).content
    assert load_workbook(io.BytesIO(content)).active is not None
    plan = checked(SimpleUploadedFile("a.xlsx", content))
    assert (plan.new, len(plan.headings)) == ([], len(COLUMNS))
    # The example row alone is refused: left in the file, it can change no asset.
    assert reasons(plan) == [(2, "number", "This is the example row of the template: delete it.")]


def test_the_example_is_a_row_that_could_be_imported(cast: Cast) -> None:
    kind = CategoryFactory(name="ครุภัณฑ์โฆษณาและเผยแพร่")
    content = cast.client("assets").get(reverse("assets:import_template")).content
    CategoryFactory(name="ครุภัณฑ์กีฬา")
    sheet: Any = load_workbook(io.BytesIO(content)).active
    head, row = ([cell.value for cell in cells] for cells in sheet.iter_rows())
    assert row[2] == kind.name
    assert not checked(xlsx_file(head, ["1", *row[1:]])).problems


def test_everything_wrong_with_a_row_is_said_at_once(cast: Cast, office: Category, projector: Asset) -> None:
    rows = (
        (*HEAD, "quantity", "price", "custodian", "left the register on"),
        (*ROW, 1, "1", "", ""),
        ("416-67-0001", "", office.name, "กองทัพ", 0, "แพง", "ไม่มีใคร", ""),
        ("", "x", office.name, "กองช่าง", 1, "แพง", "", ""),
        (projector.number, "", "", "", 3, "แพง", "", "1/1/2567"),
    )
    assert set(wrong(checked(xlsx_file(*rows)))) == {
        (3, "number"), (3, "name"), (3, "division"), (3, "quantity"), (3, "unit_price"), (3, "custodian"),
        (4, "number"), (4, "unit_price"),
        (5, "quantity"), (5, "unit_price"), (5, "retired_reason"),
    }  # fmt: skip


def test_words_in_files_are_those_of_the_pages(db: None) -> None:
    choices = {"kind": AssetKind, "condition": Condition, "acquisition": Acquisition, "funds": Funds}
    for key, known in choices.items():
        for value, label in known.choices:
            for place, language in enumerate(("th", "en")):
                with translation.override(language):
                    assert WORDS[key][value][place] == str(label)


@pytest.mark.parametrize(
    ("heading", "word", "column", "value"),
    [
        ("การนับ", "หลายชิ้น", "kind", "quantity"), ("สภาพ", "ใช้งานได้", "condition", "good"),
        ("สภาพ", "เสื่อมสภาพ (ยังใช้ได้)", "condition", "worn"), ("สภาพ", "ใช้ไม่ได้", "condition", "unusable"),
        ("วิธีการได้มา", "เฉพาะเจาะจง", "acquisition", "specific"), ("ประเภทเงิน", "เงินอุดหนุน", "funds", "grant"),
        ("ประเภทเงิน", "อื่นๆ", "funds", "other"), ("ยี่ห้อ/รุ่น", "ก 1", "model", "ก 1"),
    ],
)  # fmt: skip
def test_words_of_older_files_are_read(
    cast: Cast, office: Category, heading: str, word: str, column: str, value: str
) -> None:
    assert [row.values[column] for row in checked(xlsx_file((*HEAD, heading), (*ROW, word))).new] == [value]


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_are_one_after_the_other(cast: Cast, office: Category) -> None:
    rows = [(f"9-{n}", f"โต๊ะ {n}", office.name, "กองช่าง") for n in range(300)]
    back = list(reversed(rows))
    results = at_once(
        lambda: stored(csv_file(HEAD, *rows), cast),
        lambda: stored(csv_file(HEAD, *back), cast),
    )
    assert sorted((result.new, result.same) for result in results) == [(0, 300), (300, 0)]
    assert Asset.objects.filter(kind=AssetKind.SINGLE).count() == 300
