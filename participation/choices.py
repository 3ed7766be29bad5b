"""Enumerations of participation."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LetterKind(models.TextChoices):
    """What somebody writes to the municipality."""

    SUGGESTION = "suggestion", _("Suggestion")
    QUESTION = "question", _("Question")
    PRAISE = "praise", _("Praise")


class LetterState(models.TextChoices):
    """Where a letter is."""

    RECEIVED = "received", pgettext_lazy("letter", "Received")
    WITH_DIVISION = "with_division", pgettext_lazy("letter", "With a division")
    ANSWERED = "answered", pgettext_lazy("letter", "Answered")
    CLOSED = "closed", pgettext_lazy("letter", "Closed")
    REFUSED = "refused", pgettext_lazy("letter", "Not taken up")


class Publication(models.TextChoices):
    """Whether everybody may read a letter and its answer."""

    UNDECIDED = "undecided", pgettext_lazy("letter", "Not decided")
    PUBLISHED = "published", pgettext_lazy("letter", "Published")
    WITHHELD = "withheld", pgettext_lazy("letter", "Not published")


class RefusalReason(models.TextChoices):
    """Why a letter is not taken up; the sender reads it."""

    ELSEWHERE = "elsewhere", _("Another authority is responsible for it")
    TWICE = "twice", _("It was sent already")
    ABUSE = "abuse", _("It insults or accuses somebody")
    PERSONAL = "personal", _("It holds personal data of others")
    CORRUPTION = "corruption", _("It reports corruption, for which there is the protected channel")
    ADVERTISING = "advertising", _("It is advertising")
    UNCLEAR = "unclear", _("It cannot be understood what is meant")
    OTHER = "other", pgettext_lazy("reason", "Another reason")


class Rating(models.TextChoices):
    """What the sender says of the answer (question E9 of the assessment: are answers clear?)."""

    CLEAR = "clear", _("The answer is clear")
    UNCLEAR = "unclear", _("The answer is not clear")


class LetterAct(models.TextChoices):
    """What was done with a letter last; the change history keeps each."""

    SEND = "send", _("It came in.")
    ROUTE = "route", _("Given to a division.")
    SEND_ON = "send_on", _("Sent on to another division.")
    GIVE_BACK = "give_back", _("Given back to the plan office.")
    REFUSE = "refuse", _("Not taken up.")
    TAKE_UP = "take_up", _("Taken up after all.")
    ANSWER = "answer", _("Answered.")
    CORRECT = "correct", _("Answer corrected.")
    WRITE_AGAIN = "write_again", _("The sender wrote again.")
    RATE = "rate", _("The sender judged the answer.")
    CONSENT = "consent", _("The sender allowed publication.")
    WITHDRAW = "withdraw", _("The sender took the consent to publication back.")
    PUBLISH = "publish", pgettext_lazy("letter", "Published.")
    WITHHOLD = "withhold", pgettext_lazy("letter", "Not published.")
    CLOSE = "close", _("Closed.")
    FORGET = "forget", _("The words were destroyed at the end of their keeping.")
