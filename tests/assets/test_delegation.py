"""Who approves in whose place: named on an order, for some days, never on one's own loan."""

from __future__ import annotations

from typing import Any

import pytest

from assets.approvers import Seat
from assets.choices import LoanState
from assets.errors import RefusedError
from assets.models import Asset, Delegation, Loan
from assets.services.decisions import approve_loan
from assets.services.delegations import make_delegation
from ita_portal.fiscal import today

from ..cast import Cast
from ..factories import UserFactory
from .factories import DAY, requested

LIST, NEW = "/assets/delegations/", "/assets/delegations/new/"


def form(cast: Cast, **data: Any) -> dict[str, Any]:
    """`staff` for the head of กองช่าง, today and tomorrow."""
    return {
        "division": cast.head.division_id, "deputy": cast.staff.pk, "start_on": today().isoformat(),
        "end_on": (today() + DAY).isoformat(), "order": "คำสั่ง 12/2570", **data,
    }  # fmt: skip


def test_who_may_name_a_deputy(cast: Cast) -> None:
    for who, code in (
        ("head", 200), ("mayor", 200), ("assets", 200), ("admin", 200), ("staff", 403), ("secretary", 403),
    ):  # fmt: skip
        assert cast.client(who).get(NEW).status_code == code, who
        assert cast.client(who).get(LIST).status_code == code, who
    assert cast.client("staff").post(NEW, form(cast)).status_code == 403
    other = cast.client("head").post(NEW, form(cast, division=cast.staff2.division_id))
    assert other.status_code == 422
    assert cast.client("head").post(NEW, form(cast, division="mayor")).status_code == 422
    assert not Delegation.objects.exists()
    assert cast.client("mayor").post(NEW, form(cast, division="mayor")).status_code == 302
    assert Delegation.objects.get().division is None


def test_a_deputy_decides_for_the_days_of_the_order(cast: Cast, waiting_loan: Loan) -> None:
    assert Seat.of(cast.staff2).is_empty
    for _click in range(2):
        assert cast.client("head").post(NEW, form(cast, deputy=cast.staff2.pk)).status_code == 302
    made = Delegation.objects.get()
    assert (made.made_by, made.order) == (cast.head, "คำสั่ง 12/2570")
    assert cast.client("staff2").get("/assets/approvals/").status_code == 200
    approve_loan(waiting_loan, by=cast.staff2, revision=1)
    waiting_loan.refresh_from_db()
    assert "คำสั่ง 12/2570" in waiting_loan.decided_as
    Delegation.objects.update(start_on=today() - 2 * DAY, end_on=today() - DAY)
    assert Seat.of(cast.staff2).is_empty
    assert cast.client("staff2").get("/assets/approvals/").status_code == 403


def test_a_deputy_never_decides_on_their_own_loan(cast: Cast, projector: Asset) -> None:
    for place in (cast.head.division_id, "mayor"):
        cast.client("mayor").post(NEW, form(cast, division=place))
    own = requested(cast.staff, projector)
    outside = requested(cast.staff, projector, use_at="off_site", location="ศาลากลางจังหวัด", start=9)
    for loan in (own, outside):
        path = f"/assets/loans/{loan.public_id}/decide/"
        assert cast.client("staff").post(path, {"decision": "approve", "revision": 1}).status_code == 403
        loan.refresh_from_db()
        assert loan.state == LoanState.REQUESTED
    assert cast.client("staff").get("/assets/approvals/").context["rows"] == []


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"start_on": "2020-01-01"}, "start_on"), ({"end_on": "2020-01-01"}, "end_on"), ({"start_on": "x"}, "start_on"),
        ({"order": " "}, "order"), ({"deputy": "999999999999"}, "deputy"), ({"deputy": "x"}, "deputy"),
        ({"division": "999"}, "division"), ({"division": ""}, "division"), ({"order": "ก" * 300}, "order"),
    ],
)  # fmt: skip
def test_what_is_refused_is_said_at_the_field(cast: Cast, data: dict[str, str], field: str) -> None:
    answer = cast.client("assets").post(NEW, form(cast, **data))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Delegation.objects.exists()


def test_who_cannot_be_a_deputy(cast: Cast) -> None:
    gone = UserFactory(username="gone", is_active=False)
    days = {"start_on": today(), "end_on": today(), "order": "1/2570"}
    for by, deputy in ((cast.assets, gone), (cast.assets, cast.assets), (cast.assets, cast.head)):
        with pytest.raises(RefusedError) as refused:
            make_delegation(by=by, division=cast.head.division, deputy=deputy, **days)
        assert refused.value.code == "deputy"
    assert cast.client("assets").post(NEW, form(cast, deputy=gone.pk)).status_code == 422
    assert cast.client("assets").post(NEW, form(cast, deputy=cast.assets.pk)).status_code == 422


def test_it_ends_today_or_was_never_begun(cast: Cast, waiting_loan: Loan) -> None:
    cast.client("head").post(NEW, form(cast, deputy=cast.staff2.pk, end_on=(today() + 9 * DAY).isoformat()))
    start = (today() + 3 * DAY).isoformat()
    cast.client("head").post(NEW, form(cast, deputy=cast.staff2.pk, start_on=start, end_on=start))
    later, now = Delegation.objects.order_by("-start_on")
    for who in ("staff", "staff2", "secretary"):
        assert cast.client(who).post(f"{LIST}{now.pk}/end/").status_code == 403
    assert cast.client("head").get(f"{LIST}{now.pk}/end/").status_code == 405
    assert cast.client("staff2").get(LIST).status_code == 200
    for _click in range(2):
        assert cast.client("head").post(f"{LIST}{now.pk}/end/").status_code == 302
        assert cast.client("mayor").post(f"{LIST}{later.pk}/end/").status_code == 302
    now.refresh_from_db()
    assert (now.end_on, Delegation.objects.count()) == (today(), 1)
    assert cast.client("head").post(f"{LIST}{10**30}/end/").status_code == 302
    Delegation.objects.update(start_on=today() - DAY, end_on=today() - DAY)
    with pytest.raises(RefusedError):
        approve_loan(waiting_loan, by=cast.staff2, revision=1)


def test_another_head_ends_nothing_here(cast: Cast) -> None:
    made = make_delegation(
        by=cast.mayor, division=None, deputy=cast.staff2, start_on=today(), end_on=today() + DAY, order="1/2570"
    )
    assert cast.client("head").post(f"{LIST}{made.pk}/end/").status_code == 403
    assert made.deputy.username not in [
        item["row"].deputy.username for item in cast.client("head").get(LIST).context["standing"]
    ]
