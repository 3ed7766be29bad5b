"""What is late: how it is shown, whom it keeps waiting, what it blocks."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.desk_reading import desk_rows
from assets.errors import RefusedError
from assets.models import Asset, Loan
from assets.services.handovers import Pieces, hand_out, take_back

from ..cast import Cast
from .factories import AssetFactory, approved, handed_out, mark
from .moving import moved

OVERDUE = "/assets/desk/?pile=overdue"


def test_who_is_late_by_how_much_and_how_to_reach_them(cast: Cast, loan_out: Loan) -> None:
    cast.staff.phone = "043 123 456"
    cast.staff.save()
    moved(loan_out, -9)
    page = cast.client("assets").get(OVERDUE)
    row = page.context["rows"][0]
    assert (row.loan.pk, row.days_late, row.phone) == (loan_out.pk, 7, "043 123 456")
    assert "043 123 456" in page.content.decode()


def test_a_late_single_thing_names_who_waits_for_it(cast: Cast, projector: Asset) -> None:
    late = handed_out(cast.staff, cast.head, cast.assets, projector)
    soon = approved(cast.staff2, cast.head, projector, start=4, days=2)
    later = approved(cast.staff2, cast.head, projector, start=9, days=2)
    moved(late, -9)
    moved(soon, -4)
    row = cast.client("assets").get(OVERDUE).context["rows"][0]
    assert (row.loan.pk, [loan.pk for loan in row.blocks]) == (late.pk, [soon.pk, later.pk])
    page = cast.client("assets").get(f"/assets/desk/loans/{soon.public_id}/hand-out/")
    assert late.reference in page.content.decode()
    line = soon.lines.get()
    with pytest.raises(RefusedError) as refused:
        hand_out(soon, [Pieces(line.pk, 1)], by=cast.assets, person="มานี", form_mark=mark())
    assert (refused.value.code, refused.value.line) == ("out", 0)
    assert late.reference in str(refused.value)
    take_back(late, [Pieces(late.lines.get().pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())
    hand_out(soon, [Pieces(line.pk, 1)], by=cast.assets, person="มานี", form_mark=mark())


def test_late_pieces_block_only_what_needs_them(cast: Cast, chairs: Asset) -> None:
    late = moved(handed_out(cast.staff, cast.head, cast.assets, chairs, quantity=4), -9)
    enough = approved(cast.staff2, cast.head, chairs, quantity=6, start=1, days=2)
    row = desk_rows([late])[0]
    assert row.blocks == []
    late.refresh_from_db()
    short = moved(approved(cast.staff2, cast.head, chairs, quantity=6, start=40, days=2), -30)
    assert desk_rows([late])[0].blocks == []
    chairs.broken = 2
    chairs.save()
    assert [loan.pk for loan in desk_rows([late])[0].blocks] == [enough.pk, short.pk]


@pytest.mark.parametrize(
    ("utc", "late"),
    [("2027-01-14T16:30", 0), ("2027-01-14T17:30", 0), ("2027-01-15T16:30", 0), ("2027-01-15T17:30", 1)],
)  # fmt: skip
def test_the_day_turns_in_bangkok(
    cast: Cast, loan_out: Loan, utc: str, late: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Due on 15 January: at 23:30 and 00:30 in Bangkok, which is 16:30 and 17:30 of the day before elsewhere."""
    moved(loan_out, (dt.date(2027, 1, 15) - loan_out.due_on).days)
    monkeypatch.setattr("django.utils.timezone.now", lambda: dt.datetime.fromisoformat(f"{utc}+00:00"))
    assert desk_rows([loan_out])[0].days_late == late
    assert Loan.objects.overdue().filter(pk=loan_out.pk).exists() == bool(late)


@pytest.mark.parametrize("count", [2, 12])
def test_the_overdue_list_needs_few_queries(cast: Cast, count: int) -> None:
    for number in range(count):
        asset = AssetFactory()
        late = handed_out(cast.staff, cast.head, cast.assets, asset)
        approved(cast.staff2, cast.head, asset, start=4, days=2)
        moved(late, -4 - number % 5)
    client = cast.client("assets")
    client.get(OVERDUE)
    with CaptureQueriesContext(connection) as queries:
        rows = client.get(OVERDUE).context["rows"]
    assert all(row.blocks for row in rows)
    assert len(queries) <= 18, "\n".join(query["sql"][:150] for query in queries)
