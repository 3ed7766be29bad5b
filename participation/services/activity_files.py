"""Photos and documents of activities: accepted, kept, taken away."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from ita_portal.refusals import RefusedError, require
from ita_portal.uploads import JPEG, PICTURES, PNG, WEBP, SafeUpload
from organization.models import User

from ..activity_choices import ActivityState
from ..activity_guards import guarded
from ..models import Activity, ActivityDocument, ActivityPhoto
from .activities import locked_activity, plain

LARGE, SMALL = 1600, 480
"""Longest sides in pixels, as photos are kept."""
_FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
_ONE_AT_A_TIME = threading.Semaphore(1)
"""A telephone's picture unpacks to some hundred megabytes."""


@dataclass(frozen=True, slots=True)
class _Picture:
    content: bytes
    width: int
    height: int


def _sized(content: File, content_type: str, longest: int) -> _Picture:
    content.seek(0)
    with _ONE_AT_A_TIME, Image.open(content, formats=[_FORMATS[content_type]]) as picture:
        picture.draft("RGB", (longest, longest))
        small = picture.copy()
        small.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    small.info = {key: value for key, value in small.info.items() if key == "transparency"}
    buffer = io.BytesIO()
    small.save(buffer, _FORMATS[content_type], **({} if content_type == PNG else {"quality": 85}))
    return _Picture(buffer.getvalue(), small.width, small.height)


@contextmanager
def _written() -> Iterator[list[Any]]:
    """What is written to the store meanwhile is gone again where its rows are refused."""
    fields: list[Any] = []
    try:
        yield fields
    except Exception:
        for field in fields:
            field.storage.delete(field.name)
        raise


def _require_open(activity: Activity) -> None:
    require(
        activity.state not in (ActivityState.CANCELLED, ActivityState.WITHDRAWN), "activity_step_impossible",
        _("This activity has ended. It is not changed any more."),
    )  # fmt: skip


def add_photos(
    activity: Activity, photos: Sequence[tuple[SafeUpload, str]], *, by: User, consent: bool
) -> list[ActivityPhoto]:
    """Keep accepted pictures, each with what can be seen. They are public with the next version.

    consent: whether the person said that nobody is recognisable who has not agreed. The same picture is kept once.
    """
    require(consent, "no_consent", _("Look at the faces first, and confirm it."), field="consent")
    kept: list[ActivityPhoto] = []
    with _written() as written, guarded():
        found = locked_activity(activity, by=by)
        _require_open(found)
        known = {photo.sha256: photo for photo in found.activityphotos.kept()}
        for safe, alt in photos:
            require(safe.content_type in PICTURES, "no_picture", _("Choose a photo: JPEG, PNG or WebP."))
            words = plain(alt)[:300]
            require(bool(words), "activity_photo_says_what", _("Write what can be seen in the photo."))
            if safe.sha256 in known:
                kept.append(known[safe.sha256])
                continue
            photo = _photo(found, safe, words, by, written)
            known[safe.sha256] = photo
            kept.append(photo)
        if written:
            _count_edit(found)
    return kept


def _count_edit(locked: Activity) -> None:
    """Who saw the activity without this file, or with it, looks again before it is published."""
    locked.edits += 1
    locked.save(update_fields=["edits"])


def _photo(activity: Activity, safe: SafeUpload, alt: str, by: User, written: list[Any]) -> ActivityPhoto:
    import hashlib

    large, small = (_sized(safe.content, safe.content_type, longest) for longest in (LARGE, SMALL))
    photo = ActivityPhoto(
        activity=activity, content_type=safe.content_type, size=len(large.content), sha256=safe.sha256,
        small_sha256=hashlib.sha256(small.content).hexdigest(), width=large.width, height=large.height, alt=alt,
        added_by=by,
    )  # fmt: skip
    for field, picture in ((photo.file, large), (photo.small, small)):
        field.save(safe.name, ContentFile(picture.content), save=False)
        written.append(field)
    photo.save()
    return photo


def add_document(activity: Activity, safe: SafeUpload, title: str, *, by: User) -> ActivityDocument:
    """Keep an accepted file. It is public with the next version. The same file is kept once."""
    words = plain(title)[:200]
    require(bool(words), "activity_document_has_title", _("Write a title."), field="title")
    with _written() as written, guarded():
        found = locked_activity(activity, by=by)
        _require_open(found)
        known: ActivityDocument | None = found.activitydocuments.kept().filter(sha256=safe.sha256).first()
        if known is not None:
            return known
        document = ActivityDocument(
            activity=found, title=words, name=safe.name, content_type=safe.content_type, size=safe.size,
            sha256=safe.sha256, added_by=by,
        )  # fmt: skip
        document.file.save(safe.name, safe.content, save=False)
        written.append(document.file)
        document.save()
        _count_edit(found)
    return document


def remove_file(file: ActivityPhoto | ActivityDocument, *, by: User, reason: str = "") -> None:
    """Take a photo or document away: what nobody has seen is deleted; what is public goes with a reason, at once.

    The file itself is destroyed. One that is gone was taken away by the same button a moment ago.
    """
    said = plain(reason)
    with guarded():
        activity = locked_activity(file.activity, by=by)
        found = type(file).objects.kept().filter(pk=file.pk).first()
        if found is None:
            return
        if found.published_in_id is None:
            forget_files([found])
            found.delete()
            _count_edit(activity)
            return
        require(bool(said), "activityphoto_removed_with_reason",
                _("It is public: write why it is taken away."), field="reason")  # fmt: skip
        require(len(said) <= 1000, "too_long", _("This is too long."), field="reason")
        forget_files([found])
        found.removed_at, found.removed_by, found.removal_reason = timezone.now(), by, said
        found.file = ""
        if isinstance(found, ActivityPhoto):
            found.small = ""
        found.save()
        _count_edit(activity)


def forget_files(files: Iterable[ActivityPhoto | ActivityDocument]) -> None:
    """Destroy what lies in the store, once the transaction holds."""
    for file in files:
        for field in (file.file, getattr(file, "small", None)):
            if field:
                storage, name = field.storage, field.name
                transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))  # type: ignore[misc]


__all__ = ["RefusedError", "add_document", "add_photos", "forget_files", "remove_file"]
