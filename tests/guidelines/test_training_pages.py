"""The pages of trainings: who may open what, what everybody sees, what is typed wrong, how many queries it takes."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from guidelines.check_in_codes import EVERY, TAKEN_FOR, printed_code, screen_code
from guidelines.models import Attendance, Certificate, Enrolment, Training, TrainingResult
from guidelines.services.certificates import issue_certificate
from guidelines.services.trainings_people import check_in, enrol
from guidelines.trainings_choices import TrainingState
from ita_portal.fiscal import FiscalYear, today
from organization.models import Division

from ..cast import Cast
from .training_factories import DAY, go, mark, session_of, training

pytestmark = pytest.mark.django_db
S = TrainingState
ALL = "/guidelines/trainings/"
DESK = f"{ALL}desk/"


def queries(client: Client, path: str) -> int:
    """How many queries a page takes when it is made."""
    caches["pages"].clear()
    with CaptureQueriesContext(
        connection,
    ) as found:
        answer = client.get(path)
    assert answer.status_code == 200, path
    return len(found)


def typed(**changes: Any) -> dict[str, Any]:
    """The organiser's form, filled in."""
    return {
        "title": "อบรมจริยธรรม", "topic": "ethics", "objective": "รู้", "content": "", "trainer": "นิติกร",
        "place": "ห้องประชุม", "online_url": "", "hours": "6", "seats": "20", "enrol_until": "23/11/2569",
        "pass_mark": "60", "for_all": "on",
        "organiser": Division.objects.earliest("order").pk, "day": "24/11/2569", "begins": "09:00", "ends": "16.00 น.",
        "form_mark": mark(), **changes,
    }  # fmt: skip


class TestWhoMayOpenWhat:
    def test_addresses_by_role(self, cast: Cast) -> None:
        made = training(cast.secretary, questions=1, for_all=False, divisions=[cast.staff.division])
        draft = training(cast.secretary, state="draft")
        session = session_of(made)
        own, desk = f"{ALL}{made.pk}/", f"{DESK}{made.pk}/"
        clients = {name: cast.client(name) for name in ("citizen", "staff", "staff2", "secretary")}
        table = {
            # path: citizen, staff (meant), staff2 (not meant), secretary
            f"{ALL}mine/": (302, 200, 200, 200),
            own: (302, 200, 404, 200),
            f"{ALL}{draft.pk}/": (302, 404, 404, 200),
            f"{own}test/before/": (302, 302, 404, 302),
            f"{own}test/never/": (302, 404, 404, 404),
            f"{ALL}check-in/{session.pk}/AAAA/": (302, 422, 404, 422),
            f"{ALL}check-in/{session_of(draft).pk}/AAAA/": (302, 404, 404, 404),
            DESK: (302, 403, 403, 200), f"{DESK}new/": (302, 403, 403, 200), desk: (302, 403, 403, 200),
            f"{desk}edit/": (302, 403, 403, 200), f"{desk}sessions/new/": (302, 403, 403, 200),
            f"{desk}sessions/{session.pk}/": (302, 403, 403, 200), f"{desk}questions/": (302, 403, 403, 200),
            f"{desk}questions/{made.questions.get().pk}/": (302, 403, 403, 200), f"{desk}people/": (302, 403, 403, 200),
            f"{desk}people.csv": (302, 403, 403, 200), f"{desk}sessions/{session.pk}/screen/": (302, 403, 403, 200),
            f"{desk}sessions/{session_of(draft).pk}/screen/": (302, 403, 403, 404),
            f"{desk}sessions/{session.pk}/poster.pdf": (302, 403, 403, 200), f"{desk}move/": (302, 405, 405, 405),
            f"{ALL}999999999999999999999/": (302, 404, 404, 404),
        }  # fmt: skip
        for path, codes in table.items():
            found = tuple(client.get(path).status_code for client in clients.values())
            assert found == codes, path
        for path in (f"{own}enrol/", f"{own}withdraw/", f"{own}certificate/"):
            assert clients["staff2"].post(path).status_code == 404
        for path in ("move", "feedback", "edit", "people", "questions"):
            assert clients["staff"].post(f"{desk}{path}/").status_code == 403
        assert not Enrolment.objects.exists()


