"""What a new portal has of participation: nothing but, in the demonstration, examples."""

from __future__ import annotations

from django.db import transaction

from organization.portal_data import demonstrations

from .demonstration_activities import demonstrate_activities
from .letters_demonstration import demonstrate_letters

demonstrations.register("participation.activities", transaction.atomic(demonstrate_activities))
demonstrations.register("participation.letters", transaction.atomic(demonstrate_letters))
