"""The measures' pages for search engines: every published plan, its issue areas and versions."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from ita_portal.sitemap import Page, Section, sections

from .assessment import sitemap as _assessment  # noqa: F401 - registers the pages of the results
from .models import PlanVersion


def pages(_part: str) -> Iterator[Page]:
    """The list of years, and of each year its plan and areas."""
    yield Page(reverse("measures:years"))
    versions = PlanVersion.objects.current().select_related("plan").order_by("-plan__fiscal_year")
    for version in versions:
        year = version.plan.fiscal_year
        yield Page(reverse("measures:year", args=[year]), version.published_at)
        yield Page(reverse("measures:figures", args=[year]))
        yield Page(reverse("measures:versions", args=[year]))
        for area in version.content["areas"]:
            yield Page(reverse("measures:area", args=[year, area["number"]]))


sections.register("measures", Section(("organization", "measures"), lambda: [""], pages))
