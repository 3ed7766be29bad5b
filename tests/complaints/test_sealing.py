"""Keys, contexts, letters, passwords and shares: round trips, and everything that must be refused."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nacl.utils import random

from complaints import sealing
from complaints.sealing import letters, passwords, recovery

PAIR = sealing.KeyPair.of(bytes(range(32)))
KEY = bytes(range(32, 64))

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=3000)
content = st.dictionaries(
    text, st.one_of(text, st.integers(), st.booleans(), st.none(), st.lists(text, max_size=3)), max_size=5
)


class TestKeys:
    @given(data=st.binary(max_size=500), context=text)
    def test_sealed_to_a_public_key_and_opened(self, data: bytes, context: str) -> None:
        sealed = sealing.seal_to(PAIR.public, data, context)
        assert len(sealed) == len(data) + 64
        assert sealing.open_sealed(PAIR, sealed, context) == data
        assert sealing.open_sealed(PAIR, memoryview(sealed), context) == data

    @given(data=st.binary(max_size=500), context=text)
    def test_wrapped_under_a_key_and_opened(self, data: bytes, context: str) -> None:
        wrapped = sealing.wrap(KEY, data, context)
        assert len(wrapped) == len(data) + 40
        assert sealing.unwrap(KEY, wrapped, context) == data

    def test_the_same_data_never_looks_the_same(self) -> None:
        assert sealing.wrap(KEY, b"data", "c") != sealing.wrap(KEY, b"data", "c")
        assert sealing.seal_to(PAIR.public, b"data", "c") != sealing.seal_to(PAIR.public, b"data", "c")

    @pytest.mark.parametrize("place", range(64 + 5))
    def test_every_changed_byte_of_what_is_sealed_is_noticed(self, place: int) -> None:
        sealed = bytearray(sealing.seal_to(PAIR.public, b"12345", "case 1"))
        sealed[place] ^= 1
        with pytest.raises(sealing.WrongKeyError):
            sealing.open_sealed(PAIR, bytes(sealed), "case 1")

    @pytest.mark.parametrize("place", range(40 + 5))
    def test_every_changed_byte_of_what_is_wrapped_is_noticed(self, place: int) -> None:
        wrapped = bytearray(sealing.wrap(KEY, b"12345", "case 1"))
        wrapped[place] ^= 0x80
        with pytest.raises(sealing.WrongKeyError):
            sealing.unwrap(KEY, bytes(wrapped), "case 1")

    @pytest.mark.parametrize("length", [0, 1, 15, 23, 24, 39, 40, 47, 48, 63, 64])
    def test_what_is_cut_is_refused(self, length: int) -> None:
        with pytest.raises(sealing.WrongKeyError):
            sealing.open_sealed(PAIR, sealing.seal_to(PAIR.public, b"12345", "c")[:length], "c")
        with pytest.raises(sealing.WrongKeyError):
            sealing.unwrap(KEY, sealing.wrap(KEY, b"12345", "c")[: min(length, 44)], "c")

    def test_another_context_or_key_opens_nothing(self) -> None:
        other = sealing.new_pair()
        sealed, wrapped = sealing.seal_to(PAIR.public, b"x", "case 1"), sealing.wrap(KEY, b"x", "case 1")
        for pair, key, context in ((PAIR, KEY, "case 2"), (other, random(32), "case 1"), (PAIR, KEY, "")):
            with pytest.raises(sealing.WrongKeyError):
                sealing.open_sealed(pair, sealed, context)
            with pytest.raises(sealing.WrongKeyError):
                sealing.unwrap(key, wrapped, context)

    def test_a_key_of_another_length_is_refused_as_a_wrong_one(self) -> None:
        with pytest.raises(sealing.WrongKeyError):
            sealing.unwrap(KEY[:31], sealing.wrap(KEY, b"x", "c"), "c")

    def test_nothing_secret_is_shown(self) -> None:
        shown = repr(PAIR) + str(PAIR) + repr(sealing.WrongKeyError())
        assert PAIR.private.hex() not in shown
        assert repr(PAIR.private) not in shown


class TestLetters:
    @given(content=content, context=text)
    @example(content={}, context="")
    @settings(max_examples=60)
    def test_round_trip(self, content: dict[str, object], context: str) -> None:
        sealed = sealing.seal_letter(PAIR.public, content, context)
        assert sealing.open_letter(PAIR, sealed, context) == content
        assert sealing.open_letter(PAIR, memoryview(sealed), context) == content

    @pytest.mark.parametrize("bucket", [2048, 4096, 8192, 65536])
    def test_awkward_sizes_around_a_bucket(self, bucket: int) -> None:
        around = len(json.dumps({"t": ""}, separators=(",", ":"))) + 4
        lengths = {}
        for more in (-1, 0, 1):
            content = {"t": "x" * (bucket - around + more)}
            sealed = sealing.seal_letter(PAIR.public, content, "c")
            assert sealing.open_letter(PAIR, sealed, "c") == content
            lengths[more] = len(sealed)
        overhead = 1 + 96 + 40
        assert lengths == {-1: bucket + overhead, 0: bucket + overhead, 1: 2 * bucket + overhead}

    @given(st.integers(0, 10_000_000))
    def test_a_bucket_is_a_power_of_two_at_most_twice_as_large(self, size: int) -> None:
        bucket = sealing.size_bucket(size)
        assert bucket >= max(2048, size + 4)
        assert bucket & (bucket - 1) == 0
        assert bucket == 2048 or bucket < 2 * (size + 4)

    def test_short_letters_all_look_alike(self) -> None:
        lengths = {len(sealing.seal_letter(PAIR.public, {"t": "ก" * size}, "c")) for size in range(0, 600, 37)}
        assert len(lengths) == 1

    @pytest.mark.parametrize("place", [0, 1, 33, 96, 97, 121, 500, 2048 + 97 + 39, 2048 + 97 + 24])
    def test_a_changed_byte_is_noticed(self, place: int) -> None:
        sealed = bytearray(sealing.seal_letter(PAIR.public, {"t": "x"}, "c"))
        sealed[place] ^= 1
        with pytest.raises(sealing.SealingError):
            sealing.open_letter(PAIR, bytes(sealed), "c")

    def test_a_letter_does_not_open_elsewhere(self) -> None:
        sealed = sealing.seal_letter(PAIR.public, {"t": "x"}, "case 1/note/a")
        for context in ("case 2/note/a", "case 1/message/a", "case 1/note/b", "case 1/note/a/key"):
            with pytest.raises(sealing.WrongKeyError):
                sealing.open_letter(PAIR, sealed, context)

    def test_key_and_text_of_two_letters_are_not_exchanged(self) -> None:
        one = sealing.seal_letter(PAIR.public, {"t": "one"}, "c")
        two = sealing.seal_letter(PAIR.public, {"t": "two"}, "c")
        with pytest.raises(sealing.WrongKeyError):
            sealing.open_letter(PAIR, one[:97] + two[97:], "c")

    @pytest.mark.parametrize("length", [0, 1, 96, 97, 120, 137, 500])
    def test_a_cut_letter_is_refused(self, length: int) -> None:
        with pytest.raises(sealing.SealingError):
            sealing.open_letter(PAIR, sealing.seal_letter(PAIR.public, {"t": "x"}, "c")[:length], "c")

    @pytest.mark.parametrize(
        "inside", [b"", b"\0\0", b"\0\0\0\x09{}", b"\0\0\0\x02[]", b"\xff\xff\xff\xff{}", b"\0\0\0\x01{"]
    )
    def test_what_somebody_else_sealed_as_a_letter_is_refused_without_a_fault(self, inside: bytes) -> None:
        """Whoever can write to the database can seal to a public key."""
        key = random(32)
        sealed = b"\x01" + sealing.seal_to(PAIR.public, key, "c/key") + sealing.wrap(key, inside, "c")
        with pytest.raises(sealing.SealingError):
            sealing.open_letter(PAIR, sealed, "c")

    def test_another_format_is_refused(self) -> None:
        sealed = sealing.seal_letter(PAIR.public, {}, "c")
        with pytest.raises(sealing.SealingError, match="format"):
            sealing.open_letter(PAIR, b"\x02" + sealed[1:], "c")
        assert letters._FORMAT == b"\x01"


OWASP_EQUALS = ((1, 46), (2, 19), (3, 12), (4, 9), (5, 7))
"""Argon2id, parallelism 1: passes and MiB that the Password Storage Cheat Sheet counts as equal."""


class TestPasswords:
    @pytest.mark.parametrize("strength", [passwords.CODE, passwords.VAULT])
    def test_the_parameters_lie_above_the_minimum(self, strength: sealing.Strength) -> None:
        assert any(strength.passes >= passes and strength.memory >= memory for passes, memory in OWASP_EQUALS)
        assert strength.passes * strength.memory > max(passes * memory for passes, memory in OWASP_EQUALS)

    def test_salts_are_of_each_vault_alone(self) -> None:
        assert len({sealing.new_salt() for _each in range(100)}) == 100
        weak = sealing.Strength(1, 1)
        salt = sealing.new_salt()
        assert sealing.stretch("a", salt, weak) == sealing.stretch("a", memoryview(salt), weak)
        assert sealing.stretch("a", salt, weak) != sealing.stretch("a", sealing.new_salt(), weak)
        assert sealing.stretch("a", salt, weak) != sealing.stretch("b", salt, weak)

    @pytest.mark.parametrize(("one", "other"), [("กำ", "กํา"), ("１２", "12"), ("é", "é")])
    def test_another_spelling_of_the_same_words_is_the_same(self, one: str, other: str) -> None:
        salt, weak = sealing.new_salt(), sealing.Strength(1, 1)
        assert sealing.stretch(one, salt, weak) == sealing.stretch(other, salt, weak)


class TestRecovery:
    def test_every_set_of_enough_shares_joins(self) -> None:
        private = random(32)
        shares = sealing.split_key(private, needed=2, total=3)
        assert len(shares) == 3
        assert all(len(share.split()) == recovery.SHARE_WORDS for share in shares)
        for left_out in range(3):
            assert sealing.join_shares([share for n, share in enumerate(shares) if n != left_out]) == private

    def test_typed_from_paper(self) -> None:
        private = random(32)
        shares = sealing.split_key(private, needed=2, total=2)
        typed = [shares[1].upper(), "  " + shares[0].replace(" ", "\n "), ""]
        assert sealing.join_shares(typed) == private

    def test_too_few_mistyped_or_mixed_shares_are_refused(self) -> None:
        shares = sealing.split_key(random(32), needed=2, total=3)
        others = sealing.split_key(random(32), needed=2, total=3)
        wrong = shares[1].split()
        wrong[10] = "academic" if wrong[10] != "academic" else "acid"
        for given_shares in ([], [shares[0]], [shares[0], shares[0]], [shares[0], others[1]], [shares[0], "words"],
                             [shares[0], " ".join(wrong)], [shares[0], "คำ ไทย"]):  # fmt: skip
            with pytest.raises(sealing.WrongKeyError):
                sealing.join_shares(given_shares)
