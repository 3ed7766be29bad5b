"""The pages of documents: who sees what, what is kept, confirming, the desk, bad input, what they cost."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from django.core.cache import caches
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from guidelines.choices import Readers
from guidelines.models import Acknowledgement, Document, Version
from guidelines.reading import shown
from guidelines.services import documents as acts
from guidelines.services.acknowledging import acknowledge
from guidelines.services.documents import Settings, Words
from ita_portal.uploads import accept_upload
from organization.models import Division
from organization.tasks import tasks_for
from tests.cast import Cast

from ..documents import pdf_upload
from .document_factories import BODY, QUESTION, begun, confirmed, drafted, next_version, people, published

pytestmark = pytest.mark.django_db
DESK = "/guidelines/desk/documents/manual/"


def body_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_what_is_public_is_read_by_everybody_and_what_is_for_the_staff_by_them(cast: Cast, client: Client) -> None:
    published(cast)
    hidden = published(cast, "inside", readers=Readers.STAFF).document
    begun(cast, "draft-only")
    next_version(cast, hidden)
    told = body_of(client, "/guidelines/")
    assert "คู่มือ manual" in told and "คู่มือ inside" not in told and "คู่มือ draft-only" not in told
    assert "ใช้เพื่อราชการเท่านั้น" in body_of(client, "/guidelines/manual/")
    for path in ("inside/", "inside/1/", "inside.pdf", "inside/1.pdf", "inside/changes/1-2/", "inside/1/file/",
                 "draft-only/", "none/", "manual/2/", "manual/0/", "manual/99999999999999/", "manual/changes/2-1/",
                 "manual/changes/1-1/", "manual/1/file/", "inside/read/x/"):  # fmt: skip
        assert client.get(f"/guidelines/{path}").status_code == 404, path
    signed_in = cast.client("staff")
    for path in ("inside/", "inside/1/", "inside/changes/1-2/", "inside/read/"):
        assert signed_in.get(f"/guidelines/{path}").status_code == 200, path
    assert signed_in.get("/guidelines/draft-only/").status_code == 404
    assert client.get("/guidelines/manual/read/").status_code == 302
    assert client.post("/guidelines/manual/").status_code == 405


def test_public_pages_are_kept_until_something_changes(
    cast: Cast, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    document = published(cast).document
    paths = ("/guidelines/", "/guidelines/manual/", "/guidelines/manual/1/")
    for path in paths:
        body_of(client, path)
        with django_assert_num_queries(1):
            body_of(client, path)
    next_version(cast, document)
    assert "/guidelines/manual/2/" in body_of(client, "/guidelines/manual/1/")
    people(4, Division.objects.get(name="กองช่าง"))
    for name in ("staff", "head"):
        acknowledge(document, 2, by=getattr(cast, name))
    assert "2/" in body_of(client, "/guidelines/manual/")
    acts.change_settings(document, Settings(readers=Readers.STAFF), by=cast.secretary, edits=0)
    assert client.get("/guidelines/manual/").status_code == 404
    assert "manual" not in body_of(client, "/guidelines/")
    # What the staff read is never kept for others.
    cast.client("staff").get("/guidelines/manual/")
    assert client.get("/guidelines/manual/").status_code == 404
    assert caches["pages"] is not None


def test_a_version_is_confirmed_with_its_question(cast: Cast) -> None:
    published(cast, question=True)
    client = cast.client("staff")
    read = "/guidelines/manual/read/"
    assert QUESTION.text in body_of(client, read)
    for sent, shows in (
        ({}, "check_1"),
        ({"version": 1}, "id_understood_error"),
        ({"version": 1, "understood": "on"}, "id_check_1"),
        ({"version": 1, "understood": "on", "check_1": "7"}, "id_check_1"),
        ({"version": 1, "understood": "on", "check_1": "0"}, QUESTION.explanation),
        ({"version": "๙" * 30, "understood": "on", "check_1": "1"}, "check_1"),
    ):
        response = client.post(read, sent)
        assert (response.status_code, Acknowledgement.objects.count()) == (422, 0), sent
        assert shows in response.content.decode(), sent
    wrong = client.post(read, {"version": 1, "understood": "on", "check_1": "0"}).content.decode()
    assert 'value="0"' in wrong and wrong.count(" checked") == 2  # what was ticked is kept
    right = {"version": 1, "understood": "on", "check_1": "1"}
    for _time in range(2):
        assert client.post(read, right).headers["Location"] == "/guidelines/mine/"
    assert Acknowledgement.objects.get().user == cast.staff
    assert 'name="understood"' not in body_of(client, read)
    assert "คู่มือ manual" in body_of(client, "/guidelines/mine/")


def test_a_form_of_an_old_version_confirms_nothing(cast: Cast) -> None:
    document = published(cast).document
    next_version(cast, document)
    client = cast.client("staff")
    response = client.post("/guidelines/manual/read/", {"version": 1, "understood": "on"})
    page = response.content.decode()
    assert response.status_code == 422 and 'value="2"' in page and " checked" not in page
    assert not Acknowledgement.objects.exists()
    assert [task.count for task in tasks_for(cast.staff) if task.url == "/guidelines/mine/"] == [1]
    client.post("/guidelines/manual/read/", {"version": 2, "understood": "on"})
    assert [task for task in tasks_for(cast.staff) if task.url == "/guidelines/mine/"] == []


def test_the_office_writes_previews_and_publishes(cast: Cast) -> None:
    client = cast.client("secretary")
    new = {"title": "คู่มือ ก", "slug": "manual", "summary": "", "readers": "public", "audience": "all", "order": 5,
           "form_mark": "mark-1"}  # fmt: skip
    assert client.post("/guidelines/desk/new/", {}).status_code == 422
    assert client.post("/guidelines/desk/new/", {**new, "slug": "desk"}).status_code == 422
    assert client.post("/guidelines/desk/new/", {**new, "audience": "divisions"}).status_code == 422
    for _time in range(2):
        assert client.post("/guidelines/desk/new/", new).headers["Location"] == DESK + "draft/"
    words = {"title": "คู่มือ ก", "body": BODY + "<script>alert(1)</script>", "edits": 0, "preview": "1"}
    assert client.post(DESK + "draft/", words).headers["Location"] == DESK + "draft/preview/"
    preview = body_of(client, DESK + "draft/preview/")
    assert "&lt;script&gt;" in preview and "<script>alert" not in preview
    late = client.post(DESK + "draft/", {**words, "body": "ของอีกคน", "edits": 0})
    assert late.status_code == 422 and "ของอีกคน" in late.content.decode() and 'id="theirs"' in late.content.decode()
    question = {"text": "ถาม", "choices": "ก\nข", "answer": 2, "explanation": "เพราะ"}
    assert client.post(DESK + "draft/questions/new/", {**question, "answer": 3}).status_code == 422
    assert client.post(DESK + "draft/questions/new/", {**question, "choices": "ก"}).status_code == 422
    for _time in range(2):
        assert client.post(DESK + "draft/questions/new/", question).status_code == 302
    changed = {**question, "text": "ถามใหม่", "edits": Version.objects.get().edits}
    for _time in range(2):
        assert client.post(DESK + "draft/questions/1/", changed).status_code == 302
    assert "ถามใหม่" in body_of(client, DESK + "draft/questions/1/")
    assert client.post(DESK + "draft/file/", {}).status_code == 422
    file = {"edits": Version.objects.get().edits}
    for _time in range(2):
        assert client.post(DESK + "draft/file/", {**file, "file": pdf_upload("a.pdf")}).status_code == 302
    draft = Version.objects.get()
    assert client.post(DESK + "draft/publish/", {"edits": 0, "in_force_on": "23/11/2569"}).status_code == 422
    publish = {"edits": draft.edits, "in_force_on": "1/10/2569"}
    assert client.post(DESK + "draft/publish/", {**publish, "in_force_on": "1/1/1"}).status_code == 422
    assert client.post(DESK + "draft/publish/", publish).headers["Location"] == DESK
    assert client.post(DESK + "draft/publish/", publish).headers["Location"] == DESK  # a second time: nothing more
    made = Version.objects.get()
    assert (made.number, made.in_force_on) == (1, dt.date(2026, 10, 1))
    handed_out = Client().get("/guidelines/manual/1/file/")
    assert (handed_out.status_code, handed_out.headers["Content-Type"]) == (200, "application/pdf")


def test_nobody_replaces_or_removes_of_a_draft_what_they_have_not_seen(cast: Cast) -> None:
    draft = begun(cast, "manual")
    acts.save_question(draft, QUESTION, by=cast.secretary)
    acts.attach_file(draft, accept_upload(pdf_upload("ของเดิม.pdf")), by=cast.secretary)
    draft.refresh_from_db()
    client = cast.client("secretary")
    page = body_of(client, DESK + "draft/")
    assert page.count(f'name="edits" value="{draft.edits}"><button') == 2
    assert f"discard/?seen={draft.edits}" in page
    seen = {"edits": draft.edits}
    acts.save_question(draft, QUESTION, by=cast.secretary, position=1)
    draft.refresh_from_db()
    assert draft.edits == seen["edits"], "the same again changes nothing"
    theirs = replace(QUESTION, text="ของเพื่อนร่วมงาน")
    acts.save_question(draft, theirs, by=cast.secretary, position=1)
    mine = {"text": "ของฉัน", "choices": "ก\nข", "answer": 2, "explanation": "เพราะ"}
    late = client.post(DESK + "draft/questions/1/", {**mine, **seen})
    assert late.status_code == 422
    assert "ของฉัน" in late.content.decode() and theirs.text in late.content.decode()
    assert client.post(DESK + "draft/questions/1/", mine).status_code == 422
    late = client.post(DESK + "draft/file/", {**seen, "file": pdf_upload("ของฉัน.pdf")})
    assert late.status_code == 422 and f'value="{seen["edits"] + 1}"' in late.content.decode()
    for act in ("questions/1/remove/", "file/remove/", "discard/"):
        for sent in (seen, {}, {"edits": "9" * 30}):
            assert client.post(f"{DESK}draft/{act}", sent).headers["Location"] == DESK + "draft/", act
    assert client.get(f"{DESK}draft/discard/?seen={draft.edits}").headers["Location"] == DESK + "draft/"
    draft.refresh_from_db()
    assert (draft.file_name, draft.questions.get().text) == ("ของเดิม.pdf", theirs.text)
    now = {"edits": draft.edits}
    assert client.post(DESK + "draft/questions/1/", {**mine, **now}).status_code == 302
    for count, act in enumerate(("questions/1/remove/", "file/remove/"), 1):
        for _time in range(2):
            client.post(f"{DESK}draft/{act}", {"edits": draft.edits + count})
    draft.refresh_from_db()
    assert not draft.file and not draft.questions.exists()


def test_the_next_version_says_what_changed_and_whom_it_asks(cast: Cast) -> None:
    document = published(cast).document
    client = cast.client("secretary")
    for _time in range(2):
        assert client.post(DESK + "draft/new/").headers["Location"] == DESK + "draft/"
    assert 'name="asks_again"' not in body_of(client, DESK + "draft/publish/")  # nothing is changed yet
    draft = drafted(cast, document)
    page = body_of(client, DESK + "draft/preview/")
    assert "3. ตรวจนับ" in page and "difference__after" in page
    assert client.post(DESK + "draft/publish/", {"edits": draft.edits, "in_force_on": "23/11/2569"}).status_code == 422
    sent = {"edits": draft.edits, "in_force_on": "23/11/2569", "asks_again": "0"}
    assert client.post(DESK + "draft/publish/", {**sent, "in_force_on": "22/11/2569"}).status_code == 422
    assert client.post(DESK + "draft/publish/", sent).status_code == 302
    now = shown(document)
    assert now is not None and (now.version.number, now.version.asks_from) == (2, 1)
    changes = body_of(Client(), "/guidelines/manual/changes/1-2/")
    assert "เพิ่มการตรวจนับ" in changes and "ระเบียบใหม่" in changes and "3. ตรวจนับ" in changes
    drafted(cast, document, body=BODY)
    assert 'name="edits"' in body_of(client, DESK + "draft/discard/")
    seen = {"edits": document.versions.drafts().get().edits}
    for _time in range(2):
        assert client.post(DESK + "draft/discard/", seen).headers["Location"] == DESK
    assert document.versions.count() == 2
    settings = {"readers": "public", "audience": "divisions", "order": 1, "edits": 0,
                "divisions": [Division.objects.get(name="กองช่าง").pk], "withdrawn_reason": "เหตุผล"}  # fmt: skip
    assert client.post(DESK + "settings/", settings).status_code == 422
    assert client.post(DESK + "settings/", {**settings, "divisions": ["x"], "withdrawn_reason": ""}).status_code == 422
    assert client.post(DESK + "settings/", {**settings, "withdrawn_reason": ""}).status_code == 302
    assert client.post(DESK + "settings/", {**settings, "withdrawn_reason": ""}).status_code == 422  # seen before it
    assert [one.name for one in Document.objects.get().divisions.all()] == ["กองช่าง"]


def test_names_are_for_the_office_alone(cast: Cast) -> None:
    version = published(cast)
    confirmed(version, cast.head)
    office = cast.client("secretary")
    missing = body_of(office, "/guidelines/desk/unread/")
    assert str(cast.staff) in missing and str(cast.head) not in missing
    everybody = body_of(office, "/guidelines/desk/unread/?who=all&document=manual")
    assert str(cast.head) in everybody
    rows = office.get("/guidelines/desk/unread.csv?who=all").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + 8 and any("head" in row and "2026" in row for row in rows)
    works = Division.objects.get(name="กองช่าง").pk
    rows = office.get(f"/guidelines/desk/unread.csv?division={works}").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2 and "staff" in rows[1]
    for query in (
        "?document=none&division=99999999999&who=x&page=x",
        "?division=๓",
        f"?document={'x' * 300}",
        "?page=-1",
    ):
        assert office.get(f"/guidelines/desk/unread/{query}").status_code == 200
    for path in ("desk/", "desk/new/", "desk/unread/", "desk/unread.csv", "desk/documents/manual/",
                 "desk/documents/manual/settings/", "desk/documents/manual/draft/"):  # fmt: skip
        assert cast.client("staff").get(f"/guidelines/{path}").status_code == 403, path
        assert Client().get(f"/guidelines/{path}").status_code == 302, path
    assert cast.client("staff").post(DESK + "draft/new/").status_code == 403
    for path in ("desk/documents/none/", "desk/documents/manual/draft/questions/1/"):
        assert office.get(f"/guidelines/{path}").status_code in (302, 404)
    page = body_of(cast.client("staff"), "/guidelines/shares/")
    assert str(cast.head) not in page


def test_the_cost_does_not_grow(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    def costs() -> list[int]:
        found = []
        for name, path in (("citizen", "/guidelines/"), ("citizen", "/guidelines/manual/"),
                           ("staff", "/guidelines/mine/"), ("staff", "/guidelines/shares/"),
                           ("secretary", "/guidelines/desk/"),
                           ("secretary", "/guidelines/desk/documents/manual/"),
                           ("secretary", "/guidelines/desk/unread/?who=all"),
                           ("staff", "/guidelines/manual/read/")):  # fmt: skip
            client = cast.client(name)
            caches["pages"].clear()
            with CaptureQueries() as captured:
                body_of(client, path)
            found.append(len(captured))
        return found

    version = published(cast, question=True)
    few = costs()
    for number in range(6):
        published(cast, f"more-{number}", question=True)
    for person in people(60, Division.objects.get(name="กองช่าง")):
        confirmed(version, person)
    next_version(cast, version.document)
    assert costs() == few
    assert max(few) <= 16, few


class CaptureQueries:
    """How many queries were made."""

    def __enter__(self) -> CaptureQueries:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self._context = CaptureQueriesContext(connection)
        self._context.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._context.__exit__(*error)  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self._context.captured_queries)


def test_the_documents_are_printed(cast: Cast) -> None:
    """Once each: what Typst makes of all that the markup knows, and a person's confirmations."""
    body = (
        "# ส่วน\n\n**หนา** [ลิงก์](/assets/) #strong[x] $x$ <b>\n\n3. ก\n   - ข\n\n| ก | ข |\n|---|---|\n| 1 | `#let` |\n"
    )
    version = published(cast, body=body)
    confirmed(version, cast.staff)
    for client, path in (
        (Client(), "/guidelines/manual.pdf"),
        (cast.client("staff"), "/guidelines/mine/confirmations.pdf"),
    ):
        response = client.get(path)
        assert (response.status_code, response.headers["Content-Type"]) == (200, "application/pdf"), path
        assert response.content.startswith(b"%PDF-") and b"pdfuaid" in response.content
    assert client.get("/guidelines/manual/9.pdf").status_code == 404


