"""A draft behind what somebody else has published: what is taken over, what is chosen, what cannot be done again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from budget.choices import Approver, PlanKind
from budget.errors import RefusedError
from budget.models import LineVersion, Revision, Transfer
from budget.services.catching_up import Merge, Side, catch_up, is_behind
from budget.services.lines import Approval, LineInput, add_line, change_line, remove_line, replace_lines, transfer
from budget.services.plans import Words, publish, revise

from ..cast import Cast
from .factories import YEAR, draft, mark, paper, published, road, told, version

pytestmark = pytest.mark.django_db
COUNCIL = Approval(Approver.COUNCIL, dt.date(2026, 1, 15), "มติสภา 1/2569")


class Two:
    """Two drafts of what is in force: mine, and theirs that is published first."""

    def __init__(self, cast: Cast, current: Revision) -> None:
        self.by = cast.budget
        self.mine, self.theirs = (
            revise(current.plan, Words(title=title), by=self.by, form_mark=mark()) for title in ("ของฉัน", "ของเขา")
        )

    def change(self, whose: Revision, code: str, **values: object) -> None:
        """Change words of a line."""
        whose.refresh_from_db()
        change_line(version(whose, code), values, by=self.by, edits=whose.edits)

    def move(self, whose: Revision, giver: str, taker: str, amount: int, approval: Approval = COUNCIL) -> None:
        """Move money."""
        whose.refresh_from_db()
        transfer(whose, version(whose, giver), version(whose, taker), Decimal(amount), approval, by=self.by,
                 edits=whose.edits)  # fmt: skip

    def remove(self, whose: Revision, code: str) -> None:
        """Take a line out."""
        whose.refresh_from_db()
        remove_line(version(whose, code), by=self.by, edits=whose.edits)

    def publish(self, whose: Revision) -> Revision:
        """Put it in force."""
        whose.refresh_from_db()
        return publish(whose, by=self.by, edits=whose.edits)

    def catch_up(self, choices: dict[str, Side] | None = None, *, leave: bool = False) -> Merge:
        """Bring mine behind theirs."""
        self.mine.refresh_from_db()
        behind = is_behind(self.mine)
        assert behind is not None
        found = catch_up(self.mine, by=self.by, edits=self.mine.edits, behind=behind.pk, choices=choices or {},
                         leave=leave)  # fmt: skip
        self.mine.refresh_from_db()
        return found


@pytest.fixture
def two(cast: Cast, ordinance: Revision) -> Two:
    return Two(cast, ordinance)


def test_what_only_one_side_changed_is_taken(two: Two) -> None:
    two.change(two.theirs, "0001", item="ถนนสายของเขา", place="หมู่ที่ 4")
    two.move(two.theirs, "0001", "0002", 20000)
    theirs = two.publish(two.theirs)
    two.change(two.mine, "0001", detail="รายละเอียดของฉัน")
    two.change(two.mine, "0002", item="วัสดุสำนักงานและกระดาษ")
    two.mine.refresh_from_db()
    add_line(two.mine, paper(item="รายการใหม่ของฉัน", original=Decimal(0)), by=two.by, edits=two.mine.edits)
    two.move(two.mine, "0002", "0003", 5000)
    found = two.catch_up()
    assert not found.conflicts
    assert two.mine.based_on == theirs
    road_, paper_, new = (version(two.mine, code) for code in ("0001", "0002", "0003"))
    assert (road_.item, road_.place, road_.detail) == ("ถนนสายของเขา", "หมู่ที่ 4", "รายละเอียดของฉัน")
    assert (road_.revised, paper_.revised, new.revised) == (100000, 95000, 5000)
    assert "ถนนสายของเขา" in road_.search
    after = two.publish(two.mine)
    assert (after.number, version(after, "0002").transferred_in, version(after, "0002").transferred_out) == (
        3, 20000, 5000,
    )  # fmt: skip


def test_what_both_changed_is_chosen(two: Two, cast: Cast) -> None:
    for whose, words in ((two.theirs, "ของเขา"), (two.mine, "ของฉัน")):
        two.change(whose, "0001", item=f"ถนน{words}")
        two.change(whose, "0002", item=f"วัสดุ{words}", work="เหมือนกัน")
    two.publish(two.theirs)
    line1, line2 = version(two.mine, "0001").line_id, version(two.mine, "0002").line_id
    with pytest.raises(RefusedError) as refusal:
        two.catch_up({f"{line1}:item": "mine"})
    assert refusal.value.code == "choose"
    client, url = cast.client("budget"), reverse("budget:draft_catch_up", args=[two.mine.pk])
    page = client.get(url)
    assert [item["conflict"].key for item in page.context["conflicts"]] == [f"{line1}:item", f"{line2}:item"]
    hidden = {"edits": two.mine.edits, "behind": is_behind(two.mine).pk}  # type: ignore[union-attr]
    kept = client.post(url, hidden | {f"choice-{line1}:item": "mine", "choice-9": "x"})
    assert kept.status_code == 422
    assert [item["chosen"] for item in kept.context["conflicts"]] == ["mine", ""]
    answer = client.post(url, hidden | {f"choice-{line1}:item": "mine", f"choice-{line2}:item": "theirs"})
    assert answer["Location"] == reverse("budget:draft_changes", args=[two.mine.pk])
    assert [version(two.mine, code).item for code in ("0001", "0002")] == ["ถนนของฉัน", "วัสดุของเขา"]
    assert client.get(url).status_code == 302, "nothing is left to catch up with"


def test_columns_that_fit_each_other_stay_together(two: Two) -> None:
    two.change(two.theirs, "0002", category="utilities")
    two.change(two.mine, "0002", group="investment", category="equipment")
    two.publish(two.theirs)
    key = f"{version(two.mine, '0002').line_id}:classification"
    found = two.catch_up({key: "mine"})
    assert [conflict.key for conflict in found.conflicts] == [key]
    line = version(two.mine, "0002")
    assert (line.programme, line.group, line.category) == ("general_administration", "investment", "equipment")


def test_transfers_are_done_again_where_the_money_is_still_there(two: Two) -> None:
    two.move(two.theirs, "0001", "0002", 100000)
    two.move(two.mine, "0001", "0002", 15000)
    two.move(two.mine, "0001", "0002", 30000)
    two.publish(two.theirs)
    with pytest.raises(RefusedError) as refusal:
        two.catch_up()
    assert (refusal.value.code, refusal.value.field) == ("left", "leave")
    assert version(two.mine, "0001").revised == 75000, "a refusal changes nothing"
    found = two.catch_up(leave=True)
    assert [(left.transfer.amount, left.code) for left in found.left] == [(30000, "too_little")]
    assert [made.amount for made in two.mine.transfers.all()] == [15000]
    assert version(two.mine, "0001").revised == 5000
    two.publish(two.mine)


def test_the_same_transfer_is_not_done_twice(two: Two) -> None:
    for whose in (two.theirs, two.mine):
        two.move(whose, "0001", "0002", 1000)
    two.publish(two.theirs)
    found = two.catch_up(leave=True)
    assert [left.code for left in found.left] == ["done"]
    assert not two.mine.transfers.exists()
    assert version(two.mine, "0001").revised == 119000


@pytest.fixture
def without_money(cast: Cast) -> Two:
    """Of a budget with lines that have no money, and may leave."""
    empty = (road(item=item, original=Decimal(0)) for item in ("ศูนย์หนึ่ง", "ศูนย์สอง"))
    return Two(cast, published(cast.budget, *empty, paper()))


def test_a_transfer_needs_its_lines(without_money: Two, cast: Cast) -> None:
    two = without_money
    two.remove(two.theirs, "0002")
    two.publish(two.theirs)
    two.move(two.mine, "0003", "0002", 1000)
    page = cast.client("budget").get(reverse("budget:draft_catch_up", args=[two.mine.pk]))
    assert [left.code for left in page.context["merge"].left] == ["line_gone"]
    two.catch_up(leave=True)
    assert [row.line.code for row in two.mine.versions.select_related("line")] == ["0001", "0003"]


def test_removed_and_changed(without_money: Two) -> None:
    """Lines that one side took out: taken out where the other did not touch them, chosen where it did."""
    two = without_money
    two.remove(two.mine, "0001")
    two.remove(two.mine, "0002")
    two.change(two.theirs, "0002", item="เปลี่ยนแล้ว")
    two.publish(two.theirs)
    key = f"{version(two.theirs, '0002').line_id}:line"
    found = two.catch_up({key: "theirs"})
    assert [conflict.key for conflict in found.conflicts] == [key]
    assert [row.item for row in two.mine.versions.all()] == ["เปลี่ยนแล้ว", "วัสดุสำนักงาน"]


def test_money_that_is_spent_meanwhile_is_not_given_away(two: Two) -> None:
    two.move(two.mine, "0001", "0002", 30000)
    theirs = two.publish(two.theirs)
    told(two.by, 3, {version(theirs, "0001"): (0, 100000)})
    found = two.catch_up(leave=True)
    assert [left.code for left in found.left] == ["spent"]
    assert not two.mine.transfers.exists()


def test_plans_that_say_how(cast: Cast) -> None:
    two = Two(cast, published(cast.budget, road(month_from=1, month_to=3), paper(), kind=PlanKind.ACTION))
    two.remove(two.theirs, "0001")
    two.remove(two.theirs, "0002")
    two.theirs.refresh_from_db()
    add_line(two.theirs, paper(item="ของเขา"), by=two.by, edits=two.theirs.edits)
    two.publish(two.theirs)
    two.change(two.mine, "0001", month_to=6)
    key = f"{version(two.mine, '0001').line_id}:line"
    two.catch_up({key: "mine"})
    kept = {row.line.code: row.month_to for row in two.mine.versions.select_related("line")}
    assert kept == {"0001": 6, "0003": None}


def test_two_first_drafts(cast: Cast) -> None:
    """Of a budget, nothing says what the second changes of the first: it is revised anew. Other plans are joined."""
    budgets = [draft(cast.budget) for _number in range(2)]
    publish(budgets[0], by=cast.budget, edits=budgets[0].edits)
    page = cast.client("budget").get(reverse("budget:draft_catch_up", args=[budgets[1].pk]))
    assert page.context["refused"]
    actions = [draft(cast.budget, road(item=item), kind=PlanKind.ACTION) for item in ("แรก", "สอง")]
    publish(actions[0], by=cast.budget, edits=actions[0].edits)
    behind = is_behind(actions[1])
    assert behind is not None
    catch_up(actions[1], by=cast.budget, edits=actions[1].edits, behind=behind.pk, choices={})
    assert sorted(actions[1].versions.values_list("item", flat=True)) == ["สอง", "แรก"]


def test_looked_at_too_long_ago(two: Two, cast: Cast) -> None:
    two.publish(two.theirs)
    behind = is_behind(two.mine)
    assert behind is not None
    for wrong in ({"edits": 99}, {"behind": behind.pk + 1}):
        given = {"edits": two.mine.edits, "behind": behind.pk, **wrong}
        with pytest.raises(RefusedError) as refusal:
            catch_up(two.mine, by=cast.budget, choices={}, **given)
        assert refusal.value.code == "changed"
    with pytest.raises(RefusedError) as refusal:
        catch_up(two.mine, by=cast.staff, edits=two.mine.edits, behind=behind.pk, choices={})
    assert refusal.value.code == "not_yours"
    client, url = cast.client("budget"), reverse("budget:draft_catch_up", args=[two.mine.pk])
    for sent in ({}, {"edits": "x", "behind": "9" * 40}, {"edits": "0", "behind": "๙"}):
        assert client.post(url, sent).status_code == 422


def test_a_file_after_another_revision(two: Two) -> None:
    """One-sided transfers, as a file leaves them, are done again each for itself."""
    rows = [
        LineInput("0001", road(transferred_out=Decimal(500))),
        LineInput("0002", paper(transferred_in=Decimal(500))),
    ]
    replace_lines(two.mine, rows, by=two.by, edits=two.mine.edits, approval=COUNCIL)
    two.move(two.theirs, "0002", "0001", 700)
    two.publish(two.theirs)
    two.catch_up()
    assert (version(two.mine, "0001").revised, version(two.mine, "0002").revised) == (120200, 79800)
    two.publish(two.mine)
    assert Transfer.objects.filter(from_line=None).count() == 1
    assert LineVersion.objects.current().of_year(YEAR).count() == 2
