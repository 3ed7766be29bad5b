"""Suggestions, questions and praise of citizens, with their answers."""

from __future__ import annotations

import secrets

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ita_portal.history import tracked_without
from organization.models import Division
from organization.page_topics import bumps_pages
from organization.search import grams_index

from ..choices import LetterAct, LetterKind, LetterState, Publication, Rating, RefusalReason
from ..page_topics import TOPIC, bumps_where
from ..querysets import LetterQuerySet

LONGEST_SUBJECT, LONGEST_TEXT, LONGEST_NAME, LONGEST_ANSWER, LONGEST_NOTE = 200, 5_000, 100, 8_000, 1_000
"""Characters."""
_ID_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
"""None that is taken for another."""


_SHOWN = (
    "kind", "division_id", "sent_at", "answered_at", "publication", "published_at", "public_subject", "public_text",
    "public_name", "public_answer", "search", "is_shortened",
)  # fmt: skip
"""What public pages and files show of a published letter, or go by."""


def _row(row: str) -> str:
    return f"ROW({', '.join(f'{row}.{column}' for column in _SHOWN)})"


def _day(row: str) -> str:
    return f"({row}.rated_at AT TIME ZONE 'Asia/Bangkok')::date"


def new_public_id() -> str:
    """What a letter is called in public addresses: nobody can tell from it how many there are."""
    return "".join(secrets.choice(_ID_SIGNS) for _number in range(10))


