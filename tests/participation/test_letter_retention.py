"""The end of letters: closed when nobody writes any more, words destroyed in their time, counts for good."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client

from participation.choices import LetterState
from participation.letters_statistics import statistics_of
from participation.models import Letter, LetterMessage, ParticipationSettings
from participation.retention import apply_to_letters
from participation.services import letters as senders
from participation.services import letters_acts as acts

from ..cast import Cast
from .letters import ANSWER, answered, at, published, receipt, routed, seed, works

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
        acts.correct_answer(lively, "ตอบใหม่", by=cast.staff)
        senders.rate_answer(quiet, "clear")
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
        sent_public = receipt(text="ไฟดับ", name="ลุงดำ")
        public = sent_public.letter
        acts.route_letter(public, works(), by=cast.secretary)
        acts.answer_letter(public, ANSWER, by=cast.staff)
        for shown in (PRIVATE, "ไฟดับ"):  # published in full first, then masked
            acts.publish_letter(
                public, subject=f"ไฟ {shown}", text=shown, answer=ANSWER, with_name=True, by=cast.secretary
            )
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
    assert tables_with(PRIVATE) == set(), "not in the history, not in the messages, not as it was once published"
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


def test_what_was_masked_later_is_nowhere_at_once(cast: Cast) -> None:
    """The public text before is no part of the history: it was replaced because it should not have been public."""
    letter = answered(cast)
    given = {"subject": "ไฟดับ", "answer": ANSWER, "with_name": False, "by": cast.secretary}
    acts.publish_letter(letter, text=f"ไฟดับ {PRIVATE}", **given)
    assert tables_with(PRIVATE) == {"participation_letter"}
    letter = acts.publish_letter(letter, text="ไฟดับ", **given)
    assert tables_with(PRIVATE) == set()
    events = Letter.pgh_event_models["update"].objects.filter(pgh_obj_id=letter.pk)
    assert events.filter(last_act="publish").count() == 2, "who published, and when, stays"


def test_the_sender_takes_back_what_stays_public_when_the_words_are_gone(cast: Cast, client: Client) -> None:
    follow = "/participation/follow/"
    with at(DAY):
        made, kept = receipt(text=PRIVATE), published(cast)
        acts.route_letter(made.letter, works(), by=cast.secretary)
        letter = acts.answer_letter(made.letter, ANSWER, by=cast.staff)
        acts.publish_letter(letter, subject="ก", text="ข", answer="ค", with_name=False, by=cast.secretary)
        for one in (letter, kept):
            acts.close_letter(one, by=cast.staff)
    apply_to_letters(DAY + dt.timedelta(days=3_000))
    html = client.post(follow, {"code": made.code.shown}).content.decode()
    assert 'value="withdraw"' in html
    assert 'value="rate"' not in html and 'value="message"' not in html and ANSWER not in html
    for act in ({"act": "rate", "rating": "clear"}, {"act": "message", "message": "ก"}, {"act": "allow"}):
        client.post(follow, {"code": made.code.shown, **act})
    letter.refresh_from_db()
    assert (letter.rating, letter.publication, letter.state) == ("", "published", "closed")
    page = client.post(follow, {"code": made.code.shown, "act": "withdraw"})
    html = page.content.decode()
    assert page.status_code == 200 and "alert-success" in html and 'name="code"' not in html
    letter.refresh_from_db()
    assert (letter.publication, letter.public_text, letter.code_mark) == ("undecided", "", None)
    assert client.get(f"/participation/questions/{letter.public_id}/").status_code == 404
    assert client.post(follow, {"code": made.code.shown}).status_code == 422, "nothing is left to follow"
    office = cast.client("secretary").get(f"/participation/desk/{kept.pk}/").content.decode()
    assert 'value="withhold"' in office and 'value="publish"' not in office
    acts.withhold_letter(kept, note="ขอถอน", by=cast.secretary)
    assert Letter.objects.get(pk=kept.pk).code_mark is None


def statistics_of_day() -> object:
    from ita_portal.fiscal import FiscalYear

    found = statistics_of(FiscalYear(2569), dt.date(2026, 6, 1))
    return (found.whole, found.quarters, found.divisions, found.kinds)
