"""A loan: who sees it, what comes next for each, and what its borrower does."""

from typing import Any

import pytest
from django.test import Client

from assets.approvers import Seat
from assets.borrowing import details_of, loan_for, page_of
from assets.choices import Condition, Decision, LoanState
from assets.errors import RefusedError
from assets.models import Asset, Delegation, Loan, LoanEntry
from assets.services.decisions import approve_loan
from assets.services.handovers import Pieces, hand_out, take_back
from assets.services.requests import ask_extension, cancel_loan, change_loan, request_loans
from ita_portal.fiscal import today
from ita_portal.thai import long_date, short_date
from organization.models import User

from ..cast import Cast
from ..factories import DivisionFactory
from .days import on_day
from .factories import DAY, AssetFactory, approved, handed_out, mark, requested, wish


@pytest.fixture
def staff(cast: Cast) -> Client:
    return cast.client("staff")


def address(loan: Loan, act: str = "") -> str:
    return f"/assets/loans/{loan.public_id}/{act}"


def changed(loan: Loan, *assets: Asset, **more: Any) -> dict[str, Any]:
    """The change form as a browser sends it."""
    return {
        "asset": [asset.number for asset in assets],
        "quantity": ["1"] * len(assets),
        "start_on": loan.start_on.isoformat(),
        "due_on": (loan.due_on + DAY).isoformat(),
        "purpose": loan.purpose,
        "place": loan.use_at,
        "location": loan.location,
        "revision": str(loan.revision),
        **more,
    }


def test_who_sees_it(cast: Cast, waiting_loan: Loan) -> None:
    seen = {
        name: cast.client(name).get(address(waiting_loan)).status_code
        for name in ("citizen", "staff", "head", "mayor", "assets", "staff2", "admin", "integrity", "budget")
    }
    assert seen == {
        "citizen": 302, "staff": 200, "head": 200, "mayor": 200, "assets": 200,
        "staff2": 404, "admin": 404, "integrity": 404, "budget": 404,
    }  # fmt: skip
    assert cast.client("staff").get("/assets/loans/no-such-loan/").status_code == 404
    assert cast.client("staff").get(f"/assets/loans/{'x' * 3000}/").status_code == 404


def test_who_decided_as_a_deputy_still_sees_it(cast: Cast, projector: Asset) -> None:
    day = {"start_on": today(), "end_on": today(), "order": "คำสั่ง 1/2570", "made_by": cast.assets}
    Delegation.objects.create(division=projector.division, deputy=cast.staff2, **day)
    mine, other = requested(cast.staff, projector), requested(cast.staff, AssetFactory())
    approve_loan(mine, by=cast.staff2, revision=1)
    with on_day(today() + DAY):
        client = cast.client("staff2")
        assert client.get(address(mine)).status_code == 200
        assert client.get(address(mine, "form.pdf")).status_code == 200
        assert client.get(address(other)).status_code == 404


def test_next_step_for_each(cast: Cast, projector: Asset) -> None:
    def step(user: User, loan: Loan) -> str:
        page = page_of(loan_for(user, loan.public_id), user, Seat.of(user))
        assert page.step.words
        return page.step.url.rstrip("/").rpartition("/")[2]

    loan = requested(cast.staff, projector)
    assert [step(user, loan) for user in (cast.staff, cast.head, cast.assets, cast.mayor)] == ["", "decide", "", ""]
    loan = approve_loan(loan, by=cast.head, revision=1)
    assert [step(user, loan) for user in (cast.staff, cast.head, cast.assets)] == ["", "", "hand-out"]
    out = handed_out(cast.staff, cast.head, cast.assets, AssetFactory())
    assert [step(user, out) for user in (cast.staff, cast.head, cast.assets)] == ["", "", "take-back"]
    ask_extension(out, by=cast.staff, new_due_on=out.due_on + DAY, reason="งานยังไม่เสร็จ")
    assert [step(user, out) for user in (cast.staff, cast.head, cast.assets)] == ["", "extension", "take-back"]
    line = out.lines.get()
    take_back(out, [Pieces(line.pk, 1, Condition.DAMAGED)], by=cast.assets, person="มานะ", form_mark=mark())
    assert step(cast.staff, out) == ""
    assert step(cast.assets, out).isdecimal()
    for loan in (requested(cast.mayor, AssetFactory(), use_at="off_site"), requested(cast.head, AssetFactory())):
        assert step(loan.borrower, loan) == ""
    gone = cancel_loan(requested(cast.staff, AssetFactory()), by=cast.staff)
    assert step(cast.staff, gone) == ""


