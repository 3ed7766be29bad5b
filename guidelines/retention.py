"""What has an end."""

from . import retention_trainings  # noqa: F401 - registers