class ParticipationSettings(models.Model):
    """Time limits and keeping of letters: exactly one row."""

    answer_days = models.PositiveSmallIntegerField(
        _("days to the answer"), default=15, validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text=_("The royal decree on good governance B.E. 2546, section 38, knows 15 days."),
    )  # fmt: skip
    near_days = models.PositiveSmallIntegerField(
        _("remind this many days before"), default=3, validators=[MaxValueValidator(30)]
    )
    close_days = models.PositiveSmallIntegerField(
        _("days after the answer in which the sender may write again"), default=30,
        validators=[MinValueValidator(7), MaxValueValidator(365)],
        help_text=_("Then the letter is closed by itself."),
    )  # fmt: skip
    keep_years = models.PositiveSmallIntegerField(
        _("years to keep what a sender wrote"), default=3, validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("Counted from the closing. What was published stays; the counts stay."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("settings of participation")
        verbose_name_plural = _("settings of participation")
        constraints = [
            models.CheckConstraint(
                condition=Q(pk=1), name="participation_settings_only_one",
                violation_error_message=_("There is exactly one set of settings."),
            ),
            models.CheckConstraint(
                condition=Q(
                    answer_days__range=(1, 90), near_days__lte=30, close_days__range=(7, 365),
                    keep_years__range=(1, 20),
                ),
                name="participation_settings_sane",
                violation_error_message=_("One of these numbers is too small or too large."),
            ),
        ]  # fmt: skip
        triggers = [bumps_pages(TOPIC)]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def current(cls) -> ParticipationSettings:
        """The settings, also where nobody has stored any. One query."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


NOT_IN_HISTORY = (
    "public_subject", "public_text", "public_name", "public_answer", "search",
    "rating", "rated_at", "times_rated", "code_mark",
)  # fmt: skip
"""What was public and is not any more is nowhere: it was taken back, or holds what should not have been public. What
the sender judges is said anew at will and is no event."""


@tracked_without(*NOT_IN_HISTORY)
class Letter(models.Model):
    """What a citizen wrote. Of the person nothing is kept but what they want to be called.

    about: the division that the sender chose; division: with which it is. due_on: the day promised when it came;
    next_due_on: the day by which an answer is waited for now or was last. code_mark: keyed digest of the code.
    public_…: what everybody reads, as the plan office let it through. is_behind: the answer was
    corrected since; is_shortened: the words published are not the sender's own throughout.
    times_rated: how often the sender judged the answer as it stands.
    last_act, acted_by, acted_at, note: of the latest act; the history keeps each. revision: rises with each.
    code_mark: ends with the words, or, where the letter is public, when it is public no more.
    """

    public_id = models.CharField(max_length=10, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=LetterKind.choices)
    subject = models.CharField(_("subject"), max_length=LONGEST_SUBJECT)
    text = models.TextField(_("text"), max_length=LONGEST_TEXT)
    name = models.CharField(_("name shown"), max_length=LONGEST_NAME, blank=True)
    consent = models.BooleanField(_("may be published"), default=False)
    about = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("division that it is about")
    )
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("with division")
    )
    state = models.CharField(_("state"), max_length=14, choices=LetterState.choices, default=LetterState.RECEIVED)
    code_mark = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001 - none: destroyed
    form_mark = models.CharField(max_length=64, unique=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now)
    due_on = models.DateField(_("answer due on"))
    next_due_on = models.DateField(_("next answer due on"))
    routed_at = models.DateTimeField(_("given to a division"), null=True, editable=False)
    refused_at = models.DateTimeField(_("not taken up on"), null=True, editable=False)
    reason = models.CharField(_("reason"), max_length=12, choices=RefusalReason.choices, blank=True)
    reason_words = models.CharField(_("reason in words"), max_length=LONGEST_NOTE, blank=True)
    answer = models.TextField(_("answer"), max_length=LONGEST_ANSWER, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    rating = models.CharField(_("sender's judgement"), max_length=8, choices=Rating.choices, blank=True)
    rated_at = models.DateTimeField(_("judged at"), null=True, editable=False)
    times_rated = models.PositiveSmallIntegerField(default=0, editable=False)
    publication = models.CharField(
        _("publication"), max_length=10, choices=Publication.choices, default=Publication.UNDECIDED
    )
    public_subject = models.CharField(_("subject as published"), max_length=LONGEST_SUBJECT, blank=True)
    public_text = models.TextField(_("text as published"), max_length=LONGEST_TEXT, blank=True)
    public_name = models.CharField(_("name as published"), max_length=LONGEST_NAME, blank=True)
    public_answer = models.TextField(_("answer as published"), max_length=LONGEST_ANSWER, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    is_behind = models.BooleanField(default=False, editable=False)
    is_shortened = models.BooleanField(default=False, editable=False)
    search = models.TextField(editable=False, blank=True)
    last_act = models.CharField(_("last act"), max_length=12, choices=LetterAct.choices, default=LetterAct.SEND)
    acted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    acted_at = models.DateTimeField(_("time of the last act"), default=timezone.now, editable=False)
    note = models.CharField(_("note"), max_length=LONGEST_NOTE, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    forgotten_at = models.DateTimeField(_("words destroyed on"), null=True, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("letter of a citizen")
        verbose_name_plural = _("letters of citizens")
        permissions = [
            ("keep_participation", _("Gives letters to divisions, publishes, keeps participation")),
            ("answer_letters", _("Answers letters that are with the own division")),
        ]
        indexes = [
            models.Index(fields=["next_due_on", "id"], name="letter_open", condition=Q(closed_at=None)),
            models.Index(fields=["division", "state"], name="letter_of_division"),
            models.Index(fields=["sent_at"], name="letter_sent"),
            models.Index(
                fields=["-published_at", "-id"], name="letter_published", condition=Q(publication=Publication.PUBLISHED)
            ),
            grams_index("search", "letter_search"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(text="") & Q(kind__in=LetterKind.values)
                & Q(state__in=LetterState.values) & Q(publication__in=Publication.values)
                & Q(last_act__in=LetterAct.values),
                name="letter_says_something",
                violation_error_message=_("Write what you want to say."),
            ),
            models.CheckConstraint(
                condition=Q(state=LetterState.RECEIVED, division=None)
                | (
                    Q(state__in=(LetterState.WITH_DIVISION, LetterState.ANSWERED, LetterState.CLOSED))
                    & Q(division__isnull=False)
                )
                | Q(state=LetterState.REFUSED),
                name="letter_is_with_division",
                violation_error_message=_("Choose the division."),
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None, rating="")
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="letter_answered_by_somebody",
                violation_error_message=_("An answer has a person and a time."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(LetterState.ANSWERED, LetterState.CLOSED)) | ~Q(answer=""),
                name="letter_answered_has_answer",
                violation_error_message=_("Write the answer."),
            ),
            models.CheckConstraint(
                condition=(Q(state=LetterState.REFUSED, refused_at__isnull=False) & Q(reason__in=RefusalReason.values))
                | (~Q(state=LetterState.REFUSED) & Q(refused_at=None, reason="", reason_words="")),
                name="letter_refused_with_reason",
                violation_error_message=_("Say why it is not taken up."),
            ),
            models.CheckConstraint(
                condition=Q(state=LetterState.CLOSED, closed_at__isnull=False)
                | (~Q(state=LetterState.CLOSED) & Q(closed_at=None)),
                name="letter_closed_has_day",
                violation_error_message=_("A closed letter has the day of its closing."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(publication=Publication.PUBLISHED, consent=True)
                    & Q(published_at__isnull=False, published_by__isnull=False)
                    & ~Q(public_subject="") & ~Q(public_text="") & ~Q(public_answer="") & ~Q(answer="")
                )
                | (
                    ~Q(publication=Publication.PUBLISHED)
                    & Q(public_subject="", public_text="", public_answer="", public_name="", search="")
                    & Q(published_at=None, published_by=None, is_behind=False, is_shortened=False)
                ),
                name="letter_published_with_consent",
                violation_error_message=_("Only what is answered, and what the sender allows, is published."),
            ),
            models.CheckConstraint(
                condition=Q(rating="", rated_at=None) | Q(rating__in=Rating.values, rated_at__isnull=False),
                name="letter_rating_known", violation_error_message=_("Choose one of the two."),
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at=None) | Q(code_mark=None) | Q(publication=Publication.PUBLISHED),
                name="letter_forgotten_has_no_code", violation_error_message=_("Its words are destroyed."),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="words_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF TG_OP = 'UPDATE' THEN
                        IF NEW.forgotten_at IS NOT NULL
                           OR ROW(OLD.kind, OLD.subject, OLD.text, OLD.name, OLD.sent_at, OLD.due_on, OLD.form_mark)
                              IS NOT DISTINCT FROM
                              ROW(NEW.kind, NEW.subject, NEW.text, NEW.name, NEW.sent_at, NEW.due_on, NEW.form_mark)
                        THEN RETURN NEW; END IF;
                    END IF;
                    RAISE EXCEPTION 'letter % stays', OLD.id
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'letter_words_stay';
                """,
            ),
            # What merely comes in, is answered or judged raises no page: counts are told until the end of yesterday.
            bumps_where(
                "(TG_OP = 'INSERT' AND NEW.publication = 'published') OR (TG_OP = 'UPDATE' AND ("
                f" ('published' IN (OLD.publication, NEW.publication) AND {_row('OLD')} IS DISTINCT FROM {_row('NEW')})"
                " OR OLD.division_id IS DISTINCT FROM NEW.division_id"
                " OR (OLD.refused_at IS NOT NULL AND NEW.refused_at IS DISTINCT FROM OLD.refused_at)"
                " OR (OLD.answered_at IS NOT NULL AND NEW.answered_at IS DISTINCT FROM OLD.answered_at)"
                f" OR (OLD.rating IS DISTINCT FROM NEW.rating AND {_day('OLD')} IS DISTINCT FROM {_day('NEW')}"
                " AND OLD.rated_at IS NOT NULL)))"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.subject[:80]


class LetterMessage(models.Model):
    """What the sender wrote after the letter, and what was written back. author: of the staff; None: the sender."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    text = models.TextField(_("text"), max_length=LONGEST_TEXT)
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now)
    form_mark = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("message on a letter")
        verbose_name_plural = _("messages on letters")
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="letter_message_says_something",
                violation_error_message=_("Write what you want to say."),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="message_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF TG_OP = 'UPDATE' THEN
                        IF NEW.text = '–' AND (to_jsonb(NEW) - 'text') = (to_jsonb(OLD) - 'text')
                        THEN RETURN NEW; END IF;
                    END IF;
                    RAISE EXCEPTION 'message % stays', OLD.id
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'letter_message_stays';
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
