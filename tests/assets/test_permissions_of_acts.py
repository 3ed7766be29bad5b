"""Who may do what to a loan: every person of the house against every act, on and off the premises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from assets.approval_reading import waiting_page
from assets.approvers import Seat
from assets.choices import Act, Condition, Place, Remedy
from assets.errors import RefusedError
from assets.models import Asset, Delegation, Incident, Loan
from assets.services.chasing import chase_loan
from assets.services.decisions import approve_extension, approve_loan, refuse_extension, refuse_loan
from assets.services.handovers import Pieces, hand_out, take_back
from assets.services.incidents import decide_incident
from assets.services.register import retire_asset
from assets.services.requests import ask_extension, cancel_loan, change_loan, request_loans
from ita_portal.fiscal import today
from organization.choices import Role
from organization.models import Division, User

from ..cast import Cast
from ..factories import UserFactory
from .factories import DAY, AssetFactory, approved, handed_out, mark, requested, wish
from .moving import moved

SALA = "ศาลากลางจังหวัด"


@pytest.fixture
def people(cast: Cast, projector: Asset) -> dict[str, User]:
    """The cast, a head of another division, somebody who left, and deputies: today's, past and future ones."""
    treasury = cast.staff2.division
    found = {
        "borrower": cast.staff2,
        "other staff": cast.staff,
        "head": cast.head,
        "other head": UserFactory(username="other-head", division=treasury, role=Role.DIVISION_HEAD),
        "mayor": cast.mayor,
        "officer": cast.assets,
        "admin": cast.admin,
        "secretary": cast.secretary,
        "budget": cast.budget,
        "integrity": cast.integrity,
        "head who left": UserFactory(
            username="left", division=projector.division, role=Role.DIVISION_HEAD, is_active=False
        ),
    }

    def deputy(name: str, division: Division | None, start: int, end: int) -> None:
        found[name] = UserFactory(username=name.replace(" ", "-"), division=treasury)
        Delegation.objects.create(
            division=division, deputy=found[name], start_on=today() + start * DAY, end_on=today() + end * DAY,
            order="12/2570", made_by=cast.mayor,
        )  # fmt: skip

    deputy("deputy", projector.division, 0, 0)
    deputy("deputy of yesterday", projector.division, -5, -1)
    deputy("deputy of tomorrow", projector.division, 1, 5)
    deputy("deputy elsewhere", treasury, -5, 5)
    deputy("mayors deputy", None, -5, 5)
    deputy("mayors deputy of yesterday", None, -5, -1)
    return found


def pieces(loan: Loan) -> list[Pieces]:
    return [Pieces(line.pk, 1) for line in loan.lines.all()]


Doing = Callable[[User], Any]


