"""The code of a letter: read as people type it, wrong ones found without a query; words that belong elsewhere."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import override_settings

from ita_portal.thai import to_thai_digits
from participation.letters_code import LENGTH, CodeError, derive_code, form_mark_of, parse_code
from participation.letters_words import sounds_like_corruption

SEED = "0123456789abcdef0123456789abcdef"


def test_a_code_is_sixteen_digits_of_which_forty_bits_are_secret() -> None:
    codes = {derive_code(SEED, attempt).digits for attempt in range(200)}
    assert len(codes) == 200
    assert all(len(code) == LENGTH == 16 and code.isascii() and code.isdigit() for code in codes)
    assert 10 ** (LENGTH - 3) > 2**40
    shown = derive_code(SEED).shown
    assert [len(part) for part in shown.split()] == [4, 4, 4, 4]


def test_the_same_form_gives_the_same_code_and_what_is_kept_of_either_leads_to_neither() -> None:
    code = derive_code(SEED)
    assert code == derive_code(SEED)
    assert code.digits not in code.mark
    assert SEED not in form_mark_of(SEED)
    assert derive_code(form_mark_of(SEED)).digits != code.digits
    assert code.digits not in repr(code), "not in tracebacks"


def test_it_is_read_as_people_type_it() -> None:
    code = derive_code(SEED)
    for typed in (
        code.digits, code.shown, to_thai_digits(code.shown), code.shown.replace(" ", "-"), f"  {code.shown}\n",
        code.shown.replace(" ", "\u00a0"), "".join(chr(0xFF10 + int(digit)) for digit in code.digits),
    ):  # fmt: skip
        assert parse_code(typed) == code


def test_typing_errors_are_no_codes() -> None:
    digits = derive_code(SEED).digits
    wrong = []
    for place in range(LENGTH):
        other = str((int(digits[place]) + 1) % 10)
        wrong.append(digits[:place] + other + digits[place + 1 :])
    wrong += [
        digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        for place in range(LENGTH - 1)
        if digits[place] != digits[place + 1]
    ]
    found = 0
    for text in wrong:
        try:
            parse_code(text)
        except CodeError:
            found += 1
    assert found >= len(wrong) - 1, "three check digits let one of a thousand through"
    for text in ("", "x", digits[:-1], digits + "1", "1" * 5000, "\x00", "๑" * 16 + "x", "1234 5678 9012 345a"):
        with pytest.raises(CodeError):
            parse_code(text)


def test_a_new_secret_of_the_portal_ends_no_code_while_the_old_one_is_known() -> None:
    old, code = settings.SECRET_KEY, derive_code(SEED)
    with override_settings(SECRET_KEY="another-secret", SECRET_KEY_FALLBACKS=[old]):
        assert parse_code(code.digits) == code
    with override_settings(SECRET_KEY="another-secret"), pytest.raises(CodeError):
        parse_code(code.digits)


REPORTS = (
    "เจ้าหน้าที่เรียกรับเงิน 500 บาท", "มีการทุจริตจัดซื้อ", "ขอแจ้งเรื่องสินบน", "ผู้รับเหมาฮั้วประมูล", "โกงค่าเช่าแผง",
    "ต้องจ่ายใต้โต๊ะ", "ล็อกสเปคเครื่องคอม", "ล็อคสเปกรถ", "ยักยอกเงินวัด", "คอร์รัปชั่นในกองคลัง", "คอรัปชั่น",
    "กินหัวคิวคนงาน", "เก็บส่วยแผงลอย", "เรียกเงินค่าเซ็น", "ซื้อขายตำแหน่ง", "He asked for a BRIBE", "corruption here",
    "ทุ\u200bจริต", "รับเงินใต้โต๊ะ", "ตรวจรับงานเท็จ", "เอื้อประโยชน์ให้พวกพ้อง",
)  # fmt: skip
EVERYDAY = (
    "ปลูกป่าโกงกางริมคลอง", "อาคารเป็นทรัพย์สินบนที่ดินเทศบาล", "จ่ายแล้วไม่ได้เงินทอน", "โครงการออมเงินวันละบาท",
    "เรียกเก็บเงินค่าขยะเดือนละเท่าไร", "ขอเรียกเงินคืนค่าประกัน", "แมวนอนใต้โต๊ะ", "สวนสวยมาก", "เจ้าหน้าที่สุจริตดี",
    "เตรียมพร้อมเงินสด", "ตะโกงาม", "ไฟถนนหน้าวัดดับ", "ขอให้ลงหินคลุก", "When is the garbage collected?", "",
)  # fmt: skip


def test_reports_of_corruption_are_heard_and_everyday_words_are_not() -> None:
    assert [text for text in REPORTS if not sounds_like_corruption("เรื่อง", text)] == []
    assert [text for text in EVERYDAY if sounds_like_corruption(text)] == []
