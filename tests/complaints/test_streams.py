"""Sealed files: piece by piece, padded, and refused wherever somebody touched them."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints import sealing
from complaints.sealing.streams import PIECE

OVERHEAD = 17
HEADER = 24


def seal(content: bytes, context: str = "file/1", chunk: int = 1 << 16) -> tuple[bytes, bytes]:
    """The sealed file and its key."""
    sealer = sealing.StreamSealer(context)
    sealed = sealer.start + b"".join(
        sealer.update(content[start : start + chunk]) for start in range(0, len(content), chunk)
    )
    return sealed + b"".join(sealer.finish()), sealer.key


def unseal(sealed: bytes, key: bytes, size: int, context: str = "file/1") -> bytes:
    return b"".join(sealing.StreamOpener(key, context, size).read(io.BytesIO(sealed)))


def pieces(sealed: bytes) -> list[bytes]:
    """Header first, then each sealed piece."""
    body = sealed[HEADER:]
    whole = PIECE + OVERHEAD
    return [sealed[:HEADER], *(body[start : start + whole] for start in range(0, len(body), whole))]


AWKWARD = [0, 1, 16383, 16384, 16385, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 1, 3 * PIECE - 1, 300_001]


@pytest.mark.parametrize("size", AWKWARD)
@pytest.mark.parametrize("chunk", [1000, PIECE, PIECE + 1])
def test_round_trip_at_awkward_sizes(size: int, chunk: int) -> None:
    content = bytes(n % 251 for n in range(size))
    sealed, key = seal(content, chunk=chunk)
    assert unseal(sealed, key, size) == content
    padded = sealing.padded_size(size)
    assert len(sealed) == HEADER + padded + OVERHEAD * max(1, -(-padded // PIECE))


@given(st.lists(st.binary(max_size=5000), max_size=30))
@settings(max_examples=40)
def test_however_it_arrives(parts: list[bytes]) -> None:
    sealer = sealing.StreamSealer("file/1")
    sealed = sealer.start + b"".join(sealer.update(part) for part in parts)
    sealed += b"".join(sealer.finish())
    content = b"".join(parts)
    assert sealer.size == len(content)
    assert unseal(sealed, sealer.key, len(content)) == content


@given(st.integers(0, 1 << 40))
def test_buckets_tell_little_and_cost_little(size: int) -> None:
    padded = sealing.padded_size(size)
    assert padded >= size
    assert padded == 16384 or padded <= size * 1.125 + 1024
    assert sealing.padded_size(padded) == padded


def test_few_buckets_between_two_powers_of_two() -> None:
    assert len({sealing.padded_size(size) for size in range(1 << 20, 1 << 21, 997)}) <= 9
    assert {sealing.padded_size(size) for size in range(0, 16385, 101)} == {16384}


def test_files_of_one_bucket_have_the_same_length() -> None:
    assert len(seal(b"")[0]) == len(seal(b"x" * 16384)[0])


@pytest.mark.parametrize(
    "place", [0, 23, 24, 25, 100, HEADER + PIECE, HEADER + PIECE + 16, HEADER + PIECE + 17, -17, -1]
)
def test_a_changed_byte_is_noticed(place: int) -> None:
    sealed, key = seal(b"a" * 150_000)
    changed = bytearray(sealed)
    changed[place] ^= 1
    with pytest.raises(sealing.SealingError):
        unseal(bytes(changed), key, 150_000)


@pytest.mark.parametrize(
    "end", [0, 10, HEADER, HEADER + 5, HEADER + 17, HEADER + PIECE + 17, HEADER + 2 * (PIECE + 17), -1, -17]
)
def test_a_cut_end_is_noticed(end: int) -> None:
    sealed, key = seal(b"a" * 150_000)
    with pytest.raises(sealing.SealingError):
        unseal(sealed[:end], key, 150_000)


def test_a_cut_within_the_padding_is_noticed() -> None:
    """Also where every byte of the content is still there."""
    size = 2 * PIECE - 5
    sealed, key = seal(b"a" * size + b"", context="file/1")
    assert len(pieces(sealed)) == 3
    big = 10 * PIECE + 1
    sealed, key = seal(b"a" * big)
    parts = pieces(sealed)
    assert len(parts) == 1 + 11
    with pytest.raises(sealing.SealingError):
        unseal(b"".join(parts[:-1]), key, big - 1)


def test_swapped_repeated_missing_and_added_pieces_are_noticed() -> None:
    size = 4 * PIECE
    sealed, key = seal(bytes(n % 7 for n in range(size)))
    head, one, two, three, four = pieces(sealed)
    assert unseal(sealed, key, size)
    for wrong in (
        (head, two, one, three, four), (head, one, one, two, three, four), (head, one, three, four),
        (head, one, two, three), (head, one, two, three, four, four), (head, four), (head, one, two, three, four, b"x"),
    ):  # fmt: skip
        with pytest.raises(sealing.SealingError):
            unseal(b"".join(wrong), key, size)


def test_another_key_context_or_file_opens_nothing() -> None:
    sealed, key = seal(b"content")
    other, other_key = seal(b"content")
    for wrong in (
        (sealed, other_key, "file/1"),
        (sealed, key, "file/2"),
        (other, key, "file/1"),
        (sealed, b"short", "file/1"),
    ):
        with pytest.raises(sealing.SealingError):
            unseal(wrong[0], wrong[1], 7, wrong[2])


def test_pieces_of_two_files_are_not_exchanged() -> None:
    size = 2 * PIECE
    sealed, key = seal(b"a" * size)
    other, _other_key = seal(b"b" * size)
    mixed = pieces(sealed)[:2] + pieces(other)[2:]
    with pytest.raises(sealing.SealingError):
        unseal(b"".join(mixed), key, size)


def test_a_size_beyond_the_content_is_noticed() -> None:
    sealed, key = seal(b"content")
    with pytest.raises(sealing.SealingError):
        unseal(sealed, key, 16385)


def test_every_file_has_its_own_key() -> None:
    assert len({sealing.StreamSealer("c").key for _each in range(100)}) == 100
