"""Who begins to report corruption here is led away, and nothing of what they typed stays anywhere."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from pghistory.models import Context

from ita_portal.admin_history import changes_of, people_of
from organization import strangers
from participation.models import Letter, LetterMessage
from participation.services import letters_acts as acts

from ..cast import Cast
from .letters import receipt, seed, works

pytestmark = pytest.mark.django_db
NEW, FOLLOW = "/participation/new/", "/participation/follow/"
SECRET = "ลับสุดยอดเก้าสี่เจ็ด"
"""Stands in everything that is typed here."""


@pytest.fixture(autouse=True)
def _nobody_sent_anything() -> Iterator[None]:
    strangers.forget()
    yield
    strangers.forget()


def places_with(words: str) -> list[str]:
    """Tables of the database, caches and files of the portal that hold `words`, as text or as JSON writes it."""
    found = []
    escaped = json.dumps(words)[1:-1]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE strpos(t::text, %s) > 0 OR strpos(t::text, %s) > 0',
                [words, escaped],
            )
            if cursor.fetchone()[0]:
                found.append(table)
    for cache in caches.all(initialized_only=True):
        held = getattr(cache, "_cache", {})
        found += [f"cache {key}" for key, value in held.items() if words.encode() in bytes(value)]
    media = Path(settings.MEDIA_ROOT)
    found += [str(path) for path in media.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]
    return found


def typed(**more: Any) -> dict[str, Any]:
    return {
        "kind": "question", "subject": f"เรื่อง {SECRET}", "text": f"นายช่าง {SECRET} เรียกรับเงิน", "name": SECRET,
        "form_mark": seed(), **more,
    }  # fmt: skip


def test_nothing_of_a_report_stays_anywhere(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    made = receipt()
    sequences = _sequences()
    with caplog.at_level(logging.DEBUG):
        for name in ("citizen", "staff"):
            client = cast.client(name)
            sessions = _sessions()
            # The kind “report corruption”: away at once.
            response = client.post(NEW, typed(kind="corruption"))
            assert (response.status_code, response["Location"]) == (302, "/complaints/")
            assert SECRET not in str(response.headers) and not response.content
            assert response.headers["Cache-Control"] == "no-store, private"
            assert client.get(f"{NEW}?kind=corruption")["Location"] == "/complaints/"
            # Words that sound like it: asked, with what was typed in the page alone.
            for path, sent in (
                (NEW, typed()),
                (NEW, typed(text="ข้อความปกติ", subject=f"โกง {SECRET}")),
                (NEW, typed(kind="", about="x")),
                (FOLLOW, {"code": made.code.shown, "act": "message", "message": f"มีสินบน {SECRET}", "form_mark": ""}),
            ):
                response = client.post(path, sent)
                html = response.content.decode()
                assert response.status_code == 422 and SECRET in html
                assert response.headers["Cache-Control"] == "no-store, private"
                primary = re.findall(r'<a class="btn btn-primary[^"]*" href="([^"]+)"', html)
                assert primary == ["/complaints/"]
            assert _sessions() == sessions
    assert places_with(SECRET) == []
    assert Letter.objects.count() == 1 and not LetterMessage.objects.exists()
    assert _sequences() == sequences, "not even a row that was taken back"
    assert SECRET not in caplog.text
    assert not [one for one in caplog.records if "participation" in one.getMessage() and one.levelno >= logging.WARNING]


def test_the_look_finds_what_is_kept(cast: Cast) -> None:
    """The test above can fail: what is sent on purpose is found, in the letter and its history."""
    receipt(text=f"ถาม {SECRET}")
    assert {"participation_letter", "participation_letterevent"} <= set(places_with(SECRET))


def test_it_is_not_about_corruption_and_goes_as_it_was_typed(cast: Cast) -> None:
    client = Client()
    html = client.post(NEW, typed(consent="on", about=str(cast.staff.division_id))).content.decode()
    carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))
    assert carried["not_corruption"] == "1" and f'name="text" value="นายช่าง {SECRET} เรียกรับเงิน"' in html
    response = client.post(NEW, carried)
    assert response.status_code == 200 and "letter-code" in response.content.decode()
    letter = Letter.objects.get()
    assert (letter.text, letter.name, letter.consent) == (f"นายช่าง {SECRET} เรียกรับเงิน", SECRET, True)
    assert letter.about_id == cast.staff.division_id
    made = receipt()
    message = {"code": made.code.shown, "act": "message", "message": "มีสินบน", "form_mark": seed()}
    html = client.post(FOLLOW, message).content.decode()
    carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))
    assert client.post(FOLLOW, carried).status_code == 200
    assert LetterMessage.objects.get().text == "มีสินบน"


def test_another_mistake_after_that_keeps_the_answer_to_the_question(cast: Cast) -> None:
    """Who said that it is not about corruption is not asked again because the subject is missing."""
    html = Client().post(NEW, typed(subject="", not_corruption="1"))
    assert html.status_code == 422 and 'name="not_corruption" value="1"' in html.content.decode()


def test_of_a_sender_nothing_is_kept_but_what_they_wrote(cast: Cast) -> None:
    client = Client(REMOTE_ADDR="203.0.113.77", headers={"user-agent": "Telephone-9471"})
    form = {"kind": "question", "subject": "ไฟดับ", "text": "ไฟดับ", "form_mark": seed()}
    assert client.post(NEW, form).status_code == 200
    assert places_with("203.0.113.77") == places_with("Telephone-9471") == places_with(form["form_mark"]) == []
    fields = {field.name for field in Letter._meta.get_fields()}
    assert not fields & {"address", "ip", "phone", "email", "user", "sender", "user_agent", "session"}


def test_the_code_is_kept_as_a_digest_alone(cast: Cast) -> None:
    made = receipt()
    assert places_with(made.code.digits) == places_with(made.code.shown) == []
    assert "participation_letter" in places_with(made.code.mark)


def test_what_somebody_signed_in_sends_is_nobodys(cast: Cast) -> None:
    """An officer writes to the municipality with a session open: the history names neither them nor the address."""
    client = cast.client("staff")
    before = set(Context.objects.values_list("pk", flat=True))
    page = client.post(NEW, {"kind": "question", "subject": "ไฟดับ", "text": "ไฟดับ", "form_mark": seed()})
    code = re.search(r'id="letter-code"[^>]*>([\d ]+)<', page.content.decode())
    assert code
    letter = Letter.objects.get()
    acts.route_letter(letter, works(), by=cast.secretary)
    acts.answer_letter(letter, "ตอบ", by=cast.head)
    given = {"code": code[1]}
    for act in (
        {"act": "allow"}, {"act": "withdraw"}, {"act": "rate", "rating": "clear"},
        {"act": "message", "message": "ขอบคุณ", "form_mark": seed()},
    ):  # fmt: skip
        path = f"/en{FOLLOW}" if act["act"] == "allow" else FOLLOW
        assert client.post(path, {**given, **act}).status_code == 200
    letter.refresh_from_db()
    assert (letter.rating, letter.last_act, letter.messages.count()) == ("clear", "write_again", 1)
    contexts = Context.objects.exclude(pk__in=before)
    assert [one.metadata for one in contexts if {"user", "url"} & set(one.metadata)] == []
    events = list(changes_of(letter))
    assert len(events) == 6 and people_of(events) == {}
    history = cast.client("secretary").get(f"/admin/participation/letter/{letter.pk}/history/")
    assert [row["by"] for row in history.context_data["rows"]] == [None] * 6


def _sequences() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE sequencename LIKE 'participation_%'"
        )
        return dict(cursor.fetchall())


def _sessions() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_key, session_data FROM django_session ORDER BY 1")
        return list(cursor.fetchall())
