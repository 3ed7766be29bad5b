"""The page of an asset, and the way to it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assets.choices import Condition
from assets.item_page import availability_of
from assets.models import Asset, Counter, CountItem, CountSession, Loan, Photo
from assets.services.handovers import Pieces, take_back
from assets.services.photos import keep_photos
from ita_portal.fiscal import today
from ita_portal.uploads import accept_upload

from ..cast import ROLES, Cast
from .factories import DAY, AssetFactory, approved, handed_out, mark, requested
from .test_register_pages import picture

SCAN = "/assets/scan/"


def page_of(asset: Asset) -> str:
    """Its address."""
    return f"/assets/item/{asset.label}/"


@pytest.fixture
def count(cast: Cast, projector: Asset) -> CountItem:
    """An open count in which `staff2` counts, with the projector in it."""
    day = today()
    session = CountSession.objects.create(
        fiscal_year=2569, order="12/2569", appointed_on=day, start_on=day, due_on=day + 40 * DAY,
        opened_at=timezone.now(), made_by=cast.assets,
    )  # fmt: skip
    Counter.objects.create(session=session, user=cast.staff2)
    return CountItem.objects.create(session=session, asset=projector, division=projector.division, expected=1)


@pytest.mark.parametrize("role", ROLES)
def test_whoever_has_signed_in_sees_an_asset(cast: Cast, projector: Asset, role: str) -> None:
    code = 302 if role == "citizen" else 200
    for address in (page_of(projector), f"{page_of(projector)}history/", SCAN):
        assert cast.client(role).get(address).status_code == code
    card = {"citizen": 302, "assets": 200}.get(role, 403)
    assert cast.client(role).get(f"{page_of(projector)}card.pdf").status_code == card


def test_small_letters_open_it_too(cast: Cast, projector: Asset) -> None:
    assert cast.client("staff").get(f"/assets/item/{projector.label.lower()}/").status_code == 200


def test_borrowing_begins_here(cast: Cast, projector: Asset) -> None:
    projector.number = "7440-001/65"
    projector.save()
    page = cast.client("staff").get(page_of(projector)).content.decode()
    assert f"{reverse('assets:loan_new')}?asset=7440-001%2F65" in page
    assert reverse("assets:calendar", args=[projector.label]) in page
    for change in ({"lendable": False}, {"condition": Condition.DAMAGED, "broken": 1}):
        other = AssetFactory(**change)
        assert reverse("assets:loan_new") not in cast.client("staff").get(page_of(other)).content.decode()


def test_what_is_free_in_words(cast: Cast, projector: Asset, chairs: Asset) -> None:
    assert availability_of(projector).mark == "done"
    approved(cast.staff, cast.head, projector, start=2, days=2)
    marks = [stretch.mark for stretch in availability_of(projector).stretches]
    assert marks == ["done", "not_done", "done"]
    handed_out(cast.staff, cast.head, cast.assets, projector, days=2)
    assert availability_of(projector).mark == "not_done"
    approved(cast.staff, cast.head, chairs, quantity=4)
    assert [stretch.mark for stretch in availability_of(chairs).stretches] == ["delayed", "done"]
    chairs.lendable = False
    assert availability_of(chairs).stretches == []


def test_others_are_not_named(cast: Cast, projector: Asset) -> None:
    loan = handed_out(cast.staff2, cast.head, cast.assets, projector, purpose="งานลับของกองคลัง")
    hidden = requested(cast.staff2, projector, start=30)
    for role, sees in {
        "staff2": True,
        "assets": True,
        "head": True,
        "mayor": True,
        "staff": False,
        "admin": False,
    }.items():
        page = cast.client(role).get(page_of(projector))
        rows = page.context["loans"]
        assert [row.loan for row in rows] == ([hidden, loan] if sees else [None]), role
        if not sees:
            assert str(cast.staff2) not in page.content.decode()


def test_officers_see_incidents_counts_and_what_to_do(cast: Cast, projector: Asset, count: CountItem) -> None:
    loan = handed_out(cast.staff, cast.head, cast.assets, projector)
    line = loan.lines.get()
    take_back(loan, [Pieces(line.pk, 1, Condition.DAMAGED, "เลนส์แตก")], by=cast.assets, person="ก", form_mark=mark())
    officer = cast.client("assets").get(page_of(projector))
    assert "เลนส์แตก" in officer.content.decode()
    assert officer.context["counts"] == [count]
    edit = reverse("assets:asset_edit", args=[projector.label])
    assert edit in officer.content.decode()
    others = cast.client("staff2").get(page_of(projector)).content.decode()
    assert edit not in others
    assert "เลนส์แตก" not in others


def test_a_counter_counts_from_here(cast: Cast, projector: Asset, chairs: Asset, count: CountItem) -> None:
    entry = reverse("assets:count_entry", args=[2569, projector.label])
    assert entry in cast.client("staff2").get(page_of(projector)).content.decode()
    assert entry not in cast.client("staff").get(page_of(projector)).content.decode()
    assert "count_entry" not in cast.client("staff2").get(page_of(chairs)).content.decode()
    CountSession.objects.update(closed_at=timezone.now(), closed_by=cast.assets)
    assert entry not in cast.client("staff2").get(page_of(projector)).content.decode()


def test_the_book_value(cast: Cast, projector: Asset) -> None:
    page = cast.client("staff").get(page_of(projector))
    assert page.context["value"] is None
    projector.acquired_on, projector.unit_price, projector.life_years = dt.date(2020, 1, 1), Decimal(1000), 5
    projector.save()
    assert cast.client("staff").get(page_of(projector)).context["value"].net == 1


@pytest.mark.parametrize("role", ["staff2", "assets"])
@pytest.mark.parametrize("size", [2, 60])
def test_queries_do_not_grow(
    cast: Cast, chairs: Asset, count: CountItem, size: int, role: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(size):
        requested(cast.staff2 if number % 2 else cast.staff, chairs, start=number % 30)
    client = cast.client(role)
    with django_assert_max_num_queries(14):
        assert client.get(page_of(chairs)).status_code == 200


class TestScan:
    """From a number or a label to the asset."""

    def test_by_number_label_and_address(self, cast: Cast, projector: Asset) -> None:
        client = cast.client("staff")
        spaced = f"{projector.label[:5].lower()} {projector.label[5:].lower()}"
        for text in (
            "416-50-0001", "๔๑๖–๕๐ – ๐๐๐๑", projector.label, spaced, f"http://127.0.0.1:8000/assets/item/{projector.label}/",
            f"https://example.go.th/en/assets/item/{projector.label}/?x=1",
        ):  # fmt: skip
            answer = client.get(SCAN, {"q": text})
            assert (answer.status_code, answer.get("Location")) == (302, page_of(projector)), text

    def test_the_nearest_are_offered(self, cast: Cast, projector: Asset, chairs: Asset) -> None:
        answer = cast.client("staff").get(SCAN, {"q": "416-50-0009"})
        assert answer.status_code == 422
        assert answer.context["near"] == [projector]
        assert cast.client("staff").get(SCAN, {"q": "เก้าอี้"}).context["near"] == [chairs]
        assert cast.client("staff").get(SCAN, {"q": "ไม่มีสิ่งนี้"}).context["near"] == []

    @pytest.mark.parametrize("query", ["", "q=", "q=" + "1" * 1000, "q=%F0%9F%AA%91", "q=%FF", "q=1&q=2", "q=%25_"])
    def test_anything_may_be_typed(self, cast: Cast, projector: Asset, query: str) -> None:
        assert cast.client("staff").get(f"{SCAN}?{query}").status_code == (422 if query else 200)


class TestPhotosOfOthers:
    """Photos of handovers and counts."""

    def kept(self, cast: Cast, **of: Any) -> Photo:
        return keep_photos([accept_upload(picture())], by=cast.assets, **of)[0]

    def codes(self, cast: Cast, photo: Photo) -> dict[str, int]:
        return {role: cast.client(role).get(f"/assets/photos/{photo.public_id}/").status_code for role in ROLES}

    def test_of_a_handover(self, cast: Cast, loan_out: Loan) -> None:
        codes = self.codes(cast, self.kept(cast, handover=loan_out.handovers.get()))
        assert {role for role, code in codes.items() if code == 200} == {"staff", "head", "mayor", "assets"}

    def test_of_a_count(self, cast: Cast, count: CountItem) -> None:
        codes = self.codes(cast, self.kept(cast, count_item=count))
        assert {role for role, code in codes.items() if code == 200} == {"staff2", "assets"}
        assert codes["staff"] == 404

    @pytest.mark.parametrize("name", ["x", "..", "ก", "a" * 17])
    def test_none(self, cast: Cast, name: str) -> None:
        assert cast.client("assets").get(f"/assets/photos/{name}/").status_code == 404

    def test_a_lost_file(self, cast: Cast, projector: Asset) -> None:
        photo = self.kept(cast, asset=projector)
        photo.file.storage.delete(photo.file.name)
        assert cast.client("staff").get(f"/assets/photos/{photo.public_id}/").status_code == 404


def test_get_only(cast: Cast, projector: Asset) -> None:
    client: Client = cast.client("assets")
    for address in (page_of(projector), SCAN, f"{page_of(projector)}history/", f"{page_of(projector)}card.pdf"):
        assert client.post(address).status_code == 405
