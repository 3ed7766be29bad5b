"""The examples: where answers came with single-use codes there are slips, and they say how many were used."""

from __future__ import annotations

import pytest

from ita_portal.fiscal import today
from surveys.choices import Way
from surveys.demonstration import demonstrate_surveys
from surveys.models import Questionnaire, Slip, SlipBatch, Survey, Turnout

from ..cast import Cast
from .factories import version

pytestmark = pytest.mark.django_db


def test_slips_of_the_examples(cast: Cast) -> None:
    made = version(cast.secretary)
    Questionnaire.objects.filter(pk=made.questionnaire_id).update(regular=True)
    demonstrate_surveys()
    demonstrate_surveys()
    batches = {batch.survey_id: batch for batch in SlipBatch.objects.all()}
    assert SlipBatch.objects.count() == len(batches) == Survey.objects.count() == 9
    for survey in Survey.objects.all():
        batch = batches[survey.pk]
        used = sum(row.n for row in Turnout.objects.filter(survey=survey, way=Way.SINGLE_USE))
        unused = Slip.objects.filter(batch=batch).count()
        if survey.is_over():
            assert (batch.used, unused) == (used // 5 * 5, 0)
        else:
            left = survey.ballots.filter(way=Way.SINGLE_USE).count()
            assert (batch.used, unused) == (None, batch.issued - used - left)
            assert survey.opens_on <= today()
