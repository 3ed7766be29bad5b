"""Activities for everybody: the list, the calendar, one activity, files."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import override

from ita_portal.fiscal import FiscalYear, today
from ita_portal.spreadsheets import CSV_TYPE, XLSX_TYPE
from organization.models import Municipality

from ..activity_choices import ActivityState
from ..activity_reading import (
    ActivityFilter,
    activity_page,
    asked_month,
    division_names,
    month_of,
    page_of,
    public_years,
    published,
    shown,
    shown_state,
    tally_of,
    told_days,
    upcoming,
)
from ..calendar import ICS_TYPE, LANGUAGE, calendar_file
from ..documents.activities import activities_csv, activities_json, activities_xlsx, report_pdf, report_title
from ..forms.activities import ActivitiesFilter
from ..http import participation_public, show
from ..models import Activity, ActivityVersion

JSON_TYPE, PDF_TYPE = "application/json", "application/pdf"
ROOM = "activities"


def municipality() -> Municipality:
    """Whose activities they are."""
    return Municipality.objects.first() or Municipality(name="–")


@participation_public
def activities(request: HttpRequest) -> HttpResponse:
    """What is to come, and every activity there was: by fiscal year, quarter, division, kind and result."""
    day, divisions, years = today(), division_names(), public_years()
    chosen = ActivityFilter.read(request.GET, divisions)
    rows = chosen.apply(published())
    # Without a filter what is to come stands above, and the list goes on from there.
    page = page_of(rows if chosen.chosen else rows.not_upcoming(day), request.GET.get("after", ""))
    is_front = not chosen.chosen and page.is_first
    context = {
        "upcoming": shown(upcoming(day), day) if is_front else [],
        "is_front": is_front,
        "rows": shown(page.rows, day, photos=True),
        "page": page,
        "chosen": chosen,
        "tally": tally_of(rows),
        "form": ActivitiesFilter(chosen.chosen, years=years, divisions=divisions),
        "years": years,
        "report_year": chosen.year or (years[0] if years else None),
        "calendar_url": request.build_absolute_uri(_calendar_path()),
    }
    return show(request, "participation/activities.html", context, room=ROOM)


def _calendar_path() -> str:
    """The subscription's address: one for both languages."""
    with override(LANGUAGE):
        return reverse("participation:activities_calendar")


@participation_public
def activities_month(request: HttpRequest) -> HttpResponse:
    """A month of activities (`?month=2026-12`), as a grid and as a list."""
    day = today()
    month = month_of(asked_month(request.GET.get("month", "")))
    context = {
        "month": month,
        "rows": shown(month.activities, day),
        "calendar_url": request.build_absolute_uri(_calendar_path()),
    }
    return show(request, "participation/activities_month.html", context, room=ROOM)


def _public(code: str) -> Activity:
    """An activity of which something is public. Http404 otherwise: a draft is not there."""
    activity = Activity.objects.filter(code=code.replace("\0", "")[:40]).exclude(state=ActivityState.DRAFT).first()
    if activity is None:
        raise Http404(_("There is no such activity."))
    found: Activity = activity
    return found


@participation_public
def activity(request: HttpRequest, code: str) -> HttpResponse:
    """An activity with its four elements; of one that was withdrawn (410), that it was, when and why."""
    page = activity_page(_public(code))
    if page is None:
        raise Http404(_("There is no such activity."))
    version = page.version
    if version.state == ActivityState.WITHDRAWN:
        return show(request, "participation/activity_withdrawn.html", {"version": version}, room=ROOM, status=410)
    icon, state = shown_state(version, today())
    context = {
        "page": page,
        "version": version,
        "activity": version.activity,
        "icon": icon,
        "state": state,
        "days": told_days(version),
        "year": FiscalYear.of(version.starts_on),
        "history": [(one, str(ActivityState(one.state).label)) for one in page.versions],
    }
    return show(request, "participation/activity.html", context, room=ROOM)


def _ics(versions: list[ActivityVersion], name: str, file: str, absolute: Callable[[str], str]) -> HttpResponse:
    with override(LANGUAGE):
        content = calendar_file(versions, name=name, absolute=absolute)
    return _file(content, ICS_TYPE, file)


@participation_public
def activity_ics(request: HttpRequest, code: str) -> HttpResponse:
    """One activity for somebody's calendar."""
    version = published().filter(activity=_public(code)).first()
    if version is None:
        raise Http404(_("There is no such activity."))
    return _ics([version], version.title, f"activity-{version.activity.code}.ics", request.build_absolute_uri)


@participation_public
def activities_calendar(request: HttpRequest) -> HttpResponse:
    """Every public activity, to subscribe to."""
    with override(LANGUAGE):
        name = _("Activities: %(municipality)s") % {"municipality": municipality().name}
    rows = list(published().order_by("starts_on", "pk"))
    return _ics(rows, name, "activities.ics", request.build_absolute_uri)


@participation_public
def activities_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The list, filtered as it stands in the address, as csv, json or xlsx."""
    if kind not in ("csv", "json", "xlsx"):
        raise Http404(_("There is no document of this kind."))
    chosen = ActivityFilter.read(request.GET, division_names())
    rows = list(chosen.apply(published()).order_by("-starts_on", "-pk"))
    absolute, name = request.build_absolute_uri, f"activities{f'-{chosen.year}' if chosen.year else ''}.{kind}"
    with override(LANGUAGE):
        if kind == "csv":
            return _open(activities_csv(rows, absolute), CSV_TYPE, name)
        if kind == "json":
            said = activities_json(rows, absolute, municipality=municipality().name)
            return _open(json.dumps(said, ensure_ascii=False, indent=1).encode(), JSON_TYPE)
        title = (
            report_title(chosen.year) if chosen.year and not chosen.is_narrow else _("Activities with participation")
        )
        content = activities_xlsx(rows, absolute, municipality=municipality(), title=title)
    return _open(content, XLSX_TYPE, name)


@participation_public
def activities_report(request: HttpRequest, year: int, kind: str) -> HttpResponse:
    """The official report of a fiscal year with the four elements: pdf (`?digits=arabic`) or xlsx."""
    try:
        fiscal = FiscalYear(year)
    except ValueError:
        raise Http404(_("There is no such fiscal year.")) from None
    if kind not in ("pdf", "xlsx"):
        raise Http404(_("There is no document of this kind."))
    rows = list(published().of_year(fiscal).order_by("starts_on", "pk"))
    name = f"participation-{year}.{kind}"
    with override(LANGUAGE):
        if kind == "pdf":
            thai_digits = request.GET.get("digits") != "arabic"
            content = report_pdf(fiscal, rows, municipality=municipality(), day=today(), thai_digits=thai_digits)
            return _file(content, PDF_TYPE, name)
        done = [row for row in rows if row.is_complete]
        absolute = request.build_absolute_uri
        content = activities_xlsx(done, absolute, municipality=municipality(), title=report_title(fiscal))
    return _file(content, XLSX_TYPE, name)


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = str(content_disposition_header(as_attachment=True, filename=name))
    return response


def _open(content: bytes, content_type: str, name: str = "") -> HttpResponse:
    """Public data, the same for everybody: pages of others may read them."""
    response = _file(content, content_type, name) if name else HttpResponse(content, content_type=content_type)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
