"""What is different between two versions, line by line, as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from .markup import Block, Line, lines

_ALIKE = 0.55
"""From which likeness on two lines are one that was changed."""
_LONGEST_COMPARED, _NEAR = 2_000, 40
"""Letters of a line, and lines ahead, that are looked at."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A line that went (after is empty), came (before is empty) or was changed. part: the heading above it."""

    part: str
    before: str
    after: str

    @property
    def kind(self) -> str:
        """`removed`, `added` or `changed`."""
        return "changed" if self.before and self.after else "added" if self.after else "removed"


def differences(before: tuple[Block, ...], after: tuple[Block, ...]) -> list[Difference]:
    """Every line that differs, in the order of the later text."""
    old, new = lines(before), lines(after)
    found: list[Difference] = []
    matcher = SequenceMatcher(None, [line.text for line in old], [line.text for line in new], autojunk=False)
    for kind, begin, end, new_begin, new_end in matcher.get_opcodes():
        if kind != "equal":
            found += _of_block(old[begin:end], new[new_begin:new_end])
    return [one for one in found if one.before or one.after]


def _of_block(old: Sequence[Line], new: Sequence[Line]) -> list[Difference]:
    """Lines in the same place: those that are alike are told as changed, in pairs."""
    found: list[Difference] = []
    used = 0
    for line in new:
        partner = next(
            (place for place in range(used, min(used + _NEAR, len(old))) if _alike(old[place].text, line.text)), None
        )  # fmt: skip
        if partner is None:
            found.append(Difference(line.part, "", line.text))
            continue
        found += [Difference(gone.part, gone.text, "") for gone in old[used:partner]]
        found.append(Difference(line.part, old[partner].text, line.text))
        used = partner + 1
    return found + [Difference(gone.part, gone.text, "") for gone in old[used:]]


def _alike(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one[:_LONGEST_COMPARED], other[:_LONGEST_COMPARED], autojunk=False)
    return (
        matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
    )  # fmt: skip
