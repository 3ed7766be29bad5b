"""Which live figures show which measure of the municipality's own plan at work.

The ties stand in the plan's file beside the measures, but are no part of the official document: pages read them from
the measures as they are today. So a portal whose plan was published long ago shows the figures of apps that came later.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pghistory
from django.apps import apps
from django.db import transaction

from organization.people import portal_user

from .documents.plan_files import read_plan
from .documents.text import tidy
from .importing import division_spellings
from .indicators import indicators
from .models import Measure
from .plan_data import PlanData

PLAN_FILE = Path(__file__).parent / "data" / "plan-2567.yaml"
ACT = "tie_measures"
"""How the change history knows that it was this step, and no person, who named other figures."""


def own_plan() -> PlanData:
    """The municipality's own plan, naming only figures that this portal offers."""
    plan = read_plan(PLAN_FILE.read_bytes(), "yaml", division_spellings())
    areas = tuple(
        replace(
            area,
            measures=tuple(
                replace(measure, indicators=tuple(key for key in measure.indicators if indicators.get(key)))
                for measure in area.measures
            ),
        )
        for area in plan.areas
    )
    return replace(plan, areas=areas)


@transaction.atomic
def tie_measures() -> int:
    """Tie the measures that have the very words of the municipality's own plan to the figures that it names now.

    Of any year: a plan that was rolled forward has the same measures. One whose figures a person has chosen stays as it
    is. Returns how many were changed.
    """
    wanted = {measure.text: list(measure.indicators) for area in own_plan().areas for measure in area.measures}
    behind = [
        measure
        for measure in Measure.objects.select_for_update().order_by("pk")
        if measure.indicators != wanted.get(tidy(measure.text), measure.indicators)
    ]
    if not behind:
        return 0
    chosen = _chosen_by_people({measure.pk for measure in behind})
    left = [measure for measure in behind if measure.pk not in chosen]
    with pghistory.context(user=portal_user().pk, act=ACT):
        for measure in left:
            measure.indicators = wanted[tidy(measure.text)]
            measure.save(update_fields=["indicators"])
    return len(left)


def _chosen_by_people(measures: set[int]) -> set[int]:
    """Those of which the history tells that somebody named other figures than they were entered with."""
    events = (
        apps.get_model("measures", "MeasureEvent")
        .objects.filter(pgh_obj__in=measures)
        .order_by("pgh_id")
        .values_list("pgh_obj_id", "indicators", "pgh_context__metadata")
    )
    last: dict[int, list[str]] = defaultdict(list)
    chosen = set()
    for measure, keys, metadata in events:
        if measure in last and keys != last[measure] and (metadata or {}).get("act") != ACT:
            chosen.add(measure)
        last[measure] = keys
    return chosen
