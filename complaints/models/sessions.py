"""Opened keys between two requests: of an officer's vault, or of a reporter's case."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class KeySession(models.Model):
    """A key wrapped under a token that only the browser's cookie holds: the row alone opens nothing.

    mark: a digest of the token. ends_at: after which it opens no more; ended rows are swept away.
    """

    mark = models.BinaryField(primary_key=True)
    officer = models.ForeignKey("complaints.Officer", models.CASCADE, null=True)
    case = models.ForeignKey("complaints.Case", models.CASCADE, null=True)
    wrapped_key = models.BinaryField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(officer=None, case__isnull=False) | Q(officer__isnull=False, case=None),
                name="key_session_of_officer_or_case",
                violation_error_message=_("An opened key is an officer's or a case's."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return "opened key"
