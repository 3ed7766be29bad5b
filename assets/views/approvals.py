"""Deciding on one request, or on more time; and who decides in whose place. The list: `approval_list`."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ita_portal.fiscal import today
from ita_portal.thai import short_date

from ..approval_reading import (
    Asked,
    asked,
    changes_since,
    next_waiting,
    sign_summary,
    summary,
)
from ..approvers import Seat
from ..choices import Decision, LoanState
from ..errors import RefusedError
from ..forms.approvals import APPROVE, DecideForm, DelegationForm
from ..http import person, show
from ..models import Delegation, Extension, Loan
from ..querysets import OFF_SITE, ON_SITE
from ..services import decisions
from ..services.delegations import ENTER_ORDERS, end_delegation, make_delegation, may_delegate

_MOST_DELEGATIONS, _PAST_DELEGATIONS = 100, 20


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """A request in full, and the decision on it."""
    user = person(request)
    seat = Seat.of(user)
    form = DecideForm(request.POST) if request.method == "POST" else None
    problem = ""
    if form is not None and form.is_valid():
        given = form.cleaned_data
        # The act looks under its lock whether they may; what they may see is asked only where it refuses.
        loan = get_object_or_404(Loan.objects.only("pk"), public_id=public_id)
        try:
            if given["decision"] == APPROVE:
                decisions.approve_loan(loan, by=user, revision=given["revision"], note=given["note"], seat=seat)
            else:
                decisions.refuse_loan(loan, by=user, reason=given["reason"], revision=given["revision"], seat=seat)
        except RefusedError as refused:
            problem = str(refused)
        else:
            return _on_to_next(request, seat, given["decision"] == APPROVE)
    loan = _visible(request, public_id)
    if not seat.may_decide(loan):
        raise PermissionDenied
    if form is not None and form.is_valid() and _decided_by_me(loan, user.pk, form.cleaned_data["decision"]):
        # The second of two clicks: it is done, once.
        return _on_to_next(request, seat, form.cleaned_data["decision"] == APPROVE)
    row = asked([loan])[0]
    shown = summary(loan, [line.line for line in row.lines])
    changed = changes_since(form.data.get("seen", ""), shown) if form is not None else []
    context = {
        "seat": seat,
        "row": row,
        "loan": loan,
        "form": _with_hidden(form, loan.revision, sign_summary(shown)),
        "problem": who_decided(loan) if loan.state != LoanState.REQUESTED and problem else problem,
        "changed": changed,
        "is_waiting": loan.state == LoanState.REQUESTED,
        "decided": who_decided(loan),
        "title_for": seat.title_for(loan),
    }
    return show(request, "assets/decide.html", context, room="approvals", status=422 if form is not None else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def decide_extension(request: HttpRequest, public_id: str) -> HttpResponse:
    """A request for more time, and the decision on it."""
    user = person(request)
    loan = _visible(request, public_id)
    seat = Seat.of(user)
    if not seat.may_decide(loan):
        raise PermissionDenied
    form = DecideForm(request.POST) if request.method == "POST" else None
    problem = ""
    if form is not None and form.is_valid():
        given = form.cleaned_data
        extension = Extension.objects.filter(loan=loan, pk=given["revision"]).first()
        if extension is None:
            problem = _("This request for more time is not there any more.")
        elif extension.decided_by_id == user.pk and extension.decision == _decision_of(given["decision"]):
            return _on_to_next(request, seat, given["decision"] == APPROVE)
        else:
            extension.loan = loan
            try:
                if given["decision"] == APPROVE:
                    decisions.approve_extension(extension, by=user, answer=given["note"])
                else:
                    decisions.refuse_extension(extension, by=user, answer=given["reason"])
            except RefusedError as refused:
                problem = str(refused)
            else:
                return _on_to_next(request, seat, given["decision"] == APPROVE)
    last = loan.extensions.select_related("decided_by").order_by("-pk").first()
    if last is None:
        raise Http404
    last.loan = loan
    is_waiting = last.decision == Decision.WAITING
    row = asked([], [last])[0] if is_waiting else Asked(loan, extension=last)
    context = {
        "seat": seat,
        "row": row,
        "loan": loan,
        "extension": last,
        "form": _with_hidden(form, last.pk, ""),
        "problem": problem,
        "is_waiting": is_waiting,
        "title_for": seat.title_for(loan),
    }
    return show(request, "assets/extension.html", context, room="approvals", status=422 if form is not None else 200)


@require_safe
def delegations(request: HttpRequest) -> HttpResponse:
    """Who decides in whose place: now and later, and lately. For those who may name a deputy, or are one."""
    user = person(request)
    seat = Seat.of(user)
    may = may_delegate_at_all(request)
    if not may and seat.is_empty:
        raise PermissionDenied
    day = today()
    visible = Delegation.objects.select_related("division", "deputy", "made_by")
    if not (user.has_perm(ENTER_ORDERS) or user.has_perm(OFF_SITE)):
        own = visible.filter(deputy=user)
        visible = own | visible.filter(division=user.division) if user.division and user.has_perm(ON_SITE) else own
    standing = list(visible.filter(end_on__gte=day).order_by("start_on", "pk")[:_MOST_DELEGATIONS])
    context = {
        "seat": seat,
        "standing": [
            {"row": row, "now": row.start_on <= day, "may_end": may_delegate(user, row.division_id) and _goes_on(row)}
            for row in standing
        ],
        "past": list(visible.filter(end_on__lt=day).order_by("-end_on", "-pk")[:_PAST_DELEGATIONS]),
        "may_delegate": may,
    }
    return show(request, "assets/delegations.html", context, room="approvals")


@require_http_methods(["GET", "HEAD", "POST"])
def delegation_new(request: HttpRequest) -> HttpResponse:
    """Name a deputy."""
    if not may_delegate_at_all(request):
        raise PermissionDenied
    user = person(request)
    form = DelegationForm(request.POST, by=user) if request.method == "POST" else DelegationForm(by=user)
    if request.method == "POST" and form.is_valid():
        try:
            made = make_delegation(by=user, **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(refused.code if refused.code in form.fields else None, str(refused))
        else:
            days = {"who": made.deputy, "start": short_date(made.start_on), "end": short_date(made.end_on)}
            messages.success(request, _("%(who)s approves from %(start)s to %(end)s.") % days)
            return redirect("assets:delegations")
    status = 422 if form.is_bound else 200
    return show(request, "assets/delegation_new.html", {"form": form}, room="approvals", status=status)


@require_POST
def delegation_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Today is its last day; one that has not begun is taken back. Sent twice it is done once."""
    if not may_delegate_at_all(request):
        raise PermissionDenied
    found = Delegation.objects.filter(pk=pk).first() if pk < 2**63 else None
    if found is not None:
        try:
            ended = end_delegation(found, by=person(request))
        except RefusedError:
            raise PermissionDenied from None
        messages.success(
            request,
            _("The delegation was taken back.") if ended is None else _("The delegation ends at the end of today."),
        )
    return redirect("assets:delegations")


