"""The surveys' pages for search engines: which there are, and their results. The forms are for who was asked."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from ita_portal.sitemap import Page, Section, sections

from .models import Survey
from .page_topics import TOPIC


def pages(_part: str) -> Iterator[Page]:
    """The lists, then the results of each survey that stands in them, newest first."""
    yield from (Page(reverse(f"surveys:{name}")) for name in ("list", "overview", "practice"))
    codes = Survey.objects.begun().listed().order_by("-opens_on", "-pk").values_list("code", flat=True)
    yield from (Page(reverse("surveys:results", args=[code])) for code in codes)


sections.register("surveys", Section(("organization", TOPIC), lambda: [""], pages))
