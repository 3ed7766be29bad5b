"""What people say and what becomes of it: taken in once, looked at with a reason, answered, counted, forgotten."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from budget.choices import CommentKind, CommentState, PlanKind
from budget.errors import RefusedError
from budget.models import Comment, Line, Revision
from budget.services import voices
from budget.services.voices import (
    Reason,
    answer,
    answer_mark,
    forget_refused,
    holds_citizen_number,
    moderate,
    read_reason,
    send_comment,
)
from budget.voices_reading import counts_of, said
from tests.cast import Cast

from ..races import at_once, begin, wait_until_blocked
from .factories import YEAR, draft, mark, published, version

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def sent(text: str = "ถนนจะเสร็จเมื่อไร", *, year: int = YEAR, kind: str = CommentKind.QUESTION, **more: Any) -> Comment:
    """A citizen's question that waits."""
    return send_comment(year, kind, text, form_mark=more.pop("form_mark", mark()), **more)


def answered(cast: Cast, text: str = "ภายในเดือนมีนาคม", **more: Any) -> Comment:
    """A question that is public and answered."""
    return answer(moderate(sent(**more), publish=True, by=cast.budget), text, by=cast.budget)


def code_of(refusal: pytest.ExceptionInfo[RefusedError]) -> tuple[str, str]:
    return refusal.value.code, refusal.value.field


def test_nothing_of_a_citizen_is_kept_but_what_they_wrote(cast: Cast, ordinance: Revision) -> None:
    road = version(ordinance, "0001").line
    comment = sent("  ถนนจะเสร็จเมื่อไร ", name=" สมชาย  ใจดี ", plan=ordinance.plan, line=road)
    assert (comment.text, comment.name, comment.state) == ("ถนนจะเสร็จเมื่อไร", "สมชาย ใจดี", CommentState.WAITING)
    assert (comment.by_staff, comment.author, comment.division) == (False, None, None)
    columns = {field.attname for field in Comment._meta.concrete_fields}
    assert not any(word in name for name in columns for word in ("address", "agent", "session", "phone", "mail"))


def test_staff_write_under_their_name(cast: Cast, ordinance: Revision) -> None:
    comment = sent(by=cast.staff, name="ใครก็ไม่รู้", kind=CommentKind.PROPOSAL)
    assert (comment.by_staff, comment.author, comment.division) == (True, cast.staff, cast.staff.division)
    assert comment.name == cast.staff.get_full_name()


def test_a_form_sent_twice_is_one_comment(cast: Cast, ordinance: Revision) -> None:
    form = mark()
    assert sent(form_mark=form) == sent(form_mark=form) == sent("อย่างอื่น", form_mark=form, by=cast.staff)
    assert Comment.objects.count() == 1


def test_what_the_public_cannot_see_is_not_spoken_of(cast: Cast, ordinance: Revision) -> None:
    hidden = draft(cast.budget, kind=PlanKind.ACTION)
    other_year = published(cast.budget, year=2568)
    road = version(ordinance, "0001").line
    unborn = Line.objects.create(plan=ordinance.plan, code="9")
    for plan, line in (
        (hidden.plan, None),
        (hidden.plan, version(hidden, "0001").line),
        (other_year.plan, None),
        (ordinance.plan, version(other_year, "0001").line),
        (ordinance.plan, unborn),
        (None, road),
    ):
        with pytest.raises(RefusedError) as refusal:
            sent(plan=plan, line=line)
        assert code_of(refusal) == ("not_public", "")
    assert not Comment.objects.exists()


def test_what_is_no_comment_is_refused_at_its_field(cast: Cast) -> None:
    for more, told in (
        ({"text": " \n "}, ("comment_says_something", "text")),
        ({"text": "ก" * 3001}, ("too_long", "text")),
        ({"name": "ก" * 101}, ("too_long", "name")),
        ({"kind": "threat"}, ("kind_unknown", "kind")),
        ({"text": "บัตร 3-4099-00123-45-6 ของนาย ก"}, ("citizen_number", "text")),
        ({"text": "๓๔๐๙๙๐๐๑๒๓๔๕๖"}, ("citizen_number", "text")),
        ({"name": "3409900123456"}, ("citizen_number", "name")),
    ):
        with pytest.raises(RefusedError) as refusal:
            sent(**more)  # type: ignore[arg-type]
        assert code_of(refusal) == told
    assert not holds_citizen_number("โครงการ 0105536000123 งบ 1,234,567,890,123 บาท 12345678901234")


