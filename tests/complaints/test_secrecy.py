"""What somebody finds who steals everything: the database as a dump, the files, the settings, the environment, the log.

Fifty complaints with words that occur nowhere else are filed, read, answered and closed; then not one of these words,
names, file names, contents or codes may be found, in any writing of it. The search itself is shown to find.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import shutil
import subprocess
import urllib.parse
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints import sealing
from complaints.choices import Body, Outcome, Refusal
from complaints.conflict import Accused
from complaints.models import Case, ChannelSettings, Grant, Item, Officer
from complaints.opened import OpenedCase, open_for_officer, open_for_reporter
from complaints.services import acts
from complaints.services.filing import Filed, Submission, file_report
from complaints.services.officers import confirm_officer, make_recovery
from complaints.services.reading import open_by_code, read_code
from complaints.sessions import OpenFollow, start_follow
from ita_portal.embedded.server import _binaries
from organization.choices import Role
from organization.models import User
from tests.factories import UserFactory

from .conftest import PASSPHRASE, Desk, open_vault_of
from .reporter import code_of
from .test_races import upload as sealed_upload

pytestmark = pytest.mark.django_db(transaction=True)

CASES = 50
OVER_HTTP = 8
_FIELDS = (
    "accused_name", "accused_position", "happened_at_place", "narrative", "evidence_note", "witnesses",
    "reported_elsewhere",
)  # fmt: skip


@dataclass
class Secrets:
    """Everything that must not be found."""

    words: list[str] = field(default_factory=list)
    canary: str = field(default_factory=lambda: f"c{os.urandom(12).hex()}")
    given: int = 0

    def new(self, what: str) -> str:
        """A text in Thai and Latin letters; the canary within it occurs nowhere else."""
        self.given += 1
        return f"ลับ{what}{self.given}{self.canary}จบ"

    def code(self, receipt: sealing.Receipt) -> None:
        """A receipt code: whole, as it is shown, and its secret part."""
        self.words += [receipt.code, receipt.code.replace(" ", ""), receipt.secret]


@pytest.fixture
def secrets_of_fifty(desk: Desk, caplog: pytest.LogCaptureFixture) -> tuple[Secrets, str]:
    """Fifty cases through the services and through the pages; the words, and what was logged meanwhile."""
    caplog.set_level(logging.DEBUG)
    for name in ("portal", "django", "django.request", "axes"):
        logging.getLogger(name).addHandler(caplog.handler)
    known = Secrets([PASSPHRASE])
    known.words += make_recovery(needed=2, total=3, by=desk.vaults["integrity"])
    for number in range(CASES - OVER_HTTP):
        _live_through(known, desk, number)
    for number in range(OVER_HTTP):
        _over_http(known, desk, number)
    assert Client().get("/nowhere/").status_code == 404
    assert Case.objects.count() == CASES
    for name in ("portal", "django", "django.request", "axes"):
        logging.getLogger(name).removeHandler(caplog.handler)
    return known, caplog.text


def _live_through(known: Secrets, desk: Desk, number: int) -> None:
    report = {name: known.new(name) for name in _FIELDS} | {"accused_division": "", "happened_on": "2026-01-05"}
    identity = {name: known.new(name) for name in ("contact_name", "contact_phone", "contact_email", "contact_address")}
    files = [_file(known) for _each in range(number % 3)]
    filed = file_report(
        Submission(
            token=os.urandom(32), category="bribery", report=report, files=files,
            accused=Accused(name=report["accused_name"]), identity=identity if number % 2 else None,
        )
    )  # fmt: skip
    known.code(filed.receipt)
    case, private = open_by_code(read_code(filed.receipt.code))
    start_follow(case, private)
    reporter = open_for_reporter(OpenFollow(case, sealing.KeyPair.of(private)))
    acts.write_as_reporter(reporter, text=known.new("message"), files=[_file(known)])
    if number % 5 == 0:
        acts.say_who(reporter, identity={"contact_name": known.new("later")})
    by = desk.vaults["integrity"].officer
    opened = open_for_officer(case, desk.vaults["integrity"])
    acts.accept_case(opened, by=by)
    acts.write_note(opened, by=by, text=known.new("note"), files=[_file(known)])
    acts.ask_reporter(opened, by=by, text=known.new("question"))
    acts.open_identity(opened, by=by, reason=known.new("reason"))
    acts.note_export(opened, by=by, why=known.new("why"))
    _end(known, opened, reporter, by, number)


def _end(known: Secrets, opened: OpenedCase, reporter: OpenedCase, by: Any, number: int) -> None:
    match number % 4:
        case 0:
            acts.close_case(opened, by=by, outcome=Outcome.SUBSTANTIATED, text=known.new("outcome"))
            acts.reopen_case(opened, by=by, text=known.new("reopened"))
        case 1:
            acts.refuse_case(opened, by=by, refusal=Refusal.COURT, text=known.new("refusal"))
        case 2:
            acts.refer_case(
                opened, by=by, body=Body.NACC, number=known.new("letter"), note=known.new("n"), text=known.new("t")
            )
        case _:
            acts.withdraw_case(reporter, text=known.new("withdrawn"))
    letters = opened.letters + reporter.letters
    assert letters
    for letter in letters:
        for file in letter.files:
            assert b"".join(file.read())


def _file(known: Secrets) -> Any:
    file = sealed_upload(known.new("content").encode() * 50)
    file.name = known.new("file") + ".txt"
    return file


def _over_http(known: Secrets, desk: Desk, number: int) -> None:
    """A good form, one with a mistake first, a wrong code, the follow-up page, and the officer's page."""
    client = Client()
    form = {name: known.new(name) for name in _FIELDS} | {
        "category": "bribery", "happened_on": "2026-01-05", "identity": "named",
        "contact_name": known.new("name"), "contact_phone": "0812345678", "contact_address": known.new("address"),
    }  # fmt: skip
    file = SimpleUploadedFile(known.new("file") + ".txt", known.new("content").encode() * 3000)
    if number % 2:
        assert client.post("/complaints/new/", form | {"category": "nonsense", "attachments": file}).status_code == 422
        file.seek(0)
    answer = client.post("/complaints/new/", form | {"attachments": file})
    receipt = read_code(code_of(answer))
    known.code(receipt)
    wrong = receipt.code[:-1] + str((int(receipt.code[-1]) + 1) % 10)
    assert client.post("/complaints/follow/", {"receipt_code": wrong}).status_code in {200, 422}
    known.words.append(wrong.replace(" ", ""))
    assert client.post("/complaints/follow/", {"receipt_code": receipt.code}).status_code == 303
    page = client.get("/complaints/follow/")
    assert page.status_code == 200
    client.post(
        "/complaints/follow/",
        {"message": known.new("message"), "attachments": SimpleUploadedFile(known.new("more") + ".txt", b"x")},
    )
    officer = desk.client("integrity")
    case = open_by_code(receipt)[0]
    assert form["narrative"] in officer.get(f"/complaints/desk/{case.reference}/").content.decode()