def prepared(act: Act, cast: Cast, place: str) -> Doing:
    """A loan in the state that the act needs, and the act as done by somebody."""
    thing, by = AssetFactory(), cast.mayor if place == Place.OFF_SITE else cast.head
    how = {"use_at": place, "location": SALA, "days": 5}
    if act in (Act.APPROVE, Act.REFUSE, Act.CHANGE):
        loan = requested(cast.staff2, thing, **how)  # type: ignore[arg-type]
    elif act in (Act.CANCEL, Act.HAND_OUT):
        loan = approved(cast.staff2, by, thing, **how)
    else:
        loan = handed_out(cast.staff2, by, cast.assets, thing, **how)
    if act == Act.CHASE:
        moved(loan, -9)
    until = loan.due_on + DAY
    if act in (Act.APPROVE_EXTENSION, Act.REFUSE_EXTENSION):
        more = ask_extension(loan, by=cast.staff2, new_due_on=until, reason="ยังไม่เสร็จ")
    if act == Act.DECIDE_INCIDENT:
        line = loan.lines.get()
        back = [Pieces(line.pk, 1, Condition.DAMAGED)]
        take_back(loan, back, by=cast.assets, person="มานะ", form_mark=mark())
        incident = Incident.objects.get(handover__line=line)
    doings: dict[Act, Doing] = {
        Act.CHANGE: lambda who: change_loan(loan, wish(thing, days=2), by=who, revision=1),
        Act.CANCEL: lambda who: cancel_loan(loan, by=who, note="ผู้ยืมแจ้งทางโทรศัพท์"),
        Act.ASK_EXTENSION: lambda who: ask_extension(loan, by=who, new_due_on=until, reason="ยังไม่เสร็จ"),
        Act.APPROVE: lambda who: approve_loan(loan, by=who, revision=1),
        Act.REFUSE: lambda who: refuse_loan(loan, by=who, reason="ใช้ในงานอื่น"),
        Act.APPROVE_EXTENSION: lambda who: approve_extension(more, by=who),
        Act.REFUSE_EXTENSION: lambda who: refuse_extension(more, by=who, answer="มีผู้จองต่อ"),
        Act.HAND_OUT: lambda who: hand_out(loan, pieces(loan), by=who, person="มานะ", form_mark=mark()),
        Act.TAKE_BACK: lambda who: take_back(loan, pieces(loan), by=who, person="มานะ", form_mark=mark()),
        Act.CHASE: lambda who: chase_loan(loan, by=who, note="โทรศัพท์"),
        Act.DECIDE_INCIDENT: lambda who: decide_incident(incident, by=who, remedy=Remedy.REPAIRED, usable_again=True),
    }
    return doings[act]


def may(do: Doing, who: User) -> bool:
    """Whether the act is done by them; nothing of it stays."""
    fresh = User.objects.get(pk=who.pk)
    try:
        with transaction.atomic():
            do(fresh)
            transaction.set_rollback(True)
    except RefusedError as refused:
        assert refused.code in ("not_yours", "own", "note"), refused.code
        return False
    return True


APPROVERS = {Place.ON_SITE: {"head", "deputy"}, Place.OFF_SITE: {"mayor", "mayors deputy"}}
ALLOWED: dict[Act, set[str] | None] = {
    Act.CHANGE: {"borrower"},
    Act.CANCEL: {"borrower", "officer"},
    Act.ASK_EXTENSION: {"borrower"},
    Act.HAND_OUT: {"officer"},
    Act.TAKE_BACK: {"officer"},
    Act.CHASE: {"officer"},
    Act.DECIDE_INCIDENT: {"officer"},
    Act.APPROVE: None,
    Act.REFUSE: None,
    Act.APPROVE_EXTENSION: None,
    Act.REFUSE_EXTENSION: None,
}
"""None: whoever approves, which the place of use decides (clause 208)."""


@pytest.mark.parametrize("place", list(Place), ids=str)
@pytest.mark.parametrize("act", list(ALLOWED), ids=str)
def test_every_person_and_every_act(cast: Cast, people: dict[str, User], act: Act, place: Place) -> None:
    do = prepared(act, cast, place)
    allowed = {name for name, who in people.items() if may(do, who)}
    assert allowed == (APPROVERS[place] if ALLOWED[act] is None else ALLOWED[act])


def test_every_act_of_a_person_is_in_the_table() -> None:
    assert set(Act) - set(ALLOWED) == {Act.REQUEST, Act.FINISH}


def test_only_asset_officers_keep_the_register(people: dict[str, User], truck: Asset) -> None:
    allowed = {name for name, who in people.items() if may(lambda by: retire_asset(truck, by=by, reason="ชำรุด"), who)}
    assert allowed == {"officer"}


# Nobody decides on their own loan ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["head", "deputy", "mayor", "mayors deputy", "officer", "admin"])
@pytest.mark.parametrize("place", list(Place), ids=str)
def test_nobody_decides_on_their_own_loan(people: dict[str, User], projector: Asset, name: str, place: str) -> None:
    who = people[name]
    loan = requested(who, projector, use_at=place, location=SALA)
    for do in (
        lambda by: approve_loan(loan, by=by, revision=1),
        lambda by: refuse_loan(loan, by=by, reason="ใช้ในงานอื่น"),
    ):
        with pytest.raises(RefusedError) as refused:
            do(who)
        assert refused.value.code == "own"
    assert not waiting_page(Seat.of(who), size=1)


