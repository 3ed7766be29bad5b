"""The public pages of guidelines for search engines: what is in force."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from ita_portal.sitemap import Page, Section, sections

from . import sitemap_trainings  # noqa: F401 - registers
from .models import Document
from .page_topics import TOPIC
from .reading import listed


def pages(_part: str) -> Iterator[Page]:
    """The list, and every public document."""
    yield Page(reverse("guidelines:documents"))
    for one in listed(Document.objects.public()):
        yield Page(one.document.get_absolute_url(), one.version.published_at)


sections.register("guidelines", Section(("organization", TOPIC), lambda: [""], pages))
