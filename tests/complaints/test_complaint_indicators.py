"""The channel's live figures: quarter by quarter, checked against what the public page counts."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.models import Officer
from complaints.services.filing import Filed
from complaints.services.officers import remove_officer
from ita_portal.fiscal import FiscalYear
from measures.indicators import indicators
from measures.models import Plan
from organization.models import Division
from tests.cast import Cast

from .conftest import Desk
from .test_statistics import grave, many

QUARTERS = FiscalYear(2567).quarters
KEYS = (
    "complaints.officers",
    "complaints.received",
    "complaints.finished",
    "complaints.in_progress",
    "complaints.answered_in_time",
)


@pytest.fixture(autouse=True)
def _in_may() -> Iterator[None]:
    """In the third quarter of fiscal year 2567."""
    with time_machine.travel(dt.datetime(2024, 5, 20, 3, tzinfo=dt.UTC), tick=False):
        yield


def values(name: str) -> list[Any]:
    """The figure of each quarter that has one."""
    indicator = indicators.get(f"complaints.{name}")
    assert indicator is not None
    computed = indicator.compute(QUARTERS, None)
    return [computed[quarter].value for quarter in QUARTERS if quarter in computed]


def test_there_is_a_figure_for_each_quarter_that_has_begun(cast: Cast) -> None:
    assert [values(name) for name in ("officers", "received", "finished", "in_progress")] == [[0, 0, 0]] * 4
    assert values("answered_in_time") == [None, None, None]


def test_in_comes_out_goes_and_the_rest_is_open(cast: Cast) -> None:
    many(2, dt.date(2023, 9, 20))  # open since the year before
    many(1, dt.date(2023, 9, 20), state="closed", finished_on=dt.date(2023, 12, 31))
    many(3, dt.date(2023, 11, 1), state="refused", finished_on=dt.date(2024, 4, 1))
    many(1, dt.date(2024, 5, 20))
    grave(dt.date(2023, 12, 1), dt.date(2024, 1, 1))
    assert values("received") == [4, 0, 1]
    assert values("finished") == [1, 1, 3]
    assert values("in_progress") == [6, 5, 3]
    before = 3
    for came, went, left in zip(values("received"), values("finished"), values("in_progress"), strict=True):
        before += came - went
        assert left == before


def test_answers_in_time_are_told_where_there_are_enough(cast: Cast) -> None:
    many(2, dt.date(2023, 11, 1), answered_on=dt.date(2023, 11, 16), state="in_progress")
    assert values("answered_in_time")[0] is None
    many(1, dt.date(2023, 11, 1), answered_on=dt.date(2023, 11, 17), state="in_progress")
    grave(dt.date(2023, 12, 1), dt.date(2024, 1, 1), answered_in_time=True)
    grave(dt.date(2023, 12, 1), dt.date(2024, 1, 1), answered_in_time=None)
    assert values("answered_in_time") == [75, None, None]


def test_officers_who_receive(desk: Desk) -> None:
    assert values("officers") == [0, 0, 2]
    Officer.objects.update(joined_on=dt.date(2023, 12, 31))
    assert values("officers") == [2, 2, 2]
    remove_officer(desk.officer("integrity2"), by=desk.cast.integrity2)
    assert values("officers") == [2, 2, 1]


def test_no_figure_belongs_to_a_division(cast: Cast) -> None:
    many(3, dt.date(2023, 11, 1))
    division = Division.objects.first()
    for key in KEYS:
        indicator = indicators.get(key)
        assert indicator is not None
        assert not indicator.by_division
        assert not indicator.compute(QUARTERS, division)


@pytest.mark.parametrize("key", KEYS)
def test_all_quarters_cost_as_much_as_one(cast: Cast, key: str) -> None:
    indicator = indicators.get(key)
    assert indicator is not None

    def cost(*quarters: Any) -> int:
        with CaptureQueriesContext(connection) as captured:
            indicator.compute(quarters, None)
        return len(captured)

    assert cost(*QUARTERS) == cost(QUARTERS[0]) <= 3


def test_each_figure_can_be_checked_where_it_leads(client: Client, cast: Cast) -> None:
    many(2, dt.date(2023, 11, 1))
    many(1, dt.date(2023, 11, 1), state="closed", finished_on=dt.date(2024, 2, 1))
    work = json.loads(client.get("/complaints/statistics.json?year=2567").content)["work"]
    assert [row["received"] for row in work] == values("received") == [3, 0, 0]
    assert [row["finished_in_quarter"] for row in work] == values("finished")
    assert [row["open_at_end"] for row in work] == values("in_progress")
    for key in KEYS:
        indicator = indicators.get(key)
        assert indicator is not None
        for figure in indicator.compute(QUARTERS, None).values():
            page, _hash, part = figure.url.partition("#")
            response = client.get(page)
            assert response.status_code == 200
            assert f'id="{part}"' in response.content.decode() or not part


def test_the_page_of_figures_shows_a_filing_at_once(
    client: Client, published_plan: Plan, desk: Desk, file_case: Callable[..., Filed]
) -> None:
    page = "/en/measures/2567/figures/"
    before = client.get(page).content.decode()
    assert "Complaints about corruption received" in before
    file_case()
    assert client.get(page).content.decode() != before
