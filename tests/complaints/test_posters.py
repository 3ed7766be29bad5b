"""Where the poster hangs: written down once, one tap a look, told to everybody without a name."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from complaints.choices import PlaceKind
from complaints.models import PosterCheck, PosterPlace
from complaints.poster_examples import demonstrate_posters
from complaints.posters import add_place, places_seen, see_poster
from complaints.tasks import posters_of_many, posters_that_wait
from ita_portal.fiscal import BANGKOK, FiscalQuarter, FiscalYear
from measures.indicators import indicators
from tests.cast import Cast

DESK = "/complaints/posters/"
DAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 11, 23, 10, tzinfo=BANGKOK), tick=False):
        yield


@pytest.fixture
def place(cast: Cast) -> PosterPlace:
    return add_place(name="บอร์ดหน้าสำนักงาน", kind=PlaceKind.BOARD, by=cast.integrity, day=DAY)


def picture() -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (20, 20), "navy").save(buffer, "JPEG")
    return SimpleUploadedFile("ป้าย.jpg", buffer.getvalue(), "image/jpeg")


def test_a_place_is_added_once(cast: Cast) -> None:
    client = cast.client("integrity")
    said = {"name": "  ตลาดสด   เทศบาล ", "kind": "other"}
    assert [client.post(f"{DESK}add/", said).status_code for _time in range(2)] == [302, 302]
    assert PosterPlace.objects.get().name == "ตลาดสด เทศบาล"
    other = client.post(f"{DESK}add/", said | {"kind": "board"})
    assert other.status_code == 422
    assert "ตลาดสด" in other.content.decode()
    for wrong in (
        {},
        {"name": "", "kind": "board"},
        {"name": "ก", "kind": "moon"},
        {"name": "ก" * 300, "kind": "board"},
    ):
        assert client.post(f"{DESK}add/", wrong).status_code == 422
    assert PosterPlace.objects.count() == 1


def test_one_tap_and_the_last_word_of_the_day(place: PosterPlace, cast: Cast) -> None:
    client, page = cast.client("secretary"), f"{DESK}{place.pk}/seen/"
    assert len(list(posters_that_wait(cast.secretary))) == 1
    assert client.get(page).status_code == 405
    assert [client.post(page, {"readable": "yes"}).status_code for _time in range(2)] == [302, 302]
    assert list(PosterCheck.objects.values_list("day", "readable", "by")) == [(DAY, True, cast.secretary.pk)]
    assert not list(posters_that_wait(cast.secretary))
    client.post(page, {"readable": "no"})
    assert PosterCheck.objects.get().readable is False
    assert client.post(page, {"readable": "perhaps"}).status_code == 422
    assert client.post(f"{DESK}999/seen/").status_code == 404
    assert client.get(DESK).status_code == 200


def test_a_photo_is_a_picture_and_stays_inside(place: PosterPlace, cast: Cast) -> None:
    client, page = cast.client("integrity"), f"{DESK}{place.pk}/seen/"
    wrong = client.post(page, {"photo": SimpleUploadedFile("a.txt", b"text")})
    assert wrong.status_code == 422
    assert not PosterCheck.objects.exists()
    assert client.post(page, {"photo": picture()}).status_code == 302
    photo = f"{DESK}photos/{PosterCheck.objects.get().pk}/"
    shown = client.get(photo)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    shown.getvalue()
    assert [cast.client(name).get(photo).status_code for name in ("staff", "citizen")] == [403, 302]


def test_who_may_keep_the_places(place: PosterPlace, cast: Cast) -> None:
    codes = {name: cast.client(name).get(DESK).status_code for name in ("integrity", "secretary", "mayor", "admin")}
    assert codes == {"integrity": 200, "secretary": 200, "mayor": 403, "admin": 403}
    assert cast.client("staff").post(f"{DESK}{place.pk}/seen/").status_code == 403


def test_a_place_given_up_keeps_what_was_seen(place: PosterPlace, cast: Cast) -> None:
    see_poster(place=place, by=cast.integrity, day=DAY)
    client = cast.client("integrity")
    client.post(f"{DESK}{place.pk}/state/", {"active": "no"})
    assert not list(posters_that_wait(cast.integrity))
    assert place.name in Client().get("/complaints/places/").content.decode()
    assert places_seen([FiscalQuarter.of(DAY)])[FiscalQuarter.of(DAY)] == 1
    client.post(f"{DESK}{place.pk}/state/", {"active": "yes"})
    assert PosterPlace.objects.get().active


def test_everybody_reads_where_it_hangs_and_never_who_looked(place: PosterPlace, cast: Cast) -> None:
    client = Client()
    assert "No place of the poster" not in client.get("/en/complaints/places/").content.decode()
    see_poster(place=place, by=cast.integrity, day=DAY)
    page = client.get("/en/complaints/places/").content.decode()
    assert "23 Nov 2569" in page
    assert str(cast.integrity) not in page
    assert (
        "hangs at 1 place; somebody last looked on 23 November 2569" in client.get("/en/complaints/").content.decode()
    )
    for year, code in (("2567", 200), ("๒๕๖๗", 200), ("2571", 404), ("x", 404), ("99999", 404)):
        assert client.get("/complaints/places/", {"year": year}).status_code == code


def test_the_figure_counts_places_seen_and_readable(place: PosterPlace, cast: Cast) -> None:
    other = add_place(name="ตลาดสด", kind=PlaceKind.OTHER, by=cast.integrity, day=DAY)
    for day, one, readable in (
        (dt.date(2026, 10, 1), place, True), (dt.date(2026, 11, 2), place, True), (dt.date(2026, 11, 2), other, False),
        (dt.date(2026, 9, 30), place, True), (dt.date(2026, 9, 30), other, True),
    ):  # fmt: skip
        see_poster(place=one, by=cast.integrity, day=day, readable=readable)
    indicator = indicators.get("complaints.poster_places")
    assert indicator is not None
    quarters = [*FiscalYear(2569).quarters, *FiscalYear(2570).quarters]
    found = indicator.compute(quarters, None)
    assert {str(quarter): figure.value for quarter, figure in found.items()} == {
        "1/2569": 0, "2/2569": 0, "3/2569": 0, "4/2569": 2, "1/2570": 1,
    }  # fmt: skip
    assert Client().get(found[quarters[3]].url).status_code == 200


def test_the_examples_tell_every_quarter_of_2567_and_now(cast: Cast) -> None:
    demonstrate_posters()
    count = PosterCheck.objects.count()
    demonstrate_posters()
    assert PosterCheck.objects.count() == count
    assert list(places_seen(FiscalYear(2567).quarters).values()) == [5, 6, 8, 8]
    assert places_seen([FiscalQuarter.of(DAY)])[FiscalQuarter.of(DAY)] == 6
    assert {task.count for task in posters_that_wait(cast.secretary)} == {2}
    assert set(posters_of_many([cast.secretary, cast.staff, cast.integrity])) == {cast.secretary.pk, cast.integrity.pk}


def test_queries_do_not_grow_with_the_places(place: PosterPlace, cast: Cast) -> None:
    staff = cast.client("integrity")
    counts = []
    for _round in range(2):
        row = []
        for client, page in ((staff, DESK), (Client(), "/complaints/places/")):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            row.append(len(queries))
        counts.append(row)
        for number in range(20):
            one = add_place(name=f"จุดที่ {number}", kind=PlaceKind.BOARD, by=cast.integrity, day=DAY)
            see_poster(place=one, by=cast.integrity, day=DAY - dt.timedelta(days=number * 20))
    assert counts[0] == counts[1]
