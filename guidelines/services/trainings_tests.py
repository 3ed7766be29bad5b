"""The short test before and after a training."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import today
from organization.models import User

from ..errors import RefusedError, guarded, require
from ..models import Attendance, Training, TrainingResult
from ..trainings_choices import OPEN_STATES, Moment, TrainingState
from .trainings import locked

TRIES_A_DAY = 3
"""Of the test afterwards: who tries every choice until one is right has learnt nothing."""
TRIED_ENOUGH = gettext_lazy("You have tried three times today. Look at the matter again and try once more tomorrow.")


def percent(correct: int, questions: int) -> Decimal:
    """A score in percent with two decimals, half up."""
    return (Decimal(100 * correct) / questions).quantize(Decimal("0.01"), ROUND_HALF_UP)


def reaches(correct: int, questions: int, mark: int | None) -> bool:
    """Whether a score reaches a pass mark in percent; exact, nothing is rounded up to it. No mark: always."""
    return mark is None or 100 * correct >= mark * questions


def rests(result: TrainingResult) -> bool:
    """Whether somebody has tried so often today that the next try is tomorrow's."""
    return result.moment == Moment.AFTER and result.day == today() and result.attempts >= TRIES_A_DAY


def may_take(training: Training, user: User, moment: Moment) -> bool:
    """Whether somebody takes the test now. At most four queries."""
    try:
        _require(training, user, moment)
    except RefusedError:
        return False
    return True


def _require(training: Training, user: User, moment: Moment) -> TrainingResult | None:
    """RefusedError where the test is not theirs to take now; the result that they have already."""
    require(training.questions.exists(), "no_test", _("This training has no test."))
    require(training.state in OPEN_STATES and not training.is_forgotten, "test_closed", _("The test is closed."))
    results = {row.moment: row for row in training.results.filter(user=user)}
    if moment == Moment.BEFORE:
        require(
            training.enrolments.filter(user=user, waiting=False).exists(), "result_of_participant",
            _("Enrol first: the test is for whoever takes part."),
        )  # fmt: skip
        require(Moment.AFTER not in results, "after_taken", _("You have taken the test afterwards already."))
        require(
            training.state == TrainingState.ANNOUNCED
            and training.first_day is not None
            and today() <= training.first_day,
            "test_closed", _("The test beforehand ends on the first day."),
        )  # fmt: skip
        require(moment not in results, "result_once", _("You have taken this test already. It is taken once."))
        return None
    require(
        Attendance.objects.filter(session__training=training, user=user).exists(), "result_of_participant",
        _("Check in first: this test is for whoever was there."),
    )  # fmt: skip
    known = results.get(moment)
    require(
        known is None
        or (training.pass_mark is not None and not reaches(known.correct, known.questions, training.pass_mark)),
        "result_once", _("You have taken this test already. It is taken once."),
    )  # fmt: skip
    require(known is None or not rests(known), "tries_of_the_day", TRIED_ENOUGH)
    return known


def take_test(training: Training, moment: Moment, answers: Mapping[int, int], *, by: User) -> TrainingResult:
    """Mark a test: only the score and the day are kept. answers: the place of the chosen option by question.

    Every question is answered. A test afterwards that was not passed may be repeated, three times a day at most; the
    best score counts, and the day is that of the latest try.
    """
    with guarded():
        found = locked(training)
        known = _require(found, by, moment)
        questions = list(found.questions.all())
        for question in questions:
            require(
                0 <= answers.get(question.pk, -1) < len(question.options), "not_answered",
                _("Choose an answer."), field=f"question_{question.pk}",
            )  # fmt: skip
        correct = sum(answers[question.pk] == question.right for question in questions)
        if known is None:
            made: TrainingResult = TrainingResult.objects.create(
                training=found, user=by, moment=moment, correct=correct, questions=len(questions), day=today()
            )
            return made
        known.correct = max(known.correct, correct)
        known.attempts = known.attempts + 1 if known.day == today() else 1
        known.day = today()
        known.save(update_fields=["correct", "day", "attempts"])
    return known
