"""What of participation has an end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from organization.retention import retentions

from .services.letters_retention import close_answered, forget_words


def apply_to_letters(day: dt.date) -> Mapping[str, int]:
    """Close what was answered long ago, and destroy words whose time of keeping has passed. Counts stay."""
    return {"letters closed": close_answered(day), "letters emptied": forget_words(day)}


retentions.register("participation.letters", apply_to_letters)
