"""A case is not there for whoever it is not sealed to: in no list, search, file, count, task, page or error.

And every act in every state, as an officer with the case sends it: what the table allows happens, all else changes
nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test import Client

from complaints.casework import CASE_ACTS
from complaints.choices import FINISHED, Act, Outcome, Refusal, State
from complaints.conflict import Accused
from complaints.models import Attachment, Case
from complaints.services.filing import Filed
from complaints.workflow import OFFICER_ACTS, TRANSITIONS, allows

from .conftest import Desk
from .test_desk import in_state, last
from .test_working_copy import attach

SECRET = "ความลับที่ห้ามเห็น"
NAME = "เรื่องของหลังบ้าน"
READER = "integrity"
OTHERS = ("citizen", "staff", "mayor", "admin", "integrity2")
"""One of each kind: nobody, staff, who is above, who keeps the portal, the accused officer. The table of permissions
asks everybody."""


@dataclass(frozen=True)
class Hidden:
    """A case of `integrity` alone, about `integrity2`; and a reference that belongs to nothing."""

    case: Case
    file: Attachment
    nothing: str = "2222-2222"


@pytest.fixture
def hidden(desk: Desk, file_case: Callable[..., Filed]) -> Hidden:
    """The complaint, with a file."""
    accused = Accused("", "", None, frozenset({desk.officer("integrity2").pk}))
    filed = file_case(narrative=SECRET, accused_name=NAME, accused=accused, identity={"contact_name": SECRET})
    return Hidden(filed.case, attach(desk, filed, f"{SECRET}.txt", b"text"))


def browser(desk: Desk, name: str) -> Client:
    """Their browser; an officer's vault is open in it."""
    return desk.client(name) if name in desk.vaults else desk.cast.client(name)


def pages(hidden: Hidden) -> Iterator[str]:
    """Where a person might look."""
    yield from (
        "/", "/staff/", "/complaints/", "/complaints/statistics/", "/complaints/statistics.json", "/measures/",
        "/complaints/desk/", "/complaints/desk/?state=all", "/complaints/desk/?overdue=1", "/complaints/desk/?news=1",
        "/complaints/desk/cases.csv?state=all", "/complaints/desk/intake/", "/complaints/desk/officers/",
        "/complaints/desk/recovery/",
    )  # fmt: skip
    yield "/admin/"
    for model in admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        yield from (
            base,
            f"{base}?q={SECRET}",
            f"{base}{hidden.case.pk}/change/",
            f"{base}1/change/",
            f"{base}1/history/",
        )


def marks(hidden: Hidden) -> tuple[str, ...]:
    """What would give it away."""
    return (hidden.case.reference, str(hidden.case.pk), str(hidden.file.pk), SECRET, NAME)


def text_of(response: Any) -> str:
    """The body, streamed or not."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", content.decode("utf-8", "replace"))


@pytest.mark.parametrize("name", OTHERS)
def test_no_page_shows_it(desk: Desk, hidden: Hidden, name: str) -> None:
    client = browser(desk, name)
    for path in pages(hidden):
        client.cookies.pop("messages", None)  # the admin repeats what was asked for on the next page
        response = client.get(path)
        assert response.status_code < 500
        body = text_of(response)
        found = [mark for mark in marks(hidden) if mark in body and mark not in path]
        assert not found, f"{path} shows {found} to {name}"


def test_the_reader_sees_it_where_others_do_not(desk: Desk, hidden: Hidden) -> None:
    """Else the test above would find nothing anywhere."""
    client = browser(desk, READER)
    assert hidden.case.reference in text_of(client.get("/complaints/desk/?state=all"))
    assert SECRET in text_of(client.get(f"/complaints/desk/{hidden.case.reference}/"))


def test_the_other_officer_counts_nothing(desk: Desk, hidden: Hidden) -> None:
    page = text_of(browser(desk, "integrity2").get("/en/complaints/desk/"))
    assert "No complaint is in progress." in page
    assert page.count("<strong>0</strong>") == 5
    csv = text_of(browser(desk, "integrity2").get("/complaints/desk/cases.csv?state=all"))
    assert len(csv.splitlines()) == 1
    assert "/complaints/desk/?" not in text_of(desk.cast.client("integrity2").get("/staff/"))
    assert "/complaints/desk/?" in text_of(desk.cast.client("integrity").get("/staff/"))


def addresses(reference: str, file: object) -> Iterator[tuple[str, str]]:
    """Everything below a case."""
    base = f"/complaints/desk/{reference}/"
    yield "GET", base
    yield "GET", f"{base}files/{file}/"
    yield "GET", f"{base}files/{file}/working-copy/"
    for act in CASE_ACTS:
        yield "POST", f"{base}acts/{act}/"
    for end in ("identity/", "package/", "package/file/"):
        yield "POST", base + end


@pytest.mark.parametrize("name", OTHERS)
def test_every_address_of_it_answers_as_if_there_were_nothing(desk: Desk, hidden: Hidden, name: str) -> None:
    client, before = browser(desk, name), snapshot()
    for (method, real), (_method, made_up) in zip(
        addresses(hidden.case.reference, hidden.file.pk), addresses(hidden.nothing, hidden.file.pk), strict=True
    ):
        data = everything(desk, hidden.case)
        answers = [
            client.generic(method, path) if method == "GET" else client.post(path, data) for path in (real, made_up)
        ]
        codes = [answer.status_code for answer in answers]
        assert codes[0] == codes[1]
        assert codes[0] == (404 if name in desk.vaults else 302 if name == "citizen" else 403)
        bodies = [text_of(answer) for answer in answers]
        assert bodies[0].replace(hidden.case.reference, hidden.nothing) == bodies[1]
    assert snapshot() == before


def test_a_guess_is_answered_as_any_other_missing_page(desk: Desk, hidden: Hidden) -> None:
    """The words of the 404 are the portal's own: nothing says that it is about complaints."""
    client = browser(desk, "integrity2")
    case = text_of(client.get(f"/complaints/desk/{hidden.case.reference}/"))
    other = text_of(client.get("/complaints/desk/nothing-like-this/"))
    main = slice_of(case)
    assert main == slice_of(other)


