"""Activities with outside participation: the words that are worked on, and the versions that everybody reads."""

from __future__ import annotations

import secrets
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ita_portal.history import tracked
from organization.models import Division

from ..activity_choices import (
    GROUP_COLUMNS,
    GROUPS,
    MOST_PEOPLE,
    NEEDS_REASON,
    TO_COME,
    WAS_HELD,
    ActivityKind,
    ActivityState,
)
from ..activity_guards import (
    MOST_DOCUMENTS,
    MOST_PHOTOS,
    activity_says_state,
    not_too_many,
    published_file_stays,
    version_follows,
    version_stays,
)
from ..activity_querysets import ActivityQuerySet, ActivityVersionQuerySet, FileQuerySet
from ..page_topics import bumps_where

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of addresses: without those that look alike."""
CODE_LENGTH = 10
LONGEST_TITLE, LONGEST_TEXT, LONGEST_NOTE = 300, 6000, 1000


def new_code() -> str:
    """Random letters for an address."""
    return "".join(secrets.choice(LETTERS) for _letter in range(CODE_LENGTH))


def _people(verbose_name: Any) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(verbose_name, null=True, blank=True)


class ActivityWords(models.Model):
    """What is said of an activity, worked on or published.

    subject, the numbers of each group with `participants`, result and used_for are the four elements that the
    assessment looks for. starts_at, ends_at: in Bangkok, on the first and the last day; none where it is all day.
    """

    title = models.CharField(_("title"), max_length=LONGEST_TITLE)
    kind = models.CharField(_("kind"), max_length=20, choices=ActivityKind.choices)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name=_("division"))
    place = models.CharField(pgettext_lazy("activity", "place"), max_length=300)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    all_day = models.BooleanField(_("all day"), default=False)
    starts_at = models.TimeField(pgettext_lazy("time", "from"), null=True, blank=True)
    ends_at = models.TimeField(pgettext_lazy("time", "until"), null=True, blank=True)
    invitation = models.TextField(_("who may come, and how"), blank=True, max_length=LONGEST_TEXT)
    related = models.CharField(_("belongs to"), max_length=300, blank=True)
    subject = models.TextField(_("subject of the participation"), blank=True, max_length=LONGEST_TEXT)
    citizens, leaders, civil_society, private_sector, agencies, schools, experts, others = (
        _people(group.name) for group in GROUPS
    )
    participants = models.TextField(_("summary of who took part"), blank=True, max_length=LONGEST_TEXT)
    result = models.TextField(_("result of the participation"), blank=True, max_length=LONGEST_TEXT)
    used_for = models.TextField(_("how the result was used"), blank=True, max_length=LONGEST_TEXT)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(place="") & Q(kind__in=ActivityKind.values),
                name="%(class)s_says_what_and_where",
                violation_error_message=_("An activity has a title, a kind and a place."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="%(class)s_days_in_order",
                violation_error_message=_("The last day is not before the first."),
            ),
            models.CheckConstraint(
                condition=Q(all_day=True, starts_at=None, ends_at=None)
                | (Q(all_day=False, starts_at__isnull=False)
                   & (Q(ends_at=None) | Q(ends_on__gt=F("starts_on")) | Q(ends_at__gt=F("starts_at")))),
                name="%(class)s_times_in_order",
                violation_error_message=_("Write from when until when, or that it takes all day."),
            ),
            models.CheckConstraint(
                condition=Q(*(Q(**{column: None}) | Q(**{f"{column}__lte": MOST_PEOPLE}) for column in GROUP_COLUMNS)),
                name="%(class)s_people_sane",
                violation_error_message=_("These are too many people for one group."),
            ),
        ]  # fmt: skip

    @property
    def people(self) -> int:
        """How many people from outside took part; groups without a number count nobody."""
        return sum(getattr(self, column) or 0 for column in GROUP_COLUMNS)


WORDS = tuple(field.name for field in ActivityWords._meta.local_fields)
"""Names of what is said of an activity."""
COLUMNS = {field.name: field.attname for field in ActivityWords._meta.local_fields}
"""The same, and the attribute that holds each."""


@tracked
class Activity(ActivityWords):
    """An activity as it is worked on. Nobody but its desk sees this row: the public reads versions.

    code: in its addresses. state: of its latest version, written by the database; `draft` without one. edits: how often
    it was changed, so that nobody overwrites another's words unseen.
    """

    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=ActivityState.choices, default=ActivityState.DRAFT, editable=False
    )
    edits = models.PositiveIntegerField(default=0, editable=False)
    form_mark = models.CharField(max_length=80, unique=True, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(_("begun at"), default=timezone.now, editable=False)

    objects = ActivityQuerySet.as_manager()

    class Meta(ActivityWords.Meta):
        abstract = False
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        permissions = [("write_activities", "Writes and publishes the activities of their own division")]
        indexes = [
            models.Index(fields=["-starts_on", "-id"], name="activity_by_day"),
            models.Index(fields=["state", "ends_on"], name="activity_by_state"),
        ]
        constraints = [
            *ActivityWords.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state__in=ActivityState.values), name="activity_state_known",
                violation_error_message=_("This state does not exist."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        """Whether nothing of it is public yet."""
        return self.state == ActivityState.DRAFT

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("participation:activity", args=[self.code])


_COMPLETE = ~Q(subject="") & ~Q(participants="") & Q(took_part__gte=1) & ~Q(result="") & ~Q(used_for="")


class ActivityVersion(ActivityWords):
    """What was published of an activity: never changed, followed by the next number.

    took_part: all groups together. note: why it is postponed, cancelled or withdrawn, or what a correction changes.
    """

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=ActivityState.choices)
    took_part = models.PositiveIntegerField(_("people who took part"), default=0)
    is_current = models.BooleanField(_("in force"), default=True)
    is_correction = models.BooleanField(_("correction"), default=False)
    note = models.CharField(_("what changed and why"), max_length=LONGEST_NOTE, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("published at"), default=timezone.now)

    objects = ActivityVersionQuerySet.as_manager()

    class Meta(ActivityWords.Meta):
        abstract = False
        ordering = ["activity", "-number"]
        verbose_name = _("published version of an activity")
        verbose_name_plural = _("published versions of activities")
        indexes = [
            models.Index(fields=["-starts_on", "-id"], name="activity_published", condition=Q(is_current=True)),
            models.Index(fields=["ends_on"], name="activity_to_come", condition=Q(is_current=True, state__in=TO_COME)),
        ]
        constraints = [
            *ActivityWords.Meta.constraints,
            models.UniqueConstraint(
                fields=["activity", "number"], name="activity_version_once",
                violation_error_message=_("Somebody else has published this activity in the meantime."),
            ),
            models.UniqueConstraint(
                fields=["activity"], condition=Q(is_current=True), name="activity_one_current",
                violation_error_message=_("Somebody else has published this activity in the meantime."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state for state in ActivityState.values if state != ActivityState.DRAFT])
                & Q(number__gte=1),
                name="activity_version_is_public",
                violation_error_message=_("This state does not exist."),
            ),
            models.CheckConstraint(
                condition=Q(took_part=sum((Coalesce(F(column), 0) for column in GROUP_COLUMNS[1:]),
                                          Coalesce(F(GROUP_COLUMNS[0]), 0))),
                name="activity_took_part_adds_up",
                violation_error_message=_("The groups do not add up to the number of people."),
            ),
            models.CheckConstraint(
                condition=~Q(state=ActivityState.COMPLETE) | _COMPLETE, name="activity_complete_has_four_elements",
                violation_error_message=_("It is complete only with all four elements: the subject, who took part, the "
                                          "result, and how it was used."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*TO_COME, *WAS_HELD]) | ~Q(subject=""), name="activity_public_has_subject",
                violation_error_message=_("Write what people take part in: the subject."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=NEEDS_REASON) | ~Q(note=""), name="activity_ended_with_reason",
                violation_error_message=_("Write the reason. It is public."),
            ),
        ]  # fmt: skip
        triggers = [
            version_follows(),
            version_stays(),
            activity_says_state(),
            bumps_where("TRUE"),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.number}"

    @property
    def is_complete(self) -> bool:
        """Whether all four elements are published."""
        return self.state == ActivityState.COMPLETE

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("participation:activity", args=[self.activity.code])


def file_path(instance: ActivityFile, name: str) -> str:
    """A random place."""
    return f"activities/{secrets.token_hex(16)}{PurePath(name).suffix[:10].lower()}"


def new_file_id() -> str:
    """Random letters for its address."""
    return secrets.token_urlsafe(12)


class ActivityFile(models.Model):
    """A photo or document. published_in: the version with which it became public; None while only the desk sees it.

    What was published is not deleted: it is taken away with a reason, and its file destroyed.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_file_id, editable=False)
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="%(class)ss")
    file = models.FileField(_("file"), upload_to=file_path, blank=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added at"), default=timezone.now)
    published_in = models.ForeignKey(
        ActivityVersion, models.PROTECT, null=True, related_name="%(class)ss", editable=False
    )
    removed_at = models.DateTimeField(_("taken away at"), null=True, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    removal_reason = models.CharField(_("why it was taken away"), max_length=LONGEST_NOTE, blank=True)

    objects = FileQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None, removal_reason="") & ~Q(file="")
                | Q(removed_at__isnull=False, removed_by__isnull=False, published_in__isnull=False)
                & ~Q(removal_reason=""),
                name="%(class)s_removed_with_reason",
                violation_error_message=_("Write why it is taken away."),
            ),
        ]  # fmt: skip


