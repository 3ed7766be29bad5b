"""The pages of the assessment's results for search engines."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from ita_portal.sitemap import Page, Section, sections

from ..models import AssessmentResult


def pages(_part: str) -> Iterator[Page]:
    """The list of years, and each year's result in force."""
    results = AssessmentResult.objects.current().order_by("-fiscal_year").values_list("fiscal_year", "published_at")
    for place, (year, published_at) in enumerate(results):
        if not place:
            yield Page(reverse("measures:assessment_years"), published_at)
        yield Page(reverse("measures:assessment_year", args=[year]), published_at)


sections.register("assessment", Section(("organization", "measures"), lambda: [""], pages))
