"""A fiscal year of the budget: what hangs on the year itself. Its row is locked where something of it is published."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import FIRST_YEAR, LAST_YEAR, FiscalYear
from ita_portal.history import tracked
from organization.page_topics import bumps_pages

from ..page_topics import TOPIC


@tracked
class BudgetYear(models.Model):
    """A fiscal year that has a budget in the portal.

    inhabitants: of the municipality, for figures per head; None where nobody entered it. inhabitants_on: as of.
    """

    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year (B.E.)"), primary_key=True)
    inhabitants = models.PositiveIntegerField(_("inhabitants"), null=True, blank=True)
    inhabitants_on = models.DateField(_("inhabitants as of"), null=True, blank=True)

    class Meta:
        ordering = ["-fiscal_year"]
        verbose_name = _("budget year")
        verbose_name_plural = _("budget years")
        constraints = [
            models.CheckConstraint(
                condition=Q(fiscal_year__range=(FIRST_YEAR, LAST_YEAR)), name="budget_year_buddhist",
                violation_error_message=_("The fiscal year is a year of the Buddhist Era, for example 2567."),
            ),
            models.CheckConstraint(
                condition=Q(inhabitants=None) | Q(inhabitants__gte=1), name="budget_year_has_inhabitants",
                violation_error_message=_("A municipality has inhabitants. Leave it empty where they are not known."),
            ),
        ]  # fmt: skip
        triggers = [bumps_pages(TOPIC)]

    def __str__(self) -> str:
        return str(self.fiscal_year)

    @property
    def year(self) -> FiscalYear:
        """The fiscal year as a value."""
        return FiscalYear(self.fiscal_year)
