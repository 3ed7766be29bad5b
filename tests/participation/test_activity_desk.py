"""The desk of activities: from a draft to a published result by forms, files, refusals with everything typed kept."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from ita_portal.fiscal import today
from ita_portal.refusals import RefusedError
from ita_portal.thai import numeric_date
from ita_portal.uploads import accept_upload
from organization.models import Division
from participation.activity_choices import ActivityAct as Act
from participation.errors import guard_of
from participation.models import Activity, ActivityDocument, ActivityPhoto
from participation.services.activities import publish, save_words
from participation.services.activity_files import LARGE, SMALL, add_document, add_photos, remove_file

from ..cast import Cast
from ..documents import pdf_upload
from .activities import ELEMENTS, announced, complete, done, draft, held
from .pictures import CAMERA, photo, upload

pytestmark = pytest.mark.django_db
DESK = "/participation/activities/desk/"


def typed(**values: Any) -> dict[str, Any]:
    """The form of a new activity as a person of กองช่าง types it."""
    return {
        "title": "ประชาคมหมู่ที่ 4", "kind": "forum", "division": Division.objects.get(name="กองช่าง").pk,
        "subject": "ไฟส่องสว่าง", "starts_on": "๑๔/๐๓/๒๕๖๙", "ends_on": "", "starts_at": "๙.๐๐ น.", "ends_at": "12:00",
        "place": "ศาลา", "invitation": "", "related": "", "form_mark": "form-1", **values,
    }  # fmt: skip


def files() -> set[str]:
    """What lies in the store of activities."""
    return {path.name for path in (Path(settings.MEDIA_ROOT) / "activities").glob("*")}


def test_from_a_draft_to_a_published_result(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    client = cast.client("staff")
    answer = client.post(f"{DESK}new/", typed())
    activity = Activity.objects.get()
    assert answer["Location"] == f"{DESK}{activity.code}/"
    assert (activity.starts_on, activity.ends_on) == (dt.date(2026, 3, 14), dt.date(2026, 3, 14))
    assert (activity.starts_at, activity.ends_at) == (dt.time(9), dt.time(12))
    assert client.post(f"{DESK}new/", typed()).status_code == 302
    assert Activity.objects.count() == 1, "the same form twice is one activity"
    desk = f"{DESK}{activity.code}/"
    content = client.get(desk).content.decode()
    assert content.count("activity-checks__open") == 3
    assert f"{desk}result/" in content

    published = client.post(f"{desk}publish/", {"act": "complete", "edits": "0", "number": "0"})
    assert published.status_code == 422, "three elements are missing"
    assert activity.versions.count() == 0
    result = {
        "edits": "0",
        "citizens": "๑,๒๐๐",
        "leaders": "",
        "participants": "ชาวบ้าน",
        "result": "ผล",
        "used_for": "ใช้",
    }
    assert client.post(f"{desk}result/", result).status_code == 302
    preview = client.get(f"{desk}publish/").content.decode()
    assert all(words in preview for words in ("ชาวบ้าน", "1200", "ไฟส่องสว่าง"))
    for _click in range(2):
        answer = client.post(f"{desk}publish/", {"act": "complete", "edits": "1", "number": "0"})
        assert answer["Location"] == f"/participation/activities/{activity.code}/"
    version = activity.versions.get()
    assert (version.took_part, version.state, version.published_by) == (1200, "complete", cast.staff)

    assert client.post(f"{desk}result/", result | {"edits": "1", "citizens": "1100"}).status_code == 302
    notice = client.get(desk).content.decode()
    assert notice.count('class="notice"') == 1, "what is not public yet is said"
    correct = {"act": "correct", "edits": "2", "number": "1", "note": ""}
    answer = client.post(f"{desk}publish/", correct)
    assert answer.status_code == 422
    assert 'aria-describedby="id_note_helptext id_note_error"' in answer.content.decode()
    assert client.post(f"{desk}publish/", correct | {"note": "นับใหม่"}).status_code == 302
    assert activity.versions.get(is_current=True).took_part == 1100
    assert client.get(f"{desk}discard/")["Location"] == desk
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{desk}discard/", {"edits": "2"})
    assert Activity.objects.count() == 1, "what was public is not thrown away"


def test_refused_with_everything_typed(cast: Cast) -> None:
    client = cast.client("staff")
    for field, value in (
        ("starts_on", "31/02/2569"), ("starts_on", "1/1/1"), ("ends_on", "13/03/2569"), ("starts_at", "25.00"),
        ("ends_at", "08.00"), ("kind", "party"), ("title", "\x00"), ("title", "ก" * 301), ("subject", "ก" * 6001),
        ("division", "x"), ("division", "9" * 30), ("division", Division.objects.get(name="กองคลัง").pk), ("place", ""),
    ):  # fmt: skip
        answer = client.post(f"{DESK}new/", typed(**{field: value}))
        assert answer.status_code == 422, (field, value)
        assert field in answer.context["form"].errors, (field, value)
        assert "ไฟส่องสว่าง" in answer.content.decode() or field == "subject"
    assert client.post(f"{DESK}new/", typed(starts_at="")).status_code == 422
    assert client.post(f"{DESK}new/", typed(starts_at="", ends_at="", all_day="on")).status_code == 302
    activity = Activity.objects.get()
    assert activity.all_day
    for field, value in (("citizens", "-1"), ("citizens", "1.5"), ("citizens", "9" * 13), ("edits", ""),
                         ("edits", "9" * 30), ("result", "ก" * 6001)):  # fmt: skip
        answer = client.post(f"{DESK}{activity.code}/result/", {"edits": "0", "used_for": "คงไว้", field: value})
        assert answer.status_code == 422, field
        assert "คงไว้" in answer.content.decode()
    for act in ("", "x", "withdraw", "\x00"):
        assert client.post(f"{DESK}{activity.code}/publish/", {"act": act, "edits": "0"}).status_code == 422
    assert client.post(f"{DESK}{activity.code}/publish/", {"act": "hold"}).status_code == 422
    assert client.get(f"{DESK}{activity.code}/end/announce/").status_code == 404
    assert client.get(f"{DESK}?pile=x&after=2026-01-01.x").status_code == 200


def test_another_wrote_meanwhile(cast: Cast) -> None:
    """Nobody overwrites unseen: what stands there is shown, what was typed is kept, sent again it replaces it."""
    activity = draft(cast.staff)
    save_words(activity, {"result": "ของสำนักปลัด"}, by=cast.secretary, edits=0)
    client, path = cast.client("staff"), f"{DESK}{activity.code}/result/"
    answer = client.post(path, {"edits": "0", "result": "ของกองช่าง"})
    content = answer.content.decode()
    assert answer.status_code == 422
    assert "ของสำนักปลัด" in content
    assert "ของกองช่าง" in content
    assert 'name="edits" value="1"' in content
    assert client.post(path, {"edits": "1", "result": "ของกองช่าง"}).status_code == 302
    done(activity, Act.HOLD, cast.secretary)
    answer = client.post(f"{DESK}{activity.code}/publish/", {"act": "complete", "edits": "2", "number": "0"})
    assert answer.status_code == 422
    assert 'name="number" value="1"' in answer.content.decode()


def test_ended_with_a_reason(cast: Cast) -> None:
    activity = announced(cast.staff)
    client, desk = cast.client("staff"), f"{DESK}{activity.code}/"
    assert client.post(f"{desk}end/cancel/", {"edits": "0", "number": "1", "note": " "}).status_code == 422
    seen = {"edits": "0", "number": "1"}
    for _click in range(2):
        assert client.post(f"{desk}end/postpone/", {**seen, "note": "ฝน"}).status_code == 302
    assert activity.versions.count() == 2
    day = numeric_date(today() + dt.timedelta(days=30))
    words = typed(title="ใหม่", starts_on=day, edits="0")
    assert client.post(f"{desk}edit/", words).status_code == 302
    assert client.post(f"{desk}publish/", {"act": "announce", "edits": "1", "number": "2"}).status_code == 302
    assert client.post(f"{desk}end/cancel/", {"edits": "1", "number": "3", "note": "ฝนอีก"}).status_code == 302
    assert [one.state for one in activity.versions.order_by("number")] == [
        "announced", "postponed", "announced", "cancelled",
    ]  # fmt: skip
    public = client.get(f"/participation/activities/{activity.code}/").content.decode()
    assert "ฝนอีก" in public
    assert client.get(f"{desk}edit/")["Location"] == desk
    assert client.get(f"{desk}end/cancel/")["Location"] == desk
    assert client.post(f"{desk}end/withdraw/", {"edits": "1", "number": "4", "note": "ซ้ำ"}).status_code == 302
    assert client.get(desk).status_code == 200


def test_photos_leave_nothing_behind(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    """Painted anew, smaller, without where and with what they were taken; taken away, the files are gone."""
    activity = draft(cast.staff)
    client, path = cast.client("staff"), f"{DESK}{activity.code}/photos/"
    before = files()
    sent = {"photo_1": upload(size=(2000, 1500)), "alt_1": "คนในศาลา", "consent": "on"}
    for wrong in ({"consent": ""}, {"alt_1": ""}, {"photo_1": pdf_upload()}, {"alt_1": "", "photo_1": ""},
                  {"alt_2": "ไม่มีไฟล์"}, {"alt_1": "ก" * 301}):  # fmt: skip
        answer = client.post(path, {**sent, "photo_1": upload(), **wrong})
        assert answer.status_code == 422, wrong
    assert files() == before
    assert client.post(path, sent).status_code == 302
    assert client.post(path, {**sent, "photo_1": upload(size=(2000, 1500))}).status_code == 302
    photo = activity.activityphotos.get()
    assert (max(photo.width, photo.height), photo.alt) == (LARGE, "คนในศาลา")
    for query, side in (("", LARGE), ("?size=small", SMALL)):
        answer = client.get(f"{DESK}{activity.code}/files/{photo.public_id}/{query}")
        content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        assert CAMERA.encode() not in content
        with Image.open(io.BytesIO(content)) as picture:
            assert (picture.size[0], dict(picture.getexif()), picture.info.get("comment")) == (side, {}, None)
    for person, code in (("staff2", 404), ("mayor", 403), ("citizen", 302)):
        assert cast.client(person).get(f"{DESK}{activity.code}/files/{photo.public_id}/").status_code == code

    done(activity, Act.HOLD, cast.staff)
    remove = {"act": "remove", "file": photo.public_id}
    answer = client.post(path, remove)
    assert answer.status_code == 422
    assert f'aria-describedby="wrong-{photo.public_id}"' in answer.content.decode()
    for change in ({"alt": "อื่น"}, {"published_in": None}, {"sha256": "0"}):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            ActivityPhoto.objects.filter(pk=photo.pk).update(**change)
        assert guard_of(error.value) == "activity_file_stays"
    with pytest.raises(IntegrityError), transaction.atomic():
        photo.delete()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(path, {**remove, "reason": "มีเด็กในภาพ"}).status_code == 302
    assert client.post(path, {**remove, "reason": "มีเด็กในภาพ"}).status_code == 302
    assert files() == before
    photo.refresh_from_db()
    assert (photo.file.name, photo.removal_reason) == ("", "มีเด็กในภาพ")
    for wrong in ("", "\x00", "x" * 40):
        assert client.post(path, {"act": "remove", "file": wrong}).status_code in (302, 422)


def test_documents(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    activity = draft(cast.staff)
    client, path = cast.client("staff"), f"{DESK}{activity.code}/documents/"
    before = files()
    assert client.post(path, {"title": "รายงาน"}).status_code == 422
    assert client.post(path, {"file": pdf_upload(), "title": ""}).status_code == 422
    assert client.post(path, {"file": pdf_upload(name="x.exe"), "title": "รายงาน"}).status_code == 422
    for _click in range(2):
        assert client.post(path, {"file": pdf_upload(), "title": "รายงาน"}).status_code == 302
    document = activity.activitydocuments.get()
    assert len(files() - before) == 1
    answer = client.get(f"{DESK}{activity.code}/files/{document.public_id}/")
    assert answer["Content-Type"] == "application/pdf"
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(path, {"act": "remove", "file": document.public_id}).status_code == 302
    assert (ActivityDocument.objects.count(), files()) == (0, before)
    assert client.post(path, {"file": pdf_upload(), "title": "รายงาน"}).status_code == 302
    for seen in ("0", "x", ""):
        stale = client.post(f"{DESK}{activity.code}/discard/", {"edits": seen})
        assert stale.status_code == 422 and 'name="edits" value="3"' in stale.content.decode()
    assert Activity.objects.exists(), "who has not seen its files does not throw them away"
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{DESK}{activity.code}/discard/", {"edits": "3"}).status_code == 302
    assert (Activity.objects.count(), files()) == (0, before)
    assert client.post(f"{DESK}{activity.code}/discard/", {"edits": "0"}).status_code == 302
    assert client.get(f"{DESK}{activity.code}/discard/").status_code == 404


def test_a_file_that_who_publishes_has_not_seen_does_not_become_public(cast: Cast) -> None:
    """Photos and documents that come, or go, change what is published: an older page is told so."""
    activity = draft(cast.staff, **ELEMENTS)
    (picture,) = add_photos(activity, [(photo(), "ภาพ")], by=cast.secretary, consent=True)
    for seen, step in (
        (0, lambda: add_document(activity, accept_upload(pdf_upload()), "รายงาน", by=cast.secretary)),
        (1, lambda: remove_file(picture, by=cast.secretary)),
        (2, lambda: None),
    ):
        with pytest.raises(RefusedError) as refused:
            publish(activity, Act.COMPLETE, by=cast.staff, edits=seen, number=0)
        assert refused.value.code == "changed"
        step()
    document = activity.activitydocuments.get()
    add_document(activity, accept_upload(pdf_upload()), "รายงาน", by=cast.secretary)
    publish(activity, Act.COMPLETE, by=cast.staff, edits=3, number=0)
    remove_file(document, by=cast.secretary, reason="ผิดแฟ้ม")
    remove_file(document, by=cast.secretary, reason="ผิดแฟ้ม")
    activity.refresh_from_db()
    assert activity.edits == 4, "what is there or gone already is no change"


def test_whose_desk(cast: Cast) -> None:
    activity = draft(cast.staff)
    for person, code in (("secretary", 200), ("head", 200), ("staff2", 404), ("mayor", 403), ("citizen", 302)):
        client = cast.client(person)
        for page in ("", "edit/", "result/", "publish/", "photos/", "documents/")[: 2 if code == 200 else 6]:
            assert client.get(f"{DESK}{activity.code}/{page}").status_code == code, (person, page)
    assert activity.title not in cast.client("staff2").get(DESK).content.decode()


def test_the_desk_costs_the_same_for_many(cast: Cast) -> None:
    client: Client = cast.client("secretary")
    counts = []
    for number in (1, 12):
        for _row in range(number):
            draft(cast.secretary)
        held(cast.secretary)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(DESK).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16
    complete(cast.secretary, title=ELEMENTS["subject"])
    assert [number for _key, _title, number in client.get(DESK).context["piles"]] == [15, 13, 3, 0, 16]


def test_the_back_office_looks_only(cast: Cast) -> None:
    """Who changed what, by name; nothing is changed there."""
    activity = complete(cast.staff)
    cast.client("staff").post(f"{DESK}{activity.code}/result/", {"edits": "0", "participants": "ผู้สูงอายุ"})
    client, path = cast.client("secretary"), f"/admin/participation/activity/{activity.pk}"
    assert activity.title in client.get("/admin/participation/activity/").content.decode()
    assert client.get(f"{path}/change/").status_code == 200
    assert client.post(f"{path}/change/", {"title": "อื่น"}).status_code == 403
    assert client.get(f"{path}/delete/").status_code == 403
    history = client.get(f"{path}/history/").content.decode()
    assert "ผู้สูงอายุ" in history
    assert str(cast.staff) in history
    assert cast.client("admin").get("/admin/participation/activity/").status_code == 403
