"""What a borrower does: ask, follow, change, cancel, ask for more time; and the printed forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ita_portal.fiscal import today
from ita_portal.spreadsheets import CSV_TYPE, write_csv
from ita_portal.thai import numeric_date

from ..approvers import Seat
from ..asking import MOST_ROWS, Row, asked_before, look_at, mark_of_content, read_rows, typed_rows
from ..availability import DAY
from ..borrowing import PAGE, earlier_loans, loan_for, open_loans, page_of, standing_of, years_of
from ..choices import Act, Decision, LoanState
from ..documents.loan_form import loan_form_pdf
from ..documents.return_form import return_form_pdf
from ..errors import RefusedError
from ..forms.loans import DAYS_FIELDS, CancelForm, CatalogueForm, ExtensionForm, LoanForm, MyLoansForm
from ..http import new_form_mark, person, show
from ..models import Loan
from ..querysets import KEEP_REGISTER
from ..services.requests import Wish, ask_extension, cancel_loan, change_loan, is_own, request_loans, sent_before
from ..stock import check_days
from ..workflow import allows

_MOST_IN_FILE = 20_000
_BLANK_ROWS = 1
_FIELDS = {**DAYS_FIELDS, "purpose": "purpose", "location": "location"}
"""At which field a refusal stands."""


# -- One's own loans ----------------------------------------------------------------------------------------------


@require_safe
def my_loans(request: HttpRequest) -> HttpResponse:
    """What the borrower must do, their open loans, and the earlier ones page by page. `?format=csv`: as a file."""
    user = person(request)
    form = MyLoansForm(request.GET, years=years_of(user))
    form.is_valid()
    chosen = form.cleaned_data
    state, year, number = chosen.get("state") or "", chosen.get("year"), chosen.get("q") or ""
    reference = form.reference()
    is_filtered = bool(state or year or number)
    if request.GET.get("format") == "csv":
        rows = earlier_loans(user, state=state, year=year, reference=reference, everything=True)
        return _csv(rows.none() if number and reference is None else rows)
    rows = earlier_loans(user, state=state, year=year, reference=reference, everything=is_filtered)
    if number and reference is None:
        rows = rows.none()
    after = request.GET.get("after", "")[:16]
    if after and (last := Loan.objects.filter(borrower=user, public_id=after).values_list("pk", flat=True).first()):
        rows = rows.filter(pk__lt=last)
    mine = None if is_filtered or after else open_loans(user)
    if mine:
        # What was refused lately stands among what is to be done: once is enough.
        rows = rows.exclude(pk__in=[one.loan.pk for one in mine.now if one.loan.state == LoanState.REFUSED])
    found = list(rows[: PAGE + 1])
    kept = [(name, str(value)) for name, value in (("q", number), ("state", state), ("year", year)) if value]
    following = urlencode([*kept, ("after", found[PAGE - 1].public_id)]) if len(found) > PAGE else ""
    return show(
        request,
        "assets/my_loans.html",
        {
            "form": form,
            "mine": mine,
            "rows": [standing_of(loan) for loan in found[:PAGE]],
            "is_filtered": is_filtered,
            "is_first": not after,
            "following": following,
            "query": urlencode(kept),
        },
        room="loans",
    )


def _csv(rows: Any) -> HttpResponse:
    header = [
        _("loan number"), _("state"), _("lending division"), _("items"), _("from"), _("return by"), _("ended on"),
        _("used"), _("place of use"), _("purpose"), _("reason"),
    ]  # fmt: skip
    body = [
        [
            loan.reference, str(loan.get_state_display()), str(loan.owner),
            "; ".join(f"{line.asset.number} {line.asset.name} × {line.quantity}" for line in loan.lines.all()),
            loan.start_on, loan.due_on, loan.finished_on, str(loan.get_use_at_display()), loan.location, loan.purpose,
            loan.reason,
        ]
        for loan in rows[:_MOST_IN_FILE]
    ]  # fmt: skip
    response = HttpResponse(write_csv(header, body), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="loans-{today().isoformat()}.csv"'
    return response


# -- Asking -------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def loan_new(request: HttpRequest) -> HttpResponse:
    """The request. What is free, what it becomes and who decides is said before it is sent; `check=1` only says it."""
    user = person(request)
    officer = user.has_perm(KEEP_REGISTER)
    if request.method != "POST":
        form, rows = _prefilled(request, officer)
        if request.GET.get("ask") and all(row.is_blank for row in rows):
            return _nothing_ticked(request)
        return _asked(request, form, rows, status=200)
    rows = typed_rows(request.POST)
    read_rows(rows, request.POST)
    form = LoanForm(request.POST, officer=officer)
    if (only_rows := _only_rows(request, rows)) is not None:
        return _asked(request, _unchecked(request, officer=officer), only_rows, status=200)
    checking = bool(request.POST.get("check"))
    if not checking and (mark := _sent_mark(request)) and (known := sent_before(mark, by=user)):
        return _sent(request, known, again=True)
    if not _ready(form, rows, borrower=_borrower(form, user)) or checking:
        return _asked(request, form, rows, status=200 if checking else 422, looked=checking)
    return _send(request, form, rows)


def _nothing_ticked(request: HttpRequest) -> HttpResponse:
    """Back to the catalogue as it was, where nothing was ticked; it says so."""
    kept = [(name, request.GET[name]) for name in CatalogueForm.base_fields if request.GET.get(name)]
    return redirect(f"{reverse('assets:catalogue')}?{urlencode([*kept, ('nothing', '1')])}")


def _send(request: HttpRequest, form: LoanForm, rows: list[Row]) -> HttpResponse:
    """Write down a request that is ready; refused all the same where somebody was faster."""
    user = person(request)
    wish, borrower = _wish(form, rows), _borrower(form, user)
    mark = form.cleaned_data["form_mark"] or mark_of_content(user, borrower, rows, _words(wish))
    known = sent_before(mark, by=user) or asked_before(wish, borrower=borrower, by=user)
    try:
        loans = known or request_loans(wish, borrower=borrower, entered_by=user, form_mark=mark)
    except RefusedError as refusal:
        _say(refusal, form, rows)
        return _asked(request, form, rows, status=422)
    return _sent(request, loans, again=bool(known))


def _sent(request: HttpRequest, loans: list[Loan], *, again: bool) -> HttpResponse:
    """To the loan, or to the list where it became several."""
    if again:
        messages.info(request, _("This form was sent before; nothing was sent again."))
    else:
        references = ", ".join(loan.reference for loan in loans)
        messages.success(request, _("The request was sent: %(references)s.") % {"references": references})
    return redirect("assets:loan", loans[0].public_id) if len(loans) == 1 else redirect("assets:my_loans")


def _sent_mark(request: HttpRequest) -> str:
    form = LoanForm({"form_mark": request.POST.get("form_mark", "")})
    form.is_valid()
    return str(form.cleaned_data.get("form_mark") or "")


def _prefilled(request: HttpRequest, officer: bool) -> tuple[LoanForm, list[Row]]:
    """The form as the address asks for it: things and days from the catalogue, or all of an earlier loan."""
    user = person(request)
    initial: dict[str, Any] = {"form_mark": new_form_mark(), "phone": "" if officer else _phone_of(user)}
    rows = typed_rows(request.GET)
    for name in ("purpose", "place", "location"):
        if value := request.GET.get(name, ""):
            initial[name] = value
    if earlier := request.GET.get("from"):
        loan = Loan.objects.filter(borrower=user, public_id=earlier).first()
        if loan is None:
            raise Http404
        lines = loan.lines.select_related("asset").order_by("position")
        rows = [Row(line.asset.number, str(line.quantity)) for line in lines]
        start = max(today(), loan.start_on)
        initial |= {
            "start_on": start, "due_on": start + DAY * (loan.days - 1), "purpose": loan.purpose,
            "place": loan.use_at, "location": loan.location, "phone": loan.phone or _phone_of(user),
        }  # fmt: skip
    else:
        for name in ("start_on", "due_on"):
            if typed := request.GET.get(name, "").strip():
                initial[name] = _day(typed)
    read_rows(rows, request.GET)
    return LoanForm(initial=initial, officer=officer), rows


def _phone_of(user: Any) -> str:
    """Where `user` is reached: as their account says, else as they wrote last time.

    Not for the asset officer, who writes for others; the printed form has the borrower's own where none was written.
    """
    if user.phone:
        return str(user.phone)
    told = Loan.objects.filter(borrower=user).exclude(phone="").order_by("-pk")
    return told.values_list("phone", flat=True).first() or ""


def _day(typed: str) -> dt.date | str:
    try:
        return LoanForm.base_fields["start_on"].clean(typed)
    except ValidationError:
        return typed[:40]


def _only_rows(request: HttpRequest, rows: list[Row]) -> list[Row] | None:
    """The rows after one was added or taken away; None where the form was sent for good."""
    if request.POST.get("add"):
        return [*(row for row in rows if not row.is_blank), *(Row() for _row in range(3))]
    remove = request.POST.get("remove", "")
    if remove.isascii() and remove.isdecimal() and len(remove) < 4:
        return [row for position, row in enumerate(rows) if position != int(remove)]
    return None


def _unchecked(request: HttpRequest, *, officer: bool, changes: Loan | None = None) -> LoanForm:
    """The form with what was typed and nothing said about it."""
    names = LoanForm.base_fields
    initial = {name: request.POST.get(name, "").replace("\x00", "") for name in names if name in request.POST}
    return LoanForm(initial=initial, officer=officer, changes=changes)


def _borrower(form: LoanForm, user: Any) -> Any:
    return getattr(form, "cleaned_data", {}).get("borrower") or user


def _ready(form: LoanForm, rows: list[Row], *, borrower: Any, without_loan: int | None = None) -> bool:
    """Whether it can be sent. What cannot is said at its field or row, all at once."""
    form.is_valid()
    borrower = _borrower(form, borrower)
    days = form.days()
    if days:
        try:
            check_days(*days)
        except RefusedError as refusal:
            form.add_error(DAYS_FIELDS.get(refusal.code, "start_on"), str(refusal))
            days = None
    look_at(rows, days, place="", borrower=borrower, without_loan=without_loan)
    if not any(not row.is_blank for row in rows):
        rows[:] = rows or [Row()]
        rows[0].error = _("Choose at least one item.")
    return not form.errors and not any(row.is_wrong for row in rows)


def _wish(form: LoanForm, rows: list[Row]) -> Wish:
    cleaned = form.cleaned_data
    return Wish(
        wants=[row.want() for row in rows if not row.is_blank],
        start=cleaned["start_on"],
        due=cleaned["due_on"],
        purpose=cleaned["purpose"],
        use_at=cleaned["place"],
        location=cleaned["location"],
        phone=cleaned["phone"],
    )


def _words(wish: Wish) -> dict[str, Any]:
    return {
        "start": wish.start.isoformat(), "due": wish.due.isoformat(), "purpose": wish.purpose, "place": wish.use_at,
        "location": wish.location,
    }  # fmt: skip


def _say(refusal: RefusedError, form: LoanForm, rows: list[Row]) -> None:
    """Put a refusal where it belongs."""
    filled = [row for row in rows if not row.is_blank]
    if refusal.line is not None and refusal.line < len(filled):
        filled[refusal.line].error = str(refusal)
    else:
        form.add_error(_FIELDS.get(refusal.code), str(refusal))


def _asked(
    request: HttpRequest,
    form: LoanForm,
    rows: list[Row],
    *,
    status: int,
    looked: bool = False,
    changes: Loan | None = None,
) -> HttpResponse:
    """The form, with what is found about it. looked: whether the person asked for the finding."""
    user = person(request)
    days, place, borrower = _seen(form, user if changes is None else changes.borrower)
    finding = look_at(
        [row for row in rows if not row.is_blank],
        days,
        place=place,
        borrower=borrower,
        without_loan=changes.pk if changes else None,
    )
    blank = [] if len(rows) >= MOST_ROWS or any(row.is_blank for row in rows) else [Row()] * _BLANK_ROWS
    if not rows:
        blank = [Row(), Row()]
    at_desk = changes is not None and changes.borrower_id != user.pk
    return show(
        request,
        "assets/loan_new.html",
        {
            "form": form,
            "rows": [*rows, *blank],
            "finding": finding,
            "place": place,
            "looked": looked,
            "changes": changes,
            "wrong": status == 422 or (looked and (form.errors or any(row.is_wrong for row in rows))),
            "may_add": len(rows) < MOST_ROWS,
            "catalogue_query": _basket(rows, days),
            "at_desk": at_desk,
        },
        room="desk" if at_desk else "loans",
        status=status,
    )


def _seen(form: LoanForm, user: Any) -> tuple[tuple[dt.date, dt.date] | None, str, Any]:
    """Days, place and borrower as far as the form says them; the days only where a loan could have them."""
    values: Mapping[str, Any] = form.cleaned_data if form.is_bound and hasattr(form, "cleaned_data") else form.initial
    start, due = values.get("start_on"), values.get("due_on")
    if isinstance(start, str) or isinstance(due, str):
        start, due = _day(str(start or "")), _day(str(due or ""))
    days = None
    if isinstance(start, dt.date) and isinstance(due, dt.date):
        try:
            check_days(start, due)
            days = start, due
        except RefusedError as refusal:
            if not form.is_bound:
                form.initial_problem = str(refusal)  # type: ignore[attr-defined]
    borrower = values.get("borrower")
    return days, str(values.get("place") or ""), borrower if hasattr(borrower, "pk") else user


def _basket(rows: list[Row], days: tuple[dt.date, dt.date] | None) -> str:
    pairs = [pair for row in rows if row.asset for pair in (("asset", row.number), ("quantity", row.quantity or "1"))]
    if days:
        pairs += [("start_on", days[0].isoformat()), ("due_on", days[1].isoformat())]
    return urlencode(pairs)


# -- A loan -------------------------------------------------------------------------------------------------------


@require_safe
def loan(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where a loan stands, what was done, and what comes next for whoever looks."""
    user = person(request)
    seat = Seat.of(user)
    page = page_of(loan_for(user, public_id), user, seat)
    room = "desk" if page.at_desk else "loans"
    return show(request, "assets/loan.html", {"page": page, "loan": page.loan, "seat": seat}, room=room)


