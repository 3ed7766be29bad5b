"""A live figure used as evidence stays what it was: one piece a value, a digest that anybody can recompute."""

from __future__ import annotations

import hashlib
import io
import json
import threading
from collections.abc import Iterator

import pytest
from django.db import InternalError, connection, transaction
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from ita_portal.fiscal import FiscalQuarter, FiscalYear
from measures import frozen
from measures.choices import ProgressStatus
from measures.frozen import canonical, freeze_figures
from measures.models import Evidence, Measure, Plan, Progress
from measures.services import adopt_share, publish_progress, save_progress
from organization.models import Division
from tests.cast import Cast
from tests.races import at_once

from .figures import KEY, PLAIN, Counter, counting

QUARTER = FiscalQuarter(FiscalYear(2567), 2)
DESK = "/admin/measures/progress/?year=2567&quarter=2"
SHARES = "/measures/shares/?year=2567&quarter=2"


@pytest.fixture
def counter() -> Iterator[Counter]:
    with counting() as found:
        found.values = {(2, ""): 126, (2, "กองช่าง"): 32}
        yield found


@pytest.fixture
def measure(published_plan: Plan, counter: Counter) -> Measure:
    found = Measure.objects.get(area__plan=published_plan, area__number=1)
    found.indicators = [KEY]
    found.save()
    return found


def typed(measure: Measure, **said: object) -> dict[str, object]:
    values = {"status": "not_started", "result": "", "obstacles": "", "next_step": "", "link": "", "revision": 0} | said
    return {f"m{measure.public_id}-{name}": value for name, value in values.items()}


def freeze(measure: Measure, by: object, **options: object) -> frozen.Frozen:
    return freeze_figures(measures=[measure], quarter=QUARTER, division=None, by=by, **options)  # type: ignore[arg-type]


def test_one_button_freezes_a_figure_into_the_report(measure: Measure, counter: Counter, cast: Cast) -> None:
    client = cast.client("secretary")
    page = client.get(DESK).content.decode()
    assert f'name="freeze" value="{measure.public_id}|{KEY}"' in page
    form = page[page.index("csrfmiddlewaretoken") :]
    assert form.index('name="save"') < form.index('name="freeze"')  # the Enter key saves and freezes nothing
    assert client.post(DESK, typed(measure) | {"freeze": f"{measure.public_id}|{KEY}"}).status_code == 302
    report = Progress.objects.get(measure=measure, quarter=2, division=None)
    assert (report.status, report.revision) == (ProgressStatus.IN_PROGRESS, 1)
    (proof,) = report.evidence.all()
    assert proof.is_figure
    said = {name: proof.record[name] for name in ("key", "value", "unit", "fiscal_year", "quarter", "division", "url")}
    assert said == {
        "key": KEY, "value": 126, "unit": "คน", "fiscal_year": 2567, "quarter": 2, "division": None,
        "url": "/measures/2567/figures/",
    }  # fmt: skip
    assert proof.record["query"] == "tests.measures.figures:Counter.compute"
    assert proof.record["explanation"] == "นับจากผู้ตอบ"
    assert proof.sha256 == hashlib.sha256(canonical(proof.record)).hexdigest()
    # What was typed in the same form is saved first; nothing that is there already comes twice.
    words = typed(measure, result="สำรวจแล้ว", status="done", revision=1)
    client.post(DESK, words | {"freeze": f"{measure.public_id}|{KEY}"})
    report.refresh_from_db()
    assert (report.result, report.evidence.count(), report.revision) == ("สำรวจแล้ว", 1, 2)
    assert "หลักฐานของรายงานนี้" in (shown := client.get(DESK).content.decode()) or "evidence of this report" in shown


def test_a_changed_figure_adds_a_piece_and_changes_none(measure: Measure, counter: Counter, cast: Cast) -> None:
    (first,) = freeze(measure, cast.secretary).added
    before = Evidence.objects.filter(pk=first.pk).values().get()
    counter.values[2, ""] = 131
    assert [proof.record["value"] for proof in freeze(measure, cast.secretary).added] == [131]
    again = freeze(measure, cast.secretary)
    assert (again.added, again.same) == ([], 1)
    counter.values[2, ""] = 126  # back again: that is news, too
    assert len(freeze(measure, cast.secretary).added) == 1
    assert Evidence.objects.filter(pk=first.pk).values().get() == before


