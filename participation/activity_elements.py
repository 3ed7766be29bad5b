"""The four elements that the assessment looks for in each activity (items O30, O25, O20, O19 of 2566 to 2569)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models.activities import ActivityWords

OFFICIAL = (
    "ประเด็นหรือเรื่องในการมีส่วนร่วม",
    "สรุปข้อมูลของผู้มีส่วนร่วม",
    "ผลจากการมีส่วนร่วม",
    "การนำผลจากการมีส่วนร่วมไปปรับปรุงพัฒนาการดำเนินงานของหน่วยงาน",
)
"""As the assessment words them: the headings of pages and the columns of documents."""


@dataclass(frozen=True, slots=True)
class Element:
    """One of the four. official: in the words of the assessment. advice: what to do where it is missing."""

    number: int
    official: str
    title: str | Promise
    advice: str | Promise
    is_there: bool


def elements_of(words: ActivityWords) -> tuple[Element, ...]:
    """The four, and which of them are there."""
    there = (
        bool(words.subject),
        bool(words.participants) and words.people > 0,
        bool(words.result),
        bool(words.used_for),
    )
    titles = (
        _("Subject of the participation"),
        _("Who took part"),
        _("Result of the participation"),
        _("How the result was used"),
    )
    advice = (
        _("Write what people were asked, or what they worked on."),
        _("Write how many of each group took part, and sum up who they were."),
        _("Write what came out of it: what was said, decided or done."),
        _("Write what the municipality changed or improved because of it."),
    )
    rows = zip(range(1, 5), OFFICIAL, titles, advice, there, strict=True)
    return tuple(Element(*row) for row in rows)


def missing(words: ActivityWords) -> tuple[Element, ...]:
    """Those that are not there yet."""
    return tuple(element for element in elements_of(words) if not element.is_there)
