"""Results are what was answered, to the last digit, and tell nobody's answer."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ita_portal.fiscal import FiscalQuarter, FiscalYear, today
from ita_portal.small_groups import merged
from measures.indicators import Indicator, indicators
from organization.models import Division
from surveys.arithmetic import Distribution
from surveys.charts import bars_of
from surveys.choices import Way
from surveys.models import Ballot, Remark, Survey
from surveys.reading.results import read_results
from surveys.services.counting import count_ready, count_rest
from surveys.services.surveys import close

from ..cast import Cast
from .factories import DAY, survey, version

pytestmark = pytest.mark.django_db
VALUES = [Decimal("0"), Decimal("33.33"), Decimal("66.67"), Decimal("100")]


def figure(key: str) -> Indicator:
    """The live figure of a key."""
    found = indicators.get(key)
    assert found is not None
    return found


def brute_force(said: list[dict[str, int]], code: str, *, reversed_: bool) -> tuple[int, Decimal | None]:
    """n and mean of a question of four levels, the slow way."""
    values = [VALUES[3 - one[code] if reversed_ else one[code]] for one in said if code in one]
    if not values:
        return 0, None
    return len(values), (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def fill(of: Survey, many: int, seed: int, divisions: Sequence[Division | None]) -> list[tuple[Ballot, dict[str, int]]]:
    """Answers by chance; what each said."""
    draw = random.Random(seed)
    filled = []
    for _one in range(many):
        said = {"S1": draw.randrange(4), "Y1": draw.randrange(2)}
        if draw.random() < 0.7:
            said["S2"] = draw.randrange(4)
        way = draw.choice(Way.values)
        filled.append((Ballot(survey=of, way=way, division=draw.choice(divisions), choices=said), said))
    Ballot.objects.bulk_create(ballot for ballot, _said in filled)
    return filled


def test_results_equal_brute_force_over_and_running(open_survey: Survey, cast: Cast) -> None:
    divisions = [*Division.objects.all(), None]
    filled = fill(open_survey, 230, 1, divisions)
    counted = 0
    while found := count_ready(open_survey.pk):
        counted += found
    assert counted == 225
    running = read_results(open_survey)
    assert (running.n, running.by_division, running.by_way) == (225, (), ())
    # Not yet counted by anybody: what is left in the ballot box belongs to the results once it is over.
    open_survey.closes_on = today() - DAY
    open_survey.opens_on = today() - 2 * DAY
    open_survey.save()
    over = read_results(open_survey)
    count_rest(open_survey)
    assert read_results(open_survey).asked == over.asked
    said = [one for _ballot, one in filled]
    for code, reversed_ in (("S1", False), ("S2", True)):
        one = next(one for one in over.questions if one.question.code == code)
        assert (one.distribution.n, one.mean) == brute_force(said, code, reversed_=reversed_)
    ways = Counter(ballot.way for ballot, _said in filled)
    assert over.answers == {way: ways[way] for way in Way.values}
    for group in over.by_division:
        mine = [one for ballot, one in filled if ballot.division_id in group.divisions]
        assert (group.n, group.means["S1"]) == (len(mine), brute_force(mine, "S1", reversed_=False)[1])
    assert sum(group.n for group in over.by_division) == 230


def test_fewer_than_five_are_never_shown_by_themselves() -> None:
    assert merged({"a": 9, "b": 3, "c": 4}) == [["a"], ["b", "c"]]
    assert merged({"a": 9, "b": 7, "c": 2}) == [["a"], ["b", "c"]] or merged({"a": 9, "b": 7, "c": 2})[-1] == ["c", "b"]
    assert merged({"a": 3, "b": 1}) == []
    assert merged({"a": 5, "b": 0}) == [["a"]]
    draw = random.Random(3)
    for _time in range(300):
        sizes = {letter: draw.randrange(9) for letter in "abcdef"[: draw.randrange(1, 7)]}
        shown = merged(sizes)
        assert all(sum(sizes[key] for key in group) >= 5 for group in shown)
        if shown:
            assert sum(sizes[key] for group in shown for key in group) == sum(sizes.values())


def test_four_answers_show_nothing_and_a_rare_question_is_hidden(open_survey: Survey, cast: Cast) -> None:
    Ballot.objects.bulk_create(
        Ballot(survey=open_survey, way="open_link", choices={"S1": 3, "Y1": 1} | ({"S2": 0} if n < 3 else {}))
        for n in range(7)
    )
    close(open_survey, by=cast.secretary)
    found = {one.question.code: one for one in read_results(open_survey).questions}
    assert (found["S1"].distribution.n, found["S2"].distribution.n, found["S2"].hidden) == (7, 0, True)
    few = survey(open_survey.version, today(), title="อีกครั้ง")
    Ballot.objects.bulk_create(Ballot(survey=few, way="open_link", choices={"S1": 3, "Y1": 1}) for _n in range(4))
    close(few, by=cast.secretary)
    assert not read_results(few).enough
    assert read_results(few).whole.mean is None


def test_the_files_say_what_the_page_says(client: Client, open_survey: Survey, cast: Cast) -> None:
    fill(open_survey, 60, 2, list(Division.objects.all()))
    close(open_survey, by=cast.secretary)
    Remark.objects.create(
        survey=open_survey, code="T1", text="<b>ดีมาก</b>", state="published", moderated_by=cast.secretary
    )
    Remark.objects.create(survey=open_survey, code="T1", text="ยังไม่ได้ตรวจ")
    base = f"/surveys/{open_survey.code}/results"
    data = client.get(f"{base}.json").json()
    found = read_results(open_survey)
    assert set(data) >= {"survey", "fiscal_year", "quarter", "answers", "questions", "by_division"}
    assert data["answers"] == found.answers
    first = data["questions"][0]
    assert set(first) >= {"code", "text", "n", "mean", "satisfied_share", "distribution"}
    assert list(first["distribution"]) == ["0", "33.33", "66.67", "100"]
    assert sum(first["distribution"].values()) == first["n"] == 60
    assert Decimal(str(first["mean"])) == found.questions[0].mean
    page = client.get(f"{base}/").content.decode()
    assert f"{found.questions[0].mean:.2f}" in page
    assert "&lt;b&gt;ดีมาก" in page
    assert "ยังไม่ได้ตรวจ" not in page
    rows = list(csv.reader(io.StringIO(client.get(f"{base}.csv").content.decode("utf-8-sig"))))
    by_code = {row[2]: row for row in rows if row[0] == "รายข้อ"}
    assert Decimal(by_code["S1"][5]) == found.questions[0].mean
    assert client.get(f"{base}.xlsx").content[:2] == b"PK"
    assert client.get(f"{base}.pdf").content[:4] == b"%PDF"


@pytest.mark.parametrize("tail", ["/results/", "/results.json", "/results/?after=no-mark"])
def test_a_survey_that_has_not_begun_has_no_page(client: Client, open_survey: Survey, tail: str) -> None:
    if "after" not in tail:
        open_survey.opens_on = today() + DAY
        open_survey.save()
    assert client.get(f"/surveys/{open_survey.code}{tail}").status_code == 404


def test_queries_do_not_grow_with_answers_or_quarters(cast: Cast) -> None:
    made = version(cast.secretary)
    found = []
    for number in range(1, 5):
        quarter = FiscalQuarter(FiscalYear(2567), number)
        found.append(
            survey(made, today(), fiscal_year=2567, quarter=number, opens_on=quarter.start, closes_on=quarter.end)
        )
    divisions = list(Division.objects.all())

    def queries(of: Survey) -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            read_results(Survey.objects.select_related("questionnaire", "version").get(pk=of.pk))
        return len(caught)

    few = queries(found[0])
    for one in found:
        fill(one, 40, one.pk, divisions)
        count_rest(one)
    assert queries(found[3]) <= few + 1
    results = read_results(found[3])
    assert [point.n for point in results.trend] == [40, 40, 40, 40]
    quarters = FiscalYear(2567).quarters
    with CaptureQueriesContext(connection) as caught:
        told = figure("surveys.satisfaction").compute(quarters, None)
    assert len(caught) <= 4
    assert told[quarters[3]].value == results.whole.mean
    assert told[quarters[3]].url == f"/surveys/{found[3].code}/results/"
    assert figure("surveys.answers").compute(quarters, None)[quarters[0]].value == 40
    mine = results.by_division[0]
    division = next(one for one in divisions if one.pk == mine.divisions[0])
    assert figure("surveys.answers").compute(quarters, division)[quarters[3]].value == mine.n


def test_bars_go_from_worst_to_best_and_add_up(open_survey: Survey, cast: Cast) -> None:
    fill(open_survey, 30, 5, [None])
    close(open_survey, by=cast.secretary)
    bars = bars_of(read_results(open_survey))
    assert [part.look for part in bars["S2"].parts] == [0, 1, 2, 3]
    assert bars["S2"].parts[0].value == 0
    assert sum(part.n for part in bars["S1"].parts) == 30
    assert Distribution.of("yes_no", [(1, 3), (0, 1)], reversed_=True).mean == Decimal("25.00")


def test_a_figure_tells_no_division_that_the_page_merges(cast: Cast) -> None:
    made = version(cast.secretary)
    quarter = FiscalQuarter(FiscalYear(2567), 1)
    days = {"opens_on": quarter.start, "closes_on": quarter.end}
    held = survey(made, today(), fiscal_year=2567, quarter=1, **days)
    first, second, third = Division.objects.all()[:3]
    for division, many in ((first, 20), (second, 10), (third, 1)):
        fill(held, many, many, [division])
    count_rest(held)
    shown = [group.divisions for group in read_results(held).by_division]
    assert shown == [(first.pk,), (third.pk, second.pk)] or shown == [(first.pk,), (second.pk, third.pk)]
    for key in ("surveys.answers", "surveys.satisfaction", "surveys.satisfied_share"):
        told = {one.pk: figure(key).compute([quarter], one)[quarter].value for one in (first, second, third)}
        assert told[first.pk] is not None
        assert (told[second.pk], told[third.pk]) == (None, None)