def test_the_database_lets_nobody_change_a_piece(measure: Measure, cast: Cast) -> None:
    (proof,) = freeze(measure, cast.secretary).added
    with connection.cursor() as cursor:
        for change in ("record = jsonb_set(record, '{value}', '999')", f"sha256 = '{'0' * 64}'", "title = 'อื่น'"):
            with pytest.raises(InternalError), transaction.atomic():
                cursor.execute(f"UPDATE measures_evidence SET {change} WHERE id = %s", [proof.pk])
        with pytest.raises(InternalError), transaction.atomic():
            cursor.execute("DELETE FROM measures_evidence WHERE id = %s", [proof.pk])
        cursor.execute("UPDATE measures_evidence SET withdrawn_at = now() WHERE id = %s", [proof.pk])


def test_all_figures_of_a_quarter_at_once(measure: Measure, counter: Counter, cast: Cast) -> None:
    """Unknown ones prove nothing; a measure that the plan does not schedule has no report of the quarter."""
    other = Measure.objects.filter(area__number=2, all_divisions=True).get()
    other.indicators = [PLAIN, KEY]
    other.quarters = [1, 3, 4]
    other.save()
    divisions = Measure.objects.get(all_divisions=False)
    divisions.indicators = ["surveys.nothing_yet"]
    divisions.save()
    client = cast.client("secretary")
    assert client.post(DESK, {"freeze": "*"}).status_code == 302
    assert [proof.progress.measure for proof in Evidence.objects.all()] == [measure]
    counter.values[2, ""] = None
    assert client.post(DESK, {"freeze": "*"}).status_code == 302
    assert Evidence.objects.count() == 1
    for nonsense in ("x|y|z", f"{measure.public_id}|no.such", "\x00", "no-such-measure"):
        assert client.post(DESK, {"freeze": nonsense}).status_code == 302
    assert Evidence.objects.count() == 1


def test_a_division_freezes_its_own_figure(measure: Measure, counter: Counter, cast: Cast) -> None:
    client = cast.client("staff")
    assert "32" in client.get(SHARES).content.decode()
    assert client.post(SHARES, typed(measure) | {"freeze": measure.public_id}).status_code == 302
    share = Progress.objects.get(measure=measure, division=cast.staff.division)
    (proof,) = share.evidence.all()
    assert (proof.record["division"], proof.record["value"]) == ("กองช่าง", 32)
    page = f"/measures/evidence/{proof.public_id}/"
    assert [client.get(page).status_code, cast.client("staff2").get(page).status_code] == [200, 404]
    assert [cast.client("mayor").get(page).status_code, Client().get(page).status_code] == [403, 404]
    whole = adopt_share(share=share, by=cast.secretary)
    (taken,) = whole.evidence.all()
    assert (taken.record, taken.sha256) == (proof.record, proof.sha256)


def published(measure: Measure, cast: Cast) -> Evidence:
    """A figure in a published report."""
    (proof,) = freeze(measure, cast.secretary).added
    report = Progress.objects.get(pk=proof.progress_id)
    save_progress(
        measure=measure, quarter=2, division=None, by=cast.secretary, revision=report.revision, status="done",
        result="สำรวจแล้ว",
    )  # fmt: skip
    publish_progress(reports=[report], by=cast.secretary)
    return proof


def test_the_public_page_says_what_it_was_and_what_it_is(measure: Measure, counter: Counter, cast: Cast) -> None:
    proof = published(measure, cast)
    counter.values[2, ""] = 140
    page = Client().get(f"/en/measures/evidence/{proof.public_id}/").content.decode()
    for words in ("126", "140", "It has changed since", "The record is whole", proof.sha256, "Counter.compute"):
        assert words in page
    assert f"/en/measures/2567/figures/{KEY}/" in page
    raw = Client().get(f"/measures/evidence/{proof.public_id}/record.json")
    assert hashlib.sha256(raw.content).hexdigest() == proof.sha256
    told = Client().get(f"/measures/evidence/{proof.public_id}.json").json()
    assert (told["sha256"], told["record"]) == (proof.sha256, json.loads(raw.content))
    assert "126" in Client().get(f"/measures/2567/figures/{KEY}/").content.decode() or counter.values[2, ""] == 140
    assert Client().get("/measures/2567/figures/no.such/").status_code == 404


