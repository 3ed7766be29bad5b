"""The documents that every portal begins with: texts of `data/*.md`, each published as version 1.

A file begins with a head in YAML (title, summary, who reads and confirms it, check questions) between two lines `---`;
the text follows in the portal's markup. The municipality reads them, checks them with the Gazette, and publishes its
own versions at the desk.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pghistory
import yaml
from django.db import transaction

from organization.models import User
from organization.people import portal_user

from .choices import ASSET_MANUAL, BUDGET, COMPLAINTS, ETHICS
from .models import CheckQuestion, Document, Version
from .reading import moment
from .services.documents import put_in_force

DATA = Path(__file__).resolve().parent / "data"
SLUGS = (ASSET_MANUAL, ETHICS, COMPLAINTS, BUDGET)
_HOUR = dt.timedelta(hours=9)


def told(slug: str) -> tuple[dict[str, Any], str]:
    """The head and the text of a document's file."""
    _nothing, head, body = (DATA / f"{slug}.md").read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(head), body.strip()


@transaction.atomic
def install_documents(in_force_on: dt.date) -> None:
    """The documents that are not there yet, in force from a day on."""
    known = set(Document.objects.filter(slug__in=SLUGS).values_list("slug", flat=True))
    missing = [slug for slug in SLUGS if slug not in known]
    if not missing:
        return
    by = portal_user()
    with pghistory.context(user=by.pk, act="set_up_portal"):
        for slug in missing:
            head, body = told(slug)
            install(slug, head, body, in_force_on, by)


def install(slug: str, head: dict[str, Any], body: str, in_force_on: dt.date, by: User) -> Version:
    """A document with its version 1. head: as in a file."""
    document = Document.objects.create(
        slug=slug, readers=head["readers"], audience=head["audience"], order=head["order"], made_by=by,
        made_at=moment(in_force_on), form_mark=f"installed-{slug}",
    )  # fmt: skip
    draft = Version.objects.create(
        document=document, title=head["title"], summary=head["summary"], body=body, made_by=by,
        made_at=moment(in_force_on),
    )  # fmt: skip
    CheckQuestion.objects.bulk_create(
        CheckQuestion(
            version=draft, position=place, text=one["text"], choices=one["choices"], answer=one["answer"] - 1,
            explanation=one["explanation"],
        )
        for place, one in enumerate(head.get("questions", ()), start=1)
    )  # fmt: skip
    return put_in_force(
        draft, by=by, edits=0, in_force_on=in_force_on, asks_again=True, at=moment(in_force_on) + _HOUR
    )  # fmt: skip
