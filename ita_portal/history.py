"""One way to keep the change history of a table: every insert, update and delete, also by plain SQL."""

from collections.abc import Callable
from typing import TypeVar

import pghistory
import pghistory.middleware
from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse

Model = TypeVar("Model", bound=type[models.Model])


def tracked(model: Model) -> Model:
    """Class decorator. The event rows carry the acting person through `pghistory`'s middleware or context."""
    track = pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
    decorated: Model = track(model)
    return decorated


def tracked_without(*columns: str) -> Callable[[Model], Model]:
    """As `tracked`, but the history has not these columns: what they held before is nowhere, and a change of them
    alone leaves no event."""

    def track(model: Model) -> Model:
        events = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
        decorated: Model = pghistory.track(*events, exclude=list(columns))(model)
        return decorated

    return track


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    """Tells the database who acts, but for the rooms without tracked tables (`HISTORY_FREE`).

    There the words would only stand before each statement, naming the address and the person.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(settings.HISTORY_FREE):
            response: HttpResponse = self.get_response(request)
        else:
            response = super().__call__(request)
        return response
