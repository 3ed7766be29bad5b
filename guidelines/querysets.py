"""Named questions to the tables of documents. What others may see goes through `public`, `visible_to`, `in_force`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from ita_portal.fiscal import today

from .choices import Readers, State

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from organization.models import User


class DocumentQuerySet(models.QuerySet[Any]):
    """Documents."""

    def readable(self) -> DocumentQuerySet:
        """Those of which a version is or was in force."""
        from .models import Version

        return self.filter(
            Exists(Version.objects.published().filter(document=OuterRef("pk"), in_force_on__lte=today()))
        )

    def public(self) -> DocumentQuerySet:
        """Those that everybody may read."""
        return self.readable().filter(readers=Readers.PUBLIC)

    def visible_to(self, user: User | AnonymousUser) -> DocumentQuerySet:
        """Everything readable for whoever has signed in; for everybody else what is public."""
        return self.readable() if user.is_authenticated else self.public()

    def standing(self, day: dt.date) -> DocumentQuerySet:
        """Those that are not withdrawn on a day."""
        return self.filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=day))


class DocumentVersionQuerySet(models.QuerySet[Any]):
    """Versions."""

    def published(self) -> DocumentVersionQuerySet:
        """What is, was or will be in force."""
        return self.filter(state=State.PUBLISHED)

    def drafts(self) -> DocumentVersionQuerySet:
        """What is worked on."""
        return self.filter(state=State.DRAFT)

    def in_force(self, day: dt.date | None = None) -> DocumentVersionQuerySet:
        """Of each document the one in force on a day, today unless told; by document."""
        on = day or today()
        return self.published().filter(in_force_on__lte=on).order_by("document_id", "-number").distinct("document_id")
