"""What counters do, on a telephone: what is left, an entry, an unexpected find."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..choices import CountResult
from ..count_reading import PAGE, Days, Tally, division_ids, on_loan, progress_of
from ..errors import RefusedError
from ..forms.counts import EntryForm, SurpriseForm
from ..http import new_form_mark, person, show
from ..models import Asset, CountItem, CountSession
from ..models.register import clean_number
from ..services.counting import Finding, already_counted, count_item, item_result, note_surprise
from ..services.counts import is_asset_officer, may_close
from .counts import number_of, visible_count

_FOUND = 20
"""Rows of a search: who sees more types another word."""
_IN_ADDRESS = re.compile(r"/assets/item/([0-9A-Z]{10})/?")


def _as_counter(request: HttpRequest, year: int) -> tuple[CountSession, set[int] | None]:
    """The count and the divisions for which this person counts (None: all).

    Http404 for whom it does not concern; PermissionDenied for who sees it and does not count, asset officers first.
    """
    session, user = visible_count(request, year), person(request)
    divisions = division_ids(session, user)
    if divisions == set() or is_asset_officer(user):
        raise PermissionDenied(_("Those whom the order appoints count; asset officers never do (clause 213)."))
    return session, divisions


@dataclass(frozen=True, slots=True)
class _ToDo:
    """One thing that is still to be counted, with its place where that differs from the one before."""

    item: CountItem
    place: str | None
    due: Any


@require_safe
def counting(request: HttpRequest, year: int) -> HttpResponse:
    """How far the counter's divisions are; search; what is left in one of them, by place, a page at a time."""
    session, divisions = _as_counter(request, year)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    if session.is_open and words and (known := _exactly(session, words)):
        return redirect(_entry_url(session, known))
    mine = [row for row in progress_of(session).rows if divisions is None or _pk(row) in divisions]
    chosen = _chosen(mine, number_of(request.GET.get("division")))
    context: dict[str, Any] = {
        "session": session,
        "days": Days(session),
        "mine": mine,
        "total": _total(mine),
        "chosen": chosen,
        "q": words,
        "may_close": session.is_open and may_close(session, person(request)),
    }
    if session.is_open and words:
        context["found"] = _searched(session, words)
    elif session.is_open and chosen:
        context |= _to_do(session, chosen, number_of(request.GET.get("after")))
    return show(request, "assets/counting.html", context, room="count")


def _pk(row: Tally) -> int:
    return row.division.pk if row.division else 0


def _chosen(mine: list[Tally], wanted: int) -> Tally | None:
    """The division that is looked at: the one asked for, else the first with something left, else the first."""
    for fits in (lambda row: _pk(row) == wanted, lambda row: row.pending, lambda row: True):
        for row in mine:
            if fits(row):
                return row
    return None


def _total(mine: list[Tally]) -> Tally:
    total = Tally()
    for row in mine:
        total.add(row)
    return total


def _to_do(session: CountSession, chosen: Tally, after: int) -> dict[str, Any]:
    """A page of what is left, through the index `count_item_to_do`. after: the entry that ended the page before."""
    left = CountItem.objects.filter(session=session, division=chosen.division, result=CountResult.PENDING)
    last = CountItem.objects.filter(session=session, pk=after).first() if after else None
    if last is not None:
        left = left.filter(place__gte=last.place).filter(Q(place__gt=last.place) | Q(pk__gt=last.pk))
    items = list(left.select_related("asset").order_by("place", "pk")[: PAGE + 1])
    shown, loans = items[:PAGE], on_loan(items[:PAGE])
    rows = [
        _ToDo(
            item,
            item.place if number == 0 or shown[number - 1].place != item.place else None,
            loans.get(item.asset_id),
        )
        for number, item in enumerate(shown)
    ]
    return {"to_do": rows, "following": shown[-1].pk if len(items) > PAGE else None, "first_page": last is None}


def _exactly(session: CountSession, words: str) -> str | None:
    """The label of the asset whose number or label this is, or whose address was scanned."""
    scanned = _IN_ADDRESS.search(words)
    label = scanned[1] if scanned else words.upper()
    found = Asset.objects.filter(Q(label=label[:10]) | Q(number=clean_number(words)[:60]))
    return found.values_list("label", flat=True).first() if scanned or " " not in words else None


def _entry_url(session: CountSession, label: str) -> str:
    return reverse("assets:count_entry", args=[session.fiscal_year, label])


