"""What happened to an asset, in one row."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from assets.models import Asset, CountItem, CountSession, Loan, LoanEntry

from ..cast import Cast
from .factories import CategoryFactory, requested
from .test_register_pages import filled


def rows_of(client: Client, asset: Asset, **query: str) -> list[Any]:
    """The page's rows."""
    rows: list[Any] = client.get(f"/assets/item/{asset.label}/history/", query).context["rows"]
    return rows


def edit(client: Client, asset: Asset, **changes: object) -> None:
    """Change the entry on its page."""
    asset.refresh_from_db()
    assert client.post(f"/assets/register/{asset.label}/edit/", filled(asset, **changes)).status_code == 302


def test_changes_name_the_person_and_say_words(cast: Cast, projector: Asset) -> None:
    officer = cast.client("assets")
    other = CategoryFactory(name="ครุภัณฑ์ยานพาหนะ")
    edit(officer, projector, place="ห้องใหม่", category=other.pk, custodian=cast.staff.pk, condition="worn")
    rows = rows_of(cast.client("staff"), projector)
    assert rows[0].by == str(cast.assets)
    changes = {(change.before, change.after) for change in rows[0].changes}
    assert ("ห้องประชุม", "ห้องใหม่") in changes
    assert (str(projector.category), str(other)) in changes
    assert ("–", str(cast.staff)) in changes
    assert not any("search" in change.name for change in rows[0].changes)
    assert rows[-1].by == "", "entered by a command"


def test_saving_the_same_is_no_change(cast: Cast, projector: Asset) -> None:
    edit(cast.client("assets"), projector)
    assert len(rows_of(cast.client("assets"), projector)) == 1


def test_loans_only_for_whom_they_concern(cast: Cast, loan_out: Loan, projector: Asset) -> None:
    mine = [row for row in rows_of(cast.client("staff"), projector) if row.url]
    assert len(mine) == LoanEntry.objects.count() == 3
    assert mine[0].by == str(cast.assets)
    assert not [row for row in rows_of(cast.client("staff2"), projector) if row.url]
    assert len([row for row in rows_of(cast.client("mayor"), projector) if row.url]) == 3


def test_counts_for_the_asset_officer(cast: Cast, projector: Asset) -> None:
    day = timezone.localdate()
    session = CountSession.objects.create(
        fiscal_year=2569, order="1", appointed_on=day, start_on=day, due_on=day, opened_at=timezone.now(),
        made_by=cast.assets,
    )  # fmt: skip
    CountItem.objects.create(
        session=session, asset=projector, division=projector.division, expected=1, found=1, result="found",
        counted_by=cast.staff2, counted_at=timezone.now(), note="ป้ายหลุด",
    )  # fmt: skip
    assert rows_of(cast.client("assets"), projector)[0].by == str(cast.staff2)
    assert "ป้ายหลุด" not in [row.note for row in rows_of(cast.client("staff"), projector)]


def test_page_by_page_nothing_twice(cast: Cast, projector: Asset, monkeypatch: pytest.MonkeyPatch) -> None:
    from assets import history

    monkeypatch.setattr(history, "PAGE", 3)
    loan = requested(cast.staff, projector)
    now = timezone.now()
    # Two at the same moment, where a page ends.
    for minutes in (1, 2, 3, 3, 4, 5, 6):
        LoanEntry.objects.create(
            loan=loan, act="change", state="requested", by=cast.staff, at=now + timedelta(minutes=minutes)
        )
    client, address, seen = cast.client("assets"), f"/assets/item/{projector.label}/history/", []
    query = ""
    for _page in range(9):
        page = client.get(f"{address}?{query}")
        seen += [(row.at, row.what) for row in page.context["rows"]]
        query = page.context["next"]
        if not query:
            break
    assert len(seen) == LoanEntry.objects.count() + 1
    assert [at for at, _what in seen] == sorted((at for at, _what in seen), reverse=True)


@pytest.mark.parametrize("before", ["x", "2569-99-99", "2026-01-01", "9" * 300, "2026-02-30T00:00:00+00:00"])
def test_a_moment_that_is_none_is_left_out(cast: Cast, projector: Asset, before: str) -> None:
    assert len(rows_of(cast.client("staff"), projector, before=before)) == 1


@pytest.mark.parametrize("size", [2, 60])
def test_queries_do_not_grow(cast: Cast, projector: Asset, size: int, django_assert_max_num_queries: Any) -> None:
    loan = requested(cast.staff, projector)
    for number in range(size):
        LoanEntry.objects.create(loan=loan, act="change", state="requested", by=cast.staff)
        Asset.objects.filter(pk=projector.pk).update(place=f"ห้อง {number}", custodian=cast.staff)
    client = cast.client("assets")
    with django_assert_max_num_queries(14):
        assert client.get(f"/assets/item/{projector.label}/history/").status_code == 200
