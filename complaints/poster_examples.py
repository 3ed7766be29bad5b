"""Example places of the poster for the demonstration: seen in every quarter of 2567, of last year and now."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from organization.models import User

from .choices import PlaceKind
from .models import PosterCheck, PosterPlace

MARK = "[ตัวอย่าง]"
_K = PlaceKind
PLACES: tuple[tuple[str, PlaceKind], ...] = (
    ("บอร์ดประชาสัมพันธ์หน้าสำนักงานเทศบาล", _K.BOARD),
    ("เคาน์เตอร์งานทะเบียนราษฎร", _K.COUNTER),
    ("เคาน์เตอร์รับชำระภาษี กองคลัง", _K.COUNTER),
    ("โถงทางเข้าอาคารสำนักงาน", _K.ENTRANCE),
    ("ศูนย์พัฒนาเด็กเล็ก", _K.BOARD),
    ("ศาลาประชาคม หมู่ที่ 3", _K.COMMUNITY),
    ("ที่ทำการผู้ใหญ่บ้าน หมู่ที่ 7", _K.COMMUNITY),
    ("ตลาดสดเทศบาล", _K.OTHER),
)
SEEN: tuple[tuple[dt.date, int], ...] = (
    (dt.date(2023, 11, 16), 5),
    (dt.date(2024, 2, 14), 6),
    (dt.date(2024, 5, 21), 8),
    (dt.date(2024, 8, 15), 8),
    (dt.date(2025, 11, 20), 7),
    (dt.date(2026, 2, 12), 8),
    (dt.date(2026, 5, 14), 8),
    (dt.date(2026, 8, 20), 7),
    (dt.date(2026, 11, 12), 6),
)
"""Days on which somebody went round, and at how many of the places the poster hung."""


@transaction.atomic
def demonstrate_posters() -> None:
    """The places and what was seen; only where nobody has written a place down."""
    if PosterPlace.objects.exists():
        return
    by = User.objects.get(username="integrity")
    places = PosterPlace.objects.bulk_create(
        PosterPlace(name=f"{MARK} {name}", kind=kind, added_by=by, added_on=dt.date(2023, 10, 16))
        for name, kind in PLACES
    )
    last = SEEN[-1][0]
    PosterCheck.objects.bulk_create(
        PosterCheck(place=place, day=day, by=by, readable=number < hung)
        for day, hung in SEEN
        for number, place in enumerate(places)
        if number <= hung and (day != last or number < hung)
    )
