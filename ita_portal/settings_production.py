"""Settings of a portal that serves the public: strict, complete, or not started at all.

`DJANGO_SETTINGS_MODULE=ita_portal.settings_production`. Names: see `docs/operations.md`.
"""

import os

from django.core.exceptions import ImproperlyConfigured

SECRET_KEY_LENGTH = 50
HSTS_DIGITS = 10


def _hosts() -> list[str]:
    """The domain names of ALLOWED_HOSTS."""
    return [host.strip() for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host.strip()]


def _problems() -> list[str]:
    """What is missing or dangerous in the environment, each as a sentence that says what to do."""
    environment = os.environ
    found = [
        f"{name} is not set: {why}."
        for name, why in {
            "SECRET_KEY": f"give it {SECRET_KEY_LENGTH} or more random characters and keep it from everybody",
            "ALLOWED_HOSTS": "give it the portal's domain names with commas between",
            "DATABASE_URL": "give it the address of a PostgreSQL server, postgres://user:password@host/name",
        }.items()
        if not environment.get(name)
    ]
    secret = environment.get("SECRET_KEY", "")
    if secret and (len(secret) < SECRET_KEY_LENGTH or len(set(secret)) < 10):
        found.append(f"SECRET_KEY is too short or too plain: use {SECRET_KEY_LENGTH} or more random characters.")
    if "*" in environment.get("ALLOWED_HOSTS", ""):
        found.append("ALLOWED_HOSTS contains “*”: name the portal's own domains.")
    if environment.get("ALLOWED_HOSTS") and not all(host.strip(".") for host in _hosts() or [""]):
        found.append("ALLOWED_HOSTS holds no domain name: give it the portal's domain names with commas between.")
    seconds = environment.get("PORTAL_HSTS_SECONDS", "")
    if seconds and not (seconds.isascii() and seconds.isdigit() and len(seconds) < HSTS_DIGITS):
        found.append("PORTAL_HSTS_SECONDS is no number of seconds, for example 31536000.")
    if environment.get("DATABASE_URL") and not environment["DATABASE_URL"].startswith(("postgres://", "postgresql://")):
        found.append("DATABASE_URL is not that of a PostgreSQL server.")
    if any(environment.get(name, "0").lower() not in ("", "0", "false", "no") for name in ("PORTAL_DEBUG", "DEBUG")):
        found.append("PORTAL_DEBUG or DEBUG is on: error pages would show the portal's inside. Take it away.")
    if environment.get("PORTAL_DEMO_PASSWORD"):
        found.append("PORTAL_DEMO_PASSWORD is set: demonstration accounts are not for the public. Take it away.")
    return found


if problems := _problems():
    raise ImproperlyConfigured("The portal does not start:\n" + "\n".join(f"  - {problem}" for problem in problems))

from .settings import *  # noqa: E402 - only now: it would make a secret where none is given

PORTAL_PRODUCTION = True
PORTAL_DEMO = False
DEBUG = False
ALLOWED_HOSTS = _hosts()
PORTAL_URL = os.environ.get("PORTAL_URL", f"https://{ALLOWED_HOSTS[0].lstrip('.')}").rstrip("/")

# A proxy that sets X-Forwarded-For and X-Forwarded-Proto itself stands before the portal. Off: both are ignored.
PORTAL_TRUSTED_PROXY = os.environ.get("PORTAL_TRUSTED_PROXY") == "1"
if PORTAL_TRUSTED_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = int(os.environ.get("PORTAL_HSTS_SECONDS") or 365 * 24 * 60 * 60)
# The municipality's other addresses below the same domain are not the portal's to decide on.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"

if os.environ.get("EMAIL_URL"):
    import dj_email_url

    vars().update(dj_email_url.config())
else:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # to the mail server of this machine
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL") or f"portal@{ALLOWED_HOSTS[0].lstrip('.')}"
