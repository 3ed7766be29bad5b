"""Documents for tests: published through the services, as the office does it."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from guidelines.choices import Audience, Readers
from guidelines.models import Acknowledgement, Document, Version
from guidelines.services.documents import (
    Question,
    Settings,
    Words,
    begin_document,
    begin_draft,
    change_draft,
    publish,
    save_question,
)
from organization.models import Division, User

from ..cast import Cast

_marks = itertools.count(1)
BODY = "# ส่วนที่ 1\n\nใช้เพื่อราชการเท่านั้น\n\n1. ขอยืม\n2. คืน\n"
QUESTION = Question("ยืมไปงานแต่งได้หรือไม่", ("ได้", "ไม่ได้"), 1, "พัสดุให้ยืมเพื่อราชการเท่านั้น")


def begun(cast: Cast, slug: str = "manual", *, body: str = BODY, **settings: Any) -> Version:
    """The first draft of a document."""
    document = begin_document(
        slug,
        Settings(**settings),
        Words(title=f"คู่มือ {slug}", body=body),
        by=cast.secretary,
        form_mark=f"m-{next(_marks)}",
    )
    draft: Version = document.versions.get()
    return draft


def published(
    cast: Cast, slug: str = "manual", *, question: bool = False, at: dt.datetime | None = None,
    in_force_on: dt.date | None = None, **more: Any,
) -> Version:  # fmt: skip
    """Version 1 of a document, in force."""
    draft = begun(cast, slug, **more)
    if question:
        save_question(draft, QUESTION, by=cast.secretary)
        draft.refresh_from_db()
    return publish(draft, by=cast.secretary, edits=draft.edits, at=at, in_force_on=in_force_on)


def drafted(cast: Cast, document: Document, *, body: str = BODY + "\n3. ตรวจนับ\n") -> Version:
    """The draft of the next version, with what has changed and why."""
    draft = begin_draft(document, by=cast.secretary)
    words = Words(title=draft.title, summary=draft.summary, body=body, change_note="เพิ่มการตรวจนับ", reason="ระเบียบใหม่")
    return change_draft(draft, words, by=cast.secretary, edits=draft.edits)


def next_version(cast: Cast, document: Document, *, asks_again: bool = True, **more: Any) -> Version:
    """The next version, in force."""
    draft = drafted(cast, document)
    return publish(draft, by=cast.secretary, edits=draft.edits, asks_again=asks_again, **more)


def confirmed(version: Version, user: User, at: dt.datetime | None = None) -> Acknowledgement:
    """A confirmation as it stands in the table."""
    more = {"acknowledged_at": at} if at else {}
    return Acknowledgement.objects.create(version=version, user=user, division_id=user.division_id, **more)


def people(count: int, division: Division, prefix: str = "p") -> list[User]:
    """Many of a division's staff."""
    return User.objects.bulk_create(
        User(username=f"{prefix}{division.pk}-{number}", division=division) for number in range(count)
    )


STAFF_ONLY = {"readers": Readers.STAFF}
NOBODY = {"audience": Audience.NOBODY}