def test_too_much_waits(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "WAITING_AN_HOUR", 3)
    monkeypatch.setattr(voices, "WAITING_MOST", 5)
    monkeypatch.setattr(voices, "WAITING_OF_ONE", 1)
    first = [sent() for _one in range(3)]
    with pytest.raises(RefusedError) as refusal:
        sent()
    assert refusal.value.code == "too_many"
    assert sent(form_mark=first[0].form_mark) == first[0], "what is there already is not refused"
    sent(by=cast.staff)  # staff have accounts: they do not wait for citizens
    with pytest.raises(RefusedError):
        sent(by=cast.staff)
    Comment.objects.update(sent_at=timezone.now() - dt.timedelta(hours=2))
    sent(), sent()
    with pytest.raises(RefusedError):
        sent()
    moderate(first[0], publish=False, reason=Reason.ADVERTISING, by=cast.budget)
    sent()


@pytest.mark.django_db(transaction=True)
def test_a_flood_at_one_moment_stays_below_the_limit(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "WAITING_MOST", 2)
    form = mark()
    found = at_once(*[lambda: sent(form_mark=form)] * 2, *[lambda: sent(form_mark=mark())] * 3)
    assert Comment.objects.count() == 2
    assert sum(isinstance(one, RefusedError) for one in found) == 5 - sum(isinstance(one, Comment) for one in found)
    assert not any(isinstance(one, Exception) and not isinstance(one, RefusedError) for one in found)


def test_who_does_not_publish_says_why(cast: Cast) -> None:
    comment = sent()
    for reason in ("", "  ", Reason.OTHER):
        with pytest.raises(RefusedError) as refusal:
            moderate(comment, publish=False, reason=reason, by=cast.budget)
        assert refusal.value.code == "reason_missing"
    refused = moderate(comment, publish=False, reason="personal: มีเบอร์โทรศัพท์", by=cast.budget)
    assert (refused.state, read_reason(refused.reason)) == (CommentState.REFUSED, ("personal", "มีเบอร์โทรศัพท์"))
    assert not Comment.objects.public().exists()
    shown = moderate(refused, publish=True, by=cast.budget)
    assert (shown.state, shown.reason, shown.moderated_by) == (CommentState.PUBLISHED, "", cast.budget)
    taken_back = moderate(shown, publish=False, reason="ขอให้ถอนออก", by=cast.budget)
    assert read_reason(taken_back.reason) == ("other", "ขอให้ถอนออก"), "free words are another reason"
    assert not Comment.objects.public().exists()


@pytest.mark.parametrize("name", ["admin", "staff", "mayor", "secretary"])
def test_only_budget_officers_decide_and_answer(cast: Cast, name: str) -> None:
    comment, somebody = sent(), getattr(cast, name)
    with pytest.raises(RefusedError) as refusal:
        moderate(comment, publish=True, by=somebody)
    assert refusal.value.code == "not_yours"
    public = moderate(comment, publish=True, by=cast.budget)
    with pytest.raises(RefusedError) as refusal:
        answer(public, "ตอบ", by=somebody)
    assert refusal.value.code == "not_yours"


def test_an_answer_is_corrected_and_what_stood_there_is_kept(cast: Cast) -> None:
    comment = sent()
    with pytest.raises(RefusedError) as refusal:
        answer(comment, "ตอบก่อนเผยแพร่", by=cast.budget)
    assert refusal.value.code == "not_published"
    public = moderate(comment, publish=True, by=cast.budget)
    first = answer(public, "ครั้งแรก", by=cast.budget)
    assert said([first])[0].corrected_at is None
    second = answer(first, "ครั้งที่สอง", by=cast.budget)
    assert (second.answer, second.answered_at) == ("ครั้งที่สอง", first.answered_at)
    assert said([second])[0].corrected_at is not None
    stood = Comment.pgh_event_models["update"].objects.filter(pgh_obj_id=comment.pk)  # type: ignore[attr-defined]
    assert [row.answer for row in stood.order_by("pgh_id")] == ["", "", "ครั้งแรก", "ครั้งที่สอง"]
    for text in ("", "ก" * 5001, "โทรหา 3409900123456"):
        with pytest.raises(RefusedError) as refusal:
            answer(second, text, by=cast.budget)
        assert refusal.value.field == "answer"


