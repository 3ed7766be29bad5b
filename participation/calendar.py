"""Activities as calendar files (RFC 5545, names of RFC 7986): one, and all of them to subscribe to.

Lines end in CRLF and are folded at 75 octets; a raised SEQUENCE says that what a calendar holds is out of date.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event, vDuration

from ita_portal.fiscal import BANGKOK

from .activity_choices import ActivityKind, ActivityState
from .models import ActivityVersion

ICS_TYPE = "text/calendar; charset=utf-8"
LANGUAGE = "th"
"""Of the words: the municipality's own."""
_PRODUCT = "-//ITA Portal//Participation//TH"
_UIDS = uuid.UUID("6f1d2f2e-3a5b-5d0c-9a51-0f0a6b6b7c11")
_STATUS: dict[str, str] = {ActivityState.CANCELLED: "CANCELLED", ActivityState.POSTPONED: "TENTATIVE"}
_AGAIN = dt.timedelta(hours=12)
"""How often a calendar should look for news."""
_LONGEST = 1500


def uid(code: str) -> str:
    """Of an activity in every calendar, wherever the portal stands."""
    return str(uuid.uuid5(_UIDS, code))


def calendar_file(versions: Iterable[ActivityVersion], *, name: str, absolute: Callable[[str], str]) -> bytes:
    """A calendar of published versions with their `activity` and `division`. absolute: the whole of an address."""
    whole = Calendar()
    whole.add("prodid", _PRODUCT)
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole.add("method", "PUBLISH")
    whole.add("name", name)
    whole.add("x-wr-calname", name)
    whole.add("x-wr-timezone", "Asia/Bangkok")
    whole.add("refresh-interval", vDuration(_AGAIN), parameters={"value": "DURATION"})
    whole.add("x-published-ttl", vDuration(_AGAIN))
    with override(LANGUAGE):
        for version in versions:
            whole.add_component(_event(version, absolute(version.get_absolute_url())))
    return bytes(whole.to_ical())


def _event(version: ActivityVersion, url: str) -> Event:
    event = Event()
    event.add("uid", uid(version.activity.code))
    at = version.published_at.astimezone(dt.UTC).replace(microsecond=0)
    event.add("dtstamp", at)
    event.add("last-modified", at)
    event.add("sequence", version.number - 1)
    event.add("status", _STATUS.get(version.state, "CONFIRMED"))
    event.add("summary", _summary(version))
    event.add("description", _description(version, url))
    event.add("location", version.place)
    event.add("categories", [str(ActivityKind(version.kind).label)])
    event.add("url", url)
    event.add("class", "PUBLIC")
    if version.all_day or version.starts_at is None:
        event.add("dtstart", version.starts_on)
        event.add("dtend", version.ends_on + dt.timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        return event
    begin = _moment(version.starts_on, version.starts_at)
    event.add("dtstart", begin)
    if version.ends_at is not None:
        event.add("dtend", _moment(version.ends_on, version.ends_at))
    elif version.ends_on > version.starts_on:
        event.add("dtend", _moment(version.ends_on, dt.time(23, 59)))
    return event


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    """In UTC: Bangkok has had the same distance from it since 1920, and no calendar needs a table of zones."""
    return dt.datetime.combine(day, time, BANGKOK).astimezone(dt.UTC)


def _summary(version: ActivityVersion) -> str:
    said = {
        ActivityState.CANCELLED: _("Cancelled: %(title)s"),
        ActivityState.POSTPONED: _("Postponed: %(title)s"),
    }.get(ActivityState(version.state))
    return said % {"title": version.title} if said else version.title


def _description(version: ActivityVersion, url: str) -> str:
    note = version.note if version.state in _STATUS else ""
    parts = [note, version.subject[:_LONGEST], version.invitation[:_LONGEST], str(version.division), url]
    return "\n\n".join(part for part in parts if part)
