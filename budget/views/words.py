"""The words of the budget."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from ..glossary import glossary
from ..http import budget_public, show


@budget_public
def words(request: HttpRequest) -> HttpResponse:
    """Each word in plain language, with what it is called in the other one."""
    thai = (get_language() or "th").startswith("th")
    return show(request, "budget/words.html", {"parts": glossary(), "is_thai": thai})