def _searched(session: CountSession, words: str) -> list[CountItem]:
    """Entries of this count whose asset's number, name, model or place hold every word."""
    assets = Asset.objects.searched(words).filter(count_items__session=session).order_by("number")
    found = CountItem.objects.filter(session=session, asset__in=list(assets.values_list("pk", flat=True)[:_FOUND]))
    return list(found.select_related("asset", "division").order_by("pk"))


@require_http_methods(["GET", "HEAD", "POST"])
def count_entry(request: HttpRequest, year: int, label: str) -> HttpResponse:
    """One asset: all as it should be in one tap, or what is different; a correction where it was counted already."""
    session, _divisions = _as_counter(request, year)
    item = (
        CountItem.objects.filter(session=session, asset__label=label.replace("\x00", ""))
        .select_related("asset__custodian", "division", "counted_by", "session")
        .first()
    )
    if item is None:
        return _not_listed(request, session, label)
    form, refused = EntryForm(item=item), ""
    if request.method == "POST":
        quick = request.POST.get("act") == "as_expected"
        if not quick:
            form = EntryForm(request.POST, request.FILES, item=item)
        if quick or form.is_valid():
            finding = Finding.as_expected(item) if quick else form.finding()
            photos = [] if quick else form.cleaned_data["photos"]
            revision = number_of(request.POST.get("revision"))
            try:
                saved = count_item(item, finding, by=person(request), revision=revision, photos=photos)
            except RefusedError as refusal:
                refused = str(refusal)
                if quick or refusal.code not in form.fields:
                    item = CountItem.objects.select_related(
                        "asset__custodian", "division", "counted_by", "session"
                    ).get(pk=item.pk)
                else:
                    form.refuse(refusal)
                    refused = ""
            else:
                messages.success(
                    request,
                    _("%(number)s: %(result)s.") % {"number": saved.asset.number, "result": item_result(saved)},
                )
                return redirect(f"{reverse('assets:counting', args=[year])}?division={item.division_id}")
    return _entry_page(request, session, item, form, refused)


def _entry_page(
    request: HttpRequest, session: CountSession, item: CountItem, form: EntryForm, refused: str
) -> HttpResponse:
    counted = item.result != CountResult.PENDING
    context = {
        "session": session,
        "item": item,
        "asset": item.asset,
        "form": form,
        "refused": refused,
        "counted": already_counted(item) if counted else "",
        "due": on_loan([item]).get(item.asset_id),
        "photos": item.photos.all() if counted else [],
        "earlier": _earlier(item) if item.revision > 1 else [],
        "revision": item.revision,
    }
    status = 422 if request.method == "POST" else 200
    return show(request, "assets/count_entry.html", context, room="count", status=status)


def _earlier(item: CountItem) -> list[Any]:
    """What corrections replaced, the latest first."""
    events = CountItem.pgh_event_models["corrected"].objects  # type: ignore[attr-defined]
    return list(events.filter(pgh_obj=item).select_related("counted_by").order_by("-pgh_id")[:10])


def _not_listed(request: HttpRequest, session: CountSession, label: str) -> HttpResponse:
    """A label of the register that is not on this count's list: it came later, or has left. Otherwise nothing is known
    of it, and it may be noted as unexpected."""
    asset = Asset.objects.filter(label=label.replace("\x00", "")).first()
    query = urlencode({"number": asset.number, "description": asset.name}) if asset else ""
    context = {"session": session, "asset": asset, "query": query}
    return show(request, "assets/count_not_listed.html", context, room="count", status=404 if asset is None else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def count_surprise(request: HttpRequest, year: int) -> HttpResponse:
    """Something that is not on the list; what was typed or scanned stands in the form already."""
    session, _divisions = _as_counter(request, year)
    form = SurpriseForm(
        initial={
            "number": request.GET.get("number", "").replace("\x00", "")[:60],
            "description": request.GET.get("description", "").replace("\x00", "")[:300],
            "condition": "good",
            "form_mark": new_form_mark(),
        }
    )
    expected = None
    if request.method == "POST":
        form = SurpriseForm(request.POST, request.FILES)
        if form.is_valid():
            words = {**form.cleaned_data}
            words["form_mark"] = words["form_mark"] or new_form_mark()
            try:
                noted = note_surprise(session, by=person(request), **words)
            except RefusedError as refusal:
                form.refuse(refusal)
                if refusal.code == "expected":
                    expected = _exactly(session, words["number"])
            else:
                messages.success(request, _("Noted as unexpected: %(what)s.") % {"what": noted.description})
                return redirect("assets:counting", year)
    context = {"session": session, "form": form, "expected": expected}
    status = 422 if request.method == "POST" else 200
    return show(request, "assets/surprise.html", context, room="count", status=status)
