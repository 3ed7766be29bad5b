"""The desk: who may enter, opening, occasions, closing, slips and the poster."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
import typst
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

import ita_portal.pdf
from ita_portal.fiscal import FiscalQuarter, FiscalYear, today
from ita_portal.qr import document_svg
from surveys import slips
from surveys.choices import State
from surveys.models import Ballot, Questionnaire, Slip, SlipBatch, Survey, Turnout
from surveys.services.surveys import close, print_slips

from ..cast import Cast
from .factories import DAY, survey, version
from .forms import send

pytestmark = pytest.mark.django_db
DESK = "/surveys/desk/"


@pytest.fixture
def office(cast: Cast) -> Client:
    """The Office of the Permanent Secretary."""
    return cast.client("secretary")


def test_who_may_enter(cast: Cast, open_survey: Survey) -> None:
    batch, _codes = print_slips(open_survey, 3, "ก", by=cast.secretary)
    mine = f"{DESK}{open_survey.code}/"
    pages = (DESK, f"{DESK}new/", f"{DESK}remarks/", mine, f"{mine}close/", f"{mine}slips/", f"{mine}poster.pdf")
    staff, nobody = cast.client("staff"), Client()
    for path in pages:
        assert staff.get(path).status_code == 403, path
        assert nobody.get(path).status_code == 302, path
    for path in (DESK, f"{DESK}new/", f"{mine}close/", f"{mine}slips/", f"{mine}slips/{batch.pk}/revoke/"):
        assert staff.post(path, {"many": 3, "place": "ก"}).status_code == 403, path
        assert nobody.post(path).status_code == 302, path
    open_survey.refresh_from_db()
    assert (open_survey.closed_at, SlipBatch.objects.count(), Survey.objects.count()) == (None, 1, 1)


def test_a_year_at_a_glance_in_few_queries(office: Client, cast: Cast) -> None:
    of = version(cast.secretary)
    Questionnaire.objects.update(regular=True)
    year = FiscalYear.current()
    for quarter in year.quarters[1:]:
        survey(of, today(), quarter=quarter.number, fiscal_year=year.number)
    office.get(DESK)
    with CaptureQueriesContext(connection) as few:
        page = office.get(DESK)
    Survey.objects.bulk_create(
        Survey(questionnaire=of.questionnaire, version=of, title=f"งาน {number}", fiscal_year=year.number,
               opens_on=year.start, closes_on=year.end)
        for number in range(30)
    )  # fmt: skip
    one = Survey.objects.filter(quarter=None).latest("pk")
    Turnout.objects.create(survey=one, way="open_link", n=7)
    Ballot.objects.bulk_create(Ballot(survey=one, way="single_use", choices={}, remarks={}) for _number in range(6))
    with CaptureQueriesContext(connection) as many:
        listed = office.get(DESK)
    assert len(many) <= len(few) + 3
    assert page.status_code == listed.status_code == 200
    assert len(listed.context["occasions"]) == 20
    (card,) = (card for card in listed.context["occasions"] if card.survey.pk == one.pk)
    assert [row[1] for row in card.came.by_way] == [7, 0]
    assert card.came.waiting == 6
    rest = office.get(DESK, {"after": listed.context["next"], "year": year.number})
    assert len(rest.context["occasions"]) == 10
    for wrong in ("2499", "2701", "x", "๒๕๗๐", "9" * 50):
        assert office.get(DESK, {"year": wrong}).status_code == 404
    assert office.get(DESK, {"after": "9" * 500}).status_code == 200
    assert office.get(f"{DESK}nothing/").status_code == 404


def test_the_survey_of_the_quarter_is_opened_by_hand_once(office: Client, cast: Cast) -> None:
    version(cast.secretary)
    Questionnaire.objects.update(regular=True)
    quarter = FiscalQuarter.current()
    button = {"questionnaire": "test", "quarter": str(quarter)}
    for _time in range(2):
        answered = office.post(DESK, button)
        made = Survey.objects.get()
        assert (answered.status_code, answered["Location"]) == (302, f"{DESK}{made.code}/")
    assert (made.quarter, made.opened_by) == (quarter.number, cast.secretary)
    before = str(FiscalQuarter.of(quarter.start - DAY))
    for wrong in ({}, {**button, "quarter": before}, {**button, "questionnaire": "x\0"}, {**button, "quarter": "5/9"}):
        assert office.post(DESK, wrong).status_code == 422
    assert Survey.objects.count() == 1


def test_an_occasion(office: Client, cast: Cast) -> None:
    of = version(cast.secretary)
    draft = version(cast.secretary, slug="draft")
    assert draft.state == State.PUBLISHED
    form = office.get(f"{DESK}new/").context["form"]
    given = {
        "questionnaire": of.pk, "title": "อำเภอยิ้ม", "opens_on": "23/11/2569", "closes_on": "2026-11-30",
        "way": "codes", "form_mark": form.initial["form_mark"],
    }  # fmt: skip
    wrongs: list[tuple[str, Any]] = [
        ("closes_on", "2026-11-01"), ("title", " "), ("title", "ก" * 201), ("questionnaire", "9" * 30), ("way", "x"),
        ("opens_on", "9" * 99), ("opens_on", ""),
    ]  # fmt: skip
    for field, wrong in wrongs:
        page = office.post(f"{DESK}new/", {**given, field: wrong})
        assert page.status_code == 422, field
        assert f'id="id_{field}_error"' in page.content.decode(), field
    assert not Survey.objects.exists()
    first, again = (office.post(f"{DESK}new/", given) for _time in range(2))
    made = Survey.objects.get()
    assert first["Location"] == again["Location"] == f"{DESK}{made.code}/"
    assert (made.name, made.open_link, made.fiscal_year, made.quarter) == ("อำเภอยิ้ม", False, 2570, None)


def test_closing_asks_first(office: Client, open_survey: Survey) -> None:
    for _number in range(3):
        send(open_survey)
    path = f"{DESK}{open_survey.code}/close/"
    assert office.get(path).status_code == 200
    assert Survey.objects.filter(closed_at=None).exists(), "looking changes nothing"
    for _time in range(2):
        assert office.post(path).status_code == 302
    assert Turnout.objects.get().n == 3
    assert office.get(path).status_code == 200
    page = office.get(f"{DESK}{open_survey.code}/").content.decode()
    assert f"/surveys/desk/{open_survey.code}/slips/" not in page


def test_slips_are_the_answer_to_the_form(office: Client, open_survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, Any] = {}
    compile_document = typst.compile

    def note(template: Any, **options: Any) -> bytes:
        made.update(options)
        return compile_document(template, **options)

    monkeypatch.setattr(ita_portal.pdf.typst, "compile", note)
    path = f"{DESK}{open_survey.code}/slips/"
    mark = office.get(path).context["form"].initial["form_mark"]
    for field, wrong in (("many", "0"), ("many", "601"), ("many", "9" * 5000), ("place", " "), ("place", "ก" * 201)):
        page = office.post(path, {"many": "14", "place": "เคาน์เตอร์กองคลัง", field: wrong})
        assert page.status_code == 422
        assert f'id="id_{field}_error"' in page.content.decode()
    given = {"many": "14", "place": "เคาน์เตอร์กองคลัง", "form_mark": mark}
    sent = office.post(path, given)
    assert (sent.status_code, sent["Content-Type"], sent["Cache-Control"]) == (
        200, "application/pdf", "private, no-store",
    )  # fmt: skip
    document = PdfReader(io.BytesIO(sent.content))
    assert len(document.pages) == 2, "twelve on a page"
    text = "".join(page.extract_text() for page in document.pages)
    codes = [re.sub(r"\D", "", code) for code in re.findall(r"\b\d{4} \d{4} \d{4}\b", text)]
    assert len(set(codes)) == 14
    assert sorted(map(slips.digest, codes)) == sorted(Slip.objects.values_list("digest", flat=True))
    printed = json.loads(made["sys_inputs"]["data"])["content"]["slips"]
    leads_to = [document_svg(f"http://testserver/surveys/{open_survey.code}/s/{code}/") for code in codes]
    assert [one["qr"] for one in printed] == leads_to, "the code beside it opens the form with this very code"
    for code in codes:
        assert not SlipBatch.objects.filter(place__contains=code).exists()
    again = office.post(path, given)
    assert (again.status_code, again.context["printed_before"]) == (422, True)
    assert (SlipBatch.objects.count(), Slip.objects.count()) == (1, 14)
    assert send(open_survey, slip=codes[0]).status_code == 302


def test_slips_that_did_not_get_onto_paper_are_not_kept(
    office: Client, open_survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_options: Any) -> bytes:
        raise RuntimeError

    monkeypatch.setattr("surveys.views.slips.slips_pdf", fail)
    with pytest.raises(RuntimeError):
        office.post(f"{DESK}{open_survey.code}/slips/", {"many": "3", "place": "ก"})
    assert not SlipBatch.objects.exists()


def test_used_slips_are_told_in_fives_and_lost_ones_made_worthless(
    office: Client, open_survey: Survey, cast: Cast
) -> None:
    batch, codes = print_slips(open_survey, 9, "กองคลัง", by=cast.secretary)
    page = f"{DESK}{open_survey.code}/"
    told = []
    for code in codes[:7]:
        send(open_survey, slip=code)
        told.append(office.get(page).context["batches"][0].used)
    assert told == [0, 0, 0, 0, 5, 5, 5]
    path = f"{page}slips/{batch.pk}/revoke/"
    assert office.get(path).status_code == 405
    for wrong in (f"{page}slips/{batch.pk + 1}/revoke/", f"{page}slips/{'9' * 40}/revoke/"):
        assert office.post(wrong).status_code == 404
    for _time in range(2):
        assert office.post(path).status_code == 302
    assert send(open_survey, slip=codes[8]).status_code == 422
    close(open_survey, by=cast.secretary)
    assert not Slip.objects.exists()
    assert office.get(page).context["batches"][0].used == 5


def test_the_poster_leads_to_the_form(office: Client, open_survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    empty = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'

    def draw(address: str) -> str:
        made.append(address)
        return empty

    monkeypatch.setattr("surveys.documents.poster.document_svg", draw)
    path = f"{DESK}{open_survey.code}/poster.pdf"
    sent = office.get(path, {"size": "card"})
    document = PdfReader(io.BytesIO(sent.content))
    assert [round(page.mediabox.width / 72 * 25.4) for page in document.pages] == [210]
    text = document.pages[0].extract_text().replace("\n", "").replace(" ", "")
    assert f"/surveys/{open_survey.code}" in text
    assert open_survey.name in text
    assert made == [f"http://testserver/surveys/{open_survey.code}/"]
    assert office.get(path, {"size": "a5"}).status_code == 404
