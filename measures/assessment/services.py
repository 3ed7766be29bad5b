"""Every act on a year's result: begin, write, throw away, publish. Each is one transaction."""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _

from ita_portal.fiscal import FIRST_YEAR, FiscalYear
from ita_portal.masking import mask_citizen_numbers
from ita_portal.refusals import RefusedError, require
from organization.models import User

from ..models import AssessmentResult, IndicatorScore, QuestionScore
from ..models.assessment import KEEP_ASSESSMENT
from . import scoring
from .choices import ResultState
from .entry import QuestionEntry, ResultEntry, entry_of, in_order
from .errors import CHANGED_MEANWHILE, guarded
from .structure import structure

WORDS = ("source", "note", "reason")
MOST_QUESTIONS = 300
"""More codes than any year had."""


def require_office(by: User) -> None:
    """RefusedError for whoever does not keep the results."""
    require(by.has_perm(KEEP_ASSESSMENT), "not_yours", _("The office that keeps the plan does this."))


def begin_result(year: int, *, by: User, reason: str = "") -> AssessmentResult:
    """The draft of a year's result: the one that is there already, or a new one.

    A year without a result begins with what is known of its indicators and questions, scores unknown. A published one
    is corrected: the draft says what it says, and `reason` why it is corrected. RefusedError for a year to come or
    before the Buddhist Era's, and for a correction without a reason.
    """
    require_office(by)
    require(
        FIRST_YEAR <= year <= FiscalYear.current().number, "year_to_come",
        _("Write a year of the Buddhist Era that has begun, such as %(year)s.") % {"year": FiscalYear.current().number},
        field="fiscal_year",
    )  # fmt: skip
    present = AssessmentResult.objects.drafts().filter(fiscal_year=year).first()
    if present is not None:
        return _result(present)
    try:
        with guarded():
            return _begin(year, by, mask_citizen_numbers(reason.strip()))
    except RefusedError as refused:
        raced = AssessmentResult.objects.drafts().filter(fiscal_year=year).first()
        if refused.code != "result_one_draft" or raced is None:
            raise
        return _result(raced)


def _result(found: AssessmentResult) -> AssessmentResult:
    return found


def _begin(year: int, by: User, reason: str) -> AssessmentResult:
    current = AssessmentResult.objects.current().with_scores().filter(fiscal_year=year).first()
    require(
        current is None or bool(reason), "correction_without_reason",
        _("Say why the published result is corrected."), field="reason",
    )  # fmt: skip
    known = structure(year)
    weights = current.weights if current else known.weights
    draft = AssessmentResult.objects.create(
        fiscal_year=year, made_by=by, weight_iit=weights["IIT"], weight_eit=weights["EIT"], weight_oit=weights["OIT"]
    )
    rows = current.indicators.all() if current else known.indicators
    IndicatorScore.objects.bulk_create(
        IndicatorScore(result=draft, number=row.number, instrument=row.instrument, name=row.name) for row in rows
    )
    if current is not None:
        _write(draft, replace(entry_of(current), reason=reason))
    else:
        complete = frozenset(one.number for one in known.indicators if one.is_complete)
        _write(draft, ResultEntry(questions=known_questions(year), complete=complete))
    draft.save()
    return draft


def known_questions(year: int) -> tuple[QuestionEntry, ...]:
    """The questions and items of a year that are known here, without scores."""
    return in_order(
        QuestionEntry(
            item.code, item.instrument, None, item.indicator, item.sub_indicator, item.text, item.mark, item.placed
        )
        for item in structure(year).items
    )


def locked_draft(draft: AssessmentResult, *, edits: int | None = None) -> AssessmentResult:
    """The draft as it is now, locked until the transaction ends.

    edits: how often it had been changed when the person saw it. RefusedError where it is no draft any more, or was
    changed since.
    """
    locked = AssessmentResult.objects.select_for_update(of=("self",), no_key=True).filter(pk=draft.pk).first()
    if locked is None:
        raise RefusedError("gone", _("Somebody has thrown this draft away."))
    require(locked.is_draft, "result_published_stays", _("What is published is never changed. Start a correction."))
    require(edits is None or edits == locked.edits, "changed", CHANGED_MEANWHILE)
    return _result(locked)


