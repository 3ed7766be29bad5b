"""Which of the old rows a new one is: by its text first, then by its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Old = TypeVar("Old")


def pair(
    new: Sequence[str],
    old: Sequence[Old],
    text_of: Callable[[Old], str],
    *,
    skip: frozenset[int] = frozenset(),
) -> list[Old | None]:
    """For each new text the old row that it continues, or None. An old row is given at most once.

    A text that is still there keeps its row wherever it stands now. A new text takes the row of its own place only
    when that row's text is gone: somebody rewrote it. skip: indexes of `new` that are settled elsewhere.
    """
    found: list[Old | None] = [None] * len(new)
    free = dict(enumerate(old))
    for index, text in enumerate(new):
        if index in skip:
            continue
        same = [place for place, row in free.items() if text_of(row) == text]
        if same:
            found[index] = free.pop(index if index in same else same[0])
    for index in range(len(new)):
        if found[index] is None and index not in skip and index in free:
            found[index] = free.pop(index)
    return found
