"""Live figures of participation."""

from . import indicators_activities, indicators_letters  # noqa: F401 - register themselves
