"""Activities as open data (CSV, JSON, XLSX) and the official report of a year with its four elements (PDF, XLSX)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import override

from ita_portal.fiscal import FiscalQuarter, FiscalYear
from ita_portal.pdf import breakable, compile_pdf
from ita_portal.spreadsheets import Sheet, Value, write_csv, write_xlsx
from ita_portal.thai import long_date
from organization.models import Municipality

from ..activity_choices import GROUPS, ActivityKind, ActivityState
from ..activity_elements import OFFICIAL, elements_of
from ..activity_reading import days_in_words, groups_of
from ..models import ActivityVersion

_TEMPLATE = Path(__file__).resolve().parent / "activities_report.typ"
Absolute = Callable[[str], str]

COLUMNS = (
    "code", "url", "title", "kind", "state", "is_complete", "fiscal_year", "quarter", "division", "place", "starts_on",
    "ends_on", "all_day", "starts_at", "ends_at", "invitation", "related", "subject",
    *(group.column for group in GROUPS), "took_part", "participants", "result", "used_for", "note", "version",
    "published_at",
)  # fmt: skip
"""Of the open files, in their order."""


def activity_data(version: ActivityVersion, absolute: Absolute) -> dict[str, Any]:
    """One activity as the open files say it: ISO days, times in Bangkok, unknown is None."""
    quarter = FiscalQuarter.of(version.starts_on)
    said: dict[str, Any] = {name: getattr(version, name, None) for name in COLUMNS}
    return said | {
        "code": version.activity.code,
        "url": absolute(version.get_absolute_url()),
        "is_complete": version.is_complete,
        "fiscal_year": quarter.year.number,
        "quarter": quarter.number,
        "division": version.division.name,
        "starts_at": version.starts_at.strftime("%H:%M") if version.starts_at else None,
        "ends_at": version.ends_at.strftime("%H:%M") if version.ends_at else None,
        "took_part": version.took_part if any(group.count for group in groups_of(version)) else None,
        "version": version.number,
        "published_at": version.published_at.isoformat(timespec="seconds"),
    }


def activities_json(versions: Iterable[ActivityVersion], absolute: Absolute, *, municipality: str) -> dict[str, Any]:
    """All of them, with the numbers of each group together and the four elements by name."""
    columns = tuple(group.column for group in GROUPS)

    def entry(version: ActivityVersion) -> dict[str, Any]:
        said = activity_data(version, absolute)
        groups = {name: said.pop(name) for name in columns}
        days = {name: said[name].isoformat() for name in ("starts_on", "ends_on")}
        elements = {
            "subject": said.pop("subject"),
            "participants": {"groups": groups, "total": said.pop("took_part"), "summary": said.pop("participants")},
            "result": said.pop("result"),
            "used_for": said.pop("used_for"),
        }
        return {**said, **days, "elements": elements}

    return {"municipality": municipality, "activities": [entry(version) for version in versions]}


def activities_csv(versions: Iterable[ActivityVersion], absolute: Absolute) -> bytes:
    """One line each, columns as in `COLUMNS`."""
    return write_csv(COLUMNS, ([activity_data(version, absolute)[name] for name in COLUMNS] for version in versions))


_NAMES = (
    "ที่", "กิจกรรม", "ประเภท", "สถานะ", "หน่วยงานที่รับผิดชอบ", "วันเวลา", "สถานที่", OFFICIAL[0],
    *("ประชาชน", "ผู้นำชุมชน", "ภาคประชาสังคม สมาคม อาสาสมัคร", "ภาคเอกชน ร้านค้า บริษัท", "หน่วยงานอื่นของรัฐ",
      "โรงเรียน วัด องค์กรศาสนา", "ผู้เชี่ยวชาญและนักวิชาการ", "อื่น ๆ จากภายนอก"),
    "รวม (คน)", *OFFICIAL[1:], "หมายเหตุ", "ที่อยู่เว็บ",
)  # fmt: skip
_WIDTHS = (6, 34, 20, 20, 24, 26, 26, 40, *(11,) * len(GROUPS), 11, 40, 40, 44, 24, 40)


def activities_xlsx(
    versions: Sequence[ActivityVersion], absolute: Absolute, *, municipality: Municipality, title: str
) -> bytes:
    """Read and printed as it is: the four elements as columns, the numbers of each group beside them."""
    with override("th"):
        rows = [_sheet_row(number, version, absolute) for number, version in enumerate(versions, start=1)]
    links = {(number, len(_NAMES) - 1): str(row[-1]) for number, row in enumerate(rows)}
    below = () if rows else ("ยังไม่มีการเผยแพร่กิจกรรมที่เปิดโอกาสให้มีส่วนร่วม",)
    sheet = Sheet(
        "กิจกรรม", _NAMES, rows, _WIDTHS, (title, _whose(municipality)), below=below, links=links, centred=(0,),
    )  # fmt: skip
    return write_xlsx([sheet], title=title, author=municipality.name)


def _whose(municipality: Municipality) -> str:
    return f"{municipality.name} อำเภอ{municipality.district} จังหวัด{municipality.province}"


def _sheet_row(number: int, version: ActivityVersion, absolute: Absolute) -> list[Value]:
    # The assessor wants no empty cell; of what is complete, a group without a number is one that nobody came from.
    nobody, nothing = (0, "-") if version.is_complete else (None, None)
    people: list[Value] = [getattr(version, group.column) or nobody for group in GROUPS]
    return [
        number, version.title, str(ActivityKind(version.kind).label), str(ActivityState(version.state).label),
        version.division.name, days_in_words(version, language="th"), version.place, version.subject, *people,
        version.took_part or None, version.participants, version.result, version.used_for, version.note or nothing,
        absolute(version.get_absolute_url()),
    ]  # fmt: skip


def report_title(year: FiscalYear) -> str:
    """The heading of a year's report."""
    return f"รายงานผลการเปิดโอกาสให้เกิดการมีส่วนร่วม ประจำปีงบประมาณ พ.ศ. {year}"


