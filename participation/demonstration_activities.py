"""Example activities of the demonstration: every quarter of the real plan's year, the year before, and what is to come.

What lies in the past the services cannot date; the same rows are written here under the same guards of the database.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw

from ita_portal.fiscal import BANGKOK
from organization.models import Division, User
from organization.people import portal_user

from .activity_choices import GROUP_COLUMNS, ActivityState
from .models import Activity, ActivityPhoto, ActivityVersion
from .models.activities import CODE_LENGTH, COLUMNS, LETTERS

DATA = Path(__file__).parent / "data" / "activities.yaml"
MARK = "[ตัวอย่าง] "
_ANNOUNCED_BEFORE, _PUBLISHED_AFTER = dt.timedelta(days=14), dt.timedelta(days=12)
_ALTS = {
    "meeting": "ภาพวาด: ผู้เข้าร่วมนั่งล้อมโต๊ะประชุมในศาลา",
    "field": "ภาพวาด: ผู้เข้าร่วมยืนอยู่ริมทางน้ำและต้นไม้",
}


def demonstrate_activities() -> None:
    """Add the examples where there is no activity at all."""
    if Activity.objects.exists():
        return
    by = User.objects.filter(username="secretary").first() or portal_user()
    divisions = {name: division for division in Division.objects.all() for name in (division.name, division.short_name)}
    entries: list[dict[str, Any]] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    entries = [entry for entry in entries if entry["division"] in divisions]
    made = Activity.objects.bulk_create(_activity(entry, divisions, by) for entry in entries)
    versions = [
        version for entry, activity in zip(entries, made, strict=True) for version in _versions(entry, activity, by)
    ]
    ActivityVersion.objects.bulk_create(versions)
    current = {version.activity_id: version for version in versions}
    for entry, activity in zip(entries, made, strict=True):
        if "photo" in entry:
            _photo(entry["photo"], current[activity.pk], by)


def _moment(day: dt.date, hour: int = 10) -> dt.datetime:
    """Never to come: what is announced for later is announced now."""
    return min(dt.datetime.combine(day, dt.time(hour), BANGKOK), timezone.now())


def _code(key: str) -> str:
    """The same address on every machine."""
    digest = hashlib.sha256(f"demonstration {key}".encode()).digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:CODE_LENGTH])


def _activity(entry: dict[str, Any], divisions: dict[str, Division], by: User) -> Activity:
    days: Sequence[dt.date] = entry["days"]
    times = [dt.time.fromisoformat(text) for text in entry.get("time", ())]
    said = {name: entry.get(name, "") for name in ("subject", "participants", "result", "used_for", "related",
                                                   "invitation")}  # fmt: skip
    return Activity(
        code=_code(entry["key"]), title=MARK + entry["title"], kind=entry["kind"],
        division=divisions[entry["division"]], place=entry["place"], starts_on=days[0], ends_on=days[-1],
        all_day=not times,
        starts_at=times[0] if times else None, ends_at=times[1] if times else None, made_by=by,
        form_mark=f"demonstration-activity-{entry['key']}", made_at=_moment(days[0] - _ANNOUNCED_BEFORE, 9),
        **said, **{column: entry.get("people", {}).get(column) for column in GROUP_COLUMNS},
    )  # fmt: skip


def _versions(entry: dict[str, Any], activity: Activity, by: User) -> list[ActivityVersion]:
    """What was published of it, one after the other; only the last is in force."""
    state = entry.get("state", ActivityState.COMPLETE)
    if state == ActivityState.DRAFT:
        return []
    states = [ActivityState.ANNOUNCED] if state == ActivityState.ANNOUNCED else [ActivityState.ANNOUNCED, state]
    made = []
    for number, one in enumerate(states, start=1):
        words = {column: getattr(activity, column) for column in COLUMNS.values()}
        if one == ActivityState.ANNOUNCED:
            words |= {"participants": "", "result": "", "used_for": "", **dict.fromkeys(GROUP_COLUMNS)}
        made.append(
            ActivityVersion(
                activity=activity, number=number, state=one, is_current=number == len(states), published_by=by,
                took_part=sum(words[column] or 0 for column in GROUP_COLUMNS),
                note=entry.get("note", "") if number > 1 else "", published_at=_published(activity, one), **words,
            )
        )  # fmt: skip
    return made


def _published(activity: Activity, state: str) -> dt.datetime:
    if state == ActivityState.ANNOUNCED:
        return _moment(activity.starts_on - _ANNOUNCED_BEFORE)
    if state == ActivityState.COMPLETE:
        return _moment(activity.ends_on + _PUBLISHED_AFTER)
    if state == ActivityState.HELD:
        return _moment(activity.ends_on, 16)
    return _moment(activity.starts_on - dt.timedelta(days=4))


def _photo(name: str, version: ActivityVersion, by: User) -> None:
    """A small drawing instead of a photograph: nobody is in it."""
    contents = {}
    for field, size in (("file", (640, 480)), ("small", (320, 240))):
        buffer = io.BytesIO()
        _drawn(name).resize(size).save(buffer, "PNG", optimize=False)
        contents[field] = buffer.getvalue()
    digests = {field: hashlib.sha256(content).hexdigest() for field, content in contents.items()}
    photo = ActivityPhoto(
        activity_id=version.activity_id, content_type="image/png", size=len(contents["file"]), alt=_ALTS[name],
        sha256=digests["file"], small_sha256=digests["small"], width=640, height=480, added_by=by,
        added_at=version.published_at, published_in=version,
    )  # fmt: skip
    photo.file.save("example.png", ContentFile(contents["file"]), save=False)
    photo.small.save("example.png", ContentFile(contents["small"]), save=False)
    photo.save()


def _drawn(name: str) -> Image.Image:
    """160 × 120 pixels of flat colours."""
    picture = Image.new("RGB", (160, 120), "#d9ebf2")
    draw = ImageDraw.Draw(picture)
    if name == "meeting":
        draw.rectangle((0, 80, 160, 120), fill="#b9a07a")
        draw.polygon(((10, 30), (80, 8), (150, 30)), fill="#8c4a2f")
        draw.rounded_rectangle((45, 68, 115, 90), 6, fill="#7a5a38")
        people = [(30, 62), (55, 50), (80, 46), (105, 50), (130, 62)]
    else:
        draw.rectangle((0, 70, 160, 120), fill="#8fb573")
        draw.polygon(((0, 96), (160, 84), (160, 104), (0, 118)), fill="#5d9cc4")
        for x in (18, 138):
            draw.rectangle((x, 45, x + 5, 75), fill="#6b4a2b")
            draw.ellipse((x - 12, 18, x + 17, 52), fill="#4f8a4a")
        people = [(50, 62), (72, 58), (94, 62), (114, 58)]
    for number, (x, y) in enumerate(people):
        draw.rounded_rectangle((x - 7, y + 6, x + 7, y + 30), 5, fill=("#0b5673", "#8c1f1f", "#6d4c0c")[number % 3])
        draw.ellipse((x - 5, y - 6, x + 5, y + 5), fill="#e3c39d")
    return picture.quantize(24).convert("RGB")
