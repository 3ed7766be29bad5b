"""The receipt code: how much it hides, how people type it, and what a wrong one costs."""

import os
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints import sealing
from complaints.channel import own_keys
from complaints.models import Case
from complaints.sealing import receipt as receipts
from complaints.services.filing import Filed
from complaints.services.reading import UnknownCodeError, open_by_code, read_code

KEY = bytes(range(32))
SEED = bytes(range(100, 132))
CHI_SQUARE_9 = 27.88
"""Nine degrees of freedom, one chance in a thousand: with fixed seeds the result is the same every time."""


def codes(count: int) -> list[sealing.Receipt]:
    return [sealing.derive_receipt(number.to_bytes(32, "big"), 0, KEY) for number in range(count)]


class TestStrength:
    def test_its_parts(self) -> None:
        assert (receipts.LOCATOR_DIGITS, receipts.SECRET_DIGITS, receipts.CHECK_DIGITS) == (5, 20, 3)
        assert 10**receipts.SECRET_DIGITS > 2**66
        receipt = sealing.derive_receipt(SEED, 0, KEY)
        groups = receipt.code.split(" ")
        assert len(groups) == 7
        assert all(len(group) == 4 and group.isascii() and group.isdigit() for group in groups)

    def test_taking_the_remainder_favours_no_digit(self) -> None:
        """48 bytes for 20 digits, 16 for 5: what the last, incomplete round adds is below 2^-100."""
        assert 2**384 // 10**20 > 2**300
        assert 2**128 // 10**5 > 2**100

    @pytest.mark.parametrize("part", ["locator", "secret"])
    def test_digits_are_as_good_as_drawn(self, part: str) -> None:
        drawn = [getattr(receipt, part) for receipt in codes(3000)]
        assert len(set(drawn)) > 2900 or part == "locator"
        for place in range(len(drawn[0])):
            counts = Counter(digits[place] for digits in drawn)
            expected = len(drawn) / 10
            assert sum((counts[str(digit)] - expected) ** 2 / expected for digit in range(10)) < CHI_SQUARE_9 + 8

    def test_secrets_never_repeat(self) -> None:
        assert len({receipt.secret for receipt in codes(20_000)}) == 20_000

    def test_it_depends_on_every_part_of_the_seed_and_on_the_attempt(self) -> None:
        base = sealing.derive_receipt(SEED, 0, KEY)
        assert sealing.derive_receipt(SEED, 0, KEY) == base
        for place in range(32):
            changed = bytearray(SEED)
            changed[place] ^= 1
            assert sealing.derive_receipt(bytes(changed), 0, KEY).secret != base.secret
        assert sealing.derive_receipt(SEED, 1, KEY).secret != base.secret

    def test_the_mark_is_of_the_locator_and_the_key_alone(self) -> None:
        one = sealing.Receipt("12345", "0" * 20, "000")
        same = sealing.Receipt("12345", "9" * 20, "999")
        assert one.mark(KEY) == same.mark(KEY)
        assert one.mark(KEY) != sealing.Receipt("12346", "0" * 20, "000").mark(KEY)
        assert one.mark(KEY) != one.mark(bytes(32))

    def test_it_is_not_shown_in_tracebacks(self) -> None:
        receipt = sealing.derive_receipt(SEED, 0, KEY)
        assert receipt.secret not in repr(receipt)


class TestCheckDigits:
    def test_wrong_digits_are_caught(self) -> None:
        """One wrong digit, two neighbours exchanged, two groups exchanged: 999 of 1000; here at least 99 of 100."""
        chance = random.Random(1)
        let_through = Counter()
        tried = Counter()
        for receipt in codes(300):
            digits = receipt.code.replace(" ", "")
            wrongs = []
            for _each in range(10):
                place = chance.randrange(28)
                other = chance.choice([d for d in "0123456789" if d != digits[place]])
                wrongs.append(("one", digits[:place] + other + digits[place + 1 :]))
                place = chance.randrange(27)
                wrongs.append(("neighbours", digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]))
                start = 4 * chance.randrange(6)
                wrongs.append(
                    (
                        "groups",
                        digits[:start]
                        + digits[start + 4 : start + 8]
                        + digits[start : start + 4]
                        + digits[start + 8 :],
                    )
                )
            for kind, wrong in wrongs:
                if wrong == digits:
                    continue
                tried[kind] += 1
                try:
                    sealing.parse_receipt(wrong, KEY)
                    let_through[kind] += 1
                except sealing.ReceiptError as error:
                    assert error.reason == "check"
        for kind, count in tried.items():
            assert count > 2000
            assert let_through[kind] / count < 0.01, kind

    def test_guesses_end_at_the_check(self) -> None:
        chance = random.Random(2)
        right = 0
        for _each in range(5000):
            try:
                sealing.parse_receipt(f"{chance.randrange(10**28):028d}", KEY)
                right += 1
            except sealing.ReceiptError:
                pass
        assert right <= 20  # 5 expected

    def test_the_check_digits_are_of_this_portal(self) -> None:
        receipt = sealing.derive_receipt(SEED, 0, KEY)
        checks = {sealing.derive_receipt(SEED, 0, bytes([n] * 32)).check for n in range(20)}
        assert len(checks) > 15
        assert sealing.parse_receipt(receipt.code, KEY) == receipt


