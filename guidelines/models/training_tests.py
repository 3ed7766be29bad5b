"""The short test of a training. Of a person only the score and its day are kept, not what they chose; some years later
only the averages of all."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ita_portal.small_groups import LEAST

from ..trainings_choices import Moment
from .trainings import Training, refusal

MOST_OPTIONS = 6


class TrainingQuestion(models.Model):
    """A question with options of which one is right. Locked once somebody has taken the test.

    right: the place of the right option, from 0. why: said with the right answer afterwards.
    """

    training = models.ForeignKey(Training, models.CASCADE, related_name="questions")
    text = models.CharField(_("question"), max_length=500)
    options = ArrayField(models.CharField(max_length=300), size=MOST_OPTIONS)
    right = models.PositiveSmallIntegerField(_("right option"))
    why = models.CharField(_("why it is right"), max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("question of a test")
        verbose_name_plural = _("questions of tests")
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") & Q(options__len__range=(2, MOST_OPTIONS)) & Q(right__lt=F("options__len")),
                name="question_has_options",
                violation_error_message=_("A question has two to six options, and one of them is right."),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="answered_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("standing", "text"), ("of_training", "bigint")],
                # The training is locked: whoever takes the test at this moment comes before or after.
                func=f"""
                    of_training := CASE WHEN TG_OP = 'INSERT' THEN NEW.training_id ELSE OLD.training_id END;
                    SELECT t.state INTO standing FROM guidelines_training t WHERE t.id = of_training FOR NO KEY UPDATE;
                    IF standing IN ('closed', 'cancelled')
                       OR (TG_OP = 'UPDATE' AND NEW.training_id <> OLD.training_id) THEN
                        RAISE EXCEPTION 'training % is finished', of_training {refusal("training_stays")}
                    END IF;
                    IF EXISTS (SELECT FROM guidelines_trainingresult r WHERE r.training_id = of_training) THEN
                        RAISE EXCEPTION 'test of % was taken', of_training {refusal("question_answered_stays")}
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,  # noqa: S608 - constants of the code
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class TrainingResult(models.Model):
    """What somebody reached in the test, before or after. A test afterwards with a pass mark may be repeated; the best
    score counts. day: of the latest try; attempts: on that day."""

    training = models.ForeignKey(Training, models.CASCADE, related_name="results")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    moment = models.CharField(max_length=10, choices=Moment.choices)
    correct = models.PositiveSmallIntegerField(_("right answers"))
    questions = models.PositiveSmallIntegerField(_("questions"))
    day = models.DateField(_("day"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=1)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("result of a test")
        verbose_name_plural = _("results of tests")
        constraints = [
            models.UniqueConstraint(
                fields=["training", "user", "moment"], name="result_once",
                violation_error_message=_("This test is taken once."),
            ),
            models.CheckConstraint(
                condition=Q(moment__in=Moment.values, questions__gte=1, correct__lte=F("questions"), attempts__gte=1)
                & (Q(moment=Moment.AFTER) | Q(attempts=1)),
                name="result_sane",
                violation_error_message=_("Nobody has more right answers than there are questions."),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="of_participant",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("standing", "text"), ("asked", "bigint"), ("part", "boolean")],
                func=f"""
                    SELECT t.state INTO standing FROM guidelines_training t WHERE t.id = NEW.training_id FOR SHARE;
                    SELECT count(*) INTO asked FROM guidelines_trainingquestion q WHERE q.training_id = NEW.training_id;
                    IF asked <> NEW.questions THEN
                        RAISE EXCEPTION 'test of % has % questions', NEW.training_id, asked
                            {refusal("result_all_questions")}
                    END IF;
                    PERFORM FROM guidelines_enrolment e
                      WHERE e.training_id = NEW.training_id AND e.user_id = NEW.user_id AND NOT e.waiting FOR SHARE;
                    part := FOUND AND standing IN ('announced', 'held');
                    IF NEW.moment = 'after' THEN
                        part := part AND EXISTS (
                            SELECT FROM guidelines_attendance a JOIN guidelines_trainingsession s ON s.id = a.session_id
                             WHERE s.training_id = NEW.training_id AND a.user_id = NEW.user_id);
                    END IF;
                    IF NOT part THEN
                        RAISE EXCEPTION '% takes no part in %', NEW.user_id, NEW.training_id
                            {refusal("result_of_participant")}
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - constants of the code
            ),
        ]

    def __str__(self) -> str:
        return f"{self.correct}/{self.questions}"

    @property
    def percent(self) -> int:
        """The score, rounded down: who has not reached a pass mark is not shown as if."""
        return 100 * self.correct // self.questions


class TrainingAverage(models.Model):
    """What people reached in a test on average, written when the scores of each are destroyed. Never changed.

    mean: percent; None where so few took it that it would tell what one of them reached.
    """

    training = models.ForeignKey(Training, models.CASCADE, related_name="averages")
    moment = models.CharField(max_length=10, choices=Moment.choices)
    people = models.PositiveIntegerField(_("people who took it"))
    mean = models.DecimalField(_("mean in percent"), max_digits=5, decimal_places=2, null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("average of a test")
        verbose_name_plural = _("averages of tests")
        constraints = [
            models.UniqueConstraint(
                fields=["training", "moment"], name="average_once",
                violation_error_message=_("The average of this test is there already."),
            ),
            models.CheckConstraint(
                condition=Q(moment__in=Moment.values)
                & (
                    Q(people__range=(1, LEAST - 1), mean=None)
                    | Q(people__gte=LEAST, mean__isnull=False, mean__range=(0, 100))
                ),
                name="average_of_enough",
                violation_error_message=_("No average is kept of fewer than five people."),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=f"RAISE EXCEPTION 'average % stays', OLD.id {refusal('training_stays')}",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mean} ({self.people})"
