"""Cases: what is in clear (day, channel, category, state, deadlines, size bucket) and what is sealed (the rest)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from organization.page_topics import bumps_pages, bumps_pages_of_counts

from ..choices import FINISHED, Category, Channel, ItemKind, Outcome, Refusal, State
from .officers import Officer

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from organization.models import User


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases by who may see them and where they stand."""

    def visible_to(self, user: User | AnonymousUser) -> CaseQuerySet:
        """Cases sealed to this person, while they have the role. Nobody else sees that a case exists."""
        if not user.is_authenticated or not user.has_perm("complaints.work_on_cases"):
            return self.none()
        mine = Grant.objects.filter(case=OuterRef("pk"), officer__user_id=user.pk, officer__state="active")
        return self.filter(Exists(mine))

    def unfinished(self) -> CaseQuerySet:
        """Cases on which the municipality still works."""
        return self.exclude(state__in=FINISHED)

    def unanswered(self) -> CaseQuerySet:
        """Cases whose first answer is still owed."""
        return self.unfinished().filter(answered_on=None)

    def overdue(self, day: dt.date) -> CaseQuerySet:
        """Cases whose first answer should have been given before `day`."""
        return self.unanswered().filter(due_on__lt=day)


class Case(models.Model):
    """One complaint. Identifiers are random, times are days: the order of filing is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=9, unique=True)
    protocol = models.PositiveSmallIntegerField(default=1)
    filed_on = models.DateField(_("day of filing"))
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices, default=Channel.ONLINE)
    category = models.CharField(_("category"), max_length=24, choices=Category.choices)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.RECEIVED)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices, blank=True)
    refusal = models.CharField(_("reason"), max_length=20, choices=Refusal.choices, blank=True)
    due_on = models.DateField(_("first answer due"))
    answered_on = models.DateField(_("first answer given"), null=True)
    finished_on = models.DateField(_("finished"), null=True)
    size_bucket = models.PositiveIntegerField(_("size in KiB, rounded up"), default=0)
    has_news = models.BooleanField(_("the reporter has written"), default=True)
    handler = models.ForeignKey(Officer, models.SET_NULL, null=True, related_name="+", verbose_name=_("handled by"))

    locator_mark = models.BinaryField(unique=True)
    form_mark = models.BinaryField(unique=True)
    content_digest = models.BinaryField()
    """SHA-256 over what was sealed when it was filed: what the proof of filing signs."""
    public_key = models.BinaryField()
    desk_public_key = models.BinaryField()
    code_salt = models.BinaryField()
    code_sealed_key = models.BinaryField()
    recovery_sealed_keys = models.BinaryField(null=True)
    recovery_public_key = models.BinaryField(null=True)
    """Of the recovery shares that `recovery_sealed_keys` are sealed to: the present ones, or older ones."""

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "reference"]
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        default_permissions = ()
        permissions = [("work_on_cases", "Can work on the complaints that are sealed to them")]
        indexes = [
            models.Index(fields=["filed_on", "state"], name="case_by_day"),
            models.Index(fields=["finished_on"], name="case_by_end", condition=Q(finished_on__isnull=False)),
            models.Index(fields=["due_on", "reference"], name="case_by_deadline"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="case_state_known",
                violation_error_message=_("This state of a complaint does not exist."),
            ),
            models.CheckConstraint(
                condition=Q(category__in=Category.values), name="case_category_known",
                violation_error_message=_("This category does not exist."),
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="case_channel_known",
                violation_error_message=_("This channel does not exist."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED, outcome__in=Outcome.values) | (~Q(state=State.CLOSED) & Q(outcome="")),
                name="case_closed_has_outcome",
                violation_error_message=_("A closed complaint has an outcome, and only a closed one."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.REFUSED, refusal__in=Refusal.values)
                | (~Q(state=State.REFUSED) & Q(refusal="")),
                name="case_refused_has_reason",
                violation_error_message=_("A complaint not taken up has a reason, and only such a one."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=FINISHED, finished_on__isnull=False)
                | (~Q(state__in=FINISHED) & Q(finished_on=None)),
                name="case_finished_has_day",
                violation_error_message=_("A finished complaint has the day on which it ended, and only such a one."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("filed_on")), name="case_due_after_filing",
                violation_error_message=_("An answer is due after the filing, not before."),
            ),
        ]  # fmt: skip
        # What pages count, and nothing else: a message must not move what everybody can read.
        triggers = [
            bumps_pages_of_counts(
                "complaints", "state", "answered_on", "finished_on", "due_on", "category", "filed_on", "channel"
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_finished(self) -> bool:
        """Whether the municipality's work has ended."""
        return self.state in FINISHED


class Grant(models.Model):
    """A case's keys sealed to one officer: who has one may read. Taking it away is deleting it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="grants")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="grants")
    sealed_keys = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "officer"], name="grant_once",
                violation_error_message=_("This officer already has this complaint."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case_id} {self.officer_id}"


class Item(models.Model):
    """A sealed piece of writing in a case, in the order in which they came. author: none for the reporter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="items")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=ItemKind.choices)
    author = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    written_on = models.DateField()
    sealed = models.BinaryField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "number"], name="item_number_once",
                violation_error_message=_("Somebody else wrote at the same moment. Send it again."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ItemKind.values), name="item_kind_known",
                violation_error_message=_("This kind of writing does not exist."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[ItemKind.NOTE, ItemKind.REFERRAL]) | Q(author__isnull=False),
                name="item_of_the_desk_has_author",
                violation_error_message=_("A note among officers has an author."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    @property
    def context(self) -> str:
        """What its seal is bound to."""
        return f"case {self.case_id}/{self.kind}/{self.id}"


class Attachment(models.Model):
    """A sealed file. Its key, name, type, size and digest are a letter of their own; the bytes lie in the file store.

    id: also the file's name on disk. sealed_digest: SHA-256 of the sealed bytes. bucket: their size in KiB.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    item = models.ForeignKey(Item, models.CASCADE, related_name="attachments")
    number = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()
    sealed_digest = models.BinaryField()
    bucket = models.PositiveIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "number"], name="attachment_number_once",
                violation_error_message=_("This file was already attached."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.id)


class Tombstone(models.Model):
    """What remains of a destroyed case: what the statistics count; no word and no key of it.

    Its columns do not name the case. Whoever holds the database itself can match the two nevertheless: PostgreSQL
    keeps with every row the number of its transaction, and the log's entry of the destruction has the same one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    month = models.DateField()
    """First day of the month of filing."""
    finished_month = models.DateField()
    channel = models.CharField(max_length=12, choices=Channel.choices)
    category = models.CharField(max_length=24, choices=Category.choices)
    state = models.CharField(max_length=12, choices=State.choices)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    answered_in_time = models.BooleanField(null=True)
    """None where it ended before an answer was due."""

    class Meta:
        indexes = [models.Index(fields=["month"], name="tombstone_by_month")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=FINISHED), name="tombstone_of_finished",
                violation_error_message=_("Only finished complaints are destroyed."),
            ),
            models.CheckConstraint(
                condition=Q(month__day=1, finished_month__day=1), name="tombstone_keeps_months_only",
                violation_error_message=_("Of a destroyed complaint only the months are kept."),
            ),
        ]  # fmt: skip
        triggers = [bumps_pages("complaints")]

    def __str__(self) -> str:
        return f"{self.month} {self.category}"
