"""Trainings: their part of `retention.py`. Five years after the last day it is forgotten what each reached in the test,
and who enrolled without coming. Attendance, certificates, counts and averages stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Exists, OuterRef

from ita_portal.fiscal import today
from organization.retention import retentions

from .models import Attendance, Enrolment, Training, TrainingAverage, TrainingResult
from .models.trainings import kept_from
from .trainings_reading import averages_of


def apply(day: dt.date) -> Mapping[str, int]:
    """Keep the averages of tests and destroy the scores of each; destroy enrolments of those who were not there."""
    with transaction.atomic():
        last = kept_from(min(day, today()))
        there = Attendance.objects.filter(session__training=OuterRef("training"), user=OuterRef("user"))
        absent = Enrolment.objects.filter(~Exists(there))
        its = {"training": OuterRef("pk")}
        left = Exists(TrainingResult.objects.filter(**its)) | Exists(absent.filter(**its))
        # Locked: whoever takes a test or comes waits.
        old = list(
            Training.objects.filter(left, last_day__lt=last)
            .order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True)
        )  # fmt: skip
        results = TrainingResult.objects.filter(training__in=old)
        TrainingAverage.objects.bulk_create(
            (
                TrainingAverage(training_id=training, moment=moment, people=average.people, mean=average.mean)
                for (training, moment), average in averages_of(results).items()
            ),
            ignore_conflicts=True,
        )
        scores, _by_model = results.delete()
        enrolments, _by_model = absent.filter(training__in=old).delete()
    return {"scores of tests": scores, "enrolments in trainings": enrolments}


retentions.register("guidelines.trainings", apply)
