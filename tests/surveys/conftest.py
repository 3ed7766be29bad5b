"""What tests of the surveys may ask for."""

import pytest

from ita_portal.fiscal import today
from surveys.models import Survey

from ..cast import Cast
from .factories import survey, version


@pytest.fixture
def open_survey(cast: Cast) -> Survey:
    """A survey that is open today, about an occasion, with the questions S1, S2 (reversed), Y1 and T1."""
    return survey(version(cast.secretary), today())
