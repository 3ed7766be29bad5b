"""The portal's addresses, and one for each page that a healthy portal shows to nobody."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from ita_portal import urls, views
from organization.sign_in import locked_out

handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


@login_not_required
def failing(request: HttpRequest, what: str) -> HttpResponse:
    """The page of that failure."""
    error = Exception()
    pages = {
        "400": lambda: views.bad_request(request, error),
        "403": lambda: views.forbidden(request, error),
        "500": lambda: views.server_error(request),
        "csrf": lambda: views.csrf_failure(request),
        "locked": lambda: locked_out(request),
    }
    return pages[what]()


urlpatterns = [*i18n_patterns(path("failing/<str:what>/", failing), prefix_default_language=False), *urls.urlpatterns]