class TestEverybody:
    @pytest.fixture
    def held(self, cast: Cast) -> Training:
        """An ethics training with five people of กองช่าง, กองคลัง and others, closed."""
        made = training(cast.secretary)
        for user in (cast.staff, cast.staff2, cast.head, cast.budget, cast.secretary):
            check_in(session_of(made), by=user)
        return go(made, S.HELD, S.CLOSED)

    def test_numbers_and_no_names(self, cast: Cast, held: Training, client: Client) -> None:
        cancelled = training(cast.secretary, title="ถูกยกเลิก")
        Training.objects.filter(pk=cancelled.pk).update(state=S.CANCELLED, reason="ฝน")
        training(cast.secretary, title="ฉบับร่าง", state="draft")
        page = client.get(ALL).content.decode()
        assert held.title in page
        for path in (ALL, f"{ALL}list.csv", f"{ALL}list.json"):
            text = client.get(path).content.decode()
            assert "ถูกยกเลิก" not in text
            assert "ฉบับร่าง" not in text
            for user in (cast.staff, cast.staff2, cast.head, cast.budget):
                assert user.get_full_name() not in text
        (row,) = json.loads(client.get(f"{ALL}list.json").content)["trainings"]
        assert (row["attended"], row["topic"], row["state"]) == (5, "ethics", "closed")
        caches["pages"].clear()
        context = client.get(ALL).context
        assert [(group.name, group.people) for group in context["figures"].groups] == [("", 5)]

    def test_filters_and_what_makes_no_sense(self, cast: Cast, held: Training, client: Client) -> None:
        year = FiscalYear.current().number
        assert [one.training for one in client.get(f"{ALL}?year={year}&kind=ethics").context["held"]] == [held]
        assert client.get(f"{ALL}?year={year}&kind=budget").context["held"] == []
        assert client.get(f"{ALL}?year=2560").context["held"] == []
        huge = "after=2026-11-23.9999999999999999999"
        for query in ("year=9999", "year=ก", "kind=%27", "after=1.2.3", "year=²²²²", huge):
            assert client.get(f"{ALL}?{query}").status_code == 200, query
        assert client.get(f"{ALL}list.exe").status_code == 404
        assert json.loads(client.get(f"{ALL}list.json?kind=budget").content)["trainings"] == []

    def test_a_change_shows_on_the_next_request(self, cast: Cast, client: Client) -> None:
        made = training(cast.secretary)
        assert client.get(ALL).context["figures"].people == 0
        assert client.get(ALL)["ETag"] == client.get(ALL)["ETag"]
        check_in(session_of(made), by=cast.staff)
        assert client.get(ALL).context["figures"].people == 1

    def test_queries_do_not_grow(self, cast: Cast) -> None:
        made = [training(cast.secretary) for _number in range(2)]
        citizen, staff, secretary = (cast.client(name) for name in ("citizen", "staff", "secretary"))
        check_in(session_of(made[0]), by=cast.staff)
        desk = f"{DESK}{made[0].pk}/people/"
        pages = ((citizen, ALL), (staff, f"{ALL}mine/"), (secretary, DESK), (secretary, desk))
        few = [queries(*page) for page in pages]
        for number in range(6):
            more = training(cast.secretary, title=f"อีกครั้ง {number}", questions=1)
            enrol(more, by=cast.staff)
            check_in(session_of(more), by=cast.head)
        for user in (cast.head, cast.staff2, cast.budget):
            check_in(session_of(made[0]), by=user)
        many = [
            queries(citizen, ALL),
            queries(staff, f"{ALL}mine/"),
            queries(secretary, DESK),
            queries(secretary, desk),
        ]
        assert many == few
        assert few[0] <= 14


