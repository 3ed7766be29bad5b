"""What waits for a person in participation."""

from . import activity_tasks, letters_tasks  # noqa: F401 - register themselves
