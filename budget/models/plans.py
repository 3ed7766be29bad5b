"""Plans and their revisions: drafts that are worked on, published ones that stay."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ita_portal.guards import comes_as_draft, parts_of_published_stay, published_stays
from ita_portal.history import tracked
from organization.models import Division
from organization.search import grams_index

from ..choices import (
    BUDGET_KINDS,
    CATEGORIES_OF,
    Approver,
    Category,
    Group,
    PlanKind,
    Programme,
    RevenueGroup,
    Source,
    State,
)
from ..page_topics import bumps_when_published
from ..querysets import LineVersionQuerySet, PlanQuerySet, RevisionQuerySet
from .years import BudgetYear

CODE = r"[0-9A-Za-z][0-9A-Za-z.-]{0,39}"
"""What a line's code may be: it stands in an address."""
MOST_BAHT = Decimal("999999999999.99")


def money(verbose_name: Any, **options: Any) -> models.DecimalField:
    """An amount in baht with satang; None where it is not known, never zero instead."""
    return models.DecimalField(verbose_name, max_digits=14, decimal_places=2, **options)


class Plan(models.Model):
    """A plan of a fiscal year, over all its revisions. number: of the supplementary budget; 1 for every other kind."""

    year = models.ForeignKey(BudgetYear, models.PROTECT, related_name="plans", verbose_name=_("fiscal year (B.E.)"))
    kind = models.CharField(_("kind"), max_length=20, choices=PlanKind.choices)
    number = models.PositiveSmallIntegerField(_("number"), default=1)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-year_id", "pk"]
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        permissions = [("keep_budget", "Keeps and publishes plans, spending and procurement; answers comments")]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "kind", "number"], name="plan_once_a_year",
                violation_error_message=_("This plan is there already for that fiscal year. Revise it instead."),
            ),
            models.CheckConstraint(
                condition=Q(kind=PlanKind.SUPPLEMENT, number__range=(1, 99))
                | (~Q(kind=PlanKind.SUPPLEMENT) & Q(number=1)),
                name="plan_number_of_supplement",
                violation_error_message=_("Only supplementary budgets have numbers."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PlanKind.values), name="plan_kind_known",
                violation_error_message=_("This kind of plan does not exist."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} {self.year_id}"

    @property
    def name(self) -> str:
        """What it is called, without its year: `Supplementary budget 2`."""
        words = str(PlanKind(self.kind).label)
        return f"{words} {self.number}" if self.kind == PlanKind.SUPPLEMENT else words

    @property
    def slug(self) -> str:
        """As it stands in addresses: `ordinance`, `supplement-1`."""
        return f"{self.kind}-{self.number}" if self.kind == PlanKind.SUPPLEMENT else self.kind

    @property
    def is_budget(self) -> bool:
        """Whether its lines are the budget itself, to be added up and spent."""
        return self.kind in BUDGET_KINDS

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("budget:plan", args=[self.year_id, self.slug])


_ADDS_UP = """
    SELECT * INTO current FROM budget_revision r
     WHERE r.plan_id = NEW.plan_id AND r.state = 'published' ORDER BY r.number DESC LIMIT 1;
    IF NEW.based_on_id IS DISTINCT FROM current.id OR NEW.number IS DISTINCT FROM coalesce(current.number, 0) + 1 THEN
        RAISE EXCEPTION 'not based on what is current'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_follows_current';
    END IF;
    SELECT count(*), sum(v.revised) INTO counted, total FROM budget_lineversion v WHERE v.revision_id = NEW.id;
    IF counted = 0 THEN
        RAISE EXCEPTION 'no lines' USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_has_lines';
    END IF;
    IF NEW.declared_total IS NOT NULL AND NEW.declared_total IS DISTINCT FROM total THEN
        RAISE EXCEPTION 'declared %, found %', NEW.declared_total, total
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_total_adds_up';
    END IF;
    IF current.id IS NOT NULL
       AND (SELECT p.kind FROM budget_plan p WHERE p.id = NEW.plan_id) IN ('ordinance', 'supplement') THEN
        IF EXISTS (
            WITH moved AS (
                SELECT line_id, sum(gained) AS gained, sum(given) AS given FROM (
                    SELECT t.to_line_id AS line_id, t.amount AS gained, 0 AS given FROM budget_transfer t
                     WHERE t.revision_id = NEW.id AND t.to_line_id IS NOT NULL
                    UNION ALL
                    SELECT t.from_line_id, 0, t.amount FROM budget_transfer t
                     WHERE t.revision_id = NEW.id AND t.from_line_id IS NOT NULL) AS sides
                 GROUP BY line_id)
            SELECT FROM (SELECT * FROM budget_lineversion WHERE revision_id = NEW.id) AS after
              FULL JOIN (SELECT * FROM budget_lineversion WHERE revision_id = current.id) AS before USING (line_id)
              FULL JOIN moved USING (line_id)
             WHERE coalesce(after.transferred_in, 0) - coalesce(before.transferred_in, 0) <> coalesce(moved.gained, 0)
                OR coalesce(after.transferred_out, 0) - coalesce(before.transferred_out, 0) <> coalesce(moved.given, 0)
        ) THEN
            RAISE EXCEPTION 'transfers do not explain the lines'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_transfers_add_up';
        END IF;
        IF EXISTS (SELECT FROM budget_transfer t WHERE t.revision_id = NEW.id
                   HAVING sum(t.amount) FILTER (WHERE t.from_line_id IS NOT NULL)
                          IS DISTINCT FROM sum(t.amount) FILTER (WHERE t.to_line_id IS NOT NULL)) THEN
            RAISE EXCEPTION 'transfers do not balance'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_transfers_balance';
        END IF;
        IF EXISTS (
            SELECT FROM (SELECT * FROM budget_lineversion WHERE revision_id = NEW.id) AS after
              FULL JOIN (SELECT * FROM budget_lineversion WHERE revision_id = current.id) AS before USING (line_id)
             WHERE CASE WHEN before.id IS NULL THEN coalesce(after.original, 0) <> 0
                        WHEN after.id IS NULL THEN coalesce(before.revised, 0) <> 0
                        ELSE before.original IS NOT NULL AND after.original IS DISTINCT FROM before.original END
        ) THEN
            RAISE EXCEPTION 'an original amount changed'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_originals_stay';
        END IF;
        IF EXISTS (
            SELECT FROM budget_transfer t
              JOIN budget_lineversion v ON v.revision_id = NEW.id AND v.line_id = t.from_line_id
              JOIN budget_spent s ON s.line_id = t.from_line_id
             WHERE t.revision_id = NEW.id AND v.revised < coalesce(s.disbursed, 0) + coalesce(s.obligated, 0)
               AND s.statement_id = (SELECT m.id FROM budget_statement m JOIN budget_plan p ON p.year_id = m.year_id
                                      WHERE p.id = NEW.plan_id AND m.is_current ORDER BY m.month DESC LIMIT 1)
        ) THEN
            RAISE EXCEPTION 'spent money is given away'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_spent_money_stays';
        END IF;
    END IF;
    IF EXISTS (SELECT FROM budget_lineversion before
                JOIN budget_spent s ON s.line_id = before.line_id JOIN budget_statement m ON m.id = s.statement_id
               WHERE before.revision_id = current.id AND m.is_current
                 AND NOT EXISTS (SELECT FROM budget_lineversion after
                                  WHERE after.revision_id = NEW.id AND after.line_id = before.line_id)) THEN
        RAISE EXCEPTION 'a spent line is missing'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_spent_line_stays';
    END IF;
    RETURN NEW;
"""


@tracked
class Revision(models.Model):
    """One state of a plan: a draft that is worked on, or published as number 1, 2, … and then kept as it is.

    based_on: the published revision that it follows; None for the first. reason: why it follows it. declared_total:
    the total that the document states, against which the lines are added up. is_current: the latest published one.
    edits: how often the draft was changed, so that nobody overwrites another's words unseen.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="revisions", verbose_name=_("plan"))
    number = models.PositiveSmallIntegerField(_("revision"), null=True, editable=False)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="followers", editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    is_current = models.BooleanField(_("in force"), default=False, editable=False)
    title = models.CharField(_("title"), max_length=300)
    reason = models.TextField(_("what changes and why"), blank=True, max_length=4000)
    approver = models.CharField(_("approved by"), max_length=10, choices=Approver.choices, blank=True)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    document_number = models.CharField(_("number of the document"), max_length=200, blank=True)
    declared_total = money(_("declared total"), null=True, blank=True)
    edits = models.PositiveIntegerField(default=0, editable=False)
    form_mark = models.CharField(max_length=80, unique=True, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(_("begun at"), auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "-number"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        indexes = [
            models.Index(fields=["-published_at"], name="revision_published", condition=Q(state=State.PUBLISHED))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"], name="revision_number_once",
                violation_error_message=_("This number of a revision is taken."),
            ),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(is_current=True), name="revision_one_current",
                violation_error_message=_("One revision of a plan is in force."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT, number=None, published_by=None, published_at=None, is_current=False)
                | Q(state=State.PUBLISHED, number__isnull=False, number__gte=1)
                & Q(published_by__isnull=False, published_at__isnull=False),
                name="revision_published_by_somebody",
                violation_error_message=_("What is published has a number, a person and a time."),
            ),
            models.CheckConstraint(
                condition=Q(approver__in=["", *Approver.values]) & (Q(approver="") | Q(approved_on__isnull=False)),
                name="revision_approval_has_day",
                violation_error_message=_("An approval has a day."),
            ),
            models.CheckConstraint(
                condition=Q(declared_total=None) | Q(declared_total__gte=0), name="revision_total_not_negative",
                violation_error_message=_("A total is not below zero."),
            ),
        ]  # fmt: skip
        triggers = [
            comes_as_draft("revision_published_stays"),
            published_stays("revision_published_stays", "is_current"),
            bumps_when_published(),
            pgtrigger.Trigger(
                name="adds_up",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Q(old__state="draft", new__state="published"),
                declare=[("current", "budget_revision"), ("counted", "bigint"), ("total", "numeric")],
                func=_ADDS_UP,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} · {self.number or State.DRAFT.label}"

    @property
    def is_draft(self) -> bool:
        """Whether it is still worked on, and invisible to everybody but budget officers."""
        return self.state == State.DRAFT

    def get_absolute_url(self) -> str:
        """The public page of a published revision."""
        return reverse("budget:revision", args=[self.plan.year_id, self.plan.slug, self.number])


class Line(models.Model):
    """A line of a plan as itself, over all revisions: what an address names and spending refers to."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="lines")
    code = models.CharField(_("code"), max_length=40, validators=[RegexValidator(rf"^{CODE}$")])

    class Meta:
        ordering = ["plan", "code"]
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"], name="line_code_once",
                violation_error_message=_("This code is used by another line of the plan."),
            ),
            models.CheckConstraint(
                condition=Q(code__regex=rf"^{CODE}$"), name="line_code_plain",
                violation_error_message=_("A code has Latin letters, digits, dots and hyphens only."),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="stays_itself",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    RAISE EXCEPTION 'line % stays what it is', OLD.id
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'line_published_stays';
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def public_id(self) -> str:
        """What open data call it: unique in its fiscal year."""
        return f"{self.plan.slug}/{self.code}"

    def get_absolute_url(self) -> str:
        """Its public page, which can be cited."""
        return reverse("budget:line", args=[self.plan.year_id, self.plan.slug, self.code])


def _category_of_group() -> Q:
    known = Q(group="", category="")
    for group, categories in CATEGORIES_OF.items():
        known |= Q(group=group, category__in=["", *categories])
    return known


@pghistory.track(pghistory.UpdateEvent())
class LineVersion(models.Model):
    """What a revision says of a line.

    Amounts in baht: revised = original + transferred in - transferred out, all since the beginning of the year.
    original None: not known; it then has no revised amount either. q1-q4: planned for each quarter (spending plan).
    month_from, month_to: fiscal months, 1 is October (action plan, procurement plan). serves: the line of the budget
    that pays for it. search: what is searched in, in small letters (`budget.texts.search_text`).
    """

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="versions")
    line = models.ForeignKey(Line, models.PROTECT, related_name="versions")
    position = models.PositiveIntegerField(_("position"))
    programme = models.CharField(_("programme"), max_length=30, choices=Programme.choices, blank=True)
    work = models.CharField(_("work"), max_length=200, blank=True)
    group = models.CharField(_("expenditure group"), max_length=20, choices=Group.choices, blank=True)
    category = models.CharField(_("category"), max_length=20, choices=Category.choices, blank=True)
    revenue_group = models.CharField(_("category of revenue"), max_length=20, choices=RevenueGroup.choices, blank=True)
    item = models.CharField(_("item or project"), max_length=500)
    detail = models.TextField(_("details"), blank=True, max_length=8000)
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible division")
    )
    source = models.CharField(_("source of money"), max_length=20, choices=Source.choices, default=Source.BUDGET)
    original = money(_("original amount"), null=True, blank=True)
    transferred_in = money(_("transferred in"), default=Decimal(0))
    transferred_out = money(_("transferred out"), default=Decimal(0))
    revised = money(_("revised amount"), null=True, blank=True)
    q1 = money(_("planned in quarter 1"), null=True, blank=True)
    q2 = money(_("planned in quarter 2"), null=True, blank=True)
    q3 = money(_("planned in quarter 3"), null=True, blank=True)
    q4 = money(_("planned in quarter 4"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=300, blank=True)
    month_from = models.PositiveSmallIntegerField(_("from month"), null=True, blank=True)
    month_to = models.PositiveSmallIntegerField(_("to month"), null=True, blank=True)
    method = models.CharField(_("way of procurement"), max_length=20, blank=True)
    serves = models.ForeignKey(Line, models.PROTECT, null=True, blank=True, related_name="served_by")
    search = models.TextField(editable=False)

    objects = LineVersionQuerySet.as_manager()

    class Meta:
        ordering = ["revision", "position"]
        verbose_name = _("line of a revision")
        verbose_name_plural = _("lines of revisions")
        indexes = [
            models.Index(fields=["revision", "position"], name="line_version_in_order"),
            models.Index(fields=["revision", "programme", "position"], name="line_version_programme"),
            models.Index(fields=["revision", "division", "position"], name="line_version_division"),
            grams_index("search", "line_version_search"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "line"], name="line_in_revision_once",
                violation_error_message=_("This line is in the revision already."),
            ),
            models.CheckConstraint(
                condition=Q(original=None, revised=None, transferred_in=0, transferred_out=0)
                | Q(original__isnull=False, revised__isnull=False)
                & Q(revised=F("original") + F("transferred_in") - F("transferred_out")),
                name="line_revised_adds_up",
                violation_error_message=_("The revised amount is the original, plus transfers in, less transfers out."),
            ),
            models.CheckConstraint(
                condition=Q(transferred_in__gte=0, transferred_out__gte=0)
                & (Q(original=None) | Q(original__gte=0, revised__gte=0)),
                name="line_amounts_not_negative",
                violation_error_message=_("An amount is not below zero."),
            ),
            models.CheckConstraint(
                condition=Q(q1=None, q2=None, q3=None, q4=None)
                | (
                    Q(q1__isnull=False, q2__isnull=False, q3__isnull=False, q4__isnull=False)
                    & Q(q1__gte=0, q2__gte=0, q3__gte=0, q4__gte=0)
                    & Q(revised__isnull=False, revised=F("q1") + F("q2") + F("q3") + F("q4"))
                ),
                name="line_quarters_add_up",
                violation_error_message=_("The four quarters add up to the amount of the line."),
            ),
            models.CheckConstraint(
                condition=Q(month_from=None, month_to=None)
                | Q(month_from__isnull=False, month_to__isnull=False, month_from__gte=1)
                & Q(month_to__gte=F("month_from"), month_to__lte=12),
                name="line_months_in_year",
                violation_error_message=_("The months lie in the fiscal year, the first before the last."),
            ),
            models.CheckConstraint(
                condition=(Q(revenue_group="") & Q(programme__in=Programme.values))
                | Q(programme="", group="", category="", revenue_group__in=RevenueGroup.values),
                name="line_is_spending_or_revenue",
                violation_error_message=_("A line has a programme, or is revenue and has a category of revenue."),
            ),
            models.CheckConstraint(
                condition=_category_of_group(), name="line_category_of_group",
                violation_error_message=_("This category belongs to another expenditure group."),
            ),
            models.CheckConstraint(
                condition=Q(source__in=Source.values), name="line_source_known",
                violation_error_message=_("This source of money does not exist."),
            ),
            models.CheckConstraint(
                condition=~Q(item=""), name="line_has_item",
                violation_error_message=_("Say what the line is for."),
            ),
        ]  # fmt: skip
        triggers = parts_of_published_stay("line_published_stays", "budget_revision", "revision_id")

    def __str__(self) -> str:
        return self.item


