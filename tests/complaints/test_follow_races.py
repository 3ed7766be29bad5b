"""Two taps, two hands: what arrives at the same moment is one thing after the other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from complaints import store
from complaints.choices import Outcome
from complaints.models import Item
from complaints.services.acts import accept_case, close_case
from complaints.services.filing import Filed
from complaints.workflow import ForbiddenActError
from tests.races import at_once

from .conftest import Desk
from .follow_helpers import FOLLOW, opened_by, page, reporter, token, upload

pytestmark = pytest.mark.django_db(transaction=True)
FileCase = Callable[..., Filed]


def test_two_taps_at_once_are_one_message(file_case: FileCase) -> None:
    filed = file_case()
    client = reporter(filed)
    hidden, cookie = token(page(client)), client.cookies["follow"].value

    def tap() -> int:
        hand = Client()
        hand.cookies["follow"] = cookie
        return hand.post(FOLLOW, {"message": "ครั้งเดียว", "token": hidden, "attachments": [upload()]}).status_code

    assert at_once(tap, tap, tap) == [303, 303, 303]
    message = Item.objects.get(case=filed.case, kind="message")
    kept = {path.name for path in store.root().rglob("*") if path.is_file()}
    assert kept == {str(file.pk) for file in message.attachments.all()}


def test_withdrawing_and_closing_at_once(desk: Desk, file_case: FileCase) -> None:
    """Whoever comes second is told, and the case has one end."""
    filed = file_case()
    accept_case(opened_by(desk, filed), by=desk.officer("integrity"))
    client = reporter(filed)
    opened, officer = opened_by(desk, filed), desk.officer("integrity")
    by_reporter, by_officer = at_once(
        lambda: client.post(FOLLOW + "withdraw/", {"message": "พอแล้ว"}).status_code,
        lambda: close_case(opened, by=officer, outcome=Outcome.CORRECTED, text="แก้แล้ว"),
    )
    filed.case.refresh_from_db()
    if filed.case.state == "withdrawn":
        assert by_reporter == 303
        assert isinstance(by_officer, ForbiddenActError)
    else:
        assert filed.case.state == "closed"
        assert by_reporter == 409
    assert Item.objects.filter(case=filed.case, kind="message").count() == 1
