"""Search inside words, Thai too, through an index that needs no locale (`portal_grams` in the database).

Pieces of two and three letters are indexed; what holds them all is then compared letter by letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q

Found = TypeVar("Found", bound="models.QuerySet[Any]")
_GRAM = 3
_MOST_WORDS = 8


class Grams(Func):
    """The pieces of a text column."""

    function = "portal_grams"
    output_field = ArrayField(models.TextField())
    arity = 1


def grams_index(column: str, name: str) -> GinIndex:
    """The index that `containing` uses. column: of lower-case text."""
    return GinIndex(Grams(F(column)), name=name)


def containing(rows: Found, column: str, words: str) -> Found:
    """The rows whose lower-case `column` holds every one of `words` (at most eight are looked at)."""
    for number, word in enumerate(words.lower().split()[:_MOST_WORDS]):
        pieces = _pieces(word)
        if pieces:
            rows = rows.alias(**{f"grams_{number}": Grams(F(column))}).filter(**{f"grams_{number}__contains": pieces})
        rows = rows.filter(Q(**{f"{column}__contains": word}))
    return rows


def holding_any(column: str, words: Sequence[str], grams: str, or_else: Q | None = None) -> Q:
    """The condition that lower-case `column` holds one of `words`, or that `or_else` is true.

    grams: the alias of `Grams(F(column))` on the rows. What the index answers and what is compared letter by letter are
    two conditions: joined for each word, the pieces of every row found would be made anew.
    """
    indexed = exact = or_else or Q()
    for word in words:
        exact |= Q(**{f"{column}__contains": word})
        indexed |= Q(**{f"{grams}__contains": _pieces(word)})
    return indexed & exact if all(map(_pieces, words)) else exact


def _pieces(word: str) -> list[str]:
    size = min(_GRAM, len(word))
    return sorted({word[start : start + size] for start in range(len(word) - size + 1)}) if size > 1 else []