class TestTheWayThroughATraining:
    def test_from_the_draft_to_the_certificate(self, cast: Cast) -> None:
        """As the office and a person of the staff go through it."""
        office, staff = cast.client("secretary"), cast.client("staff")
        day = today().strftime(f"%d/%m/{today().year + 543}")
        form = typed(day=day, enrol_until=day, begins="00:00", ends="23:59")
        answer = office.post(f"{DESK}new/", form)
        assert office.post(f"{DESK}new/", form)["Location"] == answer["Location"], "sent twice is one"
        made = Training.objects.get()
        desk, own = f"{DESK}{made.pk}/", f"{ALL}{made.pk}/"
        assert answer["Location"] == desk
        for right in range(2):
            sent = {"text": f"ข้อ {right}", "option_0": "ก", "option_1": "ข", "right": str(right), "why": "เพราะ"}
            assert office.post(f"{desk}questions/", sent).status_code == 302
        assert office.post(f"{desk}move/", {"act": "announced"}).status_code == 302
        assert any(task.url == f"{ALL}mine/" for task in staff.get("/staff/").context["tasks"])
        assert staff.post(f"{own}enrol/").status_code == 302
        questions = list(made.questions.all())
        name = [f"question_{one.pk}" for one in questions]
        half = staff.post(f"{own}test/before/", {name[0]: "1"})
        assert half.status_code == 422
        assert "checked" in half.content.decode(), "what was chosen stays chosen"
        assert staff.post(f"{own}test/before/", {name[0]: "1", name[1]: "0"}).status_code == 302
        session = session_of(made)
        screen = office.get(f"{desk}sessions/{session.pk}/screen/")
        assert screen["Refresh"] == str(EVERY)
        code = f"{ALL}check-in/{session.pk}/{screen_code(session, timezone.now())}/"
        assert staff.post(f"{ALL}check-in/{session.pk}/AAAAAAAAAAAA/").status_code == 422
        opened = staff.get(code)
        assert (opened.status_code, Attendance.objects.count()) == (200, 0), "to look writes nothing"
        assert staff.post(code, {"seen": opened.context["seen"]}).status_code == 302
        assert staff.post(code).status_code == 302
        assert Attendance.objects.get().user == cast.staff
        assert staff.post(f"{own}withdraw/").status_code == 422
        assert staff.post(f"{own}certificate/").status_code == 422
        assert office.post(f"{desk}move/", {"act": "held"}).status_code == 302
        assert staff.post(f"{own}certificate/").status_code == 422, "the test is still to be passed"
        assert staff.post(f"{own}test/after/", {name[0]: "0", name[1]: "1"}).status_code == 302
        assert sorted(TrainingResult.objects.values_list("moment", "correct")) == [("after", 2), ("before", 0)]
        assert staff.post(f"{own}certificate/").status_code == 302
        issued = Certificate.objects.get()
        page = staff.get(own).content.decode()
        assert f"certificates/{issued.code}.pdf" in page
        assert "เพราะ" in page, "who has passed reads why"
        assert office.post(f"{desk}move/", {"act": "closed"}).status_code == 302
        assert office.post(f"{desk}edit/", typed(edits="0")).status_code == 422

    def test_a_right_code_may_be_confirmed_late_by_the_same_person_only(self, cast: Cast) -> None:
        session = session_of(training(cast.secretary))
        old = timezone.now() - dt.timedelta(seconds=EVERY * TAKEN_FOR)
        stale = f"{ALL}check-in/{session.pk}/{screen_code(session, old)}/"
        staff, other = cast.client("staff"), cast.client("staff2")
        assert staff.get(stale).status_code == 422
        seen = staff.get(f"{ALL}check-in/{session.pk}/{printed_code(session)}/").context["seen"]
        for forged in ("", "x", seen[:-1], "\x00", "a" * 5000):
            assert other.post(stale, {"seen": forged}).status_code == 422
        assert other.post(stale, {"seen": seen}).status_code == 422, "it was another person's"
        assert staff.post(stale, {"seen": seen}).status_code == 302
        assert Attendance.objects.get().user == cast.staff

    def test_the_organisers_list(self, cast: Cast) -> None:
        made = training(cast.secretary, seats=3)
        session = session_of(made)
        enrol(made, by=cast.staff)
        check_in(session, by=cast.head)
        office, people = cast.client("secretary"), f"{DESK}{made.pk}/people/"
        ticks = {"act": "tick", "session": session.pk, "there": [cast.staff.pk, 99999, "x"]}
        assert office.post(people, ticks).status_code == 302
        assert office.post(people, ticks).status_code == 302
        added = {"act": "add", "session": session.pk, "person": cast.staff2.pk}
        assert office.post(people, added).status_code == 302
        assert office.post(people, {**added, "person": cast.budget.pk}).status_code == 422, "three seats"
        assert office.post(people, {**added, "person": "x"}).status_code == 422
        assert office.post(people, {"act": "untick", "session": session.pk, "user": cast.staff.pk}).status_code == 302
        assert office.post(people, {"act": "release", "session": session.pk, "user": cast.staff.pk}).status_code == 302
        assert office.post(people, {"act": "?"}).status_code == 422
        assert set(Attendance.objects.values_list("user__username", "way")) == {("head", "code"), ("staff2", "ticked")}
        (taken,) = office.get(people).context["taken_out"]
        assert taken[1:] == (str(cast.staff), str(cast.secretary))
        text = office.get(f"{DESK}{made.pk}/people.csv").content.decode("utf-8-sig")
        assert str(cast.head) in text
        assert str(cast.secretary) in text, "who ticked"
        assert office.get(f"{DESK}{made.pk}/people.xlsx").status_code == 200
        assert office.get(f"{DESK}{made.pk}/people.exe").status_code == 404

    def test_what_is_typed_wrong_is_said_and_kept(self, cast: Cast) -> None:
        office = cast.client("secretary")
        wrong = {
            "title": "\x00", "topic": "?", "hours": "NaN", "seats": "0", "enrol_until": "31/02/2569", "day": "1/1/9999",
            "begins": "25:00", "ends": "ก", "pass_mark": "101", "organiser": "99999999999999999999", "divisions": "x",
            "online_url": "javascript:alert(1)",
        }  # fmt: skip
        for name, value in wrong.items():
            answer = office.post(f"{DESK}new/", typed(**{name: value}))
            assert answer.status_code == 422, name
            assert name in answer.context["form"].errors, name
            assert "นิติกร" in answer.content.decode()
        late = office.post(f"{DESK}new/", typed(enrol_until="25/11/2569"))
        assert "enrol_until" in late.context["form"].errors
        assert not Training.objects.exists()
        made = training(cast.secretary)
        desk = f"{DESK}{made.pk}/"
        for path, sent in (
            ("questions/", {"text": "ข้อ", "option_0": "ก", "option_1": "ก", "right": "0"}),
            ("questions/", {"text": "ข้อ", "option_0": "ก", "option_1": "ข", "option_3": "ง", "right": "0"}),
            ("questions/", {"text": "ข้อ", "option_0": "ก", "option_1": "ข", "right": "5"}),
            ("sessions/new/", {"day": "24/11/2569", "begins": "10:00", "ends": "09:00"}),
            ("move/", {"act": "?"}),
            ("move/", {"act": "cancelled", "reason": " "}),
            ("feedback/", {}),
        ):
            assert office.post(desk + path, sent).status_code == 422, path
        assert made.questions.count() == 0


