"""The catalogue: what may be lent, and how much of it is free on the chosen days."""

import pytest
from django.db import connection
from django.test import Client

from assets.catalogue import PAGE, Choice, page_of
from assets.catalogue import _searched as searched
from assets.choices import AssetKind, Condition
from assets.models import Asset
from assets.synonyms import GROUPS, alternatives
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
    assert 'name="after"' in first


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


QUERIES = 12


def test_ticks_go_along_whatever_is_pressed(cast: Cast, staff: Client, chairs: Asset) -> None:
    made = [AssetFactory(name=f"โต๊ะ {number:03d}") for number in range(PAGE + 3)]
    ticked = {"asset": [made[0].number, chairs.number], f"pieces-{chairs.label}": "4"}
    first = staff.get(CATALOGUE, ticked)
    assert first.context["basket"] == []  # both stand on this page, and are ticked there
    page = first.content.decode()
    for label in (made[0].label, chairs.label):
        assert f'id="asset-{label}" checked' in page
    assert f'name="pieces-{chairs.label}" id="pieces-{chairs.label}" value="4"' in page
    # One form: the search, “next page” and the request all send what is ticked.
    form = page.split('id="pick"', 1)[1].split("</form>", 1)[0]
    for part in ('name="q"', 'name="start_on"', 'name="after"', 'formaction="/assets/loans/new/"', 'name="asset"'):
        assert part in form, part
    following = first.context["page"].following
    for query in ({"after": following}, {"q": made[9].number}, {"q": "ไม่มีเลย"}, {"all": "1", "after": following}):
        other = staff.get(CATALOGUE, {**ticked, **query})
        assert {row.asset for row in other.context["basket"]} == {made[0], chairs}, query
        assert f'name="pieces-{chairs.label}" value="4"' in other.content.decode()
        assert other.context["may_ask"]
    dropped = staff.get(CATALOGUE, {**ticked, "drop": "1", "after": following})
    assert dropped.context["basket"] == []


def test_nothing_ticked_is_said(staff: Client, projector: Asset) -> None:
    day = (today() + DAY).isoformat()
    answer = staff.get(
        "/assets/loans/new/", {"ask": "1", "q": "ฉาย", "start_on": day, "due_on": day, "asset": ["", " "]}
    )
    assert answer.status_code == 302
    page = staff.get(answer["Location"])
    assert page.context["nothing_ticked"]
    assert 'role="alert"' in page.content.decode()
    assert (page.context["choice"].q, page.context["choice"].start) == ("ฉาย", today() + DAY)
    assert staff.get("/assets/loans/new/", {"ask": "1", "asset": projector.number}).status_code == 200
    assert staff.get("/assets/loans/new/").status_code == 200


@pytest.mark.parametrize(("start", "due", "field"), [(3, 1, "due_on"), (-2, 1, "start_on"), (0, 4000, "due_on")])
def test_wrong_days_are_said_and_no_others_shown(
    staff: Client, projector: Asset, start: int, due: int, field: str
) -> None:
    days = {"start_on": (today() + start * DAY).isoformat(), "due_on": (today() + due * DAY).isoformat()}
    answer = staff.get(CATALOGUE, {**days, "asset": projector.number})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in page
    assert answer.context["offers"] == []
    assert days["due_on"] in page
    assert [row.asset for row in answer.context["basket"]] == [projector]


def test_an_empty_result_leads_on(staff: Client, projector: Asset) -> None:
    answer = staff.get(CATALOGUE, {"q": "ช้างเผือก"})
    page = answer.content.decode()
    assert not answer.context["may_ask"]
    assert 'formaction="/assets/loans/new/"' not in page
    assert page.count('name="all"') == 2
    everything = staff.get(CATALOGUE, {"q": "ช้างเผือก", "all": "1"})
    assert [offer.asset for offer, _row in everything.context["offers"]] == [projector]
    assert everything.context["form"]["q"].value() is None


def test_what_cannot_be_used_has_no_tick(staff: Client, projector: Asset) -> None:
    broken = AssetFactory(condition=Condition.DAMAGED, broken=1)
    page = staff.get(CATALOGUE).content.decode()
    assert broken.number in page
    assert f"asset-{broken.label}" not in page
    assert f"asset-{projector.label}" in page


def test_search_by_what_people_call_it(cast: Cast, projector: Asset, truck: Asset) -> None:
    Asset.objects.filter(pk=truck.pk).update(category=CategoryFactory(name="ครุภัณฑ์ยานพาหนะและขนส่ง"))
    laptop = AssetFactory(name="คอมพิวเตอร์โน้ตบุ๊ก", category=CategoryFactory(name="ครุภัณฑ์คอมพิวเตอร์"))
    tent = AssetFactory(name="เต็นท์ผ้าใบ ขนาด 4 x 8 เมตร")
    screen = AssetFactory(name="จอรับภาพชนิดขาตั้ง")
    for asset, words in {
        projector: ["โปรเจคเตอร์", "โปรเจกเตอร์", "Projector", "โปรเจ", "เครื่องฉายภาพ"],
        laptop: ["notebook", "LAPTOP", "โน๊ตบุ๊ค", "note", "ครุภัณฑ์คอมพิวเตอร์"],
        tent: ["เต๊นท์", "เต็นท์ผ้าใบ"],
        truck: ["รถปิคอัพ", "ปิกอัพ", "กระบะ", "ยานพาหนะ", "ขนส่ง กระบะ"],
        screen: ["จอโปรเจคเตอร์"],
    }.items():
        for typed in words:
            assert names(choice(q=typed)) == [asset.number], typed
    assert names(choice(q="ยานพาหนะ โปรเจคเตอร์")) == []


def test_other_names_are_few_and_none_holds_another() -> None:
    for group in GROUPS:
        for name in group:
            assert name == name.lower()
            found = alternatives(name)
            assert 0 < len(found) <= 10
            assert not [one for one in found for other in found if one != other and one in other]
    assert alternatives("416-50-0001") == ["416-50-0001"]
    assert alternatives("โต๊ะ") == ["โต๊ะ"]


def test_the_search_is_answered_through_indexes(projector: Asset, truck: Asset) -> None:
    CategoryFactory(name="ครุภัณฑ์โปรเจคเตอร์")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    plan = searched(Asset.objects.all(), "โปรเจคเตอร์").explain()
    assert plan.count("asset_grams") == len(alternatives("โปรเจคเตอร์"))
    assert "asset_by_category" in plan or "category" in plan.split("BitmapOr", 1)[1]
    assert "Seq Scan" not in plan
