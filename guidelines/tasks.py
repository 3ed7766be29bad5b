"""What waits for a person: documents to read; for the office, drafts and who has not confirmed."""

from . import tasks_trainings  # noqa: F401 - registers
