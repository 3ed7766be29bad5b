"""Pages of the people who work here."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .models import User
from .tasks import tasks_for


@require_safe
def staff_home(request: HttpRequest) -> HttpResponse:
    """What waits for me."""
    return render(request, "organization/staff_home.html", {"tasks": tasks_for(cast(User, request.user))})
