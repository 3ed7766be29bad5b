"""The portal as a WSGI application, for gunicorn."""

import os

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


application = get_wsgi_application()
if settings.PORTAL_PRODUCTION:
    _refuse_unsafe_start()
