"""Several requests approved in one step: the rules of one, an answer for each, as many queries for forty as for two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from unittest import mock

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from assets.choices import AssetKind, LoanState, Place
from assets.errors import RefusedError
from assets.models import Asset, Delegation, Loan, LoanEntry, LoanLine
from assets.services import bulk_decisions
from assets.services.bulk_decisions import MOST_AT_ONCE, Approved, Chosen, approve_loans
from assets.services.decisions import approve_loan, refuse_loan
from assets.services.requests import cancel_loan, change_loan
from ita_portal.fiscal import today
from organization.models import Division, User
from tests.races import at_once, begin, wait_until_blocked

from ..cast import Cast
from ..factories import UserFactory
from .factories import DAY, AssetFactory, approved, handed_out, requested, wish

LIST, ADDRESS = "/assets/approvals/", "/assets/approvals/approve/"


def chosen(*loans: Loan) -> list[Chosen]:
    return [Chosen(loan.public_id, loan.revision) for loan in loans]


def ticks(*loans: Loan) -> dict[str, list[str]]:
    return {"loan": [f"{loan.public_id}:{loan.revision}" for loan in loans]}


def codes(result: Approved) -> list[tuple[int, str]]:
    return [(loan.pk, refused.code) for loan, refused in result.refused]


def many(borrower: User, count: int, *, start: int = 0) -> list[Loan]:
    return [requested(borrower, AssetFactory(), start=start) for _number in range(count)]


def short_of_time(loan: Loan, days: int) -> None:
    """As if it had been asked for `days` earlier."""
    Loan.objects.filter(pk=loan.pk).update(start_on=loan.start_on - days * DAY, due_on=loan.due_on - days * DAY)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assets_loanline SET during = daterange(lower(during) - %s, upper(during) - %s) WHERE loan_id = %s",
            [days, days, loan.pk],
        )
    loan.refresh_from_db()


# What is written ---------------------------------------------------------------------------------------------


def test_the_same_is_written_as_for_one(cast: Cast, chairs: Asset) -> None:
    """Also for a loan whose first days have passed: they are promised to nobody."""
    alone, together, begun, begun_too = (
        requested(cast.staff, AssetFactory(), chairs, quantity=1, days=4) for _number in range(4)
    )
    for loan in (begun, begun_too):
        short_of_time(loan, 2)
    for loan in (alone, begun):
        approve_loan(loan, by=cast.head, revision=1, note=" ได้ ")
    result = approve_loans(chosen(together, begun_too), by=cast.head, note=" ได้ ")
    assert (result.approved, result.refused) == ([begun_too, together], [])
    columns = ("state", "decided_by", "decided_as", "reason", "finished_on", "revision")
    for one, other in ((alone, together), (begun, begun_too)):
        assert Loan.objects.values_list(*columns).get(pk=one.pk) == Loan.objects.values_list(*columns).get(pk=other.pk)
        lines = [
            list(loan.lines.order_by("position").values_list("held", "during", "quantity")) for loan in (one, other)
        ]
        assert lines[0] == lines[1]
        entries = [
            LoanEntry.objects.filter(act="approve").values_list("state", "by", "note", "details").get(loan=loan)
            for loan in (one, other)
        ]
        assert entries[0] == entries[1]
    assert [loan.state for loan in result.approved] == [LoanState.APPROVED] * 2
    line = begun_too.lines.earliest("position")
    assert (line.during.lower, line.during.upper) == (today(), begun_too.due_on + DAY)


def test_each_cannot_for_its_own_reason(cast: Cast, projector: Asset) -> None:
    """What cannot be is left as it is; the rest is approved."""
    good = requested(cast.staff, AssetFactory())
    refusal: dict[str, Loan] = {"own": requested(cast.head, AssetFactory())}
    refusal["not_yours"] = requested(cast.staff, AssetFactory(), use_at=Place.OFF_SITE, location="ตลาด")
    refusal["state"] = approved(cast.staff, cast.head, AssetFactory())
    refusal["changed"] = requested(cast.staff, projector)
    change_loan(refusal["changed"], wish(projector, days=5), by=cast.staff, revision=1)
    refusal["past"] = requested(cast.staff, AssetFactory())
    short_of_time(refusal["past"], 5)
    moved = AssetFactory()
    refusal["moved"] = requested(cast.staff, moved)
    Asset.objects.filter(pk=moved.pk).update(division=Division.objects.get(name="กองคลัง"))
    wanted = AssetFactory()
    refusal["taken"] = requested(cast.staff, wanted)
    approved(cast.staff2, cast.head, wanted, start=1)
    kept = AssetFactory()
    refusal["overdue"] = requested(cast.staff, kept, start=6)
    short_of_time(handed_out(cast.staff2, cast.head, cast.assets, kept), 5)
    broken = AssetFactory()
    refusal["not_lendable"] = requested(cast.staff, broken)
    Asset.objects.filter(pk=broken.pk).update(lendable=False)
    before = {code: Loan.objects.values().get(pk=loan.pk) for code, loan in refusal.items()}
    result = approve_loans(
        [Chosen("nothing", 1), *chosen(*refusal.values(), good)], by=cast.head
    )  # `changed` as it was read first
    assert result.approved == [good]
    assert sorted(codes(result)) == sorted((loan.pk, code) for code, loan in refusal.items())
    assert all(str(error) for _loan, error in result.refused)
    assert {code: Loan.objects.values().get(pk=loan.pk) for code, loan in refusal.items()} == before
    waiting = [loan.pk for code, loan in refusal.items() if code != "state"]
    assert not LoanLine.objects.holding().filter(loan__in=waiting).exists()


def test_the_one_that_begins_first_gets_the_thing(cast: Cast, projector: Asset) -> None:
    later, sooner = requested(cast.staff, projector, start=2), requested(cast.staff2, projector)
    after = requested(cast.staff, projector, start=5)
    result = approve_loans(chosen(later, after, sooner), by=cast.head)
    assert result.approved == [sooner, after]
    assert codes(result) == [(later.pk, "taken")]
    assert projector.number in str(result.refused[0][1])


def test_pieces_are_counted_together(cast: Cast, chairs: Asset) -> None:
    loans = [requested(cast.staff, chairs, quantity=4, start=number) for number in range(3)]
    result = approve_loans(chosen(*loans), by=cast.head)
    assert result.approved == loans[:2]
    assert codes(result) == [(loans[2].pk, "taken")]
    assert sum(chairs.lines.values_list("held", flat=True)) == 8


def test_what_was_refused_of_a_set_leaves_nothing_behind(cast: Cast, projector: Asset, chairs: Asset) -> None:
    """A loan of which one thing is taken does not take the other from those behind it."""
    first = requested(cast.staff, projector)
    half = requested(cast.staff, chairs, projector, quantity=1, start=1)
    LoanLine.objects.filter(loan=half, asset=chairs).update(quantity=10)
    last = requested(cast.staff2, chairs, quantity=10, start=2)
    result = approve_loans(chosen(first, half, last), by=cast.head)
    assert result.approved == [first, last]
    assert codes(result) == [(half.pk, "taken")]


def test_nothing_and_too_many(cast: Cast) -> None:
    assert approve_loans([], by=cast.head) == Approved()
    with pytest.raises(RefusedError) as refused:
        approve_loans([Chosen(f"a{number}", 1) for number in range(MOST_AT_ONCE + 1)], by=cast.head)
    assert refused.value.code == "many"


def test_in_whose_place_is_written_in_thai_for_each(cast: Cast) -> None:
    """A deputy of two, who reads in English: the printed form names in whose place they decided."""
    deputy = UserFactory(username="deputy", position="รองปลัดเทศบาล")
    Delegation.objects.create(
        division=cast.head.division, deputy=deputy, start_on=today(), end_on=today(), order="5/2570", made_by=cast.mayor
    )
    Delegation.objects.create(
        division=None, deputy=deputy, start_on=today(), end_on=today(), order="6/2570", made_by=cast.mayor
    )
    inside = requested(cast.staff, AssetFactory())
    outside = requested(cast.staff, AssetFactory(), use_at=Place.OFF_SITE, location="ตลาด")
    alone = requested(cast.staff, AssetFactory())
    with translation.override("en"):
        assert len(approve_loans(chosen(inside, outside), by=deputy).approved) == 2
        approve_loan(alone, by=deputy, revision=1)
    for loan in (inside, outside, alone):
        loan.refresh_from_db()
    assert inside.decided_as == alone.decided_as == "รองปลัดเทศบาล ปฏิบัติหน้าที่แทนหัวหน้ากองช่าง (5/2570)"
    assert outside.decided_as == "รองปลัดเทศบาล ปฏิบัติหน้าที่แทนนายกเทศมนตรี (6/2570)"
    assert LoanEntry.objects.get(loan=outside, act="approve").details == {"as": outside.decided_as}


def test_the_mayor_where_a_division_has_no_head(cast: Cast) -> None:
    """Heads are looked up once for all; the rule is that of one decision."""
    alone = AssetFactory(division=Division.objects.get(name="กองการศึกษา"))
    own = requested(cast.head, AssetFactory())
    headless, headed = requested(cast.staff, alone), requested(cast.staff, AssetFactory())
    result = approve_loans(chosen(own, headless, headed), by=cast.mayor)
    assert result.approved == [own, headless]
    assert codes(result) == [(headed.pk, "not_yours")]


# How much it costs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["head", "mayor"])
def test_as_many_queries_for_forty_as_for_two(cast: Cast, who: str) -> None:
    place: dict[str, Any] = {"use_at": Place.OFF_SITE, "location": "ตลาด"} if who == "mayor" else {}
    counts = []
    for count in (2, 40):
        loans = [requested(cast.staff, AssetFactory(), **place) for _number in range(count)]
        client = cast.client(who)
        with CaptureQueriesContext(connection) as queries:
            assert client.post(ADDRESS, ticks(*loans)).status_code == 302
        asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
        counts.append(len(asked))
        assert not Loan.objects.waiting().exists()
    assert counts[0] == counts[1] <= 15, "\n".join(sql[:150] for sql in asked)


# The guards of the database -----------------------------------------------------------------------------------


def test_a_collision_does_not_lose_the_others(cast: Cast, projector: Asset) -> None:
    """The look before saw nothing; the constraint stops the set, and each is approved by itself."""
    first, late = requested(cast.staff, projector), requested(cast.staff2, projector, start=1)
    others = many(cast.staff, 3)
    with mock.patch.object(bulk_decisions, "refusals_beside", lambda *_words: iter(())):
        result = approve_loans(chosen(first, late, *others), by=cast.head)
    assert {loan.pk for loan in result.approved} == {first.pk, *(loan.pk for loan in others)}
    assert codes(result) == [(late.pk, "taken")]
    assert result.refused[0][0].state == LoanState.REQUESTED
    assert LoanEntry.objects.filter(act="approve").count() == 4


def test_a_retired_thing_is_stopped_by_the_guard(cast: Cast, chairs: Asset) -> None:
    gone = requested(cast.staff, chairs)
    Asset.objects.filter(pk=chairs.pk).update(retired_on=today(), retired_reason="ชำรุด")
    good = requested(cast.staff, AssetFactory())
    with mock.patch.object(bulk_decisions, "refusals_beside", lambda *_words: iter(())):
        result = approve_loans(chosen(gone, good), by=cast.head)
    assert result.approved == [good]
    assert codes(result) == [(gone.pk, "not_lendable")]


# The page ----------------------------------------------------------------------------------------------------


def post(cast: Cast, who: str, data: Any, query: str = "") -> Any:
    return cast.client(who).post(ADDRESS + query, data)


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.wsgi_request._messages]


def test_what_is_free_can_be_ticked(cast: Cast, projector: Asset) -> None:
    taken = requested(cast.staff, projector)
    approved(cast.staff2, cast.head, projector)
    past = requested(cast.staff, AssetFactory())
    short_of_time(past, 9)
    free = requested(cast.staff, AssetFactory())
    page = cast.client("head").get(LIST)
    text = page.content.decode()
    assert f'value="{free.public_id}:1"' in text
    assert f'for="tick-{free.public_id}"' in text
    assert text.count('name="loan"') == 1
    assert taken.public_id in text
    assert text.count('class="btn btn-primary"') == 1
    approve_loan(free, by=cast.head, revision=1)
    nothing = cast.client("head").get(LIST).content.decode()
    assert ADDRESS not in nothing


def test_those_ticked_are_approved_and_the_rest_waits(cast: Cast) -> None:
    loans = many(cast.staff, 4)
    answer = post(cast, "head", ticks(*loans[:3]))
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert set(Loan.objects.waiting()) == {loans[3]}
    message = said(answer)[0]
    assert all(loan.reference in message for loan in loans[:3])
    assert loans[3].reference not in message


def test_what_could_not_be_is_said_beside_what_was(cast: Cast, projector: Asset) -> None:
    first, late = requested(cast.staff, projector), requested(cast.staff2, projector)
    answer = post(cast, "head", ticks(first, late))
    assert answer.status_code == 302
    done, refused = said(answer)
    assert first.reference in done
    assert late.reference in refused
    assert projector.number in refused
    row = cast.client("head").get(LIST).context["rows"][0]
    assert (row.loan, row.is_free) == (late, False)


def test_where_none_could_be_the_page_says_why(cast: Cast, projector: Asset) -> None:
    changed, gone, other = requested(cast.staff, projector), *many(cast.staff, 2)
    change_loan(changed, wish(projector, days=5), by=cast.staff, revision=1)
    cancel_loan(gone, by=cast.staff)
    answer = post(cast, "head", ticks(changed, gone))
    assert answer.status_code == 422
    rows = {row.loan.pk: row for row in answer.context["rows"]}
    assert set(rows) == {changed.pk, other.pk}
    assert (rows[changed.pk].is_ticked, rows[other.pk].is_ticked) == (True, False)
    assert rows[changed.pk].problem
    assert not rows[other.pk].problem
    assert [gone.reference in sentence for sentence in answer.context["gone"]] == [True]
    assert f'value="{changed.public_id}:2"' in answer.content.decode(), "the next click is about what is read now"


def test_the_filter_and_the_place_in_the_list_are_kept(cast: Cast) -> None:
    assert cast.staff.division is not None
    loans = many(cast.staff, 3)
    query = f"?division={cast.staff.division.pk}&place=on_site&after={today()}.{loans[0].pk}&format=csv&other=1"
    page = cast.client("head").get(LIST + query.replace("&format=csv", ""))
    assert page.context["here"]
    answer = post(cast, "head", ticks(loans[1]), query)
    kept = f"place=on_site&division={cast.staff.division.pk}&after={today()}.{loans[0].pk}"
    assert answer["Location"] == f"{LIST}?{kept}"
    again = post(cast, "head", {}, f"?{kept}")
    assert again.status_code == 422
    assert [row.loan for row in again.context["rows"]] == [loans[2]]
    assert again.context["here"] == kept
    text = again.content.decode()
    assert 'href="?' not in text, "links lead to the list, not to the address of the form"
    assert f'method="get" action="{LIST}"' in text
    opened = cast.client("head").get(f"{ADDRESS}?{kept}")
    assert (opened.status_code, opened["Location"]) == (302, f"{LIST}?{kept}")


def test_a_second_click_is_led_on(cast: Cast) -> None:
    loans = many(cast.staff, 2)
    for _click in range(2):
        assert post(cast, "head", ticks(*loans)).status_code == 302
    assert LoanEntry.objects.filter(act="approve").count() == 2


def test_the_other_approver_is_told_who_was_faster(cast: Cast) -> None:
    deputy = UserFactory(username="deputy")
    Delegation.objects.create(
        division=cast.head.division, deputy=deputy, start_on=today(), end_on=today(), order="1", made_by=cast.mayor
    )
    done, refused = many(cast.staff, 2)
    approve_loan(done, by=cast.head, revision=1)
    refuse_loan(refused, by=cast.head, reason="ไม่ว่าง")
    client = cast.client("head")
    client.force_login(deputy)
    late = client.post(ADDRESS, ticks(done, refused))
    assert late.status_code == 422
    assert [str(cast.head) in sentence for sentence in late.context["gone"]] == [True, True]
    assert post(cast, "head", ticks(refused)).status_code == 422, "refused is not approved, though by the same person"


def test_who_may_not(cast: Cast) -> None:
    loan = requested(cast.staff, AssetFactory())
    for who in ("staff", "staff2", "assets", "admin", "secretary"):
        assert post(cast, who, ticks(loan)).status_code == 403, who
    assert post(cast, "citizen", ticks(loan)).status_code == 302
    answer = post(cast, "mayor", ticks(loan))
    assert answer.status_code == 422
    assert cast.client("staff").get(ADDRESS).status_code == 403
    loan.refresh_from_db()
    assert loan.state == LoanState.REQUESTED


def test_loans_of_others_are_not_told_of(cast: Cast) -> None:
    """A head who sends the address of another division's loan learns nothing of it."""
    foreign = requested(cast.staff2, AssetFactory(division=Division.objects.get(name="กองการศึกษา")))
    ended = requested(cast.staff2, AssetFactory(division=Division.objects.get(name="กองการศึกษา")))
    cancel_loan(ended, by=cast.staff2)
    own = requested(cast.staff, AssetFactory())
    answer = post(cast, "head", ticks(foreign, ended, own))
    assert answer.status_code == 302
    assert len(said(answer)) == 1
    alone = post(cast, "head", ticks(foreign, ended))
    assert alone.status_code == 422
    assert foreign.reference not in alone.content.decode()
    assert Loan.objects.get(pk=foreign.pk).state == LoanState.REQUESTED


