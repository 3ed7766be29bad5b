"""The asset officer's desk: what is to be handed out, what is out and late; handing out and taking back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ita_portal.fiscal import today
from ita_portal.keyset import Keyset
from ita_portal.spreadsheets import CSV_TYPE, Value, csv_lines
from ita_portal.thai import numeric_date

from ..choices import USABLE, HandoverKind, LoanState
from ..desk_reading import (
    MOST_COUNTED,
    PAGE,
    PILES,
    capped,
    desk_rows,
    found_by,
    pile,
)
from ..errors import RefusedError
from ..forms.desk import CancelForm, ChaseForm, DeskFilter, HandOutForm, TakeBackForm
from ..http import asset_officer, new_form_mark, person, show
from ..models import Loan, LoanLine
from ..querysets import LoanQuerySet
from ..services import handovers
from ..services.chasing import chase_loan, last_chased
from ..services.requests import cancel_loan

_BLOCK = 500
"""Loans that a file reads at once."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for. name: of the pile."""

    name: str
    filters: dict[str, Any]

    @classmethod
    def of(cls, request: HttpRequest) -> Chosen:
        """From the address; what makes no sense is left out."""
        filters = DeskFilter(request.GET).chosen()
        name = request.GET.get("pile", "")
        # Who looks for something means every loan.
        return cls(name if name in PILES else "all" if filters["q"] else PILES[0], filters)

    def loans(self, day: dt.date) -> tuple[LoanQuerySet, Keyset[Loan]]:
        """The loans and their order."""
        found, order = pile(self.name, day)
        if self.filters["q"]:
            found = found.filter(pk__in=found_by(self.filters["q"]))
        if self.filters["division"]:
            found = found.filter(division=self.filters["division"])
        if self.filters["since"]:
            found = found.filter(due_on__gte=self.filters["since"])
        if self.filters["until"]:
            found = found.filter(due_on__lte=self.filters["until"])
        return found, order

    @property
    def query(self) -> dict[str, Any]:
        """For an address of the same list."""
        kept: dict[str, Any] = {"pile": self.name}
        for name, value in self.filters.items():
            if value:
                kept[name] = numeric_date(value) if isinstance(value, dt.date) else getattr(value, "pk", value)
        return kept

    @property
    def is_filtered(self) -> bool:
        """Whether more than the pile was chosen."""
        return any(self.filters.values())


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The piles, and a page of one of them."""
    asset_officer(request)
    day = today()
    chosen = Chosen.of(request)
    loans, order = chosen.loans(day)
    page = order.page(loans.select_related("borrower", "division", "owner"), request.GET.get("after", ""), PAGE)
    query = chosen.query
    context = {
        "rows": desk_rows(page.rows, day),
        "piles": [
            {"name": name, "title": title, "count": capped(pile(name, day)[0]) if name != "all" else ""}
            for name, title in _titles().items()
        ],
        "pile": chosen.name,
        "title": _titles()[chosen.name],
        "form": DeskFilter(initial={**query, **chosen.filters}),
        "is_filtered": chosen.is_filtered,
        "query": urlencode(query),
        "next": urlencode({**query, "after": page.next}) if page.next else "",
        "first": "" if page.is_first else urlencode(query),
        "today": day,
        "most": MOST_COUNTED,
    }
    return show(request, "assets/desk.html", context, room="desk")


@require_safe
def desk_csv(request: HttpRequest) -> HttpResponseBase:
    """The same list as a file, line by line of each loan; made while it is read."""
    asset_officer(request)
    day = today()
    loans, order = Chosen.of(request).loans(day)
    response = StreamingHttpResponse(_csv(loans, order, day), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="loans-{day.isoformat()}.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def hand_out(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give things of an approved loan, or a part of them; or cancel what nobody came for."""
    officer = asset_officer(request)
    loan = _loan(public_id)
    if request.method == "POST" and request.POST.get("act") == "cancel":
        return _cancel(request, loan)
    if _was_sent(request, loan):
        return redirect("assets:loan", public_id)
    lines = _lines(loan)
    states = _free(loan, lines)
    if request.method == "POST":
        form = HandOutForm(request.POST, request.FILES, lines=lines, states=states)
        if form.is_valid():
            given = form.cleaned_data
            try:
                handovers.hand_out(
                    loan, form.pieces(), by=officer, person=given["person"], form_mark=given["form_mark"],
                    note=given["note"], photos=given["photos"],
                )  # fmt: skip
            except RefusedError as refused:
                form.say(refused)
            else:
                messages.success(
                    request, _("Loan %(number)s is handed out. Next: print the loan form and have it signed.")
                    % {"number": loan},
                )  # fmt: skip
                return redirect("assets:loan", public_id)
        return _hand_out_page(request, loan, form, status=422)
    initial = {"person": str(loan.borrower), "form_mark": new_form_mark()}
    return _hand_out_page(request, loan, HandOutForm(initial=initial, lines=lines, states=states))


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take things back, or a part of them; and the papers of what came back before. Or say that one demanded it."""
    officer = asset_officer(request)
    loan = _loan(public_id)
    if request.method == "POST" and request.POST.get("act") == "chase":
        return _chase(request, loan)
    if _was_sent(request, loan):
        return redirect("assets:take_back", public_id)
    lines = [line for line in _lines(loan) if line.out]
    if request.method == "POST":
        form = TakeBackForm(request.POST, request.FILES, lines=lines, states={})
        if form.is_valid():
            given = form.cleaned_data
            try:
                handovers.take_back(
                    loan, form.pieces(), by=officer, person=given["person"],
                    form_mark=given["form_mark"], note=given["note"], photos=given["photos"],
                )  # fmt: skip
            except RefusedError as refused:
                form.say(refused)
            else:
                messages.success(request, _("Taken back. The return slip can be printed below."))
                return redirect("assets:take_back", public_id)
        return _take_back_page(request, loan, form, status=422)
    initial = {"person": str(loan.borrower), "form_mark": new_form_mark()}
    return _take_back_page(request, loan, TakeBackForm(initial=initial, lines=lines, states={}))


def _was_sent(request: HttpRequest, loan: Loan) -> bool:
    """Whether this very form is written down: by the first of two clicks, or before the back button."""
    mark = request.POST.get("form_mark", "") if request.method == "POST" else ""
    return 0 < len(mark) <= 64 and "\0" not in mark and loan.handovers.filter(form_mark=mark).exists()


@dataclass(frozen=True, slots=True)
class FreeNow:
    """How many pieces of a line can go out now. why: where it is fewer than were promised."""

    free: int
    why: str = ""


def _free(loan: Loan, lines: list[LoanLine]) -> dict[int, FreeNow]:
    elsewhere = handovers.out_elsewhere([line.asset_id for line in lines], loan)
    found = {}
    for line in lines:
        others = elsewhere.get(line.asset_id, [])
        free = handovers.free_to_hand_out(line, others) if line.asset.can_be_lent else 0
        why = ""
        if not line.asset.can_be_lent:
            why = _("%(asset)s cannot be lent now.") % {"asset": line.asset}
        elif free < line.to_hand_out and others:
            why = handovers.still_out(line, others, free)
        elif free < line.to_hand_out:
            why = _("Of %(asset)s only %(count)s are usable and here.") % {"asset": line.asset, "count": free}
        found[line.pk] = FreeNow(free, why)
    return found


def _hand_out_page(
    request: HttpRequest, loan: Loan, form: HandOutForm, *, cancel: CancelForm | None = None, status: int = 200
) -> HttpResponse:
    day = today()
    context = {
        "loan": loan,
        "form": form,
        "cancel": cancel or CancelForm(),
        "early": loan.start_on > day,
        "over": loan.due_on < day,
        "left": not loan.borrower.is_active,
        "is_own": handovers.is_for_another_officer(person(request), loan.borrower_id),
        "is_possible": loan.state in (LoanState.APPROVED, LoanState.OUT),
        "anything": any(state.free for state in form.states.values()),
        "may_cancel": loan.state in (LoanState.REQUESTED, LoanState.APPROVED),
        "handed": _handed(loan, HandoverKind.OUT),
    }
    return show(request, "assets/hand_out.html", context, room="desk", status=status)


def _take_back_page(
    request: HttpRequest, loan: Loan, form: TakeBackForm, *, chase: ChaseForm | None = None, status: int = 200
) -> HttpResponse:
    chased = last_chased([loan.pk]).get(loan.pk)
    context = {
        "loan": loan,
        "form": form,
        "chase": chase or ChaseForm(),
        "chased": chased,
        "is_chased_today": chased == today(),
        "is_own": handovers.is_for_another_officer(person(request), loan.borrower_id),
        "days_late": loan.days_late(),
        "is_possible": loan.state == LoanState.OUT,
        "more_to_hand_out": loan.state == LoanState.OUT and any(line.to_hand_out for line in _lines(loan)),
        "given": _handed(loan, HandoverKind.OUT),
        "back": _handed(loan, HandoverKind.BACK),
        "usable": USABLE,
    }
    return show(request, "assets/take_back.html", context, room="desk", status=status)


def _handed(loan: Loan, kind: HandoverKind) -> list[tuple[int, Any]]:
    """What changed hands, numbered as on the papers, with lines, assets and photos."""
    found = loan.handovers.filter(kind=kind).select_related("officer").order_by("pk")
    return list(enumerate(found.prefetch_related("lines__line__asset", "photos"), start=1))


def _chase(request: HttpRequest, loan: Loan) -> HttpResponse:
    officer = asset_officer(request)
    chase = ChaseForm(request.POST)
    if chase.is_valid():
        try:
            chase_loan(loan, by=officer, note=chase.cleaned_data["how"])
        except RefusedError as refused:
            chase.add_error("how", str(refused))
        else:
            messages.success(request, _("It is written down that the return of loan %(number)s was demanded today.")
                             % {"number": loan})  # fmt: skip
            return redirect("assets:take_back", loan.public_id)
    lines = [line for line in _lines(loan) if line.out]
    initial = {"person": str(loan.borrower), "form_mark": new_form_mark()}
    form = TakeBackForm(initial=initial, lines=lines, states={})
    return _take_back_page(request, loan, form, chase=chase, status=422)


def _cancel(request: HttpRequest, loan: Loan) -> HttpResponse:
    officer = asset_officer(request)
    form = CancelForm(request.POST)
    problem = ""
    if form.is_valid():
        if loan.state == LoanState.CANCELLED:
            return redirect("assets:desk")
        try:
            cancel_loan(loan, by=officer, note=form.cleaned_data["reason"])
        except RefusedError as refused:
            problem = str(refused)
        else:
            messages.success(request, _("Loan %(number)s is cancelled; its things are free again.") % {"number": loan})
            return redirect("assets:desk")
    if problem:
        form.add_error("reason", problem)
    lines = _lines(loan)
    initial = {"person": str(loan.borrower), "form_mark": new_form_mark()}
    page = HandOutForm(initial=initial, lines=lines, states=_free(loan, lines))
    return _hand_out_page(request, loan, page, cancel=form, status=422)


def _loan(public_id: str) -> Loan:
    loans = Loan.objects.select_related("borrower", "division", "owner")
    found: Loan = get_object_or_404(loans, public_id=public_id)
    return found


def _lines(loan: Loan) -> list[LoanLine]:
    lines = list(loan.lines.select_related("asset").order_by("position"))
    for line in lines:
        line.loan = loan
    return lines


def _csv(loans: LoanQuerySet, order: Keyset[Loan], day: dt.date) -> Iterator[bytes]:
    """The list in pieces: never more than one block of loans in memory."""
    header = [
        _("loan"), _("state"), _("borrower"), _("division"), _("telephone"), _("from"), _("to"), _("days late"),
        _("where it is used"), _("place of use"), _("purpose"), _("asset number"), _("thing"), _("asked for"),
        _("handed out"), _("taken back"), _("lost"),
    ]  # fmt: skip
    rows: Iterator[list[Value]] = (
            [
                row.loan.reference, str(row.loan.get_state_display()), str(row.loan.borrower),
                str(row.loan.division or ""), row.phone, row.loan.start_on, row.loan.due_on, row.days_late,
                str(row.loan.get_use_at_display()), row.loan.location, row.loan.purpose, line.asset.number,
                line.asset.name, line.quantity, line.handed, line.returned, line.lost,
            ]
            for block in order.blocks(loans.select_related("borrower", "division"), _BLOCK)
            for row in desk_rows(block, day, with_blocked=False)
            for line in row.lines
    )  # fmt: skip
    return csv_lines(header, rows, together=_BLOCK)


def _titles() -> dict[str, str]:
    return {
        "collect": _("To hand out"),
        "later": _("Approved for later"),
        "out": _("On loan"),
        "today": _("Due today"),
        "overdue": _("Overdue"),
        "waiting": _("Waiting for approval"),
        "all": _("All loans"),
    }