def _bumps_file() -> Any:
    return bumps_where(
        "(TG_OP <> 'INSERT' AND OLD.published_in_id IS NOT NULL) OR "
        "(TG_OP <> 'DELETE' AND NEW.published_in_id IS NOT NULL)",
    )  # fmt: skip


class ActivityPhoto(ActivityFile):
    """A picture of an activity, painted anew as it arrives. alt: what can be seen, for who cannot see it.

    small: the same in a smaller size, for lists. width, height: of the large one, in pixels.
    """

    alt = models.CharField(_("what can be seen"), max_length=300)
    small = models.FileField(upload_to=file_path, blank=True)
    small_sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta(ActivityFile.Meta):
        abstract = False
        verbose_name = _("photo of an activity")
        verbose_name_plural = _("photos of activities")
        constraints = [
            *ActivityFile.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(alt="") & Q(width__gte=1, height__gte=1), name="activity_photo_says_what",
                violation_error_message=_("Write what can be seen in the photo."),
            ),
        ]  # fmt: skip
        triggers = [
            published_file_stays("small"),
            not_too_many("participation_activityphoto", MOST_PHOTOS, "activity_too_many_photos"),
            _bumps_file(),
        ]

    def __str__(self) -> str:
        return self.alt


class ActivityDocument(ActivityFile):
    """A document of an activity: minutes, list of those who came without names, presentation."""

    title = models.CharField(_("title"), max_length=200)
    name = models.CharField(_("name of the file"), max_length=200)

    class Meta(ActivityFile.Meta):
        abstract = False
        verbose_name = _("document of an activity")
        verbose_name_plural = _("documents of activities")
        constraints = [
            *ActivityFile.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(title=""), name="activity_document_has_title",
                violation_error_message=_("A document has a title."),
            ),
        ]  # fmt: skip
        triggers = [
            published_file_stays(),
            not_too_many("participation_activitydocument", MOST_DOCUMENTS, "activity_too_many_documents"),
            _bumps_file(),
        ]

    def __str__(self) -> str:
        return self.title
