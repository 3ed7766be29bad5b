"""What a new portal is filled with: the documents themselves; for the demonstration, who has read them."""

from . import portal_data_trainings  # noqa: F401 - registers
