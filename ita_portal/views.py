"""Pages that belong to no app: statements, errors, health."""

import json

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .page_cache import public_page

_migrations_applied = False


@login_not_required
@require_safe
@public_page("organization")
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the portal does for people who see, hear, move or read otherwise, and whom to tell of a barrier."""
    return render(request, "statements/accessibility.html")


@login_not_required
@require_safe
@public_page("organization", "complaints")
def privacy(request: HttpRequest) -> HttpResponse:
    """Which personal data the portal keeps, why, how long, and the rights of the person (PDPA, section 23)."""
    return render(request, "statements/privacy.html")


@login_not_required
@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 `ok` when the database answers and every migration is applied, else 503."""
    try:
        healthy = _database_is_ready()
    except Exception:  # whatever it is, the answer is the same
        healthy = False
    return HttpResponse("ok" if healthy else "unavailable", status=200 if healthy else 503, content_type="text/plain")


def _database_is_ready() -> bool:
    global _migrations_applied  # noqa: PLW0603 - once true it stays true for this process
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if not _migrations_applied:
        executor = MigrationExecutor(connection)
        _migrations_applied = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrations_applied


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read what is public, and where the map of it is."""
    told = ["User-agent: *", "Disallow: /admin/", "Disallow: /en/admin/"]
    told.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    return HttpResponse("\n".join(told) + "\n", content_type="text/plain")


def _error(request: HttpRequest, status: int) -> HttpResponse:
    if request.path.endswith(".json"):
        body = json.dumps({"error": status})
        return HttpResponse(body, status=status, content_type="application/json")
    return render(request, f"{status}.html", status=status)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _error(request, 400)


@login_not_required
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _error(request, 403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _error(request, 404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """500, without the database: it may be what failed."""
    return render(request, "500.html", status=500)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was open too long or came from elsewhere: says how to send it again."""
    return render(request, "403_csrf.html", status=403)
