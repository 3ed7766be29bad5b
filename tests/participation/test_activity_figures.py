"""Figures, report, tasks, reminders and examples of activities."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.test import Client
from pypdf import PdfReader

from ita_portal.fiscal import FiscalQuarter, FiscalYear, today
from measures.indicators import indicators
from organization.models import Division
from participation import activity_tasks
from participation.activity_choices import ActivityAct as Act
from participation.activity_elements import OFFICIAL
from participation.demonstration_activities import demonstrate_activities
from participation.models import Activity, ActivityPhoto, ActivityVersion

from ..cast import Cast
from .activities import PAST, announced, complete, done, draft, held

pytestmark = pytest.mark.django_db
KEYS = ("participation.activities", "participation.took_part")
YEAR = FiscalYear(2569)


def values(key: str, division: Division | None = None) -> list[object]:
    """The figures of the four quarters of 2569."""
    found = next(one for one in indicators if one.key == key).compute(YEAR.quarters, division)
    return [found[quarter].value for quarter in YEAR.quarters]


def test_figures_and_where_to_check_them(cast: Cast, client: Client) -> None:
    complete(cast.staff)
    complete(cast.staff2, division=cast.staff2.division, starts_on=dt.date(2025, 12, 31))
    held(cast.staff)
    draft(cast.staff)
    done(complete(cast.staff), Act.WITHDRAW, cast.staff, "ซ้ำ")
    assert (values(KEYS[0]), values(KEYS[1])) == ([1, 1, 0, 0], [50, 50, 0, 0])
    assert (values(KEYS[0], cast.staff.division), values(KEYS[1], cast.staff.division)) == ([0, 1, 0, 0], [0, 50, 0, 0])
    second = FiscalQuarter(YEAR, 2)
    told = [next(one for one in indicators if one.key == key) for key in KEYS]
    assert all(one.by_division and one.compute([FiscalQuarter(FiscalYear(2600), 1)], None) == {} for one in told)
    figures = [one.compute([second], cast.staff.division)[second] for one in told]
    assert figures[0].url == figures[1].url
    tally = client.get(figures[0].url).context["tally"]
    assert [figure.value for figure in figures] == [tally.activities, tally.people]


def test_the_report_has_the_four_elements(cast: Cast, client: Client) -> None:
    complete(cast.staff, title="ประชาคม # *ลำคลอง*", result="ผลที่ 1")
    held(cast.staff, title="รอผล")
    draft(cast.staff, title="ร่างลับ")
    answer = client.get("/participation/activities/2569/report.pdf?digits=arabic")
    assert answer["Content-Type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    plain = "".join(text.split())
    for words in (*OFFICIAL, "ประชาคม#*ลำคลอง*", "ผลที่1", "รวม50คน", "รอผล", "2569"):
        assert "".join(words.split()) in plain, words
    assert "ร่างลับ" not in plain


def test_what_waits(cast: Cast) -> None:
    """Whoever may write it is asked what became of it, then for the result; Mondays by mail."""
    assert list(activity_tasks.writers_tasks(cast.staff)) == []
    passed = announced(cast.staff, days=2)
    monday = today() + dt.timedelta(days=7 - today().weekday() + 7)
    assert list(activity_tasks.writers_reminders(monday)) != []
    assert list(activity_tasks.writers_reminders(monday + dt.timedelta(days=1))) == []
    Activity.objects.filter(pk=passed.pk).update(ends_on=today() - dt.timedelta(days=1), starts_on=PAST)
    held(cast.staff, starts_on=today() - dt.timedelta(days=7), ends_on=today() - dt.timedelta(days=7))
    held(cast.staff, starts_on=today() - dt.timedelta(days=6), ends_on=today() - dt.timedelta(days=6))
    late = held(cast.staff)
    for person, expected in ((cast.staff, [(1, False), (2, True)]), (cast.secretary, [(1, False), (2, True)]),
                             (cast.staff2, []), (cast.mayor, [])):  # fmt: skip
        assert [(task.count, task.late) for task in activity_tasks.writers_tasks(person)] == expected
    reminded = {(one.user.username, one.count) for one in activity_tasks.writers_reminders(monday)}
    assert reminded >= {("staff", 1), ("staff", 3), ("head", 1), ("secretary", 3)}
    assert not {name for name, _count in reminded} & {"staff2", "mayor", "admin"}
    assert late.state == "held"


def test_examples(cast: Cast, client: Client) -> None:
    """Every quarter of the real plan's year, of the year before the present one, and what is to come; added once."""
    Division.objects.filter(name="กองการศึกษา").update(short_name="กองการศึกษา")
    demonstrate_activities()
    before = (Activity.objects.count(), ActivityVersion.objects.count(), ActivityPhoto.objects.count())
    demonstrate_activities()
    assert before == (Activity.objects.count(), ActivityVersion.objects.count(), ActivityPhoto.objects.count())
    assert before[0] >= 17
    assert all("[ตัวอย่าง]" in title for title in Activity.objects.values_list("title", flat=True))
    for year in (2567, 2569):
        found = [
            next(one for one in indicators if one.key == key).compute(FiscalYear(year).quarters, None) for key in KEYS
        ]
        assert all(figure.value for figures in found for figure in figures.values()), year
    states = set(Activity.objects.values_list("state", flat=True))
    assert states == {"draft", "announced", "postponed", "cancelled", "held", "complete"}
    assert client.get("/participation/activities/").status_code == 200
