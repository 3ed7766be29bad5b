"""Production settings: complete and strict, or no start. Each in a process of its own, as it will be run."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.db import connection
from django.test import Client

from tests.factories import PASSWORD, UserFactory

SECRET = "q7Vn2-_x9LwZ4bT8mKc1RpD6hYsE0uGfJaXoN5iQtW3vBkCrPz"


LOAD = ("-c", "import ita_portal.settings_production")
"""What every program does first."""


def database_url() -> str:
    """The address of the database of this test."""
    found = connection.get_connection_params()
    host = str(found.get("host", "")).replace("/", "%2F")
    password = f":{found['password']}" if found.get("password") else ""
    port = f":{found['port']}" if found.get("port") else ""
    return f"postgres://{found['user']}{password}@{host}{port}/{found['dbname']}"


def run(folder: Path, *arguments: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run Python under production settings. A change to None takes a name away."""
    good = {
        "DJANGO_SETTINGS_MODULE": "ita_portal.settings_production",
        "PATH": os.environ["PATH"],
        "PORTAL_VAR": str(folder / "var"),
        "SECRET_KEY": SECRET,
        "ALLOWED_HOSTS": "portal.example.go.th",
        "DATABASE_URL": database_url(),
    }
    environment = {name: value for name, value in {**good, **changes}.items() if value is not None}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.django_db(transaction=True)
def test_check_deploy_finds_nothing(tmp_path: Path) -> None:
    done = run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING", "--database", "default")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "var" / "secret_key").exists(), "production uses the secret it is given"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS is not set"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS contains"),
        ({"ALLOWED_HOSTS": ","}, "ALLOWED_HOSTS holds no domain name"),
        ({"ALLOWED_HOSTS": "."}, "ALLOWED_HOSTS holds no domain name"),
        ({"PORTAL_HSTS_SECONDS": "a year"}, "PORTAL_HSTS_SECONDS is no number"),
        ({"DATABASE_URL": None}, "DATABASE_URL is not set"),
        ({"DATABASE_URL": "sqlite:///x.db"}, "DATABASE_URL is not that of a PostgreSQL server"),
        ({"PORTAL_DEBUG": "1"}, "PORTAL_DEBUG or DEBUG is on"),
        ({"DEBUG": "true"}, "PORTAL_DEBUG or DEBUG is on"),
        ({"PORTAL_DEMO_PASSWORD": "demonstration"}, "PORTAL_DEMO_PASSWORD is set"),
    ],
)
def test_it_refuses_and_says_why(db: None, tmp_path: Path, changes: dict[str, str | None], sentence: str) -> None:
    done = run(tmp_path, *LOAD, **changes)
    assert done.returncode != 0
    assert sentence in done.stderr
    assert not (tmp_path / "var").exists(), "a refused start leaves nothing behind"


def test_it_says_everything_that_is_missing_at_once(db: None, tmp_path: Path) -> None:
    done = run(tmp_path, *LOAD, SECRET_KEY=None, ALLOWED_HOSTS=None, DATABASE_URL=None)
    assert done.stderr.count(" is not set: ") == 3


@pytest.mark.django_db(transaction=True)
def test_it_does_not_start_with_demonstration_accounts(tmp_path: Path) -> None:
    start = ("-c", "import ita_portal.wsgi")
    assert run(tmp_path, *start).returncode == 0
    UserFactory(is_demonstration=True)
    done = run(tmp_path, *start)
    assert done.returncode != 0
    assert "Demonstration accounts exist" in done.stderr


def test_where_the_demonstration_is_off_its_accounts_cannot_sign_in(db: None, client: Client, settings: Any) -> None:
    person = UserFactory(username="visitor", is_demonstration=True)
    client.force_login(person)
    assert client.get("/staff/").status_code == 200
    settings.PORTAL_DEMO = False
    assert client.get("/staff/").status_code == 302, "a session that is open ends, too"
    answer = client.post("/accounts/login/", {"username": "visitor", "password": PASSWORD})
    assert answer.status_code == 200, "the form again"
    settings.PORTAL_DEMO = True
    assert client.post("/accounts/login/", {"username": "visitor", "password": PASSWORD}).status_code == 302


def test_without_an_answer_of_the_database_the_check_warns(db: None, settings: Any) -> None:
    settings.PORTAL_PRODUCTION = True
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE organization_user RENAME TO elsewhere")
    ids = [message.id for message in run_checks(tags=["security"], include_deployment_checks=True)]
    assert "organization.W001" in ids


@pytest.mark.django_db(transaction=True)
class TestServedOverHttps:
    """The hardened middlewares at work."""

    PROGRAM = """
import django; django.setup()
from django.conf import settings
from django.test import Client
client = Client(headers={"host": "portal.example.go.th"})
def show(what, answer): print(what, answer.status_code, answer.headers.get("Location", "-"))
show("plain", client.get("/robots.txt"))
show("health", client.get("/healthz"))
show("forged", client.get("/robots.txt", headers={"x-forwarded-proto": "https"}))
answer = client.get("/robots.txt", secure=True)
show("secure", answer)
print("hsts", answer.headers["Strict-Transport-Security"])
print("cookies", settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_SECURE)
show("host", client.get("/any.json", secure=True, headers={"host": "elsewhere.example"}))
"""

    def test_without_a_proxy(self, tmp_path: Path) -> None:
        done = run(tmp_path, "-c", self.PROGRAM)
        assert done.stdout.splitlines() == [
            "plain 301 https://portal.example.go.th/robots.txt",
            "health 200 -",
            "forged 301 https://portal.example.go.th/robots.txt",
            "secure 200 -",
            "hsts max-age=31536000",
            "cookies __Host-sessionid __Host-csrftoken True",
            "host 400 -",
        ], done.stderr

    def test_behind_a_proxy_that_is_trusted(self, tmp_path: Path) -> None:
        done = run(tmp_path, "-c", self.PROGRAM, PORTAL_TRUSTED_PROXY="1")
        assert "forged 200 -" in done.stdout.splitlines(), done.stderr
