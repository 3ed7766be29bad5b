"""What a new portal has of the budget: nothing but, in the demonstration, example years."""

from __future__ import annotations

from django.db import transaction

from organization.portal_data import demonstrations

from .demonstration import demonstrate_budget


@transaction.atomic
def demonstrate() -> None:
    """Examples, where there is no budget at all."""
    demonstrate_budget()


demonstrations.register("budget", demonstrate)