def test_the_page_shows_everything(cast: Cast, staff: Client, chairs: Asset) -> None:
    loan = handed_out(cast.staff, cast.head, cast.assets, chairs, quantity=6)
    line = loan.lines.get()
    back = [Pieces(line.pk, 2), Pieces(line.pk, 1, Condition.DAMAGED, "ขาหัก"), Pieces(line.pk, 1, Condition.LOST)]
    take_back(loan, back, by=cast.assets, person="มานะ ใจดี", form_mark=mark(), note="ฝนตก")
    ask_extension(loan, by=cast.staff, new_due_on=loan.due_on + DAY, reason="งานเลื่อน")
    page = staff.get(address(loan)).content.decode()
    for words in (chairs.number, "มานะ ใจดี", "ขาหัก", "ฝนตก", "งานเลื่อน", "returns/1.pdf", "form.pdf"):
        assert words in page


@pytest.mark.parametrize("state", list(LoanState.values))
def test_what_the_borrower_may_do_in_each_state(cast: Cast, projector: Asset, state: str) -> None:
    from assets.services.decisions import refuse_loan

    people = (cast.staff, cast.head, projector)
    match state:
        case LoanState.REQUESTED:
            loan = requested(cast.staff, projector)
        case LoanState.APPROVED:
            loan = approved(*people)
        case LoanState.OUT:
            loan = handed_out(cast.staff, cast.head, cast.assets, projector)
        case LoanState.REFUSED:
            loan = refuse_loan(requested(cast.staff, projector), by=cast.head, reason="ไม่ได้")
        case LoanState.CANCELLED:
            loan = cancel_loan(requested(cast.staff, projector), by=cast.staff)
        case _:
            loan = handed_out(cast.staff, cast.head, cast.assets, projector)
            take_back(loan, [Pieces(loan.lines.get().pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())
    loan.refresh_from_db()
    page = page_of(loan_for(cast.staff, loan.public_id), cast.staff, Seat.of(cast.staff))
    may = {"change/": page.may_change, "cancel/": page.may_cancel, "extend/": page.may_extend}
    allowed = {
        LoanState.REQUESTED: {"change/", "cancel/"},
        LoanState.APPROVED: {"cancel/", "extend/"},
        LoanState.OUT: {"extend/"},
    }.get(LoanState(state), set())
    assert {act for act, possible in may.items() if possible} == allowed
    client = cast.client("staff")
    for act in may:
        assert client.get(address(loan, act)).status_code == (200 if act in allowed else 302), act
        if act not in allowed:
            data = changed(loan, projector, new_due_on="2030-01-01", reason="x")
            assert client.post(address(loan, act), data).status_code in (302, 422), act
            before = loan.state
            loan.refresh_from_db()
            assert (loan.state, loan.revision) == (before, 1)
    for name, code in (("head", 403), ("mayor", 403), ("staff2", 404), ("citizen", 302)):
        for act in may:
            assert cast.client(name).get(address(loan, act)).status_code == code, (name, act)
    officer = cast.client("assets")
    assert officer.get(address(loan, "change/")).status_code == 403
    assert officer.get(address(loan, "cancel/")).status_code == (200 if "cancel/" in allowed else 302)


def test_change(cast: Cast, staff: Client, waiting_loan: Loan, projector: Asset, chairs: Asset) -> None:
    form = staff.get(address(waiting_loan, "change/"))
    assert form.context["form"].initial["revision"] == 1
    data = changed(waiting_loan, projector, chairs)
    assert staff.post(address(waiting_loan, "change/"), {**data, "check": "1"}).status_code == 200
    for _twice in range(2):
        assert staff.post(address(waiting_loan, "change/"), data).status_code == 302
    waiting_loan.refresh_from_db()
    assert (waiting_loan.revision, waiting_loan.lines.count(), waiting_loan.days) == (2, 2, 4)
    # Another window that still shows the first words.
    answer = staff.post(address(waiting_loan, "change/"), {**data, "purpose": "อย่างอื่น"})
    assert answer.status_code == 422
    assert "อย่างอื่น" in answer.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"asset": []}, {"purpose": ""}, {"revision": "x"}, {"revision": ""}, {"revision": "9" * 400}, {"due_on": "x"},
        {"place": "\x00"}, {"place": "off_site", "location": ""},
    ],
)  # fmt: skip
def test_wrong_changes(staff: Client, waiting_loan: Loan, projector: Asset, wrong: dict[str, Any]) -> None:
    answer = staff.post(address(waiting_loan, "change/"), {**changed(waiting_loan, projector), **wrong})
    assert answer.status_code == 422
    waiting_loan.refresh_from_db()
    assert waiting_loan.revision == 1


