"""The recovery key on paper: SLIP-39 shares, of which k of n bring it back and fewer say nothing."""

from __future__ import annotations

from dataclasses import dataclass

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.share import Share
from shamir_mnemonic.wordlist import WORD_INDEX_MAP

from .errors import WrongKeyError

SHARE_WORDS = 33
"""Of a share of a 32-byte key."""


class ShareError(ValueError):
    """A share that was mistyped. reason: `count`, `word` (the `place`-th is none of the list), `check`."""

    def __init__(self, reason: str, place: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place


@dataclass(frozen=True, slots=True)
class ShareFacts:
    """What is written in a share besides the secret. family: shares of one key have the same. number: from 1."""

    family: int
    number: int
    needed: int


def split_key(private: bytes, *, needed: int, total: int) -> list[str]:
    """`total` shares of 33 English words each, `needed` of which are enough."""
    return generate_mnemonics(1, [(needed, total)], private)[0]


def join_shares(shares: list[str]) -> bytes:
    """The private key of enough shares; WrongKeyError where they are too few, mistyped or of different keys."""
    words = [" ".join(share_words(share)) for share in shares if share.strip()]
    try:
        return combine_mnemonics(words)
    except (MnemonicError, ValueError, KeyError, IndexError) as error:
        raise WrongKeyError from error


def share_facts(share: str) -> ShareFacts:
    """Read a share as people type it: capital letters, line breaks and numbers before the words do not matter.

    ShareError says what is wrong with it; the check words at its end notice up to three mistyped words.
    """
    words = share_words(share)
    for place, word in enumerate(words, 1):
        if word not in WORD_INDEX_MAP:
            raise ShareError("word", place)
    if len(words) != SHARE_WORDS:
        raise ShareError("count")
    try:
        known = Share.from_mnemonic(" ".join(words))
    except MnemonicError as error:
        raise ShareError("check") from error
    return ShareFacts(known.identifier, known.index + 1, known.member_threshold)


def share_words(share: str) -> list[str]:
    """The words of a share, without the numbers that are printed before them."""
    return [word for part in share.lower().split() if (word := part.strip("0123456789.,;:()"))]
