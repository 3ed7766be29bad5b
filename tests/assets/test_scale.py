"""No list reads a table of the register from end to end: each finds its rows through an index.

Few rows, so that it costs little, and the planner told to read a table whole only where nothing else is possible. What
is measured at the sizes of the promise (100,000 and 1,000,000) is in `python -m bench.assets`, with the same data.
"""

from __future__ import annotations

import pytest
from django.db import connection

from assets.models import Asset, Loan
from bench.assets_fill import OPEN_SHARE, fill
from bench.assets_inside import Portal

from ..cast import Cast

ASSETS = 500


@pytest.fixture
def portal(cast: Cast) -> Portal:
    assert fill(ASSETS) == {"assets": ASSETS, "loans": 10 * ASSETS, "open": 10 * ASSETS // OPEN_SHARE}
    assert cast.staff.loans.count() >= 500
    return Portal()


def test_every_list_is_answered_through_an_index(portal: Portal) -> None:
    wrong = {}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for one in portal.pages():
        answer = portal.plans(who=one["who"], address=one["address"], most=0)
        assert answer["status"] == 200, one
        if answer["bad"]:
            wrong[one["page"]] = answer["bad"]
    assert not wrong


def test_the_data_keep_the_rules(portal: Portal) -> None:
    """What the measurement fills in is what the acts would have left: nobody holds twice, days are in order."""
    for asset in Asset.objects.order_by("pk")[:20]:
        asset.full_clean()
    for loan in Loan.objects.order_by("-pk")[:20]:
        loan.full_clean(exclude=["decided_by", "decided_at", "finished_on"])
        assert loan.lines.get().during.lower == loan.start_on
    assert {state: Loan.objects.filter(state=state).exists() for state in ("requested", "approved", "out")} == {
        "requested": True,
        "approved": True,
        "out": True,
    }
