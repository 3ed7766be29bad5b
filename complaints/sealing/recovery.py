"""The recovery key on paper: SLIP-39 shares, of which k of n bring it back and fewer say nothing."""

from __future__ import annotations

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

from .errors import WrongKeyError


def split_key(private: bytes, *, needed: int, total: int) -> list[str]:
    """`total` shares of 33 English words each, `needed` of which are enough."""
    return generate_mnemonics(1, [(needed, total)], private)[0]


def join_shares(shares: list[str]) -> bytes:
    """The private key of enough shares; WrongKeyError where they are too few, mistyped or of different keys."""
    words = [" ".join(share.lower().split()) for share in shares if share.strip()]
    try:
        return combine_mnemonics(words)
    except (MnemonicError, ValueError, KeyError, IndexError) as error:
        raise WrongKeyError from error