def save_result(draft: AssessmentResult, entry: ResultEntry, *, by: User, edits: int | None = None) -> AssessmentResult:
    """Write everything in a draft anew; the same once more changes nothing.

    Its indicators stay those of the year; questions are those of `entry`. RefusedError where somebody else changed it
    meanwhile, where a score is out of range, where a code stands twice.
    """
    require_office(by)
    require(
        len(entry.questions) <= MOST_QUESTIONS, "too_many",
        _("A year has no more than %(count)s questions.") % {"count": MOST_QUESTIONS},
    )  # fmt: skip
    require(
        not entry.level or entry.level in {band.key for band in scoring.bands(draft.fiscal_year)}, "level_unknown",
        _("This level does not exist in that year."), field="level",
    )  # fmt: skip
    with guarded():
        locked = locked_draft(draft, edits=edits)
        if entry_of(locked) == entry:
            return locked
        _write(locked, entry)
        locked.edits += 1
        locked.save()
    return locked


def _write(draft: AssessmentResult, entry: ResultEntry) -> None:
    """The values of the row, not saved yet, and its parts."""
    draft.total, draft.level, draft.source_url = entry.total, entry.level, entry.source_url.strip()
    draft.iit, draft.eit, draft.oit = (entry.instruments.get(name) for name in ("IIT", "EIT", "OIT"))
    for name in WORDS:
        setattr(draft, name, mask_citizen_numbers(getattr(entry, name).strip()))
    rows = list(draft.indicators.all())
    for row in rows:
        row.score, row.is_complete = entry.indicators.get(row.number), row.number in entry.complete
    IndicatorScore.objects.bulk_update(rows, ["score", "is_complete"])
    draft.questions.all().delete()
    QuestionScore.objects.bulk_create(
        QuestionScore(
            result=draft, instrument=one.instrument, code=one.code, position=position, indicator=one.indicator,
            sub_indicator=one.sub_indicator, text=mask_citizen_numbers(one.text.strip()), mark=one.mark,
            placed=one.placed, score=one.score,
        )
        for position, one in enumerate(entry.questions, start=1)
    )  # fmt: skip


def discard_result(draft: AssessmentResult, *, by: User, edits: int | None = None) -> None:
    """Throw a draft away. What is published stays. edits: as for `publish_result`; nobody discards what is unseen."""
    require_office(by)
    with guarded():
        locked_draft(draft, edits=edits).delete()


def publish_result(
    draft: AssessmentResult, *, by: User, edits: int | None = None, seen: int | None = None
) -> AssessmentResult:
    """Make a result public; an earlier version of its year is history from then on.

    edits: how often the draft had been changed when the person saw it; seen: number of the version in force then, 0 for
    none; neither is looked at where it is None. RefusedError where nothing is known in it, where its source or the
    reason of a correction is missing, or where another was published meanwhile.
    """
    require_office(by)
    with guarded():
        locked = locked_draft(draft, edits=edits)
        before = AssessmentResult.objects.current().filter(fiscal_year=locked.fiscal_year).first()
        number = before.number or 0 if before else 0
        require(
            seen is None or seen == number, "followed",
            _("Somebody else has published a result of this year in the meantime. Compare the two first."),
        )  # fmt: skip
        known = any(score is not None for score in entry_of(locked).scores().values())
        require(known, "result_empty", _("There is no score in it yet. Enter what is known first."))
        require(bool(locked.source), "no_source", _("Say where the figures were read."), field="source")
        require(
            before is None or bool(locked.reason), "correction_without_reason",
            _("Say why the published result is corrected."), field="reason",
        )  # fmt: skip
        if before is not None:
            before.is_current = False
            before.save(update_fields=["is_current"])
        locked.number, locked.state, locked.is_current = number + 1, ResultState.PUBLISHED, True
        locked.published_by, locked.published_at = by, timezone.now()
        locked.save()
    return locked
