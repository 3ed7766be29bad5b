"""Documents that staff must know, their versions, the questions that belong to a version, and who has confirmed it."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ita_portal.fiscal import today
from ita_portal.guards import comes_as_draft, parts_of_published_stay, published_stays
from ita_portal.history import tracked
from organization.models import Division

from ..choices import Audience, Readers, State
from ..page_topics import bumps, bumps_where
from ..querysets import DocumentQuerySet, DocumentVersionQuerySet

SLUG = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
"""What names a document in its address."""
RESERVED = ("trainings", "desk", "mine", "shares")
"""Words that begin other addresses of the app."""
MOST_CHOICES = 6
KEPT_YEARS = 10
"""How long a confirmation is kept at least."""
_REFUSED = "USING ERRCODE = 'check_violation', CONSTRAINT"


@tracked
class Document(models.Model):
    """A document by its lasting name. What it says is told by its versions.

    readers: who may read it. audience: who of the staff confirms it; divisions: which, where it is not for all.
    withdrawn_on: since when it is not valid any more, and why. edits: how often these settings have changed.
    """

    slug = models.CharField(_("name in the address"), max_length=60, unique=True)
    readers = models.CharField(_("who may read it"), max_length=10, choices=Readers.choices, default=Readers.PUBLIC)
    audience = models.CharField(
        _("who has to confirm it"), max_length=10, choices=Audience.choices, default=Audience.ALL
    )
    divisions = models.ManyToManyField(Division, blank=True, related_name="+", verbose_name=_("divisions"))
    order = models.PositiveSmallIntegerField(_("place in the list"), default=100)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=500, blank=True)
    edits = models.PositiveIntegerField(default=0, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    form_mark = models.CharField(max_length=80, unique=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["order", "slug"]
        verbose_name = _("document for the staff")
        verbose_name_plural = _("documents for the staff")
        permissions = [("keep_guidelines", "Keeps guidelines and trainings")]
        constraints = [
            models.CheckConstraint(
                condition=Q(slug__regex=SLUG) & ~Q(slug__in=RESERVED), name="guideline_slug_plain",
                violation_error_message=_("Small letters, digits and hyphens only, and no word that the portal uses."),
            ),
            models.CheckConstraint(
                condition=Q(readers__in=Readers.values) & Q(audience__in=Audience.values),
                name="guideline_audience_known",
                violation_error_message=_("Choose who reads it and who confirms it."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_reason="")
                | (Q(withdrawn_on__isnull=False) & ~Q(withdrawn_reason="")),
                name="guideline_withdrawn_with_reason",
                violation_error_message=_("Who withdraws a document says why."),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="slug_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("slug"),
                condition=pgtrigger.Q(old__slug__df=pgtrigger.F("new__slug")),
                func=f"RAISE EXCEPTION 'document % keeps its name', OLD.slug {_REFUSED} = 'guideline_slug_stays';",
            ),
            bumps(),
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        """Where the version in force is read."""
        return reverse("guidelines:document", args=[self.slug])

    @property
    def is_withdrawn(self) -> bool:
        """Whether it is not valid any more today."""
        return self.withdrawn_on is not None and self.withdrawn_on <= today()


@tracked
class Version(models.Model):
    """What a document says. A draft has no number; a published one is never changed.

    body: text in the portal's small markup (`guidelines.markup`). file: a PDF in its place or beside it.
    change_note, reason: what is different from the version before, and why. in_force_on: from which day it is valid,
    until a later one is. asks_from: who has confirmed this number or a later one need not confirm again; a correction
    that changes no meaning keeps the number of the version before.
    """

    document = models.ForeignKey(
        Document, models.PROTECT, related_name="versions", verbose_name=pgettext_lazy("guideline", "document")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    number = models.PositiveSmallIntegerField(_("version"), null=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("in short"), max_length=600, blank=True)
    body = models.TextField(_("text"), blank=True)
    file = models.FileField(_("file"), upload_to="guidelines/", max_length=200, blank=True)
    file_name = models.CharField(max_length=160, blank=True)
    file_size = models.PositiveIntegerField(default=0)
    file_sha256 = models.CharField(max_length=64, blank=True)
    change_note = models.TextField(_("what has changed"), blank=True)
    reason = models.TextField(_("why"), blank=True)
    in_force_on = models.DateField(_("in force since"), null=True, editable=False)
    asks_from = models.PositiveSmallIntegerField(null=True, editable=False)
    edits = models.PositiveIntegerField(default=0, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)

    objects = DocumentVersionQuerySet.as_manager()

    class Meta:
        ordering = ["document", "-number"]
        verbose_name = _("version of a document")
        verbose_name_plural = _("versions of documents")
        constraints = [
            models.UniqueConstraint(
                fields=["document", "number"], name="guideline_version_number_once",
                violation_error_message=_("Somebody else has published a version in the meantime."),
            ),
            models.UniqueConstraint(
                fields=["document"], condition=Q(state=State.DRAFT), name="guideline_one_draft",
                violation_error_message=_("A draft of this document is there already."),
            ),
            models.CheckConstraint(
                condition=Q(
                    state=State.DRAFT, number=None, in_force_on=None, asks_from=None, published_by=None,
                    published_at=None,
                )
                | Q(
                    state=State.PUBLISHED, number__gte=1, in_force_on__isnull=False, asks_from__gte=1,
                    asks_from__lte=F("number"), published_by__isnull=False, published_at__isnull=False,
                ),
                name="guideline_version_published_by_somebody",
                violation_error_message=_("What is published has a number, a day, a person and a time."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT) | ~Q(body="") | ~Q(file=""), name="guideline_version_says_something",
                violation_error_message=_("There is nothing to publish yet: write the text or attach the file."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT) | Q(number=1) | (~Q(change_note="") & ~Q(reason="")),
                name="guideline_version_says_why",
                violation_error_message=_("Say what has changed and why."),
            ),
            models.CheckConstraint(
                condition=~Q(title=""), name="guideline_version_has_title",
                violation_error_message=_("Write the title of the document."),
            ),
            models.CheckConstraint(
                condition=Q(file="", file_name="", file_size=0, file_sha256="")
                | (~Q(file="") & ~Q(file_name="") & Q(file_size__gt=0) & ~Q(file_sha256="")),
                name="guideline_version_file_whole",
                violation_error_message=_("A file has a name, a size and a digest."),
            ),
        ]  # fmt: skip
        triggers = [
            comes_as_draft("guideline_version_stays"),
            published_stays("guideline_version_stays"),
            pgtrigger.Trigger(
                name="follows",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Q(old__state="draft", new__state="published"),
                declare=[("latest", "record")],
                func=f"""
                    PERFORM FROM guidelines_document d WHERE d.id = NEW.document_id FOR NO KEY UPDATE;
                    SELECT v.number, v.in_force_on, v.asks_from INTO latest FROM guidelines_version v
                     WHERE v.document_id = NEW.document_id AND v.state = 'published' ORDER BY v.number DESC LIMIT 1;
                    IF NEW.number <> COALESCE(latest.number, 0) + 1 OR NEW.in_force_on < latest.in_force_on
                       OR NEW.asks_from NOT IN (NEW.number, COALESCE(latest.asks_from, 1)) THEN
                        RAISE EXCEPTION 'version % does not follow', NEW.number
                            {_REFUSED} = 'guideline_version_follows';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - a constant of the code
            ),
            bumps_where("OLD.state IS DISTINCT FROM NEW.state", "state"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number or ''}".strip()

    @property
    def is_draft(self) -> bool:
        """Whether it is worked on."""
        return self.state == State.DRAFT

    @property
    def asks_again(self) -> bool:
        """Whether everybody confirms this version, also who has confirmed an earlier one."""
        return self.asks_from == self.number

    def get_absolute_url(self) -> str:
        """Where this very version is read."""
        return reverse("guidelines:version", args=[self.document.slug, self.number])