@pytest.mark.parametrize(
    "sent",
    [
        [], [""], ["x"], [":1"], ["abc:"], ["abc:x"], ["abc:-1"], ["abc:1:1"], ["ก:1"], ["abc:๑"], ["abc:" + "9" * 30],
        ["a" * 4000 + ":1"], ["nothing:1", "nothing:2"], [f"a{number}:1" for number in range(60)], ["\x00:1"],
    ],
)  # fmt: skip
def test_nonsense_approves_nothing(cast: Cast, waiting_loan: Loan, sent: list[str]) -> None:
    answer = post(cast, "head", {"loan": sent}, "?division=%00&place=x&after=9999-99-99.1")
    assert answer.status_code in (400, 422)
    waiting_loan.refresh_from_db()
    assert waiting_loan.state == LoanState.REQUESTED


def test_ticked_twice_is_once(cast: Cast, waiting_loan: Loan) -> None:
    sent = [f"{waiting_loan.public_id}:1"] * 3
    assert post(cast, "head", {"loan": sent}).status_code == 302
    assert LoanEntry.objects.filter(act="approve").count() == 1


# At the same moment ------------------------------------------------------------------------------------------


def told(found: Sequence[Any]) -> tuple[int, set[str]]:
    """How many loans were approved in all, and the codes of the refusals; anything else that was raised is a fault."""
    faults = [item for item in found if isinstance(item, Exception) and not isinstance(item, RefusedError)]
    assert not faults, faults
    results = [item for item in found if isinstance(item, Approved)]
    alone = sum(isinstance(item, Loan) for item in found)
    reasons = {code for result in results for _pk, code in codes(result)}
    reasons |= {item.code for item in found if isinstance(item, RefusedError)}
    return alone + sum(len(result.approved) for result in results), reasons


