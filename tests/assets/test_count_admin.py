"""Counts in the back office: the asset officer looks, nobody changes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ..cast import Cast
from .counts import begun
from .factories import AssetFactory

pytestmark = pytest.mark.django_db

MOST_QUERIES = 20


@pytest.mark.parametrize("number", [2, 200])
def test_what_the_lists_cost(cast: Cast, number: int) -> None:
    AssetFactory.create_batch(number)
    session = begun(cast)
    item = session.items.first()
    assert item is not None
    client = cast.client("assets")
    for path in (
        "countsession/", f"countsession/{session.pk}/change/", "countitem/", "countitem/?q=416-50-0001",
        f"countitem/{item.pk}/change/", f"countsession/{session.pk}/history/",
    ):  # fmt: skip
        client.get(f"/admin/assets/{path}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/admin/assets/{path}").status_code == 200, path
        assert len(queries) <= MOST_QUERIES, (path, len(queries))


def test_nobody_changes_anything(cast: Cast) -> None:
    AssetFactory()
    session = begun(cast)
    item = session.items.get()
    client = cast.client("assets")
    for path in (
        "countsession/add/", "countitem/add/", f"countsession/{session.pk}/delete/", f"countitem/{item.pk}/delete/"
    ):  # fmt: skip
        assert client.get(f"/admin/assets/{path}").status_code == 403
    for path in (f"countsession/{session.pk}/change/", f"countitem/{item.pk}/change/"):
        assert client.post(f"/admin/assets/{path}", {"order": "x"}).status_code == 403


def test_others_of_the_back_office_do_not_look(cast: Cast) -> None:
    for name in ("admin", "secretary", "budget"):
        for path in ("countsession/", "countitem/"):
            assert cast.client(name).get(f"/admin/assets/{path}").status_code == 403