@pytest.mark.django_db(transaction=True)
def test_two_officers_decide_at_once(cast: Cast) -> None:
    comment = sent()
    with transaction.atomic():
        moderate(comment, publish=True, by=cast.budget)
        other = begin(lambda: moderate(comment, publish=False, reason=Reason.ABUSE, by=cast.budget))
        assert wait_until_blocked(other)
    with pytest.raises(RefusedError) as refusal:
        other.result()
    assert refusal.value.code == "changed"
    comment.refresh_from_db()
    assert (comment.state, comment.reason) == (CommentState.PUBLISHED, "")
    assert moderate(comment, publish=True, by=cast.budget, seen=CommentState.WAITING) == comment, (
        "the same is no strife"
    )


@pytest.mark.django_db(transaction=True)
def test_two_officers_answer_at_once(cast: Cast) -> None:
    comment = moderate(sent(), publish=True, by=cast.budget)
    with transaction.atomic():
        answer(comment, "คำตอบของคนแรก", by=cast.budget)
        other = begin(lambda: answer(comment, "คำตอบของคนที่สอง", by=cast.budget))
        assert wait_until_blocked(other)
    with pytest.raises(RefusedError) as refusal:
        other.result()
    assert refusal.value.code == "changed"
    comment.refresh_from_db()
    assert comment.answer == "คำตอบของคนแรก"
    assert answer(comment, "แก้", by=cast.budget, seen=answer_mark(comment)).answer == "แก้"


def test_counts(cast: Cast) -> None:
    empty = counts_of(YEAR)
    assert (empty.received, empty.waiting, empty.median_days, empty.reasons) == (0, 0, None, [])
    now = timezone.now()
    waiting, of_today, opinion, overdue = sent(), sent(), sent(kind=CommentKind.COMMENT), sent()
    for one in (opinion, overdue):
        moderate(one, publish=True, by=cast.budget)
    done = [answered(cast) for _one in range(2)]
    refused = [sent(), sent(), sent()]
    for one, reason in zip(refused, ("abuse", "abuse: คำหยาบ", "อะไรก็ได้"), strict=True):
        moderate(one, publish=False, reason=reason, by=cast.budget)
    sent(year=2568)
    Comment.objects.exclude(pk=of_today.pk).update(sent_at=now - 20 * DAY)
    Comment.objects.filter(state=CommentState.REFUSED).update(moderated_at=now - 10 * DAY)
    Comment.objects.filter(pk=done[0].pk).update(answered_at=now - 19 * DAY)
    Comment.objects.filter(pk=done[1].pk).update(answered_at=now - 16 * DAY)
    found = counts_of(YEAR)
    # The one that came today is told tomorrow: no page is made anew for it.
    assert (found.received, found.published, found.answered, found.to_answer, found.late) == (8, 4, 2, 1, 1)
    assert (found.refused, found.waiting, str(found.median_days)) == (3, 1, "2.5")
    assert found.reasons == [(str(Reason.ABUSE.label), 2), (str(Reason.OTHER.label), 1)]
    assert Comment.objects.waiting().filter(year_id=YEAR).count() == 2 and waiting.pk


def test_the_words_of_what_is_not_published_are_destroyed_after_a_year(cast: Cast) -> None:
    old, new, public = sent("เบอร์ 0812345678", name="ก"), sent("ใหม่"), sent("ดี")
    moderate(old, publish=False, reason="personal: มีเบอร์ 0812345678", by=cast.budget)
    moderate(new, publish=False, reason=Reason.ABUSE, by=cast.budget)
    moderate(public, publish=True, by=cast.budget)
    day = timezone.now().date()
    Comment.objects.filter(pk__in=[old.pk, public.pk]).update(moderated_at=timezone.now() - 367 * DAY)
    assert forget_refused(day) == 1
    assert forget_refused(day) == 0
    old.refresh_from_db()
    assert (old.text, old.name, old.reason) == ("–", "", "personal")
    events = Comment.pgh_event_models["update"].objects  # type: ignore[attr-defined]
    assert not events.filter(text__contains="0812345678").exists()
    assert not events.filter(reason__contains="0812345678").exists()
    assert set(Comment.objects.exclude(pk=old.pk).values_list("text", flat=True)) == {"ใหม่", "ดี"}