class TestTyping:
    @given(st.binary(min_size=32, max_size=32), st.integers(0, 49))
    def test_what_was_shown_is_read(self, seed: bytes, attempt: int) -> None:
        receipt = sealing.derive_receipt(seed, attempt, KEY)
        assert sealing.parse_receipt(receipt.code, KEY) == receipt

    @pytest.mark.parametrize("zero", [0x30, 0xE50, 0xFF10, 0x660])
    def test_digits_of_any_script(self, zero: int) -> None:
        """ASCII, Thai, full width, Arabic."""
        receipt = sealing.derive_receipt(SEED, 0, KEY)
        typed = "".join(chr(zero + int(sign)) if sign.isdigit() else sign for sign in receipt.code)
        assert sealing.parse_receipt(typed, KEY) == receipt

    @pytest.mark.parametrize(
        "separator",
        [
            "",
            "  ",
            "-",
            " - ",
            "–",
            "—",
            "\u2011",
            "\u2212",
            ".",
            "·",
            ",",
            "/",
            "\u00a0",
            "\u202f",
            "\u3000",
            "\u200b",
            "\ufeff",
            "\u00ad",
            "\n",
            "\r\n",
            "\t",
            "\u2028",
        ],
    )
    def test_separators(self, separator: str) -> None:
        receipt = sealing.derive_receipt(SEED, 0, KEY)
        typed = f"  {receipt.code.replace(' ', separator)}\u200b\n"
        assert sealing.parse_receipt(typed, KEY) == receipt

    @pytest.mark.parametrize(
        ("typed", "reason"),
        [
            ("", "length"),
            ("   ", "length"),
            ("1", "length"),
            ("1" * 27, "length"),
            ("1" * 29, "length"),
            ("1" * 10_000_000, "length"),
            (" " * 1000, "length"),
            ("1" * 28 + " " * 300, "length"),
            ("abcd", "digits"),
            ("1234 5678 O000", "digits"),
            ("½" * 28, "digits"),
            ("²" * 28, "digits"),
            ("๏" * 28, "digits"),
            ("\x00" * 28, "digits"),
            ("一" * 28, "digits"),
            ("\ud800", "digits"),
            ("+1", "digits"),
        ],
    )
    def test_what_is_no_code(self, typed: str, reason: str) -> None:
        with pytest.raises(sealing.ReceiptError) as caught:
            sealing.parse_receipt(typed, KEY)
        assert caught.value.reason == reason

    @given(st.text(max_size=300))
    def test_garbage_is_refused_without_a_fault(self, typed: str) -> None:
        with pytest.raises(sealing.ReceiptError):
            sealing.parse_receipt(typed, KEY)


class TestCost:
    def test_a_wrong_check_costs_no_query_and_no_stretching(
        self, file_case: Callable[..., Filed], monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
    ) -> None:
        digits = file_case().receipt.code.replace(" ", "")
        wrong = f"{digits[:-1]}{(int(digits[-1]) + 1) % 10}"
        own_keys()  # kept in memory once the portal has them
        monkeypatch.setattr(sealing, "stretch", lambda *_all: pytest.fail("stretched"))
        with django_assert_num_queries(0), pytest.raises(sealing.ReceiptError):
            read_code(wrong)

    def test_an_unknown_locator_costs_one_query(self, db: None, django_assert_num_queries: Any) -> None:
        receipt = sealing.derive_receipt(os.urandom(32), 0, own_keys().check)
        with django_assert_num_queries(1), pytest.raises(UnknownCodeError):
            open_by_code(receipt)

    def test_an_unknown_locator_takes_as_long_as_a_known_one(
        self, file_case: Callable[..., Filed], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        filed = file_case()
        stretched, stretch = [], sealing.stretch

        def note(secret: str, salt: bytes, strength: sealing.Strength) -> bytes:
            stretched.append((len(secret), len(salt), strength))
            return stretch(secret, salt, strength)

        monkeypatch.setattr(sealing, "stretch", note)
        unknown = f"{(int(filed.receipt.locator) + 1) % 10**5:05d}"
        for locator in (filed.receipt.locator, unknown):
            with pytest.raises(UnknownCodeError):
                open_by_code(sealing.Receipt(locator, "0" * 20, "000"))
        assert len(stretched) == 2
        assert stretched[0] == stretched[1]

    def test_the_right_code_opens_its_case_and_no_other(self, file_case: Callable[..., Filed]) -> None:
        filed, other = file_case(), file_case()
        case, private = open_by_code(read_code(filed.receipt.code))
        assert case == filed.case
        assert sealing.KeyPair.of(private).public == bytes(case.public_key)
        assert open_by_code(read_code(other.receipt.code))[0] == other.case

    def test_the_right_locator_with_another_secret_opens_nothing(self, file_case: Callable[..., Filed]) -> None:
        filed = file_case()
        guess = sealing.Receipt(filed.receipt.locator, "0" * 20, "000")
        with pytest.raises(UnknownCodeError):
            open_by_code(guess)

    def test_a_code_sealed_for_one_case_does_not_open_at_another(self, file_case: Callable[..., Filed]) -> None:
        """Somebody with the database moves salt and sealed key to another case."""
        filed, other = file_case(), file_case()
        Case.objects.filter(pk=other.case.pk).update(
            code_salt=bytes(filed.case.code_salt), code_sealed_key=bytes(filed.case.code_sealed_key)
        )
        receipt = sealing.Receipt(other.receipt.locator, filed.receipt.secret, "000")
        with pytest.raises(UnknownCodeError):
            open_by_code(receipt)
