"""How to take part, on one page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from ..activity_reading import newest_activities
from ..http import participation_public, show
from ..letters_reading import newest_published
from ..letters_statistics import current_counts
from ..models import ParticipationSettings

_NEWEST = 4


@participation_public
def home(request: HttpRequest) -> HttpResponse:
    """The ways to take part, what was answered lately, what was held; apart from them, the protected channel."""
    context = {
        "letters": newest_published(_NEWEST),
        "activities": newest_activities(_NEWEST),
        "counts": current_counts(),
        "rules": ParticipationSettings.current(),
    }
    return show(request, "participation/home.html", context, room="home")
