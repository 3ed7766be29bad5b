"""A plan from draft to revision: what the acts do, and what they refuse."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from budget.choices import Approver, PlanKind, State
from budget.differences import differences
from budget.errors import RefusedError, guard_of
from budget.models import Document, Line, LineVersion, Plan, Revision, Spent, Transfer
from budget.money import split, total
from budget.services.lines import (
    Approval,
    LineInput,
    add_line,
    change_line,
    remove_line,
    replace_lines,
    transfer,
    undo_transfer,
)
from budget.services.plans import BehindError, Words, begin_plan, change_words, discard, publish, revise
from budget.services.statements import publish_statement

from ..cast import Cast
from .factories import YEAR, draft, mark, paper, published, road, told, version

pytestmark = pytest.mark.django_db
APPROVED = Approval(Approver.EXECUTIVE, dt.date(2026, 1, 15), "กส 52301/15")
COUNCIL = Approval(Approver.COUNCIL, dt.date(2026, 1, 15), "มติสภา 1/2569")


def revision_of(plan: Plan, cast: Cast) -> Revision:
    return revise(plan, Words(title="ฉบับแก้ไข", reason="โอนงบประมาณ"), by=cast.budget, form_mark=mark())


def refused_by(error: pytest.ExceptionInfo[IntegrityError]) -> str:
    return guard_of(error.value)


def test_a_plan_is_begun_once_for_a_form(cast: Cast) -> None:
    form = mark()
    first = begin_plan(YEAR, PlanKind.ORDINANCE, Words(title="ก"), by=cast.budget, form_mark=form)
    assert begin_plan(YEAR, PlanKind.ORDINANCE, Words(title="ก"), by=cast.budget, form_mark=form) == first
    assert Plan.objects.count() == 1


def test_a_published_plan_is_not_begun_anew(cast: Cast, ordinance: Revision) -> None:
    with pytest.raises(RefusedError) as refusal:
        begin_plan(YEAR, PlanKind.ORDINANCE, Words(title="ก"), by=cast.budget, form_mark=mark())
    assert refusal.value.code == "plan_once_a_year"


@pytest.mark.parametrize("name", ["admin", "staff", "mayor", "secretary"])
def test_only_budget_officers_act(cast: Cast, ordinance_draft: Revision, name: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        publish(ordinance_draft, by=getattr(cast, name), edits=ordinance_draft.edits)
    assert refusal.value.code == "not_yours"


def test_a_revision_keeps_what_was_and_moves_money(cast: Cast, ordinance: Revision) -> None:
    following = revision_of(ordinance.plan, cast)
    transfer(
        following, version(following, "0001"), version(following, "0002"), Decimal("20000"), APPROVED,
        by=cast.budget, edits=following.edits,
    )  # fmt: skip
    following.refresh_from_db()
    after = publish(following, by=cast.budget, edits=following.edits)
    ordinance.refresh_from_db()
    assert (after.number, after.is_current, ordinance.is_current) == (2, True, False)
    assert version(after, "0001").revised == Decimal("100000.00")
    assert version(ordinance, "0001").revised == Decimal("120000.00")
    found = differences(ordinance.versions.all(), after.versions.all())
    assert [(one.fate, one.delta) for one in found] == [("changed", Decimal(-20000)), ("changed", Decimal(20000))]
    assert total(LineVersion.objects.current().of_year(YEAR).budget(), None).revised == Decimal("200000.00")


def test_more_than_is_there_is_not_given(cast: Cast, ordinance: Revision) -> None:
    following = revision_of(ordinance.plan, cast)
    with pytest.raises(RefusedError) as refusal:
        transfer(
            following, version(following, "0001"), version(following, "0002"), Decimal("120000.01"), APPROVED,
            by=cast.budget, edits=following.edits,
        )  # fmt: skip
    assert refusal.value.code == "too_little"


def test_a_new_item_needs_the_council(cast: Cast, ordinance: Revision) -> None:
    following = revision_of(ordinance.plan, cast)
    new = add_line(following, {**paper(), "item": "เครื่องพิมพ์", "original": Decimal(0)}, by=cast.budget,
                   edits=following.edits)  # fmt: skip
    following.refresh_from_db()
    giver = version(following, "0001")
    with pytest.raises(RefusedError) as refusal:
        transfer(following, giver, new, Decimal(5000), APPROVED, by=cast.budget, edits=following.edits)
    assert refusal.value.code == "needs_council"
    transfer(following, giver, new, Decimal(5000), COUNCIL, by=cast.budget, edits=following.edits)
    following.refresh_from_db()
    publish(following, by=cast.budget, edits=following.edits)


def test_a_transfer_is_undone(cast: Cast, ordinance: Revision) -> None:
    following = revision_of(ordinance.plan, cast)
    made = transfer(
        following, version(following, "0001"), version(following, "0002"), Decimal(1), APPROVED,
        by=cast.budget, edits=following.edits,
    )  # fmt: skip
    following.refresh_from_db()
    undo_transfer(made, by=cast.budget, edits=following.edits)
    assert version(following, "0001").revised == Decimal("120000.00")
    assert not Transfer.objects.exists()


def test_new_money_does_not_come_from_nowhere(cast: Cast, ordinance: Revision) -> None:
    following = revision_of(ordinance.plan, cast)
    with pytest.raises(RefusedError) as refusal:
        add_line(following, paper(), by=cast.budget, edits=following.edits)
    assert refusal.value.code == "new_line_by_transfer"
    with pytest.raises(RefusedError) as refusal:
        change_line(version(following, "0001"), {"original": Decimal(1)}, by=cast.budget, edits=following.edits)
    assert refusal.value.code == "original_stays"
    # Past the acts the database refuses the publication.
    LineVersion.objects.filter(revision=following, line__code="0001").update(
        transferred_in=Decimal(5), revised=Decimal("120005.00")
    )
    with pytest.raises(RefusedError) as refusal:
        publish(following, by=cast.budget, edits=following.edits)
    assert refusal.value.code == "plan_transfers_add_up"


def test_a_one_sided_file_does_not_balance(cast: Cast, ordinance: Revision) -> None:
    following = revision_of(ordinance.plan, cast)
    rows = [
        LineInput("0001", {**road(), "transferred_out": Decimal(500)}),
        LineInput("0002", {**paper(), "transferred_in": Decimal(400)}),
    ]
    replace_lines(following, rows, by=cast.budget, edits=following.edits, approval=APPROVED)
    following.refresh_from_db()
    with pytest.raises(RefusedError) as refusal:
        publish(following, by=cast.budget, edits=following.edits)
    assert refusal.value.code == "plan_transfers_balance"
    rows[1].values["transferred_in"] = Decimal(500)
    replace_lines(following, rows, by=cast.budget, edits=following.edits, approval=APPROVED)
    following.refresh_from_db()
    publish(following, by=cast.budget, edits=following.edits)


def test_a_file_that_moves_money_needs_an_approval(cast: Cast, ordinance: Revision) -> None:
    following = revision_of(ordinance.plan, cast)
    rows = [LineInput("0001", {**road(), "transferred_out": Decimal(500)})]
    with pytest.raises(RefusedError) as refusal:
        replace_lines(following, rows, by=cast.budget, edits=following.edits)
    assert refusal.value.code == "approval_missing"
    assert following.versions.count() == 2, "nothing is half stored"


def test_the_declared_total_must_be_met(cast: Cast, ordinance_draft: Revision) -> None:
    words = Words(title="เทศบัญญัติ", declared_total=Decimal("200000.01"))
    changed = change_words(ordinance_draft, words, by=cast.budget, edits=ordinance_draft.edits)
    with pytest.raises(RefusedError) as refusal:
        publish(changed, by=cast.budget, edits=changed.edits)
    assert refusal.value.code == "plan_total_adds_up"


def test_an_empty_plan_is_not_published(cast: Cast) -> None:
    empty = begin_plan(YEAR, PlanKind.ORDINANCE, Words(title="ก"), by=cast.budget, form_mark=mark())
    with pytest.raises(RefusedError) as refusal:
        publish(empty, by=cast.budget, edits=0)
    assert refusal.value.code == "plan_has_lines"


def test_who_comes_second_is_told_what_was_published(cast: Cast, ordinance: Revision) -> None:
    first, second = revision_of(ordinance.plan, cast), revision_of(ordinance.plan, cast)
    published_first = publish(first, by=cast.budget, edits=first.edits)
    with pytest.raises(BehindError) as refusal:
        publish(second, by=cast.budget, edits=second.edits)
    assert refusal.value.current == published_first


def test_another_persons_change_is_not_overwritten(cast: Cast, ordinance_draft: Revision) -> None:
    add_line(ordinance_draft, paper(), by=cast.budget, edits=ordinance_draft.edits)
    with pytest.raises(RefusedError) as refusal:
        publish(ordinance_draft, by=cast.budget, edits=ordinance_draft.edits)
    assert refusal.value.code == "changed"


def test_a_draft_is_thrown_away_with_its_lines(cast: Cast, ordinance: Revision) -> None:
    following = revision_of(ordinance.plan, cast)
    new = add_line(following, {**paper(), "original": Decimal(0)}, by=cast.budget, edits=following.edits)
    following.refresh_from_db()
    discard(following, by=cast.budget)
    assert not Line.objects.filter(pk=new.line_id).exists()
    assert Line.objects.count() == 2
    lonely = draft(cast.budget, year=2570)
    discard(lonely, by=cast.budget)
    assert not Plan.objects.filter(year=2570).exists()


def test_a_spent_line_stays(cast: Cast) -> None:
    plan = published(cast.budget, road(original=Decimal(0)), paper())
    told(cast.budget, 3, {version(plan, "0001"): (0, 5000)})
    following = revision_of(plan.plan, cast)
    remove_line(version(following, "0001"), by=cast.budget, edits=following.edits)
    following.refresh_from_db()
    with pytest.raises(RefusedError) as refusal:
        publish(following, by=cast.budget, edits=following.edits)
    assert refusal.value.code == "plan_spent_line_stays"


def test_a_line_leaves_only_without_money(cast: Cast, ordinance: Revision) -> None:
    following = revision_of(ordinance.plan, cast)
    with pytest.raises(RefusedError) as refusal:
        remove_line(version(following, "0001"), by=cast.budget, edits=following.edits)
    assert refusal.value.code == "plan_originals_stay"
    with pytest.raises(RefusedError) as refusal:
        replace_lines(following, [LineInput("0001", road())], by=cast.budget, edits=following.edits)
    assert refusal.value.code == "plan_originals_stay"
    assert following.versions.count() == 2, "a refusal changes nothing"


def test_spent_money_is_not_given_away(cast: Cast, ordinance: Revision) -> None:
    told(cast.budget, 3, {version(ordinance, "0001"): (10000, 90000)})
    following = revision_of(ordinance.plan, cast)
    giver, taker = version(following, "0001"), version(following, "0002")
    with pytest.raises(RefusedError) as refusal:
        transfer(following, giver, taker, Decimal("20000.01"), APPROVED, by=cast.budget, edits=0)
    assert (refusal.value.code, refusal.value.field) == ("plan_spent_money_stays", "amount")
    transfer(following, giver, taker, Decimal(20000), APPROVED, by=cast.budget, edits=0)
    following.refresh_from_db()
    publish(following, by=cast.budget, edits=following.edits)


def test_an_amount_that_was_not_known_is_entered(cast: Cast) -> None:
    plan = published(cast.budget, road(original=None), paper())
    following = revision_of(plan.plan, cast)
    row = version(following, "0001")
    for edits, amount in enumerate((5, 6)):
        change_line(row, {"original": Decimal(amount)}, by=cast.budget, edits=edits)
    following.refresh_from_db()
    assert version(publish(following, by=cast.budget, edits=following.edits), "0001").revised == 6


@pytest.mark.parametrize(
    "act",
    [
        lambda revision: Revision.objects.filter(pk=revision.pk).update(title="อื่น"),
        lambda revision: Revision.objects.filter(pk=revision.pk).update(state=State.DRAFT),
        lambda revision: revision.versions.update(item="อื่น"),
        lambda revision: revision.versions.all()._raw_delete("default"),
        lambda revision: LineVersion.objects.bulk_create([LineVersion(
            revision=revision, line=Line.objects.create(plan=revision.plan, code="9"), position=9, **road(),
            revised=Decimal(120000))]),
        lambda revision: Document.objects.create(
            revision=revision, title="ก", file="x", name="x.pdf", content_type="application/pdf", size=1, sha256="0",
            added_by=revision.made_by),
    ],
)  # fmt: skip
def test_what_is_published_stays(ordinance: Revision, act: object) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act(ordinance)  # type: ignore[operator]
    assert refused_by(error).endswith("published_stays")


def test_nothing_is_entered_as_published(cast: Cast, ordinance_draft: Revision) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO budget_revision "
            "(plan_id, number, state, is_current, title, reason, approver, document_number, "
            "edits, form_mark, made_by_id, made_at, published_by_id, published_at) "
            "SELECT plan_id, 7, 'published', FALSE, '', '', '', '', 0, 'x', made_by_id, now(), made_by_id, now() "
            "FROM budget_revision"
        )
    assert refused_by(error) == "revision_published_stays"


def test_spending_is_told_and_corrected(cast: Cast, ordinance: Revision) -> None:
    road_line, paper_line = version(ordinance, "0001"), version(ordinance, "0002")
    first = told(cast.budget, 3, {road_line: (10000, 30000), paper_line: (None, None)})
    rows = LineVersion.objects.current().of_year(YEAR).budget()
    money = total(rows, first)
    assert (money.disbursed, money.obligated, money.unknown, money.lines) == (Decimal(30000), Decimal(10000), 1, 2)
    assert split(rows, first, "programme")["general_administration"].disbursed is None, "unknown is not zero"
    second = told(cast.budget, 3, {version(ordinance, "0001"): (0, 31000)})
    first.refresh_from_db()
    assert (first.is_current, second.is_current, second.number) == (False, True, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Spent.objects.filter(statement=second).update(disbursed=1)
    with pytest.raises(RefusedError):
        publish_statement(second, by=cast.budget)


def test_spending_of_another_year_is_refused(cast: Cast, ordinance: Revision) -> None:
    other = published(cast.budget, year=2568)
    with pytest.raises(RefusedError) as refusal:
        told(cast.budget, 3, {version(other, "0001"): (0, 1)})
    assert refusal.value.code == "spent_same_year"