def test_whose_paper_was_entered_does_not_approve_it_either(cast: Cast, projector: Asset) -> None:
    """The officer entered it for the head; it stays the head's own loan."""
    loan = request_loans(wish(projector), borrower=cast.head, entered_by=cast.assets, form_mark=mark())[0]
    with pytest.raises(RefusedError) as refused:
        approve_loan(loan, by=cast.head, revision=1)
    assert refused.value.code == "own"


def test_more_time_for_oneself(cast: Cast, people: dict[str, User], projector: Asset) -> None:
    loan = handed_out(cast.head, cast.mayor, cast.assets, projector)
    more = ask_extension(loan, by=cast.head, new_due_on=loan.due_on + DAY, reason="ยังไม่เสร็จ")
    with pytest.raises(RefusedError) as refused:
        approve_extension(more, by=cast.head)
    assert refused.value.code == "own"


def test_somebody_elses_loan_is_not_prolonged(cast: Cast, people: dict[str, User], loan_out: Loan) -> None:
    for name, who in people.items():
        if who != loan_out.borrower:
            with pytest.raises(RefusedError) as refused:
                ask_extension(loan_out, by=who, new_due_on=loan_out.due_on + DAY, reason="ยังไม่เสร็จ")
            assert refused.value.code == "not_yours", name
    assert not loan_out.extensions.exists()


# Where there is nobody to decide -----------------------------------------------------------------------------


def test_the_mayor_decides_where_a_division_has_no_head(cast: Cast, people: dict[str, User]) -> None:
    welfare = Division.objects.get(name="กองสวัสดิการสังคม")
    loan = requested(cast.staff2, AssetFactory(division=welfare))
    allowed = {name for name, who in people.items() if may(lambda by: approve_loan(loan, by=by, revision=1), who)}
    assert allowed == {"mayor", "mayors deputy"}


def test_the_mayor_decides_on_the_heads_loan(cast: Cast, people: dict[str, User], projector: Asset) -> None:
    loan = requested(cast.head, projector)
    allowed = {name for name, who in people.items() if may(lambda by: approve_loan(loan, by=by, revision=1), who)}
    assert allowed == {"mayor", "mayors deputy"}


def test_the_mayors_own_loan_is_the_deputys(cast: Cast, people: dict[str, User], truck: Asset) -> None:
    loan = requested(cast.mayor, truck, use_at=Place.OFF_SITE, location=SALA)
    allowed = {name for name, who in people.items() if may(lambda by: approve_loan(loan, by=by, revision=1), who)}
    assert allowed == {"mayors deputy"}


# One rule, said twice: as a condition on rows and as a question about one loan -------------------------------


def test_the_list_and_the_act_agree(cast: Cast, people: dict[str, User]) -> None:
    """What the list of approvals shows is what can be approved, for everybody and every kind of loan."""
    divisions = list(Division.objects.filter(name__in=["กองช่าง", "กองคลัง", "กองสวัสดิการสังคม"]))
    loans = [
        requested(borrower, AssetFactory(division=division), use_at=place, location=SALA)
        for division in divisions
        for place in Place.values
        for borrower in (cast.staff2, cast.head, cast.mayor, people["deputy"], people["mayors deputy"])
    ]
    decided = 0
    for name, who in people.items():
        if not who.is_active:
            continue
        seat = Seat.of(User.objects.get(pk=who.pk))
        listed = {loan.pk for loan in waiting_page(seat, size=len(loans) + 1)}
        assert listed == {loan.pk for loan in loans if seat.may_decide(loan)}, name
        visible = set(Loan.objects.visible_to(who).values_list("pk", flat=True))
        assert listed <= visible, f"{name} would decide on what they may not see"
        decided += len(listed)
    assert decided > len(loans)
