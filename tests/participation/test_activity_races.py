"""Two officers at once: each race first without its guard, then closed by it."""

from __future__ import annotations

import io
from typing import Any

import pgtrigger
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from PIL import Image

from ita_portal.uploads import accept_upload
from participation.activity_choices import ActivityAct as Act
from participation.activity_choices import ActivityState as State
from participation.activity_guards import MOST_PHOTOS
from participation.errors import RefusedError, guard_of
from participation.models import Activity, ActivityPhoto, ActivityVersion
from participation.services.activities import begin_activity, discard, publish, save_words, words_of
from participation.services.activity_files import add_photos

from ..cast import Cast
from ..races import at_once, begin, wait_until_blocked
from .activities import ELEMENTS, draft, held, mark, words

pytestmark = pytest.mark.django_db(transaction=True)
_GUARDS = ("version_follows", "activity_says_state", "bumps_participation_pages", "version_stays")


def outcome(found: list[Any]) -> tuple[int, list[str]]:
    """How many were done, and the codes of the refusals; anything else that was raised is a fault."""
    codes = [item.code for item in found if isinstance(item, RefusedError)]
    faults = [item for item in found if isinstance(item, Exception) and not isinstance(item, RefusedError)]
    assert not faults, faults
    return len(found) - len(codes), sorted(codes)


def row(activity: Activity, by: Any, number: int = 1) -> ActivityVersion:
    return ActivityVersion(
        activity=activity, number=number, state=State.HELD, published_by=by, published_at=timezone.now(),
        **words_of(activity),
    )  # fmt: skip


def test_published_twice_where_nothing_guards(cast: Cast) -> None:
    activity = draft(cast.staff)
    constraints = [one for one in ActivityVersion._meta.constraints
                   if one.name in ("activity_version_once", "activity_one_current")]  # fmt: skip
    with connection.schema_editor() as editor:
        for one in constraints:
            editor.remove_constraint(ActivityVersion, one)
    try:
        with pgtrigger.ignore(*(f"participation.ActivityVersion:{name}" for name in _GUARDS)), transaction.atomic():
            row(activity, cast.staff).save()

            def second() -> None:
                with pgtrigger.ignore(*(f"participation.ActivityVersion:{name}" for name in _GUARDS)):
                    row(activity, cast.secretary).save()

            begin(second).result(timeout=60)
        assert ActivityVersion.objects.current().filter(activity=activity, number=1).count() == 2
    finally:
        with pgtrigger.ignore("participation.ActivityVersion:version_stays"):
            ActivityVersion.objects.all().delete()
        with connection.schema_editor() as editor:
            for one in constraints:
                editor.add_constraint(ActivityVersion, one)


def test_the_database_alone_closes_it(cast: Cast) -> None:
    activity = draft(cast.staff)
    with transaction.atomic():
        row(activity, cast.staff).save()
        late = begin(lambda: row(activity, cast.secretary).save())
        assert wait_until_blocked(late)
    with pytest.raises(IntegrityError) as error:
        late.result(timeout=60)
    assert guard_of(error.value) in ("activity_version_follows", "activity_version_once", "activity_one_current")


def test_two_officers_publish_at_once(cast: Cast) -> None:
    """One wins; the other is told, whatever both wanted. The same button twice is one publication."""
    activity = draft(cast.staff, **ELEMENTS)
    found = at_once(
        lambda: publish(activity, Act.HOLD, by=cast.staff, edits=0, number=0),
        lambda: publish(activity, Act.COMPLETE, by=cast.secretary, edits=0, number=0),
    )
    assert outcome(found) == (1, ["published_meanwhile"])
    assert activity.versions.count() == 1
    same = held(cast.staff)
    found = at_once(*[lambda: publish(same, Act.WITHDRAW, by=cast.staff, edits=0, number=1, note="ผิดเรื่อง")] * 3)
    assert outcome(found) == (3, [])
    assert same.versions.count() == 2


def test_published_while_another_writes(cast: Cast) -> None:
    """Who publishes publishes what they saw, or is told that it changed."""
    activity = draft(cast.staff)
    found = at_once(
        lambda: publish(activity, Act.HOLD, by=cast.secretary, edits=0, number=0),
        lambda: save_words(activity, {"title": "ชื่อใหม่"}, by=cast.staff, edits=0),
    )
    done, codes = outcome(found)
    version = activity.versions.first()
    assert (done, codes, version.title if version else "") in (
        (2, [], "ประชาคมหมู่ที่ 3 เรื่องการเก็บขยะ"), (1, ["changed"], ""),
    )  # fmt: skip


def test_two_write_at_once(cast: Cast) -> None:
    activity = draft(cast.staff)
    found = at_once(
        lambda: save_words(activity, {"title": "ของหนึ่ง"}, by=cast.staff, edits=0),
        lambda: save_words(activity, {"title": "ของสอง"}, by=cast.secretary, edits=0),
    )
    assert outcome(found) == (1, ["changed"])
    found = at_once(*[lambda: save_words(activity, {"title": "เดียวกัน"}, by=cast.staff, edits=1)] * 2)
    assert outcome(found) == (2, [])
    activity.refresh_from_db()
    assert (activity.title, activity.edits) == ("เดียวกัน", 2)


def test_thrown_away_while_it_is_published(cast: Cast) -> None:
    activity = draft(cast.staff)
    found = at_once(
        lambda: discard(activity, by=cast.staff, edits=0),
        lambda: publish(activity, Act.HOLD, by=cast.secretary, edits=0, number=0),
    )
    done, codes = outcome(found)
    assert (done, len(codes)) == (1, 1)
    assert Activity.objects.count() == ActivityVersion.objects.count()


def test_begun_once(cast: Cast) -> None:
    form, values = mark(), words()
    found = at_once(*[lambda: begin_activity(values, by=cast.staff, form_mark=form)] * 3)
    assert outcome(found) == (3, [])
    assert Activity.objects.count() == 1


def test_not_more_photos_than_may_be(cast: Cast) -> None:
    """Two add the last photo at once: without the guard both count eleven; with it one is told."""
    activity = draft(cast.staff)
    plain = {"activity": activity, "alt": "ก", "file": "x", "small": "x", "content_type": "image/png", "size": 1,
             "small_sha256": "0", "width": 1, "height": 1, "added_by": cast.staff}  # fmt: skip
    ActivityPhoto.objects.bulk_create(ActivityPhoto(sha256=str(n), **plain) for n in range(MOST_PHOTOS - 1))
    guard = "participation.ActivityPhoto:not_too_many"
    with pgtrigger.ignore(guard), transaction.atomic():

        def second() -> None:
            with pgtrigger.ignore(guard):
                ActivityPhoto.objects.create(sha256="b", **plain)

        ActivityPhoto.objects.create(sha256="a", **plain)
        begin(second).result(timeout=60)
    assert activity.activityphotos.count() == MOST_PHOTOS + 1
    ActivityPhoto.objects.filter(sha256__in=("a", "b")).delete()

    def add(number: int) -> Any:
        buffer = io.BytesIO()
        Image.new("RGB", (2, 2), (number * 90, 0, 0)).save(buffer, "PNG")
        safe = accept_upload(SimpleUploadedFile("photo.png", buffer.getvalue()))
        return add_photos(activity, [(safe, "ภาพ")], by=cast.staff, consent=True)

    assert outcome(at_once(lambda: add(1), lambda: add(2))) == (1, ["activity_too_many_photos"])
    assert activity.activityphotos.count() == MOST_PHOTOS