def test_a_change_stays_in_one_division(staff: Client, waiting_loan: Loan, projector: Asset) -> None:
    other = AssetFactory(division=DivisionFactory(name="กองคลัง"))
    answer = staff.post(address(waiting_loan, "change/"), changed(waiting_loan, projector, other))
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()


def test_changed_in_one_window_cancelled_in_the_other(
    cast: Cast, staff: Client, waiting_loan: Loan, projector: Asset
) -> None:
    data = changed(waiting_loan, projector, purpose="แก้ไขแล้ว")
    cancel_loan(waiting_loan, by=cast.staff)
    answer = staff.post(address(waiting_loan, "change/"), data)
    assert answer.status_code == 422
    assert "แก้ไขแล้ว" in answer.content.decode()
    waiting_loan.refresh_from_db()
    assert waiting_loan.purpose != "แก้ไขแล้ว"


def test_cancel(cast: Cast, staff: Client, approved_loan: Loan) -> None:
    assert staff.get(address(approved_loan, "cancel/")).status_code == 200
    approved_loan.refresh_from_db()
    assert approved_loan.state == LoanState.APPROVED
    for _twice in range(2):
        assert staff.post(address(approved_loan, "cancel/")).status_code == 302
    approved_loan.refresh_from_db()
    assert (approved_loan.state, approved_loan.entries.filter(act="cancel").count()) == (LoanState.CANCELLED, 1)
    assert not approved_loan.lines.holding().exists()


def test_the_officer_cancels_with_a_reason(cast: Cast, approved_loan: Loan) -> None:
    officer = cast.client("assets")
    answer = officer.post(address(approved_loan, "cancel/"), {"note": " "})
    assert answer.status_code == 422
    assert 'id="id_note_error"' in answer.content.decode()
    assert officer.post(address(approved_loan, "cancel/"), {"note": "ชำรุดก่อนวันยืม"}).status_code == 302
    assert approved_loan.entries.get(act="cancel").note == "ชำรุดก่อนวันยืม"
    assert cast.client("head").post(address(approved_loan, "cancel/"), {"note": "x"}).status_code == 403


def test_more_time(cast: Cast, staff: Client, loan_out: Loan) -> None:
    data = {"new_due_on": (loan_out.due_on + 2 * DAY).isoformat(), "reason": "งานเลื่อน"}
    for _twice in range(2):
        assert staff.post(address(loan_out, "extend/"), data).status_code == 302
    assert loan_out.extensions.get().decision == Decision.WAITING
    assert staff.get(address(loan_out, "extend/")).status_code == 302
    other = {**data, "new_due_on": (loan_out.due_on + 3 * DAY).isoformat()}
    assert staff.post(address(loan_out, "extend/"), other).status_code == 422


@pytest.mark.parametrize(
    ("day", "reason", "field"),
    [
        ("", "งาน", "new_due_on"),
        ("x" * 4000, "งาน", "new_due_on"),
        ("2020-01-01", "งาน", "new_due_on"),
        ("2156-01-01", "งาน", "new_due_on"),
        ("31/12/9999", "งาน", "new_due_on"),
        (None, " \x00 ", "reason"),
    ],
)
def test_wrong_wishes_for_more_time(staff: Client, loan_out: Loan, day: str | None, reason: str, field: str) -> None:
    typed = (loan_out.due_on + DAY).isoformat() if day is None else day
    answer = staff.post(address(loan_out, "extend/"), {"new_due_on": typed, "reason": reason})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not loan_out.extensions.exists()


