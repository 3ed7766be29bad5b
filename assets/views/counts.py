"""The yearly count: its list, its preparation, how far it is, its close, its report."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from ita_portal.fiscal import FiscalYear, today
from ita_portal.spreadsheets import XLSX_TYPE
from organization.models import Municipality, User

from ..count_reading import (
    LISTS,
    PAGE,
    Days,
    committee,
    entries,
    left_on_loan,
    progress_of,
    summary_of,
    surprises_of,
)
from ..documents.count_report import count_report_pdf, count_report_xlsx
from ..errors import RefusedError
from ..forms.counts import CloseForm, CounterForm, CountForm
from ..http import asset_officer, person, show
from ..models import Counter, CountSession
from ..querysets import KEEP_REGISTER, oversees_counts
from ..services.counting import counter_of
from ..services.counts import (
    appoint_counter,
    appointing_begins,
    change_count,
    close_count,
    make_chair,
    make_count,
    may_close,
    may_open,
    open_count,
    remove_counter,
    year_to_count,
)


def visible_count(request: HttpRequest, year: int) -> CountSession:
    """The count of a fiscal year. Http404 where there is none, or none that this person may see."""
    found: CountSession = get_object_or_404(CountSession.objects.visible_to(person(request)), fiscal_year=year)
    return found


def number_of(text: str | None) -> int:
    """A key or a place in a list as it stands in an address; 0 where it is none."""
    plain = text or ""
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 19 else 0


@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """Every count that this person may see, the latest first; of those that run, how far they are."""
    user = person(request)
    rows = [
        {
            "session": session,
            "days": Days(session),
            "progress": progress_of(session).total if session.is_open else None,
            "counts_there": any(counter.user_id == user.pk for counter in session.counters.all()),
        }
        for session in CountSession.objects.visible_to(user).prefetch_related("counters")[:PAGE]
    ]
    context: dict[str, Any] = {"rows": rows}
    if user.has_perm(KEEP_REGISTER):
        context |= _next_count()
    return show(request, "assets/counts.html", context, room="count")


def _next_count() -> dict[str, Any]:
    """to_count: the fiscal year whose count can be entered now; where there is none, next_year and from which day."""
    year = year_to_count()
    following = FiscalYear.current()
    if appointing_begins(following) <= today():
        following = FiscalYear(following.number + 1)
    return {"to_count": year, "next_year": following, "next_from": appointing_begins(following)}


@require_http_methods(["GET", "HEAD", "POST"])
def count_new(request: HttpRequest) -> HttpResponse:
    """Enter the count of a fiscal year; then its committee is appointed."""
    officer = asset_officer(request)
    form = CountForm(request.POST or None)
    if request.method == "POST":
        form = CountForm(request.POST)
        if form.is_valid():
            try:
                session = make_count(by=officer, **form.cleaned_data)
            except RefusedError as refusal:
                form.add_error(_field(refusal), str(refusal))
            else:
                messages.success(request, _("The count was entered. Now appoint who counts."))
                return redirect("assets:count_counters", session.fiscal_year)
    status = 422 if request.method == "POST" else 200
    return show(request, "assets/count_form.html", {"form": form, **_next_count()}, room="count", status=status)


@require_safe
def count(request: HttpRequest, year: int) -> HttpResponse:
    """One count: its days, its committee, what was found by division, and its lists a page at a time."""
    session, user = visible_count(request, year), person(request)
    counts_there = counter_of(session, user)
    sees_lists = oversees_counts(user) or counts_there
    members = committee(session)
    context: dict[str, Any] = {
        "session": session,
        "days": Days(session),
        "members": members,
        "summary": summary_of(session) if session.opened_at else None,
        "counts_there": counts_there,
        "may_open": bool(members) and session.opened_at is None and may_open(session, user),
        "may_close": session.is_open and may_close(session, user),
        "sees_lists": sees_lists,
        "is_officer": user.has_perm(KEEP_REGISTER),
    }
    if sees_lists and session.opened_at:
        # Pictures are for the committee and the asset officer, as their address is.
        context |= _list(session, request, photos=counts_there or context["is_officer"])
    return show(request, "assets/count.html", context, room="count")


def _list(session: CountSession, request: HttpRequest, *, photos: bool) -> dict[str, Any]:
    """The list that the address asks for, by default what is missing; and where its next page begins."""
    name = request.GET.get("show", "missing")
    name = name if name in LISTS or name == "unexpected" else "missing"
    division, after = number_of(request.GET.get("division")), number_of(request.GET.get("after"))
    found: QuerySet[Any]
    if name == "unexpected":
        found = surprises_of(session, after)
    else:
        found = entries(session, name, division).filter(pk__gt=after)
    rows = list((found.prefetch_related("photos") if photos else found)[: PAGE + 1])
    following = rows[PAGE - 1].pk if len(rows) > PAGE else None
    return {
        "list_name": name,
        "list_division": division,
        "rows": rows[:PAGE],
        "following": following,
        "first_page": not after,
        "shows_photos": photos,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def count_counters(request: HttpRequest, year: int) -> HttpResponse:
    """Appoint the committee; mend the order and the days before the count begins."""
    officer = asset_officer(request)
    session = visible_count(request, year)
    form, words = CounterForm(), CountForm(changes=session)
    status = 200
    if request.method == "POST":
        refused = _act(request, session, officer)
        if refused is None:
            return redirect("assets:count_counters", session.fiscal_year)
        form, words = refused
        status = 422
    context = {
        "session": session,
        "days": Days(session),
        "members": committee(session),
        "form": form,
        "words": words,
        "words_open": words.is_bound,
    }
    return show(request, "assets/counters.html", context, room="count", status=status)


def _act(request: HttpRequest, session: CountSession, officer: User) -> tuple[CounterForm, CountForm] | None:
    """Do what the form asks; its forms with what is wrong where it was not done."""
    act, form, words = request.POST.get("act", ""), CounterForm(), CountForm(changes=session)
    if act == "days":
        words = CountForm(request.POST, changes=session)
        if words.is_valid():
            try:
                change_count(session, by=officer, **words.cleaned_data)
            except RefusedError as refusal:
                words.add_error(_field(refusal), str(refusal))
            else:
                messages.success(request, _("The count was changed."))
                return None
        return form, words
    if act in ("remove", "chair"):
        counter = get_object_or_404(
            Counter.objects.select_related("session", "user"),
            session=session,
            pk=number_of(request.POST.get("counter")),
        )
        try:
            (remove_counter if act == "remove" else make_chair)(counter, by=officer)
        except RefusedError as refusal:
            messages.error(request, str(refusal))
            return form, words
        return None
    form = CounterForm(request.POST)
    if form.is_valid():
        try:
            appoint_counter(session, by=officer, **form.cleaned_data)
        except RefusedError as refusal:
            form.add_error("chairs" if refusal.code == "counter_one_chair" else "user", str(refusal))
        else:
            return None
    return form, words


@require_http_methods(["GET", "HEAD", "POST"])
def count_open(request: HttpRequest, year: int) -> HttpResponse:
    """Take the list of what is expected from the register; from now on there is something to count.

    Whoever only looks, as after a reload of what was refused, is led to the count.
    """
    session, user = visible_count(request, year), person(request)
    if request.method != "POST":
        return redirect("assets:count", session.fiscal_year)
    try:
        opened = open_count(session, by=user)
    except RefusedError as refusal:
        if refusal.code == "not_yours":
            raise PermissionDenied from refusal
        messages.error(request, str(refusal))
        return _refused(request, session)
    messages.success(request, _("The count has begun."))
    return redirect("assets:count", opened.fiscal_year)


def _refused(request: HttpRequest, session: CountSession) -> HttpResponse:
    members = committee(session)
    context = {
        "session": session,
        "days": Days(session),
        "members": members,
        "may_open": bool(members),
        "is_officer": person(request).has_perm(KEEP_REGISTER),
    }
    return show(request, "assets/count.html", context, room="count", status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def count_close(request: HttpRequest, year: int) -> HttpResponse:
    """The committee reports: what is left is confirmed as missing by number, and nothing changes any more."""
    session, user = visible_count(request, year), person(request)
    if not may_close(session, user):
        raise PermissionDenied
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            close_count(session, by=user, remarks=form.cleaned_data["remarks"], missing=form.as_missing)
        except RefusedError as refusal:
            form.add_error("missing" if refusal.code == "pending" else None, str(refusal))
        else:
            messages.success(request, _("The count is closed. Print the report and have the committee sign it."))
            return redirect("assets:count", session.fiscal_year)
    total = summary_of(session).total
    lent = left_on_loan(session) if total.pending else 0
    context = {
        "session": session,
        "days": Days(session),
        "form": form,
        "total": total,
        "left_on_loan": lent,
        "left_missing": total.pending - lent,
    }
    status = 422 if request.method == "POST" else 200
    return show(request, "assets/count_close.html", context, room="count", status=status)


@require_safe
def count_report(request: HttpRequest, year: int, kind: str) -> HttpResponseBase:
    """`report.pdf`, `report.xlsx`: for who oversees counts and for the committee; before the close as a draft."""
    write = {"pdf": count_report_pdf, "xlsx": count_report_xlsx}.get(kind)
    session, user = visible_count(request, year), person(request)
    if write is None or session.opened_at is None:
        raise Http404(_("There is no document of this kind."))
    if not (oversees_counts(user) or counter_of(session, user)):
        raise PermissionDenied
    # An official document is Thai at English addresses too.
    with override("th"):
        body = write(session, municipality=Municipality.objects.first() or Municipality(name="–"))
    response = HttpResponse(body, content_type="application/pdf" if kind == "pdf" else XLSX_TYPE)
    name = f"รายงานผลการตรวจสอบพัสดุประจำปี-{session.fiscal_year}.{kind}"
    response.headers["Content-Disposition"] = str(content_disposition_header(kind != "pdf", name))
    return response


def _field(refusal: RefusedError) -> str | None:
    """The field of `CountForm` that a refusal is about."""
    return {"year": "fiscal_year", "early": "start_on", "late": "start_on"}.get(
        refusal.code, refusal.code if refusal.code in ("order", "appointed_on") else None
    )
