"""What people call things when they look for them to borrow: one table of words that mean the same.

A register says “เครื่องฉายภาพ”; whoever needs one types “โปรเจคเตอร์” or “projector”. Only the catalogue uses it.
"""

from __future__ import annotations

GROUPS: tuple[tuple[str, ...], ...] = (
    ("เครื่องฉายภาพ", "เครื่องฉาย", "โปรเจคเตอร์", "โปรเจกเตอร์", "โปรเจ็คเตอร์", "โปรเจ็กเตอร์", "projector"),
    ("จอรับภาพ", "จอโปรเจคเตอร์", "จอโปรเจกเตอร์", "จอฉาย"),
    ("โน้ตบุ๊ก", "โน้ตบุ๊ค", "โน๊ตบุ๊ก", "โน๊ตบุ๊ค", "โน้ตบุค", "โน๊ตบุค", "แล็ปท็อป", "แลปทอป", "notebook", "laptop"),
    ("แท็บเล็ต", "แท็ปเล็ต", "แทบเล็ต", "tablet"),
    ("คอมพิวเตอร์", "computer"),
    ("เครื่องพิมพ์", "ปริ้นเตอร์", "ปรินเตอร์", "พรินเตอร์", "printer"),
    ("สแกนเอกสาร", "สแกนเนอร์", "scanner"),
    ("กล้องถ่ายภาพ", "กล้องถ่ายรูป", "camera"),
    ("โทรทัศน์", "ทีวี", "television"),
    ("เครื่องขยายเสียง", "เครื่องเสียง", "amplifier"),
    ("ไมโครโฟน", "ไมค์", "ไมค์โครโฟน", "microphone"),
    ("โทรโข่ง", "megaphone"),
    ("เต็นท์", "เต๊นท์", "เต้นท์", "เต้นต์", "เต็นต์", "tent"),
    ("เก้าอี้", "เก้าอี", "chair"),
    ("รถกระบะ", "รถปิกอัพ", "รถปิคอัพ", "รถปิกอัป", "ปิกอัพ", "ปิคอัพ", "ปิกอัป", "กระบะ", "pickup", "pick-up"),
    ("รถตู้", "van"),
    ("จักรยานยนต์", "มอเตอร์ไซค์", "มอเตอร์ไซด์", "motorcycle"),
    ("เครื่องกำเนิดไฟฟ้า", "เครื่องปั่นไฟ", "เครื่องปั่นไฟฟ้า", "generator"),
)
"""Each row means one thing; all in lower case."""
_LEAST_BEGINNING = 4


def alternatives(word: str) -> list[str]:
    """`word`, and what else it may be called; none that holds another of them, as that one finds it too.

    A word that is part of what was typed is exchanged in it (“จอโปรเจคเตอร์”); of a word begun four letters are enough.
    """
    word = word.lower()
    found = [word]
    inside = max(((name, group) for group in GROUPS for name in group if name in word), key=_length, default=None)
    if inside is not None:
        found += [word.replace(inside[0], other) for other in inside[1]]
    elif len(word) >= _LEAST_BEGINNING:
        begun = [group for group in GROUPS if any(name.startswith(word) for name in group)]
        found += begun[0] if len(begun) == 1 else ()
    known = sorted(set(found), key=lambda one: (len(one), one))
    return [one for place, one in enumerate(known) if not any(other in one for other in known[:place])]


def _length(found: tuple[str, tuple[str, ...]]) -> int:
    return len(found[0])
