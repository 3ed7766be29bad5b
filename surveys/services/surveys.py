"""Opening and closing surveys, by themselves and by hand; single-use codes."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from ita_portal.fiscal import FiscalQuarter, FiscalYear
from ita_portal.refusals import RefusedError, require
from organization.models import User

from .. import slips
from ..choices import State
from ..errors import SENTENCES, guarded
from ..models import Questionnaire, Slip, SlipBatch, Survey, Version
from ..querysets import KEEP_SURVEYS
from .counting import count_rest

AHEAD = dt.timedelta(days=14)
"""So long before a quarter begins its survey is prepared, so that its poster can hang on the first day."""
MOST_SLIPS = 2_000


def require_keeper(by: User) -> None:
    """RefusedError for whoever keeps no surveys."""
    require(by.has_perm(KEEP_SURVEYS), "not_yours", _("The Office of the Permanent Secretary does this."))


def prepare_quarters(day: dt.date) -> int:
    """Open the regular surveys of the quarter in which `day` lies, and of the one that begins soon; how many are new.

    They open and close by their days. Run every day, and safe to run again.
    """
    quarters = {FiscalQuarter.of(day), FiscalQuarter.of(day + AHEAD)}
    made = 0
    for questionnaire in Questionnaire.objects.filter(regular=True):
        for quarter in sorted(quarters, key=lambda quarter: quarter.start):
            made += _prepare(questionnaire, quarter) is not None
    return made


def open_quarter(questionnaire: Questionnaire, quarter: FiscalQuarter, *, by: User) -> Survey:
    """The survey of a quarter, made where there is none. RefusedError without a version in use."""
    require_keeper(by)
    made = _prepare(questionnaire, quarter, by=by)
    of_quarter = Survey.objects.filter(fiscal_year=quarter.year.number, quarter=quarter.number)
    found: Survey | None = made or of_quarter.filter(questionnaire=questionnaire).first()
    if found is None:
        raise RefusedError("survey_uses_published", SENTENCES["survey_uses_published"])
    return found


def _prepare(questionnaire: Questionnaire, quarter: FiscalQuarter, by: User | None = None) -> Survey | None:
    newest = questionnaire.versions.filter(state=State.PUBLISHED).order_by("-number").first()
    known = Survey.objects.filter(
        questionnaire=questionnaire, fiscal_year=quarter.year.number, quarter=quarter.number
    )  # fmt: skip
    if newest is None or known.exists():
        return None
    fresh = Survey(
        questionnaire=questionnaire, version=newest, fiscal_year=quarter.year.number, quarter=quarter.number,
        opens_on=quarter.start, closes_on=quarter.end, opened_by=by,
    )  # fmt: skip
    Survey.objects.bulk_create([fresh], ignore_conflicts=True)
    made: Survey | None = Survey.objects.filter(code=fresh.code).first()
    return made


def open_occasion(
    version: Version, title: str, opens_on: dt.date, closes_on: dt.date, *, by: User, form_mark: str | None = None,
    open_link: bool = True,
) -> Survey:  # fmt: skip
    """A survey about an occasion; the same form sent twice is one survey. Who may ask is decided by who calls."""
    title = " ".join(title.split())
    require(bool(title), "survey_occasion_has_title", _("Say what the survey is about."), field="title")
    require(len(title) <= 200, "too_long", _("This is too long."), field="title")
    require(
        closes_on >= opens_on, "survey_days_in_order",
        _("A survey closes on the day on which it opens, or later."), field="closes_on",
    )  # fmt: skip
    with guarded():
        known: Survey | None = Survey.objects.filter(form_mark=form_mark).first() if form_mark else None
        if known is not None:
            return known
        fresh = Survey(
            questionnaire=version.questionnaire, version=version, title=title, form_mark=form_mark,
            fiscal_year=FiscalYear.of(opens_on).number, quarter=None, opens_on=opens_on, closes_on=closes_on,
            opened_by=by, open_link=open_link,
        )  # fmt: skip
        Survey.objects.bulk_create([fresh], ignore_conflicts=True)  # the same form may have come at the same moment
        same = {"form_mark": form_mark} if form_mark else {"code": fresh.code}
        made: Survey = Survey.objects.get(**same)
    return made


def hold_open(survey: Survey) -> None:
    """Whoever closes the survey waits for the end of this transaction, or came before: `closed_at` is as it stands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT closed_at FROM surveys_survey WHERE id = %s FOR SHARE", [survey.pk])
        (survey.closed_at,) = cursor.fetchone()


def close(survey: Survey, *, by: User) -> Survey:
    """Close a survey before its day; closed twice it is closed once. What is left in the ballot box is counted."""
    require_keeper(by)
    with guarded():
        locked: Survey = Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
        if locked.closed_at is None:
            locked.closed_at = timezone.now()
            locked.save(update_fields=["closed_at"])
    count_rest(locked)
    return locked


def print_slips(
    survey: Survey, many: int, place: str, *, by: User, form_mark: str | None = None
) -> tuple[SlipBatch, list[str]]:
    """New single-use codes: their batch, and the codes, which are nowhere else. Print them at once.

    RefusedError `slips_printed_once` where the same form was sent before: its codes are not known any more.
    """
    require_keeper(by)
    place = " ".join(place.split())
    require(bool(place), "place_missing", _("Say where the slips are handed out."), field="place")
    require(len(place) <= 200, "too_long", _("This is too long."), field="place")
    require(1 <= many <= MOST_SLIPS, "slips_1_to_2000", _("From 1 to 2,000 codes are printed at once."), field="many")
    codes: set[str] = set()
    while len(codes) < many:
        codes.add(slips.new_slip())
    with guarded():
        hold_open(survey)
        require(not survey.is_over(), "survey_over", _("This survey takes no more answers."))
        batch: SlipBatch = SlipBatch.objects.create(
            survey=survey, place=place, issued=many, made_by=by, form_mark=form_mark or None
        )
        Slip.objects.bulk_create([Slip(digest=slips.digest(code), batch=batch) for code in codes], batch_size=1_000)
    return batch, sorted(codes)


def revoke_slips(batch: SlipBatch, *, by: User) -> SlipBatch:
    """Make the unused codes of a batch worthless: slips were lost or copied. What they answered before stays."""
    require_keeper(by)
    with guarded():
        locked: SlipBatch = SlipBatch.objects.select_for_update().get(pk=batch.pk)
        if locked.revoked_at is None:
            locked.revoked_at = timezone.now()
            locked.save(update_fields=["revoked_at"])
    return locked