def test_the_report_tells_the_portal_s_figures_from_people_s_words(
    measure: Measure, counter: Counter, cast: Cast
) -> None:
    proof = published(measure, cast)
    counter.values |= {(2, ""): 140, (1, ""): 7}
    client = Client()
    entries = client.get("/measures/2567/report.json").json()["areas"][0]["measures"][0]["progress"]
    second = entries[1]
    assert [list(figure) for figure in second["indicators"]] == [["key", "name", "value", "unit", "url"]]
    assert [second["indicators"][0]["value"], second["frozen"][0]["value"]] == [140, 126]
    assert second["evidence"] == [
        {"title": proof.title, "url": f"http://testserver/measures/evidence/{proof.public_id}/", "sha256": proof.sha256}
    ]
    assert second["frozen"][0]["url"] == second["evidence"][0]["url"]
    # A quarter of which nobody has written anything tells its figure all the same.
    assert (entries[0]["result"], entries[0]["indicators"][0]["value"]) == ("", 7)
    area = client.get("/measures/2567/areas/1/").content.decode()
    assert proof.sha256[:12] in area
    assert f"/measures/evidence/{proof.public_id}/" in area
    table = client.get("/measures/2567/report.csv").content.decode("utf-8-sig")
    assert proof.sha256 in table
    book = load_workbook(io.BytesIO(client.get("/measures/2567/report.xlsx").content))
    rows = list(book["ข้อมูลจากระบบ"].iter_rows(values_only=True))
    told = [(row[2], row[4], row[7]) for row in rows if row[3] == f"จำนวน {KEY}" and isinstance(row[4], int)]
    assert told == [(1, 7, "ปัจจุบัน"), (2, 140, "ปัจจุบัน"), (2, 126, "ใช้เป็นหลักฐาน")]


def test_a_suggestion_is_offered_and_never_saved(measure: Measure, counter: Counter, cast: Cast) -> None:
    client = cast.client("secretary")
    page = client.get(DESK).content.decode()
    assert f"ในไตรมาสที่ 2 ปีงบประมาณ พ.ศ. 2567 ข้อมูลจากระบบแสดงว่า จำนวน {KEY} 126 คน" in page
    client.post(DESK, typed(measure, status="in_progress"))
    assert Progress.objects.get(measure=measure).result == ""


def test_figures_by_division_on_the_area_s_page(measure: Measure, counter: Counter) -> None:
    pages = {
        name: Client().get(f"/measures/2567/areas/1/{name}")
        for name in ("", "?division=กองช่าง", "?division=กองคลัง", "?division=ไม่มี")
    }
    first = {
        name: [
            [figure.value for figure in cell.figures] for cell in page.context["area"].rows[0].cells
        ][1]
        for name, page in pages.items()
    }  # fmt: skip
    assert first == {"": [126], "?division=กองช่าง": [32], "?division=กองคลัง": [None], "?division=ไม่มี": [126]}


@pytest.mark.parametrize("measures", [1, 12])
def test_the_page_of_the_quarter_asks_each_figure_once(
    measure: Measure, counter: Counter, cast: Cast, measures: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    from tests.factories import MeasureFactory

    MeasureFactory.create_batch(measures, area=measure.area, indicators=[KEY, PLAIN])
    client = cast.client("secretary")
    client.get("/staff/")
    counter.calls = 0
    with django_assert_max_num_queries(16):
        client.get(DESK)
    assert counter.calls == 2
    counter.calls = 0
    with django_assert_max_num_queries(18):
        assert client.post(DESK, {"freeze": "nothing"}).status_code == 302


def test_what_the_admin_shows_of_a_measure(measure: Measure, counter: Counter, cast: Cast) -> None:
    client, page = cast.client("secretary"), f"/admin/measures/measure/{measure.pk}/change/"
    assert "<strong>126</strong>" in client.get(page).content.decode()
    division = Division.objects.get(name="กองช่าง")
    assert "<strong>32</strong>" in client.get(f"{page}?division={division.pk}").content.decode()
    assert client.get(f"{page}?division=x").status_code == 200


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    """Two people press the button at the same moment."""

    def test_open_without_the_lock(self, measure: Measure, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        Progress.objects.create(measure=measure, quarter=2, updated_by=cast.secretary)
        both = threading.Barrier(2, timeout=30)
        last = frozen._last_records

        def unlocked(*_args: object) -> dict[int, Progress]:
            return {measure.pk: Progress.objects.get(measure=measure)}

        def read_together(reports: object) -> object:
            found = last(reports)  # type: ignore[arg-type]
            both.wait()
            return found

        monkeypatch.setattr(frozen, "_locked_reports", unlocked)
        monkeypatch.setattr(frozen, "_last_records", read_together)
        at_once(lambda: freeze(measure, cast.secretary), lambda: freeze(measure, cast.mayor))
        assert Evidence.objects.count() == 2, "the same figure twice"

    def test_closed_by_the_lock(self, measure: Measure, cast: Cast) -> None:
        done = at_once(lambda: freeze(measure, cast.secretary), lambda: freeze(measure, cast.mayor))
        assert sorted(len(one.added) for one in done) == [0, 1]
        assert Evidence.objects.count() == 1
