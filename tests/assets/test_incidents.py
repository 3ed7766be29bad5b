"""Damage and loss: the list, the decision, what goes together and what does not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.choices import Condition, Remedy
from assets.errors import RefusedError
from assets.models import Asset, Incident, Loan
from assets.services.handovers import Pieces, take_back
from assets.services.incidents import decide_incident, find_again, write_off_pieces
from ita_portal.fiscal import today

from ..cast import Cast
from .factories import DAY, AssetFactory, approved, handed_out, mark

LIST = "/assets/desk/incidents/"


def back(cast: Cast, loan: Loan, *parts: tuple[int, str]) -> list[Incident]:
    """Take things back in these conditions; the incidents of the loan."""
    line = loan.lines.get()
    pieces = [Pieces(line.pk, count, condition, "ขาหัก") for count, condition in parts]
    take_back(loan, pieces, by=cast.assets, person="มานะ", form_mark=mark())
    return list(Incident.objects.filter(handover__line__loan=loan).order_by("pk"))


@pytest.fixture
def damaged(cast: Cast, loan_out: Loan) -> Incident:
    """The projector came back damaged."""
    return back(cast, loan_out, (1, Condition.DAMAGED))[0]


@pytest.fixture
def lost(cast: Cast, chairs: Asset) -> Incident:
    """Two of six chairs were lost."""
    return back(cast, handed_out(cast.staff, cast.head, cast.assets, chairs, quantity=6), (4, "good"), (2, "lost"))[0]


def decide(cast: Cast, incident: Incident, **data: Any) -> Any:
    """The decision as the officer's form sends it."""
    return cast.client("assets").post(f"{LIST}{incident.pk}/", {"decided_on": today().isoformat(), **data})


def test_the_list(cast: Cast, damaged: Incident, lost: Incident) -> None:
    client = cast.client("assets")

    def found(query: str = "") -> list[int]:
        return [row.incident.pk for row in client.get(LIST + query).context["rows"]]

    assert found() == [damaged.pk, lost.pk]
    assert found("?kind=lost") == [lost.pk]
    assert found(f"?division={cast.staff2.division_id}") == []
    decide_incident(damaged, by=cast.assets, remedy=Remedy.REPAIRED, usable_again=True)
    assert (found(), found("?state=decided"), found("?state=all")) == ([lost.pk], [damaged.pk], [lost.pk, damaged.pk])
    for nonsense in ("?state=x&kind=y&division=z", "?after=x", "?division=" + "9" * 30):
        assert client.get(LIST + nonsense).status_code == 200
    content = b"".join(client.get(LIST + "?format=csv&state=all")).decode("utf-8-sig")
    assert len(content.splitlines()) == 3
    assert damaged.asset.number in content


@pytest.mark.parametrize("count", [2, 30])
def test_the_list_is_paged_and_needs_few_queries(cast: Cast, count: int) -> None:
    for _number in range(count):
        back(cast, handed_out(cast.staff, cast.head, cast.assets, AssetFactory()), (1, "damaged"))
    client = cast.client("assets")
    client.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(LIST)
    assert len(queries) <= 10, "\n".join(query["sql"][:150] for query in queries)
    rows = len(page.context["rows"])
    if page.context["next"]:
        rows += len(client.get(f"{LIST}?{page.context['next']}").context["rows"])
    assert rows == count


def test_who_decides(cast: Cast, damaged: Incident) -> None:
    path = f"{LIST}{damaged.pk}/"
    for who in ("staff", "head", "mayor", "admin"):
        assert cast.client(who).get(path).status_code == cast.client(who).post(path, {}).status_code == 403
    assert cast.client("assets").get(path).status_code == 200
    assert cast.client("assets").get(f"{LIST}{'9' * 30}/").status_code == 404


def test_repaired_and_usable_again(cast: Cast, damaged: Incident, projector: Asset) -> None:
    for _click in range(2):
        assert decide(cast, damaged, remedy="repaired", usable_again="on").status_code == 302
    projector.refresh_from_db()
    assert (projector.condition, projector.usable) == (Condition.GOOD, 1)
    damaged.refresh_from_db()
    assert (damaged.remedy, damaged.decided_by) == (Remedy.REPAIRED, cast.assets)
    assert decide(cast, damaged, remedy="plain_wear", explanation="เสื่อมสภาพ").status_code == 422
    assert damaged.handover is not None
    assert damaged.handover.line.loan.entries.filter(act="decide_incident").count() == 1


