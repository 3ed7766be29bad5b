"""What the services of letters promise: what is kept, what is refused, days, publication with consent only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from ita_portal.fiscal import FiscalYear
from ita_portal.numbers import whole_percent
from organization.models import Division, PageTopic
from participation.choices import LetterState, Publication
from participation.errors import RefusedError, guard_of, refusal_of
from participation.letters_desk_reading import deeds_of
from participation.letters_statistics import Counts, statistics_of
from participation.models import Letter, LetterMessage, ParticipationSettings
from participation.services import letters as senders
from participation.services import letters_acts as acts

from ..cast import Cast
from .letters import ANSWER, answered, at, finance, published, receipt, routed, seed, sent, works

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 11, 23)


def test_a_letter_is_promised_an_answer_on_a_working_day(cast: Cast) -> None:
    with at(MONDAY):
        assert sent().due_on == dt.date(2026, 12, 8), "fifteen days"
    with at(dt.date(2026, 11, 20)):
        assert sent().due_on == dt.date(2026, 12, 8), "the fifth is a Saturday, the seventh a substitute day off"
    ParticipationSettings.objects.create(pk=1, answer_days=7)
    with at(MONDAY):
        assert sent().due_on == dt.date(2026, 11, 30)


def test_what_is_sent_twice_is_one_letter_with_one_code(cast: Cast) -> None:
    mark = seed()
    first, second = receipt(seed=mark), receipt(seed=mark)
    assert (first.is_new, second.is_new, second.differs) == (True, False, False)
    assert first.code == second.code
    third = receipt(seed=mark, text="ข้อความใหม่")
    assert third.differs and third.letter == first.letter
    assert Letter.objects.get().text == "ไฟถนนหน้าวัดดับ ต้องแจ้งใคร"
    found = senders.find_letter(first.code.shown)
    assert found is not None and found[0] == first.letter


def test_nothing_of_it_is_kept_where_something_is_wrong(cast: Cast) -> None:
    works().active = True
    closed = finance()
    closed.active = False
    closed.save()
    for wrong, code, field in (
        ({"text": " \n"}, "letter_says_something", "text"),
        ({"subject": ""}, "letter_says_something", "subject"),
        ({"text": "ก" * 5001}, "too_long", "text"),
        ({"kind": "corruption"}, "kind_unknown", "kind"),
        ({"text": "บัตรของผม 3-4099-00123-45-6"}, "citizen_number", "text"),
        ({"subject": "๓๔๐๙๙๐๐๑๒๓๔๕๖"}, "citizen_number", "subject"),
        ({"name": "3409900123456"}, "citizen_number", "name"),
        ({"name": "ก" * 101}, "too_long", "name"),
        ({"about": closed}, "division_unknown", "about"),
        ({"text": "เจ้าหน้าที่เรียกรับเงิน"}, "corruption", ""),
        ({"subject": "โกง"}, "corruption", ""),
    ):
        with pytest.raises(RefusedError) as refused:
            receipt(**wrong)
        assert (refused.value.code, refused.value.field) == (code, field), wrong
    assert not Letter.objects.exists()
    assert receipt(text="อบรมต่อต้านทุจริตเมื่อไร", is_no_report=True).is_new


def test_too_many_at_once_are_asked_to_wait(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senders, "WAITING_AN_HOUR", 2)
    first = sent()
    sent()
    with pytest.raises(RefusedError) as refused:
        sent()
    assert refused.value.code == "too_many"
    acts.route_letter(first, works(), by=cast.secretary)
    assert sent().pk


def test_the_way_of_a_letter_and_what_is_noted_of_it(cast: Cast) -> None:
    letter = routed(cast, about=finance())
    acts.send_on_letter(letter, finance(), note="เป็นเรื่องค่าธรรมเนียม", by=cast.head)
    with pytest.raises(RefusedError) as same:
        acts.send_on_letter(letter, finance(), note="อีกครั้ง", by=cast.secretary)
    assert same.value.field == "division"
    acts.give_back_letter(letter, note="ไม่ใช่", by=cast.staff2)
    letter.refresh_from_db()
    assert (letter.state, letter.division) == (LetterState.RECEIVED, None)
    acts.route_letter(letter, works(), by=cast.secretary)
    acts.answer_letter(letter, "ตอบหนึ่ง", by=cast.staff)
    acts.correct_answer(letter, "ตอบสอง", by=cast.head)
    deeds = list(deeds_of(letter))[::-1]
    assert [deed.by for deed in deeds] == [
        None, cast.secretary, cast.head, cast.staff2, cast.secretary, cast.staff, cast.head
    ]  # fmt: skip
    assert [str(deed.division or "") for deed in deeds] == ["", "กองช่าง", "กองคลัง", "", "กองช่าง", "", ""]
    assert [deed.note for deed in deeds][2:4] == ["เป็นเรื่องค่าธรรมเนียม", "ไม่ใช่"]
    assert deeds[-1].before == "ตอบหนึ่ง"
    letter.refresh_from_db()
    assert letter.answered_by == cast.staff, "who answered first stays"
    for what in (
        lambda: acts.send_on_letter(letter, finance(), note=" ", by=cast.head),
        lambda: acts.answer_letter(routed(cast), "โทร 3409900123456", by=cast.staff),
        lambda: acts.refuse_letter(sent(), "other", words="", by=cast.secretary),
        lambda: acts.refuse_letter(sent(), "nothing", by=cast.secretary),
        lambda: acts.route_letter(sent(), None, by=cast.secretary),
    ):
        with pytest.raises(RefusedError) as refused:
            what()
        assert refused.value.field


def test_the_sender_writes_again_and_is_answered_by_a_new_day(cast: Cast) -> None:
    with at(MONDAY):
        letter = answered(cast)
        senders.rate_answer(letter, "unclear")
    later, mark = dt.date(2026, 12, 15), seed()
    with at(later):
        for _twice in range(2):
            senders.write_again(letter, "ยังดับอยู่", seed=mark)
        letter.refresh_from_db()
        assert (letter.state, letter.next_due_on) == (LetterState.WITH_DIVISION, dt.date(2026, 12, 30))
        assert letter.due_on == dt.date(2026, 12, 8), "what was promised first stays"
        first = letter.answered_at
        acts.answer_letter(letter, "เปลี่ยนหม้อแปลงแล้ว", by=cast.head)
    letter.refresh_from_db()
    assert (letter.state, letter.answer, letter.answered_at, letter.rating) == ("answered", ANSWER, first, "")
    assert [(one.author, one.text) for one in LetterMessage.objects.all()] == [
        (None, "ยังดับอยู่"), (cast.head, "เปลี่ยนหม้อแปลงแล้ว")
    ]  # fmt: skip
    with pytest.raises(RefusedError):
        senders.write_again(letter, "นายช่างเรียกรับเงิน", seed=seed())
    with pytest.raises(RefusedError):
        senders.rate_answer(letter, "middling")


def test_published_is_only_what_the_sender_allows_and_the_office_let_through(cast: Cast) -> None:
    secret = answered(cast, consent=False)
    with pytest.raises(RefusedError) as refused:
        acts.publish_letter(secret, subject="ก", text="ข", answer="ค", with_name=False, by=cast.secretary)
    assert refused.value.code == "no_consent"
    letter = answered(cast, name="ลุงดำ", text="บ้านลุงดำ 0812345678 ไฟดับ")
    assert letter in Letter.objects.to_decide() and secret not in Letter.objects.to_decide()
    with pytest.raises(RefusedError) as number:
        acts.publish_letter(
            letter, subject="ก", text="3 4099 00123 45 6", answer="ค", with_name=False, by=cast.secretary
        )
    assert number.value.field == "public_text"
    letter = acts.publish_letter(letter, subject="ไฟดับ", text="ไฟดับ", answer=ANSWER, with_name=False, by=cast.secretary)
    assert (letter.public_text, letter.public_name, letter.is_shortened) == ("ไฟดับ", "", True)
    assert letter.text == "บ้านลุงดำ 0812345678 ไฟดับ", "the sender's own words stay"
    letter = acts.correct_answer(letter, "ซ่อมใหม่แล้ว", by=cast.staff)
    assert letter.public_answer == ANSWER and letter.is_behind and letter in Letter.objects.to_decide()
    senders.withdraw_publication(letter)
    letter.refresh_from_db()
    assert (letter.publication, letter.public_text, letter.consent) == (Publication.UNDECIDED, "", False)
    senders.allow_publication(letter)
    assert Letter.objects.get(pk=letter.pk) in Letter.objects.to_decide()
    whole = published(cast, name="ป้าแดง")
    assert (whole.public_name, whole.is_shortened) == ("ป้าแดง", False)
    assert set(Letter.objects.published()) == {whole}


def test_the_database_keeps_the_rules_itself(cast: Cast) -> None:
    letter = published(cast)
    rows = Letter.objects.filter(pk=letter.pk)
    for change, guard in (
        ({"text": "อย่างอื่น"}, "letter_words_stay"),
        ({"due_on": dt.date(2030, 1, 1)}, "letter_words_stay"),
        ({"consent": False}, "letter_published_with_consent"),
        ({"public_text": ""}, "letter_published_with_consent"),
        ({"publication": "withheld"}, "letter_published_with_consent"),
        ({"division": None}, "letter_is_with_division"),
        ({"answer": ""}, "letter_answered_by_somebody"),
        ({"answered_by": None}, "letter_answered_by_somebody"),
        ({"state": "refused"}, "letter_refused_with_reason"),
        ({"reason": "twice"}, "letter_refused_with_reason"),
        ({"state": "closed"}, "letter_closed_has_day"),
        ({"last_act": "x"}, "letter_says_something"),
        ({"rating": "good"}, "letter_rating_known"),
    ):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            rows.update(**change)
        assert guard_of(error.value) == guard, change
        assert str(refusal_of(error.value))
    senders.write_again(letter, "ขอบคุณ", seed=seed())
    for act in (
        lambda: LetterMessage.objects.update(text="อย่างอื่น"),
        lambda: LetterMessage.objects.all().delete(),
        rows.delete,
        lambda: ParticipationSettings.objects.create(pk=2),
        lambda: ParticipationSettings.objects.create(pk=1, answer_days=0),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_a_second_different_act_on_an_old_page_is_told_and_the_same_is_done_once(cast: Cast) -> None:
    """Every act whose changes are made from the letter: sent twice alike it is one, with other words a refusal."""
    by = cast.secretary

    def publishing(text: str, *, with_name: bool = False) -> Callable[[Letter, int], Letter]:
        return lambda one, seen: acts.publish_letter(
            one, subject="ก", text=text, answer="ค", with_name=with_name, by=by, seen=seen
        )

    def answering(text: str) -> Callable[[Letter, int], Letter]:
        return lambda one, seen: acts.answer_letter(one, text, by=by, seen=seen)

    def asked_again() -> Letter:
        letter = answered(cast)
        senders.write_again(letter, "ยังดับ", seed=seed())
        return letter

    def correcting(text: str) -> Callable[[Letter, int], Letter]:
        return lambda one, seen: acts.correct_answer(one, text, by=by, seen=seen)

    def refusing(reason: str, words: str) -> Callable[[Letter, int], Letter]:
        return lambda one, seen: acts.refuse_letter(one, reason, words=words, by=by, seen=seen)

    def sending(division: Division, note: str) -> Callable[[Letter, int], Letter]:
        return lambda one, seen: acts.send_on_letter(one, division, note=note, by=by, seen=seen)

    def withholding(note: str) -> Callable[[Letter, int], Letter]:
        return lambda one, seen: acts.withhold_letter(one, note=note, by=by, seen=seen)

    def giving_back(note: str) -> Callable[[Letter, int], Letter]:
        return lambda one, seen: acts.give_back_letter(one, note=note, by=by, seen=seen)

    third = Division.objects.exclude(pk__in=(works().pk, finance().pk)).filter(active=True).first()
    assert third is not None
    for make, first, others in (
        (
            lambda: answered(cast, name="ลุงดำ"),
            publishing("เต็ม"),
            (publishing("ปิดชื่อ"), publishing("เต็ม", with_name=True)),
        ),
        (lambda: routed(cast), answering("ตอบ"), (answering("ตอบอีกอย่าง"),)),
        (asked_again, answering("ตอบเพิ่ม"), (answering("ตอบเพิ่มอีกอย่าง"), answering(ANSWER))),
        (lambda: answered(cast), correcting("แก้"), (correcting("แก้อีกอย่าง"),)),
        (sent, refusing("other", "เหตุ"), (refusing("other", "เหตุอื่น"), refusing("abuse", "เหตุ"))),
        (lambda: routed(cast), sending(finance(), "ก"), (sending(finance(), "ข"), sending(third, "ก"))),
        (lambda: published(cast), withholding("ก"), (withholding("ข"),)),
        (lambda: routed(cast), giving_back("ก"), (giving_back("ข"),)),
    ):
        letter = make()
        seen = Letter.objects.get(pk=letter.pk).revision
        first(letter, seen)
        after = Letter.objects.get(pk=letter.pk)
        assert after.revision == seen + 1
        assert first(letter, seen).revision == after.revision, "the same press twice"
        for other in others:
            with pytest.raises(RefusedError) as refused:
                other(letter, seen)
            assert refused.value.code == "changed"
        assert Letter.objects.get(pk=letter.pk).revision == after.revision


def test_what_a_sender_says_of_an_answer_has_an_end_and_tells_no_page(cast: Cast) -> None:
    with at(MONDAY):
        letter = published(cast)
        events = Letter.pgh_event_models["update"].objects.filter(pgh_obj_id=letter.pk)
        pages, history = generation(), events.count()
        for rating in ("clear", "unclear", "clear", "unclear", "clear", "clear"):
            senders.rate_answer(letter, rating)
        with pytest.raises(RefusedError) as refused:
            senders.rate_answer(letter, "unclear")
        assert refused.value.code == "too_many" and Letter.objects.get(pk=letter.pk).rating == "clear"
        assert (generation(), events.count()) == (pages, history), "no cached page shows it, no event holds the text"
        acts.correct_answer(letter, "ซ่อมใหม่", by=cast.staff)
        senders.rate_answer(letter, "unclear")
        year = FiscalYear.of(MONDAY)
        assert statistics_of(year, MONDAY + dt.timedelta(days=1)).whole.rated == 1
    with at(MONDAY + dt.timedelta(days=1)):
        pages = generation()
        senders.rate_answer(letter, "clear")
        assert generation() > pages, "what was told until yesterday has changed"
    for _time in range(senders.CONSENTS_MOST):
        senders.withdraw_publication(letter)
        senders.allow_publication(letter)
    senders.withdraw_publication(letter)
    with pytest.raises(RefusedError) as refused:
        senders.allow_publication(letter)
    assert refused.value.code == "too_many"


def generation() -> int:
    """How often the cached pages of participation were told that something changed."""
    return PageTopic.objects.get(topic="participation").generation


def test_half_a_percent_goes_up() -> None:
    """2.5 and 4.5 are rounded as at school, not to the even neighbour."""
    assert [whole_percent(*one) for one in ((1, 40), (9, 200), (1, 200), (1, 3), (0, 7), (7, 7), (0, 0))] == [
        3, 5, 1, 33, 0, 100, None
    ]  # fmt: skip
    counts = Counts(200, 0, 200, 9, 200, 0, 40, 1, None)
    assert (counts.in_time_share, counts.clear_share) == (5, 3)
