"""The list of what waits for whoever approves, and approving those that are ticked in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ita_portal.fiscal import today
from ita_portal.spreadsheets import CSV_TYPE, Value, write_csv

from ..approval_reading import Asked, asked, decided_lately, extensions_waiting, waiting_page
from ..approvers import Seat
from ..choices import LoanState
from ..desk_reading import PAGE, START_ORDER
from ..errors import RefusedError
from ..forms.approvals import WaitingFilter
from ..http import person, show
from ..models import Loan
from ..services.bulk_decisions import Approved, Chosen, approve_loans
from .approvals import may_delegate_at_all, seated, who_decided

_MOST_IN_FILE = 1000
_TICK = re.compile(r"([A-Za-z0-9_-]{1,16}):(\d{1,9})", re.ASCII)
"""What a tick says: the loan and the revision that was read."""


@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits for whoever has a seat, the earliest start first; what they decided lately."""
    seat = seated(request)
    if request.GET.get("format") == "csv":
        chosen = WaitingFilter(request.GET).chosen()
        division = chosen["division"].pk if chosen["division"] else None
        return _csv(asked(waiting_page(seat, place=chosen["place"], division=division, size=_MOST_IN_FILE)))
    return _page(request, seat)


@require_http_methods(["GET", "HEAD", "POST"])
def approve_many(request: HttpRequest) -> HttpResponse:
    """Approve those that are ticked; what could not be approved stays, and why is said. The address keeps the filter.

    422 where none could be. Sent twice it is done once: what they approved themselves counts as done. Whoever opens
    the address (after signing in again, in the other language) is led to the list.
    """
    seat = seated(request)
    if request.method != "POST":
        return _to_list(request)
    sent = request.POST.getlist("loan")
    found = [_TICK.fullmatch(text) for text in sent]
    chosen = list({tick[1]: Chosen(tick[1], int(tick[2])) for tick in found if tick}.values())
    if not chosen:
        return _page(request, seat, problem=_("Tick at least one request."), status=422)
    try:
        result = approve_loans(chosen, by=person(request), seat=seat)
    except RefusedError as refused:
        return _page(request, seat, problem=str(refused), ticked=sent, status=422)
    done, refusals = _said(request, result)
    if not done:
        return _page(request, seat, refusals=refusals, ticked=sent, status=422)
    count = len(done)
    messages.success(
        request,
        ngettext("%(count)s loan is approved: %(loans)s.", "%(count)s loans are approved: %(loans)s.", count)
        % {"count": count, "loans": ", ".join(loan.reference for loan in done)},
    )
    for loan, sentence in refusals:
        messages.warning(request, _not_approved(loan, sentence))
    return _to_list(request)


def _to_list(request: HttpRequest) -> HttpResponse:
    kept = _kept(request)
    return redirect(reverse("assets:approvals") + (f"?{urlencode(kept)}" if kept else ""))


def _said(request: HttpRequest, result: Approved) -> tuple[list[Loan], list[tuple[Loan, str]]]:
    """What is approved by them now, and of those that are not and that they may see, why."""
    if not result.refused:
        return result.approved, []
    seen = Loan.objects.visible_to(request.user).filter(pk__in=[loan.pk for loan, _refused in result.refused])
    visible = set(seen.values_list("pk", flat=True))
    refused = [(loan, error) for loan, error in result.refused if loan.pk in visible]
    prefetch_related_objects([loan for loan, _error in refused], "decided_by")
    done, refusals = list(result.approved), []
    for loan, error in refused:
        if error.code != "state":
            refusals.append((loan, str(error)))
        elif loan.decided_by_id == person(request).pk and loan.state not in (LoanState.REFUSED, LoanState.CANCELLED):
            done.append(loan)
        else:
            refusals.append((loan, who_decided(loan) or str(error)))
    return done, refusals


def _not_approved(loan: Loan, sentence: str) -> str:
    return _("Loan %(number)s is not approved: %(why)s") % {"number": loan.reference, "why": sentence}


def _kept(request: HttpRequest) -> dict[str, Any]:
    """Filter and place in the list, for the next address; what makes no sense is left out."""
    chosen = WaitingFilter(request.GET).chosen()
    after = request.GET.get("after", "")
    kept = {"place": chosen["place"], "division": chosen["division"] and chosen["division"].pk}
    kept["after"] = after if START_ORDER.read(after) else ""
    return {name: value for name, value in kept.items() if value}


def _page(
    request: HttpRequest,
    seat: Seat,
    *,
    problem: str = "",
    refusals: Sequence[tuple[Loan, str]] = (),
    ticked: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    """The list. problem: why nothing was done; refusals: why which loan was not approved; ticked: as it was sent."""
    chosen = WaitingFilter(request.GET).chosen()
    division = chosen["division"].pk if chosen["division"] else None
    here = _kept(request)
    key = START_ORDER.read(here.get("after", ""))
    loans = waiting_page(seat, place=chosen["place"], division=division, key=key, size=PAGE + 1)
    kept = {name: value for name, value in here.items() if name != "after"}
    first_page = key is None
    extensions = extensions_waiting(seat) if first_page and not kept else []
    rows = asked(loans[:PAGE], extensions)
    waiting = [row for row in rows if row.extension is None]
    _say_in_rows(waiting, refusals, ticked)
    shown = {row.loan.pk for row in waiting}
    context = {
        "seat": seat,
        "form": WaitingFilter(initial={**chosen, "division": division}),
        "rows": waiting,
        "can_tick": any(row.can_be_ticked for row in waiting),
        "problem": problem,
        "nothing_approved": bool(refusals),
        "gone": [_not_approved(loan, sentence) for loan, sentence in refusals if loan.pk not in shown],
        "here": urlencode(here),
        "more_time": [row for row in rows if row.extension is not None],
        "lately": decided_lately(seat) if first_page else [],
        "next": urlencode({**kept, "after": START_ORDER.written(loans[PAGE - 1])}) if len(loans) > PAGE else "",
        "query": urlencode({**kept, "format": "csv"}),
        "first": "" if first_page else f"?{urlencode(kept)}",
        "is_filtered": bool(kept),
        "may_delegate": may_delegate_at_all(request),
        "today": today(),
    }
    return show(request, "assets/approvals.html", context, room="approvals", status=status)


def _say_in_rows(rows: Sequence[Asked], refusals: Sequence[tuple[Loan, str]], ticked: Sequence[str]) -> None:
    sentences = {loan.pk: sentence for loan, sentence in refusals}
    sent = {text.partition(":")[0] for text in ticked}
    for row in rows:
        row.problem = sentences.get(row.loan.pk, "")
        row.is_ticked = row.loan.public_id in sent


def _csv(rows: list[Asked]) -> HttpResponse:
    """The requests that wait as a file, a row for each thing."""
    header = [
        _("loan"), _("borrower"), _("division"), _("from"), _("to"), _("where it is used"), _("place of use"),
        _("purpose"), _("asset number"), _("thing"), _("asked for"), _("why it cannot be lent"),
    ]  # fmt: skip
    lines: list[list[Value]] = [
        [
            row.loan.reference, str(row.loan.borrower), str(row.loan.division or ""), row.loan.start_on,
            row.loan.due_on, str(row.loan.get_use_at_display()), row.loan.location, row.loan.purpose,
            item.line.asset.number, item.line.asset.name, item.line.quantity, item.refusal,
        ]
        for row in rows
        for item in row.lines
    ]  # fmt: skip
    response = HttpResponse(write_csv(header, lines), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="requests-{today().isoformat()}.csv"'
    return response
