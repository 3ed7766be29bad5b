"""What tests of the budget may ask for."""

import pytest

from budget.models import Revision

from ..cast import Cast
from .factories import draft, published


@pytest.fixture
def ordinance(cast: Cast) -> Revision:
    """Revision 1 of the ordinance, in force: road (0001, 120,000) and paper (0002, 80,000)."""
    return published(cast.budget)


@pytest.fixture
def ordinance_draft(cast: Cast) -> Revision:
    """The same, still a draft."""
    return draft(cast.budget)
