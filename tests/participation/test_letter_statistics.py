"""Counts by quarter, division and kind against a brute-force calculation; figures of the plan; the demonstration."""

from __future__ import annotations

import csv
import datetime as dt
import json
import random
import statistics
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from ita_portal.fiscal import BANGKOK, FiscalQuarter, FiscalYear
from measures.indicators import indicators
from organization.models import Division
from participation.choices import LetterKind, LetterState
from participation.letters_demonstration import demonstrate_letters
from participation.letters_statistics import Counts, count_quarters, statistics_of
from participation.models import Letter

from ..cast import Cast
from .letters import at, finance, works

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 15)
YEAR = FiscalYear(2569)
KEYS = ("received", "answered", "in_time_share", "answer_days", "questions_answered")


def moment(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), BANGKOK)


def make_letters(cast: Cast, number: int) -> list[Letter]:
    """Letters at chance moments, the edges of quarters and days among them; some refused, some not answered."""
    chance = random.Random(7)
    edges = [moment(YEAR.start, 0), moment(YEAR.start, 0) - dt.timedelta(seconds=1), moment(dt.date(2026, 1, 1), 0)]
    rows = []
    for one in range(number):
        sent = (
            edges[one] if one < 3 else moment(YEAR.start, 0) + dt.timedelta(minutes=chance.randrange(-20_000, 400_000))
        )
        day = sent.astimezone(BANGKOK).date()
        due = day + dt.timedelta(days=15)
        division = chance.choice([works(), finance(), None])
        letter = Letter(
            kind=chance.choice(LetterKind.values), subject="ก", text="ข", division=division, form_mark=f"s{one}",
            sent_at=sent, due_on=due, next_due_on=due,
            state=LetterState.WITH_DIVISION if division else LetterState.RECEIVED,
        )  # fmt: skip
        fate = chance.random()
        if fate < 0.15:
            letter.state, letter.reason = LetterState.REFUSED, "twice"
            letter.refused_at = sent + dt.timedelta(days=chance.randrange(4))
        elif fate < 0.75 and division:
            letter.state, letter.answer, letter.answered_by = LetterState.ANSWERED, "ค", cast.staff
            letter.answered_at = (
                moment(due, 23) if one % 9 == 0 else sent + dt.timedelta(hours=chance.randrange(1, 700))
            )
            letter.rating = chance.choice(["", "clear", "unclear"])
            if letter.rating:
                letter.rated_at = letter.answered_at + dt.timedelta(hours=chance.randrange(0, 900))
        rows.append(letter)
    Letter.objects.bulk_create(rows)
    return rows


def brute(rows: list[Letter], first: dt.date, last: dt.date, day: dt.date) -> Counts:
    """The same, one by one, in the simplest words."""

    def on(time: dt.datetime | None) -> dt.date | None:
        return time.astimezone(BANGKOK).date() if time else None

    def before(time: dt.datetime | None) -> bool:
        found = on(time)
        return found is not None and found < day

    inside = [row for row in rows if before(row.sent_at) and first <= (on(row.sent_at) or first) <= last]
    answered = [row for row in inside if before(row.answered_at)]
    days = [(row.answered_at - row.sent_at).total_seconds() / 86_400 for row in answered if row.answered_at]
    return Counts(
        received=len(inside),
        refused=sum(before(row.refused_at) for row in inside),
        answered=len(answered),
        in_time=sum((on(row.answered_at) or day) <= row.due_on for row in answered),
        due=len(answered) + sum(
            row not in answered and not before(row.refused_at) and row.due_on < day for row in inside
        ),
        questions=sum(row.kind == "question" for row in answered),
        rated=sum(before(row.rated_at) for row in answered),
        clear=sum(before(row.rated_at) and row.rating == "clear" for row in answered),
        median_days=Decimal(str(statistics.median(days))) if days else None,
    )  # fmt: skip


def same(found: Counts, expected: Counts) -> bool:
    close = (found.median_days is None) == (expected.median_days is None) and (
        found.median_days is None
        or expected.median_days is None
        or abs(found.median_days - expected.median_days) <= Decimal("0.051")
    )
    names = ("received", "refused", "answered", "in_time", "due", "questions", "rated", "clear")
    return close and all(getattr(found, name) == getattr(expected, name) for name in names)