def report_pdf(
    year: FiscalYear,
    versions: Sequence[ActivityVersion],
    *,
    municipality: Municipality,
    day: dt.date,
    thai_digits: bool = True,
) -> bytes:
    """The official report: what is complete with its four elements, what is not complete yet, what was cancelled.

    versions: of the year, the first first. day: of which it is. An empty year says so.
    """
    title = report_title(year)
    done = [version for version in versions if version.is_complete]
    with override("th"):
        rows = [_printed(version) for version in done]
        others = [
            [days_in_words(version, language="th", short=True), version.title, version.division.name, _lacks(version)]
            for version in versions
            if not version.is_complete
        ]
    content = {
        "title": title.replace(" ประจำปี", "\nประจำปี"),
        "under": [_whose(municipality)],
        "summary": _summary(done),
        "columns": ["ที่", "กิจกรรม", *(f"({number}) {name}" for number, name in enumerate(OFFICIAL, start=1))],
        "rows": rows,
        "others": others,
        "foot": f"ข้อมูล ณ วันที่ {long_date(day, 'th')}",
        "who": {"name": municipality.signatory_name, "position": municipality.signatory_position},
    }
    return compile_pdf(
        _TEMPLATE, content, title=title, author=municipality.name, thai_digits=thai_digits,
        created=max((version.published_at for version in versions), default=None),
    )  # fmt: skip


def _summary(done: Sequence[ActivityVersion]) -> str:
    if not done:
        return "ยังไม่มีกิจกรรมของปีงบประมาณนี้ที่เผยแพร่ครบทั้ง 4 องค์ประกอบ"
    people = sum(version.took_part for version in done)
    return f"กิจกรรมที่เผยแพร่ครบทั้ง 4 องค์ประกอบ {len(done):,} กิจกรรม ผู้เข้าร่วมจากภายนอกรวม {people:,} คน"


def _printed(version: ActivityVersion) -> dict[str, Any]:
    return {
        "title": breakable(version.title),
        "facts": [
            str(ActivityKind(version.kind).label), days_in_words(version, language="th", short=True),
            breakable(version.place), version.division.name,
        ],
        "subject": breakable(version.subject),
        "groups": [f"{group.name} {group.count:,} คน" for group in groups_of(version)],
        "total": f"รวม {version.took_part:,} คน",
        "participants": breakable(version.participants),
        "result": breakable(version.result),
        "used_for": breakable(version.used_for),
    }  # fmt: skip


def _lacks(version: ActivityVersion) -> str:
    """Why it stands in the second list."""
    if version.state in (ActivityState.CANCELLED, ActivityState.POSTPONED):
        return f"{ActivityState(version.state).label}: {version.note}"
    missing = [element.official for element in elements_of(version) if not element.is_there]
    return f"{ActivityState(version.state).label} ยังไม่มี: {', '.join(missing)}" if missing else "–"
