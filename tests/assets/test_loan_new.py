"""Asking to borrow: the form, what it says before it is sent, and what happens when it is sent twice."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from assets.asking import MOST_ROWS, deciders_of
from assets.choices import LoanState, Place
from assets.models import Asset, Delegation, Loan
from assets.services.requests import cancel_loan
from ita_portal.fiscal import BUDDHIST_ERA_OFFSET, today
from ita_portal.thai import to_thai_digits

from ..cast import Cast
from ..factories import DivisionFactory
from ..races import at_once
from .days import on_day
from .factories import DAY, AssetFactory, approved, handed_out, mark, requested

NEW = "/assets/loans/new/"


@pytest.fixture
def staff(cast: Cast) -> Client:
    return cast.client("staff")


def typed(*assets: Asset, start: int = 0, days: int = 3, **changed: Any) -> dict[str, Any]:
    """The form as a browser sends it."""
    begin = today() + start * DAY
    return {
        "asset": [asset.number for asset in assets],
        "quantity": ["1"] * len(assets),
        "start_on": begin.isoformat(),
        "due_on": (begin + (days - 1) * DAY).isoformat(),
        "purpose": "ประชุมประชาคม",
        "place": "on_site",
        "location": "ห้องประชุม",
        "form_mark": mark(),
        **changed,
    }


def test_a_request_is_sent(cast: Cast, staff: Client, projector: Asset, chairs: Asset) -> None:
    answer = staff.post(NEW, typed(projector, chairs, quantity=["1", "4"], phone="043 123"))
    loan = Loan.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/assets/loans/{loan.public_id}/")
    assert (loan.borrower, loan.entered_by, loan.state, loan.days) == (cast.staff, cast.staff, LoanState.REQUESTED, 3)
    assert (loan.use_at, loan.location, loan.purpose, loan.phone) == (
        Place.ON_SITE,
        "ห้องประชุม",
        "ประชุมประชาคม",
        "043 123",
    )
    assert list(loan.lines.order_by("position").values_list("asset", "quantity")) == [(projector.pk, 1), (chairs.pk, 4)]
    assert staff.get(answer["Location"]).status_code == 200


def test_days_in_every_spelling(staff: Client, cast: Cast) -> None:
    start = today() + 3 * DAY
    year = start.year + BUDDHIST_ERA_OFFSET
    for spelling in (
        start.isoformat(),
        f"{start.day:02d}/{start.month:02d}/{year}",
        f"{start.day}/{start.month}/{year}",
        to_thai_digits(f"{start.day:02d}/{start.month:02d}/{year}"),
    ):
        answer = staff.post(NEW, typed(AssetFactory(), start_on=spelling, due_on=spelling))
        assert answer.status_code == 302, spelling
        loan = Loan.objects.latest("pk")
        assert (loan.start_on, loan.due_on) == (start, start)


def test_asset_numbers_as_people_type_them(staff: Client, projector: Asset) -> None:
    data = typed(asset=[f" {to_thai_digits(projector.number)} ", ""])
    del data["quantity"]
    assert staff.post(NEW, data).status_code == 302
    assert Loan.objects.get().lines.get().quantity == 1


def test_a_label_stands_for_its_asset(staff: Client, projector: Asset) -> None:
    assert staff.post(NEW, typed(asset=[projector.label.lower()])).status_code == 302


def test_two_divisions_two_forms(cast: Cast, staff: Client, projector: Asset) -> None:
    other = AssetFactory(division=DivisionFactory(name="กองคลัง"))
    seen = staff.post(NEW, typed(projector, other, check="1"))
    assert [part.division.name for part in seen.context["finding"].parts] == ["กองช่าง", "กองคลัง"]
    answer = staff.post(NEW, typed(projector, other))
    assert answer["Location"] == "/assets/loans/"
    assert {loan.owner_id for loan in Loan.objects.all()} == {projector.division_id, other.division_id}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"start_on": ""}, "start_on"),
        ({"start_on": "เมื่อวาน"}, "start_on"),
        ({"due_on": "31/02/2570"}, "due_on"),
        ({"start_on": "2020-01-01"}, "start_on"),
        ({"due_on": "2500-01-01"}, "due_on"),
        ({"due_on": "9999-12-31"}, "due_on"),
        ({"due_on": "\x00"}, "due_on"),
        ({"purpose": " \x00 "}, "purpose"),
        ({"purpose": "ก" * 2001}, "purpose"),
        ({"place": ""}, "place"),
        ({"place": "the_moon"}, "place"),
        ({"place": "off_site", "location": ""}, "location"),
        ({"location": "ก" * 301}, "location"),
        ({"phone": "0" * 61}, "phone"),
    ],
)
def test_errors_stand_at_their_field(staff: Client, projector: Asset, changed: dict[str, str], field: str) -> None:
    answer = staff.post(NEW, typed(projector, **changed))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert f'id="id_{field}_error"' in page
    assert f"id_{field}_error" in page.split(f'name="{field}"', 1)[1].split(">", 1)[0]
    assert projector.number in page
    assert not Loan.objects.exists()


@pytest.mark.parametrize(
    ("asset", "quantity", "where"),
    [
        ([], [], "id_asset_0_error"),
        (["", " "], ["", ""], "id_asset_0_error"),
        (["ไม่มี-1"], ["1"], "id_asset_0_error"),
        (["\x00"], ["1"], "id_asset_0_error"),
        (["x" * 9000], ["1"], "id_asset_0_error"),
        (["416-50-0001", "416-50-0001"], ["1", "1"], "id_asset_1_error"),
        (["416-50-0001"], ["0"], "id_quantity_0_error"),
        (["416-50-0001"], ["-1"], "id_quantity_0_error"),
        (["416-50-0001"], ["1.5"], "id_quantity_0_error"),
        (["416-50-0001"], ["²"], "id_quantity_0_error"),
        (["416-50-0001"], ["9" * 5000], "id_quantity_0_error"),
        (["416-50-0001"], ["2"], "id_quantity_0_error"),
        (["416-50-0001"] * 300, ["1"] * 300, "id_asset_1_error"),
    ],
)
def test_errors_stand_at_their_row(
    staff: Client, projector: Asset, asset: list[str], quantity: list[str], where: str
) -> None:
    answer = staff.post(NEW, typed(asset=asset, quantity=quantity, purpose="งานพิเศษ"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="{where}"' in page
    assert page.count(where) >= 2  # the message, and the field that points to it
    assert "งานพิเศษ" in page
    assert not Loan.objects.exists()


def test_typed_values_are_kept(staff: Client, cast: Cast) -> None:
    page = staff.post(
        NEW,
        typed(asset=["ไม่มี"], quantity=["7"], start_on="เมื่อวาน", purpose='<b>"งาน"', place="off_site", location="ที่โน่น"),
    ).content.decode()
    for kept in ('value="ไม่มี"', 'value="7"', 'value="เมื่อวาน"', "&lt;b&gt;&quot;งาน&quot;", 'value="ที่โน่น"'):
        assert kept in page
    assert 'value="off_site" id="id_place_1" checked' in page


def test_why_it_is_not_free_is_said_without_a_name(cast: Cast, staff: Client, projector: Asset, chairs: Asset) -> None:
    other = approved(cast.staff2, cast.head, projector, start=1, days=2)
    approved(cast.staff2, cast.head, chairs, quantity=8)
    answer = staff.post(NEW, typed(projector, chairs, quantity=["1", "5"]))
    assert answer.status_code == 422
    wrong = [row for row in answer.context["rows"] if row.is_wrong]
    assert len(wrong) == 2
    page = answer.content.decode()
    assert other.reference not in page
    assert str(cast.staff2) not in page


def test_what_should_have_been_back_cannot_be_promised(cast: Cast, projector: Asset) -> None:
    handed_out(cast.staff2, cast.head, cast.assets, projector, days=1)
    with on_day(today() + 4 * DAY):
        answer = cast.client("staff").post(NEW, typed(projector, start=10))
    assert answer.status_code == 422
    assert answer.context["rows"][0].error


def test_check_says_and_stores_nothing(cast: Cast, staff: Client, projector: Asset, chairs: Asset) -> None:
    approved(cast.staff2, cast.head, projector)
    answer = staff.post(NEW, typed(projector, chairs, purpose="", check="1"))
    assert answer.status_code == 200
    assert [(row.asset, row.free) for row in answer.context["rows"] if row.asset] == [
        (projector, False),
        (chairs, True),
    ]
    assert [decider.person for decider in answer.context["finding"].parts[0].deciders] == [cast.head]
    assert Loan.objects.count() == 1


def test_the_address_prefills_and_says_it_too(cast: Cast, staff: Client, projector: Asset, chairs: Asset) -> None:
    approved(cast.staff2, cast.head, projector)
    query = {"asset": [projector.number, chairs.number], "quantity": ["1", "3"], "start_on": today().isoformat()}
    answer = staff.get(NEW, {**query, "due_on": today().isoformat(), "place": "off_site"})
    rows = [row for row in answer.context["rows"] if row.asset]
    assert [(row.free, row.pieces) for row in rows] == [(False, 1), (True, 3)]
    assert [decider.person for decider in answer.context["finding"].parts[0].deciders] == [cast.mayor]
    assert not answer.context["form"].errors
    assert answer.status_code == 200
    year = today().year + BUDDHIST_ERA_OFFSET
    assert f'value="{today():%d/%m}/{year}"' in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"asset": "ก", "quantity": "x", "start_on": "x", "due_on": "9" * 5000, "place": "x", "purpose": "\u202e"},
        {"start_on": "2020-01-01", "due_on": "2019-01-01", "asset": "416-50-0001"},
        {"asset": ["a"] * 500},
    ],
)
def test_bad_addresses_show_the_form(staff: Client, projector: Asset, query: dict[str, Any]) -> None:
    assert staff.get(NEW, query).status_code == 200


def test_rows_are_added_and_removed_without_a_script(staff: Client, projector: Asset, chairs: Asset) -> None:
    data = typed(projector, chairs, quantity=["1", "2"], purpose="", start_on="ไม่รู้")
    added = staff.post(NEW, {**data, "add": "1"})
    assert added.status_code == 200
    assert [row.number for row in added.context["rows"]] == [projector.number, chairs.number, "", "", ""]
    assert 'value="ไม่รู้"' in added.content.decode()
    assert not added.context["form"].errors
    removed = staff.post(NEW, {**data, "remove": "0"})
    assert [(row.number, row.pieces) for row in removed.context["rows"] if row.number] == [(chairs.number, 2)]
    assert staff.post(NEW, {**data, "remove": "9" * 400}).status_code in (200, 422)
    many = staff.post(NEW, typed(asset=["x"] * 400, add="1"))
    assert len(many.context["rows"]) <= MOST_ROWS + 3
    assert not Loan.objects.exists()


def test_sent_twice_is_one_request(staff: Client, projector: Asset) -> None:
    data = typed(projector)
    first, second = staff.post(NEW, data), staff.post(NEW, data)
    assert first["Location"] == second["Location"]
    # Back, changed, sent again: the first is shown, nothing is made.
    again = staff.post(NEW, {**data, "purpose": "อย่างอื่น"})
    assert again["Location"] == first["Location"]
    assert Loan.objects.count() == 1


def test_without_a_mark_the_same_words_are_the_same_request(cast: Cast, staff: Client, projector: Asset) -> None:
    data = typed(projector, form_mark="")
    first, second = staff.post(NEW, data), staff.post(NEW, data)
    assert first["Location"] == second["Location"]
    assert staff.post(NEW, {**data, "purpose": "อย่างอื่น"})["Location"] != first["Location"]
    cancel_loan(Loan.objects.earliest("pk"), by=cast.staff)
    assert staff.post(NEW, data)["Location"] not in (first["Location"],)
    assert Loan.objects.count() == 3


def test_back_with_a_new_mark_and_the_same_words(cast: Cast, staff: Client, projector: Asset, chairs: Asset) -> None:
    other = AssetFactory(division=DivisionFactory(name="กองคลัง"))
    data = typed(projector, chairs, other, quantity=["1", "3", "1"])
    staff.post(NEW, data)
    assert Loan.objects.count() == 2
    staff.post(NEW, {**data, "form_mark": mark()})
    assert Loan.objects.count() == 2
    for changed in ({"quantity": ["1", "4", "1"]}, {"location": "อีกห้อง"}, {"asset": [projector.number]}):
        before = Loan.objects.count()
        assert staff.post(NEW, {**data, **changed, "form_mark": mark()}).status_code == 302
        assert Loan.objects.count() > before, changed
    before = Loan.objects.count()
    cast.client("staff2").post(NEW, {**data, "form_mark": mark()})
    assert Loan.objects.count() == before + 2


def test_a_mark_of_somebody_else_opens_nothing(cast: Cast, staff: Client, projector: Asset) -> None:
    data = typed(projector)
    first = staff.post(NEW, data)
    other = cast.client("staff2").post(NEW, data)
    assert other.status_code == 302
    assert other["Location"] != first["Location"]


@pytest.mark.parametrize("form_mark", ["\x00", "x" * 5000, "ก", "'; --", "%"])
def test_odd_marks(staff: Client, projector: Asset, form_mark: str) -> None:
    assert staff.post(NEW, typed(projector, form_mark=form_mark)).status_code == 302
    assert Loan.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form_mark", ["a-mark", ""])
def test_a_double_click_is_one_request(cast: Cast, projector: Asset, form_mark: str) -> None:
    data = typed(projector, form_mark=form_mark)
    clients = [cast.client("staff") for _tab in range(4)]
    connection.close()
    answers = at_once(*(lambda client=client: client.post(NEW, data) for client in clients))
    assert [answer.status_code for answer in answers] == [302] * 4
    assert len({answer["Location"] for answer in answers}) == 1
    assert Loan.objects.count() == 1


def test_an_earlier_loan_is_asked_for_again(cast: Cast, staff: Client, projector: Asset) -> None:
    loan = requested(cast.staff, projector, start=5, days=4, purpose="อบรมอาสาสมัคร")
    answer = staff.get(NEW, {"from": loan.public_id})
    form = answer.context["form"]
    assert (form["purpose"].value(), form.initial["start_on"], form.initial["due_on"]) == (
        "อบรมอาสาสมัคร",
        loan.start_on,
        loan.due_on,
    )
    assert [row.number for row in answer.context["rows"] if row.number] == [projector.number]
    assert cast.client("staff2").get(NEW, {"from": loan.public_id}).status_code == 404
    assert staff.get(NEW, {"from": "x" * 4000}).status_code == 404


def test_the_telephone_is_filled_in(cast: Cast, staff: Client, projector: Asset) -> None:
    def shown(client: Client) -> Any:
        return client.get(NEW).context["form"]["phone"].value()

    cast.staff.phone = ""
    cast.staff.save()
    assert shown(staff) == ""
    requested(cast.staff, projector, phone="043 000 111")
    requested(cast.staff, AssetFactory())
    assert shown(staff) == "043 000 111"
    cast.staff.phone = "081 222"
    cast.staff.save()
    assert shown(staff) == "081 222"
    # The asset officer writes for others: their own number would stand on somebody else's form.
    cast.assets.phone = "099 999"
    cast.assets.save()
    assert shown(cast.client("assets")) == ""
    assert staff.post(NEW, typed(AssetFactory(), place="off_site")).status_code == 302


def test_a_paper_form_is_entered_for_somebody(cast: Cast, staff: Client, projector: Asset) -> None:
    officer = cast.client("assets")
    assert "borrower" in officer.get(NEW).context["form"].fields
    assert "borrower" not in staff.get(NEW).context["form"].fields
    officer.post(NEW, typed(projector, borrower=str(cast.staff2.pk)))
    loan = Loan.objects.get()
    assert (loan.borrower, loan.entered_by, loan.is_online) == (cast.staff2, cast.assets, False)
    for wrong in ("9" * 30, "x", "\x00", "-1"):
        answer = officer.post(NEW, typed(AssetFactory(), borrower=wrong))
        assert answer.status_code == 422
        assert "borrower" in answer.context["form"].errors
    staff.post(NEW, typed(AssetFactory(), borrower=str(cast.staff2.pk)))
    assert Loan.objects.latest("pk").borrower == cast.staff


def test_who_will_decide(cast: Cast, projector: Asset) -> None:
    division = projector.division

    def people(place: str, borrower: Any) -> list[Any]:
        return [decider.person for decider in deciders_of(division, place, borrower)]

    assert people(Place.ON_SITE, cast.staff) == [cast.head]
    assert people(Place.OFF_SITE, cast.staff) == [cast.mayor]
    assert people(Place.ON_SITE, cast.head) == [cast.mayor]
    assert people(Place.OFF_SITE, cast.mayor) == []
    days = {"start_on": today(), "end_on": today() + dt.timedelta(days=3), "made_by": cast.assets}
    Delegation.objects.create(division=division, deputy=cast.staff2, order="คำสั่ง 1/2570", **days)
    Delegation.objects.create(division=None, deputy=cast.secretary, order="คำสั่ง 2/2570", **days)
    assert people(Place.ON_SITE, cast.staff) == [cast.head, cast.staff2]
    assert people(Place.OFF_SITE, cast.mayor) == [cast.secretary]
    assert people(Place.ON_SITE, cast.head) == [cast.mayor, cast.secretary]  # never the head's own deputy
    # The same as what the rule itself says of each of them.
    from assets.approvers import Seat

    for place, borrower in ((Place.ON_SITE, cast.staff), (Place.OFF_SITE, cast.mayor), (Place.ON_SITE, cast.head)):
        loan = Loan(owner=division, use_at=place, borrower=borrower)
        everybody = [cast.admin, cast.secretary, cast.head, cast.staff, cast.staff2, cast.mayor, cast.assets]
        may = {person for person in everybody if Seat.of(person).may_decide(loan)}
        assert may == set(people(place, borrower)), (place, borrower)


def test_the_citizen_signs_in_first(cast: Cast) -> None:
    assert cast.client("citizen").get(NEW).status_code == 302
    assert cast.client("staff").put(NEW).status_code == 405
