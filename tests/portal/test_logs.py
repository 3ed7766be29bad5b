"""Logs hold what an operator needs and nothing of a visitor."""

import io
import json
import logging
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from ita_portal.logs import JsonFormatter
from tests.factories import UserFactory

ADDRESS, AGENT = "203.0.113.77", "Browser-Of-A-Visitor/9"


@pytest.fixture
def written() -> Any:
    """Everything that the portal's loggers write during the test, as the real handler writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    names = ["", *settings.LOGGING["loggers"]]
    for name in names:
        logging.getLogger(name).addHandler(handler)
    yield stream
    for name in names:
        logging.getLogger(name).removeHandler(handler)


def test_nothing_of_a_visitor_is_written(db: None, client: Client, written: io.StringIO) -> None:
    UserFactory(username="somebody")
    visitor = {"REMOTE_ADDR": ADDRESS, "HTTP_USER_AGENT": AGENT, "HTTP_X_FORWARDED_FOR": ADDRESS}
    client.get("/nowhere/?secret=in-the-query", **visitor)
    client.post("/privacy/", {"name": "value-of-a-form"}, **visitor)
    for _attempt in range(6):
        client.post("/accounts/login/", {"username": "somebody", "password": "a-wrong-one"}, **visitor)
    client.get("/measures/9999/", headers={"host": "elsewhere.example"}, **visitor)
    text = written.getvalue()
    assert '"path": "/nowhere/"' in text, "something was written"
    for private in (ADDRESS, AGENT, "in-the-query", "value-of-a-form", "a-wrong-one", "somebody"):
        assert private not in text


def test_each_line_is_an_object_with_known_fields(db: None, client: Client, written: io.StringIO) -> None:
    client.get("/nowhere/")
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert lines
    for line in lines:
        assert set(line) <= {"time", "level", "logger", "message", "status", "method", "path", "error"}
        assert line["time"].endswith("+00:00")


def test_an_error_comes_with_its_trace_on_one_line() -> None:
    try:
        raise ValueError("ล้มเหลว\nสองบรรทัด")
    except ValueError:
        import sys

        record = logging.LogRecord("portal", logging.ERROR, __file__, 1, "failed %s", ("here",), sys.exc_info())
    record.request = RequestFactory().get("/measures/?q=hidden")
    record.status_code = 500
    line = JsonFormatter().format(record)
    assert "\n" not in line
    entry = json.loads(line)
    assert (entry["message"], entry["status"], entry["path"]) == ("failed here", 500, "/measures/")
    assert "ValueError: ล้มเหลว" in entry["error"]
    assert "hidden" not in line
