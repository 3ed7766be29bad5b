"""One's own loans: what to do now, open ones, earlier ones page by page, and the file."""

import csv
import io

import pytest
from django.test import Client
from psycopg2.extras import DateRange

from assets.borrowing import PAGE, open_loans
from assets.choices import LoanState, Place
from assets.models import Asset, Loan, LoanLine
from assets.services.decisions import refuse_loan
from assets.services.requests import cancel_loan
from ita_portal.fiscal import FiscalYear, today

from ..cast import Cast
from .days import on_day
from .factories import DAY, AssetFactory, approved, handed_out, mark, requested

MINE = "/assets/loans/"


@pytest.fixture
def staff(cast: Cast) -> Client:
    return cast.client("staff")


def ended(cast: Cast, count: int, *assets: Asset, state: str = LoanState.CANCELLED) -> list[Loan]:
    """Many loans of `staff` that have ended, or wait; made at one stroke."""
    year = FiscalYear.current().number
    last = Loan.objects.count() + 1000
    over = state in (LoanState.CANCELLED, LoanState.RETURNED)
    made = Loan.objects.bulk_create(
        Loan(
            number=last + number, fiscal_year=year, borrower=cast.staff, entered_by=cast.staff,
            owner=cast.staff.division, division=cast.staff.division, purpose="งาน", use_at=Place.ON_SITE,
            start_on=today() + 20 * DAY, due_on=today() + 21 * DAY, state=state, form_mark=mark(),
            finished_on=today() if over else None,
        )
        for number in range(count)
    )  # fmt: skip
    LoanLine.objects.bulk_create(
        LoanLine(loan=loan, asset=asset, position=position, during=DateRange(loan.start_on, loan.due_on, "[]"))
        for loan in made
        for position, asset in enumerate(assets, 1)
    )
    return made


def test_what_to_do_comes_first(cast: Cast) -> None:
    late = handed_out(cast.staff, cast.head, cast.assets, AssetFactory(), days=1)
    back_today = handed_out(cast.staff, cast.head, cast.assets, AssetFactory(), days=4)
    collect = approved(cast.staff, cast.head, AssetFactory(), start=2, days=5)
    quiet = requested(cast.staff, AssetFactory(), start=20)
    refused = refuse_loan(requested(cast.staff, AssetFactory(), start=9), by=cast.head, reason="ใช้ในงานอื่น")
    requested(cast.staff2, AssetFactory())
    with on_day(today() + 3 * DAY):
        mine = open_loans(cast.staff)
        assert [one.loan for one in mine.now] == [late, back_today, collect, refused]
        assert [one.loan for one in mine.waiting] == [quiet]
        assert mine.now[0].is_late
        answer = cast.client("staff").get(MINE)
        page = answer.content.decode()
    assert page.count("ใช้ในงานอื่น") == 1
    assert refused not in [one.loan for one in answer.context["rows"]]
    with on_day(today() + 40 * DAY):
        assert [one.loan for one in cast.client("staff").get(MINE).context["rows"]] == [refused]


@pytest.mark.parametrize(("hour", "minute"), [(0, 30), (23, 30)])
def test_due_today_is_not_late_at_either_end_of_the_day(cast: Cast, projector: Asset, hour: int, minute: int) -> None:
    loan = handed_out(cast.staff, cast.head, cast.assets, projector, days=3)
    with on_day(loan.due_on, hour, minute):
        (one,) = open_loans(cast.staff).now
        assert not one.is_late
    with on_day(loan.due_on + DAY, 0, 30):
        (one,) = open_loans(cast.staff).now
        assert one.is_late


def test_the_affected_borrower_is_told_without_a_name(cast: Cast, projector: Asset) -> None:
    other = handed_out(cast.staff2, cast.head, cast.assets, projector, days=2)
    mine = approved(cast.staff, cast.head, projector, start=6, days=2)
    with on_day(today() + 4 * DAY):
        (one,) = open_loans(cast.staff).now
        assert (one.loan, list(one.blocked)) == (mine, [projector])
        client = cast.client("staff")
        for address in (MINE, f"{MINE}{mine.public_id}/"):
            page = client.get(address).content.decode()
            assert projector.number in page
            assert other.reference + "<" not in page
            assert str(cast.staff2) not in page


