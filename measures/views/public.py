"""Public pages of the plan."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ita_portal.page_cache import public_page


@login_not_required
@require_safe
@public_page("organization", "measures")
def home(request: HttpRequest) -> HttpResponse:
    """The front page."""
    return render(request, "home.html")