class TestCertificates:
    def test_the_file_and_its_check(self, cast: Cast) -> None:
        made = training(cast.secretary, title="อบรม #1 *จริยธรรม*")
        check_in(session_of(made), by=cast.staff)
        go(made, S.HELD)
        issued = issue_certificate(made, by=cast.staff)
        path = f"{ALL}certificates/{issued.code}.pdf"
        codes = [cast.client(name).get(path).status_code for name in ("citizen", "staff2", "secretary")]
        assert codes == [302, 404, 200]
        answer = cast.client("staff").get(path)
        (page,) = (reader := PdfReader(io.BytesIO(answer.content))).pages
        assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (842, 595)
        catalog: Any = reader.trailer["/Root"]
        assert catalog["/MarkInfo"]["/Marked"]
        assert catalog["/Lang"] == "th-TH"
        text = "".join(page.extract_text().split())
        for words in (cast.staff.get_full_name(), "#๑*จริยธรรม*", "เลขที่๑/๒๕๗๐", "๖ชั่วโมง", f"verify/{issued.code}/"):
            assert "".join(words.split()) in text, words
        citizen = cast.client("citizen")
        page_of_it = citizen.get(f"{ALL}verify/{issued.code}/").content.decode()
        assert issued.name in page_of_it
        assert 'name="robots" content="noindex"' in page_of_it
        spaced = f"{issued.code[:4]} {issued.code[4:].lower()}"
        assert citizen.get(f"{ALL}verify/", {"code": spaced})["Location"].endswith(f"/verify/{issued.code}/")
        for wrong in ("A" * 16, "x", "ก" * 16, "A" * 400, f"{issued.code}A"):
            assert citizen.get(f"{ALL}verify/{wrong}/").status_code == 404, wrong
        assert citizen.get(f"{ALL}verify/", {"code": "x"}).status_code == 422
        assert citizen.get(f"{ALL}verify/").status_code == 200

    def test_paper_for_the_organiser(self, cast: Cast) -> None:
        made = training(cast.secretary)
        check_in(session_of(made), by=cast.staff)
        office = cast.client("secretary")
        answer = office.get(f"{DESK}{made.pk}/people.pdf")
        assert str(cast.staff) in " ".join(PdfReader(io.BytesIO(answer.content)).pages[0].extract_text().split())
        poster = office.get(f"{DESK}{made.pk}/sessions/{session_of(made).pk}/poster.pdf")
        assert "no-store" in poster["Cache-Control"]
        assert len(PdfReader(io.BytesIO(poster.content)).pages) == 1


