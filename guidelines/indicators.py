"""Live figures of guidelines and trainings."""

from . import indicators_trainings  # noqa: F401 - registers
