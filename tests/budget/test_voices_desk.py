"""The officer's desk of comments: piles, a decision with its reason, the answer, what was done, who comes second."""

from __future__ import annotations

import re

import pytest
from pytest_django import DjangoAssertNumQueries

from budget.choices import CommentKind, CommentState
from budget.models import Comment, Revision
from budget.services.voices import Reason, answer, answer_mark, moderate
from tests.cast import ROLES, Cast

from .factories import YEAR, version
from .test_voices import answered, sent

pytestmark = pytest.mark.django_db
DESK = "/budget/desk/comments/"


def test_only_budget_officers_come_in(cast: Cast) -> None:
    comment = sent("ความในใจ")
    for name in ROLES:
        client = cast.client(name)
        expected = {"citizen": 302, "budget": 200}.get(name, 403)
        for path in (DESK, f"{DESK}{comment.pk}/", f"/budget/desk/readers/{YEAR}/"):
            response = client.get(path)
            assert response.status_code == expected, (name, path)
            assert expected == 200 or "ความในใจ" not in response.content.decode()
        if name != "budget":
            assert client.post(f"{DESK}{comment.pk}/", {"act": "publish"}).status_code == expected
    assert Comment.objects.get().state == CommentState.WAITING


def test_piles(cast: Cast, ordinance: Revision) -> None:
    client = cast.client("budget")
    road = version(ordinance, "0001")
    for name in ("waiting", "open", "answered", "opinions", "refused"):
        assert "empty" in client.get(f"{DESK}?pile={name}").content.decode()
    waiting = [sent(f"รอ{number:02d}", plan=ordinance.plan, line=road.line) for number in range(22)]
    open_ = moderate(sent("ยังไม่ตอบ"), publish=True, by=cast.budget)
    done = answered(cast, by=cast.staff)
    opinion = moderate(sent("ดี", kind=CommentKind.COMMENT), publish=True, by=cast.budget)
    refused = moderate(sent("ขายของ"), publish=False, reason=Reason.ADVERTISING, by=cast.budget)

    def keys(query: str) -> list[int]:
        return [int(key) for key in re.findall(rf'href="{DESK}(\d+)/"', client.get(f"{DESK}?{query}").content.decode())]

    assert keys("") == [one.pk for one in waiting[:20]], "what waits longest first"
    html = client.get(f"{DESK}?sender=citizens").content.decode()
    assert road.item in html
    following = re.search(r'href="\?([^"]*after=[^"]*)" rel="next"', html)
    assert following and keys(following[1].replace("&amp;", "&")) == [one.pk for one in waiting[20:]]
    found = [keys(f"pile={name}") for name in ("open", "answered", "opinions", "refused")]
    assert found == [[one.pk] for one in (open_, done, opinion, refused)]
    assert keys("pile=answered&sender=staff") == [done.pk]
    assert keys("pile=answered&sender=citizens") == keys(f"year={YEAR - 1}") == keys("kind=comment") == []
    assert keys("pile=nothing&year=x&kind=y&sender=z&after=q") == keys("")
    file = b"".join(client.get(f"{DESK}?pile=refused&as=csv")).decode()
    assert "ขายของ" in file and f"{DESK}{refused.pk}/" in file and "รอ00" not in file


def test_a_comment_is_published_answered_and_corrected(cast: Cast, ordinance: Revision) -> None:
    client, comment = cast.client("budget"), sent("ถนน")
    path = f"{DESK}{comment.pk}/"
    for _twice in range(2):
        assert client.post(path, {"act": "publish", "seen": "waiting"}).status_code == 302
    empty = client.post(path, {"act": "answer", "answer": " \x00", "seen": answer_mark(comment)})
    assert empty.status_code == 422 and 'id="answer_answer_error"' in empty.content.decode()
    for _twice in range(2):
        assert client.post(path, {"act": "answer", "answer": "ครั้งแรก", "seen": answer_mark(comment)}).status_code == 302
    comment.refresh_from_db()
    assert client.post(path, {"act": "answer", "answer": "แก้แล้ว", "seen": answer_mark(comment)}).status_code == 302
    html = client.get(path).content.decode()
    assert "ครั้งแรก" in html and "แก้แล้ว" in html, "the history keeps what stood there"
    assert str(cast.budget) in html.partition('id="history"')[2]
    assert client.post(path, {"act": "explode"}).status_code == 422
    assert client.get(f"{DESK}999999999999999999999/").status_code == 404


def test_a_comment_is_not_published_for_a_reason(cast: Cast) -> None:
    client, comment = cast.client("budget"), sent("โทร 081")
    path = f"{DESK}{comment.pk}/"
    for typed, marked in (
        ({"reason": ""}, 'id="refuse_reason_error"'),
        ({"reason": "unknown", "words": "คำที่พิมพ์"}, "คำที่พิมพ์"),
        ({"reason": "other", "words": ""}, 'id="refuse_words_error"'),
        ({"reason": "personal", "words": "ก" * 901}, 'id="refuse_words_error"'),
    ):
        response = client.post(path, {"act": "refuse", "seen": "waiting", **typed})
        assert response.status_code == 422 and marked in response.content.decode()
    typed = {"act": "refuse", "seen": "waiting", "reason": "personal", "words": "มีเบอร์โทร"}
    assert client.post(path, typed).status_code == 302
    comment.refresh_from_db()
    assert (comment.state, comment.reason) == (CommentState.REFUSED, "personal: มีเบอร์โทร")
    assert "มีเบอร์โทร" in client.get(path).content.decode()


def test_who_comes_second_is_told_and_sees_what_was_done(cast: Cast) -> None:
    client, comment = cast.client("budget"), sent()
    path = f"{DESK}{comment.pk}/"
    public = moderate(comment, publish=True, by=cast.budget)
    late = client.post(path, {"act": "refuse", "seen": "waiting", "reason": "abuse", "words": "คำที่พิมพ์"})
    assert late.status_code == 422 and "คำที่พิมพ์" in late.content.decode()
    assert 'name="seen" value="published"' in late.content.decode(), "the next press is of what is"
    answer(public, "คำตอบของอีกคน", by=cast.budget)
    late = client.post(path, {"act": "answer", "seen": answer_mark(comment), "answer": "คำตอบของฉัน"})
    html = late.content.decode()
    assert late.status_code == 422 and "คำตอบของอีกคน" in html and "คำตอบของฉัน" in html
    comment.refresh_from_db()
    assert (comment.state, comment.answer) == (CommentState.PUBLISHED, "คำตอบของอีกคน")
    assert f'name="seen" value="{answer_mark(comment)}"' in html


def test_cost_does_not_grow(cast: Cast, ordinance: Revision, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client, road = cast.client("budget"), version(ordinance, "0001").line
    sent(plan=ordinance.plan, line=road)
    client.get(DESK)
    with django_assert_num_queries(8):
        client.get(DESK)
    for _one in range(25):
        sent(plan=ordinance.plan, line=road)
    with django_assert_num_queries(8):
        client.get(DESK)