def writings(word: str) -> set[bytes]:
    """The ways in which a word may stand somewhere."""
    plain = word.encode()
    wide = word.encode("utf-16-le")
    found = {plain, wide, plain.hex().encode(), wide.hex().encode(), urllib.parse.quote(word).encode()}
    found |= {json.dumps(word)[1:-1].encode(), plain.hex().upper().encode()}
    for before in range(3):  # base64 depends on where a word begins
        coded = base64.b64encode(b"\0" * before + plain)
        found.add(coded[4 if before else 0 : len(coded) - 4])
        found.add(coded[4 if before else 0 : len(coded) - 4].translate(bytes.maketrans(b"+/", b"-_")))
    return {one for one in found if len(one) >= 12}


def everything() -> dict[str, bytes]:
    """What a thief of the machine has: by name."""
    found = {"database": dump(), "environment": repr(dict(os.environ)).encode()}
    names = [name for name in dir(portal_settings) if name.isupper()]
    found["settings"] = repr({name: getattr(portal_settings, name) for name in names}).encode()
    for path in Path(portal_settings.MEDIA_ROOT).rglob("*"):
        found[f"file {path.name}"] = path.name.encode() + (path.read_bytes() if path.is_file() else b"")
    for alias in portal_settings.CACHES:
        held = getattr(caches[alias], "_cache", {})
        found[f"cache {alias}"] = b"\n".join(repr(key).encode() + bytes(value) for key, value in held.items())
    return found


def dump() -> bytes:
    """The whole database as SQL, as a backup holds it."""
    known = connection.get_connection_params()
    embedded = _binaries() / "pg_dump"
    program = str(embedded) if "embedded" in portal_settings.DATABASES["default"]["ENGINE"] else shutil.which("pg_dump")
    if program is None:
        pytest.skip("no pg_dump of this database's server")
    address = {"PGHOST": known.get("host"), "PGPORT": known.get("port"), "PGUSER": known.get("user")}
    address |= {"PGPASSWORD": known.get("password"), "PGDATABASE": connection.settings_dict["NAME"]}
    given = {name: str(value) for name, value in address.items() if value}
    return subprocess.run(
        [program, "--format=plain", "--inserts"], env=os.environ | given, check=True, capture_output=True
    ).stdout


def hits(words: Iterable[str], places: dict[str, bytes]) -> list[str]:
    """Where any of them is found."""
    looked_for = [(word, one) for word in words for one in writings(word)]
    return [f"{word} in {place}" for word, one in looked_for for place, held in places.items() if one in held]


