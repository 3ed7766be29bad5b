"""Tables of the ground floor."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .page_topics import bumps_pages, bumps_pages_of_counts


class PageTopic(models.Model):
    """How often what the public sees of a topic has changed; raised by triggers only (`ita_portal.page_cache`)."""

    topic = models.CharField(max_length=40, primary_key=True)
    generation = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.topic} {self.generation}"


class Municipality(models.Model):
    """The municipality that runs this portal: exactly one row."""

    name = models.CharField(_("name"), max_length=200, help_text=_("In full, for example เทศบาลตำบลคงสมบูรณ์"))
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    district = models.CharField(_("district"), max_length=100)
    province = models.CharField(_("province"), max_length=100)
    address = models.TextField(_("address"), blank=True)
    postcode = models.CharField(_("postcode"), max_length=5, blank=True, validators=[RegexValidator(r"^\d{5}$")])
    phone = models.CharField(_("telephone"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    line_url = models.URLField(_("LINE address"), blank=True)
    facebook_url = models.URLField(_("Facebook address"), blank=True)
    seal = models.ImageField(_("seal"), upload_to="seal/", blank=True)
    plan_office = models.CharField(
        _("office that keeps the plan"), max_length=200, default="สำนักปลัดเทศบาล",
        help_text=_("Printed as “prepared by” on the official documents."),
    )  # fmt: skip
    signatory_name = models.CharField(_("name of the signatory"), max_length=200, blank=True)
    signatory_position = models.CharField(_("position of the signatory"), max_length=200, default="ปลัดเทศบาล")

    shows_demonstration = models.BooleanField(
        _("shows demonstration data"), default=False,
        help_text=_("Every page then says that the data are examples."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipality")
        constraints = [
            models.CheckConstraint(
                condition=Q(pk=1), name="municipality_only_one",
                violation_error_message=_("There is exactly one municipality in this portal."),
            ),
        ]  # fmt: skip
        triggers = [bumps_pages("organization")]

    def __str__(self) -> str:
        return self.name


class Division(models.Model):
    """A division (สำนัก/กอง) of the municipality, in the municipality's own order."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    aliases = models.JSONField(
        _("other spellings"), default=list, blank=True,
        help_text=_("Names under which documents know it, as a list, for example [\"สำนักปลัด\"]."),
    )  # fmt: skip
    order = models.PositiveSmallIntegerField(_("order"), unique=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["order"]
        verbose_name = _("division")
        verbose_name_plural = _("divisions")
        triggers = [bumps_pages("organization")]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person who signs in: staff of the municipality."""

    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("division")
    )
    position = models.CharField(_("position"), max_length=200, blank=True)
    phone = models.CharField(_("telephone"), max_length=50, blank=True)
    is_demonstration = models.BooleanField(_("demonstration account"), default=False, editable=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["username"]
        # Who reads complaints is published by post, shares are of those who work here; a sign-in changes no page.
        triggers = [bumps_pages_of_counts("organization", "is_active", "position", "division_id")]

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Holiday(models.Model):
    """A day off that the calendar of Thai holidays does not know: cabinet resolutions, a local day off."""

    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        ordering = ["day"]
        verbose_name = _("additional day off")
        verbose_name_plural = _("additional days off")
        triggers = [bumps_pages("organization")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class SentReminder(models.Model):
    """A person's reminder of one day: claimed by whoever sends it, so that nobody gets two. token: of the claim."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    day = models.DateField()
    token = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "day"], name="reminder_once_a_day",
                violation_error_message=_("This person was reminded on this day already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.user_id} {self.day}"
