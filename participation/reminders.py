"""Whom participation reminds by mail."""

from . import letters_reminders  # noqa: F401 - registers itself
