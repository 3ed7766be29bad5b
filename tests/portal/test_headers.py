"""What every answer tells the browser, health, robots, and the portal's own error pages."""

import json
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, RequestFactory
from django.urls import reverse

from ita_portal import views
from measures.models import Plan
from tests.cast import Cast

POLICY = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "manifest-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    "object-src 'none'",
}  # fmt: skip
PAGES = (
    "/",
    "/privacy/",
    "/accessibility/",
    "/measures/",
    "/measures/2567/",
    "/accounts/login/",
    "/admin/login/",
    "/x/",
)


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("page", PAGES)
def test_the_headers_of_safety(published_plan: Plan, client: Client, page: str, language: str) -> None:
    for _time in ("fresh", "kept"):
        answer = client.get(language + page)
        assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "geolocation=()" in answer["Permissions-Policy"]


@pytest.mark.parametrize("page", [page for page in PAGES if "login" not in page])
def test_a_reader_gets_no_cookie(published_plan: Plan, client: Client, page: str) -> None:
    answer = client.get(page)
    assert not answer.cookies


@pytest.mark.parametrize("page", ["/staff/", "/accounts/password/", "/measures/shares/"])
def test_pages_of_a_person_are_kept_by_nobody(cast: Cast, page: str) -> None:
    answer = cast.client("staff").get(page)
    assert answer["Cache-Control"] == "private, no-store"


class TestHealth:
    """`/healthz`, for whoever watches over the portal."""

    @pytest.fixture(autouse=True)
    def _asked_for_the_first_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(views, "_migrations_applied", False)

    def test_all_is_well(self, db: None, client: Client) -> None:
        answer = client.get("/healthz")
        assert (answer.status_code, answer.content) == (200, b"ok")
        assert not answer.cookies
        assert "no-store" in answer["Cache-Control"]

    def test_a_migration_is_missing(self, db: None, client: Client) -> None:
        applied = MigrationRecorder(connection).migration_qs
        applied.filter(app="measures").order_by("-id").first().delete()
        assert client.get("/healthz").status_code == 503

    def test_the_database_does_not_answer(self, db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken() -> None:
            raise OSError("no route to the server, password=secret")

        with monkeypatch.context() as patch:
            patch.setattr(connection, "cursor", broken)
            answer = client.get("/healthz")
        assert (answer.status_code, answer.content) == (503, b"unavailable")

    def test_it_is_answered_in_every_state_of_the_cache(self, db: None, client: Client) -> None:
        client.get("/healthz")
        MigrationRecorder(connection).migration_qs.all().delete()
        assert client.get("/healthz").status_code == 200, "once applied they stay applied while the process lives"


def test_robots_stay_out_of_the_back_office(db: None, client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer["Content-Type"] == "text/plain"
    assert "Disallow: /admin/" in answer.content.decode()


@pytest.mark.parametrize(("language", "prefix"), [("th", ""), ("en", "/en")])
class TestErrorPages:
    """In the portal's own words, in the reader's language."""

    def test_not_found(self, cast: Cast, client: Client, language: str, prefix: str) -> None:
        answer = client.get(f"{prefix}/measures/2599/")
        assert answer.status_code == 404
        assert f'lang="{language}"' in answer.content.decode()
        assert "<main" in answer.content.decode()

    def test_forbidden(self, cast: Cast, language: str, prefix: str) -> None:
        answer = cast.client("mayor").get(f"{prefix}/measures/shares/")
        assert answer.status_code == 403
        assert f'lang="{language}"' in answer.content.decode()

    def test_a_failure(
        self, cast: Cast, language: str, prefix: str, monkeypatch: pytest.MonkeyPatch, caplog: Any
    ) -> None:
        def broken(*_: Any) -> None:
            raise RuntimeError("inside")

        monkeypatch.setattr("organization.views.tasks_for", broken)
        client = cast.client("staff")
        client.raise_request_exception = False
        answer = client.get(f"{prefix}/staff/")
        assert answer.status_code == 500
        assert "inside" not in answer.content.decode()
        assert f'lang="{language}"' in answer.content.decode()


def test_the_failure_page_needs_no_database() -> None:
    """No `db` here: a query fails this test."""
    answer = views.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "<main" in answer.content.decode()


def test_a_program_is_answered_as_a_program(db: None, client: Client) -> None:
    answer = client.get("/measures/2599/plan.json")
    assert answer.status_code == 404
    assert json.loads(answer.content) == {"error": 404}


def test_a_forged_host_is_refused(db: None, client: Client) -> None:
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400


def test_addresses_have_an_english_twin(db: None) -> None:
    from django.utils import translation

    with translation.override("en"):
        assert reverse("home") == "/en/"
    with translation.override("th"):
        assert reverse("home") == "/"
