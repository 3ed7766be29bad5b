"""The places of the poster: what is done with them, and what is told of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import FiscalQuarter, FiscalYear
from ita_portal.refusals import guarded_by, require
from organization.models import User

from .choices import PlaceKind
from .models import PosterCheck, PosterPlace

if TYPE_CHECKING:
    from ita_portal.uploads import SafeUpload

guarded = guarded_by("complaints", {"complaints_posterplace_name_key": _("This place is on the list already.")})
LONGEST_NAME = 200


# Acts ------------------------------------------------------------------------------------------------------------


def add_place(*, name: str, kind: str, by: User, day: dt.date) -> PosterPlace:
    """A new place. The same form sent twice finds the place that it made. RefusedError for another of that name."""
    name = " ".join(name.split())
    require(bool(name), "name", _("Say where the poster hangs."), field="name")
    require(len(name) <= LONGEST_NAME, "name", _("The name of a place has at most 200 letters."), field="name")
    require(kind in PlaceKind.values, "kind", _("Choose what kind of place it is."), field="kind")
    with guarded():
        made = PosterPlace(name=name, kind=kind, added_by=by, added_on=day)
        PosterPlace.objects.bulk_create([made], ignore_conflicts=True)
        place = PosterPlace.objects.select_for_update().get(name=name)
        require(place.kind == kind, "name", _("This place is on the list already, as another kind."), field="name")
        if not place.active:
            place.active = True
            place.save(update_fields=["active"])
    return place


@transaction.atomic
def see_poster(
    *, place: PosterPlace, by: User, day: dt.date, readable: bool = True, photo: SafeUpload | None = None
) -> PosterCheck:
    """Somebody saw (or missed) the poster at `place` on `day`: one row a day, what was said last counts."""
    PosterPlace.objects.select_for_update().get(pk=place.pk)
    check = PosterCheck.objects.filter(place=place, day=day).first() or PosterCheck(place=place, day=day, by=by)
    check.readable, check.by = readable, by
    if photo is not None:
        if check.photo:  # of earlier that day
            earlier, storage = str(check.photo.name), check.photo.storage
            transaction.on_commit(lambda: storage.delete(earlier))
        check.photo_type, check.photo_sha256 = photo.content_type, photo.sha256
        check.photo.save(photo.name, photo.content, save=False)
    try:
        with transaction.atomic():
            check.save()
    except Exception:
        if photo is not None:
            check.photo.delete(save=False)
        raise
    return check


def set_in_use(*, place: PosterPlace, active: bool) -> None:
    """Give a place up, or use it again. What was seen there stays."""
    PosterPlace.objects.filter(pk=place.pk).exclude(active=active).update(active=active)


# Reading ---------------------------------------------------------------------------------------------------------


def _seen_in(quarter: FiscalQuarter) -> Q:
    return Q(checks__readable=True, checks__day__range=(quarter.start, quarter.end))


def places_seen(quarters: Sequence[FiscalQuarter]) -> dict[FiscalQuarter, int]:
    """At how many places the poster was seen, readable, in each quarter. One query."""
    first, last = min(quarter.start for quarter in quarters), max(quarter.end for quarter in quarters)
    rows = PosterCheck.objects.filter(readable=True, day__range=(first, last))
    found = rows.order_by().aggregate(
        **{
            f"n{number}": Count("place", distinct=True, filter=Q(day__range=(quarter.start, quarter.end)))
            for number, quarter in enumerate(quarters)
        }
    )
    return {quarter: found[f"n{number}"] for number, quarter in enumerate(quarters)}


def waiting_places(quarter: FiscalQuarter) -> QuerySet[PosterPlace]:
    """Places in use at which nobody has looked in `quarter`."""
    looked = PosterCheck.objects.filter(place=OuterRef("pk"), day__range=(quarter.start, quarter.end))
    return PosterPlace.objects.filter(~Exists(looked), active=True)


@dataclass(frozen=True, slots=True)
class Standing:
    """A place at the desk. last: the newest check. waits: nobody has looked in the running quarter."""

    place: PosterPlace
    last: PosterCheck | None
    waits: bool


def standings(quarter: FiscalQuarter) -> list[Standing]:
    """All places, those that wait first, then those in use, then the ones given up. Two queries."""
    newest = {
        check.place_id: check
        for check in PosterCheck.objects.order_by("place_id", "-day").distinct("place_id").select_related("by")
    }
    found = [
        Standing(place, last := newest.get(place.pk), place.active and (last is None or last.day < quarter.start))
        for place in PosterPlace.objects.order_by("name")
    ]
    return sorted(found, key=lambda one: (not one.waits, not one.place.active))


@dataclass(frozen=True, slots=True)
class Hanging:
    """What the channel's page says: at how many places posters hang, and the last day on which one was seen."""

    places: int
    checked_on: dt.date | None


def hanging() -> Hanging:
    """Places in use where the poster was readable when somebody looked last. One query."""
    newest = PosterCheck.objects.order_by("place_id", "-day").distinct("place_id").values("pk")
    found = PosterCheck.objects.filter(pk__in=newest, place__active=True, readable=True).aggregate(
        n=Count("pk"), day=Max("day")
    )
    return Hanging(found["n"], found["day"])


@dataclass(frozen=True, slots=True)
class PublicPlace:
    """A place as the public reads it. quarters: of the year, the last day on which it was seen in each, or None."""

    place: PosterPlace
    last: dt.date | None
    quarters: tuple[dt.date | None, ...]


def public_places(year: FiscalYear) -> list[PublicPlace]:
    """Places in use, and those at which the poster was seen in `year`. One query."""
    rows = PosterPlace.objects.annotate(
        last=Max("checks__day", filter=Q(checks__readable=True)),
        **{f"q{quarter.number}": Max("checks__day", filter=_seen_in(quarter)) for quarter in year.quarters},
    )
    found = [
        PublicPlace(place, place.last, tuple(getattr(place, f"q{number}") for number in (1, 2, 3, 4)))
        for place in rows.order_by("kind", "name")
    ]
    return [one for one in found if one.place.active or any(one.quarters)]
