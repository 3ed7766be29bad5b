"""Conflict of interest: who may not receive a complaint.

Not: an officer whom it is about, by name or by post; an officer in the division of an accused head; anybody of the
municipality where the accused stands above all of them (the mayor, the permanent secretary and their deputies). In
doubt a person is left out: a case that one officer too few reads does less harm than one that the accused reads.

People write posts and names in many ways, and not always in the field that is meant for it: both are looked for in
both fields, names without titles, in one spelling. Whoever files may make the texts long and strange: every pattern
here reads them in a time that grows no faster than they do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from organization.choices import Role
from organization.models import Division, User

from .models import Officer

_TITLES = re.compile(
    r"^(?:(?:นางสาว|นาง|นาย|ว่าที่(?: ?(?:ร้อย|พัน)?(?:ตรี|โท|เอก))?|คุณ|ท่าน|ครู|อาจารย์|หมอ|[ก-ฮ]{1,2}\."
    r"|(?:mr|mrs|ms|miss|dr)[. ]) ?)+"
)
"""Of texts in one spelling. The abbreviations (น.ส., จ.ส.อ., ดร.) are short groups of consonants with dots."""
_SHORTEST_NAME = 3
_MAYOR = r"นายก(?!สมาคม|สโมสร|รัฐมนตรี|เหล่ากาชาด|[\u0e30-\u0e3a\u0e45\u0e47-\u0e4eฤ])"
"""Not when it is นาย before a name (นายกิตติ)."""
_CLERK = r"(?<!สำนัก)(?<!สำนักงาน)ปลัด(?!อำเภอ|จังหวัด|กระทรวง)"
_ABOVE_ALL = re.compile(
    rf"(?:{_MAYOR}|{_CLERK}|ผู้บริหาร(?!โรงเรียน|สถานศึกษา|การศึกษา)|mayor|permanent secretary|municipal clerk)"
)
_ABOVE_ALL_AS_NAME = re.compile(
    r"(?:นายก ?(?:เทศ|อบต|องค์การ|เล็ก|เมือง|ฯ|$)|(?<!สำนัก)(?<!สำนักงาน)ปลัด ?(?:เทศ|อบต|องค์การ|เมือง|ตำบล|ฯ|$)|mayor"
    r"|permanent secretary|municipal clerk)"
)
"""In the field of the name a real name may stand: นายกมล is not the mayor."""
_AIDES = re.compile(
    r"(?:เลขา(?:นุการ)?|ที่ปรึกษา|หน้าห้อง|ผู้ติดตาม|ขับรถ(?:ยนต์)?) ?(?:ของ|ประจำ(?:ตัว)?|ให้)? ?(?:ท่าน)? ?(?:รอง)?(?:นายก|ปลัด)"
    r"|(?:secretary|advis[eo]r|assistant|driver) (?:to|of) (?:the )?(?:deputy )?(?:mayor|permanent secretary)"
    r"|mayor's (?:secretary|advis[eo]r|assistant|driver)|office of the (?:mayor|permanent secretary)"
)
"""Posts that are named after those above all, and are not theirs."""
_HEAD = re.compile(r"(?:ผู้อำนวยการ|ผอ\.?|หัวหน้า|หน\.|รักษาการ|รักษาราชการ|รก\.|director|head|chief)")
_UNIT = re.compile(r"^(?:กอง|สำนักงาน|สำนัก|ฝ่าย|หน่วย) ?")
_CUT = re.compile(r" ?(?:ฯ|และ|/|,| ).*$")
_THAI = re.compile(r"[\u0e01-\u0e4e]")
_SHORTEST_UNIT = 3
_TONE_FIRST = re.compile(r"([\u0e48-\u0e4c])([\u0e31\u0e34-\u0e3a\u0e47\u0e4d])")
_SARA_AM = re.compile(r"\u0e4d([\u0e48-\u0e4b]?)\u0e32([\u0e48-\u0e4b]?)")
_TONES = re.compile(r"[\u0e48-\u0e4b]")
_SILENT = re.compile(r"[ก-ฮ][ิุ]?\u0e4c")
_GRADE = re.compile(
    r" ?(?:\([^()]{0,100}\)|ปฏิบัติการ|ปฏิบัติงาน|ชำนาญการ(?:พิเศษ)?|ชำนาญงาน|เชี่ยวชาญ|อาวุโส|ระดับ(?:ต้น|กลาง|สูง)) ?$"
)
"""After a post: its grade, or `(ตัวอย่าง)`. Who writes of somebody seldom knows it."""


@dataclass(frozen=True, slots=True)
class Accused:
    """Whom a complaint is about, as far as it is told. officers: ids of officers ticked in the form."""

    name: str = ""
    position: str = ""
    division: Division | None = None
    officers: frozenset[int] = frozenset()


def recipients(accused: Accused) -> list[Officer]:
    """The officers to whom a complaint about `accused` is sealed; empty where nobody may receive it.

    Officers of the municipality first; external recipients only where none of them is left.
    """
    return choose(accused)[0]


def choose(accused: Accused) -> tuple[list[Officer], frozenset[int]]:
    """`recipients`, and the ids of all officers who are left out, whether they receive cases now or not."""
    everybody = list(Officer.objects.select_related("user__division"))
    out = excluded(accused, everybody)
    receiving = set(Officer.objects.receiving().values_list("pk", flat=True))
    left = [officer for officer in everybody if officer.pk in receiving - out]
    inside = [officer for officer in left if not officer.is_external]
    return inside or left, out


def excluded(accused: Accused, officers: Iterable[Officer]) -> frozenset[int]:
    """The ids of those of `officers` who may not receive it."""
    officers = list(officers)
    people = User.objects.filter(is_active=True).prefetch_related("groups").select_related("division")
    texts = [text for text in (accused.name, accused.position) if text.strip()]
    told = [_writings(_plain(text)) for text in texts]
    posts = [_writings(_joined(_spelt(text))) for text in texts]
    named = [person for person in people if any(_names(text, person) for text in told)]
    roles = {person.pk: {group.name for group in person.groups.all()} for person in named}
    above_all = stands_above_all(accused.position)
    above_all = above_all or bool(_ABOVE_ALL_AS_NAME.search(_AIDES.sub("", _spelt(accused.name))))
    above_all = above_all or any(
        Role.MAYOR.value in roles[person.pk] or stands_above_all(person.position) for person in named
    )
    headed = {
        person.division_id
        for person in named
        if Role.DIVISION_HEAD.value in roles[person.pk] or _HEAD.search(_spelt(person.position))
    }
    headed |= _headed_divisions(accused)
    named_ids = {person.pk for person in named}
    return frozenset(
        officer.pk
        for officer in officers
        if officer.pk in accused.officers
        or officer.user_id in named_ids
        or any(_names(text, officer.user) for text in told)
        or _has_the_post(posts, accused.division, officer)
        or (not officer.is_external and (above_all or officer.user.division_id in headed - {None}))
    )


def names_person(text: str, person: User) -> bool:
    """Whether a name as somebody wrote it may be that of `person`: the first or the last name is enough.

    Names of one or two letters count as a whole only.
    """
    return _names(_writings(_plain(text)), person)


def _names(text: tuple[str, ...], person: User) -> bool:
    parts = [_writings(_plain(part)) for part in (person.first_name, person.last_name)]
    for plain, first, last in zip(text, *parts, strict=True):
        whole = first + last
        if whole and (
            plain == whole or any(len(one) >= _SHORTEST_NAME and one in plain for one in (first, last, whole))
        ):
            return True
    return False


def _has_the_post(told: Iterable[tuple[str, ...]], division: Division | None, officer: Officer) -> bool:
    """Whether the officer's own post is written there, and the division is theirs or is not told."""
    own = officer.user.division_id
    fits = division is None or own == division.pk or (own is None and not officer.is_external)
    post = _spelt(officer.user.position)
    while (shorter := _GRADE.sub("", post)) != post:
        post = shorter
    posts = _writings(_joined(post))
    return fits and any(
        len(one) >= _SHORTEST_NAME and one in plain for text in told for plain, one in zip(text, posts, strict=True)
    )


