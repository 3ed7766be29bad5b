"""The portal's addresses, and the empty view that everything is compared with."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from ita_portal.urls import handler400, handler403, handler404, handler500
from ita_portal.urls import urlpatterns as portal_patterns

from .filing.views import unsealed

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@login_not_required
def empty(_request: HttpRequest) -> HttpResponse:
    """As little as a view can do; every middleware of the portal runs before it."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [path("bench/empty/", empty), path("bench/unsealed/", unsealed), *portal_patterns]
