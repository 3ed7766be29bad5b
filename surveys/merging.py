"""Which groups may be shown by themselves: none that is so small that its members can be guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from .services.counting import TOGETHER

T = TypeVar("T")


def merged(sizes: Mapping[T, int], least: int = TOGETHER) -> list[Sequence[T]]:
    """Groups of `sizes` as they may be shown: each by itself, or several together.

    Groups below `least` are put together. Where these together are still too few, the smallest of the others joins
    them, so that nobody finds them by taking the rest from the whole. Empty groups are left out; where all together
    are too few, nothing is shown. Order: by themselves in the order of `sizes`, what is together last.
    """
    there = {key: size for key, size in sizes.items() if size}
    if sum(there.values()) < least:
        return []
    small = [key for key, size in there.items() if size < least]
    alone = [key for key, size in there.items() if size >= least]
    if small and sum(there[key] for key in small) < least:
        joining = min(alone, key=lambda key: there[key])
        alone.remove(joining)
        small.append(joining)
    return [*([key] for key in alone), *([small] if small else [])]
