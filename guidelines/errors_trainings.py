"""What the database's guards of trainings mean to people."""

from __future__ import annotations

from django.utils.functional import Promise

TRAINING_SENTENCES: dict[str, str | Promise] = {}
