"""Two officers, two tabs, a publication while somebody writes: each race first without its guard, then closed by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from unittest import mock

import pgtrigger
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from budget.choices import Approver, PlanKind, State, UploadKind
from budget.errors import RefusedError, guard_of
from budget.models import Line, LineVersion, Plan, Revision, Statement, Upload
from budget.services import plans
from budget.services.lines import Approval, add_line, remove_line, replace_lines, transfer
from budget.services.plans import BehindError, Words, begin_plan, discard, publish, revise
from budget.services.statements import begin_statement, discard_statement, publish_statement
from tests.races import at_once, begin, wait_until_blocked

from ..cast import Cast
from .factories import YEAR, draft, mark, paper, published, road, told, version

pytestmark = pytest.mark.django_db(transaction=True)
COUNCIL = Approval(Approver.COUNCIL, dt.date(2026, 1, 15), "มติสภา 1/2569")


def outcome(found: list[Any]) -> tuple[int, list[str]]:
    """How many were done, and the codes of the refusals; anything else that was raised is a fault."""
    codes = [item.code for item in found if isinstance(item, RefusedError)]
    faults = [item for item in found if isinstance(item, Exception) and not isinstance(item, RefusedError)]
    assert not faults, faults
    return len(found) - len(codes), sorted(codes)


@contextmanager
def without(model: Any, *names: str) -> Iterator[None]:
    """The database without some of its constraints; afterwards nothing of it is in force, and each has a number."""
    constraints = [item for item in model._meta.constraints if item.name in names]
    assert len(constraints) == len(names)
    with connection.schema_editor() as editor:
        for constraint in constraints:
            editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        with pgtrigger.ignore(f"budget.{model.__name__}:published_stays"):
            for place, row in enumerate(model.objects.filter(state=State.PUBLISHED).order_by("pk"), start=1):
                model.objects.filter(pk=row.pk).update(is_current=False, number=place)
        with connection.schema_editor() as editor:
            for constraint in constraints:
                editor.add_constraint(model, constraint)


@contextmanager
def unseen(model: Any) -> Iterator[None]:
    """Without telling the public pages: the row of the topic would make the second wait for the first."""
    with pgtrigger.ignore(f"budget.{model.__name__}:bumps_budget_pages"):
        yield


def put_in_force(revision: Revision, by: Any) -> int:
    """What a publication writes, without any look at what else there is."""
    Revision.objects.filter(plan=revision.plan_id, is_current=True).update(is_current=False)
    return Revision.objects.filter(pk=revision.pk).update(
        number=2, state=State.PUBLISHED, is_current=True, published_by=by, published_at=timezone.now()
    )


class TestTwoRevisionsAtOnce:
    @pytest.fixture
    def two(self, cast: Cast, ordinance: Revision) -> tuple[Revision, Revision]:
        """Two drafts of what is in force, each with a transfer."""
        made = []
        for number in (1, 2):
            draft_ = revise(ordinance.plan, Words(title=f"ฉบับ {number}"), by=cast.budget, form_mark=mark())
            transfer(draft_, version(draft_, "0001"), version(draft_, "0002"), Decimal(number * 100), COUNCIL,
                     by=cast.budget, edits=0)  # fmt: skip
            draft_.refresh_from_db()
            made.append(draft_)
        return made[0], made[1]

    def test_open_without_the_guards(self, two: tuple[Revision, Revision], cast: Cast) -> None:
        """Both look at what is in force, both write: two revisions with the same number, both in force."""

        def second() -> int:
            with pgtrigger.ignore("budget.Revision:adds_up"), unseen(Revision):
                return put_in_force(two[1], cast.budget)

        with without(Revision, "revision_one_current", "revision_number_once"):
            Revision.objects.current().filter(plan=two[0].plan_id).update(is_current=False)
            with pgtrigger.ignore("budget.Revision:adds_up"), unseen(Revision), transaction.atomic():
                put_in_force(two[0], cast.budget)
                begin(second).result(timeout=60)
            both = Revision.objects.current().filter(plan=two[0].plan_id)
            assert [row.number for row in both] == [2, 2]

    def test_the_database_alone_closes_it(self, two: tuple[Revision, Revision], cast: Cast) -> None:
        with transaction.atomic():
            put_in_force(two[0], cast.budget)
            late = begin(lambda: put_in_force(two[1], cast.budget))
            assert wait_until_blocked(late)
        with pytest.raises(IntegrityError) as error:
            late.result(timeout=60)
        assert guard_of(error.value) in ("plan_follows_current", "revision_one_current", "revision_number_once")

    def test_one_wins_and_the_other_is_told_what_changed(self, two: tuple[Revision, Revision], cast: Cast) -> None:
        found = at_once(*[lambda one=one: publish(one, by=cast.budget, edits=one.edits) for one in two])
        assert outcome(found) == (1, ["plan_follows_current"])
        winner = next(item for item in found if isinstance(item, Revision))
        told_ = next(item for item in found if isinstance(item, BehindError))
        assert (told_.current, told_.current.published_by, winner.number) == (winner, cast.budget, 2)
        assert list(Revision.objects.current()) == [winner]

    def test_told_though_the_look_before_saw_nothing(self, two: tuple[Revision, Revision], cast: Cast) -> None:
        """Without the lock of the plan, what waits is the database; its sentence reaches the officer."""
        with (
            mock.patch.object(plans, "_locked_plan", lambda _plan: None),
            mock.patch.object(plans, "locked_year", lambda _year: None),
        ):
            found = at_once(*[lambda one=one: publish(one, by=cast.budget, edits=one.edits) for one in two])
        done, codes = outcome(found)
        assert done == 1
        assert codes[0] in ("plan_follows_current", "revision_one_current", "revision_number_once")

    def test_one_draft_published_by_two(self, two: tuple[Revision, Revision], cast: Cast) -> None:
        found = at_once(*[lambda: publish(two[0], by=cast.budget, edits=two[0].edits)] * 3)
        assert outcome(found) == (1, ["revision_published_stays"] * 2)
        assert Revision.objects.published().count() == 2


class TestWritingWhileItIsPublished:
    def test_a_line_waits_and_is_refused(self, cast: Cast, ordinance_draft: Revision) -> None:
        """A line written past every act waits for the publication, and does not slip into what is public."""
        line = Line.objects.create(plan=ordinance_draft.plan, code="9")

        def slip_in() -> LineVersion:
            made: LineVersion = LineVersion.objects.create(
                revision=ordinance_draft, line=line, position=9, **{**paper(), "revised": paper()["original"]}
            )
            return made

        with transaction.atomic():
            publish(ordinance_draft, by=cast.budget, edits=ordinance_draft.edits)
            late = begin(slip_in)
            assert wait_until_blocked(late)
        with pytest.raises(IntegrityError) as error:
            late.result(timeout=60)
        assert guard_of(error.value) == "line_published_stays"

    def test_open_without_the_guard(self, cast: Cast, ordinance_draft: Revision) -> None:
        """Without the trigger the line is in what everybody reads, and the total is not the one that was looked at."""
        line = Line.objects.create(plan=ordinance_draft.plan, code="9")
        publish(ordinance_draft, by=cast.budget, edits=ordinance_draft.edits)
        with pgtrigger.ignore("budget.LineVersion:published_takes_none"):
            LineVersion.objects.create(
                revision=ordinance_draft, line=line, position=9, **{**paper(), "revised": paper()["original"]}
            )
        assert LineVersion.objects.current().count() == 3

    def test_a_form_reads_a_sentence(self, cast: Cast, ordinance_draft: Revision) -> None:
        edits = ordinance_draft.edits
        found = at_once(
            lambda: publish(ordinance_draft, by=cast.budget, edits=edits),
            lambda: add_line(ordinance_draft, paper(), by=cast.budget, edits=edits),
            lambda: replace_lines(ordinance_draft, [], by=cast.budget, edits=edits),
        )
        done, codes = outcome(found)
        assert done in (1, 2), "an empty draft is not published"
        assert set(codes) <= {"changed", "revision_published_stays", "plan_has_lines"}
        if Revision.objects.published().exists():
            assert LineVersion.objects.current().count() == 2

    def test_discarded_while_it_is_published(self, cast: Cast, ordinance_draft: Revision) -> None:
        found = at_once(
            lambda: publish(ordinance_draft, by=cast.budget, edits=ordinance_draft.edits),
            lambda: discard(ordinance_draft, by=cast.budget),
            lambda: discard(ordinance_draft, by=cast.budget),
        )
        done, codes = outcome(found)
        assert done == 1
        assert set(codes) in ({"gone"}, {"revision_published_stays"})
        assert Revision.objects.count() == (1 if "revision_published_stays" in codes else 0)
        assert Plan.objects.count() == Revision.objects.count()

    def test_thrown_away_while_a_file_is_stored(self, cast: Cast, ordinance_draft: Revision) -> None:
        """Who stores a file holds its record, then the draft: who throws the draft away waits for the record first."""
        kept = Upload.objects.create(
            kind=UploadKind.LINES, revision=ordinance_draft, target="ก", file="x", name="x.xlsx", content_type="x",
            size=1, sha256="0", made_by=cast.budget,
        )  # fmt: skip
        with transaction.atomic():
            Upload.objects.select_for_update().get(pk=kept.pk)
            late = begin(lambda: discard(ordinance_draft, by=cast.budget))
            assert wait_until_blocked(late)
            plans.locked_draft(ordinance_draft)
        late.result(timeout=60)
        kept.refresh_from_db()
        assert (kept.revision, Revision.objects.count()) == (None, 0)

    def test_drafts_of_one_plan_share_their_lines(self, cast: Cast, ordinance: Revision) -> None:
        """A line that one draft lets go while another takes it up is neither lost nor given twice."""
        first, second = (
            revise(ordinance.plan, Words(title="ก"), by=cast.budget, form_mark=mark()) for _number in range(2)
        )
        new = add_line(first, paper(original=Decimal(0)), by=cast.budget, edits=0)
        found = at_once(
            lambda: remove_line(new, by=cast.budget, edits=1),
            lambda: add_line(second, paper(original=Decimal(0)), by=cast.budget, edits=0, code=""),
        )
        assert outcome(found) == (2, [])
        codes = sorted(Line.objects.values_list("code", flat=True))
        assert codes in (["0001", "0002", "0003"], ["0001", "0002", "0004"])


class TestTheSameForm:
    def test_a_plan_is_begun_once(self, cast: Cast) -> None:
        form = mark()
        found = at_once(
            *[lambda: begin_plan(YEAR, PlanKind.ORDINANCE, Words(title="ก"), by=cast.budget, form_mark=form)] * 3
        )
        assert outcome(found) == (3, [])
        assert (len({one.pk for one in found}), Revision.objects.count()) == (1, 1)

    def test_a_revision_is_begun_once(self, cast: Cast, ordinance: Revision) -> None:
        form = mark()
        found = at_once(*[lambda: revise(ordinance.plan, Words(title="ก"), by=cast.budget, form_mark=form)] * 3)
        assert outcome(found) == (3, [])
        assert Revision.objects.drafts().count() == 1
        assert Revision.objects.drafts().get().versions.count() == 2

    def test_a_statement_is_begun_once(self, cast: Cast) -> None:
        form = mark()
        found = at_once(
            *[lambda: begin_statement(YEAR, 3, as_of=dt.date(2025, 12, 31), by=cast.budget, form_mark=form)] * 3
        )
        assert outcome(found) == (3, [])
        assert Statement.objects.count() == 1

    def test_a_transfer_is_done_once(self, cast: Cast, ordinance: Revision) -> None:
        following = revise(ordinance.plan, Words(title="ก"), by=cast.budget, form_mark=mark())
        giver, taker = version(following, "0001"), version(following, "0002")
        found = at_once(
            *[lambda: transfer(following, giver, taker, Decimal(100000), COUNCIL, by=cast.budget, edits=0)] * 3
        )
        assert outcome(found) == (1, ["changed", "changed"])
        assert version(following, "0001").revised == 20000

    def test_begun_while_its_last_draft_is_thrown_away(self, cast: Cast) -> None:
        lonely = draft(cast.budget)
        found = at_once(
            lambda: discard(lonely, by=cast.budget),
            lambda: begin_plan(YEAR, PlanKind.ORDINANCE, Words(title="ก"), by=cast.budget, form_mark=mark()),
        )
        assert outcome(found) == (2, [])
        assert (Plan.objects.count(), Revision.objects.count()) == (1, 1)


class TestStatements:
    @pytest.fixture
    def ordinance(self, cast: Cast) -> Revision:
        """With a line that has no money, and may leave."""
        return published(cast.budget, road(original=Decimal(0)), paper())

    @pytest.fixture
    def two(self, cast: Cast, ordinance: Revision) -> tuple[Statement, Statement]:
        """Two drafts of one month."""
        line = version(ordinance, "0001")
        first, second = (told(cast.budget, 3, {line: (0, amount)}, publish_it=False) for amount in (1, 2))
        return first, second

    def test_open_without_the_guard(self, two: tuple[Statement, Statement], cast: Cast) -> None:
        def tell(statement: Statement, number: int) -> int:
            with unseen(Statement):
                return Statement.objects.filter(pk=statement.pk).update(
                    number=number, state=State.PUBLISHED, is_current=True, published_by=cast.budget,
                    published_at=timezone.now(),
                )  # fmt: skip

        with without(Statement, "statement_one_current"):
            with transaction.atomic():
                tell(two[0], 1)
                begin(lambda: tell(two[1], 2)).result(timeout=60)
            assert Statement.objects.current().count() == 2, "one month, told twice"

    def test_one_is_told_the_other_compares(self, two: tuple[Statement, Statement], cast: Cast) -> None:
        found = at_once(*[lambda one=one: publish_statement(one, by=cast.budget, seen=0) for one in two])
        assert outcome(found) == (1, ["followed"])
        assert Statement.objects.current().count() == 1

    def test_one_statement_by_two(self, two: tuple[Statement, Statement], cast: Cast) -> None:
        found = at_once(
            lambda: publish_statement(two[0], by=cast.budget, seen=0),
            lambda: publish_statement(two[0], by=cast.budget, seen=0),
            lambda: discard_statement(two[0], by=cast.budget),
        )
        done, codes = outcome(found)
        assert done == 1
        assert set(codes) in ({"gone"}, {"statement_published_stays"})

    def test_a_line_is_taken_away_while_its_spending_is_told(
        self, two: tuple[Statement, Statement], cast: Cast, ordinance: Revision
    ) -> None:
        """Whichever comes first: nothing is spent on a line that is in no plan."""
        following = revise(ordinance.plan, Words(title="ก"), by=cast.budget, form_mark=mark())
        remove_line(version(following, "0001"), by=cast.budget, edits=0)
        found = at_once(
            lambda: publish(following, by=cast.budget, edits=1),
            lambda: publish_statement(two[0], by=cast.budget, seen=0),
        )
        done, codes = outcome(found)
        assert done == 1
        assert codes[0] in ("plan_spent_line_stays", "spent_line_gone")

    def test_open_where_the_year_is_not_locked(
        self, two: tuple[Statement, Statement], cast: Cast, ordinance: Revision
    ) -> None:
        following = revise(ordinance.plan, Words(title="ก"), by=cast.budget, form_mark=mark())
        remove_line(version(following, "0001"), by=cast.budget, edits=0)

        def take_away() -> Revision:
            with unseen(Revision):
                return publish(following, by=cast.budget, edits=1)

        with mock.patch.object(plans, "locked_year", lambda _year: None), unseen(Statement), transaction.atomic():
            publish_statement(two[0], by=cast.budget)
            begin(take_away).result(timeout=60)
        spent = Statement.objects.current().get().rows.get().line
        assert not LineVersion.objects.current().filter(line=spent).exists(), "spent on a line that nobody finds"
