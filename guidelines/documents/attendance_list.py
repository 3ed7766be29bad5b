"""Who was there: the list of a training as PDF, Excel and CSV, for the organiser. In Thai, as it is filed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.utils.timezone import localtime
from django.utils.translation import override

from ita_portal.pdf import breakable, compile_pdf
from ita_portal.spreadsheets import CSV_TYPE, XLSX_TYPE, Sheet, Value, write_csv, write_xlsx
from ita_portal.thai import short_date
from organization.models import Municipality

from ..models import Attendance, Training, TrainingSession
from ..trainings_choices import Way
from ..trainings_reading import Listed
from .certificate import plain_hours, span_in_words

_TEMPLATE = Path(__file__).resolve().parent / "attendance_list.typ"
MOST_DAYS_ON_PAPER = 6


def _title(training: Training) -> str:
    return f"บัญชีผู้เข้ารับการอบรม {training.title}"


def _under(training: Training) -> list[str]:
    when = span_in_words(training.first_day, training.last_day) if training.first_day and training.last_day else ""
    return [
        f"{when} จำนวน {plain_hours(training.hours)} ชั่วโมง ณ {training.place or 'ออนไลน์'}",
        f"วิทยากร {training.trainer} จัดโดย {training.organiser.name}",
    ]


def _column(session: TrainingSession) -> str:
    return f"{short_date(session.day, 'th')} {session.begins:%H:%M}–{session.ends:%H:%M} น."


def _present(attendance: Attendance | None) -> str:
    if attendance is None:
        return "–"
    time = f"{localtime(attendance.at):%H:%M} น."
    if attendance.way == Way.CODE:
        return f"สแกน {time}"
    return f"ผู้จัดบันทึก {time} ({attendance.recorded_by})"


def _division(one: Listed) -> str:
    division = one.enrolment.user.division
    return division.name if division else "–"


def _sessions(training: Training) -> list[TrainingSession]:
    return list(training.sessions.all())


def _seated(people: Sequence[Listed]) -> list[Listed]:
    return [one for one in people if not one.enrolment.waiting]


def list_csv(training: Training, people: Sequence[Listed]) -> tuple[bytes, str]:
    """One row a person, one column a day."""
    sessions = _sessions(training)
    header = ["ลำดับ", "ชื่อ", "ตำแหน่ง", "สังกัด", *map(_column, sessions), "เลขที่วุฒิบัตร"]
    return write_csv(header, _rows(training, people)), CSV_TYPE


def _rows(training: Training, people: Sequence[Listed]) -> list[list[Value]]:
    sessions = _sessions(training)
    return [
        [
            number, str(one.enrolment.user), one.enrolment.user.position, _division(one),
            *(_present(one.there.get(session.pk)) for session in sessions), one.certificate,
        ]
        for number, one in enumerate(_seated(people), start=1)
    ]  # fmt: skip


def list_xlsx(training: Training, people: Sequence[Listed]) -> tuple[bytes, str]:
    """The same as a workbook to print."""
    sessions = _sessions(training)
    sheet = Sheet(
        title="ผู้เข้ารับการอบรม",
        header=["ลำดับ", "ชื่อ", "ตำแหน่ง", "สังกัด", *map(_column, sessions), "เลขที่วุฒิบัตร"],
        rows=_rows(training, people),
        widths=(8, 30, 30, 26, *(24 for _session in sessions), 16),
        above=(_title(training), *_under(training)),
        centred=(0,),
    )
    return write_xlsx([sheet], title=_title(training), author=_municipality()), XLSX_TYPE


def _municipality() -> str:
    found = Municipality.objects.first()
    return found.name if found else "–"


def list_pdf(training: Training, people: Sequence[Listed]) -> tuple[bytes, str]:
    """The list on paper. Of a training of many days: on how many of them each was there."""
    sessions = _sessions(training)
    several = len(sessions) > MOST_DAYS_ON_PAPER
    name = _municipality()
    with override("th"):
        columns = [f"มา (จาก {len(sessions)} ครั้ง)"] if several else [_column(session) for session in sessions]
        rows = [
            [
                str(number), breakable(str(one.enrolment.user), whole=24),
                breakable(one.enrolment.user.position or "–", whole=24), breakable(_division(one), whole=24),
                *([str(one.days_there)] if several else [_present(one.there.get(session.pk)) for session in sessions]),
                one.certificate or "–",
            ]
            for number, one in enumerate(_seated(people), start=1)
        ]  # fmt: skip
    there = sum(1 for one in people if one.days_there)
    content = {
        "title": f"บัญชีผู้เข้ารับการอบรม\n{breakable(training.title, whole=80)}",
        "under": [name, *_under(training)],
        "columns": ["ที่", "ชื่อ", "ตำแหน่ง", "สังกัด", *columns, "วุฒิบัตร"],
        "days": len(columns),
        "rows": rows,
        "none": "" if rows else "ยังไม่มีผู้ลงทะเบียน",
        "foot": f"มีรายชื่อ {len(rows)} คน เข้ารับการอบรม {there} คน",
        "signatory": {"name": "", "position": "ผู้จัดการอบรม"},
    }
    return compile_pdf(_TEMPLATE, content, title=_title(training), author=name), "application/pdf"
