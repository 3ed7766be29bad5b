"""The questions that pages ask of the results, by name."""

from __future__ import annotations

from django.db import models


class AssessmentResultQuerySet(models.QuerySet):
    """Results of the assessment."""

    def current(self) -> AssessmentResultQuerySet:
        """What everybody reads: of each year the version in force."""
        return self.filter(is_current=True)

    def drafts(self) -> AssessmentResultQuerySet:
        """What is still worked on."""
        return self.filter(state="draft")

    def published(self) -> AssessmentResultQuerySet:
        """Every version that is or was public."""
        return self.filter(state="published")

    def with_scores(self) -> AssessmentResultQuerySet:
        """With indicators and questions, in two queries more."""
        return self.prefetch_related("indicators", "questions")