def test_overdue_chairs_block_only_where_too_few_are_left(cast: Cast, chairs: Asset) -> None:
    handed_out(cast.staff2, cast.head, cast.assets, chairs, quantity=4, days=2)
    few = approved(cast.staff, cast.head, chairs, start=6, quantity=6)
    many = approved(cast.staff, cast.head, chairs, start=20, quantity=7)
    with on_day(today() + 4 * DAY):
        mine = open_loans(cast.staff)
        assert [one.loan for one in mine.now] == [many]
        assert [one.loan for one in mine.waiting] == [few]


def test_nothing_is_said(staff: Client) -> None:
    page = staff.get(MINE)
    assert page.status_code == 200
    assert page.content.decode().count('class="empty"') == 3


def test_filters(cast: Cast, staff: Client, projector: Asset) -> None:
    first, second = requested(cast.staff, projector), requested(cast.staff, AssetFactory())
    cancel_loan(second, by=cast.staff)
    theirs = requested(cast.staff2, AssetFactory())

    def found(**query: str) -> list[Loan]:
        return [one.loan for one in staff.get(MINE, query).context["rows"]]

    assert found() == [second]
    assert found(state="requested") == [first]
    assert found(state="cancelled") == [second]
    assert found(q=first.reference) == [first]
    assert found(q=f"ที่ {first.number}") == [first]
    assert found(q=theirs.reference) == []
    assert found(q="ไม่มีเลข") == []
    assert found(year=str(first.fiscal_year)) == [second, first]


@pytest.mark.parametrize(
    "query",
    [
        {"state": "x", "year": "x", "q": "9" * 3000},
        {"year": "9" * 40, "after": "x" * 900},
        {"q": "1/99999999999"},
        {"q": "๑๒/๗๐", "state": ["a", "b"]},
        {"format": "exe"},
    ],
)
def test_bad_filters_are_left_out(staff: Client, query: dict[str, object]) -> None:
    assert staff.get(MINE, query).status_code == 200


def test_pages_of_earlier_loans(cast: Cast, staff: Client, projector: Asset) -> None:
    made = ended(cast, PAGE + 4, projector)
    first = staff.get(MINE)
    second = staff.get(f"{MINE}?{first.context['following']}")
    seen = [one.loan.pk for page in (first, second) for one in page.context["rows"]]
    assert seen == sorted((loan.pk for loan in made), reverse=True)
    assert second.context["following"] == ""
    # The address of a page of somebody else is the first page.
    assert len(staff.get(MINE, {"after": requested(cast.staff2, projector).public_id}).context["rows"]) == PAGE


def test_the_file(cast: Cast, staff: Client, projector: Asset) -> None:
    mine = requested(cast.staff, projector, purpose="=1+1")
    requested(cast.staff2, AssetFactory())
    answer = staff.get(MINE, {"format": "csv"})
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert rows[1][0] == mine.reference
    assert "'=1+1" in rows[1]
    assert len(list(csv.reader(io.StringIO(staff.get(MINE, {"format": "csv", "state": "out"}).content.decode())))) == 1


@pytest.mark.parametrize("count", [2, 200])
def test_queries_of_my_loans(
    cast: Cast, staff: Client, projector: Asset, chairs: Asset, count: int, django_assert_num_queries
) -> None:  # type: ignore[no-untyped-def]
    ended(cast, count, projector, chairs)
    ended(cast, count, projector, chairs, state=LoanState.REQUESTED)
    staff.get(MINE)
    with django_assert_num_queries(QUERIES):
        assert staff.get(MINE).status_code == 200
    with django_assert_num_queries(QUERIES_OF_FILE):
        staff.get(MINE, {"format": "csv"})


QUERIES = 13
QUERIES_OF_FILE = 5


def test_the_citizen_signs_in_first(cast: Cast) -> None:
    assert cast.client("citizen").get(MINE).status_code == 302
