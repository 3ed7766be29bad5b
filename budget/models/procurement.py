"""Purchases month by month (form สขร.1) and the yearly report."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ita_portal.guards import comes_as_draft, parts_of_published_stay, published_stays
from ita_portal.history import tracked
from organization.models import Division

from ..choices import Method, PurchaseState, Source, State
from ..page_topics import bumps_when_published, bumps_where
from ..querysets import MonthSummaryQuerySet, PurchaseQuerySet
from .monthly import Monthly
from .plans import Line, money
from .years import BudgetYear

_NO_CITIZEN = r"(^|[^0-9])[1-9][0-9]{12}([^0-9]|$)"
"""Thirteen digits that do not begin with 0: a person's number. A company's begins with 0."""


@tracked
class MonthSummary(Monthly):
    """The purchases of a fiscal month (1 is October), published together. nothing: there was none, and it is said.

    A correction is published as the next number and takes its place.
    """

    year = models.ForeignKey(BudgetYear, models.PROTECT, related_name="summaries", verbose_name=_("fiscal year (B.E.)"))
    month = models.PositiveSmallIntegerField(_("month"))
    nothing = models.BooleanField(_("no purchase this month"), default=False)

    objects = MonthSummaryQuerySet.as_manager()

    class Meta:
        ordering = ["-year_id", "month", "-number"]
        verbose_name = _("monthly summary of procurement")
        verbose_name_plural = _("monthly summaries of procurement")
        constraints = [
            models.UniqueConstraint(
                fields=["year", "month", "number"], name="summary_number_once",
                violation_error_message=_("This version of the summary is there already."),
            ),
            models.UniqueConstraint(
                fields=["year", "month"], condition=Q(is_current=True), name="summary_one_current",
                violation_error_message=_("One summary of a month is in force."),
            ),
            models.CheckConstraint(
                condition=Q(month__range=(1, 12)), name="summary_month_of_year",
                violation_error_message=_("A fiscal year has twelve months."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT, number=None, published_by=None, published_at=None, is_current=False)
                | Q(state=State.PUBLISHED, number__isnull=False, number__gte=1)
                & Q(published_by__isnull=False, published_at__isnull=False),
                name="summary_published_by_somebody",
                violation_error_message=_("What is published has a number, a person and a time."),
            ),
        ]  # fmt: skip
        triggers = [
            comes_as_draft("summary_published_stays"),
            published_stays("summary_published_stays", "is_current"),
            bumps_when_published(),
            pgtrigger.Trigger(
                name="whole",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Q(old__state="draft", new__state="published"),
                func="""
                    IF NEW.nothing = EXISTS (SELECT FROM budget_purchase p WHERE p.summary_id = NEW.id) THEN
                        RAISE EXCEPTION 'neither purchases nor none'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'month_says_nothing';
                    END IF;
                    IF EXISTS (SELECT FROM budget_purchase p WHERE p.summary_id = NEW.id
                                  AND p.line_id IS NULL AND NOT p.off_budget) THEN
                        RAISE EXCEPTION 'a purchase without a line'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'purchase_has_line';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year_id}/{self.month}"


class Purchase(models.Model):
    """A purchase in the official columns of form สขร.1, and what the assessor asks for beside them.

    bids: those who offered, `[{"name": …, "price": "12000.00" or null}]`. off_budget: not paid from a line of the
    budget. winner_tax_id: of a company in full; of a person only the last four digits (`XXXXXXXXX1234`).
    """

    summary = models.ForeignKey(MonthSummary, models.CASCADE, related_name="purchases")
    position = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("what is bought or hired"), max_length=500)
    budget_amount = money(_("budget for it"))
    reference_price = money(_("reference price"), null=True, blank=True)
    method = models.CharField(_("way of procurement"), max_length=20, choices=Method.choices)
    bids = models.JSONField(_("bidders and their prices"), default=list, blank=True)
    winner = models.CharField(_("chosen"), max_length=300, blank=True)
    winner_tax_id = models.CharField(_("tax number"), max_length=13, blank=True)
    agreed_price = money(_("agreed price"), null=True, blank=True)
    reason = models.CharField(_("reason for the choice"), max_length=1000, blank=True)
    contract_number = models.CharField(_("number of the contract"), max_length=200, blank=True)
    contract_date = models.DateField(_("date of the contract"), null=True, blank=True)
    egp_number = models.CharField(_("project number in e-GP"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=PurchaseState.choices, default=PurchaseState.RUNNING)
    source = models.CharField(_("source of money"), max_length=20, choices=Source.choices, default=Source.BUDGET)
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible division")
    )
    line = models.ForeignKey(
        Line, models.PROTECT, null=True, blank=True, related_name="purchases", verbose_name=_("budget line")
    )
    off_budget = models.BooleanField(_("not paid from the budget"), default=False)

    objects = PurchaseQuerySet.as_manager()

    class Meta:
        ordering = ["summary", "position"]
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")
        constraints = [
            models.UniqueConstraint(
                fields=["summary", "position"], name="purchase_position_once",
                violation_error_message=_("This number is used in the month already."),
            ),
            models.CheckConstraint(
                condition=Q(budget_amount__gte=0)
                & (Q(reference_price=None) | Q(reference_price__gte=0))
                & (Q(agreed_price=None) | Q(agreed_price__gte=0)),
                name="purchase_amounts_not_negative",
                violation_error_message=_("An amount is not below zero."),
            ),
            models.CheckConstraint(
                condition=Q(winner_tax_id__regex=r"^(|0\d{12}|X{9}\d{4})$"), name="purchase_citizen_masked",
                violation_error_message=_("A person's number is never shown in full."),
            ),
            models.CheckConstraint(
                condition=~Q(title__regex=_NO_CITIZEN) & ~Q(winner__regex=_NO_CITIZEN) & ~Q(reason__regex=_NO_CITIZEN),
                name="purchase_no_citizen_number",
                violation_error_message=_("A person's number of 13 digits is never shown. Take it out of the text."),
            ),
            models.CheckConstraint(
                condition=Q(method__in=Method.values, status__in=PurchaseState.values, source__in=Source.values),
                name="purchase_words_known",
                violation_error_message=_("This way, status or source does not exist."),
            ),
            models.CheckConstraint(
                condition=~Q(off_budget=True) | Q(line=None), name="purchase_line_or_off_budget",
                violation_error_message=_("A purchase has a budget line or is not paid from the budget, not both."),
            ),
        ]  # fmt: skip
        triggers = parts_of_published_stay("purchase_published_stays", "budget_monthsummary", "summary_id")

    def __str__(self) -> str:
        return self.title


@tracked
class ProcurementReport(models.Model):
    """What the yearly report of procurement says beside its figures. published_at None: not public yet."""

    year = models.OneToOneField(BudgetYear, models.PROTECT, primary_key=True, related_name="procurement_report")
    problems = models.TextField(_("problems"), max_length=8000, blank=True)
    suggestions = models.TextField(_("suggestions"), max_length=8000, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    edits = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("yearly report of procurement")
        verbose_name_plural = _("yearly reports of procurement")
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None)
                | (Q(published_at__isnull=False, published_by__isnull=False) & ~Q(problems="") & ~Q(suggestions="")),
                name="procurement_report_whole",
                violation_error_message=_("Write the problems and the suggestions, or that there were none."),
            ),
        ]  # fmt: skip
        triggers = [
            bumps_where(
                "(TG_OP <> 'INSERT' AND OLD.published_at IS NOT NULL)"
                " OR (TG_OP <> 'DELETE' AND NEW.published_at IS NOT NULL)"
            )
        ]

    def __str__(self) -> str:
        return str(self.year_id)
