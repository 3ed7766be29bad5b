"""What people said, what became of it and who has read the plan: for pages, each in a fixed number of queries.

Public pages are kept until something of the budget is published or answered; what merely comes in raises no page.
Therefore what was sent and what was not published is told **as of the end of yesterday**, and what is public as it is
now. The day is in the cache's key.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    Exists,
    F,
    Func,
    Min,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
)

from ita_portal.fiscal import BANGKOK, FIRST_YEAR, LAST_YEAR, FiscalYear, today
from ita_portal.keyset import Keyset
from organization.models import User

from .choices import CommentKind, CommentState, PlanKind
from .models import Comment, Line, LineVersion, Plan, Reading, Revision
from .querysets import CommentQuerySet
from .reading.years import public_years
from .services.voices import ANSWER_DAYS, Reason, read_reason

PAGE = 20
NEWEST = Keyset(Comment, "-pk")
OLDEST = Keyset(Comment, "pk")
FEWEST = 2
"""People of a division from which on its share is told to everybody: of one alone it would be their name."""
ABOUT = ("plan", "line__plan", "division")
"""What a comment is shown with."""


class Median(Aggregate):
    """The middle one of a column's durations."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def in_days(time: dt.timedelta | None) -> Decimal | None:
    """A time in days, with one decimal."""
    if time is None:
        return None
    seconds = max(time.total_seconds(), 0)
    return (Decimal(seconds) / 86_400).quantize(Decimal("0.1"), ROUND_HALF_UP)


def begin_of(day: dt.date) -> dt.datetime:
    """When a day begins in Bangkok."""
    return dt.datetime.combine(day, dt.time(), BANGKOK)


def has_pages(year: int) -> bool:
    """Whether the public finds anything of the year's budget."""
    return public_years().filter(pk=year).exists()