def test_counts_equal_a_brute_force_calculation(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rows = make_letters(cast, 240)
    with django_assert_num_queries(5):
        found = statistics_of(YEAR, DAY)
    assert [row.state for row in found.quarters] == ["over", "over", "running", "future"]
    for row in found.quarters[:3]:
        assert row.counts and same(row.counts, brute(rows, row.quarter.start, row.quarter.end, DAY)), row.quarter
        assert row.counts.received > 20
    assert found.quarters[3].counts is None
    assert same(found.whole, brute(rows, YEAR.start, YEAR.end, DAY))
    for division, counts in found.divisions:
        assert same(counts, brute([row for row in rows if row.division == division], YEAR.start, YEAR.end, DAY))
    for kind, counts in found.kinds:
        assert same(counts, brute([row for row in rows if row.kind == kind], YEAR.start, YEAR.end, DAY))
    whole = found.whole
    assert whole.received == whole.refused + whole.answered + whole.late + whole.waiting
    assert 0 < whole.in_time < whole.answered < whole.due < whole.received and 0 < whole.clear < whole.rated
    for quarter in (FiscalQuarter(YEAR, 1), FiscalQuarter(YEAR, 2)):
        one = count_quarters([quarter], works(), DAY)[quarter]
        assert same(one, brute([row for row in rows if row.division == works()], quarter.start, quarter.end, DAY))


def test_figures_of_the_plan_are_those_of_the_page(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_letters(cast, 60)
    division = Division.objects.get(name="กองช่าง")
    with at(DAY):
        quarters = (*FiscalYear(2567).quarters, *YEAR.quarters)
        whole = statistics_of(YEAR, DAY)
        for key in KEYS:
            indicator = indicators.get(f"participation.{key}")
            assert indicator is not None and indicator.by_division and "participation" in indicator.topics
            with django_assert_num_queries(1):
                found = indicator.compute(quarters, None)
            assert set(found) == set(quarters[:7]), "of a quarter to come nothing is known"
            nothing = found[FiscalQuarter(FiscalYear(2567), 1)]
            assert nothing.value in (0, None) and (nothing.value is None) == (key in ("in_time_share", "answer_days"))
            assert nothing.url == "/participation/statistics/?year=2567#quarters"
            counts = whole.quarters[0].counts
            assert counts is not None
            shown = {"received": counts.received, "answered": counts.answered, "in_time_share": counts.in_time_share,
                     "answer_days": counts.median_days, "questions_answered": counts.questions}  # fmt: skip
            assert found[YEAR.quarters[0]].value == shown[key] is not None
            assert indicator.compute(quarters, division)[YEAR.quarters[0]].value is not None
            assert indicator.compute((), None) == {}


def test_pages_and_files_say_the_same_and_zeros_are_said(client: Client, cast: Cast) -> None:
    page = "/participation/statistics/"
    with at(DAY):
        empty = client.get(page).content.decode()
        assert 'role="img"' not in empty and ">0<" in empty
        make_letters(cast, 60)
        data = json.loads(client.get("/participation/statistics.json?year=2569").content)
        found = statistics_of(YEAR, DAY)
        assert data["fiscal_year"] == 2569 and data["counted_until"] == "2026-06-14"
        assert [one["received"] for one in data["quarters"]] == [
            *(row.counts.received for row in found.quarters[:3] if row.counts), None
        ]  # fmt: skip
        assert data["year"]["in_time_percent"] == found.whole.in_time_share
        rows = list(
            csv.DictReader(
                client.get("/participation/statistics.csv?year=2569").content.decode("utf-8-sig").splitlines()
            )
        )
        assert [row["received"] for row in rows if row["part"] == "quarter"] == [
            str(one["received"]) if one["received"] is not None else "" for one in data["quarters"]
        ]  # fmt: skip
        assert {row["part"] for row in rows} == {"quarter", "year", "kind", "division"}
        html = client.get(f"{page}?year=2569").content.decode()
        assert 'role="img"' in html and f'<td class="amount">{found.whole.received}</td>' in html
        for year in ("2570", "1", "99999", "x", "2499", "๒๕๖๙"):
            assert client.get(f"{page}?year={year}").status_code == 404, year


def test_what_came_today_is_told_tomorrow(client: Client, cast: Cast) -> None:
    """So that nothing that merely comes in has to tell the pages that are kept."""
    with at(DAY):
        assert client.get("/participation/statistics/").status_code == 200
        letter = Letter.objects.create(
            kind="question", subject="ก", text="ข", form_mark="x", due_on=DAY, next_due_on=DAY, sent_at=timezone.now()
        )
        assert statistics_of(YEAR, DAY).whole.received == 0
    assert statistics_of(YEAR, DAY + dt.timedelta(days=1)).whole.received == 1
    assert letter.pk


def test_the_demonstration_shows_every_figure_in_every_quarter_of_the_plan(cast: Cast) -> None:
    type(cast.secretary).objects.update(is_demonstration=True)
    demonstrate_letters()
    number = Letter.objects.count()
    demonstrate_letters()
    assert Letter.objects.count() == number > 20
    for key in KEYS:
        indicator = indicators.get(f"participation.{key}")
        assert indicator is not None
        found = indicator.compute(FiscalYear(2567).quarters, None)
        assert len(found) == 4 and all(figure.value is not None for figure in found.values()), key
        assert all(found[quarter].value for quarter in found) or key == "in_time_share"
    assert all(letter.subject.startswith("[ตัวอย่าง]") for letter in Letter.objects.all())
    assert {state for (state,) in Letter.objects.values_list("state").distinct()} == set(LetterState.values)
    now = FiscalYear.current()
    assert Letter.objects.published().filter(sent_at__date__gte=dt.date(now.start.year - 1, 10, 1)).exists()
