"""What runs within a portal's process on surveys of one size: `python -m bench.surveys_inside`, one order a line.

Orders and answers are JSON on standard input and output: {"do": "fill", "answers": 10000}, until it ends.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

_FILL = """
INSERT INTO surveys_ballot (id, survey_id, way, division_id, choices, remarks)
SELECT gen_random_uuid(), %(survey)s,
       CASE WHEN random() < 0.3 THEN 'single_use' ELSE 'open_link' END,
       (%(divisions)s::bigint[])[1 + floor(random() * %(many)s)::int],
       (SELECT jsonb_object_agg(code, floor(random() * 4 + number * 0)::int) FROM unnest(%(codes)s::text[]) code), '{}'
  FROM generate_series(1, %(answers)s) number
"""


def main() -> None:
    import django

    django.setup()
    from .budget_inside import ask, queries

    real, sys.stdout = sys.stdout, sys.stderr
    acts: dict[str, Callable[..., Any]] = {
        "open": open_survey, "counted": counted, "fill": fill, "ask": ask, "queries": queries,
    }  # fmt: skip
    for line in sys.stdin:
        order = json.loads(line)
        answer = acts[order.pop("do")](**order)
        print(json.dumps(answer, ensure_ascii=False, default=str), file=real, flush=True)


def _set_up() -> Any:
    """A migrated database with the demonstration's people and the municipality's questionnaires; the secretary."""
    from django.core.management import call_command

    from organization.models import User
    from organization.portal_data import demonstration_password, install_cast, install_municipality
    from surveys.portal_data import install

    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    install_municipality()
    install_cast(demonstration_password())
    install()
    return User.objects.get(username="secretary")


def _fresh(by: Any) -> Any:
    """A survey that nobody has answered: those of before are out of the way."""
    import datetime as dt

    from ita_portal.fiscal import today
    from surveys.models import Version
    from surveys.services.surveys import open_occasion

    version = Version.objects.published().filter(questionnaire__slug="satisfaction").order_by("-number")[0]
    return open_occasion(version, "วัดสมรรถนะ", today(), today() + dt.timedelta(days=2), by=by)


def open_survey(slips: int) -> dict[str, Any]:
    """A survey with so many slips: its address, questions (code, choices), divisions and codes."""
    from django.urls import reverse

    from organization.models import Division
    from surveys.choices import LEVELS, Kind
    from surveys.services.surveys import MOST_SLIPS, print_slips

    by = _set_up()
    survey = _fresh(by)
    codes: list[str] = []
    while len(codes) < slips:
        codes += print_slips(survey, min(MOST_SLIPS, slips - len(codes)), "เคาน์เตอร์", by=by)[1]
    questions = survey.version.questions.exclude(kind=Kind.TEXT)
    return {
        "path": reverse("surveys:answer", args=[survey.code]),
        "questions": [(one.code, LEVELS if one.kind == Kind.LEVELS else 2) for one in questions],
        "divisions": [str(pk) for pk in Division.objects.filter(active=True).values_list("pk", flat=True)] + [""],
        "slips": codes,
    }


def counted() -> dict[str, dict[str, int]]:
    """Close the survey that was opened last; its counts by way and division, and by code and choice."""
    from organization.models import User
    from surveys.models import Survey, Tally, Turnout
    from surveys.services.surveys import close

    survey = close(Survey.objects.latest("pk"), by=User.objects.get(username="secretary"))
    turnout = Turnout.objects.filter(survey=survey).values_list("way", "division", "n")
    tally = Tally.objects.filter(survey=survey).values_list("way", "division", "code", "choice", "n")
    return {
        "turnout": {f"{way} {division or ''}": n for way, division, n in turnout},
        "tally": {f"{way} {division or ''} {code} {choice}": n for way, division, code, choice, n in tally},
    }


def fill(answers: int) -> dict[str, str]:
    """A survey of the quarter with so many answers, counted; the addresses that are measured."""
    from django.db import connection
    from django.db.models import Sum
    from django.urls import reverse

    from ita_portal.fiscal import FiscalQuarter
    from organization.models import Division
    from surveys.choices import Kind
    from surveys.models import Questionnaire, Turnout
    from surveys.services.counting import TOGETHER, count_ready
    from surveys.services.surveys import open_quarter

    by = _set_up()
    survey = open_quarter(Questionnaire.objects.get(slug="satisfaction"), FiscalQuarter.current(), by=by)
    there = Turnout.objects.filter(survey=survey).aggregate(n=Sum("n"))["n"] or 0
    if there < answers - TOGETHER:
        divisions = list(Division.objects.filter(active=True).values_list("pk", flat=True))
        codes = list(survey.version.questions.exclude(kind=Kind.TEXT).values_list("code", flat=True))
        with connection.cursor() as cursor:
            cursor.execute(
                _FILL,
                {"survey": survey.pk, "divisions": divisions, "many": len(divisions), "codes": codes,
                 "answers": answers - there},
            )  # fmt: skip
        count_ready(survey.pk)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE surveys_ballot, surveys_tally, surveys_turnout")
    names = ("results", "results_json", "answer")
    found = {name: reverse(f"surveys:{name}", args=[survey.code]) for name in names}
    return found | {name: reverse(f"surveys:{name}") for name in ("list", "overview")}


if __name__ == "__main__":
    main()