@tracked
class Transfer(models.Model):
    """Money that moves between lines by a revision. One side is empty where a file tells the sides only.

    approver: the executive, or the council (clauses 26-27 of the budget procedure regulation B.E. 2563).
    """

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="transfers")
    from_line = models.ForeignKey(
        Line, models.PROTECT, null=True, blank=True, related_name="given", verbose_name=_("from")
    )
    to_line = models.ForeignKey(
        Line, models.PROTECT, null=True, blank=True, related_name="gained", verbose_name=_("to")
    )
    amount = money(_("amount"))
    approver = models.CharField(_("approved by"), max_length=10, choices=Approver.choices)
    approved_on = models.DateField(_("approved on"))
    document_number = models.CharField(_("number of the document"), max_length=200)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="transfer_is_something",
                violation_error_message=_("A transfer is more than zero."),
            ),
            models.CheckConstraint(
                condition=(Q(from_line__isnull=False) | Q(to_line__isnull=False))
                & (Q(from_line=None) | Q(to_line=None) | ~Q(from_line=F("to_line"))),
                name="transfer_between_two",
                violation_error_message=_("A transfer goes from one line to another."),
            ),
            models.CheckConstraint(
                condition=Q(approver__in=Approver.values) & ~Q(document_number=""), name="transfer_approved",
                violation_error_message=_("A transfer was approved by somebody, on a day, in a document."),
            ),
        ]  # fmt: skip
        triggers = parts_of_published_stay("transfer_published_stays", "budget_revision", "revision_id")

    def __str__(self) -> str:
        return f"{self.from_line_id} → {self.to_line_id} {self.amount}"


class Document(models.Model):
    """A file of a revision: the ordinance as signed, its spreadsheet."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="documents")
    title = models.CharField(_("title"), max_length=300)
    file = models.FileField(_("file"), upload_to="budget/documents/", max_length=200)
    name = models.CharField(_("file name"), max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("document of a plan")
        verbose_name_plural = _("documents of plans")
        triggers = parts_of_published_stay("document_published_stays", "budget_revision", "revision_id")

    def __str__(self) -> str:
        return self.title
