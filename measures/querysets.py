"""The questions that pages ask of the plan, by name."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q


class PlanQuerySet(models.QuerySet):
    """Plans as they are worked on: for staff."""

    def with_structure(self) -> PlanQuerySet:
        """With everything that a whole plan is made of, in a fixed number of queries."""
        return self.prefetch_related(
            "areas__area_questions__question",
            "areas__findings",
            "areas__measures__responsibilities__division",
            "limitations",
        )


class MeasureQuerySet(models.QuerySet):
    """Measures as they are worked on."""

    def due_in(self, fiscal_year: int, quarter: int) -> MeasureQuerySet:
        """Those whose schedule holds the quarter."""
        return self.filter(area__plan__fiscal_year=fiscal_year, quarters__contains=[quarter])

    def of_division(self, division: Any) -> MeasureQuerySet:
        """Those for which the division is responsible, by name or with all others."""
        return self.filter(Q(all_divisions=True) | Q(responsibilities__division=division)).distinct()


class ProgressQuerySet(models.QuerySet):
    """Reports as they are worked on."""

    def consolidated(self) -> ProgressQuerySet:
        """The reports of the office that keeps the plan."""
        return self.filter(division__isnull=True)

    def shares(self) -> ProgressQuerySet:
        """The divisions' own words."""
        return self.filter(division__isnull=False)

    def shares_to_consolidate(self) -> ProgressQuerySet:
        """Shares that came after the office's own report was last written."""
        whole = self.model._default_manager.filter(
            measure=OuterRef("measure"),
            quarter=OuterRef("quarter"),
            division=None,
            updated_at__gte=OuterRef("updated_at"),
        )
        return self.shares().filter(~Exists(whole))

    def unpublished(self) -> ProgressQuerySet:
        """Consolidated reports that hold something the public does not see yet."""
        return self.consolidated().filter(revision__gt=F("published_revision"))


class EvidenceQuerySet(models.QuerySet):
    """Proofs."""

    def in_use(self) -> EvidenceQuerySet:
        """Not withdrawn from the report that is worked on."""
        return self.filter(withdrawn_at__isnull=True)

    def public(self) -> EvidenceQuerySet:
        """Those that some published version shows."""
        return self.filter(published_evidence__isnull=False).distinct()


class PlanVersionQuerySet(models.QuerySet):
    """Published structures."""

    def current(self) -> PlanVersionQuerySet:
        """What the public sees now."""
        return self.filter(is_current=True)


class ProgressVersionQuerySet(models.QuerySet):
    """Published reports."""

    def current(self) -> ProgressVersionQuerySet:
        """What the public sees now."""
        return self.filter(is_current=True)

    def with_evidence(self) -> ProgressVersionQuerySet:
        """With the proofs, in two queries more."""
        return self.prefetch_related("published_evidence__evidence")
