"""Which groups may be shown by themselves: none that is so small that its members can be guessed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)

LEAST = 5
"""People of a group from which on it is shown by itself."""


def merged(sizes: Mapping[T, int], least: int = LEAST) -> list[Sequence[T]]:
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


def shown_alone(sizes: Mapping[T, int], least: int = LEAST) -> set[T]:
    """Groups of which a figure of their own may be shown beside the whole: those that `merged` leaves alone.

    Empty ones too, unless all together are too few: then what is not empty would be found by that.
    """
    groups = merged(sizes, least)
    if not groups and any(sizes.values()):
        return set()
    return {group[0] for group in groups if len(group) == 1} | {key for key, size in sizes.items() if not size}
