"""Trainings: their part of `sitemap.py`."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from ita_portal.sitemap import Page, Section, sections

from .page_topics import TOPIC
from .trainings_reading import public_years


def pages(_part: str) -> Iterator[Page]:
    """The list of each fiscal year."""
    address = reverse("guidelines:trainings")
    yield Page(address)
    yield from (Page(f"{address}?year={year}") for year in public_years())


sections.register("trainings", Section(("organization", TOPIC), lambda: [""], pages))
