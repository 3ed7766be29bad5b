"""How people judge something that was held: another app asks for a questionnaire and reads what came of it.

The app that has questionnaires registers itself; who holds a training or an activity knows only this file.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from ita_portal.registry import Registry

from .models import User


@dataclass(frozen=True, slots=True)
class Feedback:
    """What came of a questionnaire. url: where it is answered; results_url: where its results are read.

    answers: how many. mean: on the scale 0 to 100; None where too few have answered.
    """

    url: str
    results_url: str
    answers: int
    mean: Decimal | None


class FeedbackSource(Protocol):
    """Who has questionnaires."""

    def open(self, title: str, opens_on: dt.date, closes_on: dt.date, *, by: User) -> str:
        """Open a questionnaire about `title` from one day to another, both included; its code."""

    def read(self, codes: list[str]) -> dict[str, Feedback]:
        """What came of each; codes that are not known are left out. A fixed number of queries."""


feedback_sources: Registry[FeedbackSource] = Registry("feedback source")


def feedback_source() -> FeedbackSource | None:
    """The one there is, if any."""
    return next(iter(feedback_sources), None)