def _own_loan(request: HttpRequest, public_id: str) -> Loan:
    """A loan that the person borrows, or entered as the asset officer that they are.

    404 where they may not see it, 403 where they only may see it.
    """
    user = person(request)
    found = loan_for(user, public_id)
    if not is_own(found, user):
        raise PermissionDenied
    return found


def _too_late(request: HttpRequest, found: Loan) -> HttpResponse:
    """Back to the loan where its state allows no such act any more."""
    sentence = _("This is not possible any more: the loan is “%(state)s”.") % {"state": found.get_state_display()}
    messages.error(request, sentence)
    return redirect("assets:loan", found.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def loan_change(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a request on which nobody has decided; the same form as for asking."""
    user, found = person(request), _own_loan(request, public_id)
    if request.method != "POST":
        if not allows(Act.CHANGE, found.state):
            return _too_late(request, found)
        lines = found.lines.select_related("asset").order_by("position")
        rows = [Row(line.asset.number, str(line.quantity)) for line in lines]
        read_rows(rows)
        initial = {
            "start_on": found.start_on, "due_on": found.due_on, "purpose": found.purpose, "place": found.use_at,
            "location": found.location, "phone": found.phone, "revision": found.revision,
        }  # fmt: skip
        return _asked(request, LoanForm(initial=initial, changes=found), rows, status=200, changes=found)
    rows = typed_rows(request.POST)
    read_rows(rows, request.POST)
    if (only_rows := _only_rows(request, rows)) is not None:
        return _asked(request, _unchecked(request, officer=False, changes=found), only_rows, status=200, changes=found)
    form = LoanForm(request.POST, changes=found)
    checking = bool(request.POST.get("check"))
    if not _ready(form, rows, borrower=found.borrower, without_loan=found.pk) or checking:
        return _asked(request, form, rows, status=200 if checking else 422, looked=checking, changes=found)
    try:
        change_loan(found, _wish(form, rows), by=user, revision=form.cleaned_data["revision"] or 0)
    except RefusedError as refusal:
        _say(refusal, form, rows)
        return _asked(request, form, rows, status=422, changes=found)
    messages.success(request, _("The request was changed."))
    return redirect("assets:loan", found.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def loan_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Cancel a loan that was not collected: its borrower, or the asset officer with a reason."""
    user = person(request)
    found = loan_for(user, public_id)
    if user.pk != found.borrower_id and not user.has_perm(KEEP_REGISTER):
        raise PermissionDenied
    if found.state == LoanState.CANCELLED:
        messages.info(request, _("This loan is cancelled."))
        return redirect("assets:loan", found.public_id)
    if not allows(Act.CANCEL, found.state):
        return _too_late(request, found)
    form = CancelForm(request.POST if request.method == "POST" else None)
    form.fields["note"].required = user.pk != found.borrower_id
    if request.method == "POST" and form.is_valid():
        try:
            cancel_loan(found, by=user, note=form.cleaned_data["note"])
        except RefusedError as refusal:
            form.add_error("note" if refusal.code == "note" else None, str(refusal))
        else:
            messages.success(request, _("The loan was cancelled. Its things are free for others."))
            return redirect("assets:loan", found.public_id)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "loan": found, "at_desk": user.pk != found.borrower_id}
    room = "desk" if context["at_desk"] else "loans"
    return show(request, "assets/loan_cancel.html", context, room=room, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def loan_extend(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask for more time; whoever approved the loan, or their deputy, decides."""
    user, found = person(request), _own_loan(request, public_id)
    if not allows(Act.ASK_EXTENSION, found.state):
        return _too_late(request, found)
    waiting = found.extensions.filter(decision=Decision.WAITING).first()
    form = ExtensionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["new_due_on"]
        if waiting and waiting.new_due_on == day:
            messages.info(request, _("This form was sent before; nothing was sent again."))
            return redirect("assets:loan", found.public_id)
        try:
            ask_extension(found, by=user, new_due_on=day, reason=form.cleaned_data["reason"])
        except RefusedError as refusal:
            form.add_error("reason" if refusal.code == "reason" else "new_due_on", str(refusal))
        else:
            messages.success(request, _("More time was asked for: until %(day)s.") % {"day": numeric_date(day)})
            return redirect("assets:loan", found.public_id)
    elif request.method != "POST" and waiting:
        messages.info(request, _("A request for more time is waiting already."))
        return redirect("assets:loan", found.public_id)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "loan": found, "at_desk": user.pk != found.borrower_id}
    room = "desk" if context["at_desk"] else "loans"
    return show(request, "assets/loan_extend.html", context, room=room, status=status)


# -- Paper --------------------------------------------------------------------------------------------------------


@require_safe
def loan_form(request: HttpRequest, public_id: str) -> HttpResponse:
    """The printed ใบยืมพัสดุ."""
    found = loan_for(person(request), public_id)
    return _pdf(loan_form_pdf(found), f"loan-{found.fiscal_year}-{found.number}.pdf")


@require_safe
def return_form(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """The printed ใบคืนพัสดุ of the loan's return `number`, from 1."""
    found = loan_for(person(request), public_id)
    content = return_form_pdf(found, number)
    if content is None:
        raise Http404
    return _pdf(content, f"return-{found.fiscal_year}-{found.number}-{number}.pdf")


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
