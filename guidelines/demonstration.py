"""Examples: who of the cast has read what since the documents came into force, a new version, a document of one
division, a draft. Everything that was made up says `[ตัวอย่าง]`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pghistory
from django.db import transaction
from django.utils import timezone

from organization.models import Division, User

from .choices import ASSET_MANUAL, BUDGET, COMPLAINTS, ETHICS, Audience, Readers
from .installing import install
from .models import Acknowledgement, Document, Version
from .reading import moment
from .services.documents import begin_draft, put_in_force

SINCE = dt.date(2023, 9, 15)
"""From when the documents are in force in the demonstration: before the fiscal year that it shows, 2567."""
NEW_MANUAL = dt.date(2026, 10, 12)
CARS = "car-use"
_BEGUN_AT = dt.timedelta(hours=10)
_READ: dict[str, tuple[tuple[str, str], ...]] = {
    ASSET_MANUAL: (
        ("2023-11-06", "secretary"), ("2023-11-06", "assets"), ("2023-11-07", "head"), ("2023-12-18", "budget"),
        ("2024-01-22", "staff"), ("2024-02-05", "integrity"), ("2024-05-20", "staff2"), ("2024-08-13", "integrity2"),
    ),
    ETHICS: (
        ("2023-11-13", "secretary"), ("2023-11-14", "integrity"), ("2023-12-04", "integrity2"), ("2023-12-20", "head"),
        ("2024-02-15", "staff"), ("2024-02-16", "budget"), ("2024-05-17", "assets"), ("2024-08-15", "staff2"),
        ("2024-09-10", "admin"),
    ),
    COMPLAINTS: (
        ("2023-12-01", "integrity"), ("2023-12-01", "integrity2"), ("2024-03-04", "secretary"), ("2024-06-11", "head"),
        ("2024-07-09", "staff"), ("2026-03-12", "staff2"),
    ),
    BUDGET: (
        ("2023-12-12", "budget"), ("2024-03-20", "secretary"), ("2024-04-23", "assets"), ("2024-09-03", "head"),
        ("2026-01-26", "staff"), ("2026-08-17", "staff2"),
    ),
    CARS: (("2026-01-20", "head"), ("2026-01-22", "staff")),
}  # fmt: skip
"""Days, and who confirmed the first version then."""
_READ_AGAIN = (
    ("2026-10-13", "assets"), ("2026-10-13", "secretary"), ("2026-10-19", "head"), ("2026-10-26", "budget"),
    ("2026-11-09", "integrity"),
)  # fmt: skip
"""The second version of the asset manual: `staff`, `staff2` and some others have it still before them."""
_BEFORE = "| ใช้ของในกองของตนเองต้องทำใบยืมหรือไม่ |"
_NEW_ROW = (
    "| ยืมกล้องวงจรปิดหรือโดรนไปใช้ ต้องทำอะไรเพิ่ม | ระบุผู้บังคับอุปกรณ์และพื้นที่ในใบยืม และไม่บันทึกภาพบุคคลเกินจำเป็นต่องาน (แนวปฏิบัติ) |\n"
)
_CARS = """# การขอใช้รถส่วนกลางของกองช่าง

1. กรอกใบขออนุญาตใช้รถล่วงหน้าอย่างน้อย 1 วันทำการ บอกงาน สถานที่ และเวลากลับ
2. ผู้อำนวยการกองช่างอนุญาต ผู้ขับต้องมีใบอนุญาตขับขี่ตรงประเภท
3. จดเลขไมล์และน้ำมันก่อนออกและเมื่อกลับทุกครั้ง
4. นำรถกลับเข้าที่จอดของเทศบาลทุกวัน

# สิ่งที่ไม่ทำ

- ใช้รถไปธุระส่วนตัว รับส่งครอบครัว หรือเก็บไว้ที่บ้าน
- ให้ผู้อื่นที่ไม่มีชื่อในใบขออนุญาตขับแทน
"""


@transaction.atomic
def demonstrate_documents() -> None:
    """The examples, where nobody has confirmed anything and the cast is there."""
    people = {user.username: user for user in User.objects.filter(is_demonstration=True)}
    manual = Document.objects.filter(slug=ASSET_MANUAL).first()
    if manual is None or "secretary" not in people or Acknowledgement.objects.exists():
        return
    by = people["secretary"]
    with pghistory.context(user=by.pk, act="set_up_portal"):
        _cars(by)
        firsts = {one.document.slug: one for one in Version.objects.filter(number=1).select_related("document")}
        given = [
            *(row for slug, rows in _READ.items() if slug in firsts for row in _confirmed(firsts[slug], rows, people)),
            *_confirmed(_new_manual(manual, by), _READ_AGAIN, people),
        ]
        now = timezone.now()
        Acknowledgement.objects.bulk_create(
            one for one in given if one.version.in_force_on is not None
            and moment(one.version.in_force_on) <= one.acknowledged_at <= now
        )  # fmt: skip
        _ethics_draft(by)


def _confirmed(
    version: Version, rows: Iterable[tuple[str, str]], people: dict[str, User]
) -> Iterable[Acknowledgement]:  # fmt: skip
    for minutes, (day, name) in enumerate(rows):
        if name in people:
            at = moment(dt.date.fromisoformat(day)) + _BEGUN_AT + dt.timedelta(minutes=7 * minutes)
            yield Acknowledgement(
                version=version, user=people[name], division_id=people[name].division_id, acknowledged_at=at
            )  # fmt: skip


def _new_manual(manual: Document, by: User) -> Version:
    draft = begin_draft(manual, by=by)
    draft.body = draft.body.replace(_BEFORE, _NEW_ROW + _BEFORE)
    draft.change_note = "[ตัวอย่าง] เพิ่มแนวปฏิบัติการยืมกล้องและอากาศยานไร้คนขับ (โดรน) ในคำถามที่พบบ่อย"
    draft.reason = "[ตัวอย่าง] ผลตรวจสอบพัสดุปีก่อนพบว่ายืมโดรนโดยไม่ระบุผู้บังคับและพื้นที่"
    draft.made_at = moment(NEW_MANUAL)
    draft.save()
    return put_in_force(
        draft, by=by, edits=0, in_force_on=NEW_MANUAL, asks_again=True, at=moment(NEW_MANUAL) + _BEGUN_AT / 2
    )  # fmt: skip


def _cars(by: User) -> None:
    division = Division.objects.filter(name="กองช่าง").first()
    if division is None or Document.objects.filter(slug=CARS).exists():
        return
    head = {
        "title": "[ตัวอย่าง] การใช้รถส่วนกลางของกองช่าง", "summary": "ขั้นตอนขอใช้รถ และสิ่งที่ไม่ทำ สำหรับเจ้าหน้าที่กองช่าง",
        "readers": Readers.STAFF, "audience": Audience.DIVISIONS, "order": 50,
    }  # fmt: skip
    version = install(CARS, head, _CARS, dt.date(2026, 1, 15), by)
    version.document.divisions.add(division)


def _ethics_draft(by: User) -> None:
    """A draft that the office works on."""
    document = Document.objects.filter(slug=ETHICS).first()
    if document is None:
        return
    draft = begin_draft(document, by=by)
    draft.change_note = "[ตัวอย่าง] เพิ่มตัวอย่างการใช้สื่อสังคมออนไลน์และปัญญาประดิษฐ์"
    draft.save()
