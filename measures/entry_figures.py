"""The live figures beside each report of a quarter: to read, to begin a sentence with, to use as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from ita_portal.fiscal import FiscalQuarter
from organization.models import Division, User

from .documents.words import suggested_sentence
from .figures import Computed, compute_figures, figure_text, figure_views
from .frozen import Frozen, freeze_figures
from .models import Evidence
from .plan_data import FigureView
from .quarter_work import WorkRow

EVERYTHING = "*"
"""What the button “all figures of this quarter” sends."""
_BETWEEN = "|"


@dataclass(frozen=True, slots=True)
class Offer:
    """A live figure beside a report. used: whether its newest piece in the report says the same. button: what its
    button sends."""

    figure: FigureView
    used: bool
    button: str

    @property
    def is_known(self) -> bool:
        """Whether there is anything to prove with."""
        return self.figure.value is not None


@dataclass(frozen=True, slots=True)
class EntryFigures:
    """The figures of a row. suggestion: a first sentence made from them, empty where nothing is known."""

    offers: tuple[Offer, ...] = ()
    suggestion: str = ""
    button: str = ""

    @property
    def may_use(self) -> bool:
        """Whether a figure is there that the report does not show yet."""
        return any(offer.is_known and not offer.used for offer in self.offers)


def figures_of(rows: Sequence[WorkRow], quarter: FiscalQuarter, division: Division | None) -> dict[int, EntryFigures]:
    """The figures of each row by its measure's key, one call an indicator. division: of which, where it can be told."""
    computed = compute_figures({key for row in rows for key in row.measure.indicators}, [quarter], division)
    return {row.measure.pk: _figures(row, quarter, computed, division) for row in rows}


def _figures(row: WorkRow, quarter: FiscalQuarter, computed: Computed, division: Division | None) -> EntryFigures:
    measure = row.measure
    views = figure_views(measure.indicators, quarter, computed, division)
    used = _used(row.evidence)
    offers = tuple(
        Offer(
            view,
            used.get((view.key, view.division)) == view.text,
            f"{measure.public_id}{_BETWEEN}{view.key}",
        )
        for view in views
    )
    with override("th"):
        thai = figure_views(measure.indicators, quarter, computed, division)
        sentence = suggested_sentence(thai, quarter.year.number, quarter.number)
    return EntryFigures(offers, sentence, measure.public_id)


def _used(proofs: Sequence[Evidence]) -> dict[tuple[str, str], str]:
    """What the newest piece of each figure says, by key and division."""
    pieces = sorted((proof for proof in proofs if proof.is_figure), key=lambda proof: proof.pk)
    return {
        (proof.record["key"], proof.record["division"] or ""): figure_text(proof.record["value"])
        for proof in pieces
        if proof.record
    }


def freeze_asked(
    request: HttpRequest, rows: Sequence[WorkRow], quarter: FiscalQuarter, *,
    division: Division | None, of: Division | None, by: User,
) -> None:  # fmt: skip
    """Use the figures as evidence whose button was pressed, and say what came of it.

    division: whose report. of: the division of which figures are told where they can be.
    """
    asked = request.POST.get("freeze", "")
    if not asked:
        return
    measure_id, _sep, key = asked.partition(_BETWEEN)
    measures = [row.measure for row in rows if asked == EVERYTHING or row.measure.public_id == measure_id]
    done = freeze_figures(
        measures=measures, quarter=quarter, division=division, by=by, of=of, keys=[key] if key else None
    )
    _say(request, done)


def _say(request: HttpRequest, done: Frozen) -> None:
    count = len(done.added)
    if count:
        said = ngettext(
            "%(count)d figure is evidence of the report now. It stays as it is, whatever is counted later.",
            "%(count)d figures are evidence of the report now. They stay as they are, whatever is counted later.",
            count,
        )
        messages.success(request, said % {"count": count})
    elif done.same:
        messages.info(request, _("The report shows these figures already, as they are now."))
    else:
        messages.warning(request, _("Nothing is known of this figure in this quarter, so that it proves nothing."))
