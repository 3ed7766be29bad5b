"""Lists behind a key: every row once, in order, and no address that breaks a page."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ita_portal.keyset import Keyset
from organization.models import User

BY_DAY = Keyset(User, "date_joined", "pk")
BY_NAME = Keyset(User, "last_name", "pk")
LATEST = Keyset(User, "-last_name", "-pk")


@pytest.fixture
def people(db: None) -> list[User]:
    """Three of each name, one of which has signs that an address cannot hold."""
    names = ["", "ก", "a.b/c&d=%2E ", "a", "é'\"\\"]
    return [User.objects.create(username=f"{name}{again}", last_name=name) for again in range(3) for name in names]


def walked(keyset: Keyset[User], size: int) -> list[int]:
    """The whole list, page after page."""
    found, text = [], ""
    while True:
        page = keyset.page(User.objects.all(), text, size)
        assert page.is_first is not bool(text)
        found += [row.pk for row in page.rows]
        if not page.next:
            return found
        assert keyset.read(page.next) == keyset.key(page.rows[-1])
        text = page.next


@pytest.mark.parametrize("keyset", [BY_DAY, BY_NAME, LATEST, Keyset(User, "-pk")])
@pytest.mark.parametrize("size", [1, 4, 5, 12, 50])
def test_every_row_stands_on_one_page(people: list[User], keyset: Keyset[User], size: int) -> None:
    whole = list(User.objects.order_by(*keyset.order).values_list("pk", flat=True))
    assert walked(keyset, size) == whole
    assert [row.pk for block in keyset.blocks(User.objects.all(), size) for row in block] == whole


def test_a_page_is_one_comparison_of_rows(people: list[User]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        BY_NAME.page(User.objects.all(), f"a.{people[0].pk}", 5)
    (query,) = queries
    assert '("organization_user"."last_name", "organization_user"."id") > (\'a\', ' in query["sql"]


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "..", "1", "2026-11-23", "2026-11-23.", ".5", "2026-11-23T00:00:00.x", "9999-99-99.1", "2026-13-01.1",
        "x.1",
        "1.1",
        "2026-11-23 00:00.1", "2026-11-23.01", "2026-11-23.1_0", "2026-11-23.1.2", "2026-11-23.%31",
        "2026-11-23.１", "2026-11-23. 1",
        "2026-11-23." + "9" * 19, "2026-11-23." + "9" * 5000,
        "%00.1", "%FF.1", "%ED%A0%80.1", "\x00.1", "\ud800.1", "ก.1", "NaN.1",
        "2026-11-23.-1e5", "None.None", "'; DROP TABLE.1",
    ],
)  # fmt: skip
def test_what_is_no_key_is_the_first_page(people: list[User], text: str) -> None:
    assert BY_DAY.read(text) is None
    page = BY_DAY.page(User.objects.all(), text, 5)
    assert (page.is_first, len(page.rows)) == (True, 5)
    for keyset in (BY_NAME, LATEST, Keyset(Group, "pk")):
        rows: Any = keyset.model._default_manager.all()
        keyset.page(rows, text, 5)


def test_a_key_of_a_row_that_is_gone_is_a_place_in_the_list(people: list[User]) -> None:
    assert [row.last_name for row in BY_NAME.page(User.objects.all(), "b.1", 50).rows][-1] == "ก"
    assert BY_NAME.page(User.objects.all(), "%E0%B9%8E.1", 5).rows == []


def test_columns_run_one_way() -> None:
    with pytest.raises(ValueError, match="rise"):
        Keyset(User, "last_name", "-pk")


def test_days_and_numbers_are_written_plainly(db: None) -> None:
    user = User(pk=17, date_joined=dt.datetime(2026, 11, 23, 1, 2, 3, 4, tzinfo=dt.UTC))
    assert BY_DAY.written(user) == "2026-11-23T01%3A02%3A03%2E000004%2B00%3A00.17"
    assert BY_DAY.read(BY_DAY.written(user)) == BY_DAY.key(user)
