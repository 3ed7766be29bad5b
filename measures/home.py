"""What the front page brings together beside the plan: what was done this quarter, and how to take part."""

from __future__ import annotations

from dataclasses import dataclass

from ita_portal.fiscal import FiscalQuarter
from ita_portal.navigation import Invitation, invitations_in_order

from .figures import figure_view
from .indicators import indicators
from .plan_data import FigureView


@dataclass(frozen=True, slots=True)
class Home:
    """quarter: the one that runs. figures: the headline figures of it, those without a value left out."""

    quarter: FiscalQuarter
    figures: tuple[FigureView, ...]
    invitations: tuple[Invitation, ...]


def read_home() -> Home:
    """What the portal shows of today. Each headline figure costs what its indicator costs; the page is kept."""
    quarter = FiscalQuarter.current()
    headlines = sorted((one for one in indicators if one.headline), key=lambda one: one.headline)
    found = [(one, one.compute([quarter], None).get(quarter)) for one in headlines]
    return Home(
        quarter,
        tuple(
            figure_view(one, figure.value, figure.url) for one, figure in found if figure and figure.value is not None
        ),
        tuple(invitations_in_order()),
    )
