"""Damage and loss: the list, one of them, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ita_portal.fiscal import today
from ita_portal.keyset import Keyset
from ita_portal.spreadsheets import CSV_TYPE, Value, csv_lines

from ..desk_reading import PAGE
from ..errors import RefusedError
from ..forms.incidents import DecisionForm, FoundAgainForm, IncidentFilter
from ..http import asset_officer, show
from ..incident_reading import RELATED, listed, loan_of, may_leave_register, photos_of, worth
from ..models import Incident, Loan
from ..querysets import IncidentQuerySet
from ..services.handovers import is_for_another_officer
from ..services.incidents import can_be_found_again, decide_incident, find_again

_BLOCK = 500


@dataclass(frozen=True, slots=True)
class Row:
    """An incident in the list. is_ticked: when the form was sent that was refused."""

    incident: Incident
    is_ticked: bool = False

    @property
    def loan(self) -> Loan | None:
        """The loan on which it happened; None: it was noticed in a count."""
        return loan_of(self.incident)

    @property
    def remedy(self) -> str:
        """What was decided."""
        return self.incident.remedy_words

    @property
    def can_be_found_again(self) -> bool:
        """Whether it can be ticked."""
        return can_be_found_again(self.incident)


@require_http_methods(["GET", "HEAD", "POST"])
def incidents(request: HttpRequest) -> HttpResponseBase:
    """What is not decided first; `?format=csv` gives the same list as a file. POST: what a count missed was found."""
    officer = asset_officer(request)
    again = FoundAgainForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and again.is_valid():
        try:
            done = find_again(again.keys, by=officer, explanation=again.cleaned_data["explanation"])
        except RefusedError as refused:
            again.say(refused)
        else:
            count = len(done)
            words = ngettext("%(count)s thing was found again.", "%(count)s things were found again.", count)
            messages.success(request, words % {"count": count} if count else _("This is written down already."))
            return redirect("assets:incidents")
    chosen = IncidentFilter(request.GET).chosen()
    found, order = listed(chosen)
    kept = {name: getattr(value, "pk", value) for name, value in chosen.items() if value}
    if request.method != "POST" and request.GET.get("format") == "csv":
        response = StreamingHttpResponse(_csv(found, order), content_type=CSV_TYPE)
        response.headers["Content-Disposition"] = f'attachment; filename="damage-and-loss-{today().isoformat()}.csv"'
        return response
    page = order.page(found, request.GET.get("after", ""), PAGE)
    context = {
        "rows": [Row(incident, incident.pk in again.keys) for incident in page.rows],
        "again": again,
        "some_again": any(can_be_found_again(incident) for incident in page.rows),
        "form": IncidentFilter(initial={**chosen, **kept}),
        "is_filtered": bool(kept),
        "query": urlencode({**kept, "format": "csv"}),
        "next": urlencode({**kept, "after": page.next}) if page.next else "",
        "first": not page.is_first,
        "kept": urlencode(kept),
    }
    status = 422 if request.method == "POST" else 200
    return show(request, "assets/incidents.html", context, room="desk", status=status)


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
    loan = loan_of(found)
    context = {
        "incident": found,
        "loan": loan,
        "is_own": loan is not None and not found.is_decided and is_for_another_officer(officer, loan.borrower_id),
        "remedy": found.remedy_words,
        "form": form,
        "worth": worth(found),
        "photos": photos_of(found),
        "may_leave": may_leave_register(found, found.asset),
    }
    status = 422 if request.method == "POST" else 200
    return show(request, "assets/incident.html", context, room="desk", status=status)


def _csv(found: IncidentQuerySet, order: Keyset[Incident]) -> Iterator[bytes]:
    """The list in pieces."""
    header = [
        _("noticed on"), _("kind of incident"), _("asset number"), _("thing"), _("quantity"), _("owning division"),
        _("loan"), _("borrower"), _("description"), _("decision"), _("paid, in baht"), _("order"), _("explanation"),
        _("decided on"),
    ]  # fmt: skip
    rows: Iterator[list[Value]] = (
            [
                row.noticed_on, str(row.get_kind_display()), row.asset.number, row.asset.name, row.quantity,
                str(row.asset.division), loan.reference if loan else "", str(loan.borrower) if loan else "",
                row.description, row.remedy_words, row.amount, row.order, row.explanation, row.decided_on,
            ]
            for block in order.blocks(found, _BLOCK)
            for row in block
            for loan in [loan_of(row)]
    )  # fmt: skip
    return csv_lines(header, rows, together=_BLOCK)
