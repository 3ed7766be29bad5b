"""What was spent and received: statements, each telling the state of every line at the end of a month."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import FiscalQuarter, FiscalYear
from ita_portal.guards import comes_as_draft, parts_of_published_stay, published_stays
from ita_portal.history import tracked

from ..choices import State
from ..page_topics import bumps_when_published
from ..querysets import StatementQuerySet
from .monthly import Monthly
from .plans import Line, money
from .years import BudgetYear


@tracked
class Statement(Monthly):
    """The state of spending at the end of a fiscal month (1 is October): amounts since 1 October, as the books tell.

    What a month or quarter spent is the difference to the statement before it. as_of: the day the data are from.
    A correction of the same month is published as the next number and takes its place.
    """

    year = models.ForeignKey(
        BudgetYear, models.PROTECT, related_name="statements", verbose_name=_("fiscal year (B.E.)")
    )
    month = models.PositiveSmallIntegerField(_("up to the end of month"))
    as_of = models.DateField(_("data as of"))

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["-year_id", "-month", "-number"]
        verbose_name = _("statement of spending")
        verbose_name_plural = _("statements of spending")
        constraints = [
            models.UniqueConstraint(
                fields=["year", "month", "number"], name="statement_number_once",
                violation_error_message=_("This version of the statement is there already."),
            ),
            models.UniqueConstraint(
                fields=["year", "month"], condition=Q(is_current=True), name="statement_one_current",
                violation_error_message=_("One statement of a month is in force."),
            ),
            models.CheckConstraint(
                condition=Q(month__range=(1, 12)), name="statement_month_of_year",
                violation_error_message=_("A fiscal year has twelve months."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT, number=None, published_by=None, published_at=None, is_current=False)
                | Q(state=State.PUBLISHED, number__isnull=False, number__gte=1)
                & Q(published_by__isnull=False, published_at__isnull=False),
                name="statement_published_by_somebody",
                violation_error_message=_("What is published has a number, a person and a time."),
            ),
        ]  # fmt: skip
        triggers = [
            comes_as_draft("statement_published_stays"),
            published_stays("statement_published_stays", "is_current"),
            bumps_when_published(),
        ]

    def __str__(self) -> str:
        return f"{self.year_id}/{self.month}"

    @property
    def quarter(self) -> FiscalQuarter:
        """The quarter in which its month lies."""
        return FiscalQuarter(FiscalYear(self.year_id), (self.month + 2) // 3)

    @property
    def ends_quarter(self) -> bool:
        """Whether its month is the last of a quarter."""
        return self.month % 3 == 0


class Spent(models.Model):
    """What a statement says of a line, in baht. None: not known.

    obligated: committed and not paid yet, on that day. disbursed: paid since 1 October. received: of revenue, likewise.
    """

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="rows")
    line = models.ForeignKey(Line, models.PROTECT, related_name="spent")
    obligated = money(_("obligated"), null=True, blank=True)
    disbursed = money(_("disbursed"), null=True, blank=True)
    received = money(_("received"), null=True, blank=True)

    class Meta:
        ordering = ["statement", "line"]
        verbose_name = _("spending of a line")
        verbose_name_plural = _("spending of lines")
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "line"], name="spent_once",
                violation_error_message=_("This line is in the statement already."),
            ),
            models.CheckConstraint(
                condition=(Q(obligated=None) | Q(obligated__gte=0))
                & (Q(disbursed=None) | Q(disbursed__gte=0))
                & (Q(received=None) | Q(received__gte=0)),
                name="spent_not_negative",
                violation_error_message=_("An amount is not below zero."),
            ),
            models.CheckConstraint(
                condition=Q(received=None) | Q(obligated=None, disbursed=None), name="spent_or_received",
                violation_error_message=_("A line is spent or received, not both."),
            ),
        ]  # fmt: skip
        triggers = [
            *parts_of_published_stay("spent_published_stays", "budget_statement", "statement_id"),
            pgtrigger.Trigger(
                name="same_year",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="entered"),
                func="""
                    IF EXISTS (SELECT FROM entered e JOIN budget_statement s ON s.id = e.statement_id
                                JOIN budget_line l ON l.id = e.line_id JOIN budget_plan p ON p.id = l.plan_id
                               WHERE p.year_id <> s.year_id) THEN
                        RAISE EXCEPTION 'a line of another year'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'spent_same_year';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.disbursed if self.received is None else self.received}"