def test_the_back_office_only_looks(cast: Cast) -> None:
    version = published(cast, question=True)
    confirmed(version, cast.staff)
    client = cast.client("admin")
    for model, key in (("document", version.document_id), ("version", version.pk),
                       ("acknowledgement", Acknowledgement.objects.get().pk)):  # fmt: skip
        assert client.get(f"/admin/guidelines/{model}/").status_code == 200
        assert client.get(f"/admin/guidelines/{model}/{key}/change/").status_code == 200
        assert client.get(f"/admin/guidelines/{model}/add/").status_code == 403
        assert client.post(f"/admin/guidelines/{model}/{key}/delete/").status_code == 403


def test_the_map_of_the_site_names_public_documents(cast: Cast, client: Client) -> None:
    published(cast)
    published(cast, "inside", readers=Readers.STAFF)
    told = client.get("/sitemap-guidelines.xml").content.decode()
    assert "/guidelines/manual/" in told and "inside" not in told


def test_words_without_a_title_are_refused(cast: Cast) -> None:
    draft = begun(cast)
    response = cast.client("secretary").post(
        DESK + "draft/", {"title": " ", "body": "x" * 100_001, "edits": draft.edits}
    )
    assert response.status_code == 422 and json.dumps(response.context["form"].errors.get_json_data())
    assert set(response.context["form"].errors) == {"title", "body"}
    with pytest.raises(acts.RefusedError):
        acts.change_draft(draft, Words("ก", body="ก\n" * 2_001), by=cast.secretary, edits=draft.edits)