def seated(request: HttpRequest) -> Seat:
    """The seat of who asks. PermissionDenied (403) for whoever has none."""
    seat = Seat.of(person(request))
    if seat.is_empty:
        raise PermissionDenied
    return seat


def may_delegate_at_all(request: HttpRequest) -> bool:
    """Whether they may say who approves in their place, or in somebody's."""
    user = person(request)
    return may_delegate(user, user.division_id)


def _goes_on(delegation: Delegation) -> bool:
    return delegation.end_on > today() or delegation.start_on > today()


def _visible(request: HttpRequest, public_id: str) -> Loan:
    loans = Loan.objects.visible_to(request.user)
    loan: Loan = get_object_or_404(
        loans.select_related("borrower", "division", "owner", "decided_by"), public_id=public_id
    )
    return loan


def _decided_by_me(loan: Loan, user: int, decision: str) -> bool:
    refused = loan.state == LoanState.REFUSED
    return loan.decided_by_id == user and refused == (decision != APPROVE)


def _decision_of(decision: str) -> str:
    return Decision.APPROVED if decision == APPROVE else Decision.REFUSED


def who_decided(loan: Loan) -> str:
    """Who was faster; empty where nobody has decided."""
    if loan.decided_by is None or loan.decided_at is None:
        return _("The borrower has cancelled this request.") if loan.state == LoanState.CANCELLED else ""
    said = {"who": loan.decided_by, "day": short_date(loan.decided_at)}
    if loan.state == LoanState.REFUSED:
        return _("%(who)s refused it on %(day)s.") % said
    return _("%(who)s approved it on %(day)s.") % said


def _with_hidden(form: DecideForm | None, revision: int, seen: str) -> DecideForm:
    """The form to show: of a request that is read now, with everything that was typed."""
    if form is None:
        return DecideForm(initial={"revision": revision, "seen": seen})
    data: Any = dict(form.data.items())
    data["revision"], data["seen"] = str(revision), seen
    errors = form.errors.get("reason")
    again = DecideForm(data)
    again.is_valid()
    if not errors:
        again.errors.clear()
    return again


def _on_to_next(request: HttpRequest, seat: Seat, approved: bool) -> HttpResponse:
    """To the next request that waits, or to the list where none does."""
    messages.success(request, _("Approved. The borrower sees it.") if approved else _("Refused. The borrower sees it."))
    following = next_waiting(seat)
    return redirect("assets:decide", following) if following else redirect("assets:approvals")
