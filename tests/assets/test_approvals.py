"""Deciding on requests: the list, one request, more time, and that a decision is taken once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.approval_reading import waiting_page
from assets.approvers import Seat
from assets.choices import Decision, LoanState, Place
from assets.desk_reading import holds_of
from assets.models import Asset, Delegation, Extension, Loan, LoanEntry
from assets.services.decisions import approve_loan
from assets.services.requests import ask_extension, cancel_loan, change_loan
from assets.stock import claims_of
from ita_portal.fiscal import today
from organization.choices import Role
from organization.models import Division, User

from ..cast import Cast
from ..factories import UserFactory
from .factories import DAY, AssetFactory, approved, handed_out, requested, wish

LIST = "/assets/approvals/"


def decide(cast: Cast, who: str, loan: Loan, decision: str = "approve", page: str = "decide", **data: Any) -> Any:
    """The form of a request as `who` sends it."""
    sent = {"decision": decision, "revision": loan.revision, **data}
    return cast.client(who).post(f"/assets/loans/{loan.public_id}/{page}/", sent)


def test_only_who_has_a_seat_sees_the_list(cast: Cast) -> None:
    codes = {who: cast.client(who).get(LIST).status_code for who in ("staff", "staff2", "assets", "admin", "secretary")}
    assert set(codes.values()) == {403}
    assert cast.client("head").get(LIST).status_code == cast.client("mayor").get(LIST).status_code == 200


def test_the_list_says_what_the_decision_needs(cast: Cast, projector: Asset, truck_waiting: Loan) -> None:
    later = requested(cast.staff, projector, start=4, purpose="อบรม อปพร.")
    sooner = requested(cast.staff2, projector, start=1, days=2)
    page = cast.client("head").get(LIST)
    assert [row.loan.pk for row in page.context["rows"]] == [sooner.pk, later.pk]
    text = page.content.decode()
    for words in ("อบรม อปพร.", str(cast.staff2), "กองคลัง", "416-50-0001", sooner.reference):
        assert words in text
    assert truck_waiting.reference not in [row.loan.reference for row in page.context["rows"]]
    assert [row.loan.pk for row in cast.client("mayor").get(LIST).context["rows"]] == [truck_waiting.pk]


def test_what_is_not_free_names_whose_it_is(cast: Cast, projector: Asset) -> None:
    second = requested(cast.staff2, projector, days=5)
    first = approved(cast.staff, cast.head, projector, start=3, days=2)
    row = cast.client("head").get(LIST).context["rows"][0]
    assert row.loan.pk == second.pk
    assert not row.is_free
    assert [hold.loan.pk for hold in row.lines[0].holds] == [first.pk]


def test_the_list_is_filtered_and_paged_by_key(cast: Cast, truck: Asset) -> None:
    loans = [
        requested(cast.staff if number % 2 else cast.staff2, AssetFactory(), start=number // 3) for number in range(27)
    ]
    client = cast.client("head")
    first = client.get(LIST)
    assert [row.loan.pk for row in first.context["rows"]] == [loan.pk for loan in loans[:25]]
    second = client.get(f"{LIST}?{first.context['next']}")
    assert [row.loan.pk for row in second.context["rows"]] == [loan.pk for loan in loans[25:]]
    division = cast.staff2.division_id
    assert len(client.get(f"{LIST}?division={division}").context["rows"]) == 14
    assert client.get(f"{LIST}?place=off_site").context["rows"] == []
    content = client.get(f"{LIST}?format=csv&division={division}").content.decode("utf-8-sig")
    assert len(content.splitlines()) == 15
    for nonsense in ("?after=x", "?after=9999-99-99.1", "?division=99999999999999999999", "?place=moon&division=x"):
        assert client.get(LIST + nonsense).status_code == 200


@pytest.mark.parametrize("count", [2, 60])
@pytest.mark.parametrize("who", ["head", "mayor"])
def test_the_list_needs_few_queries(cast: Cast, count: int, who: str) -> None:
    for number in range(count):
        use_at = {"use_at": Place.OFF_SITE} if who == "mayor" else {}
        requested(cast.staff, AssetFactory(), start=number % 7, **use_at)
    client = cast.client(who)
    client.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(LIST).status_code == 200
    assert len(queries) <= 16, "\n".join(query["sql"][:150] for query in queries)


def test_a_decision_leads_to_the_next_request(cast: Cast, waiting_loan: Loan) -> None:
    other = requested(cast.staff2, AssetFactory(), start=1)
    answer = decide(cast, "head", waiting_loan, note="ใช้เสร็จแล้วส่งคืนที่กองช่าง")
    assert (answer.status_code, answer.url) == (302, f"/assets/loans/{other.public_id}/decide/")
    waiting_loan.refresh_from_db()
    assert (waiting_loan.state, waiting_loan.decided_by) == (LoanState.APPROVED, cast.head)
    answer = decide(cast, "head", other, "refuse", reason="ใช้ในงานอื่น")
    assert answer.url == LIST
    other.refresh_from_db()
    assert (other.state, other.reason) == (LoanState.REFUSED, "ใช้ในงานอื่น")
    lately = cast.client("head").get(LIST).context["lately"]
    assert [loan.pk for loan in lately] == [other.pk, waiting_loan.pk]


def test_a_refusal_without_a_reason_is_said_at_the_field(cast: Cast, waiting_loan: Loan) -> None:
    answer = decide(cast, "head", waiting_loan, "refuse", reason=" ")
    assert answer.status_code == 422
    assert answer.context["form"].errors["reason"]
    waiting_loan.refresh_from_db()
    assert waiting_loan.state == LoanState.REQUESTED


def test_what_was_changed_meanwhile_is_shown(cast: Cast, waiting_loan: Loan, projector: Asset) -> None:
    seen = cast.client("head").get(f"/assets/loans/{waiting_loan.public_id}/decide/").context["form"]["seen"].value()
    change_loan(waiting_loan, wish(projector, days=6, purpose="งานลอยกระทง"), by=cast.staff, revision=1)
    answer = decide(cast, "head", waiting_loan, seen=seen, note="ได้")
    assert answer.status_code == 422
    assert [now for _name, _before, now in answer.context["changed"] if now == "งานลอยกระทง"]
    assert len(answer.context["changed"]) == 2
    again = answer.context["form"]
    assert (again["revision"].value(), again["note"].value()) == ("2", "ได้")
    refused = decide(cast, "head", waiting_loan, "refuse", reason="ไม่ว่าง")
    assert refused.status_code == 422
    waiting_loan.refresh_from_db()
    assert decide(cast, "head", waiting_loan).status_code == 302


def test_what_is_taken_meanwhile_is_refused_in_words(cast: Cast, waiting_loan: Loan, projector: Asset) -> None:
    approved(cast.staff2, cast.head, projector)
    answer = decide(cast, "head", waiting_loan)
    assert answer.status_code == 422
    assert projector.number in answer.context["problem"]
    assert not answer.context["row"].is_free


def test_a_decision_is_taken_once(cast: Cast, waiting_loan: Loan) -> None:
    """Double click, the back button, two who may decide."""
    assert cast.head.division is not None
    deputy = UserFactory(username="deputy")
    Delegation.objects.create(
        division=cast.head.division, deputy=deputy, start_on=today(), end_on=today(), order="1/2570", made_by=cast.mayor
    )
    assert decide(cast, "head", waiting_loan).status_code == 302
    assert decide(cast, "head", waiting_loan).status_code == 302
    back = decide(cast, "head", waiting_loan, "refuse", reason="เปลี่ยนใจ")
    assert back.status_code == 422
    client = cast.client("head")
    client.force_login(deputy)
    late = client.post(f"/assets/loans/{waiting_loan.public_id}/decide/", {"decision": "approve", "revision": 1})
    assert late.status_code == 422
    assert str(cast.head) in late.context["problem"]
    assert LoanEntry.objects.filter(loan=waiting_loan, act="approve").count() == 1


def test_who_may_not_decide(cast: Cast, waiting_loan: Loan, truck_waiting: Loan) -> None:
    own = requested(cast.head, AssetFactory())
    for who, loan, code in (
        ("staff", waiting_loan, 403), ("staff2", waiting_loan, 404), ("assets", waiting_loan, 403),
        ("admin", waiting_loan, 404), ("mayor", waiting_loan, 403), ("head", truck_waiting, 403), ("head", own, 403),
    ):  # fmt: skip
        path = f"/assets/loans/{loan.public_id}/decide/"
        assert cast.client(who).get(path).status_code == code, (who, loan)
        assert decide(cast, who, loan).status_code == code, (who, loan)
        loan.refresh_from_db()
        assert loan.state == LoanState.REQUESTED
    assert decide(cast, "mayor", own).status_code == 302
    assert (
        cast.client("head").post("/assets/loans/nothing/decide/", {"decision": "approve", "revision": 1}).status_code
        == 404
    )


@pytest.mark.parametrize(
    "data",
    [
        {}, {"decision": "approve"}, {"decision": "maybe", "revision": 1},
        {"decision": "approve", "revision": "9" * 30},
        {"decision": "approve", "revision": "x"}, {"decision": ["approve", "refuse"], "revision": [1, 2]},
        {"decision": "refuse", "revision": 1, "reason": "ก" * 3000},
        {"decision": "approve", "revision": 7, "seen": "forged"},
    ],
)  # fmt: skip
def test_nonsense_is_no_decision(cast: Cast, waiting_loan: Loan, data: dict[str, Any]) -> None:
    answer = cast.client("head").post(f"/assets/loans/{waiting_loan.public_id}/decide/", data)
    assert answer.status_code == 422
    waiting_loan.refresh_from_db()
    assert waiting_loan.state == LoanState.REQUESTED


def test_a_decision_needs_few_queries(cast: Cast, waiting_loan: Loan) -> None:
    client = cast.client("head")
    path = f"/assets/loans/{waiting_loan.public_id}/decide/"
    with CaptureQueriesContext(connection) as queries:
        assert client.post(path, {"decision": "approve", "revision": 1}).status_code == 302
    asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(asked) <= 14, "\n".join(sql[:150] for sql in asked)


def test_more_time_is_decided_once(cast: Cast, loan_out: Loan) -> None:
    asked = ask_extension(loan_out, by=cast.staff, new_due_on=loan_out.due_on + 2 * DAY, reason="งานยังไม่เสร็จ")
    path = f"/assets/loans/{loan_out.public_id}/extension/"
    page = cast.client("head").get(LIST)
    assert [row.extension.pk for row in page.context["more_time"]] == [asked.pk]
    client = cast.client("head")
    assert client.get(path).status_code == 200
    assert cast.client("staff").get(path).status_code == 403
    assert cast.client("staff2").get(path).status_code == 404
    assert client.post(path, {"decision": "refuse", "revision": asked.pk}).status_code == 422
    for _click in range(2):
        assert client.post(path, {"decision": "approve", "revision": asked.pk}).status_code == 302
    asked.refresh_from_db()
    loan_out.refresh_from_db()
    assert (asked.decision, loan_out.due_on) == (Decision.APPROVED, asked.new_due_on)
    assert client.post(path, {"decision": "refuse", "revision": asked.pk, "reason": "x"}).status_code == 422
    assert LoanEntry.objects.get(loan=loan_out, act="approve_extension").details["as"]


def test_more_time_for_what_others_were_promised(cast: Cast, loan_out: Loan, projector: Asset) -> None:
    asked = ask_extension(loan_out, by=cast.staff, new_due_on=loan_out.due_on + 3 * DAY, reason="งานยังไม่เสร็จ")
    other = approved(cast.staff2, cast.head, projector, start=4, days=1)
    path = f"/assets/loans/{loan_out.public_id}/extension/"
    page = cast.client("head").get(path)
    assert [hold.loan.pk for hold in page.context["row"].lines[0].holds] == [other.pk]
    answer = cast.client("head").post(path, {"decision": "approve", "revision": asked.pk})
    assert answer.status_code == 422
    assert answer.context["problem"]
    cancel_loan(other, by=cast.staff2)
    assert cast.client("head").post(path, {"decision": "approve", "revision": asked.pk}).status_code == 302


def test_no_request_for_more_time_has_no_page(cast: Cast, loan_out: Loan) -> None:
    assert cast.client("head").get(f"/assets/loans/{loan_out.public_id}/extension/").status_code == 404
    assert not Extension.objects.exists()


def test_the_parts_of_a_seat_are_the_rule(cast: Cast, truck: Asset, projector: Asset) -> None:
    """`branches`, by which lists are read, `decides` and `may_decide` say the same of every loan."""
    other = Division.objects.get(name="กองการศึกษา")
    AssetFactory.create_batch(2)
    elsewhere = AssetFactory(division=other)
    two_heads = Division.objects.get(name="กองสาธารณสุขและสิ่งแวดล้อม")
    for username in ("h1", "h2"):
        _head(username, two_heads)
    for borrower in (cast.staff, cast.staff2, cast.head, cast.mayor):
        for asset in (projector, elsewhere, AssetFactory(division=two_heads)):
            for use_at in Place.values:
                requested(borrower, asset, use_at=use_at)
    deputy = UserFactory(username="deputy", division=other)
    for division in (None, two_heads):
        Delegation.objects.create(
            division=division, deputy=deputy, start_on=today(), end_on=today(), order="1", made_by=cast.mayor
        )
    decided = set()
    for user in (cast.head, cast.mayor, deputy, cast.staff, User.objects.get(username="h1")):
        seat = Seat.of(user)
        by_rule = set(Loan.objects.waiting().filter(seat.decides()).values_list("pk", flat=True))
        assert {loan.pk for loan in waiting_page(seat, size=100)} == by_rule
        assert {loan.pk for loan in Loan.objects.all() if seat.may_decide(loan)} == by_rule
        decided |= by_rule
    assert decided == set(Loan.objects.values_list("pk", flat=True))


def _head(username: str, division: Division) -> User:
    from django.contrib.auth.models import Group

    user: User = UserFactory(username=username, division=division)
    user.groups.add(Group.objects.get(name=Role.DIVISION_HEAD.value))
    return user


def test_holds_are_claims(cast: Cast, chairs: Asset) -> None:
    """What stands in the way on the page is what the rule counts."""
    approved(cast.staff, cast.head, chairs, quantity=3, start=2)
    late = handed_out(cast.staff2, cast.head, cast.assets, chairs, quantity=2)
    Loan.objects.filter(pk=late.pk).update(start_on=today() - 5 * DAY, due_on=today() - 2 * DAY)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assets_loanline SET during = daterange(%s, %s, '[]') WHERE loan_id = %s",
            [today() - 5 * DAY, today() - 2 * DAY, late.pk],
        )
    holds = [hold.claim for hold in holds_of([chairs.pk])[chairs.pk]]
    assert sorted(holds, key=str) == sorted(claims_of([chairs.pk])[chairs.pk], key=str)
    assert {claim.end for claim in holds} == {None, today() + 4 * DAY}


def test_who_has_left_decides_nothing(cast: Cast, waiting_loan: Loan) -> None:
    cast.head.is_active = False
    cast.head.save()
    assert Seat.of(cast.head).is_empty
    assert approve_loan(waiting_loan, by=cast.mayor, revision=1).state == LoanState.APPROVED


def test_what_moved_to_another_division_is_asked_for_again(cast: Cast, waiting_loan: Loan, projector: Asset) -> None:
    """The head who answers for it now has not been asked."""
    Asset.objects.filter(pk=projector.pk).update(division=Division.objects.get(name="กองการศึกษา"))
    answer = decide(cast, "head", waiting_loan)
    assert answer.status_code == 422
    assert projector.number in answer.context["problem"]
    assert decide(cast, "head", waiting_loan, "refuse", reason="ย้ายไปกองการศึกษาแล้ว").status_code == 302


def test_the_mayor_goes_on_to_the_next_request_of_any_division(cast: Cast, truck_waiting: Loan) -> None:
    elsewhere = AssetFactory(division=Division.objects.get(name="กองการศึกษา"))
    later = requested(cast.staff, elsewhere, start=3)
    own = requested(cast.mayor, elsewhere, start=1)
    answer = decide(cast, "mayor", truck_waiting)
    assert answer.url == f"/assets/loans/{later.public_id}/decide/"
    assert decide(cast, "mayor", later).url == LIST
    own.refresh_from_db()
    assert own.state == LoanState.REQUESTED


def test_the_mayor_reads_why_they_decide_on_the_premises(cast: Cast, waiting_loan: Loan) -> None:
    page = f"/assets/loans/{waiting_loan.public_id}/decide/"
    assert 'class="notice"' not in cast.client("head").get(page).content.decode()
    cast.head.groups.clear()
    assert 'class="notice"' in cast.client("mayor").get(page).content.decode()
