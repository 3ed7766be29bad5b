"""Requests that mean nothing, and small response headers that no library sets."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class NulMiddleware:
    """Refuses addresses with a NUL: no text of the portal has one, and PostgreSQL ends with an error over it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or any("\0" in text for name, found in request.GET.lists() for text in (name, *found)):
            return HttpResponse(
                "Bad Request", status=400, content_type="text/plain", headers={"X-Content-Type-Options": "nosniff"}
            )
        return self.get_response(request)


class PermissionsPolicyMiddleware:
    """Turns off the devices that the portal never uses (W3C Permissions Policy)."""

    POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.POLICY)
        return response


class PrivatePagesMiddleware:
    """What a person who has signed in was shown stays in no cache: the next one at the desk sees nothing of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
