"""The list of an officer's cases, and the same list as a file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ita_portal.fiscal import today
from ita_portal.spreadsheets import CSV_TYPE, write_csv
from organization.models import User

from .. import sealing
from ..choices import FINISHED, ItemKind, State
from ..deadline import Deadline, deadline_of
from ..desk_case import state_words
from ..forms.desk import FilterForm
from ..http import desk_page
from ..models import Case, ChannelSettings, Item
from ..models.cases import CaseQuerySet
from ..opened import open_many_for_officer
from ..sessions import OpenVault, locks_at

PAGE = 25
_FIRST_WORDS = 140
_MOST_IN_FILE = 20_000


@dataclass(frozen=True, slots=True)
class Row:
    """A case in the list. about: the accused as the reporter named them. words: how the report begins."""

    case: Case
    state: str
    deadline: Deadline
    about: str
    words: str


@require_safe
@desk_page
def cases(request: HttpRequest, *, vault: OpenVault) -> HttpResponse:
    """The officer's cases, filtered; one page of them opened for a glimpse."""
    user = cast(User, request.user)
    day = today()
    form = FilterForm(request.GET)
    chosen = form.chosen()
    visible = Case.objects.visible_to(user)
    pages = Paginator(_filtered(visible, chosen, user, day).select_related("handler__user"), PAGE)
    page = pages.get_page(request.GET.get("page"))
    kept = {name: "1" if value is True else value for name, value in chosen.items() if value}
    return render(
        request,
        "complaints/desk/cases.html",
        {
            "form": FilterForm(initial=chosen),
            "rows": _rows(list(page.object_list), vault, day),
            "page": page,
            "counts": _counts(visible, user, day),
            "query": urlencode(kept),
            "is_filtered": bool(kept),
            "locks_at": locks_at(request),
        },
    )


@require_safe
@desk_page
def cases_csv(request: HttpRequest, *, vault: OpenVault) -> HttpResponse:
    """The filtered list as CSV, without anything that is sealed."""
    user = cast(User, request.user)
    day = today()
    found = _filtered(Case.objects.visible_to(user), FilterForm(request.GET).chosen(), user, day)
    header = [
        _("reference"), _("day of filing"), _("channel"), _("category"), _("state"), _("outcome"),
        _("first answer due"), _("first answer given"), _("finished"), _("overdue"),
    ]  # fmt: skip
    rows = [
        [
            case.reference, case.filed_on, str(case.get_channel_display()), str(case.get_category_display()),
            str(case.get_state_display()), str(case.get_outcome_display()), case.due_on, case.answered_on,
            case.finished_on, case.answered_on is None and not case.is_finished and case.due_on < day,
        ]
        for case in found[:_MOST_IN_FILE]
    ]  # fmt: skip
    response = HttpResponse(write_csv(header, rows), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="complaints-{day.isoformat()}.csv"'
    return response


def _filtered(visible: CaseQuerySet, chosen: dict[str, Any], user: User, day: dt.date) -> CaseQuerySet:
    found = visible
    match chosen["state"]:
        case "":
            # Who looks for a reference, or for news, means every case.
            found = found if chosen["q"] or chosen["news"] else found.unfinished()
        case "finished":
            found = found.filter(state__in=FINISHED)
        case state if state in State.values:
            found = found.filter(state=state)
    if chosen["category"]:
        found = found.filter(category=chosen["category"])
    if chosen["overdue"]:
        found = found.overdue(day)
    if chosen["news"]:
        found = found.filter(has_news=True)
    if chosen["mine"]:
        found = found.filter(handler__user=user.pk)
    if chosen["q"]:
        found = found.filter(reference__icontains=chosen["q"].strip().replace(" ", ""))
    # What waits for its first answer comes first, the nearest limit at the top.
    waits = ExpressionWrapper(Q(answered_on=None) & ~Q(state__in=FINISHED), BooleanField())
    return found.order_by(waits.desc(), "due_on", "reference")


def _counts(visible: CaseQuerySet, user: User, day: dt.date) -> dict[str, int]:
    """How many cases wait in which way; one query."""
    unfinished = ~Q(state__in=FINISHED)
    return visible.aggregate(
        open=Count("pk", filter=unfinished),
        finished=Count("pk", filter=Q(state__in=FINISHED)),
        overdue=Count("pk", filter=unfinished & Q(answered_on=None, due_on__lt=day)),
        news=Count("pk", filter=Q(has_news=True)),
        mine=Count("pk", filter=unfinished & Q(handler__user=user.pk)),
    )


def _rows(found: list[Case], vault: OpenVault, day: dt.date) -> list[Row]:
    """A page of cases with a glimpse into each report; three queries."""
    warn_days = ChannelSettings.current().warn_days
    opened = open_many_for_officer(found, vault)
    reports = Item.objects.filter(case__in=list(opened), kind=ItemKind.REPORT)
    contents = {
        item.case_id: sealing.open_letter(opened[item.case_id].pair, item.sealed, item.context) for item in reports
    }
    return [
        Row(
            case,
            state_words(case),
            deadline_of(case, day, warn_days),
            _about(content),
            _beginning(content.get("narrative", "")),
        )
        for case in found
        for content in [contents.get(case.pk, {})]
    ]


def _about(report: dict[str, Any]) -> str:
    parts = (report.get(name, "") for name in ("accused_name", "accused_position", "accused_division"))
    return " · ".join(str(part) for part in parts if part)


def _beginning(text: str) -> str:
    plain = " ".join(str(text).split())
    return plain if len(plain) <= _FIRST_WORDS else plain[:_FIRST_WORDS] + "…"
