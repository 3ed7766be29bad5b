"""What the pages of the assessment have in common."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ita_portal.page_cache import public_page
from organization.models import User

from ..models.assessment import KEEP_ASSESSMENT
from ..models.published import TOPIC
from .practice import practice_topics

View = Callable[..., Any]
FORMATS = (("pdf", "PDF"), ("xlsx", "Excel"), ("csv", "CSV"), ("json", "JSON"))
"""Endings of the files and what people call them."""


def assessment_public(view: View) -> View:
    """Mark a view as a page of the assessment: for everybody, reading only, cached until a result, the plan that
    answers it or a practice changes."""
    paged = public_page("organization", TOPIC)(view)

    @functools.wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = paged(request, *args, **kwargs)
        response.page_topics = tuple(  # type: ignore[attr-defined]
            dict.fromkeys((*response.page_topics, *practice_topics()))  # type: ignore[attr-defined]
        )
        return response

    return login_not_required(require_safe(marked))


def office(request: HttpRequest) -> User:
    """Who keeps the results and asks. PermissionDenied (403) for everybody else."""
    user = cast(User, request.user)
    if not user.has_perm(KEEP_ASSESSMENT):
        raise PermissionDenied
    return user


def not_published() -> Http404:
    """For a year without a published result."""
    return Http404(_("No result of this assessment has been published."))
