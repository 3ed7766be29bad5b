"""The office's desk of the assessment: who may, what is typed stays, publishing, weak questions into the next plan."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from ita_portal.refusals import RefusedError
from measures.assessment import answering, reading, services
from measures.assessment.forms import MOST_EDITS
from measures.assessment.tasks import results_that_wait
from measures.models import AreaQuestion, AssessmentResult, Finding, IssueArea, Plan, Question

from ..cast import Cast
from .assessment_samples import entry, published

DESK = "/en/measures/assessment/desk/"
SOURCE = "ประกาศของสำนักงาน ป.ป.ช."


def sent(page: Any, **changes: Any) -> dict[str, Any]:
    """What a browser would send of the form on a page, with `changes`."""
    form = page.context["form"]
    values: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if value is True:
            values[field.html_name] = "on"
        elif value is not None and value is not False:
            values[field.html_name] = value
    return {**values, **changes}


@pytest.fixture
def draft(cast: Cast) -> AssessmentResult:
    """The draft of 2566."""
    return services.begin_result(2566, by=cast.secretary)


def test_who_may(cast: Cast, draft: AssessmentResult, sign_in: Callable[[str], Client]) -> None:
    published(cast.secretary, 2565, total="90")
    addresses = [
        DESK, f"{DESK}{draft.pk}/", f"{DESK}{draft.pk}/publish/", f"{DESK}{draft.pk}/upload/",
        f"{DESK}{draft.pk}/template.xlsx", "/en/measures/assessment/2565/weak/", f"{DESK}{10**30}/",
        "/en/measures/assessment/2565/weak/I1/",
    ]  # fmt: skip
    for role, expected in (("citizen", 302), ("mayor", 403)):
        client = sign_in(role)
        for address in addresses:
            assert client.get(address).status_code == expected
        assert client.post(f"{DESK}{draft.pk}/discard/").status_code == expected
    office = sign_in("secretary")
    assert [office.get(address).status_code for address in addresses] == [200, 200, 200, 200, 200, 200, 404, 404]
    assert office.get(f"{DESK}{draft.pk}/discard/").status_code == 405


def test_begun_once_a_year(secretary_client: Client) -> None:
    first = secretary_client.post(DESK, {"fiscal_year": "๒๕๖๗", "reason": ""})
    assert first.status_code == 302
    assert secretary_client.post(DESK, {"fiscal_year": "2567"}).headers["Location"] == first.headers["Location"]
    for year in ("", "2571", "99999", "25.7", "ก", "9" * 400):
        again = secretary_client.post(DESK, {"fiscal_year": year, "reason": "เพราะ"})
        assert again.status_code == 422 and again.context["form"]["fiscal_year"].errors, year
        assert "เพราะ" in again.content.decode()
    assert AssessmentResult.objects.count() == 1


def test_entered_looked_at_and_published(secretary_client: Client, draft: AssessmentResult, cast: Cast) -> None:
    address = f"{DESK}{draft.pk}/"
    page = secretary_client.get(address)
    said = sent(
        page, **{"total": "๘๔.๑๐", "s-IIT": "80", "s-EIT": "82.00", "s-OIT": "88.75", "level": "good", "i-2": "71.25",
                 "q-I7": "62.5", "q-I8": "-", "q-O31": "0", "source": SOURCE, "source_url": "https://example.go.th/x",
                 "new-1-code": "i 28", "new-1-indicator": "5", "new-1-text": "ข้อใหม่", "new-1-score": "70",
                 "publish": "1"}
    )  # fmt: skip
    answer = secretary_client.post(address, said)
    assert answer.headers["Location"] == f"{address}publish/"
    draft.refresh_from_db()
    scores = {row.code: row.score for row in draft.questions.all()}
    assert (scores["I7"], scores["I8"], scores["O31"], scores["I28"]) == (Decimal("62.50"), None, 0, 70)
    assert (draft.total, draft.edits) == (Decimal("84.10"), 1)
    look = secretary_client.get(f"{address}publish/")
    words = look.content.decode()
    assert "the rule of the year gives “ต้องปรับปรุง”" in words, "ผ่านดี was announced, the rule gives another level"
    done = secretary_client.post(f"{address}publish/", sent(look))
    assert done.headers["Location"] == "/en/measures/assessment/2566/weak/"
    assert secretary_client.post(f"{address}publish/", sent(look)).status_code == 302, "sent twice, published once"
    assert AssessmentResult.objects.get().number == 1
    assert secretary_client.get(address).headers["Location"] == "/en/measures/assessment/2566/"
    home = secretary_client.get(DESK).content.decode()
    assert "Published" in home and 'href="/en/measures/assessment/2566/weak/"' in home


def test_what_was_typed_stays(secretary_client: Client, draft: AssessmentResult) -> None:
    address = f"{DESK}{draft.pk}/"
    page = secretary_client.get(address)
    wrong = sent(
        page, **{"total": "100.5", "s-IIT": "แปดสิบ", "i-1": "84.995", "q-I7": "1e5", "q-O1": "50", "note": "เก็บไว้",
                 "source_url": "javascript:x", "new-1-code": "Q1", "new-2-score": "5", "new-3-code": "I7",
                 "new-4-code": "E20", "new-4-indicator": "1", "new-5-code": "O99", "new-5-score": "40"}
    )  # fmt: skip
    answer = secretary_client.post(address, wrong)
    words = answer.content.decode()
    assert answer.status_code == 422 and "เก็บไว้" in words and 'value="84.995"' in words
    assert {field.html_name for field in answer.context["form"].wrong()} == {
        "total", "s-IIT", "i-1", "q-I7", "q-O1", "new-1-code", "new-2-code", "new-3-code", "new-4-indicator",
        "new-5-score",
    }  # fmt: skip
    for name in ("id_total", "id_q-I7"):  # each message is tied to its field
        tag = re.search(rf'<(?:input|select)[^>]*id="{name}"[^>]*>', words)
        assert tag and f"{name}_error" in tag[0] and f'id="{name}_error"' in words
    # What only the database knows is said, too; edits that no form had, and no edits at all.
    answer = secretary_client.post(address, sent(page, source_url="javascript:x"))
    assert answer.status_code == 422 and "An address begins with" in answer.content.decode()
    for edits in ("", "x", str(MOST_EDITS + 1), "-1"):
        assert secretary_client.post(address, sent(page, edits=edits)).status_code == 422
    assert AssessmentResult.objects.get().edits == 0


def test_nobody_overwrites_unseen(secretary_client: Client, draft: AssessmentResult, cast: Cast) -> None:
    address = f"{DESK}{draft.pk}/"
    page = secretary_client.get(address)
    services.save_result(draft, entry(2566, total="70"), by=cast.secretary)
    answer = secretary_client.post(address, sent(page, total="80", source=SOURCE))
    assert answer.status_code == 422 and "Somebody has changed this" in answer.content.decode()
    assert AssessmentResult.objects.get().total == 70
    # The same form once more replaces it, knowingly.
    kept = {**answer.context["form"].data}
    assert secretary_client.post(address, kept).status_code == 302
    assert AssessmentResult.objects.get().total == 80


def test_a_code_of_the_office_goes_a_known_one_stays(secretary_client: Client, draft: AssessmentResult) -> None:
    address = f"{DESK}{draft.pk}/"
    assert (
        secretary_client.post(address, sent(secretary_client.get(address), **{"new-1-code": "I28"})).status_code == 302
    )
    page = secretary_client.get(address)
    assert b'name="drop-I28"' in page.content and b'name="drop-I7"' not in page.content
    assert secretary_client.post(address, sent(page, **{"drop-I28": "on", "drop-I7": "on"})).status_code == 302
    codes = set(draft.questions.values_list("code", flat=True))
    assert "I28" not in codes and "I7" in codes


def test_thrown_away(secretary_client: Client, draft: AssessmentResult) -> None:
    address = f"{DESK}{draft.pk}/"
    seen = sent(secretary_client.get(address))["edits"]
    assert f'name="edits" value="{seen}"><button' in secretary_client.get(address).content.decode()
    services.save_result(draft, entry(2566, total="80"), by=draft.made_by)
    for late in ({"edits": seen}, {}, {"edits": "x"}):
        assert secretary_client.post(f"{address}discard/", late).headers["Location"] == address
    now = {"edits": AssessmentResult.objects.get().edits}
    assert secretary_client.post(f"{address}discard/", now).headers["Location"] == DESK
    assert secretary_client.post(f"{address}discard/", now).status_code == 404
    assert not AssessmentResult.objects.exists()


def test_published_only_with_source_and_reason(secretary_client: Client, draft: AssessmentResult, cast: Cast) -> None:
    services.save_result(draft, entry(2566, total="80", source=""), by=cast.secretary)
    address = f"{DESK}{draft.pk}/publish/"
    answer = secretary_client.post(address, sent(secretary_client.get(address)))
    assert answer.status_code == 422 and "Say where the figures were read." in answer.content.decode()
    assert secretary_client.post(address, {}).status_code == 422
    answer = secretary_client.post(address, {"edits": "1", "seen": "4"})
    assert answer.status_code == 422 and "in the meantime" in answer.content.decode()


# Weak questions -------------------------------------------------------------------------------------------------------


@pytest.fixture
def weak(plan: Plan, cast: Cast) -> Plan:
    """The draft plan of 2567 quotes I1 (area 1) and E11 (area 2), each with a finding about all of its area."""
    published(cast.secretary, 2566, scores={"I1": "62.50", "I7": "54.17", "E11": "91", "E9": "84.99", "O31": "0"})
    return plan


def test_weak_questions_and_what_answers_them(secretary_client: Client, weak: Plan, cast: Cast) -> None:
    page = secretary_client.get("/en/measures/assessment/2566/weak/")
    assert [one.code for one in page.context["open"]] == ["O31", "I7", "E9"]
    assert [(one.code, one.areas) for one in page.context["answered"]] == [("I1", (1,))]
    assert not secretary_client.get("/en/measures/assessment/2566/weak/?threshold=0").context["open"]
    for threshold in ("60", "abc", "-1", "9" * 300):
        assert secretary_client.get(f"/en/measures/assessment/2566/weak/?threshold={threshold}").status_code == 200
    assert [task.count for task in results_that_wait(cast.secretary)] == [3]
    assert not list(results_that_wait(cast.staff))
    # A finding that names other questions does not answer this one.
    Finding.objects.filter(area__plan=weak, area__number=1).update(codes=["I2"])
    assert [one.code for one in secretary_client.get("/en/measures/assessment/2566/weak/").context["open"]][1] == "I7"
    assert "I1" in {one.code for one in answering.weak_questions(reading.year_result(2566), weak) if not one.areas}


def test_a_finding_is_written_by_the_officer(secretary_client: Client, weak: Plan) -> None:
    address = "/en/measures/assessment/2566/weak/I7/"
    page = secretary_client.get(address)
    beginning = page.context["form"]["text"].value()
    assert "I7" in beginning and "54.17" in beginning
    area = weak.areas.get(number=1)
    for said in ({"text": beginning, "area": area.pk}, {"text": "", "area": area.pk}, {"text": "พบว่า", "area": ""},
                 {"text": "พบว่า", "area": "999999999999999999999"}, {"text": "ก" * 2001, "area": area.pk}):  # fmt: skip
        answer = secretary_client.post(address, said)
        assert answer.status_code == 422 and str(said["text"])[:20] in answer.content.decode()
    assert weak.areas.get(number=1).findings.count() == 1
    said = {"text": f"{beginning}บุคลากรไม่ทราบแผนการใช้จ่าย", "area": area.pk}
    for _time in range(2):
        assert secretary_client.post(address, said).headers["Location"].endswith("/2566/weak/#open")
    finding = area.findings.order_by("position").last()
    assert finding and finding.codes == ["I7"] and finding.text.endswith("บุคลากรไม่ทราบแผนการใช้จ่าย")
    assert area.findings.count() == 2, "sent twice, written once"
    question = Question.objects.get(fiscal_year=2566, code="I7")
    assert question.instrument == "IIT" and "งบประมาณ" in question.text
    assert list(area.area_questions.values_list("question__code", flat=True)) == ["I1", "I7"]
    # The finding about all questions of the area stays about the one that it had.
    assert area.findings.order_by("position").first().codes == ["I1"]  # type: ignore[union-attr]
    assert [one.code for one in secretary_client.get("/measures/assessment/2566/weak/").context["open"]] == [
        "O31",
        "E9",
    ]
    for code in ("I99", "I8", "X"):
        assert secretary_client.get(f"/measures/assessment/2566/weak/{code}/").status_code == 404


def test_a_plan_that_words_the_question_itself(weak: Plan, cast: Cast) -> None:
    """The question of the year is there in other words: it stays, the area quotes the result's wording."""
    Question.objects.create(fiscal_year=2566, instrument="EIT", code="E9", text="ถ้อยคำของแผน")
    view = reading.year_result(2566)
    question = next(one for one in view.questions if one.line.code == "E9")
    area = IssueArea.objects.get(plan=weak, number=2)
    with pytest.raises(RefusedError):
        answering.answer_question(area=area, question=question, text="พบว่า", by=cast.staff)
    answering.answer_question(area=area, question=question, text="พบว่า", by=cast.secretary)
    quoted = AreaQuestion.objects.get(area=area, question__code="E9")
    assert quoted.question.text == "ถ้อยคำของแผน" and quoted.text.startswith("หน่วยงานสามารถสื่อสาร")


def test_without_a_plan_it_is_said_what_to_do(secretary_client: Client, cast: Cast) -> None:
    published(cast.secretary, 2569, scores={"O18": "0"})
    page = secretary_client.get("/en/measures/assessment/2569/weak/")
    assert "There is no plan yet that answers this assessment." in page.content.decode()
    assert secretary_client.get("/measures/assessment/2569/weak/O18/").status_code == 404
    assert secretary_client.get("/measures/assessment/2550/weak/").status_code == 404
    assert not list(results_that_wait(cast.secretary))


def test_the_back_office_only_looks(secretary_client: Client, draft: AssessmentResult) -> None:
    base = "/admin/measures/assessmentresult/"
    assert secretary_client.get(base).status_code == 200
    assert secretary_client.get(f"{base}{draft.pk}/change/").status_code == 200
    for address in (f"{base}add/", f"{base}{draft.pk}/delete/"):
        assert secretary_client.get(address).status_code == 403
    assert secretary_client.post(f"{base}{draft.pk}/change/", {"total": "1"}).status_code == 403
