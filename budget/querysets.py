"""Named questions to the tables. What the public sees goes through `published`, `current` or `public` here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.db.models.functions import Cast

from ita_portal.thai import to_arabic_digits
from organization.models import User
from organization.search import containing

from .choices import BUDGET_KINDS, CommentState, PlanKind, State

if TYPE_CHECKING:
    from .models import Statement

_NUMBERED = re.compile(r"([^\s\d]\S*) (\d{1,6})(?!\S)")
_MOST_NUMBERS = 3
KEEP_BUDGET = "budget.keep_budget"
"""The budget officer's permission."""


class PlanQuerySet(models.QuerySet[Any]):
    """Plans."""

    def public(self) -> PlanQuerySet:
        """Those of which a revision is in force."""
        return self.filter(revisions__is_current=True)

    def at(self, year: int, slug: str) -> PlanQuerySet:
        """The plan of an address: a fiscal year and `ordinance`, `supplement-1`, …; none where it is no such word."""
        kind, number = slug, 1
        if slug.startswith(f"{PlanKind.SUPPLEMENT}-"):
            text = slug.removeprefix(f"{PlanKind.SUPPLEMENT}-")
            kind, number = PlanKind.SUPPLEMENT, int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0
        elif slug == PlanKind.SUPPLEMENT:
            number = 0
        return self.filter(year_id=year, kind=kind, number=number)


class RevisionQuerySet(models.QuerySet[Any]):
    """Revisions."""

    def published(self) -> RevisionQuerySet:
        """What is or was in force."""
        return self.filter(state=State.PUBLISHED)

    def current(self) -> RevisionQuerySet:
        """What is in force."""
        return self.filter(is_current=True)

    def drafts(self) -> RevisionQuerySet:
        """What is worked on."""
        return self.filter(state=State.DRAFT)

    def visible_to(self, user: User) -> RevisionQuerySet:
        """What a person may open: everything for a budget officer, what is published for everybody else."""
        return self if user.has_perm(KEEP_BUDGET) else self.published()


class LineVersionQuerySet(models.QuerySet[Any]):
    """Lines of revisions."""

    def current(self) -> LineVersionQuerySet:
        """Of revisions in force: what the public sees today."""
        return self.filter(revision__is_current=True)

    def published(self) -> LineVersionQuerySet:
        """Of revisions that are or were in force."""
        return self.filter(revision__state=State.PUBLISHED)

    def of_year(self, year: int) -> LineVersionQuerySet:
        """Of a fiscal year's plans."""
        return self.filter(revision__plan__year_id=year)

    def budget(self) -> LineVersionQuerySet:
        """The budget itself: ordinance and supplements. Other plans say how and when, and would count twice."""
        return self.filter(revision__plan__kind__in=BUDGET_KINDS)

    def revenue(self) -> LineVersionQuerySet:
        """The estimate of revenue."""
        return self.filter(revision__plan__kind=PlanKind.REVENUE)

    def with_spending(self, statement: Statement | None) -> LineVersionQuerySet:
        """Each with `obligated`, `disbursed` and `received` of a statement; None where it is silent, or without one."""
        if statement is None:
            nothing = Cast(models.Value(None), models.DecimalField(max_digits=14, decimal_places=2))
            return self.annotate(obligated=nothing, disbursed=nothing, received=nothing)
        return self.alias(
            told=FilteredRelation("line__spent", condition=Q(line__spent__statement=statement)),
        ).annotate(obligated=F("told__obligated"), disbursed=F("told__disbursed"), received=F("told__received"))

    def holding(self, words: str) -> LineVersionQuerySet:
        """Those that hold every one of the words, inside Thai words too; `หมู่ที่ 3` is one, not anything with a 3."""
        return containing(self.with_numbers_of(words), "search", to_arabic_digits(words))

    def with_numbers_of(self, words: str) -> LineVersionQuerySet:
        """Those in which each number stands behind the same word as in `words`, as it does in `หมู่ที่ 3`."""
        plain = " ".join(to_arabic_digits(words).lower().split())
        rows = self
        for word, number in _NUMBERED.findall(plain)[:_MOST_NUMBERS]:
            rows = rows.filter(search__regex=rf"{re.escape(word)} ?{number}([^0-9]|$)")
        return rows


class StatementQuerySet(models.QuerySet[Any]):
    """Statements of spending."""

    def current(self) -> StatementQuerySet:
        """What is in force: one for each month that was told."""
        return self.filter(is_current=True)

    def latest_of(self, year: int) -> Any:
        """The statement of the latest month told of a fiscal year; None where nothing was told."""
        return self.current().filter(year_id=year).order_by("-month").first()


class MonthSummaryQuerySet(models.QuerySet[Any]):
    """Summaries of procurement."""

    def current(self) -> MonthSummaryQuerySet:
        """What is in force."""
        return self.filter(is_current=True)


class PurchaseQuerySet(models.QuerySet[Any]):
    """Purchases."""

    def public(self) -> PurchaseQuerySet:
        """Of summaries in force."""
        return self.filter(summary__is_current=True)


class CommentQuerySet(models.QuerySet[Any]):
    """Comments."""

    def public(self) -> CommentQuerySet:
        """Those that a budget officer let through."""
        return self.filter(state=CommentState.PUBLISHED)

    def waiting(self) -> CommentQuerySet:
        """Those that nobody has looked at."""
        return self.filter(state=CommentState.WAITING)

    def unanswered(self) -> CommentQuerySet:
        """Published questions and proposals without an answer."""
        return self.public().filter(answer="").exclude(kind="comment")
