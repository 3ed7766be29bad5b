"""What can be borrowed, and when: the catalogue and an asset's calendar."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ita_portal.fiscal import BUDDHIST_ERA_OFFSET, today
from ita_portal.thai import ENGLISH_MONTHS, MONTHS, to_arabic_digits

from ..asking import Row, read_rows, typed_rows
from ..catalogue import Choice, bounded_month, month_of, page_of
from ..forms.loans import CatalogueForm, day_text
from ..http import person, show
from ..models import Asset, Loan

_LONGEST = dt.timedelta(days=400)
"""Days for which the catalogue says what is free: longer than any loan."""


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """What may be lent, with how much of it is free on the chosen days; ticked things go to the request."""
    form = CatalogueForm(_with_days(request))
    form.is_valid()
    cleaned = form.cleaned_data
    start = max(cleaned.get("start_on") or today(), today())
    due = min(max(cleaned.get("due_on") or start, start), start + _LONGEST)
    choice = Choice(
        start=start,
        due=due,
        q=cleaned.get("q", ""),
        division=getattr(cleaned.get("division"), "pk", None),
        category=getattr(cleaned.get("category"), "pk", None),
        kind=cleaned.get("kind") or "",
        free_only=bool(cleaned.get("free")),
        after=request.GET.get("after", "")[:10],
    )
    basket = typed_rows(request.GET)
    read_rows(basket, request.GET)
    basket = [row for row in basket if row.asset is not None and not row.error]
    page = page_of(choice)
    kept = _kept(choice)
    return show(
        request,
        "assets/catalogue.html",
        {
            "form": form,
            "page": page,
            "choice": choice,
            "basket": basket,
            "basket_labels": {row.asset.label for row in basket if row.asset},
            "following": urlencode([*kept, *_pairs(basket), ("after", page.following)]) if page.following else "",
            "first": urlencode([*kept, *_pairs(basket)]),
            "kept": kept,
            "is_filtered": any((choice.q, choice.division, choice.category, choice.kind, choice.free_only)),
        },
        room="catalogue",
    )


def _with_days(request: HttpRequest) -> Any:
    data = request.GET.copy()
    start = str(data.get("start_on", "")).strip() or day_text(today())
    data["start_on"], data["due_on"] = start, str(data.get("due_on", "")).strip() or start
    return data


def _kept(choice: Choice) -> list[tuple[str, str]]:
    """The filter as parameters of an address."""
    pairs = [
        ("q", choice.q),
        ("division", str(choice.division or "")),
        ("category", str(choice.category or "")),
        ("kind", choice.kind),
        ("free", "1" if choice.free_only else ""),
        ("start_on", choice.start.isoformat()),
        ("due_on", choice.due.isoformat()),
    ]
    return [(name, value) for name, value in pairs if value]


def _pairs(basket: list[Row]) -> list[tuple[str, str]]:
    return [pair for row in basket for pair in (("asset", row.number), ("quantity", row.quantity or "1"))]


@require_safe
def calendar(request: HttpRequest, label: str) -> HttpResponse:
    """A month of an asset, as a grid and in words. `?month=2026-11`; outside the bounds the nearest month."""
    user = person(request)
    asset = get_object_or_404(Asset.objects.visible_to(user).select_related("division"), label=label)
    month = month_of(asset, _month(request.GET.get("month", "")), Loan.objects.visible_to(user))
    return show(
        request,
        "assets/calendar.html",
        {"asset": asset, "month": month, "title": month_words(month.first), "ahead": month.after, "back": month.before},
        room="catalogue",
    )


def _month(text: str) -> dt.date:
    found = re.fullmatch(r"(\d{4})-(\d{1,2})", to_arabic_digits(text).strip())
    if found is None:
        return bounded_month(today())
    year, number = int(found[1]), int(found[2])
    year = year - BUDDHIST_ERA_OFFSET if year >= 2400 else year
    if not (1 <= number <= 12 and 1900 <= year <= 2200):
        return bounded_month(today())
    return bounded_month(dt.date(year, number, 1))


def month_words(first: dt.date) -> str:
    """`พฤศจิกายน 2569`; in English `November 2569 BE`."""
    year = first.year + BUDDHIST_ERA_OFFSET
    if (get_language() or "th").startswith("th"):
        return f"{MONTHS[first.month - 1]} {year}"
    return f"{ENGLISH_MONTHS[first.month - 1]} {year} BE"
