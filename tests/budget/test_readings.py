"""“I have read the plan of this year”: the page, the confirmation, its share, and a revision that asks again."""

from __future__ import annotations

import re

import pytest
from django.db.models import F
from pytest_django import DjangoAssertNumQueries

from budget.choices import PlanKind
from budget.errors import RefusedError
from budget.models import Reading, Revision
from budget.services.lines import Approval, transfer
from budget.services.plans import Words, publish, revise
from budget.services.voices import confirm_reading
from budget.voices_reading import readers_of, unread_ordinance
from ita_portal.fiscal import FiscalYear
from organization.models import User
from tests.cast import Cast

from ..races import at_once
from .factories import YEAR, draft, mark, published, road, told, version

pytestmark = pytest.mark.django_db
PATH, DESK = f"/budget/{YEAR}/plans/ordinance/read/", f"/budget/desk/readers/{YEAR}/"


def revised(ordinance: Revision, by: User) -> Revision:
    """The next revision: 20,000 baht from the road to paper."""
    following = revise(ordinance.plan, Words(title="ฉบับแก้ไข", reason="ซื้อกระดาษเพิ่ม"), by=by, form_mark=mark())
    transfer(
        following, version(following, "0001"), version(following, "0002"), road()["original"] / 6,
        Approval("executive", ordinance.published_at.date(), "1"), by=by, edits=following.edits,  # type: ignore[union-attr]
    )  # fmt: skip
    following.refresh_from_db()
    return publish(following, by=by, edits=following.edits)


def test_a_reading_is_noted_once(cast: Cast, ordinance: Revision) -> None:
    first = confirm_reading(ordinance, by=cast.staff)
    assert confirm_reading(ordinance, by=cast.staff) == first
    assert (first.division, Reading.objects.count()) == (cast.staff.division, 1)
    after = revised(ordinance, cast.budget)
    assert confirm_reading(ordinance, by=cast.staff) == first, "what was read stays read"
    with pytest.raises(RefusedError) as refusal:
        confirm_reading(ordinance, by=cast.head)
    assert refusal.value.code == "new_revision"
    with pytest.raises(RefusedError) as refusal:
        confirm_reading(draft(cast.budget, year=2568), by=cast.head)
    assert refusal.value.code == "not_published"
    assert confirm_reading(after, by=cast.head).revision == after


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_one_moment_are_one(cast: Cast, ordinance: Revision) -> None:
    found = at_once(*[lambda: confirm_reading(ordinance, by=cast.staff)] * 3)
    assert len({one.pk for one in found}) == 1 == Reading.objects.count()


def test_the_page_says_what_the_plan_is_about_and_takes_the_word(cast: Cast, ordinance: Revision) -> None:
    told(cast.budget, 3, {version(ordinance, "0001"): (0, 30000), version(ordinance, "0002"): (0, 0)})
    client = cast.client("staff")
    html = client.get(PATH).content.decode()
    assert "200,000.00" in html and "30,000.00" in html and "15.00%" in html
    own = html.partition('id="own"')[2]
    assert "กองช่าง" in own and "120,000.00" in own and version(ordinance, "0001").item in own
    assert version(ordinance, "0002").item not in own
    assert 'name="revision" value="1"' in html
    assert client.post(PATH, {"revision": "1"}).status_code == 302
    assert client.post(PATH, {"revision": "1"}).status_code == 302
    assert Reading.objects.get().user == cast.staff
    html = client.get(PATH).content.decode()
    assert 'name="revision"' not in html, "nothing is asked any more"
    revised(ordinance, cast.budget)
    html = client.get(PATH).content.decode()
    assert 'name="revision" value="2"' in html
    new = html.partition('id="new"')[2].partition("</section>")[0]
    assert "−20,000.00" in new and "+20,000.00" in new and "ซื้อกระดาษเพิ่ม" in new and "/changes/1-2/" in new
    late = client.post(PATH, {"revision": "1"})
    assert late.status_code == 422 and 'name="revision" value="2"' in late.content.decode()
    assert client.post(PATH, {"revision": "\x00"}).status_code == 422
    assert Reading.objects.count() == 1


