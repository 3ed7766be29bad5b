"""Damage and loss: the list, one of them, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ita_portal.fiscal import today
from ita_portal.spreadsheets import CSV_TYPE, Value, write_csv

from ..desk_reading import PAGE, read_key
from ..errors import RefusedError
from ..forms.incidents import DecisionForm, IncidentFilter
from ..http import asset_officer, show
from ..incident_reading import RELATED, after, key_of, listed, loan_of, may_leave_register, photos_of, worth
from ..models import Incident
from ..querysets import IncidentQuerySet
from ..services.incidents import decide_incident

_BLOCK = 500
_BOM = b"\xef\xbb\xbf"


@require_safe
def incidents(request: HttpRequest) -> HttpResponseBase:
    """What is not decided first; `?format=csv` gives the same list as a file."""
    asset_officer(request)
    chosen = IncidentFilter(request.GET).chosen()
    found, latest_first = listed(chosen)
    kept = {name: getattr(value, "pk", value) for name, value in chosen.items() if value}
    if request.GET.get("format") == "csv":
        response = StreamingHttpResponse(_csv(found, latest_first), content_type=CSV_TYPE)
        response.headers["Content-Disposition"] = f'attachment; filename="damage-and-loss-{today().isoformat()}.csv"'
        return response
    key = read_key(request.GET.get("after", ""))
    rows = list(after(found, latest_first, key)[: PAGE + 1])
    context = {
        "rows": [(incident, loan_of(incident)) for incident in rows[:PAGE]],
        "form": IncidentFilter(initial={**chosen, **kept}),
        "is_filtered": bool(kept),
        "query": urlencode({**kept, "format": "csv"}),
        "next": urlencode({**kept, "after": key_of(rows[PAGE - 1])}) if len(rows) > PAGE else "",
        "first": key is not None,
        "kept": urlencode(kept),
    }
    return show(request, "assets/incidents.html", context, room="desk")


@require_http_methods(["GET", "HEAD", "POST"])
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them, and the decision."""
    officer = asset_officer(request)
    if pk >= 2**63:
        raise Http404
    found: Incident = get_object_or_404(Incident.objects.select_related(*RELATED, "decided_by"), pk=pk)
    form = DecisionForm(request.POST or None, incident=found)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if found.decided_by_id == officer.pk and found.remedy == given["remedy"]:
            # The second of two clicks.
            return redirect("assets:incident", pk)
        try:
            decide_incident(
                found, by=officer, remedy=given["remedy"], usable_again=given["usable_again"],
                decided_on=given["decided_on"], amount=given["amount"], order=given["order"],
                explanation=given["explanation"], write_off=given.get("write_off", False),
            )  # fmt: skip
        except RefusedError as refused:
            form.say(refused)
            found.refresh_from_db()
        else:
            messages.success(request, _("The decision is kept."))
            return redirect("assets:incident", pk)
    context = {
        "incident": found,
        "loan": loan_of(found),
        "form": form,
        "worth": worth(found),
        "photos": photos_of(found),
        "may_leave": may_leave_register(found, found.asset),
    }
    status = 422 if request.method == "POST" else 200
    return show(request, "assets/incident.html", context, room="desk", status=status)


def _csv(found: IncidentQuerySet, latest_first: bool) -> Iterator[bytes]:
    """The list in blocks, each behind the key of the last."""
    header = [
        _("noticed on"), _("what happened"), _("asset number"), _("thing"), _("quantity"), _("owning division"),
        _("loan"), _("borrower"), _("description"), _("decision"), _("paid, in baht"), _("order"), _("explanation"),
        _("decided on"),
    ]  # fmt: skip
    yield write_csv(header, [])
    key = None
    while True:
        block = list(after(found, latest_first, key)[:_BLOCK])
        rows: list[list[Value]] = [
            [
                row.noticed_on, str(row.get_kind_display()), row.asset.number, row.asset.name, row.quantity,
                str(row.asset.division), loan.reference if loan else "", str(loan.borrower) if loan else "",
                row.description, str(row.get_remedy_display()), row.amount, row.order, row.explanation, row.decided_on,
            ]
            for row in block
            for loan in [loan_of(row)]
        ]  # fmt: skip
        yield write_csv([], rows).removeprefix(_BOM).removeprefix(b"\r\n")
        if len(block) < _BLOCK:
            return
        key = block[-1].noticed_on, block[-1].pk
