"""Counts of complaints: by month of filing, none said as none, nobody recognised, never stale."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from complaints.choices import Category, Outcome
from complaints.models import Case, ChannelSettings, Tombstone
from complaints.opened import open_for_officer
from complaints.services.acts import accept_case, close_case, write_as_reporter
from complaints.services.filing import Filed
from complaints.statistics import safe_categories
from ita_portal.fiscal import today
from ita_portal.page_cache import generations
from tests.cast import Cast

from .conftest import Desk

FileCase = Callable[..., Filed]
PAGE = "/complaints/statistics/"
TODAY = dt.datetime(2024, 2, 20, 3, tzinfo=dt.UTC)
"""In the second quarter of fiscal year 2567."""


@pytest.fixture(autouse=True)
def _in_february() -> Iterator[None]:
    with time_machine.travel(TODAY, tick=False):
        yield


def case(filed_on: dt.date, *, category: str = "bribery", **given: Any) -> Case:
    """A row as filing leaves it; what is sealed does not matter to who counts."""
    state = given.get("state", "received")
    if state in ("closed", "refused", "withdrawn"):
        given.setdefault("finished_on", filed_on + dt.timedelta(days=20))
    if state == "closed":
        given.setdefault("outcome", "substantiated")
    if state == "refused":
        given.setdefault("refusal", "court")
    return Case(
        reference=os.urandom(4).hex(), filed_on=filed_on, category=category, due_on=filed_on + dt.timedelta(days=15),
        locator_mark=os.urandom(8), form_mark=os.urandom(8), content_digest=b"", public_key=b"", desk_public_key=b"",
        code_salt=b"", code_sealed_key=b"", **given,
    )  # fmt: skip


def many(number: int, filed_on: dt.date, **given: Any) -> None:
    Case.objects.bulk_create([case(filed_on, **given) for _ in range(number)])


def grave(month: dt.date, finished_month: dt.date, **given: Any) -> Tombstone:
    """What is left of a destroyed complaint."""
    filled = {"channel": "online", "category": "bribery", "state": "closed", "outcome": "substantiated"} | given
    return Tombstone.objects.create(month=month, finished_month=finished_month, **filled)


def numbers(client: Client, year: int = 2567) -> dict[str, Any]:
    """The JSON of a year."""
    response = client.get(f"/complaints/statistics.json?year={year}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    found: dict[str, Any] = json.loads(response.content)
    return found


def counts(row: dict[str, Any]) -> tuple[int, int, int]:
    return row["received"], row["finished"], row["in_progress"]


def test_the_file_for_programs_has_every_period(client: Client, cast: Cast) -> None:
    many(2, dt.date(2023, 10, 31))
    many(1, dt.date(2023, 11, 1), state="closed")
    many(1, dt.date(2024, 1, 5), state="refused")
    many(1, dt.date(2024, 1, 5), state="waiting")
    grave(dt.date(2023, 12, 1), dt.date(2024, 1, 1), state="withdrawn", outcome="")
    many(1, dt.date(2023, 9, 30))  # the year before
    found = numbers(client)
    assert found["fiscal_year"] == 2567
    assert found["generated_at"] == today().isoformat(), "the day, never the moment"
    assert [row["month"] for row in found["months"]] == [
        "2023-10", "2023-11", "2023-12", "2024-01", "2024-02", "2024-03",
        "2024-04", "2024-05", "2024-06", "2024-07", "2024-08", "2024-09",
    ]  # fmt: skip
    assert [counts(row) for row in found["months"][:5]] == [(2, 0, 2), (1, 1, 0), (1, 1, 0), (2, 1, 1), (0, 0, 0)]
    assert [(row["quarter"], *counts(row)) for row in found["quarters"]] == [
        (1, 4, 2, 2), (2, 2, 1, 1), (3, 0, 0, 0), (4, 0, 0, 0),
    ]  # fmt: skip
    assert [(row["half"], *counts(row)) for row in found["halves"]] == [(1, 6, 3, 3), (2, 0, 0, 0)]
    assert counts(found["year"]) == (6, 3, 3)
    assert counts(numbers(client, 2566)["year"]) == (1, 0, 1)


def test_every_row_adds_up(client: Client, cast: Cast) -> None:
    for n, state in enumerate(("received", "in_progress", "waiting", "referred", "closed", "refused", "withdrawn")):
        many(n + 1, dt.date(2023, 10, 1) + dt.timedelta(days=20 * n), state=state)
    found = numbers(client)
    rows = [*found["months"], *found["quarters"], *found["halves"], found["year"]]
    assert all(row["received"] == row["finished"] + row["in_progress"] for row in rows)
    assert sum(row["received"] for row in found["months"]) == found["year"]["received"] == 28
    assert found["year"]["finished"] == 5 + 6 + 7


def test_a_destroyed_complaint_goes_on_counting_in_its_month(client: Client, cast: Cast) -> None:
    many(1, dt.date(2023, 10, 5), state="closed")
    before = [counts(row) for row in numbers(client)["months"]]
    Case.objects.all().delete()
    grave(dt.date(2023, 10, 1), dt.date(2023, 10, 1))
    assert [counts(row) for row in numbers(client)["months"]] == before


def test_none_is_said_in_words(client: Client, cast: Cast) -> None:
    found = numbers(client, 2566)
    assert found["statement"] == found["year"]["statement"] != ""
    assert "2566" in found["statement"]
    assert len({row["statement"] for row in found["months"]}) == 12
    english = client.get("/en/complaints/statistics/?year=2566").content.decode()
    assert "No complaint about corruption or misconduct in fiscal year 2566." in english
    assert "No complaint about corruption or misconduct in the first six months of fiscal year 2566." in english
    assert english.count(">no complaint<") == 12 + 4 + 2 + 1
    assert '<svg class="chart' not in english


def test_what_has_not_begun_is_not_said_to_be_empty(client: Client, cast: Cast) -> None:
    found = numbers(client)
    assert [row["state"] for row in found["months"]] == ["over"] * 4 + ["running"] + ["future"] * 7
    assert [row["state"] for row in found["halves"]] == ["running", "future"]
    english = client.get("/en/complaints/statistics/").content.decode()
    assert english.count(">not yet<") == 7 + 2 + 1  # months, quarters, half-year
    assert english.count(">no complaint<") == 4 + 1
    assert english.count(">no complaint so far<") == 1 + 1 + 1 + 1


def test_one_complaint_and_two_are_told_as_people_say_it(client: Client, cast: Cast) -> None:
    many(1, dt.date(2024, 1, 5), state="closed")
    assert "1 complaint about corruption or misconduct in fiscal year 2567: 1 finished, 0 in progress." in (
        client.get("/en/complaints/statistics/").content.decode()
    )
    many(1, dt.date(2024, 1, 5))
    assert "2 complaints about corruption or misconduct in fiscal year 2567: 1 finished, 1 in progress." in (
        client.get("/en/complaints/statistics/").content.decode()
    )


def test_filing_and_closing_show_on_the_very_next_request(
    client: Client, desk: Desk, file_case: Callable[..., Filed]
) -> None:
    assert counts(numbers(client)["year"]) == (0, 0, 0)
    filed = file_case()
    assert counts(numbers(client)["year"]) == (1, 0, 1)
    vault = desk.vaults["integrity"]
    opened = open_for_officer(filed.case, vault)
    accept_case(opened, by=vault.officer)
    close_case(opened, by=vault.officer, outcome=Outcome.SUBSTANTIATED, text="ดำเนินการทางวินัยแล้ว")
    assert counts(numbers(client)["year"]) == (1, 1, 0)


def test_the_second_visitor_costs_one_query(client: Client, cast: Cast) -> None:
    client.get(f"{PAGE}?year=2567")
    with CaptureQueriesContext(connection) as captured:
        client.get(f"{PAGE}?year=2567")
    assert len(captured) == 1


@pytest.mark.parametrize("path", [PAGE, "/complaints/statistics.json", "/complaints/statistics.csv"])
def test_as_many_queries_for_two_complaints_as_for_five_hundred(client: Client, cast: Cast, path: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    many(2, dt.date(2023, 10, 5))
    few = cost()
    for n, category in enumerate(Category.values):
        many(56, dt.date(2023, 10, 5) + dt.timedelta(days=15 * n), category=category)
    for _ in range(10):
        grave(dt.date(2023, 12, 1), dt.date(2024, 1, 1))
    assert cost() == few <= 9


@pytest.mark.parametrize(
    ("small", "given", "expected"),
    [
        (3, [5, 4, 2, 1], ([5, 4], 3)),
        (3, [5, 4, 2], ([5], 6)),  # the 2 alone could be found by subtraction
        (3, [5, 4, 1, 1], ([5], 6)),  # two of one are fewer than three
        (3, [9, 3, 3], ([9, 3, 3], 0)),
        (3, [2], None),
        (3, [2, 2], None),
        (3, [7, 1], None),
        (3, [], None),
        (1, [3, 1, 1], ([3, 1, 1], 0)),
    ],
)
def test_no_small_count_by_category_can_be_told(
    small: int, given: list[int], expected: tuple[list[int], int] | None
) -> None:
    numbers_of = [*given, *[0] * (len(Category) - len(given))]
    found = safe_categories(list(zip(Category, numbers_of, strict=True)), small)
    assert (found and ([count for _category, count in found[0]], found[1])) == expected


def test_categories_are_told_of_years_that_have_ended_only(client: Client, cast: Cast) -> None:
    for day in (dt.date(2023, 1, 5), dt.date(2024, 1, 5)):
        many(5, day, category="bribery")
        many(2, day, category="neglect")
        many(1, day, category="personnel")
    assert numbers(client)["year"]["by_category"] is None
    found = numbers(client, 2566)["year"]["by_category"]
    assert [(row["category"], row["received"]) for row in found] == [("bribery", 5), ("all_others", 3)]
    old, new = (client.get(f"/en{PAGE}?year={year}").content.decode() for year in (2566, 2567))
    assert "All others together" in old
    assert "Failing to do one" not in old
    assert "All others together" not in new
    ChannelSettings.objects.update_or_create(pk=1, defaults={"small_cell": 6})
    assert numbers(client, 2566)["year"]["by_category"] is None


def test_how_soon_they_are_answered_is_told_where_there_are_enough(client: Client, cast: Cast) -> None:
    many(1, dt.date(2023, 10, 2), answered_on=dt.date(2023, 10, 17), state="in_progress")  # on the last day
    many(1, dt.date(2023, 10, 2), answered_on=dt.date(2023, 10, 18), state="in_progress")  # a day late
    assert numbers(client)["year"]["answered_in_time_percent"] is None
    assert numbers(client)["year"]["overdue"] is None
    many(1, dt.date(2023, 10, 2))  # never answered
    many(1, dt.date(2024, 2, 19))  # not due yet
    many(1, dt.date(2023, 10, 2), state="withdrawn", finished_on=dt.date(2023, 10, 3))  # nothing was owed any more
    grave(dt.date(2023, 10, 1), dt.date(2023, 11, 1), answered_in_time=True)
    grave(dt.date(2023, 10, 1), dt.date(2023, 11, 1), answered_in_time=None)
    found = numbers(client)["year"]
    assert found["overdue"] == 1
    assert found["answered_in_time_percent"] == 50  # 2 of 4


def test_the_page_says_of_what_the_share_is(client: Client, cast: Cast) -> None:
    many(3, dt.date(2023, 10, 2), answered_on=dt.date(2023, 10, 17), state="in_progress")
    page = client.get("/en/complaints/statistics/?year=2567").content.decode()
    assert "100 % of the complaints that were answered or whose answer was due" in page
    assert "What was handed over to another body counts as in progress" in page


def test_a_case_due_today_is_not_overdue(client: Client, cast: Cast) -> None:
    many(3, dt.date(2024, 2, 5))
    assert numbers(client)["year"]["overdue"] == 0
    with time_machine.travel(TODAY + dt.timedelta(days=1), tick=False):
        assert numbers(client)["year"]["overdue"] == 3


def test_the_work_of_a_quarter_counts_what_was_finished_in_it(client: Client, cast: Cast) -> None:
    many(1, dt.date(2023, 9, 20), state="closed", finished_on=dt.date(2023, 10, 4))  # came the year before
    many(1, dt.date(2023, 11, 5), state="closed", finished_on=dt.date(2024, 1, 20))
    many(1, dt.date(2023, 12, 5))
    grave(dt.date(2023, 10, 1), dt.date(2024, 2, 1))
    work = numbers(client)["work"]
    assert [(row["received"], row["finished_in_quarter"], row["open_at_end"]) for row in work] == [(3, 1, 3), (0, 2, 1)]


def test_years(client: Client, cast: Cast) -> None:
    many(1, dt.date(2019, 12, 1))  # fiscal year 2563
    page = client.get(PAGE).content.decode()
    for year in range(2563, 2568):
        assert f'href="/complaints/statistics/?year={year}"' in page
    assert "year=2562" not in page
    assert client.get(f"{PAGE}?year=๒๕๖๖").status_code == 200
    assert client.get(f"{PAGE}?year=").status_code == 200


@pytest.mark.parametrize("year", ["2568", "2400", "2024", "99999", "abc", "-1", "2567x", "2567 ", "²567"])
def test_a_year_that_is_none_is_not_found(client: Client, cast: Cast, year: str) -> None:
    for path in (PAGE, "/complaints/statistics.json", "/complaints/statistics.csv"):
        assert client.get(path, {"year": year}).status_code == 404
    assert client.get("/complaints/statistics.exe").status_code == 404


def test_a_year_ago_without_any_complaint_can_be_asked_for(client: Client, cast: Cast) -> None:
    assert counts(numbers(client, 2557)["year"]) == (0, 0, 0)
    assert client.get("/complaints/statistics.json?year=2556").status_code == 404


def test_csv(client: Client, cast: Cast) -> None:
    many(2, dt.date(2023, 10, 31))
    response = client.get("/complaints/statistics.csv?year=2567")
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["period"] for row in rows] == ["month"] * 12 + ["quarter"] * 4 + ["half"] * 2 + ["year"]
    assert (rows[0]["key"], rows[0]["received"], rows[0]["in_progress"], rows[0]["finished"]) == (
        "2023-10",
        "2",
        "2",
        "0",
    )
    assert all(row["statement"] for row in rows)
    assert {row["received"] for row in rows if row["state"] == "future"} == {""}, "0 would say that nothing came in"


def test_excel(client: Client, cast: Cast) -> None:
    many(2, dt.date(2023, 10, 31))
    response = client.get("/complaints/statistics.xlsx?year=2567")
    sheet = load_workbook(io.BytesIO(response.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=22)]
    assert rows[0][:4] == ["ตุลาคม 2566", 2, 2, 0]
    assert rows[-1][1:4] == [2, 2, 0]
    assert all((None in row) == (row[4] == "ยังไม่ถึงช่วงเวลานี้") for row in rows), "0 would say that nothing came in"


def test_the_chart_has_the_numbers_of_the_table(client: Client, cast: Cast) -> None:
    many(3, dt.date(2023, 10, 31))
    many(1, dt.date(2023, 10, 31), state="closed")
    page = client.get(PAGE).content.decode()
    chart = page[page.index('<svg class="chart') : page.index("</svg>", page.index('<svg class="chart'))]
    assert 'role="img" aria-label="' in chart
    assert 'width="17.00%"' in chart  # one of four of the longest bar
    assert 'width="51.00%"' in chart
    assert "style=" not in page


def test_a_message_moves_nothing_that_everybody_can_read(client: Client, desk: Desk, file_case: FileCase) -> None:
    """Else the page would tell at which second a reporter wrote."""
    filed = file_case()
    before = client.get("/complaints/statistics.json?year=2567").content, generations()
    write_as_reporter(open_for_officer(filed.case, desk.vaults["integrity"]), text="ข้อความ")
    Case.objects.filter(pk=filed.case.pk).update(has_news=False, handler=desk.officer("integrity"))
    assert (client.get("/complaints/statistics.json?year=2567").content, generations()) == before
    Case.objects.filter(pk=filed.case.pk).update(state="in_progress")
    assert generations()["complaints"] == before[1]["complaints"] + 1


def test_no_file_tells_the_moment_at_which_it_was_made(client: Client, cast: Cast) -> None:
    many(1, dt.date(2023, 10, 5))
    for extension in ("json", "csv", "xlsx"):
        found = []
        for hour in (4, 9):
            with time_machine.travel(TODAY.replace(hour=hour, minute=hour, second=hour), tick=False):
                Case.objects.update(state="in_progress" if hour == 4 else "waiting")
                found.append(client.get(f"/complaints/statistics.{extension}?year=2567").content)
        assert found[0] == found[1], extension
