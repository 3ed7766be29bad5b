"""Requests that no browser sends: answered briefly, never with an error of the server."""

import os
import socket
import subprocess
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory

from ita_portal.serving import server_command
from measures.models import Plan

from .test_production import database_url


@pytest.mark.parametrize(
    "path",
    [
        "/measures/%00/",
        "/measures/2567/?division=%00",
        "/measures/2567/?a%00=1",
        "/measures/2567/?quarter=1&quarter=%00",
    ],
)
def test_a_nul_is_refused(published_plan: Plan, client: Client, path: str) -> None:
    assert client.get(path).status_code == 400


def test_the_charset_of_a_request_without_a_body_means_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from ita_portal import wsgi

    types: list[str | None] = []
    monkeypatch.setattr(wsgi, "_portal", lambda environ, _start: types.append(environ.get("CONTENT_TYPE")) or [])
    for method in ("GET", "HEAD", "POST"):
        environ = RequestFactory().generic(method, "/measures/2567/").environ
        wsgi.application(environ | {"CONTENT_TYPE": "text/plain; charset=hex"}, lambda *_said: None)
    assert types == [None, None, "text/plain; charset=hex"]


@pytest.mark.django_db(transaction=True)
def test_no_header_of_a_visitor_moves_the_addresses(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment: dict[str, Any] = {
        "PATH": os.environ["PATH"],
        "PORTAL_VAR": str(tmp_path),
        "DATABASE_URL": database_url(),
    }
    connection.close()
    with subprocess.Popen(
        server_command(port, tmp_path), cwd=settings.BASE_DIR, env=environment, stderr=subprocess.PIPE
    ) as server:
        try:
            answers = [
                _asked(port, headers) for headers in ({}, {"SCRIPT_NAME": "/en"}, {"X-Forwarded-Proto": "https"})
            ]
        finally:
            server.terminate()
    assert answers[0][0] == 302
    assert answers[1] == answers[0]
    assert answers[2] == answers[0]


def _asked(port: int, headers: dict[str, str]) -> tuple[int, str | None]:
    """Status and Location of `/en/staff/`, as soon as the server answers."""
    for _attempt in range(200):
        try:
            asking = HTTPConnection("127.0.0.1", port, timeout=20)
            asking.request("GET", "/en/staff/", headers=headers)
            answer = asking.getresponse()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return answer.status, answer.getheader("Location")
    raise AssertionError("gunicorn does not start")
