"""Pages of the people who work here."""

from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .models import Municipality, User
from .seal import seal_png
from .tasks import tasks_for, ways_for


@require_safe
def staff_home(request: HttpRequest) -> HttpResponse:
    """What waits for me."""
    user = cast(User, request.user)
    return render(request, "organization/staff_home.html", {"tasks": tasks_for(user), "ways": ways_for(user)})


@login_not_required
@require_safe
def seal(_request: HttpRequest) -> HttpResponse:
    """The municipality's seal. Its address changes with the file (`?v=`), so browsers may keep it."""
    municipality = Municipality.objects.first()
    if municipality is None or not municipality.seal:
        raise Http404
    try:
        picture = seal_png(municipality)
    except OSError:
        raise Http404 from None
    return HttpResponse(picture, content_type="image/png", headers={"Cache-Control": "public, max-age=86400"})
