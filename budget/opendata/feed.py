"""What was published lately: revisions of plans, statements of spending, months of purchases, yearly reports."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ita_portal.thai import long_date
from organization.models import Municipality

from ..models import MonthSummary, ProcurementReport, Revision, Statement
from ..reading.words import month_name
from .rows import Absolute

MOST = 50
"""The newest so many stand in the feed."""


@dataclass(frozen=True, slots=True)
class Publication:
    """Something that became public. mark: what tells it apart for ever; path: its page."""

    title: str
    about: str
    mark: str
    path: str
    at: dt.datetime


def publications(most: int = MOST) -> list[Publication]:
    """The latest, newest first. Four queries, whatever their number; drafts have no moment of publication."""
    revisions = Revision.objects.published().select_related("plan").order_by("-published_at")[:most]
    statements = Statement.objects.filter(state="published").order_by("-published_at")[:most]
    months = MonthSummary.objects.filter(state="published").order_by("-published_at")[:most]
    reports = ProcurementReport.objects.filter(published_at__isnull=False).order_by("-published_at")[:most]
    found = [*map(_revision, revisions), *map(_statement, statements), *map(_month, months), *map(_report, reports)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


def _revision(row: Revision) -> Publication:
    plan = row.plan
    name = {"plan": plan.name, "year": plan.year_id, "number": row.number}
    first = _("%(plan)s, fiscal year %(year)s") % name
    later = _("%(plan)s, fiscal year %(year)s: revision %(number)s") % name
    return Publication(
        first if row.number == 1 else later, row.reason or row.title,
        f"{plan.year_id}/{plan.slug}/{row.number}", row.get_absolute_url(), _moment(row.published_at),
    )  # fmt: skip


def _statement(row: Statement) -> Publication:
    words = {"month": month_name(row.year_id, row.month), "year": row.year_id, "number": row.number}
    first = _("Spending up to the end of %(month)s, fiscal year %(year)s") % words
    later = _("Spending up to the end of %(month)s, fiscal year %(year)s: correction, version %(number)s") % words
    return Publication(
        first if row.number == 1 else later, _("Data as of %(day)s") % {"day": long_date(row.as_of)},
        f"{row.year_id}/statements/{row.month}/{row.number}", reverse("budget:statements", args=[row.year_id]),
        _moment(row.published_at),
    )  # fmt: skip


def _month(row: MonthSummary) -> Publication:
    words = {"month": month_name(row.year_id, row.month), "year": row.year_id, "number": row.number}
    first = _("Purchases of %(month)s, fiscal year %(year)s") % words
    later = _("Purchases of %(month)s, fiscal year %(year)s: correction, version %(number)s") % words
    return Publication(
        first if row.number == 1 else later, _("No purchase this month.") if row.nothing else "",
        f"{row.year_id}/procurement/{row.month}/{row.number}",
        reverse("budget:procurement_month", args=[row.year_id, row.month]), _moment(row.published_at),
    )  # fmt: skip


def _report(row: ProcurementReport) -> Publication:
    return Publication(
        _("Yearly report of procurement, fiscal year %(year)s") % {"year": row.year_id}, "",
        f"{row.year_id}/procurement/report", reverse("budget:procurement_report", args=[row.year_id]),
        _moment(row.published_at),
    )  # fmt: skip


def _moment(published_at: dt.datetime | None) -> dt.datetime:
    if published_at is None:
        raise ValueError("not published")
    return published_at


def atom(municipality: Municipality, absolute: Absolute, host: str) -> str:
    """The feed as Atom (RFC 4287), in the language of the address."""
    language = get_language() or "th"
    thai = language.startswith("th")
    name = municipality.name if thai else municipality.name_en or municipality.name
    feed = Atom1Feed(
        title=_("Budget of %(municipality)s: what was published") % {"municipality": name},
        link=absolute(reverse("budget:years")),
        description=_("Plans and their revisions, spending, procurement"),
        language=language,
        author_name=name,
        feed_url=absolute(reverse("budget:feed")),
    )
    for one in publications():
        feed.add_item(
            title=one.title,
            link=absolute(one.path),
            description=escape(one.about),
            unique_id=f"tag:{host.partition(':')[0]},2024:budget/{one.mark}",
            pubdate=one.at,
            updateddate=one.at,
        )
    return feed.writeString("utf-8")