def test_days_before_today_are_no_news(cast: Cast) -> None:
    made = training(cast.secretary, day=today() - DAY)
    assert cast.client("staff").get(f"{ALL}mine/").context["others"] == []
    assert cast.client("staff").post(f"{ALL}{made.pk}/enrol/").status_code == 422


def test_the_back_office_looks_only(cast: Cast) -> None:
    """Who changed what, by name; nothing is changed there, and neither codes nor scores are shown."""
    made = training(cast.secretary, questions=1)
    check_in(session_of(made), by=cast.staff)
    TrainingResult.objects.create(training=made, user=cast.staff, moment="after", correct=1, questions=1, day=today())
    client, path = cast.client("secretary"), "/admin/guidelines/"
    rows = (made, session_of(made), Attendance.objects.get(), Enrolment.objects.get(), TrainingResult.objects.get())
    for row in rows:
        model = f"{path}{row._meta.model_name}/"
        assert client.get(model).status_code == 200, model
        page = client.get(f"{model}{row.pk}/change/")
        assert page.status_code == 200, model
        assert session_of(made).secret not in page.content.decode()
        assert not page.context["has_change_permission"] and not page.context["has_delete_permission"]
    assert client.get(f"{path}certificate/").status_code == 200
    Training.objects.filter(pk=made.pk).update(trainer="ผู้เชี่ยวชาญจากจังหวัด")
    assert "ผู้เชี่ยวชาญจากจังหวัด" in client.get(f"{path}training/{made.pk}/history/").content.decode()
    assert client.post(f"{path}training/{made.pk}/change/", {"title": "อื่น"}).status_code == 403
    assert cast.client("staff").get(f"{path}training/").status_code in (302, 403)
