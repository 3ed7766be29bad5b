"""The budget's pages for search engines: what is in force, year by year."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from ita_portal.sitemap import Page, Section, sections

from .models import LineVersion, MonthSummary, Plan, Revision
from .page_topics import TOPIC
from .reading.slices import DIMENSIONS
from .reading.years import public_years

_WHOLE = ("budget:years", "budget:words", "budget:data")
_ROOMS = ("year", "lines", "projects", "revenue", "procurement", "questions", "statements")


def parts() -> list[str]:
    """What belongs to no year, then each public year."""
    return ["", *map(str, public_years().order_by("-pk").values_list("pk", flat=True))]


def pages(part: str) -> Iterator[Page]:
    """The pages of a part: of a year the rooms, plans with their revisions, months of purchases, lines."""
    if not part:
        yield from (Page(reverse(name)) for name in _WHOLE)
        return
    year = int(part)
    yield from (Page(reverse(f"budget:{room}", args=[year])) for room in _ROOMS)
    yield from (Page(reverse("budget:dimension", args=[year, dimension])) for dimension in DIMENSIONS)
    plans = {}
    for revision in Revision.objects.published().filter(plan__year=year).select_related("plan"):
        if revision.is_current:
            plans[revision.pk] = revision
            yield Page(revision.plan.get_absolute_url(), revision.published_at)
        yield Page(revision.get_absolute_url(), revision.published_at)
    for summary in MonthSummary.objects.current().filter(year=year).order_by("month"):
        yield Page(reverse("budget:procurement_month", args=[year, summary.month]), summary.published_at)
    for revision in plans.values():
        begin = _line_begin(revision.plan)
        codes = LineVersion.objects.filter(revision=revision).order_by("position").values_list("line__code", flat=True)
        yield from (Page(f"{begin}{code}/", revision.published_at) for code in codes.iterator())


def _line_begin(plan: Plan) -> str:
    return reverse("budget:line", args=[plan.year_id, plan.slug, "0"]).removesuffix("0/")


sections.register("budget", Section(("organization", TOPIC), parts, pages))
