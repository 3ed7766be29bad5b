"""What a line is searched by."""

from __future__ import annotations

from django.utils.translation import override

from ita_portal.masking import mask_citizen_numbers
from ita_portal.thai import to_arabic_digits

from .choices import Category, Group, Programme, RevenueGroup
from .models import LineVersion

_PUBLIC_WORDS = ("work", "item", "detail", "place")


def mask_words(version: LineVersion) -> None:
    """Shorten a person's number in what a line says in free words: it becomes public."""
    for name in _PUBLIC_WORDS:
        setattr(version, name, mask_citizen_numbers(getattr(version, name)))


def search_text(version: LineVersion, code: str, division: str) -> str:
    """Everything that people may look for in a line, in small letters: item, details, place, work, its classification.

    code: of its line. division: the name of its division, or nothing.
    """
    with override("th"):
        labels = [
            str(choices(value).label)
            for choices, value in (
                (Programme, version.programme),
                (Group, version.group),
                (Category, version.category),
                (RevenueGroup, version.revenue_group),
            )
            if value
        ]
    words = [version.item, version.detail, version.place, version.work, *labels, division, code]
    return to_arabic_digits(" ".join(" ".join(words).lower().split()))
