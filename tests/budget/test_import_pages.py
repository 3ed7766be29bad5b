"""The pages of uploaded files, and the command: check, look, store; who may; what is kept."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook

from budget.choices import PlanKind
from budget.importing.record import Options, upload_file
from budget.importing.template import KINDS
from budget.models import Plan, Revision, Upload
from ita_portal.tables.reading import accept_table

from ..cast import Cast
from .factories import YEAR, draft, mark, published, summary_draft, told, version
from .import_files import HEAD, PAPER, ROAD, SimpleUploadedFile, csv_file, xlsx_file

pytestmark = pytest.mark.django_db


def test_a_file_is_checked_looked_at_and_stored(cast: Cast, ordinance_draft: Revision) -> None:
    client, url = cast.client("budget"), reverse("budget:upload_lines", args=[ordinance_draft.pk])
    form = client.get(url)
    assert form.status_code == 200
    assert b'name="approver"' not in form.content, "the first draft moves no money"
    answer = client.post(
        url, {"file": csv_file(HEAD, ROAD, (*PAPER[:-1], 90000), ("", "", "", "", "", "รวม", "", 210000))}
    )
    upload = Upload.objects.get()
    assert answer.headers["Location"] == reverse("budget:upload", args=[upload.pk])
    page = client.get(answer.headers["Location"]).content.decode()
    assert "80,000.00" in page
    assert "90,000.00" in page
    store = reverse("budget:upload_store", args=[upload.pk])
    assert store in page
    assert client.get(store).status_code == 405
    for _twice in range(2):
        assert client.post(store).headers["Location"] == reverse("budget:draft", args=[ordinance_draft.pk])
    assert version(ordinance_draft, "0002").original == 90000
    upload.refresh_from_db()
    ordinance_draft.refresh_from_db()
    assert (upload.stored_by, ordinance_draft.edits) == (cast.budget, 2)
    assert store not in client.get(answer.headers["Location"]).content.decode()
    kept = client.get(reverse("budget:upload_file", args=[upload.pk]))
    assert kept.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(kept.streaming_content).decode("utf-8-sig").startswith("รหัส")


def test_problems_are_shown_and_downloaded(cast: Cast, ordinance_draft: Revision) -> None:
    client, url = cast.client("budget"), reverse("budget:upload_lines", args=[ordinance_draft.pk])
    answer = client.post(url, {"file": xlsx_file(("แผ่นแรก", [HEAD, (*ROAD[:-1], "=CMD()"), (*PAPER[:-1], "-1")]))})
    upload = Upload.objects.get()
    page = client.get(answer.headers["Location"]).content.decode()
    assert "H2" in page
    assert "H3" in page
    assert reverse("budget:upload_store", args=[upload.pk]) not in page
    problems = client.get(reverse("budget:upload_problems", args=[upload.pk])).content.decode("utf-8-sig")
    assert problems.count("\r\n") == 3
    assert "'-1" in problems, "no value begins a formula"
    refused = client.post(reverse("budget:upload_store", args=[upload.pk]))
    assert refused.status_code == 422
    assert version(ordinance_draft, "0001").original == 120000


@pytest.mark.parametrize(
    "file",
    [
        None, SimpleUploadedFile("a.csv", b""), SimpleUploadedFile("a.xlsx", b"no workbook"),
        SimpleUploadedFile("a.pdf", b"%PDF-1.4"),
        SimpleUploadedFile("a.txt", "รหัส,รายการ".encode()), SimpleUploadedFile("a.csv", b"a\x00b,c"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_at_the_field(cast: Cast, ordinance_draft: Revision, file: Any) -> None:
    url = reverse("budget:upload_lines", args=[ordinance_draft.pk])
    answer = cast.client("budget").post(url, {} if file is None else {"file": file})
    assert answer.status_code == 422
    assert b'id="id_file_error"' in answer.content
    assert not Upload.objects.exists()


def test_an_approval_is_whole_and_its_words_are_kept(cast: Cast, ordinance: Revision) -> None:
    from budget.services.plans import Words, revise

    made = revise(ordinance.plan, Words(title="ก"), by=cast.budget, form_mark=mark())
    client, url = cast.client("budget"), reverse("budget:upload_lines", args=[made.pk])
    answer = client.post(url, {"file": csv_file(HEAD, ROAD), "approver": "council", "document_number": "มติ 7"})
    assert answer.status_code == 422
    assert b'id="id_approved_on_error"' in answer.content
    assert "มติ 7" in answer.content.decode()
    rows = (("รหัส", "แผนงาน", "รายการ", "งบประมาณ", "โอนเพิ่ม", "โอนลด"), ("0001", "การโยธา", "ถนน", 120000, "", 5),
            ("0002", "บริหารงานทั่วไป", "ว", 80000, 5, ""))  # fmt: skip
    told_all = {"approver": "executive", "approved_on": "15/01/2569", "document_number": "กส 1", "reason": "ซ่อม"}
    client.post(url, {"file": csv_file(*rows), **told_all})
    upload = Upload.objects.get()
    assert upload.options["approval"]["approved_on"] == "2026-01-15"
    client.post(reverse("budget:upload_store", args=[upload.pk]))
    assert set(made.transfers.values_list("reason", "approver")) == {("ซ่อม", "executive")}


def test_spending_and_purchases_have_their_pages(cast: Cast, ordinance: Revision) -> None:
    client = cast.client("budget")
    statement = told(cast.budget, 3, {}, publish_it=False)
    url = reverse("budget:upload_spending", args=[statement.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"file": csv_file(("รหัส", "เบิกจ่าย"), ("0001", 5)), "counting": "never"}).status_code == 422
    answer = client.post(url, {"file": csv_file(("รหัส", "เบิกจ่าย"), ("0001", 5)), "counting": "year"})
    assert client.get(answer.headers["Location"]).status_code == 200
    client.post(reverse("budget:upload_store", args=[Upload.objects.get().pk]))
    assert statement.rows.get().disbursed == 5
    summary = summary_draft(cast.budget)
    url = reverse("budget:upload_purchases", args=[summary.pk])
    assert client.get(url).status_code == 200
    head = ("งานที่จัดซื้อหรือจัดจ้าง", "วงเงินที่จะซื้อหรือจ้าง", "วิธีซื้อหรือจ้าง", "ผู้ได้รับการคัดเลือกและราคาที่ตกลงซื้อหรือจ้าง")
    row = ("ซื้อของจากนาย ก 3-1234-56789-01-2", 10, "เฉพาะเจาะจง", "ร้าน ก (9.00)")
    answer = client.post(
        url, {"file": csv_file(head, row, ("ซื้อ 3123456789012", "3-1234-56789-01-2", "เฉพาะเจาะจง", ""))}
    )
    page = client.get(answer.headers["Location"]).content.decode()
    assert "9012" in page
    assert "3-1234-56789-01-2" not in page
    assert "3123456789012" not in page
    answer = client.post(url, {"file": csv_file(head, row)})
    assert client.get(answer.headers["Location"]).status_code == 200
    client.post(reverse("budget:upload_store", args=[Upload.objects.order_by("-pk")[0].pk]))
    assert summary.purchases.get().winner == "ร้าน ก"


def test_what_is_published_or_gone_takes_no_file(cast: Cast, ordinance: Revision) -> None:
    client = cast.client("budget")
    assert client.post(reverse("budget:upload_lines", args=[ordinance.pk]), {}).status_code == 302
    statement = told(cast.budget, 3, {version(ordinance, "0001"): (0, 1)})
    assert client.get(reverse("budget:upload_spending", args=[statement.pk])).status_code == 302
    for name in ("upload_lines", "upload_spending", "upload_purchases", "upload", "upload_file", "upload_problems"):
        for pk in (0, 999_999, 2**63):
            assert client.get(reverse(f"budget:{name}", args=[pk])).status_code == 404
    assert client.get(reverse("budget:template", args=["nothing"])).status_code == 404


def test_templates_are_read_back(cast: Cast, ordinance_draft: Revision) -> None:
    client = cast.client("budget")
    for kind in KINDS:
        answer = client.get(reverse("budget:template", args=[kind]), {"year": YEAR})
        assert answer.status_code == 200
        book = load_workbook(io.BytesIO(answer.content))
        assert len(book.worksheets) == 2
    filled = client.get(reverse("budget:template", args=["ordinance"]), {"draft": ordinance_draft.pk}).content
    file = SimpleUploadedFile("lines.xlsx", filled)
    upload, found = upload_file(ordinance_draft, accept_table(file), Options(), by=cast.budget)
    assert ([problem.english for problem in found.problems], found.same, upload.counts["changed"]) == ([], 2, 0)
    # The example row of an empty template is not a line.
    empty = SimpleUploadedFile("lines.xlsx", client.get(reverse("budget:template", args=["ordinance"])).content)
    _upload, found = upload_file(ordinance_draft, accept_table(empty), Options(), by=cast.budget)
    assert "example row" in found.problems[0].english


def test_the_record_is_filtered_and_costs_the_same_for_many(
    cast: Cast, ordinance_draft: Revision, django_assert_max_num_queries: Any
) -> None:
    client, url = cast.client("budget"), reverse("budget:uploads")
    assert client.get(url).status_code == 200
    upload, _found = upload_file(ordinance_draft, accept_table(csv_file(HEAD, ROAD)), Options(), by=cast.budget)
    for number in range(30):
        Upload.objects.create(
            kind="spending", target="x", file="x", name=f"n{number}.csv", content_type="text/csv", size=1, sha256="0",
            made_by=cast.budget, counts={"rows": 1, "problems": 0},
        )  # fmt: skip
    client.get(url)
    with django_assert_max_num_queries(8):
        first = client.get(url)
    assert first.content.count(b"import-list__name") == 25
    following = client.get(url, {"after": first.context["page"].next})
    assert following.content.count(b"import-list__name") == 6
    assert reverse("budget:upload", args=[upload.pk]) in client.get(url, {"kind": "lines"}).content.decode()
    for query in ({"since": "1/1/2600"}, {"until": "1/1/2560"}, {"kind": "purchases"}):
        assert b"import-list__name" not in client.get(url, query).content
    for query in ({"by": "x", "kind": "?", "since": "ก"}, {"after": "9" * 30}, {"by": 2**70}):
        assert client.get(url, query).status_code == 200


@pytest.mark.parametrize("name", ["admin", "staff", "mayor", "assets"])
def test_others_have_no_files(cast: Cast, ordinance_draft: Revision, name: str) -> None:
    upload, _found = upload_file(ordinance_draft, accept_table(csv_file(HEAD, ROAD)), Options(), by=cast.budget)
    client = cast.client(name)
    for page in ("upload", "upload_file", "upload_problems"):
        assert client.get(reverse(f"budget:{page}", args=[upload.pk])).status_code == 403
    assert client.post(reverse("budget:upload_store", args=[upload.pk])).status_code == 403
    assert client.get(reverse("budget:uploads")).status_code == 403


@pytest.fixture
def told_file(tmp_path: Path) -> Path:
    """The two lines of the tests in a file."""
    path = tmp_path / "budget.csv"
    path.write_bytes(csv_file(HEAD, ROAD, PAPER, ("", "รวมทั้งสิ้น", "", "", "", "", "", 200000)).read())
    return path


def run(*args: Any) -> str:
    out = io.StringIO()
    call_command("import_budget", *map(str, args), stdout=out)
    return out.getvalue()


def test_the_command_makes_a_draft_and_publishes_nothing(cast: Cast, told_file: Path) -> None:
    said = run(told_file, "--fiscal-year", YEAR, "--dry-run")
    assert "120,000.00" in said
    assert not Plan.objects.exists()
    assert not Upload.objects.exists()
    run(told_file, "--fiscal-year", f"{YEAR}", "--kind", "supplement-2")
    made = Revision.objects.get()
    assert (made.plan.kind, made.plan.number, made.state, made.versions.count()) == ("supplement", 2, "draft", 2)
    said = run(told_file, "--fiscal-year", YEAR, "--kind", "supplement-2")
    assert reverse("budget:draft", args=[made.pk]) in said
    assert Revision.objects.count() == 1
    assert Upload.objects.filter(stored_by=cast.budget).count() == 2


def test_the_command_revises_what_is_in_force(cast: Cast, told_file: Path) -> None:
    published(cast.budget)
    assert "0001" not in run(told_file, "--fiscal-year", YEAR, "--dry-run").split("แผนงาน")[0]
    run(told_file, "--fiscal-year", YEAR)
    assert Revision.objects.drafts().get().based_on is not None


@pytest.mark.parametrize(
    "args",
    [
        ("--fiscal-year", "1999"), ("--fiscal-year", "x"), ("--fiscal-year", YEAR, "--kind", "secret"),
        ("--fiscal-year", YEAR, "--kind", "supplement"), ("--fiscal-year", YEAR, "--by", "staff"),
        ("--fiscal-year", YEAR, "--approver", "council"), ("--fiscal-year", YEAR, "--kind", "revenue"),
    ],
)  # fmt: skip
def test_the_command_says_why_not_and_leaves_nothing_half_done(
    cast: Cast, told_file: Path, args: tuple[Any, ...]
) -> None:
    with pytest.raises(CommandError):
        run(told_file, *args)
    assert not Plan.objects.exists()


def test_the_command_refuses_a_wrong_file_with_its_places(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "budget.csv"
    path.write_bytes(csv_file(HEAD, (*ROAD[:-1], "x")).read())
    for more in ((), ("--dry-run",)):
        with pytest.raises(CommandError, match="H2"):
            run(path, "--fiscal-year", YEAR, *more)
    assert not Plan.objects.exists()
    assert Upload.objects.get().problems[0]["cell"] == "H2", "the record stays"
    for wrong in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(CommandError):
            run(wrong, "--fiscal-year", YEAR)
    draft(cast.budget, kind=PlanKind.ACTION)