class CheckQuestion(models.Model):
    """A question by which a reader sees whether a version is understood. Nobody's tries are kept.

    choices: what may be answered; answer: the place of the right one among them, from 0. explanation: told with a
    wrong answer.
    """

    version = models.ForeignKey(Version, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(_("place in the list"))
    text = models.CharField(_("question"), max_length=500)
    choices = ArrayField(models.CharField(max_length=300), verbose_name=_("answers to choose from"))
    answer = models.PositiveSmallIntegerField(_("right answer"))
    explanation = models.CharField(_("explanation"), max_length=600)

    class Meta:
        ordering = ["version", "position"]
        verbose_name = _("check question")
        verbose_name_plural = _("check questions")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "position"], name="guideline_check_position_once",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("Two questions stand in the same place."),
            ),
            models.CheckConstraint(
                condition=Q(choices__len__range=(2, MOST_CHOICES)) & Q(answer__lt=F("choices__len")) & ~Q(text=""),
                name="guideline_check_answerable",
                violation_error_message=_("A question has two to six answers, and one of them is right."),
            ),
        ]  # fmt: skip
        triggers = parts_of_published_stay("guideline_check_stays", "guidelines_version", "version_id")

    def __str__(self) -> str:
        return self.text[:60]


class Acknowledgement(models.Model):
    """Somebody has read and understood a version. division: theirs at that time. Never changed, never taken back."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="acknowledgements", verbose_name=_("version"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    division = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+", verbose_name=_("division"))
    acknowledged_at = models.DateTimeField(_("confirmed"), default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("confirmation “read and understood”")
        verbose_name_plural = _("confirmations “read and understood”")
        indexes = [models.Index(fields=["user", "version"], name="guideline_ack_of_user"),
                   models.Index(fields=["acknowledged_at"], name="guideline_ack_at")]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["version", "user"], name="guideline_acknowledged_once",
                violation_error_message=_("This person has confirmed this version already."),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    IF TG_OP = 'DELETE' AND OLD.acknowledged_at < now() - interval '{KEPT_YEARS} years' THEN
                        RETURN OLD;
                    END IF;
                    RAISE EXCEPTION 'acknowledgement % stays', OLD.id
                        {_REFUSED} = 'guideline_acknowledgement_stays';
                """,
            ),
            pgtrigger.Trigger(
                name="of_what_is_in_force",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("v", "guidelines_version%ROWTYPE"), ("day", "date")],
                # Shared with others who confirm, but not with a publication: whoever comes second sees what it did.
                func=f"""
                    SELECT * INTO v FROM guidelines_version WHERE id = NEW.version_id;
                    PERFORM FROM guidelines_document d WHERE d.id = v.document_id FOR SHARE;
                    day := (NEW.acknowledged_at AT TIME ZONE 'Asia/Bangkok')::date;
                    IF v.state <> 'published' OR v.in_force_on > day OR EXISTS (
                        SELECT FROM guidelines_version other WHERE other.document_id = v.document_id
                           AND other.number > v.number AND other.in_force_on <= day
                           AND other.published_at <= NEW.acknowledged_at
                    ) THEN
                        RAISE EXCEPTION 'version % is not in force', v.id {_REFUSED} = 'guideline_not_in_force';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - a constant of the code
            ),
            bumps(),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.version_id}"
