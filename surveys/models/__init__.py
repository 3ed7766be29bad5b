"""Questionnaires, surveys and what came in."""

from .answers import Ballot, Mark, Remark, Tally, Turnout
from .questionnaires import Question, Questionnaire, Version
from .surveys import Slip, SlipBatch, Survey

__all__ = [
    "Ballot",
    "Mark",
    "Question",
    "Questionnaire",
    "Remark",
    "Slip",
    "SlipBatch",
    "Survey",
    "Tally",
    "Turnout",
    "Version",
]
