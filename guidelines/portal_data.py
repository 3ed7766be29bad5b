"""What a new portal is filled with: the documents themselves; for the demonstration, who has read them."""

from __future__ import annotations

from django.conf import settings

from ita_portal.fiscal import today
from organization.portal_data import demonstrations, installers

from . import portal_data_trainings  # noqa: F401 - registers
from .demonstration import SINCE, demonstrate_documents
from .installing import install_documents


def install() -> None:
    """The four documents that every portal has, in force from the day on which it is set up.

    A portal that shows a demonstration shows a year that has passed: there they are in force since before it.
    """
    install_documents(SINCE if settings.PORTAL_DEMO else today())


installers.register("guidelines.documents", install)
demonstrations.register("guidelines.documents", demonstrate_documents)
