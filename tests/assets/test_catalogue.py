"""The catalogue: what may be lent, and how much of it is free on the chosen days."""

import pytest
from django.test import Client

from assets.catalogue import PAGE, Choice, page_of
from assets.choices import AssetKind, Condition
from assets.models import Asset
from ita_portal.fiscal import today

from ..cast import Cast
from .days import on_day
from .factories import DAY, AssetFactory, CategoryFactory, approved, handed_out

CATALOGUE = "/assets/"


@pytest.fixture
def staff(cast: Cast) -> Client:
    return cast.client("staff")


def choice(start: int = 0, due: int = 0, **words: object) -> Choice:
    return Choice(today() + start * DAY, today() + due * DAY, **words)  # type: ignore[arg-type]


def names(found: Choice) -> list[str]:
    return [offer.asset.number for offer in page_of(found).offers]


def test_whoever_has_signed_in_looks_and_nobody_else(cast: Cast, projector: Asset) -> None:
    for name in ("admin", "integrity", "staff2", "mayor"):
        page = cast.client(name).get(CATALOGUE)
        assert page.status_code == 200
        assert projector.number in page.content.decode()
    assert cast.client("citizen").get(CATALOGUE).status_code == 302


def test_what_is_not_lent_is_not_shown(cast: Cast, projector: Asset) -> None:
    AssetFactory(lendable=False)
    AssetFactory(retired_on=today(), retired_reason="ชำรุด")
    assert names(choice()) == [projector.number]


def test_it_says_how_much_is_free(cast: Cast, projector: Asset, chairs: Asset, truck: Asset) -> None:
    approved(cast.staff, cast.head, projector, start=2, days=3)
    approved(cast.staff2, cast.head, chairs, start=0, days=3, quantity=4)
    broken = AssetFactory(condition=Condition.DAMAGED, broken=1)
    free = {offer.asset.pk: offer.supply.free for offer in page_of(choice(1, 2)).offers}
    assert free == {projector.pk: 0, chairs.pk: 6, truck.pk: 1, broken.pk: 0}
    supply = {offer.asset.pk: offer.supply for offer in page_of(choice(3, 3)).offers}
    assert (supply[chairs.pk].free, supply[projector.pk].again) == (10, today() + 5 * DAY)
    assert set(names(choice(1, 2, free_only=True))) == {chairs.number, truck.number}


def test_an_overdue_thing_is_not_free(cast: Cast, projector: Asset) -> None:
    handed_out(cast.staff, cast.head, cast.assets, projector, days=2)
    with on_day(today() + 9 * DAY):
        (offer,) = page_of(choice()).offers
        assert (offer.supply.free, offer.supply.late) == (0, True)
        assert names(choice(free_only=True)) == []


def test_taken_chairs_are_left_out_by_free_only(cast: Cast, chairs: Asset) -> None:
    approved(cast.staff, cast.head, chairs, quantity=10)
    assert names(choice(free_only=True)) == []
    assert names(choice(5, 6, free_only=True)) == [chairs.number]


def test_search_inside_thai_words_and_filters(cast: Cast, staff: Client, projector: Asset, truck: Asset) -> None:
    other = CategoryFactory(name="ครุภัณฑ์ยานพาหนะ")
    Asset.objects.filter(pk=truck.pk).update(category=other)
    assert names(choice(q="ฉาย")) == [projector.number]
    assert names(choice(q="โรงจอด 001")) == [truck.number]
    assert names(choice(category=other.pk)) == [truck.number]
    assert names(choice(division=cast.staff2.division_id)) == []
    assert names(choice(kind=AssetKind.QUANTITY)) == []
    page = staff.get(CATALOGUE, {"q": "ฉาย"}).content.decode()
    assert projector.number in page
    assert truck.number not in page


def test_pages_follow_one_another(cast: Cast, staff: Client) -> None:
    made = [AssetFactory(name=f"โต๊ะ {number % 7}").number for number in range(PAGE * 2 + 3)]
    taken = Asset.objects.get(number=made[0])
    approved(cast.staff, cast.head, taken)
    for free_only, expected in ((False, set(made)), (True, set(made[1:]))):
        seen: list[str] = []
        after = ""
        for _page in range(4):
            page = page_of(choice(free_only=free_only, after=after))
            seen += [offer.asset.number for offer in page.offers]
            after = page.following
            if not after:
                break
        assert (len(seen), set(seen)) == (len(expected), expected)
    first = staff.get(CATALOGUE).content.decode()
    assert "after=" in first


def test_a_page_of_taken_chairs_reaches_further(cast: Cast) -> None:
    for number in range(PAGE + 5):
        asset = AssetFactory(name=f"ก {number:03d}", kind=AssetKind.QUANTITY, quantity=2)
        approved(cast.staff, cast.head, asset, quantity=2)
    last = AssetFactory(name="ฮ")
    assert names(choice(free_only=True)) == [last.number]


def test_the_basket_is_kept(cast: Cast, staff: Client, projector: Asset, chairs: Asset) -> None:
    page = staff.get(CATALOGUE, {"asset": [chairs.number, "ไม่มี"], f"pieces-{chairs.label}": "4", "q": "ฉาย"})
    shown = page.content.decode()
    assert f'id="kept-{chairs.label}"' in shown
    assert f'name="pieces-{chairs.label}" value="4"' in shown
    assert 'name="quantity" value="4"' in shown
    asked = staff.get("/assets/loans/new/", {"asset": [projector.number, chairs.number], f"pieces-{chairs.label}": "4"})
    assert [(row.number, row.pieces) for row in asked.context["rows"] if row.asset] == [
        (projector.number, 1),
        (chairs.number, 4),
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"after": "ZZZZZZZZZZZZ"},
        {"division": "9" * 30, "category": "x", "kind": "elephants"},
        {"start_on": "31/02/2569", "due_on": "ไม่รู้"},
        {"start_on": "01/01/2490"},
        {"start_on": "0001-01-01", "due_on": "9999-12-31"},
        {"asset": ["x" * 5000], "quantity": ["9" * 6000, "-1"]},
        {"q": ["a", "b"], "start_on": ["1", "2"]},
    ],
)
def test_bad_input_is_left_out(staff: Client, projector: Asset, query: dict[str, object]) -> None:
    assert staff.get(CATALOGUE, query).status_code == 200


@pytest.mark.parametrize("count", [2, 200])
def test_queries_of_the_catalogue(cast: Cast, staff: Client, count: int, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    category, division = CategoryFactory(), cast.staff.division
    Asset.objects.bulk_create(
        Asset(number=f"500-{n:04d}", name=f"โต๊ะ {n:04d}", category=category, division=division, lendable=True)
        for n in range(count)
    )
    staff.get(CATALOGUE)
    with django_assert_num_queries(QUERIES):
        assert staff.get(CATALOGUE).status_code == 200


QUERIES = 11
