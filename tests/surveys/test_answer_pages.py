"""The form: open to everybody, without cookies; nothing typed is lost; each form and each code is one answer."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ita_portal.fiscal import today
from organization.models import Division
from surveys import slips
from surveys.models import Ballot, Survey, Turnout
from surveys.services.counting import count_rest
from surveys.services.surveys import close

from ..cast import Cast
from .factories import DAY, survey, version
from .forms import filled, send, some_slips

pytestmark = pytest.mark.django_db
INVALID = re.compile(rb'aria-invalid="true"')


def ballots() -> list[tuple[str, int | None, dict[str, int], dict[str, str]]]:
    """What lies in the box."""
    return sorted(
        (row.way, row.division_id, row.choices, row.remarks) for row in Ballot.objects.all()
    )  # fmt: skip


def test_without_cookies_from_the_form_to_the_thanks(open_survey: Survey) -> None:
    address = f"/surveys/{open_survey.code}/"
    client = Client(enforce_csrf_checks=True)
    page = client.get(address)
    text = page.content.decode()
    assert page.status_code == 200
    assert not page.cookies
    assert page["Cache-Control"] == "private, no-store"
    assert all(f'name="q-{code}"' in text for code in ("S1", "S2", "Y1", "T1"))
    assert [text.count(f'name="q-{code}" value=') for code in ("S1", "S2", "Y1")] == [4, 4, 2]
    mark = re.search(r'name="form_mark" value="([0-9a-f]{32})"', text)
    assert mark is not None
    assert mark[1] not in client.get(address).content.decode(), "each form has a mark of its own"
    division = Division.objects.get(name="กองคลัง")
    sent = client.post(address, filled(division=division.pk, q_T1=" ดีมาก\r\nครับ\0 ", form_mark=mark[1], q_S2=None))
    assert sent.status_code == 302
    assert sent["Location"] == f"{address}thanks/"
    assert not sent.cookies
    assert ballots() == [("open_link", division.pk, {"S1": 3, "Y1": 1}, {"T1": "ดีมาก\nครับ"})]
    thanks = client.get(sent["Location"])
    assert thanks.status_code == 200
    links = thanks.content.decode()
    assert all(f'href="{path}"' in links for path in (f"{address}results/", "/participation/", "/complaints/"))


def test_english_and_where_the_questions_stand(open_survey: Survey) -> None:
    page = Client().get(f"/en/surveys/{open_survey.code}/").content.decode()
    for words in (
        "Least or not at all",
        "A little",
        "Much",
        "Most",
        "Not sure, or another",
        "Use the protected channel",
    ):
        assert words in page
    assert page.index('name="division"') < page.index('name="q-S1"') < page.index('name="q-T1"')
    sent = Client().post(f"/en/surveys/{open_survey.code}/", filled())
    assert sent["Location"] == f"/en/surveys/{open_survey.code}/thanks/"


def test_what_is_missing_is_said_at_its_place_and_nothing_is_lost(open_survey: Survey) -> None:
    page = send(open_survey, q_S1=None, q_Y1="2", q_S2=2, q_T1="เก็บไว้ <b>", division="99999")
    text = page.content.decode()
    assert page.status_code == 422
    assert not Ballot.objects.exists()
    for name in ("S1", "Y1"):
        assert f'href="#id_q-{name}_0"' in text
        assert f'id="id_q-{name}_error"' in text
        assert re.search(
            rf'name="q-{name}"[^>]*aria-invalid="true"[^>]*aria-describedby="[^"]*id_q-{name}_error"', text
        )
    assert 'href="#id_division_0"' in text
    assert 'href="#id_q-S2_0"' not in text
    assert re.search(r'name="q-S2" value="2"[^>]* checked', text)
    assert "เก็บไว้ &lt;b&gt;" in text
    assert page.context["form"].data["form_mark"] in text, "sent again it is still the same answer"


def test_the_same_form_twice_is_thanked_twice_and_counted_once(open_survey: Survey) -> None:
    for level in (3, 0):
        assert send(open_survey, level=level, form_mark="a").status_code == 302
    assert [choices["S1"] for _way, _division, choices, _remarks in ballots()] == [3]


def test_a_form_without_a_mark_is_an_answer(open_survey: Survey) -> None:
    for _time in range(2):
        assert send(open_survey, form_mark=None).status_code == 302
    assert Ballot.objects.count() == 2


def test_slips(open_survey: Survey, cast: Cast) -> None:
    first, second = some_slips(open_survey, cast.secretary)
    address = f"/surveys/{open_survey.code}/s/{first}/"
    page = Client().get(address)
    text = page.content.decode()
    assert page.status_code == 200
    assert (page["Cache-Control"], page["Referrer-Policy"]) == ("private, no-store", "strict-origin")
    assert f'value="{slips.shown(first)}"' in text
    assert f'action="/surveys/{open_survey.code}/"' in text, "the code is not sent in an address"
    assert not page.context["slip_problem"]
    assert send(open_survey, slip=slips.shown(first)).status_code == 302
    again = send(open_survey, slip=first)
    assert again.status_code == 422
    assert 'id="id_slip_error"' in again.content.decode()
    assert Client().get(address).context["slip_problem"]
    wrong = send(open_survey, slip=second[:-1])
    assert wrong.status_code == 422
    assert [way for way, *_more in ballots()] == ["single_use"]


def test_only_with_codes(cast: Cast) -> None:
    only = survey(version(cast.secretary), today(), open_link=False)
    assert 'name="slip"' in Client().get(f"/surveys/{only.code}/").content.decode()
    assert send(only).status_code == 422
    (code,) = some_slips(only, cast.secretary, 1)
    assert send(only, slip=code).status_code == 302
    other = survey(only.version, today(), open_link=False)
    assert send(other, slip=code).status_code == 422


def test_not_begun_and_over(cast: Cast, open_survey: Survey) -> None:
    later = survey(open_survey.version, today() + 5 * DAY)
    for path in ("", "thanks/"):
        assert Client().get(f"/surveys/{later.code}/{path}").status_code == 404
    assert Client().post(f"/surveys/{later.code}/", filled()).status_code == 404
    hidden = Client().get(f"/surveys/{later.code}/s/123456789012/")
    assert hidden["Location"] == f"/surveys/{later.code}/", "an address with a code is never logged as not found"
    close(open_survey, by=cast.secretary)
    page = Client().get(f"/surveys/{open_survey.code}/")
    assert page.status_code == 200
    assert f"/surveys/{open_survey.code}/results/" in page.content.decode()
    assert "form_mark" not in page.content.decode()
    assert Client().get(f"/surveys/{open_survey.code}/s/123456789012/").status_code == 200
    late = send(open_survey)
    assert late.status_code == 410
    assert not Ballot.objects.exists()


def test_from_another_website(open_survey: Survey) -> None:
    address = f"/surveys/{open_survey.code}/"
    assert Client().post(address, filled(), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert Client().post(address, filled(), headers={"Origin": "https://example.com"}).status_code == 403
    assert Client().post(address, filled(), headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302
    assert Ballot.objects.count() == 1


HUGE = "9" * 5000


@pytest.mark.parametrize(
    "fields",
    [
        {"q_S1": "3\0"}, {"q_S1": HUGE}, {"q_S1": "-1"}, {"q_S1": "๓"}, {"division": HUGE}, {"division": "1\0"},
        {"slip": HUGE}, {"slip": "๑๒๓๔๕๖๗๘๙๐๑๒"}, {"form_mark": HUGE}, {"q_T1": "ก" * 2001},
    ],
)  # fmt: skip
def test_bad_input_is_refused(open_survey: Survey, fields: dict[str, Any]) -> None:
    assert send(open_survey, **fields).status_code == 422
    assert not Ballot.objects.exists()


def test_odd_input_is_taken(open_survey: Survey) -> None:
    assert send(open_survey, q_T1="\0x", slip="\0", form_mark="\0", q_X="1", website="y").status_code == 302
    assert ballots()[0][3] == {"T1": "x"}
    for path in ("s/%00/", "s/" + "9" * 300 + "/", "s/%F0%9F%98%80/"):
        assert Client().get(f"/surveys/{open_survey.code}/{path}").status_code in (200, 400)
    assert Client().put(f"/surveys/{open_survey.code}/").status_code == 405


def test_parts_are_asked_below_their_question(cast: Cast) -> None:
    from surveys.models import Questionnaire
    from surveys.services.questionnaires import draft_version, publish_version

    questionnaire = Questionnaire.objects.create(slug="parts", title="ฝึก", purpose="practice_iit")
    content = {
        "asks_division": False,
        "questions": [
            {"code": "I1", "text": "เรื่องดังต่อไปนี้", "explanation": "คำอธิบายหนึ่ง",
             "parts": [{"code": "I1.1", "text": "ขั้นตอน"}, {"code": "I1.2", "text": "เวลา"}]},
            {"code": "I2", "kind": "yes_no", "reversed": True, "text": "มีหรือไม่"},
        ],
    }  # fmt: skip
    practice = survey(
        publish_version(draft_version(questionnaire, content, by=cast.secretary), by=cast.secretary), today()
    )
    with CaptureQueriesContext(connection) as few:
        page = Client().get(f"/surveys/{practice.code}/")
    text = page.content.decode()
    assert [text.count(f'name="q-{code}"') for code in ("I1", "I1.1", "I1.2", "I2", "nothing")] == [0, 4, 4, 2, 0]
    assert "คำอธิบายหนึ่ง" in text
    assert 'name="division"' not in text
    answers = {"q-I1.1": 0, "q-I1.2": 3, "q-I2": 0}
    assert Client().post(f"/surveys/{practice.code}/", {"q-I1.1": 0, "q-I2": 0}).status_code == 422
    assert Client().post(f"/surveys/{practice.code}/", answers).status_code == 302
    assert Ballot.objects.get().choices == {"I1.1": 0, "I1.2": 3, "I2": 0}
    assert len(few) <= 5


def test_ten_answers_are_counted_as_they_come(open_survey: Survey, cast: Cast) -> None:
    for level in range(10):
        send(open_survey, level=level % 4)
    assert (Turnout.objects.get().n, Ballot.objects.count()) == (5, 5)
    close(open_survey, by=cast.secretary)
    assert (Turnout.objects.get().n, Ballot.objects.count()) == (10, 0)
    assert count_rest(open_survey) == 0
