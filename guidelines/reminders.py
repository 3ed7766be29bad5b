"""Whom guidelines remind by mail."""

from . import reminders_trainings  # noqa: F401 - registers
