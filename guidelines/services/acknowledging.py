"""“Read and understood”: somebody of the staff confirms a version."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.models import User

from ..errors import RefusedError, guarded, require
from ..models import Acknowledgement, Document, Version
from .documents import questions_of, wrong_answers

NOT_IN_FORCE = gettext_lazy("This version is not in force any more. Read the one that is.")


def acknowledge(
    document: Document, number: int, *, by: User, answers: Mapping[int, int | None] | None = None
) -> Acknowledgement:  # fmt: skip
    """Confirm that `by` has read and understood the version `number`, as it is in force. Sent twice it is done once.

    answers: to its check questions, by their places. Nothing is kept of a try that fails. RefusedError where another
    version is in force, the document is withdrawn, or an answer is wrong.
    """
    require(by.is_active, "not_yours", _("The staff confirm documents."))
    require(not document.is_withdrawn, "withdrawn", _("This document is withdrawn. Nobody confirms it any more."))
    version: Version | None = Version.objects.in_force().filter(document=document).first()
    if version is None or version.number != number:
        raise RefusedError("not_in_force", NOT_IN_FORCE)
    wrong = wrong_answers(questions_of(version), dict(answers or {}))
    require(not wrong, "wrong", _("An answer is not right yet. Read the explanation and try again."))
    with guarded():
        made = Acknowledgement(version=version, user=by, division_id=by.division_id)
        # Whoever comes second at the same moment waits for the first at the constraint, and finds what it wrote.
        Acknowledgement.objects.bulk_create([made], ignore_conflicts=True)
        found: Acknowledgement = Acknowledgement.objects.get(version=version, user=by)
    return found


def has_confirmed(user: User, version: Version) -> Acknowledgement | None:
    """What counts as the confirmation of a version by somebody: of it, or of an earlier one that says the same."""
    found: Acknowledgement | None = (
        Acknowledgement.objects.filter(
            user=user, version__document=version.document_id, version__number__range=(version.asks_from, version.number)
        )
        .select_related("version")
        .order_by("-version__number")
        .first()
    )
    return found
