"""Where the poster hangs: the list for everybody, and the desk of those who look after it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ita_portal.fiscal import FiscalQuarter, FiscalYear, today
from ita_portal.refusals import RefusedError
from ita_portal.thai import to_arabic_digits
from ita_portal.uploads import serve_file
from organization.models import User

from ..forms.posters import PlaceForm, SeenForm
from ..models import PosterCheck, PosterPlace
from ..models.posters import CHECK_POSTERS
from ..posters import add_place, places_seen, public_places, see_poster, set_in_use, standings
from .statistics import channel_public

_YEARS_BACK = 10


@channel_public
def places(request: HttpRequest) -> HttpResponse:
    """Every place where the poster hangs, and in which quarters of `?year=` it was seen there."""
    current = FiscalYear.current()
    year = _year(request.GET.get("year", ""), current)
    seen = places_seen(year.quarters)
    context = {
        "year": year.number,
        "years": range(current.number, current.number - 4, -1),
        "quarters": [(quarter, seen[quarter]) for quarter in year.quarters],
        "places": public_places(year),
        "day": today(),
    }
    return render(request, "complaints/places.html", context)


def _year(asked: str, current: FiscalYear) -> FiscalYear:
    asked = to_arabic_digits(asked)
    if not asked:
        return current
    if not re.fullmatch(r"[0-9]{4}", asked) or not current.number - _YEARS_BACK <= int(asked) <= current.number:
        raise Http404(_("There is no such fiscal year."))
    return FiscalYear(int(asked))


def _keeper(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For those who keep the places; kept by no browser."""

    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    page.__name__, page.__doc__ = view.__name__, view.__doc__
    return permission_required(CHECK_POSTERS, raise_exception=True)(page)


@_keeper
@require_safe
def posters(request: HttpRequest) -> HttpResponse:
    """The places, those first at which nobody has looked in this quarter: one tap each."""
    return _desk(request, PlaceForm())


@_keeper
@require_POST
def poster_add(request: HttpRequest) -> HttpResponse:
    """A new place."""
    form = PlaceForm(request.POST)
    if form.is_valid():
        try:
            place = add_place(**form.cleaned_data, by=cast(User, request.user), day=today())
        except RefusedError as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("“%(place)s” is on the list.") % {"place": place})
            return redirect("complaints:posters")
    return _desk(request, form, status=422)


@_keeper
@require_POST
def poster_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody looked at a place today."""
    place = get_object_or_404(PosterPlace, pk=pk, active=True)
    form = SeenForm(request.POST, request.FILES)
    if not form.is_valid():
        wrong = [str(message) for errors in form.errors.values() for message in errors]
        return _desk(request, PlaceForm(), status=422, wrong=(place.pk, wrong))
    check = see_poster(place=place, by=cast(User, request.user), day=today(), **form.cleaned_data)
    if check.readable:
        messages.success(request, _("Noted: the poster hangs at “%(place)s”.") % {"place": place})
    else:
        messages.warning(
            request, _("Noted: the poster at “%(place)s” is missing or cannot be read. Put up a new one.")
            % {"place": place}
        )  # fmt: skip
    return redirect("complaints:posters")


@_keeper
@require_POST
def poster_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a place up, or use it again."""
    place = get_object_or_404(PosterPlace, pk=pk)
    active = request.POST.get("active") == "yes"
    set_in_use(place=place, active=active)
    said = _("“%(place)s” is in use again.") if active else _("“%(place)s” was given up. What was seen there stays.")
    messages.success(request, said % {"place": place})
    return redirect("complaints:posters")


@_keeper
@require_safe
def poster_photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The photo of a check."""
    check = get_object_or_404(PosterCheck.objects.exclude(photo=""), pk=pk)
    return serve_file(check.photo, check.photo.name or "", check.photo_type, sha256=check.photo_sha256)


def _desk(
    request: HttpRequest, form: PlaceForm, *, status: int = 200, wrong: tuple[int, list[str]] = (0, [])
) -> HttpResponse:
    quarter = FiscalQuarter.current()
    found = standings(quarter)
    context = {
        "quarter": quarter,
        "standings": [one for one in found if one.place.active],
        "given_up": [one for one in found if not one.place.active],
        "waiting": sum(one.waits for one in found),
        "form": form,
        "wrong_place": wrong[0],
        "wrong": wrong[1],
        "day": today(),
    }
    return render(request, "complaints/posters.html", context, status=status)