def slice_of(page: str) -> str:
    """The content of a page, without header and footer."""
    return page[page.index("<main") : page.index("</main>")]


def test_the_admin_knows_no_complaint() -> None:
    known = {model._meta.object_name for model in admin.site._registry if model._meta.app_label == "complaints"}
    assert known <= {"ChannelSettings"}


def test_nothing_in_clear_lies_in_the_database(hidden: Hidden) -> None:
    """Every column of every table of the channel, as bytes and as text."""
    for model in apps.get_app_config("complaints").get_models():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT row_to_json(t)::text FROM {model._meta.db_table} t")
            for (row,) in cursor.fetchall():
                assert SECRET not in row
                assert SECRET.encode().hex() not in row
                assert json.dumps(SECRET).strip('"') not in row


# Every act in every state -----------------------------------------------------------------------------------


def everything(desk: Desk, case: Case) -> dict[str, Any]:
    """Fields that satisfy the form of every act."""
    return {
        "seen": last(case), "text": "ข้อความ", "handler": desk.officer(READER).pk, "refusal": Refusal.COURT.value,
        "body": "nacc", "number": "1", "note": "n", "outcome": Outcome.CORRECTED.value, "reason": "จำเป็น",
        "to": desk.officer("integrity2").pk, "receiver": "ป.ป.ช.", "passphrase": "2345-2345-2345-2345-2345",
    }  # fmt: skip


def snapshot() -> dict[str, int | list[Any]]:
    """What the database holds of complaints."""
    tables: dict[str, int | list[Any]] = {
        model.__name__: model._default_manager.count()
        for model in apps.get_app_config("complaints").get_models()
        if model.__name__ != "KeySession"
    }
    tables["cases"] = list(Case.objects.order_by("pk").values())
    return tables


ADDRESSES = {Act.OPEN_IDENTITY: "identity/", Act.EXPORT: "package/file/"}


@pytest.mark.parametrize("state", list(State))
def test_every_act_by_its_state(desk: Desk, file_case: Callable[..., Filed], state: State) -> None:
    client, case = desk.client(READER), in_state(desk, file_case, state)
    # What is forbidden first, on one case: it changes nothing. Each of the others has a case of its own.
    for act in sorted(OFFICER_ACTS, key=lambda act: (allows(act, state), act)):
        if act == Act.SHARE:
            continue  # nobody is left to share with here: tests/complaints/test_desk.py
        if allows(act, state):
            case = in_state(desk, file_case, state)
        before = snapshot()
        path = ADDRESSES.get(act, f"acts/{act.value}/")
        response = client.post(f"/complaints/desk/{case.reference}/{path}", everything(desk, case))
        body = text_of(response)
        case.refresh_from_db()
        if allows(act, state):
            assert response.status_code in (200, 303), (act, state)
            assert case.state == TRANSITIONS[act][state], (act, state)
            assert snapshot() != before, (act, state)
            assert (case.finished_on is not None) == (case.state in FINISHED)
        else:
            assert response.status_code == 409, (act, state)
            assert case.state == state
            assert snapshot() == before, (act, state)
            typed = act in (Act.ASK, Act.REFUSE, Act.REFER, Act.CLOSE, Act.REOPEN)
            assert not typed or "ข้อความ" in body


def test_the_page_offers_what_the_table_allows(desk: Desk, file_case: Callable[..., Filed]) -> None:
    for state in State:
        case = in_state(desk, file_case, state)
        page = text_of(desk.client(READER).get(f"/complaints/desk/{case.reference}/"))
        for act in set(CASE_ACTS) - {"share", "assign"}:
            assert (f"/acts/{act}/" in page) is allows(Act(act), state), (act, state)
