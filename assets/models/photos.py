"""Pictures of things: painted anew as they arrive, never changed."""

from __future__ import annotations

import secrets
from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .counts import CountItem, Surprise
from .loans import Handover
from .register import Asset


def photo_path(_photo: Photo, name: str) -> str:
    """A random place."""
    return f"assets/{secrets.token_hex(16)}{PurePath(name).suffix[:10].lower()}"


def new_photo_id() -> str:
    """Random letters for its address."""
    return secrets.token_urlsafe(12)


class Photo(models.Model):
    """A picture of an asset, of what changed hands, or of what was found in a count: exactly one of them."""

    public_id = models.CharField(max_length=16, unique=True, default=new_photo_id, editable=False)
    asset = models.ForeignKey(Asset, models.CASCADE, null=True, related_name="photos")
    handover = models.ForeignKey(Handover, models.PROTECT, null=True, related_name="photos")
    count_item = models.ForeignKey(CountItem, models.CASCADE, null=True, related_name="photos")
    surprise = models.ForeignKey(Surprise, models.CASCADE, null=True, related_name="photos")
    file = models.FileField(_("file"), upload_to=photo_path)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints = [
            models.CheckConstraint(
                condition=Q(asset__isnull=False, handover=None, count_item=None, surprise=None)
                | Q(asset=None, handover__isnull=False, count_item=None, surprise=None)
                | Q(asset=None, handover=None, count_item__isnull=False, surprise=None)
                | Q(asset=None, handover=None, count_item=None, surprise__isnull=False),
                name="photo_of_one_thing",
                violation_error_message=_("A picture belongs to one asset, one handover or one entry of a count."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.public_id
