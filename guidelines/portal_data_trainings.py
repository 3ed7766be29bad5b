"""Trainings: their part of `portal_data.py`."""

from __future__ import annotations

from django.db import transaction

from organization.portal_data import demonstrations

from .demonstration_trainings import demonstrate_trainings


@transaction.atomic
def demonstrate() -> None:
    """Examples, where there is no training at all."""
    demonstrate_trainings()


demonstrations.register("guidelines.trainings", demonstrate)
