"""The desk: the list, a case, each act, its files."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import sealing
from complaints.choices import Act, Body, ItemKind, Outcome, Refusal, State
from complaints.conflict import Accused
from complaints.models import Case, CaseLogEntry, Grant, Item
from complaints.opened import OpenedCase, open_for_officer
from complaints.services import acts
from complaints.services.filing import Filed
from ita_portal.fiscal import today

from .conftest import REPORT, Desk, open_vault_of

Make = Callable[..., Filed]


def opened(desk: Desk, filed: Filed, name: str = "integrity") -> OpenedCase:
    """The case as an officer reads it."""
    return open_for_officer(Case.objects.get(pk=filed.case.pk), desk.vaults[name])


def last(case: Case) -> int:
    """The number of the last piece of writing."""
    return case.items.order_by("-number").values_list("number", flat=True).first() or 0


def send(client: Any, case: Case, act: str, **data: Any) -> Any:
    """An act as its form sends it."""
    return client.post(f"/complaints/desk/{case.reference}/acts/{act}/", {"seen": last(case), **data})


# The list ------------------------------------------------------------------------------------------------


def test_no_complaint_is_said(desk: Desk) -> None:
    assert "ไม่มี" in desk.client("integrity").get("/complaints/desk/").content.decode() or "No complaint" in (
        desk.client("integrity").get("/en/complaints/desk/").content.decode()
    )


def test_the_list_shows_a_glimpse(desk: Desk, file_case: Make) -> None:
    filed = file_case(narrative="เรียกเงินค่าใบอนุญาตก่อสร้าง", accused=Accused("นายแดงต้อย"), accused_name="นายแดงต้อย")
    page = desk.client("integrity").get("/complaints/desk/").content.decode()
    assert filed.case.reference in page
    assert "เรียกเงินค่าใบอนุญาตก่อสร้าง" in page
    assert "นายแดงต้อย" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"new", "late", "mine"}), ("?state=finished", {"closed"}),
        ("?state=all", {"new", "late", "mine", "closed"}),
        ("?state=received", {"new", "late", "mine"}), ("?overdue=1", {"late"}), ("?mine=1", {"mine"}),
        ("?category=neglect", {"mine"}), ("?state=nonsense&category=nothing&page=x", {"new", "late", "mine"}),
        ("?news=1", {"new", "late"}),
    ],
)  # fmt: skip
def test_filters(desk: Desk, file_case: Make, query: str, found: set[str]) -> None:
    cases = {name: file_case(narrative=name, category="neglect" if name == "mine" else "bribery") for name in
             ("new", "late", "mine", "closed")}  # fmt: skip
    Case.objects.filter(pk=cases["late"].case.pk).update(filed_on=dt.date(2025, 1, 1), due_on=dt.date(2025, 1, 16))
    officer = desk.officer("integrity")
    acts.assign_case(opened(desk, cases["mine"]), by=officer, handler=officer)
    closed = opened(desk, cases["closed"])
    acts.accept_case(closed, by=officer)
    acts.close_case(closed, by=officer, outcome=Outcome.CORRECTED, text="จบ")
    for address in ("/complaints/desk/", "/complaints/desk/cases.csv"):
        text = desk.client("integrity").get(address + query).content.decode()
        assert {name for name, filed in cases.items() if filed.case.reference in text} == found


def test_what_waits_for_an_answer_comes_first(desk: Desk, file_case: Make) -> None:
    answered, later, sooner = file_case().case, file_case().case, file_case().case
    for case, days in ((answered, -3), (later, 9), (sooner, 2)):
        Case.objects.filter(pk=case.pk).update(
            filed_on=today() - dt.timedelta(days=9), due_on=today() + dt.timedelta(days=days)
        )
    Case.objects.filter(pk=answered.pk).update(answered_on=today())
    page = desk.client("integrity").get("/en/complaints/desk/").content.decode()
    places = [page.index(case.reference) for case in (sooner, later, answered)]
    assert places == sorted(places)
    assert "New, not considered yet" in page


def test_the_staff_page_leads_to_the_desk_though_nothing_waits(desk: Desk) -> None:
    assert 'href="/complaints/desk/"' in desk.cast.client("integrity").get("/staff/").content.decode()
    assert "/complaints/desk/" not in desk.cast.client("staff2").get("/staff/").content.decode()


def test_search_by_reference_finds_finished_ones_too(desk: Desk, file_case: Make) -> None:
    first, second = file_case(), file_case()
    acts.refuse_case(opened(desk, first), by=desk.officer("integrity"), refusal=Refusal.COURT, text="อยู่ในศาล")
    page = desk.client("integrity").get("/complaints/desk/", {"q": first.case.reference.lower()}).content.decode()
    assert first.case.reference in page
    assert second.case.reference not in page


def test_the_csv_holds_nothing_sealed(desk: Desk, file_case: Make) -> None:
    filed = file_case(narrative="ความลับในเรื่อง", accused_name="นายลับ")
    response = desk.client("integrity").get("/complaints/desk/cases.csv")
    text = response.content.decode("utf-8-sig")
    assert filed.case.reference in text
    assert "ความลับ" not in text
    assert "นายลับ" not in text
    assert "attachment" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]


def copies(desk: Desk, filed: Filed, count: int) -> None:
    """So many complaints like this one, each sealed to its officers by itself, and all written at once."""
    like = opened(desk, filed)
    content, both = like.letters[0].content, like.both
    officers = [vault.officer for vault in desk.vaults.values()]
    cases = [Case.objects.get(pk=like.case.pk) for _number in range(count)]
    for case, signs in zip(cases, itertools.product("ABCDEFGH", repeat=4), strict=False):
        case.pk, case.reference = uuid.uuid4(), f"2222-{''.join(signs)}"
        case.form_mark, case.locator_mark = os.urandom(32), os.urandom(len(case.locator_mark))
    Case.objects.bulk_create(cases)
    items = [Item(case=case, number=1, kind=ItemKind.REPORT, written_on=case.filed_on) for case in cases]
    for item in items:
        item.sealed = sealing.seal_letter(item.case.public_key, content, item.context)
    Item.objects.bulk_create(items)
    Grant.objects.bulk_create(
        Grant(
            case=case, officer=officer, sealed_keys=sealing.seal_to(officer.public_key, both, f"case {case.pk}/grant")
        )
        for case in cases
        for officer in officers
    )


def test_the_list_takes_the_same_queries_for_2_and_200(desk: Desk, file_case: Make) -> None:
    client = desk.client("integrity")

    def count() -> int:
        client.get("/complaints/desk/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/complaints/desk/").status_code == 200
        return len(queries)

    filed = [file_case() for _number in range(2)]
    few = count()
    copies(desk, filed[0], 198)
    assert count() == few
    assert few <= 20
    last_page = client.get("/complaints/desk/?page=8").content.decode()
    assert len(set(re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}", last_page))) == 25
    assert last_page.count(str(REPORT["narrative"])) == 25  # each was opened


def test_deadline_in_words(desk: Desk, file_case: Make) -> None:
    late = file_case()
    Case.objects.filter(pk=late.case.pk).update(
        filed_on=today() - dt.timedelta(days=30), due_on=today() - dt.timedelta(days=3)
    )
    assert "Overdue by 3 days" in desk.client("integrity").get("/en/complaints/desk/").content.decode()
    acts.answer_reporter(opened(desk, late), by=desk.officer("integrity"), text="ขออภัยที่ช้า")
    assert "Answered 3 days late" in desk.client("integrity").get("/en/complaints/desk/").content.decode()


# A case ---------------------------------------------------------------------------------------------------


def test_a_case_is_read_without_the_identity(desk: Desk, file_case: Make) -> None:
    filed = file_case(narrative="เล่าเรื่อง", identity={"contact_name": "สมศรี ผู้แจ้ง", "contact_phone": "0812345678"})
    page = desk.client("integrity").get(f"/en/complaints/desk/{filed.case.reference}/").content.decode()
    assert "เล่าเรื่อง" in page
    assert "สมศรี" not in page
    assert "0812345678" not in page
    assert "The reporter gave contact details" in page


def test_conversation_notes_and_log(desk: Desk, file_case: Make) -> None:
    filed, officer = file_case(), desk.officer("integrity")
    case = opened(desk, filed)
    acts.accept_case(case, by=officer)
    acts.write_note(case, by=officer, text="บันทึกภายใน")
    acts.ask_reporter(case, by=officer, text="เกิดเมื่อใด")
    acts.write_as_reporter(case, text="เมื่อวานนี้")
    acts.refer_case(case, by=officer, body=Body.NACC, number="ที่ ๑/๒๕๖๙", note="ส่งแล้ว", text="ส่งต่อแล้ว")
    page = desk.client("integrity2").get(f"/en/complaints/desk/{filed.case.reference}/").content.decode()
    for words in ("บันทึกภายใน", "เกิดเมื่อใด", "เมื่อวานนี้", "ที่ ๑/๒๕๖๙", "ส่งแล้ว", "ส่งต่อแล้ว", "The reporter wrote"):
        assert words in page
    log = page[page.index('id="log"') :]
    wrote = next(row for row in re.findall(r"<tr>.*?</tr>", log, re.S) if "The reporter wrote" in row)
    assert not re.search(r"\d\d:\d\d", wrote)
    assert re.search(r"\d\d:\d\d", next(row for row in re.findall(r"<tr>.*?</tr>", log, re.S) if "Taken up" in row))


def test_the_case_page_takes_the_same_queries_whatever_was_written(desk: Desk, file_case: Make) -> None:
    filed = file_case()
    client, address = desk.client("integrity"), f"/complaints/desk/{filed.case.reference}/"

    def count() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    acts.write_note(opened(desk, filed), by=desk.officer("integrity"), text="หนึ่ง")
    few = count()
    for number in range(10):
        acts.answer_reporter(opened(desk, filed), by=desk.officer("integrity"), text=f"ตอบ {number}")
    assert count() == few


@pytest.mark.parametrize(
    ("act", "data", "before", "after"),
    [
        ("accept", {}, State.RECEIVED, State.IN_PROGRESS),
        ("ask", {"text": "ถาม"}, State.RECEIVED, State.WAITING),
        ("answer", {"text": "ตอบ"}, State.RECEIVED, State.RECEIVED),
        ("note", {"text": "บันทึก"}, State.CLOSED, State.CLOSED),
        ("refuse", {"refusal": "court", "text": "อยู่ในศาล"}, State.IN_PROGRESS, State.REFUSED),
        ("refer", {"body": "pacc", "number": "", "note": "n", "text": "t"}, State.WAITING, State.REFERRED),
        ("close", {"outcome": "substantiated", "text": "ลงโทษแล้ว"}, State.IN_PROGRESS, State.CLOSED),
        ("reopen", {"text": "มีหลักฐานใหม่"}, State.CLOSED, State.IN_PROGRESS),
    ],
)
def test_acts(desk: Desk, file_case: Make, act: str, data: dict[str, str], before: State, after: State) -> None:
    case = in_state(desk, file_case, before)
    response = send(desk.client("integrity"), case, act, **data)
    assert response.status_code == 303
    assert response["Location"].endswith(f"/complaints/desk/{case.reference}/")
    case.refresh_from_db()
    assert case.state == after
    page = desk.client("integrity").get(response["Location"]).content.decode()
    assert data.get("text", "") in page


def in_state(desk: Desk, file_case: Make, state: State) -> Case:
    """A case that came to `state` by acts."""
    filed, officer = file_case(), desk.officer("integrity")
    case = opened(desk, filed)
    if state != State.RECEIVED:
        acts.accept_case(case, by=officer)
    match state:
        case State.WAITING:
            acts.ask_reporter(case, by=officer, text="ถาม")
        case State.REFERRED:
            acts.refer_case(case, by=officer, body=Body.NACC, number="1", note="n", text="t")
        case State.CLOSED:
            acts.close_case(case, by=officer, outcome=Outcome.CORRECTED, text="จบ")
        case State.REFUSED:
            acts.refuse_case(case, by=officer, refusal=Refusal.POLICY, text="นโยบาย")
        case State.WITHDRAWN:
            acts.withdraw_case(case)
    found = Case.objects.get(pk=filed.case.pk)
    assert found.state == state
    return found


def test_a_file_goes_with_the_answer(desk: Desk, file_case: Make) -> None:
    case = file_case().case
    paper = SimpleUploadedFile("หนังสือ.pdf", b"%PDF-1.7 letter", "application/pdf")
    assert send(desk.client("integrity"), case, "answer", text="ตามเอกสาร", attachments=paper).status_code == 303
    assert "หนังสือ.pdf" in desk.client("integrity").get(f"/complaints/desk/{case.reference}/").content.decode()


def test_a_mistake_keeps_what_was_typed_and_stores_nothing(desk: Desk, file_case: Make) -> None:
    case = in_state(desk, file_case, State.IN_PROGRESS)
    items = Item.objects.count()
    response = send(desk.client("integrity"), case, "close", outcome="", text="ยาวมากที่พิมพ์ไว้แล้ว")
    page = response.content.decode()
    assert response.status_code == 422
    assert "ยาวมากที่พิมพ์ไว้แล้ว" in page
    assert 'aria-describedby="close_outcome_error"' in page
    assert 'id="close_outcome_error"' in page
    assert Item.objects.count() == items


def test_a_form_sent_twice_is_one_act(desk: Desk, file_case: Make) -> None:
    case = file_case().case
    client, seen = desk.client("integrity"), last(case)
    address = f"/complaints/desk/{case.reference}/acts/answer/"
    assert client.post(address, {"seen": seen, "text": "ตอบครั้งเดียว"}).status_code == 303
    again = client.post(address, {"seen": seen, "text": "ตอบครั้งเดียว"})
    assert again.status_code == 409
    assert case.items.filter(kind=ItemKind.MESSAGE).count() == 1
    assert CaseLogEntry.objects.filter(case=case.pk, act=Act.ANSWER).count() == 1


def test_somebody_wrote_in_between(desk: Desk, file_case: Make) -> None:
    filed = file_case()
    seen = last(filed.case)
    acts.write_as_reporter(opened(desk, filed), text="เพิ่มเติม: มีพยาน")
    address = f"/complaints/desk/{filed.case.reference}/acts/refuse/"
    response = desk.client("integrity").post(
        address, {"seen": seen, "refusal": "incomplete", "text": "ข้อมูลไม่พอ เขียนไว้ยาว"}
    )
    page = response.content.decode()
    assert response.status_code == 409
    assert "ข้อมูลไม่พอ เขียนไว้ยาว" in page
    assert "เพิ่มเติม: มีพยาน" in page
    filed.case.refresh_from_db()
    assert filed.case.state == State.RECEIVED
    # What is shown now holds the new number: sent again, it is done.
    assert send(desk.client("integrity"), filed.case, "refuse", refusal="incomplete", text="ไม่พอ").status_code == 303


def test_assign_and_share(desk: Desk, file_case: Make, cast: Any) -> None:
    case = file_case().case
    client = desk.client("integrity")
    assert send(client, case, "assign", handler=desk.officer("integrity2").pk).status_code == 303
    case.refresh_from_db()
    assert case.handler == desk.officer("integrity2")
    third = third_officer(desk)
    assert send(client, case, "assign", handler=third.pk).status_code == 422
    assert send(client, case, "share", to=third.pk).status_code == 303
    assert Grant.objects.filter(case=case, officer=third).exists()
    assert desk.client("staff2").get(f"/complaints/desk/{case.reference}/").status_code == 200


def third_officer(desk: Desk) -> Any:
    """`staff2` becomes an officer after the case was filed."""
    from django.contrib.auth.models import Group

    from complaints.services.officers import confirm_officer
    from organization.choices import Role

    person = desk.cast.staff2
    person.groups.add(Group.objects.get(name=Role.INTEGRITY_OFFICER.value))
    desk.vaults["staff2"] = open_vault_of(person)
    confirm_officer(desk.vaults["staff2"].officer, by=desk.vaults["integrity"])
    desk.vaults["staff2"].officer.refresh_from_db()
    return desk.vaults["staff2"].officer


def test_it_cannot_be_given_to_whom_it_is_about(desk: Desk, file_case: Make) -> None:
    case = file_case(accused=Accused(officers=frozenset({desk.officer("integrity2").pk}))).case
    page = desk.client("integrity").get(f"/complaints/desk/{case.reference}/").content.decode()
    assert 'action="/complaints/desk/' + case.reference + '/acts/share/"' not in page
    assert send(desk.client("integrity"), case, "share", to=desk.officer("integrity2").pk).status_code == 422
    assert Grant.objects.filter(case=case).count() == 1


def test_whoever_takes_it_up_handles_it(desk: Desk, file_case: Make) -> None:
    """Unless somebody does already; the same entry of the log says it."""
    case, taken = file_case().case, file_case()
    acts.assign_case(opened(desk, taken), by=desk.officer("integrity2"), handler=desk.officer("integrity2"))
    client = desk.client("integrity")
    assert send(client, case, "accept").status_code == 303
    assert send(client, taken.case, "accept").status_code == 303
    case.refresh_from_db()
    taken.case.refresh_from_db()
    assert (case.handler, taken.case.handler) == (desk.officer("integrity"), desk.officer("integrity2"))
    assert not CaseLogEntry.objects.filter(case=case.pk, act=Act.ASSIGN).exists()
    page = client.get(f"/en/complaints/desk/{case.reference}/").content.decode()
    assert f"Taken up: {desk.cast.integrity}" in page


def test_what_is_missing_is_said_in_kind_words(desk: Desk, file_case: Make) -> None:
    case, client = in_state(desk, file_case, State.IN_PROGRESS), desk.client("integrity")
    base = f"/en/complaints/desk/{case.reference}/"
    for path, words in (
        ("acts/answer/", ["Please write to the reporter."]),
        ("acts/ask/", ["Please write your question to the reporter."]),
        ("acts/note/", ["Please write the note."]),
        ("acts/refuse/", ["Please choose the reason.", "Please write to the reporter."]),
        ("acts/refer/", ["Please choose the body.", "Please write what was handed over, and to whom."]),
        ("acts/close/", ["Please choose the outcome."]),
        ("acts/assign/", ["Please choose the officer."]),
        ("package/", ["Please write who receives it."]),
    ):
        page = client.post(base + path, {"seen": last(case)}).content.decode()
        assert [word for word in words if word not in page] == [], path
        assert "This field is required" not in page


# The identity ---------------------------------------------------------------------------------------------


def test_the_identity_is_opened_with_a_reason_and_shown_once(desk: Desk, file_case: Make) -> None:
    case = file_case(identity={"contact_name": "สมศรี ผู้แจ้ง", "contact_phone": "0812345678"}).case
    client, address = desk.client("integrity"), f"/complaints/desk/{case.reference}/identity/"
    assert client.post(address, {"seen": last(case), "reason": " "}).status_code == 422
    assert not CaseLogEntry.objects.filter(act=Act.OPEN_IDENTITY).exists()
    seen = last(case)
    shown = client.post(address, {"seen": seen, "reason": "ต้องเชิญมาให้ถ้อยคำ"})
    assert shown.status_code == 200
    assert "สมศรี ผู้แจ้ง" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert CaseLogEntry.objects.filter(act=Act.OPEN_IDENTITY, by=desk.cast.integrity).count() == 1
    again = client.post(address, {"seen": seen, "reason": "ต้องเชิญมาให้ถ้อยคำ"})
    assert again.status_code == 409
    assert "สมศรี" not in again.content.decode()
    assert "ต้องเชิญมาให้ถ้อยคำ" in desk.client("integrity2").get(f"/complaints/desk/{case.reference}/").content.decode()


# Locked ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "cases.csv", "intake/", "{case}/"])
def test_a_locked_vault_shows_nothing(desk: Desk, file_case: Make, path: str) -> None:
    case = file_case(narrative="ลับ").case
    response = desk.cast.client("integrity").get("/complaints/desk/" + path.format(case=case.reference))
    assert response.status_code == 302
    assert "/complaints/desk/unlock/" in response["Location"]


def test_the_page_says_until_when_the_vault_is_open(desk: Desk) -> None:
    page = desk.client("integrity").get("/en/complaints/desk/").content.decode()
    assert re.search(r"It locks at \d\d:\d\d", page)
    assert "http-equiv" not in page