def test_nothing_is_found_and_the_search_finds(secrets_of_fifty: tuple[Secrets, str], desk: Desk) -> None:
    known, logged = secrets_of_fifty
    assert known.given > CASES * 10
    places = everything()
    assert len(places["database"]) > 1_000_000
    assert b"complaints_case" in places["database"]
    assert sum(name.startswith("file ") for name in places) > CASES
    places["log"] = logged.encode()
    assert "/nowhere/" in logged, "what is logged is seen"
    assert "/complaints/follow/" not in logged
    assert hits([known.canary, *known.words], places) == []

    # The control: the same search, with one of them left in clear in each kind of place and writing.
    digits = next(word for word in known.words if word.isdigit() and len(word) == 20)
    item = Item.objects.all()[:1][0]
    Item.objects.filter(pk=item.pk).update(sealed=b"\x01\x02" + known.new("bytes").encode())
    assert {hit.partition(" in ")[2] for hit in hits([known.canary], everything())} == {"database"}
    Item.objects.filter(pk=item.pk).update(sealed=b"")
    for writing in (
        known.new("text"), json.dumps(known.new("escaped")), urllib.parse.quote(known.new("address")),
        base64.b64encode(b"xy" + known.new("coded").encode() + b"z").decode(),
        known.new("hex").encode().hex().upper(),
    ):  # fmt: skip
        ChannelSettings.objects.update_or_create(pk=1, defaults={"letter_address": writing})
        assert hits([known.canary], {"database": dump()}), writing
    ChannelSettings.objects.update(letter_address=f"x{digits}")
    assert hits([digits], {"database": dump()})
    (Path(portal_settings.MEDIA_ROOT) / "clear").write_bytes(b"x" * 7 + known.new("file").encode())
    caches["default"].set("clear", known.new("cached"))
    found = {hit.partition(" in ")[2] for hit in hits([known.canary], everything())}
    assert found == {"file clear", "cache default"}


def test_no_statement_says_whom_it_is_about(desk: Desk) -> None:
    """The database's server may log statements, and psycopg2 writes their values into them."""
    accused, number = open_vault_of(UserFactory(role=Role.INTEGRITY_OFFICER)).officer, 987_654_321
    confirm_officer(accused, by=desk.vaults["integrity"])
    Officer.objects.filter(pk=accused.pk).update(id=number)
    User.objects.filter(username="integrity2").update(is_active=False)
    known, client = Secrets(), Client()
    form = {name: known.new(name) for name in _FIELDS} | {
        "category": "bribery", "accused_division": "กองช่าง", "about_officers": str(number), "identity": "named",
        "contact_name": known.new("name"), "contact_phone": "0812345678",
    }  # fmt: skip
    with CaptureQueriesContext(connection) as captured:
        receipt = read_code(code_of(client.post("/complaints/new/", form)))
        User.objects.filter(username="integrity2").update(is_active=True)
        client.post("/complaints/follow/", {"receipt_code": receipt.code})
        client.post("/complaints/follow/", {"message": known.new("message")})
        case = open_by_code(receipt)[0]
        officer, address = desk.client("integrity"), f"/complaints/desk/{case.reference}/"
        for page in ("/complaints/desk/", address):
            assert form["accused_name"] in officer.get(page).content.decode()
        opened = open_for_officer(case, desk.vaults["integrity"])
        acts.share_case(opened, by=desk.vaults["integrity"].officer, to=desk.officer("integrity2"))
        with pytest.raises(ValueError, match="about this officer"):
            acts.share_case(opened, by=desk.vaults["integrity"].officer, to=Officer.objects.get(user=accused.user))
    said = "\n".join(query["sql"] for query in captured.captured_queries)
    assert case.reference in said
    assert Grant.objects.filter(case=case).count() == 2
    for secret in (known.canary, "กองช่าง", str(number), receipt.secret):
        assert secret not in said


def test_private_keys_are_nowhere(desk: Desk, file_case: Any) -> None:
    """Neither an officer's nor a case's, in any writing; the public ones are there, so the search finds keys."""
    filed: Filed = file_case()
    case, private = open_by_code(filed.receipt)
    start_follow(case, private)
    held = b"\n".join(everything().values())
    opened = open_for_officer(case, desk.vaults["integrity"])
    for key in (private, opened.both[32:], *(vault.pair.private for vault in desk.vaults.values())):
        for one in (key, key.hex().encode(), base64.b64encode(key)[:-4]):
            assert one not in held
    assert bytes(case.public_key).hex().encode() in held


def test_a_failure_of_the_portal_says_nothing_of_the_request(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Also where the failure's own message holds what was written."""
    from complaints.views import filing

    def fail(submission: Submission) -> None:
        raise RuntimeError(f"cannot store {submission.report}")

    monkeypatch.setattr(filing, "file_once", fail)
    logging.getLogger("portal").addHandler(caplog.handler)
    logging.getLogger("django").addHandler(caplog.handler)
    file = SimpleUploadedFile("ลับ.txt", b"x")
    form = {"category": "bribery", "narrative": "ลับที่สุด " * 5, "identity": "anonymous", "attachments": file}
    answer = Client(raise_request_exception=False).post("/complaints/new/", form)
    logging.getLogger("portal").removeHandler(caplog.handler)
    logging.getLogger("django").removeHandler(caplog.handler)
    assert answer.status_code == 500
    assert "ลับ" not in answer.content.decode()
    assert "ลับ" not in caplog.text
    assert "RuntimeError at test_secrecy.py" in caplog.text
    assert not [path for path in Path(portal_settings.MEDIA_ROOT).rglob("*") if path.is_file()], "the file is forgotten"
