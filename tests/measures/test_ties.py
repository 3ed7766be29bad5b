"""Portals filled by an earlier version show the figures of this one; what a person has chosen stays."""

from __future__ import annotations

import pghistory
import pytest
from django.test import Client

from measures.exporting import plan_data
from measures.import_measures import MeasureStore
from measures.importing import store_plan
from measures.indicators import indicators
from measures.models import Measure, Plan, PlanVersion
from measures.reading import published_plan as read
from measures.services import publish_plan, roll_forward
from measures.ties import own_plan, tie_measures
from tests.cast import Cast

from .figures import KEY, counting

KNOWN = {key.partition(".")[0] for key in indicators.keys()}  # noqa: SIM118 - a registry is no dict


def ties() -> dict[str, list[str]]:
    """What this portal ties the real plan's measures to, by their text."""
    return {measure.text: list(measure.indicators) for area in own_plan().areas for measure in area.measures}


@pytest.fixture
def old(cast: Cast) -> Plan:
    """The real plan as an earlier version had stored and published it: with few ties, which it kept in the content."""
    plan = own_plan()
    bare = plan.with_ties({"": ("measures.reported",)})
    store_plan(bare, by=cast.secretary)
    stored = Plan.objects.get()
    data = plan_data(stored)
    PlanVersion.objects.create(
        plan=stored, fiscal_year=2567, number=1, content=data.to_dict(), digest="0" * 64, published_by=cast.secretary
    )
    return stored


def test_untouched_measures_get_the_figures_of_today(old: Plan, cast: Cast) -> None:
    page = Client()
    before = page.get("/measures/2567/areas/3/").content.decode()
    changed = tie_measures()
    assert changed == sum(keys != ["measures.reported"] for keys in ties().values())
    assert {measure.text: measure.indicators for measure in Measure.objects.all()} == ties()
    assert tie_measures() == 0
    # The published page shows them at once, and the document that was published is the same one.
    after = page.get("/measures/2567/areas/3/").content.decode()
    assert "complaints/places/" in after
    assert "complaints/places/" not in before
    assert publish_plan(plan=old, by=cast.secretary).number == 1
    assert any(measure.indicators for area in read(2567, ties=True).data.areas for measure in area.measures)


def test_what_a_person_chose_stays(old: Plan, cast: Cast) -> None:
    first, second, third = Measure.objects.order_by("area__number", "position")[:3]
    with pghistory.context(user=cast.secretary.pk):
        first.indicators = []
        first.save()
        second.indicators = ["measures.evidence"]
        second.save()
        second.indicators = ["measures.reported"]  # and back: that is a choice, too
        second.save()
        third.schedule = "ทุกๆ ไตรมาส"
        third.save()
    tie_measures()
    for measure in (first, second, third):
        measure.refresh_from_db()
    assert (first.indicators, second.indicators) == ([], ["measures.reported"])
    assert third.indicators == ties()[third.text]
    # The step itself is no person: ties that come later are added to it.
    with counting():
        Measure.objects.filter(pk=third.pk).update(text="อื่น")
        assert tie_measures() == 0


def test_a_plan_of_the_next_year_is_tied_too(old: Plan, cast: Cast) -> None:
    rolled = roll_forward(plan=old, by=cast.secretary)
    tie_measures()
    found = Measure.objects.filter(area__plan=rolled)
    assert {measure.text: measure.indicators for measure in found} == ties()


def test_a_file_without_figures_says_nothing_of_them(old: Plan, cast: Cast) -> None:
    tie_measures()
    store_plan(plan_data(old).official, by=cast.secretary)
    assert {measure.text: measure.indicators for measure in Measure.objects.all()} == ties()


def test_figures_of_an_app_that_offers_none_yet_may_be_named(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    store = object.__new__(MeasureStore)
    store.divisions = {}
    measure = own_plan().areas[0].measures[0]

    def refused(key: str) -> bool:
        from dataclasses import replace

        return bool(store._unknown(replace(measure, divisions=(), indicators=(key,))))

    assert refused("measures.nothing")
    assert refused("nowhere.figure")
    monkeypatch.setattr(indicators, "_items", {key: one for key, one in indicators._items.items() if "measures" in key})
    assert not refused("surveys.answers")
    assert KEY not in indicators.keys()  # noqa: SIM118
