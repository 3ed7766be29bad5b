"""A piece of evidence: its file, or the figure that was frozen, with its record for whoever wants to check it."""

from __future__ import annotations

import json
from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ita_portal.fiscal import FiscalQuarter, FiscalYear
from ita_portal.uploads import serve_file
from organization.models import Division, User

from ..choices import EvidenceKind
from ..figures import compute_figures, figure_views, frozen_view
from ..frozen import canonical, digest_of
from ..indicators import indicators
from ..models import Evidence
from ..plan_data import FigureView

FIGURES = Q(kind=EvidenceKind.RECORD) & ~Q(sha256="")


@login_not_required
@require_safe
def evidence(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """A file, or a frozen figure: for everybody once a published report shows it, before that for who works on it."""
    found, published = _found(request, public_id)
    return _figure_page(request, found, published) if found.is_figure else _file(found, published)


@login_not_required
@require_safe
def evidence_json(request: HttpRequest, public_id: str) -> HttpResponse:
    """A frozen figure for programs: the record, its digest, where it stands and where it is told today."""
    found, published = _found_figure(request, public_id)
    measure = found.progress.measure
    content = {
        "id": found.public_id,
        "title": found.title,
        "sha256": found.sha256,
        "digest_of": "SHA-256 of `record` as canonical JSON (RFC 8785); `record_url` holds exactly these bytes",
        "url": request.build_absolute_uri(reverse("measures:evidence", args=[found.public_id])),
        "record_url": request.build_absolute_uri(reverse("measures:evidence_record", args=[found.public_id])),
        "now_url": request.build_absolute_uri(_now_url(found)),
        "measure": {"id": measure.public_id, "text": measure.text},
        "record": found.record,
    }
    body = json.dumps(content, ensure_ascii=False, indent=1)
    return _marked(HttpResponse(body, content_type="application/json"), published)


@login_not_required
@require_safe
def evidence_record(request: HttpRequest, public_id: str) -> HttpResponse:
    """The record alone, byte for byte what was digested: `sha256sum` of this file is the digest."""
    found, published = _found_figure(request, public_id)
    response = HttpResponse(canonical(found.record or {}), content_type="application/json")
    return _marked(response, published)


def _found(request: HttpRequest, public_id: str) -> tuple[Evidence, bool]:
    """The piece, and whether everybody may see it. Http404 for what has no page here."""
    shown = Evidence.objects.filter(Q(kind=EvidenceKind.FILE) | FIGURES).select_related(
        "progress__measure__area__plan", "progress__division"
    )
    published = shown.public().filter(public_id=public_id).first()
    found = published or _own_evidence(request, shown.filter(public_id=public_id).first())
    if found is None:
        raise Http404
    return found, published is not None


def _found_figure(request: HttpRequest, public_id: str) -> tuple[Evidence, bool]:
    found, published = _found(request, public_id)
    if not found.is_figure:
        raise Http404
    return found, published


def _own_evidence(request: HttpRequest, found: Evidence | None) -> Evidence | None:
    user = cast(User, request.user)
    if not user.is_authenticated:
        return None
    if found is None or user.has_perm("measures.view_evidence"):
        return found
    if not user.has_perm("measures.report_share"):
        raise PermissionDenied
    return found if user.division_id and found.progress.division_id == user.division_id else None


def _file(found: Evidence, published: bool) -> FileResponse:
    response = serve_file(found.file, found.file_name, found.content_type, sha256=found.sha256)
    response.headers["Cache-Control"] = "public, max-age=86400, immutable" if published else "private, no-store"
    return response


def _figure_page(request: HttpRequest, found: Evidence, published: bool) -> HttpResponse:
    record = found.record or {}
    context = {
        "proof": found,
        "record": record,
        "figure": frozen_view(found),
        "measure": found.progress.measure,
        "plan": found.progress.measure.area.plan,
        "is_published": published,
        "is_whole": digest_of(record) == found.sha256,
        "now": _now(record),
        "now_url": _now_url(found),
    }
    return _marked(render(request, "measures/evidence.html", context), published)


def _now(record: dict[str, object]) -> FigureView | None:
    """The same figure as the portal counts it today; None where it counts it no more."""
    key = str(record["key"])
    quarter = FiscalQuarter(FiscalYear(cast(int, record["fiscal_year"])), cast(int, record["quarter"]))
    division = Division.objects.filter(name=record["division"]).first() if record["division"] else None
    if record["division"] and division is None:
        return None
    views = figure_views([key], quarter, compute_figures([key], [quarter], division), division)
    return views[0] if views else None


def _now_url(found: Evidence) -> str:
    """Where the figure is told as it is today."""
    record = found.record or {}
    if indicators.get(record["key"]) is None:
        return found.url
    return reverse("measures:figure", args=[record["fiscal_year"], record["key"]])


def _marked(response: HttpResponse, published: bool) -> HttpResponse:
    """A published piece is a page like all others: kept until what it shows changes. Another is nobody else's."""
    if published:
        topics = ("organization", "measures", *(topic for indicator in indicators for topic in indicator.topics))
        response.page_topics = tuple(dict.fromkeys(topics))  # type: ignore[attr-defined]
    else:
        response.headers["Cache-Control"] = "private, no-store"
    return response
