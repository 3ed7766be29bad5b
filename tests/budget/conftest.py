"""What tests of the budget may ask for."""

import pytest

from budget.models import Revision
from ita_portal.fiscal import today

from ..cast import PEOPLE, Cast
from ..rows import Rows
from .factories import draft, published


@pytest.fixture
def ordinance(cast: Cast) -> Revision:
    """Revision 1 of the ordinance, in force: road (0001, 120,000) and paper (0002, 80,000)."""
    return ORDINANCE.of(lambda: published(cast.budget), key=(cast.budget.pk, today()))


ORDINANCE = Rows(begin_with=PEOPLE)
"""It in the database."""


@pytest.fixture
def ordinance_draft(cast: Cast) -> Revision:
    """The same, still a draft."""
    return draft(cast.budget)
