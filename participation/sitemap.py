"""The public pages of participation for search engines."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from ita_portal.sitemap import Page, Section, sections

from . import activity_sitemap  # noqa: F401 - registers itself
from .models import Letter
from .page_topics import TOPIC

_ROOMS = ("home", "questions", "statistics")


def pages_of_letters(_part: str) -> Iterator[Page]:
    """Rooms, and every published letter."""
    yield from (Page(reverse(f"participation:{name}")) for name in _ROOMS)
    rows = Letter.objects.published().order_by("-published_at", "-pk").values_list("public_id", "published_at")
    for public_id, changed in rows.iterator():
        yield Page(reverse("participation:question", args=[public_id]), changed)


sections.register("participation", Section(("organization", TOPIC), lambda: [""], pages_of_letters))