@pytest.mark.django_db(transaction=True)
class TestTogether:
    def test_the_same_thing_alone_and_in_a_set(self, cast: Cast, projector: Asset) -> None:
        others = many(cast.staff, 3)
        mine, theirs = requested(cast.staff, projector), requested(cast.staff2, projector, start=1)
        done, reasons = told(
            at_once(
                lambda: approve_loans(chosen(*others, mine), by=cast.head),
                lambda: approve_loan(theirs, by=cast.head, revision=1),
            )
        )
        assert (done, reasons) == (4, {"taken"})
        assert sum(projector.lines.values_list("held", flat=True)) == 1

    def test_it_waits_for_the_thing_and_sees_who_got_it(self, cast: Cast, projector: Asset) -> None:
        mine, theirs, other = (
            requested(cast.staff, projector), requested(cast.staff2, projector), requested(cast.staff, AssetFactory()),
        )  # fmt: skip
        with transaction.atomic():
            approve_loan(theirs, by=cast.head, revision=1)
            late = begin(lambda: approve_loans(chosen(mine, other), by=cast.head))
            assert wait_until_blocked(late)
        result = late.result(timeout=30)
        assert result.approved == [other]
        assert codes(result) == [(mine.pk, "taken")]

    def test_two_sets_in_opposite_order(self, cast: Cast) -> None:
        """Each takes every thing of the other, in the other order: nobody waits in a circle, each thing goes once."""
        for _turn in range(3):
            things = [AssetFactory() for _number in range(8)]
            mine = [requested(cast.staff, thing) for thing in things]
            theirs = [requested(cast.staff2, thing) for thing in reversed(things)]
            found = at_once(
                lambda loans=mine: approve_loans(chosen(*loans), by=cast.head),
                lambda loans=theirs: approve_loans(chosen(*loans), by=cast.head),
                lambda loans=[*theirs, *mine]: approve_loans(chosen(*loans), by=cast.head),
            )
            done, reasons = told(found)
            assert done == len(things)
            assert reasons <= {"taken", "state"}
            held = LoanLine.objects.holding().filter(asset__in=things)
            assert held.count() == held.values("asset").distinct().count() == len(things)

    def test_never_more_pieces_than_there_are(self, cast: Cast) -> None:
        chairs = AssetFactory(kind=AssetKind.QUANTITY, quantity=10)
        sets = [[requested(cast.staff, chairs, quantity=3, start=day) for day in range(2)] for _set in range(4)]
        done, reasons = told(
            at_once(*[lambda loans=loans: approve_loans(chosen(*loans), by=cast.head) for loans in sets])
        )
        assert (done, reasons) == (3, {"taken"})
        assert sum(chairs.lines.values_list("held", flat=True)) == 9

    def test_a_double_click_at_the_same_moment(self, cast: Cast) -> None:
        loans = many(cast.staff, 5)
        done, reasons = told(at_once(*[lambda: approve_loans(chosen(*loans), by=cast.head)] * 3))
        assert (done, reasons) == (5, {"state"})
        assert LoanEntry.objects.filter(act="approve").count() == 5
