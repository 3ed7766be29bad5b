"""Where the poster of the channel hangs, and when somebody last saw it there."""

from __future__ import annotations

import secrets
from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organization.page_topics import bumps_pages

from ..choices import PlaceKind

CHECK_POSTERS = "complaints.check_posters"
"""Who keeps the list of places: integrity officers and the office that keeps the plan."""


def photo_path(_check: PosterCheck, name: str) -> str:
    """A random place for a photo."""
    return f"posters/{secrets.token_hex(16)}{PurePath(name).suffix[:10].lower()}"


class PosterPlace(models.Model):
    """A board, counter or other spot that the public passes. What was seen at a place stays."""

    name = models.CharField(_("place"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=PlaceKind.choices)
    active = models.BooleanField(_("in use"), default=True)
    added_on = models.DateField(_("added on"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by"))

    class Meta:
        ordering = ["name"]
        verbose_name = _("place of the poster")
        verbose_name_plural = _("places of the poster")
        permissions = [("check_posters", _("Can keep the places of the channel's poster"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=PlaceKind.values), name="poster_place_kind_known",
                violation_error_message=_("This kind of place does not exist."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="poster_place_has_name",
                violation_error_message=_("Say where the poster hangs."),
            ),
        ]  # fmt: skip
        triggers = [bumps_pages("complaints")]

    def __str__(self) -> str:
        return self.name


class PosterCheck(models.Model):
    """Somebody looked at the poster at a place on a day: one row a place and day, the last word of the day counts."""

    place = models.ForeignKey(PosterPlace, models.PROTECT, related_name="checks", verbose_name=_("place"))
    day = models.DateField(_("day"))
    readable = models.BooleanField(_("hangs there and can be read"), default=True)
    photo = models.ImageField(_("photo"), upload_to=photo_path, blank=True)
    photo_type = models.CharField(_("type of the photo"), max_length=40, blank=True)
    photo_sha256 = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("seen by"))

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = _("check of a poster")
        verbose_name_plural = _("checks of posters")
        constraints = [
            models.UniqueConstraint(
                fields=["place", "day"], name="poster_checked_once_a_day",
                violation_error_message=_("This place was looked at on that day already."),
            ),
            models.CheckConstraint(
                condition=Q(photo="", photo_type="", photo_sha256="")
                | ~Q(photo="") & ~Q(photo_type="") & Q(photo_sha256__regex=r"^[0-9a-f]{64}$"),
                name="poster_photo_whole",
                violation_error_message=_("A photo has its type and its digest."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["day"], name="poster_check_day")]
        triggers = [bumps_pages("complaints")]

    def __str__(self) -> str:
        return f"{self.place} {self.day}"
