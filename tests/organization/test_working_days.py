"""Working days: Thai holidays, days off of the municipality, and how these came down from the complaint channel."""

import datetime as dt

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from ita_portal.page_cache import generations
from organization.models import Holiday
from organization.working_days import add_working_days, first_working_day, is_working_day
from tests.cast import Cast

D = dt.date
ADMIN = "/admin/organization/holiday/"


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (D(2026, 1, 5), True),  # Monday
        (D(2026, 1, 3), False), (D(2026, 1, 4), False),  # the weekend
        (D(2026, 1, 1), False),  # new year
        (D(2026, 4, 13), False), (D(2026, 4, 14), False), (D(2026, 4, 15), False),  # Songkran
        (D(2026, 4, 6), False),  # Chakri day
        (D(2026, 12, 10), False),  # constitution day
    ],
)  # fmt: skip
def test_working_days(day: dt.date, works: bool) -> None:
    assert is_working_day(day) is works


def test_a_day_off_of_the_municipality() -> None:
    assert not is_working_day(D(2026, 1, 5), frozenset({D(2026, 1, 5)}))


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (D(2026, 1, 5), D(2026, 1, 5)),
        (D(2026, 1, 10), D(2026, 1, 12)),  # a Saturday
        (D(2026, 4, 11), D(2026, 4, 16)),  # the Saturday before Songkran
        (D(2026, 1, 20), D(2026, 1, 21)),  # off in this municipality
    ],
)
def test_the_first_working_day(db: None, day: dt.date, first: dt.date) -> None:
    Holiday.objects.create(day=D(2026, 1, 20), name="วันหยุดพิเศษ")
    assert first_working_day(day) == first


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (D(2026, 1, 5), 0, D(2026, 1, 5)),
        (D(2026, 1, 5), 1, D(2026, 1, 6)),  # the day itself does not count
        (D(2026, 1, 9), 1, D(2026, 1, 12)),
        (D(2026, 1, 10), 1, D(2026, 1, 12)),  # from a day off
        (D(2026, 1, 19), 2, D(2026, 1, 22)),  # one between is off in this municipality
    ],
)
def test_adding_working_days(db: None, day: dt.date, count: int, last: dt.date) -> None:
    Holiday.objects.create(day=D(2026, 1, 20), name="วันหยุดพิเศษ")
    assert add_working_days(day, count) == last


def test_a_day_off_once(db: None) -> None:
    Holiday.objects.create(day=D(2026, 1, 5), name="x")
    with pytest.raises(IntegrityError, match="organization_holiday_day_key"), transaction.atomic():
        Holiday.objects.create(day=D(2026, 1, 5), name="y")


def test_a_day_off_is_entered_and_shown_in_thai(cast: Cast) -> None:
    client = cast.client("admin")
    assert client.post(f"{ADMIN}add/", {"day": "2026-10-23", "name": "วันหยุด"}).status_code == 302
    assert Holiday.objects.count() == 1
    assert "23 ตุลาคม 2569" in client.get(ADMIN).content.decode()


def test_public_pages_are_made_anew(db: None) -> None:
    def raised() -> int:
        return generations().get("organization", 0)

    before = raised()
    holiday = Holiday.objects.create(day=D(2026, 1, 5), name="x")
    Holiday.objects.update(name="y")
    holiday.delete()
    assert raised() == before + 3


def test_what_the_channel_knew_is_kept(db: None) -> None:
    """The move, back and forth: the rows, and the content type on which permissions and history hang."""
    loader = MigrationLoader(connection)
    move = loader.get_migration("organization", "0005_holidays")
    before = loader.project_state(move.dependencies)
    kind = ContentType.objects.get(app_label="organization", model="holiday")
    Holiday.objects.create(day=D(2026, 1, 7), name="วันหยุดท้องถิ่น")

    with connection.schema_editor() as editor:
        move.unapply(before.clone(), editor)
    kind.refresh_from_db()
    assert kind.app_label == "complaints"
    old = before.apps.get_model("complaints", "Holiday")
    old.objects.create(day=D(2026, 1, 8), name="วันหยุดพิเศษ")

    with connection.schema_editor() as editor:
        move.apply(before.clone(), editor)
    kind.refresh_from_db()
    assert kind.app_label == "organization"
    Holiday.objects.create(day=D(2026, 1, 9), name="x")
    assert [day.day for day in Holiday.objects.values_list("day", flat=True)] == [7, 8, 9]
