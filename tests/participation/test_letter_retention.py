"""The end of letters: closed when nobody writes any more, words destroyed in their time, counts for good."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from participation.choices import LetterState
from participation.letters_statistics import statistics_of
from participation.models import Letter, LetterMessage, ParticipationSettings
from participation.retention import apply_to_letters
from participation.services import letters as senders
from participation.services import letters_acts as acts

from ..cast import Cast
from .letters import ANSWER, answered, at, published, receipt, routed, seed

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 1, 12)
PRIVATE = "เรื่องส่วนตัวแปดสอง"


def tables_with(words: str) -> set[str]:
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("participation_letter"):
                cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE strpos(t::text, %s) > 0', [words])
                if cursor.fetchone()[0]:
                    found.add(table)
    return found


def test_answered_letters_close_when_nothing_happens_any_more(cast: Cast) -> None:
    with at(DAY):
        quiet, lively, waiting = answered(cast), answered(cast), routed(cast)
    with at(DAY + dt.timedelta(days=20)):
        senders.rate_answer(lively, "clear")
    last = DAY + dt.timedelta(days=30)
    assert apply_to_letters(last)["letters closed"] == 0
    assert apply_to_letters(last + dt.timedelta(days=1))["letters closed"] == 1
    assert apply_to_letters(last + dt.timedelta(days=1))["letters closed"] == 0
    states = {one.pk: one.state for one in Letter.objects.all()}
    assert [states[one.pk] for one in (quiet, lively, waiting)] == ["closed", "answered", "with_division"]
    quiet.refresh_from_db()
    assert (quiet.last_act, quiet.acted_by) == ("close", None)


def test_what_reports_corruption_is_kept_from_the_division_and_ends_soon(cast: Cast) -> None:
    with at(DAY):
        letter = routed(cast, text=PRIVATE)
        assert letter in Letter.objects.visible_to(cast.staff)
        acts.refuse_letter(letter, "corruption", by=cast.secretary)
    assert letter not in Letter.objects.visible_to(cast.staff)
    month = DAY + dt.timedelta(days=30)
    assert apply_to_letters(month)["letters emptied"] == 0
    assert apply_to_letters(month + dt.timedelta(days=1))["letters emptied"] == 1
    assert tables_with(PRIVATE) == set()


def test_words_end_in_their_time_and_counts_stay(cast: Cast) -> None:
    with at(DAY):
        made = receipt(text=PRIVATE, subject=PRIVATE, name=PRIVATE)
        refused = acts.refuse_letter(made.letter, "other", words=PRIVATE, by=cast.secretary)
        closed = answered(cast, text=PRIVATE, subject=PRIVATE, name=PRIVATE, consent=False)
        acts.correct_answer(closed, f"{PRIVATE} ตอบ", by=cast.staff)
        senders.write_again(closed, PRIVATE, seed=seed())
        acts.answer_letter(closed, f"{PRIVATE} ตอบอีก", by=cast.staff)
        acts.close_letter(closed, by=cast.staff)
        public = published(cast, text="ไฟดับ", name="ลุงดำ")
        acts.close_letter(public, by=cast.staff)
        open_ = routed(cast, text="ยังไม่ตอบ")
    before = statistics_of_day()
    year = DAY + dt.timedelta(days=365)
    assert apply_to_letters(year)["letters emptied"] == 0
    assert apply_to_letters(year + dt.timedelta(days=1))["letters emptied"] == 1
    refused.refresh_from_db()
    assert (refused.text, refused.name, refused.reason, refused.code_mark) == ("–", "", "other", None)
    assert refused.state == LetterState.REFUSED and refused.forgotten_at
    assert senders.find_letter(made.code.shown) is None
    assert tables_with(PRIVATE) == {"participation_letter", "participation_letterevent", "participation_lettermessage"}
    end = DAY.replace(year=DAY.year + ParticipationSettings.current().keep_years)
    assert apply_to_letters(end)["letters emptied"] == 0
    assert apply_to_letters(end + dt.timedelta(days=1)) == {"letters closed": 0, "letters emptied": 2}
    assert apply_to_letters(end + dt.timedelta(days=1))["letters emptied"] == 0
    assert tables_with(PRIVATE) == set(), "not in the history, not in the messages"
    assert LetterMessage.objects.count() == 2
    public.refresh_from_db()
    assert (public.text, public.public_text, public.public_name, public.public_answer) == (
        "–", "ไฟดับ", "ลุงดำ", ANSWER
    )  # fmt: skip
    open_.refresh_from_db()
    assert open_.text == "ยังไม่ตอบ", "what waits for an answer is not destroyed"
    assert statistics_of_day() == before
    assert cast.client("secretary").get(f"/participation/desk/{closed.pk}/").status_code == 200
    assert cast.client("citizen").get(f"/participation/questions/{public.public_id}/").status_code == 200


def statistics_of_day() -> object:
    from ita_portal.fiscal import FiscalYear

    found = statistics_of(FiscalYear(2569), dt.date(2026, 6, 1))
    return (found.whole, found.quarters, found.divisions, found.kinds)
