"""What can be borrowed, and when: the catalogue and an asset's calendar."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ita_portal.fiscal import BUDDHIST_ERA_OFFSET, today
from ita_portal.thai import ENGLISH_MONTHS, MONTHS, numeric_date, to_arabic_digits

from ..asking import Row, read_rows, typed_rows
from ..catalogue import Choice, Page, bounded_month, month_of, page_of
from ..forms.loans import CatalogueForm
from ..http import person, show
from ..models import Asset, Loan


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """What may be lent, with how much of it is free on the chosen days; ticked things go to the request.

    One form: whatever is pressed takes along what is ticked. `all=1`: without filter. `drop=1`: nothing is ticked.
    Days that no loan can have are said at their field, and nothing is shown for other days instead.
    """
    form = CatalogueForm(_typed(request))
    form.is_valid()
    days = form.days()
    cleaned = form.cleaned_data
    start, due = days or (today(), today())
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
    basket = _basket(request)
    page = page_of(choice) if days else Page([])
    chosen = {row.asset.pk: row for row in basket if row.asset}
    offers = [(offer, chosen.get(offer.asset.pk)) for offer in page.offers]
    shown = {offer.asset.pk for offer in page.offers if offer.asset.can_be_lent}
    return show(
        request,
        "assets/catalogue.html",
        {
            "form": form,
            "days": days,
            "page": page,
            "offers": offers,
            "choice": choice,
            "basket": [row for row in basket if row.asset and row.asset.pk not in shown],
            "may_ask": bool(basket) or bool(shown),
            "nothing_ticked": bool(request.GET.get("nothing")) and not basket,
            "is_filtered": any((choice.q, choice.division, choice.category, choice.kind, choice.free_only)),
        },
        room="catalogue",
    )


_FILTER = ("q", "division", "category", "kind", "free")


def _typed(request: HttpRequest) -> Any:
    """What was typed, with today where no day was."""
    data = request.GET.copy()
    if data.get("all"):
        for name in _FILTER:
            data.pop(name, None)
    start = str(data.get("start_on", "")).strip() or numeric_date(today())
    data["start_on"], data["due_on"] = start, str(data.get("due_on", "")).strip() or start
    return data


def _basket(request: HttpRequest) -> list[Row]:
    """What is ticked, on this page or on others; what is not understood is left out."""
    if request.GET.get("drop"):
        return []
    rows = typed_rows(request.GET)
    read_rows(rows, request.GET)
    return [row for row in rows if row.asset is not None and not row.error]


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
