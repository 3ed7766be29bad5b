"""One way to keep the change history of a table: every insert, update and delete, also by plain SQL."""

from typing import TypeVar

import pghistory
from django.db import models

Model = TypeVar("Model", bound=type[models.Model])


def tracked(model: Model) -> Model:
    """Class decorator. The event rows carry the acting person through `pghistory`'s middleware or context."""
    track = pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
    decorated: Model = track(model)
    return decorated
