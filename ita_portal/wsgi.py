"""The portal as a WSGI application, for gunicorn."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ita_portal.settings")


def _refuse_unsafe_start() -> None:
    """In production, whatever `check --deploy` calls an error ends the start."""
    found = checks.run_checks(tags=[checks.Tags.security], include_deployment_checks=True)
    errors = [message for message in found if message.level >= checks.ERROR and not message.is_silenced()]
    if errors:
        raise ImproperlyConfigured("The portal does not start:\n" + "\n".join(f"  - {error}" for error in errors))


_portal = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The portal. A request without a body has no type of content.

    Django decodes even the query by the charset that a request names: a visitor could have had another page kept
    under an address than the one that the next visitor asks for, and `charset=hex` ended in an error.
    """
    if environ.get("REQUEST_METHOD") in ("GET", "HEAD"):
        environ.pop("CONTENT_TYPE", None)
    return _portal(environ, start_response)


if settings.PORTAL_PRODUCTION:
    _refuse_unsafe_start()
