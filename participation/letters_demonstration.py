"""Example letters for the demonstration: every quarter of the plan's year, last year, and what waits now."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import pghistory
import yaml
from django.utils import timezone

from ita_portal.fiscal import BANGKOK, FiscalYear, today
from organization.models import Division, User
from organization.working_days import extra_days_off, is_working_day

from .choices import LetterAct, LetterState, Publication
from .models import Letter

FILE = Path(__file__).parent / "data" / "letters.yaml"
MARK = "[ตัวอย่าง]"
"""Before what each letter is about."""
_ANSWER_DAYS = 15


class Example:
    """The letters of the file as rows. office: who gives, refuses and publishes; staff: by division, who answers."""

    def __init__(self, office: User) -> None:
        self.office = office
        self.divisions = {division.name: division for division in Division.objects.all()}
        people = User.objects.filter(is_demonstration=True, is_active=True, division__isnull=False).order_by("pk")
        self.staff = {person.division_id: person for person in people}
        self.now = timezone.now()
        self.days_off = extra_days_off()

    def rows(self) -> list[Letter]:
        """Every letter, oldest first."""
        data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
        begun, day = FiscalYear.current().start, today()
        found = [self._letter(one, one["day"]) for one in data["plan_year"]]
        for one in data["last_year"]:
            month = begun.month - 1 + one["month"] - 1
            found.append(self._letter(one, dt.date(begun.year - 1 + month // 12, month % 12 + 1, 10)))
        found += [self._letter(one, day - dt.timedelta(days=one["ago"])) for one in data["now"]]
        return sorted(found, key=lambda letter: letter.sent_at)

    def _at(self, day: dt.date, hour: int) -> dt.datetime:
        return min(dt.datetime.combine(day, dt.time(hour, 20), BANGKOK), self.now)

    def _due(self, day: dt.date) -> dt.date:
        day += dt.timedelta(days=_ANSWER_DAYS)
        while not is_working_day(day, self.days_off):
            day += dt.timedelta(days=1)
        return day

    def _letter(self, one: dict[str, Any], day: dt.date) -> Letter:
        due, division = self._due(day), self.divisions.get(one.get("division", ""))
        letter = Letter(
            kind=one["kind"], subject=f"{MARK} {one['subject']}", text=one["text"], name=one.get("name", ""),
            consent=one.get("consent", True), about=self.divisions.get(one.get("about", "")) or division,
            sent_at=self._at(day, 9), acted_at=self._at(day, 9), due_on=due, next_due_on=due,
            form_mark=_mark("form", one), code_mark=_mark("code", one),
        )  # fmt: skip
        if one.get("refused"):
            letter.state, letter.reason, letter.reason_words = LetterState.REFUSED, one["refused"], one["words"]
            letter.refused_at = letter.acted_at = self._at(day + dt.timedelta(days=2), 14)
            letter.last_act, letter.acted_by = LetterAct.REFUSE, self.office
        elif division is not None:
            letter.state, letter.division, letter.routed_at = LetterState.WITH_DIVISION, division, self._at(day, 15)
            letter.last_act, letter.acted_by, letter.acted_at = LetterAct.ROUTE, self.office, letter.routed_at
            if "answer" in one:
                self._answer(letter, one, day + dt.timedelta(days=one["days"]))
        return letter

    def _answer(self, letter: Letter, one: dict[str, Any], day: dt.date) -> None:
        by = self.staff.get(letter.division_id, self.office)
        letter.answer, letter.answered_by, letter.answered_at = one["answer"], by, self._at(day, 11)
        letter.state, letter.rating = LetterState.ANSWERED, one.get("rating", "")
        letter.rated_at = letter.answered_at if letter.rating else None
        letter.last_act, letter.acted_by, letter.acted_at = LetterAct.ANSWER, by, letter.answered_at
        if one["publish"]:
            letter.publication, letter.published_by = Publication.PUBLISHED, self.office
            letter.published_at = self._at(day + dt.timedelta(days=1), 10)
            letter.public_subject, letter.public_text = letter.subject, letter.text
            letter.public_answer, letter.public_name = letter.answer, letter.name
            letter.search = f"{letter.subject} {letter.text} {letter.answer}".lower()
            letter.last_act, letter.acted_by, letter.acted_at = LetterAct.PUBLISH, self.office, letter.published_at
        elif one["publish"] is False and letter.consent:
            letter.publication = Publication.WITHHELD
        ended = day + dt.timedelta(days=31)
        if ended < today():
            letter.state, letter.closed_at = LetterState.CLOSED, self._at(ended, 1)
            letter.last_act, letter.acted_by, letter.acted_at = LetterAct.CLOSE, None, letter.closed_at


def _mark(purpose: str, one: dict[str, Any]) -> str:
    return hashlib.sha256(f"demonstration {purpose} {one['subject']}".encode()).hexdigest()


def demonstrate_letters() -> None:
    """Example letters where there is none, and somebody of the plan office is there to keep them."""
    office = User.objects.filter(username="secretary", is_demonstration=True).first()
    if office is None or Letter.objects.exists():
        return
    with pghistory.context(user=office.pk, act="set_up_portal"):
        Letter.objects.bulk_create(Example(office).rows())
