"""Example trainings: those of fiscal year 2567, one of 2569, and two that are announced when the portal is set up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ita_portal.fiscal import BANGKOK, FiscalYear, today
from organization.models import Division, Municipality, User

from .models import (
    Attendance,
    Certificate,
    Enrolment,
    Training,
    TrainingQuestion,
    TrainingResult,
    TrainingSession,
)
from .trainings_choices import Moment, Topic, TrainingState, Way

_DAY = dt.timedelta(days=1)
_MORNING = dt.time(9), dt.time(16)
_ETHICS = (
    ("มีผู้มาติดต่อมอบกระเช้าของขวัญให้ท่านหลังได้รับใบอนุญาต ท่านควรทำอย่างไร",
     ("รับไว้เพราะงานเสร็จแล้ว", "ขอบคุณ ปฏิเสธอย่างสุภาพ และรายงานผู้บังคับบัญชา", "รับไว้แล้วแบ่งเพื่อนร่วมงาน"), 1,
     "หน่วยงานที่ประกาศไม่รับของขวัญ (No Gift Policy) ไม่รับจากการปฏิบัติหน้าที่ ไม่ว่าก่อนหรือหลัง"),
    ("ญาติของท่านยื่นเสนอราคางานที่ท่านเป็นกรรมการพิจารณา ท่านควรทำอย่างไร",
     ("พิจารณาตามปกติโดยไม่บอกใคร", "ช่วยให้ญาติแก้เอกสารให้ครบ", "แจ้งผู้บังคับบัญชาและขอถอนตัวจากการพิจารณา"), 2,
     "ผลประโยชน์ส่วนตนขัดกับส่วนรวม ต้องเปิดเผยและถอนตัว"),
    ("ข้อใดเป็นการใช้ทรัพย์สินของราชการที่ถูกต้อง",
     ("ยืมเครื่องเสียงไปใช้งานบวชโดยบอกเจ้าหน้าที่ด้วยวาจา", "ใช้รถส่วนกลางไปราชการตามใบอนุญาต",
      "ใช้เครื่องพิมพ์พิมพ์เอกสารเรียนของบุตร"), 1,
     "ใช้เพื่อประโยชน์ของราชการและมีหลักฐานการอนุญาต"),
    ("เพื่อนร่วมงานเร่งดำเนินการให้คนรู้จักก่อนผู้ที่มารอตามคิว การกระทำนี้ขัดหลักใด",
     ("การปฏิบัติหน้าที่อย่างเป็นธรรมและไม่เลือกปฏิบัติ", "การมุ่งผลสัมฤทธิ์ของงาน", "การประหยัด"), 0,
     "ผู้มาติดต่อทุกคนได้รับบริการอย่างเท่าเทียมกัน"),
    ("ท่านพบเห็นการเรียกรับเงินในหน่วยงาน ช่องทางใดคุ้มครองผู้แจ้งได้ดีที่สุด",
     ("เล่าในกลุ่มไลน์ของหน่วยงาน", "ช่องทางแจ้งเรื่องทุจริตของเทศบาลซึ่งไม่ต้องเปิดเผยชื่อ", "บอกต่อเพื่อนร่วมงาน"), 1,
     "เรื่องที่แจ้งถูกเข้ารหัสถึงผู้รับผิดชอบเท่านั้น และติดตามด้วยรหัสได้"),
)  # fmt: skip
"""Question, options, the place of the right one, why."""


@dataclass(frozen=True, slots=True)
class _Past:
    """A training that was held. people: user names; before, after: their right answers, where there was a test."""

    day: dt.date
    topic: Topic
    title: str
    objective: str
    trainer: str
    people: Sequence[str]
    before: Sequence[int] = ()
    after: Sequence[int] = ()


_CODE = "อบรมมาตรฐานทางจริยธรรมและข้อกำหนดจริยธรรมของพนักงานเทศบาล"
_KNOW = "เพื่อให้บุคลากรมีความรู้ความเข้าใจมาตรฐานทางจริยธรรมและข้อกำหนดจริยธรรม และนำไปปฏิบัติได้จริง"
_PAST = (
    _Past(dt.date(2023, 12, 14), Topic.ASSESSMENT, "ทำความเข้าใจการประเมินคุณธรรมและความโปร่งใส (ITA)",
          "เพื่อให้บุคลากรเข้าใจเครื่องมือ IIT EIT OIT และตอบแบบวัดได้ตรงตามความเป็นจริง", "งานวิเคราะห์นโยบายและแผน",
          ("secretary", "integrity", "assets", "budget", "head", "staff")),
    _Past(dt.date(2024, 2, 15), Topic.ETHICS, f"{_CODE} รุ่นที่ 1", _KNOW, "งานนิติการ สำนักปลัดเทศบาล",
          ("secretary", "integrity", "budget", "head", "staff"), (2, 3, 2, 1, 2), (4, 5, 4, 4, 5)),
    _Past(dt.date(2024, 5, 16), Topic.ETHICS, f"{_CODE} รุ่นที่ 2", _KNOW, "งานนิติการ สำนักปลัดเทศบาล",
          ("secretary", "integrity2", "assets", "budget", "staff"), (3, 2, 2, 3, 3), (5, 4, 5, 5, 4)),
    _Past(dt.date(2024, 8, 15), Topic.ETHICS, f"{_CODE} รุ่นที่ 3 กรณีศึกษา", _KNOW, "งานการเจ้าหน้าที่ สำนักปลัดเทศบาล",
          ("secretary", "integrity", "assets", "head", "staff2"), (3, 4, 3, 2, 2), (5, 5, 5, 4, 4)),
    _Past(dt.date(2026, 3, 12), Topic.COMPLAINTS, "การรับเรื่องร้องเรียนและการคุ้มครองผู้แจ้งเบาะแส",
          "เพื่อให้ผู้ปฏิบัติงานรับเรื่องได้ถูกต้อง รักษาความลับ และตอบกลับภายในกำหนด", "งานนิติการ สำนักปลัดเทศบาล",
          ("secretary", "integrity", "integrity2", "staff", "staff2", "head")),
)  # fmt: skip


def demonstrate_trainings() -> None:
    """The examples, where there is no training at all and the cast is there."""
    people = {user.username: user for user in User.objects.filter(is_demonstration=True)}
    office = Division.objects.order_by("order").first()
    if Training.objects.exists() or office is None or "secretary" not in people:
        return
    for number, past in enumerate(_PAST, start=1):
        _hold(past, number, people, office)
    _announce(people["secretary"], office)


def _made(
    *, number: int, topic: Topic, title: str, objective: str, trainer: str, day: dt.date,
    hours: tuple[dt.time, dt.time], by: User, office: Division, pass_mark: int | None, enrol_until: dt.date,
) -> tuple[Training, TrainingSession]:  # fmt: skip
    training: Training = Training.objects.create(
        title=f"[ตัวอย่าง] {title}", topic=topic, objective=objective, trainer=trainer, enrol_until=enrol_until,
        content="1. หลักการและกฎหมายที่เกี่ยวข้อง\n2. สิ่งที่ควรทำและไม่ควรทำ\n3. กรณีศึกษาและการแลกเปลี่ยนความคิดเห็น",
        place="ห้องประชุมเทศบาล ชั้น 2", hours=Decimal(6), seats=40, organiser=office, pass_mark=pass_mark,
        made_by=by, form_mark=f"demonstration-{number}",
    )  # fmt: skip
    session: TrainingSession = TrainingSession.objects.create(
        training=training, day=day, begins=hours[0], ends=hours[1]
    )
    if topic == Topic.ETHICS:
        TrainingQuestion.objects.bulk_create(
            TrainingQuestion(training=training, text=text, options=list(options), right=right, why=why)
            for text, options, right, why in _ETHICS
        )
    return training, session


def _move(training: Training, state: TrainingState, **values: object) -> None:
    Training.objects.filter(pk=training.pk).update(state=state, **values)


def _hold(past: _Past, number: int, people: dict[str, User], office: Division) -> None:
    by = people["secretary"]
    training, session = _made(
        number=number, topic=past.topic, title=past.title, objective=past.objective, trainer=past.trainer,
        day=past.day, hours=_MORNING, by=by, office=office, pass_mark=60 if past.after else None,
        enrol_until=past.day - 3 * _DAY,
    )  # fmt: skip
    begins = dt.datetime.combine(past.day, session.begins, BANGKOK)
    _move(training, TrainingState.ANNOUNCED, announced_at=begins - 21 * _DAY)
    there = [people[name] for name in past.people if name in people]
    Enrolment.objects.bulk_create(
        Enrolment(training=training, user=user, entered_by=user, at=begins - 10 * _DAY) for user in there
    )
    if past.before:
        _tested(training, there, Moment.BEFORE, past.before, past.day)
    Attendance.objects.bulk_create(
        Attendance(session=session, user=user, division_id=user.division_id, at=begins,
                   way=Way.TICKED if place == 0 else Way.CODE, recorded_by=by if place == 0 else user)
        for place, user in enumerate(there)
    )  # fmt: skip
    if past.after:
        _tested(training, there, Moment.AFTER, past.after, past.day)
    _move(training, TrainingState.HELD)
    _certify(training, there, past.day)
    _move(training, TrainingState.CLOSED)


def _tested(training: Training, people: Sequence[User], moment: Moment, right: Sequence[int], day: dt.date) -> None:
    TrainingResult.objects.bulk_create(
        TrainingResult(training=training, user=user, moment=moment, correct=correct, questions=len(_ETHICS), day=day)
        for user, correct in zip(people, right, strict=False)
    )


def _certify(training: Training, people: Sequence[User], day: dt.date) -> None:
    municipality = Municipality.objects.get()
    year = FiscalYear.of(day).number
    first = Certificate.objects.filter(fiscal_year=year).count() + 1
    Certificate.objects.bulk_create(
        Certificate(
            training=training, user=user, fiscal_year=year, number=number, issued_on=day, name=user.get_full_name(),
            position=user.position, title=training.title, first_day=day, last_day=day, days=1, hours=training.hours,
            municipality=municipality.name, signatory_name=municipality.signatory_name,
            signatory_position=municipality.signatory_position, is_demonstration=True,
        )
        for number, user in enumerate(people, start=first)
    )  # fmt: skip


def _announce(by: User, office: Division) -> None:
    """An ethics training on the day of set-up, open until midnight, and another in three weeks."""
    day = today()
    noon = dt.datetime.combine(day, dt.time(), BANGKOK)
    for number, topic, title, objective, when, hours, mark in (
        (101, Topic.ETHICS, f"{_CODE} ประจำปี", _KNOW, day, (dt.time(0), dt.time(23, 59)), 60),
        (102, Topic.ASSETS, "การยืมและดูแลรักษาทรัพย์สินของราชการ",
         "เพื่อให้บุคลากรยืม ใช้ และคืนทรัพย์สินของราชการได้ถูกต้องตามระเบียบ", day + 21 * _DAY, _MORNING, None),
    ):  # fmt: skip
        training, _session = _made(
            number=number, topic=topic, title=title, objective=objective, trainer="งานนิติการ สำนักปลัดเทศบาล", day=when,
            hours=hours, by=by, office=office, pass_mark=mark, enrol_until=when,
        )  # fmt: skip
        _move(training, TrainingState.ANNOUNCED, announced_at=noon - 14 * _DAY)
