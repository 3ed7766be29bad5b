"""The public pages of guidelines and trainings for search engines."""

from . import sitemap_trainings  # noqa: F401 - registers
