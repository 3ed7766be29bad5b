"""Documents that staff must know, who has acknowledged them, trainings."""

from .attendance import Attendance, Enrolment
from .certificates import Certificate
from .documents import Acknowledgement, CheckQuestion, Document, Version
from .training_tests import TrainingAverage, TrainingQuestion, TrainingResult
from .trainings import Training, TrainingSession

__all__ = [
    "Acknowledgement",
    "Attendance",
    "Certificate",
    "CheckQuestion",
    "Document",
    "Enrolment",
    "Training",
    "TrainingAverage",
    "TrainingQuestion",
    "TrainingResult",
    "TrainingSession",
    "Version",
]
