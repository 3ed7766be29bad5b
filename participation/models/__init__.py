"""Suggestions, questions and answers, activities with outside participation."""

from .activities import Activity, ActivityDocument, ActivityPhoto, ActivityVersion
from .letters import Letter, LetterMessage, ParticipationSettings

__all__ = [
    "Activity",
    "ActivityDocument",
    "ActivityPhoto",
    "ActivityVersion",
    "Letter",
    "LetterMessage",
    "ParticipationSettings",
]