def test_who_may_read_and_what_is_not_there(cast: Cast, ordinance: Revision) -> None:
    draft(cast.budget, kind=PlanKind.ACTION)
    for name, expected in (("citizen", 302), ("mayor", 200), ("admin", 200), ("budget", 200)):
        client = cast.client(name)
        assert client.get(PATH).status_code == expected
        for other in ("action-plan", "nothing", "supplement-1"):
            code = 302 if name == "citizen" else 404
            assert client.get(f"/budget/{YEAR}/plans/{other}/read/").status_code == code
            assert client.post(f"/budget/{YEAR}/plans/{other}/read/", {"revision": "1"}).status_code == code
    assert cast.client("staff").get("/budget/99999/plans/ordinance/read/").status_code == 404


def test_other_plans_are_summed_up_too(cast: Cast, ordinance: Revision) -> None:
    published(cast.budget, road(original=None), kind=PlanKind.ACTION)
    html = cast.client("staff2").get(f"/en/budget/{YEAR}/plans/action-plan/read/").content.decode()
    assert "1 line, without amounts." in html and "No line of this plan is your division" in html


def test_shares_are_of_who_works_there_today(cast: Cast, ordinance: Revision) -> None:
    for person in (cast.staff, cast.head, cast.staff2, cast.mayor):
        confirm_reading(ordinance, by=person)
    shares = {one.name: (one.read, one.people) for one in readers_of(ordinance).shares}
    assert shares == {"สำนักปลัดเทศบาล": (0, 3), "กองคลัง": (1, 3), "กองช่าง": (2, 2)}
    User.objects.filter(pk=cast.head.pk).update(is_active=False)
    User.objects.filter(pk=cast.assets.pk).update(division=F("division_id") - 1)
    found = readers_of(ordinance)
    assert {one.name: (one.read, one.people) for one in found.shares}["กองช่าง"] == (1, 1)
    assert (found.whole.read, found.whole.people, found.whole.percent) == (2, 7, 29)
    assert [one.read for one in readers_of(revised(ordinance, cast.budget)).shares] == [0, 0, 0], "asked again"


def test_the_officer_sees_who_has_not(cast: Cast, ordinance: Revision) -> None:
    confirm_reading(ordinance, by=cast.staff)
    client = cast.client("budget")
    page = client.get(DESK).content.decode().partition("<main")[2]
    assert all(str(one) in page for one in (cast.staff, cast.head, cast.staff2))
    missing = client.get(f"{DESK}?who=missing").content.decode().partition("<main")[2]
    assert str(cast.staff) not in re.sub(re.escape(str(cast.staff2)), "", missing) and str(cast.head) in missing
    rows = b"".join(client.get(f"{DESK}?as=csv")).decode().splitlines()
    assert len(rows) == 9 and sum(row.endswith(",") for row in rows) == 7
    for year, code in ((2568, 200), (2700, 200), (2499, 404), (99999, 404)):
        assert client.get(f"/budget/desk/readers/{year}/").status_code == code


def test_who_is_asked(cast: Cast) -> None:
    now = FiscalYear.current().number
    assert unread_ordinance(cast.staff) is None, "there is nothing to read"
    ordinance = published(cast.budget, year=now)
    assert unread_ordinance(cast.staff) == ordinance
    assert unread_ordinance(cast.mayor) is None, "of no division"
    confirm_reading(ordinance, by=cast.staff)
    assert unread_ordinance(cast.staff) is None
    after = revised(ordinance, cast.budget)
    assert unread_ordinance(cast.staff) == after


def test_cost_does_not_grow(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for year, lines in ((YEAR, 2), (YEAR - 1, 60)):
        ordinance = published(cast.budget, *[road(item=f"ถนน {number}") for number in range(lines)], year=year)
        told(cast.budget, 3, {version(ordinance, "0001"): (0, 1)}, year=year)
        confirm_reading(ordinance, by=cast.staff)
        after = publish(
            revise(ordinance.plan, Words(title="แก้"), by=cast.budget, form_mark=mark()), by=cast.budget, edits=0
        )
        client = cast.client("staff")
        client.get(f"/budget/{year}/plans/ordinance/read/")
        with django_assert_num_queries(14):
            html = client.get(f"/budget/{year}/plans/ordinance/read/").content.decode()
        assert f'value="{after.number}"' in html
