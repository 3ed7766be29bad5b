"""Words that sound as if somebody reports corruption: who writes them is asked whether they mean to.

The list protects people who take the wrong door; it catches nobody. So it names what is said of corruption and hardly
of anything else, and whoever is asked in vain sends the letter as it is with one press. Words stand here as people
write them, wrong spellings too, and without the harmless ones that merely hold the same letters: โกงกาง is a tree,
ทรัพย์สินบนที่ดิน is property. Not here, as they are said of everyday things too: เงินทอน (change), อมเงิน (found in
ออมเงิน, to save), เรียกเก็บเงิน (to bill), ส่วย by itself, ใต้โต๊ะ by itself.
"""

from __future__ import annotations

import re

_TELLS = (
    # Corruption by its names
    r"ทุจริต", r"ทุจจริต", r"คอ(?:ร์|ร)?รั[ปบ]ชั[่้]?น", r"ประพฤติมิชอบ", r"โดยมิชอบ", r"ฉ้อราษฎร์", r"ฉ้อโกง",
    r"(?<!ตะ)โกง(?!กาง)",
    # Bribes, and asking for them
    r"(?<!ทรัพย์)สินบน", r"ใต้โต๊ะ(?=.{0,20}(?:เงิน|บาท|จ่าย|รับ))", r"(?:เงิน|จ่าย|รับ|เก็บ|เรียก|ยัด)ใต้โต๊ะ",
    r"เรียกรับ(?:เงิน|ทรัพย์|ผลประโยชน์|ค่า|ของ)", r"เรียกเงิน(?!คืน)", r"เรียกผลประโยชน์", r"ยัดเงิน", r"รีดไถ", r"ไถเงิน",
    r"ค่าน้ำร้อนน้ำชา", r"ค่าน้ำชา", r"(?:เก็บ|จ่าย|รับ|ส่ง)ส่วย", r"กรรโชก",
    # Purchases that were settled before
    r"ฮั้ว", r"ล[็]?อ[กค]ส[เะ]?ป[็]?[คก]", r"ล็อกสเปค", r"เอื้อ(?:ประโยชน์)?(?:ให้)?(?:พวกพ้อง|ผู้รับเหมา|ญาติ)", r"สมยอมราคา",
    # Public money and things taken
    r"ยักยอก", r"เบียดบัง", r"อมเงินหลวง", r"อมงบหลวง", r"เบิก(?:เงิน)?เท็จ", r"เบิกเงินเกินจริง", r"ตรวจรับ(?:งาน)?เท็จ",
    r"(?:กิน|หัก|เก็บ|ค่า)หัวคิว", r"กินเปอร์เซ็นต์", r"ปลอมลายเซ็น", r"ปลอมเอกสารราชการ",
    # Posts for money
    r"ซื้อขายตำแหน่ง", r"ซื้อตำแหน่ง", r"วิ่งเต้น",
    # English
    r"\bcorrupt", r"\bbrib", r"\bkickback", r"\bembezzl", r"\bextort", r"\bbid[ -]?rigging",
)  # fmt: skip
_SOUNDS = re.compile("|".join(_TELLS))
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def sounds_like_corruption(*texts: str) -> bool:
    """Whether one of `texts` holds words with which people report corruption."""
    return any(_SOUNDS.search(_UNSEEN.sub("", text).replace("ํา", "ำ").lower()) for text in texts)
