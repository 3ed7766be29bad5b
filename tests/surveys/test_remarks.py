"""Own words: read by an officer first, shortened but never rewritten, destroyed a year after they were refused."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from ita_portal.fiscal import today
from ita_portal.refusals import RefusedError
from surveys.models import Remark, Survey
from surveys.services import remarks as acts

from ..cast import Cast
from .factories import DAY

pytestmark = pytest.mark.django_db
DESK = "/surveys/desk/remarks/"
TEXT = "นายสมชายช้ามาก แต่ห้องน้ำสะอาด โทร 081-234-5678"


@pytest.fixture
def office(cast: Cast) -> Client:
    """The Office of the Permanent Secretary."""
    return cast.client("secretary")


@pytest.fixture
def remark(open_survey: Survey) -> Remark:
    """Words that wait."""
    return Remark.objects.create(survey=open_survey, code="T1", text=TEXT)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        (TEXT, True), ("ห้องน้ำสะอาด", True), ("[ชื่อ]ช้ามาก แต่ห้องน้ำสะอาด โทร XXX", True), ("ช้ามาก … โทร ***", True),
        ("เร็วมาก แต่ห้องน้ำสะอาด", False), ("ห้องน้ำสะอาด … ช้ามาก", False), (TEXT + " ขอบคุณ", False),
    ],
)  # fmt: skip
def test_words_are_left_out_but_never_put_in(text: str, allowed: bool) -> None:
    assert acts.is_shortened(text, TEXT) is allowed


def test_publishing_shortened(office: Client, remark: Remark, cast: Cast) -> None:
    path = f"{DESK}{remark.pk}/"
    page = office.get(path)
    assert TEXT in page.content.decode()
    seen = page.context["seen"]
    for wrong in ("", "เขียนใหม่", "ก" * 2001):
        refused = office.post(path, {"act": "publish", "seen": seen, "text": wrong})
        assert refused.status_code == 422
        assert 'id="publish_text_error"' in refused.content.decode()
    short = "…ช้ามาก แต่ห้องน้ำสะอาด"
    assert office.post(path, {"act": "publish", "seen": seen, "text": short}).status_code == 302
    assert office.post(path, {"act": "publish", "seen": seen, "text": short}).status_code == 302, "twice is once"
    remark.refresh_from_db()
    assert (remark.text, remark.shortened, remark.state, remark.moderated_by) == (
        short, True, "published", cast.secretary,
    )  # fmt: skip
    assert list(Remark.objects.public()) == [remark]
    told = office.get(f"/en/surveys/{remark.survey.code}/results/").content.decode()
    assert told.count("shortened by an officer") == 1
    late = office.post(path, {"act": "refuse", "seen": seen, "reason": "abuse"})
    assert late.status_code == 422, "another officer decided in the meantime"
    remark.refresh_from_db()
    assert remark.state == "published"


def test_a_number_of_a_person_does_not_get_out(office: Client, open_survey: Survey, cast: Cast) -> None:
    whole = "เลขผม ๑-๒๓๔๕-๖๗๘๙๐-๑๒-๓ ครับ"
    remark = Remark.objects.create(survey=open_survey, code="T1", text=whole)
    with pytest.raises(RefusedError) as refused:
        acts.publish(remark, whole, by=cast.secretary)
    assert (refused.value.code, refused.value.field) == ("citizen_number", "text")
    offered = office.get(f"{DESK}{remark.pk}/").context["publish"].initial["text"]
    assert "XXXXXXXXX0123" in offered
    assert acts.publish(remark, offered, by=cast.secretary).shortened


def test_refusing_needs_a_reason(office: Client, remark: Remark) -> None:
    path = f"{DESK}{remark.pk}/"
    for wrong in ({}, {"reason": "x"}, {"reason": "other"}, {"reason": "other", "words": "ก" * 901}):
        assert office.post(path, {"act": "refuse", **wrong}).status_code == 422, wrong
    assert office.post(path, {"act": "\0"}).status_code == 422
    assert office.post(path, {"act": "refuse", "reason": "other", "words": "ซ้ำ"}).status_code == 302
    remark.refresh_from_db()
    assert (remark.state, remark.reason) == ("refused", "other: ซ้ำ")
    assert office.get(f"{DESK}{uuid.uuid4()}/").status_code == 404


def test_the_piles_in_few_queries(office: Client, open_survey: Survey, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    Remark.objects.bulk_create(Remark(survey=open_survey, code="T1", text=f"ข้อความ {n}") for n in range(25))
    office.get(DESK)
    with django_assert_max_num_queries(9):
        page = office.get(DESK)
    assert len(page.context["rows"]) == 20
    assert {question for _remark, question in page.context["rows"]} == {"เขียน"}
    rest = office.get(f"{DESK}?{page.context['next']}")
    assert len(rest.context["rows"]) == 5
    for query in ("?pile=published", "?pile=x", "?questionnaire=none", "?after=x.y", "?questionnaire=test"):
        assert office.get(DESK + query).status_code == 200


def test_refused_words_are_destroyed_after_a_year(remark: Remark, cast: Cast) -> None:
    acts.refuse(remark, "personal: ชื่อของเพื่อนบ้าน", by=cast.secretary)
    assert acts.forget_refused(today() + 365 * DAY) == 0
    assert acts.forget_refused(today() + 366 * DAY) == 1
    assert acts.forget_refused(today() + 366 * DAY) == 0
    remark.refresh_from_db()
    assert (remark.text, remark.reason, remark.state) == (acts.FORGOTTEN, "personal", "refused")
    with pytest.raises(RefusedError):
        acts.publish(remark, acts.FORGOTTEN, by=cast.secretary)