def is_open(year: int, *, has_budget: bool) -> bool:
    """Whether people may say something about a fiscal year: one with a budget, this one, and the next that is planned.

    A year of which something was said stays to be read.
    """
    now = FiscalYear.current().number
    return FIRST_YEAR <= year <= LAST_YEAR and (
        has_budget or year in (now, now + 1) or Comment.objects.public().filter(year_id=year).exists()
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of what people said about a year. waiting, refused, received: until the end of yesterday.

    median_days: between sending and answer, of what was answered; None where nothing was. reasons: label and number.
    """

    received: int
    published: int
    answered: int
    to_answer: int
    late: int
    refused: int
    median_days: Decimal | None
    reasons: Sequence[tuple[str, int]]
    until: dt.date

    @property
    def waiting(self) -> int:
        """Not looked at yet."""
        return self.received - self.published - self.refused


def counts_of(year: int) -> Counts:
    """The counts of a fiscal year. Two queries."""
    start = begin_of(today())
    public, open_ = Q(state=CommentState.PUBLISHED), Q(answer="") & ~Q(kind=CommentKind.COMMENT)
    refused = Q(state=CommentState.REFUSED, moderated_at__lt=start)
    rows = Comment.objects.filter(year_id=year).order_by()
    found = rows.aggregate(
        received=Count("pk", filter=Q(sent_at__lt=start) | public),
        published=Count("pk", filter=public),
        answered=Count("pk", filter=public & ~Q(answer="")),
        to_answer=Count("pk", filter=public & open_),
        late=Count("pk", filter=public & open_ & Q(sent_at__lt=start - dt.timedelta(days=ANSWER_DAYS))),
        refused=Count("pk", filter=refused),
        median=Median(F("answered_at") - F("sent_at"), filter=public & ~Q(answer="")),
    )
    code = Func(F("reason"), Value(":"), Value(1), function="SPLIT_PART", output_field=TextField())
    reasons: Counter[str] = Counter()
    for kept, number in rows.filter(refused).values_list(code).annotate(number=Count("pk")):
        reasons[read_reason(kept)[0]] += number
    return Counts(
        **{name: found[name] for name in ("received", "published", "answered", "to_answer", "late", "refused")},
        median_days=in_days(found["median"]),
        reasons=[(str(Reason(name).label), number) for name, number in reasons.most_common()],
        until=today() - dt.timedelta(days=1),
    )


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as it is shown. about: of which line or plan, with its address; empty: of the year.

    corrected_at: when the answer was last changed, None where it stands as it was given.
    """

    comment: Comment
    about: str
    url: str
    is_line: bool
    corrected_at: dt.datetime | None

    @property
    def is_late(self) -> bool:
        """Whether its answer is overdue."""
        return (
            not self.comment.answer
            and self.comment.kind != CommentKind.COMMENT
            and self.comment.state == CommentState.PUBLISHED
            and self.comment.sent_at < begin_of(today()) - dt.timedelta(days=ANSWER_DAYS)
        )

    @property
    def waits_for_answer(self) -> bool:
        """Whether it should be answered and is not."""
        return not self.comment.answer and self.comment.kind != CommentKind.COMMENT


def said(comments: Sequence[Comment]) -> list[Said]:
    """Comments, read with `ABOUT`, as they are shown. Two queries."""
    items = items_of(comment.line_id for comment in comments if comment.line_id)
    corrected = _corrections([comment.pk for comment in comments if comment.answer])
    return [
        Said(comment, *_about(comment, items), corrected_at=corrected.get(comment.pk))
        for comment in comments
    ]  # fmt: skip


def _about(comment: Comment, items: dict[int, str]) -> tuple[str, str, bool]:
    if comment.line is not None:
        return items.get(comment.line_id or 0, comment.line.code), comment.line.get_absolute_url(), True
    if comment.plan is not None:
        return comment.plan.name, comment.plan.get_absolute_url(), False
    return "", "", False


def items_of(lines: Iterable[int]) -> dict[int, str]:
    """What lines are for, as last published. One query, none without lines."""
    wanted = set(lines)
    if not wanted:
        return {}
    latest = LineVersion.objects.published().filter(line_id__in=wanted).order_by("line_id", "-revision__number")
    return dict(latest.distinct("line_id").values_list("line_id", "item"))


def _corrections(comments: Sequence[int]) -> dict[int, dt.datetime]:
    """When answers were last changed after they had been given."""
    if not comments:
        return {}
    events = Comment.pgh_event_models["update"].objects  # type: ignore[attr-defined]
    first: dict[int, list[dt.datetime]] = {}
    given = events.filter(pgh_obj_id__in=comments).exclude(answer="").order_by()
    for row in given.values("pgh_obj_id", "answer").annotate(at=Min("pgh_created_at")):
        first.setdefault(row["pgh_obj_id"], []).append(row["at"])
    return {key: max(times) for key, times in first.items() if len(times) > 1}


def public_comments(year: int) -> CommentQuerySet:
    """What is public of a fiscal year, ready to be shown."""
    found: CommentQuerySet = Comment.objects.public().filter(year_id=year).select_related(*ABOUT)
    return found


def comments_of_line(line: Line, most: int = 5) -> list[Said]:
    """The latest public comments on a line, for its page. Three queries at most."""
    return said(list(Comment.objects.public().filter(line=line).select_related(*ABOUT).order_by("-pk")[:most]))


def comments_of_plan(plan: Plan, most: int = 5) -> list[Said]:
    """The latest public comments on a plan and its lines. Three queries at most."""
    found = Comment.objects.public().filter(year_id=plan.year_id, plan=plan)
    return said(list(found.select_related(*ABOUT).order_by("-pk")[:most]))


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a division's people have read the plan. name: of the division."""

    key: int
    name: str
    people: int
    read: int

    @property
    def percent(self) -> int:
        """Rounded to whole percent."""
        return round(100 * self.read / self.people) if self.people else 0

    @property
    def is_told(self) -> bool:
        """Whether everybody may see it."""
        return self.people >= FEWEST


@dataclass(frozen=True, slots=True)
class Readers:
    """Who of a year's staff has read the ordinance in force: by division, those who work today."""

    revision: Revision
    shares: Sequence[Share]

    @property
    def whole(self) -> Share:
        """All divisions together."""
        return Share(0, "", sum(one.people for one in self.shares), sum(one.read for one in self.shares))


def ordinance_in_force(year: int) -> Revision | None:
    """The ordinance of a fiscal year as it is in force."""
    found: Revision | None = (
        Revision.objects.current()
        .filter(plan__year_id=year, plan__kind=PlanKind.ORDINANCE)
        .select_related("plan").first()
    )  # fmt: skip
    return found


def staff() -> QuerySet[User]:
    """Who works in a division of the municipality today."""
    return User.objects.filter(is_active=True, division__isnull=False)


def readers_of(revision: Revision) -> Readers:
    """Shares of those who have read a revision. One query."""
    has_read = Exists(Reading.objects.filter(revision=revision, user=OuterRef("pk")))
    rows = (
        staff()
        .values("division_id", "division__name", "division__order")
        .annotate(people=Count("pk"), read=Count("pk", filter=Q(has_read)))
        .order_by("division__order")
    )
    return Readers(
        revision, [Share(row["division_id"], row["division__name"], row["people"], row["read"]) for row in rows]
    )


def people_and_readings(revision: Revision) -> list[dict[str, Any]]:
    """Everybody of the staff, by division and name, and when they read a revision; `read_at` None: not yet."""
    read = dict(Reading.objects.filter(revision=revision).values_list("user_id", "read_at"))
    people = staff().select_related("division").order_by("division__order", "first_name", "last_name", "username")
    return [{"person": one, "division": one.division, "read_at": read.get(one.pk)} for one in people]


def unread_ordinance(user: User) -> Revision | None:
    """What somebody of the staff should read: this year's ordinance in force, unless they have. Two queries."""
    if user.division_id is None:
        return None
    revision = ordinance_in_force(FiscalYear.current().number)
    if revision is None or Reading.objects.filter(revision=revision, user=user).exists():
        return None
    return revision