@pytest.mark.parametrize(
    ("which", "data", "field"),
    [
        ("damaged", {}, "remedy"),
        ("damaged", {"remedy": "paid"}, "amount"),
        ("damaged", {"remedy": "paid", "amount": "-5"}, "amount"),
        ("damaged", {"remedy": "paid", "amount": "9" * 40}, "amount"),
        ("damaged", {"remedy": "repaired", "amount": "100"}, "amount"),
        ("damaged", {"remedy": "not_liable", "explanation": "อุบัติเหตุ"}, "order"),
        ("damaged", {"remedy": "not_liable", "order": "5/2570"}, "explanation"),
        ("damaged", {"remedy": "plain_wear"}, "explanation"),
        ("damaged", {"remedy": "moon"}, "remedy"),
        ("damaged", {"remedy": "repaired", "decided_on": "x"}, "decided_on"),
        ("damaged", {"remedy": "repaired", "decided_on": "2099-01-01"}, "decided_on"),
        ("damaged", {"remedy": "repaired", "decided_on": "2020-01-01"}, "decided_on"),
        ("lost", {"remedy": "repaired"}, "remedy"),
        ("damaged", {"remedy": "found_again", "explanation": "พบแล้ว"}, "remedy"),
        ("lost", {"remedy": "found_again"}, "explanation"),
        ("lost", {"remedy": "found_again", "explanation": "พบ", "write_off": "on", "order": "5/2570"}, "write_off"),
        ("lost", {"remedy": "plain_wear", "explanation": "x"}, "remedy"),
        ("lost", {"remedy": "paid", "amount": "500", "usable_again": "on"}, "usable_again"),
        ("lost", {"remedy": "replaced", "write_off": "on", "order": "5/2570"}, "write_off"),
        ("lost", {"remedy": "paid", "amount": "500", "write_off": "on"}, "order"),
    ],
)
def test_what_does_not_go_together(
    cast: Cast, which: str, data: dict[str, str], field: str, request: pytest.FixtureRequest
) -> None:
    incident: Incident = request.getfixturevalue(which)
    answer = decide(cast, incident, **data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    incident.refresh_from_db()
    assert not incident.is_decided


def test_paid_pieces_leave_the_register_once(cast: Cast, lost: Incident, chairs: Asset) -> None:
    data = {"remedy": "paid", "amount": "1,000.50", "order": "คำสั่ง 7/2570", "write_off": "on"}
    for _click in range(2):
        assert decide(cast, lost, **data).status_code == 302
    chairs.refresh_from_db()
    lost.refresh_from_db()
    assert (chairs.quantity, chairs.broken, chairs.usable, lost.amount) == (8, 0, 8, Decimal("1000.50"))


def test_what_is_promised_is_not_written_off(cast: Cast, chairs: Asset) -> None:
    approved(cast.staff, cast.head, chairs, quantity=7, start=3)
    with pytest.raises(RefusedError) as refused:
        write_off_pieces(chairs, by=cast.assets, pieces=4, order="7/2570")
    assert refused.value.code == "write_off"
    write_off_pieces(chairs, by=cast.assets, pieces=3, order="7/2570")
    for pieces in (0, 7, 70):
        with pytest.raises(RefusedError):
            write_off_pieces(chairs, by=cast.assets, pieces=pieces, order="7/2570")
    with pytest.raises(RefusedError):
        write_off_pieces(chairs, by=cast.head, pieces=1, order="7/2570")


def test_the_first_of_two_damages_does_not_make_it_usable(cast: Cast, damaged: Incident, projector: Asset) -> None:
    second = Incident.objects.create(asset=projector, kind="damaged", noticed_on=today(), noticed_by=cast.assets)
    assert decide(cast, damaged, remedy="repaired", usable_again="on").status_code == 422
    assert decide(cast, second, remedy="repaired").status_code == 302
    assert decide(cast, damaged, remedy="repaired", usable_again="on").status_code == 302
    projector.refresh_from_db()
    assert projector.usable == 1


def test_what_was_lost_and_replaced_is_lent_again(cast: Cast, lost: Incident, chairs: Asset) -> None:
    assert decide(cast, lost, remedy="replaced", usable_again="on").status_code == 302
    chairs.refresh_from_db()
    assert chairs.usable == 10
    assert approved(cast.staff2, cast.head, chairs, quantity=10, start=1).due_on > today() + DAY


def missing(cast: Cast, asset: Asset, quantity: int = 1) -> Incident:
    """A count did not find it."""
    if asset.is_single:
        asset.condition = Condition.LOST
    asset.broken = quantity
    asset.save()
    return Incident.objects.create(
        asset=asset, kind="lost", quantity=quantity, noticed_on=today(), noticed_by=cast.assets
    )  # fmt: skip


def test_what_a_count_noticed_has_no_borrower_who_is_liable(cast: Cast, projector: Asset, lost: Incident) -> None:
    of_count = missing(cast, projector)
    client = cast.client("assets")

    def choices(incident: Incident) -> dict[str, str]:
        return dict(client.get(f"{LIST}{incident.pk}/").context["form"].fields["remedy"].choices)

    assert set(choices(of_count)) == set(choices(lost)) == {"", "replaced", "paid", "not_liable", "found_again"}
    assert choices(of_count)["not_liable"] != choices(lost)["not_liable"]
    assert decide(cast, of_count, remedy="not_liable", order="5/2570", explanation="ถูกโจรกรรม").status_code == 302
    assert client.get(f"{LIST}{of_count.pk}/").context["remedy"] == choices(missing(cast, projector))["not_liable"]


def test_what_was_lost_and_turns_up_is_usable_at_once(cast: Cast, lost: Incident, chairs: Asset) -> None:
    for _click in range(2):
        assert decide(cast, lost, remedy="found_again", explanation="พบในห้องเก็บของ").status_code == 302
    chairs.refresh_from_db()
    assert (chairs.quantity, chairs.usable) == (10, 10)


def test_several_things_of_a_count_are_found_again_at_once(cast: Cast, lost: Incident, chairs: Asset) -> None:
    things = [missing(cast, AssetFactory()) for _number in range(3)]
    data = {"incident": [thing.pk for thing in things[:2]], "explanation": "พบที่อาคารอเนกประสงค์"}
    for _click in range(2):
        assert cast.client("assets").post(LIST, data).status_code == 302
    found = Incident.objects.filter(remedy=Remedy.FOUND_AGAIN).order_by("pk")
    assert list(found) == things[:2]
    assert all(row.asset.usable == 1 and row.explanation == data["explanation"] for row in found)
    page = cast.client("assets").get(LIST)
    assert [row.incident.pk for row in page.context["rows"] if row.can_be_found_again] == [things[2].pk]
    for who in ("staff", "head", "mayor", "admin"):
        assert cast.client(who).post(LIST, data).status_code == 403


def test_found_again_is_all_or_nothing_and_keeps_what_was_typed(cast: Cast, lost: Incident) -> None:
    thing, decided = missing(cast, AssetFactory()), missing(cast, AssetFactory())
    decide_incident(
        decided, by=cast.assets, remedy=Remedy.NOT_LIABLE, usable_again=False, order="5/2570", explanation="ถูกโจรกรรม"
    )
    client, words = cast.client("assets"), "พบในห้องเก็บของ"
    for keys in ([], ["x"], ["9" * 30], [thing.pk, lost.pk], [thing.pk, decided.pk], [thing.pk, 10**15]):
        answer = client.post(LIST, {"incident": keys, "explanation": words})
        assert answer.status_code == 422, keys
        assert answer.context["again"]["explanation"].value() == words
        assert [row.is_ticked for row in answer.context["rows"] if row.incident == thing] == [thing.pk in keys]
    assert client.post(LIST, {"incident": [thing.pk], "explanation": " "}).status_code == 422
    with pytest.raises(RefusedError) as refused:
        find_again(range(1, 60), by=cast.assets, explanation=words)
    assert refused.value.code == "incident"
    assert not Incident.objects.filter(remedy=Remedy.FOUND_AGAIN).exists()


def test_missing_in_two_counts_and_found_once(cast: Cast, projector: Asset) -> None:
    both = [missing(cast, projector).pk, missing(cast, projector).pk]
    assert cast.client("assets").post(LIST, {"incident": both, "explanation": "พบแล้ว"}).status_code == 302
    projector.refresh_from_db()
    assert (projector.usable, projector.condition) == (1, Condition.GOOD)
