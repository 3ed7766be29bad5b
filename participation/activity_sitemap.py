"""Public activities for search engines."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from ita_portal.sitemap import Page, Section, sections

from .models import ActivityVersion
from .page_topics import TOPIC


def activity_pages(_part: str) -> Iterator[Page]:
    """The list, the calendar, and every activity that was not withdrawn. One query."""
    yield Page(reverse("participation:activities"))
    yield Page(reverse("participation:activities_month"))
    begin = reverse("participation:activity", args=["0"]).removesuffix("0/")
    rows = ActivityVersion.objects.public().order_by("-starts_on", "-pk").values_list("activity__code", "published_at")
    yield from (Page(f"{begin}{code}/", at) for code, at in rows.iterator())


sections.register("activities", Section(("organization", TOPIC), lambda: [""], activity_pages))
