"""What a line is searched by."""

from __future__ import annotations

from django.utils.translation import override

from .choices import Category, Group, Programme, RevenueGroup
from .models import LineVersion


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
    return " ".join(" ".join(words).lower().split())