def test_more_time_is_refused_where_somebody_else_was_promised(
    cast: Cast, staff: Client, loan_out: Loan, projector: Asset
) -> None:
    other = approved(cast.staff2, cast.head, projector, start=5, days=2)
    data = {"new_due_on": (loan_out.due_on + 4 * DAY).isoformat(), "reason": "งานเลื่อน"}
    answer = staff.post(address(loan_out, "extend/"), data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "งานเลื่อน" in page
    assert other.reference not in page
    assert str(cast.staff2) not in page


def test_queries_do_not_grow_with_the_loan(cast: Cast, staff: Client, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    assets = [AssetFactory() for _number in range(12)]
    loan = handed_out(cast.staff, cast.head, cast.assets, *assets)
    for line in loan.lines.all()[:8]:
        take_back(loan, [Pieces(line.pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())
    with django_assert_max_num_queries(24):
        assert staff.get(address(loan)).status_code == 200


def test_posts_only_by_post(staff: Client, waiting_loan: Loan) -> None:
    for act in ("change/", "cancel/", "extend/"):
        assert staff.delete(address(waiting_loan, act)).status_code == 405
    assert staff.post(address(waiting_loan)).status_code == 405


def test_who_entered_it_acts_only_while_they_keep_the_register(cast: Cast, projector: Asset) -> None:
    def entered(*assets: Asset) -> Loan:
        (loan,) = request_loans(wish(*assets), borrower=cast.staff2, entered_by=cast.assets, form_mark=mark())
        return loan

    loan, out = entered(projector), entered(AssetFactory())
    approve_loan(out, by=cast.head, revision=1)
    hand_out(out, [Pieces(out.lines.get().pk, 1)], by=cast.assets, person="มานี", form_mark=mark())
    officer = cast.client("assets")
    for one, act in ((loan, "change/"), (loan, "cancel/"), (out, "extend/")):
        assert officer.get(address(one, act)).status_code == 200, act

    cast.assets.groups.clear()
    former = User.objects.get(pk=cast.assets.pk)
    assert not Loan.objects.visible_to(former).exists()
    client = cast.client("assets")
    for one in (loan, out):
        for act in ("", "change/", "cancel/", "extend/", "form.pdf"):
            assert client.get(address(one, act)).status_code == 404, act
    wishes = {
        "change": lambda: change_loan(loan, wish(projector, days=2), by=former, revision=1),
        "cancel": lambda: cancel_loan(loan, by=former, note="ผู้ยืมแจ้ง"),
        "extend": lambda: ask_extension(out, by=former, new_due_on=out.due_on + DAY, reason="งาน"),
    }
    for name, act in wishes.items():
        with pytest.raises(RefusedError) as refused:
            act()
        assert refused.value.code == "not_yours", name
    assert cast.client("staff2").get(address(loan, "change/")).status_code == 200


def test_the_history_says_what_each_act_changed(cast: Cast, staff: Client, chairs: Asset) -> None:
    loan = requested(cast.staff, chairs, quantity=6)
    loan = change_loan(loan, wish(chairs, quantity=5, days=4), by=cast.staff, revision=1)
    approve_loan(loan, by=cast.head, revision=2)
    line = loan.lines.get()
    hand_out(loan, [Pieces(line.pk, 5)], by=cast.assets, person="มานี", form_mark=mark())
    ask_extension(loan, by=cast.staff, new_due_on=loan.due_on + DAY, reason="งานเลื่อน")
    back = [Pieces(line.pk, 2), Pieces(line.pk, 1, Condition.DAMAGED, "ขาหัก")]
    take_back(loan, back, by=cast.assets, person="มานะ", form_mark=mark())
    details = {entry.act: list(words) for entry, words in staff.get(address(loan)).context["page"].entries}
    assert short_date(today() + 2 * DAY) in details["change"][0]
    assert short_date(loan.due_on + DAY) in details["ask_extension"][0]
    assert "มานี" in details["hand_out"][0]
    assert "มานะ" in details["take_back"][0]
    assert details["request"] == []


def test_details_of_an_entry_in_words(cast: Cast, waiting_loan: Loan, projector: Asset) -> None:
    """What other acts write, and what nobody writes: never a 500."""
    lines = list(waiting_loan.lines.all())
    pieces = [
        {"asset": projector.number, "quantity": 1, "condition": "damaged"},
        {"asset": "999", "name": "เก้าอี้", "unit": "ตัว", "quantity": 2, "of": 6, "condition": "lost"},
    ]
    entry = LoanEntry(act="take_back", details={"pieces": pieces, "person": "มานะ", "own": True})
    person, first, second, alone = details_of(entry, lines)
    assert "มานะ" in person
    assert alone
    assert first == f"{projector.name} {projector.number}: 1 {projector.unit} · {Condition.DAMAGED.label}"
    assert "เก้าอี้ 999: 2" in second
    assert "6" in second
    assert second.endswith(str(Condition.LOST.label))
    for odd in ({}, [], None, {"pieces": "x"}, {"pieces": [1, {}]}, {"new_due_on": 5}, {"condition": ["x"]}):
        for act in ("change", "take_back", "decide_incident"):
            details_of(LoanEntry(act=act, details=odd), lines)


def test_the_officer_stands_at_the_desk(cast: Cast, chairs: Asset) -> None:
    loan = handed_out(cast.staff, cast.head, cast.assets, chairs, quantity=2)
    back = [Pieces(loan.lines.get().pk, 1, Condition.DAMAGED, "ขาหัก")]
    take_back(loan, back, by=cast.assets, person="มานะ", form_mark=mark())
    incident = (
        f'href="/assets/desk/incidents/{loan.lines.get().handovers.get(condition="damaged").incidents.get().pk}/"'
    )
    officer, borrower = cast.client("assets").get(address(loan)), cast.client("staff").get(address(loan))
    assert (officer.context["room"], borrower.context["room"]) == ("desk", "loans")
    trail = officer.content.decode().split("breadcrumb", 2)[2].split("</ol>", 1)[0]
    assert 'href="/assets/desk/"' in trail
    assert incident in officer.content.decode()
    assert incident not in borrower.content.decode()
    waiting = requested(cast.staff, AssetFactory())
    assert cast.client("assets").get(address(waiting, "cancel/")).context["room"] == "desk"
    own = requested(cast.assets, AssetFactory())
    assert cast.client("assets").get(address(own)).context["room"] == "loans"


def test_one_day_is_one_date_and_said_once(cast: Cast, staff: Client, projector: Asset) -> None:
    loan = approved(cast.staff, cast.head, projector, start=4, days=1)
    page = page_of(loan_for(cast.staff, loan.public_id), cast.staff, Seat.of(cast.staff))
    assert page.step.words.count(short_date(loan.due_on)) == 1
    facts = staff.get(address(loan)).content.decode().split('id="facts"', 1)[1].split("</dl>", 1)[0]
    assert facts.count(long_date(loan.due_on)) == 1
    out = handed_out(cast.staff, cast.head, cast.assets, AssetFactory(), days=2)
    page = page_of(loan_for(cast.staff, out.public_id), cast.staff, Seat.of(cast.staff))
    assert page.step.words.count(short_date(out.due_on)) == 1


def test_the_same_again_only_after_the_end(cast: Cast, staff: Client, projector: Asset) -> None:
    loan = handed_out(cast.staff, cast.head, cast.assets, projector)
    again = f"?from={loan.public_id}"
    assert again not in staff.get(address(loan)).content.decode()
    take_back(loan, [Pieces(loan.lines.get().pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())
    assert again in staff.get(address(loan)).content.decode()


def test_who_entered_it_is_not_said_to_decide(cast: Cast, projector: Asset) -> None:
    officer = User.objects.get(pk=cast.assets.pk)
    Delegation.objects.create(
        division=projector.division,
        deputy=officer,
        start_on=today(),
        end_on=today(),
        order="1/2570",
        made_by=cast.mayor,
    )
    (loan,) = request_loans(wish(projector), borrower=cast.staff2, entered_by=officer, form_mark=mark())
    deciders = page_of(loan, cast.staff2, Seat.of(cast.staff2)).deciders
    assert [decider.person for decider in deciders] == [cast.head]