def stands_above_all(position: str) -> bool:
    """Whether a post is above every division: mayor, permanent secretary, their deputies; not their aides."""
    return bool(_ABOVE_ALL.search(_AIDES.sub("", _spelt(position))))


def _headed_divisions(accused: Accused) -> set[int | None]:
    """The divisions whose head is accused by the words of the post, or of the name: `ผอ.กองช่าง`, `หัวหน้าสำนักปลัด`."""
    found: set[int | None] = set()
    for text in (_spelt(accused.position), _spelt(accused.name)):
        if not _HEAD.search(text):
            continue
        if accused.division is not None:
            found.add(accused.division.pk)
        rest = _UNIT.sub("", _HEAD.sub("|", text).rpartition("|")[2].strip(" .")).removesuffix("ฯ")
        for division in Division.objects.all():
            names = [division.name, division.short_name, division.name_en, *division.aliases]
            if any(_is_of(_spelt(str(name)), text, rest) for name in names if name):
                found.add(division.pk)
    return found


def _is_of(name: str, text: str, rest: str) -> bool:
    """Whether a post's `text`, and its `rest` after the word for head, may mean the division of this name."""
    if name in text:
        return True
    core = _CUT.sub("", _UNIT.sub("", name))
    if not _THAI.match(core) or len(core) < _SHORTEST_UNIT:
        return False
    return core in text or (len(rest) >= _SHORTEST_UNIT and core.startswith(rest))


def _spelt(text: str) -> str:
    """In one spelling: lower case, single spaces, no invisible signs, Thai marks in their order and in one way."""
    text = unicodedata.normalize("NFKC", text).lower().replace("เเ", "แ")
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    text = _SARA_AM.sub("\\1\\2\u0e33", _TONE_FIRST.sub(r"\2\1", text))
    return " ".join(text.split())


def _plain(text: str) -> str:
    """In one spelling, without titles, spaces and dots."""
    return _joined(_TITLES.sub("", _spelt(text)))


def _joined(spelt: str) -> str:
    return re.sub(r"[ .\-]", "", spelt)


def _writings(plain: str) -> tuple[str, ...]:
    """Of a name or a post: as it is; without tone marks and silent signs; without the silent letters too.

    Tone marks are what fingers put at the wrong letter, silent signs what they leave out.
    """
    toneless = _TONES.sub("", plain)
    return plain, toneless.replace("\u0e4c", ""), _SILENT.sub("", toneless)
