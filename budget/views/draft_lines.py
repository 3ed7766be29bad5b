"""The lines of a draft one by one, and money between them."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ita_portal.thai import baht
from organization.models import User

from ..draft_reading import in_words
from ..errors import RefusedError
from ..forms.lines import LineFilter, LineForm, TransferForm
from ..forms.plans import EditsForm
from ..http import show_desk
from ..models import LineVersion, Revision, Transfer
from ..services.lines import (
    WORDS_OF_LINE,
    add_line,
    change_line,
    remove_line,
    transfer,
    undo_transfer,
)
from .drafts import ORDER, PAGE, ROOM, draft_or_none, of_draft, show_now

MOST_FOUND = 20
"""Lines that a search for one side of a transfer shows."""
_LONGEST_WORDS = 200


@require_safe
@of_draft
def draft_lines(request: HttpRequest, by: User, draft: Revision) -> HttpResponse:
    """The lines of a draft, searched and filtered, a page at a time."""
    form = LineFilter(request.GET)
    chosen = form.chosen()
    rows = form.narrow(draft.versions.select_related("line", "division"), chosen)
    query = urlencode({name: getattr(value, "pk", value) for name, value in chosen.items()})
    context = {
        "draft": draft,
        "form": LineFilter(initial=chosen),
        "is_filtered": bool(chosen),
        "query": query,
        "page_of_lines": ORDER.page(rows, request.GET.get("after", ""), PAGE),
        "count": draft.versions.count(),
    }
    return show_desk(request, "budget/draft_lines.html", context, room=ROOM)


def _version(draft: Revision, pk: int) -> LineVersion:
    found: LineVersion | None = (
        draft.versions.select_related("line__plan", "division", "serves__plan").filter(pk=pk).first()
    )
    if found is None:
        raise Http404
    found.revision = draft
    return found


def _digest(version: LineVersion) -> str:
    """What a line says, so that a change elsewhere in the draft does not stand in its way."""
    said = repr([getattr(version, name) for name in WORDS_OF_LINE])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def draft_line_new(request: HttpRequest, by: User, draft: Revision) -> HttpResponse:
    """A line that is added."""
    form = LineForm(request.POST if request.method == "POST" else None, draft=draft, initial={"edits": draft.edits})
    if form.is_bound and form.is_valid():
        try:
            # A new line overwrites nobody's words, but the same form sent twice is refused by its `edits`.
            made = add_line(
                draft, form.values(), by=by, edits=form.cleaned_data["edits"], code=form.cleaned_data["code"]
            )
        except RefusedError as refused:
            form.say(refused)
            show_now(form, draft_or_none(draft.pk) or draft, {}, refused)
        else:
            messages.success(request, _("Line %(code)s is in the draft.") % {"code": made.line.code})
            if "another" in request.POST:
                return redirect("budget:draft_line_new", draft.pk)
            return redirect("budget:draft_lines", draft.pk)
    context = {"draft": draft, "form": form, "version": None}
    return show_desk(request, "budget/draft_line.html", context, room=ROOM, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def draft_line(request: HttpRequest, by: User, draft: Revision, version: int) -> HttpResponse:
    """A line that is changed. What somebody else saved meanwhile is shown, never overwritten unseen."""
    found = _version(draft, version)
    context: dict[str, Any] = {"draft": draft, "version": found, "seen": _digest(found)}
    if request.method != "POST":
        context["form"] = LineForm(draft=draft, version=found, initial={"edits": draft.edits})
        return show_desk(request, "budget/draft_line.html", context, room=ROOM)
    form = LineForm(request.POST, draft=draft, version=found)
    if form.is_valid():
        # Only the rest of the draft changed: this line is as the person saw it.
        is_same = request.POST.get("seen") == context["seen"]
        try:
            change_line(found, form.values(), by=by, edits=draft.edits if is_same else form.cleaned_data["edits"])
        except RefusedError as refused:
            form.say(refused)
            now = {name: form.initial.get(name) for name in form.shown}
            context["theirs"] = show_now(form, draft, _cleaned(form, now), refused, lambda name: _as_read(found, name))
        else:
            messages.success(request, _("Line %(code)s is changed in the draft.") % {"code": found.line.code})
            return redirect("budget:draft_lines", draft.pk)
    else:
        context["seen"] = request.POST.get("seen", "")[:16]
    context["form"] = form
    return show_desk(request, "budget/draft_line.html", context, room=ROOM, status=422)


def _cleaned(form: LineForm, now: dict[str, Any]) -> dict[str, Any]:
    """What a line says, as the form's cleaned data would."""
    version = form.version
    if version is None:
        return {}
    return {**now, "division": version.division, "serves": version.serves_id}


def _as_read(version: LineVersion, name: str) -> str:
    if name == "classification":
        return f"{in_words(version, 'group')} · {in_words(version, 'category')}"
    return in_words(version, {"division": "division_id", "serves": "serves_id"}.get(name, name))


@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def draft_line_remove(request: HttpRequest, by: User, draft: Revision, version: int) -> HttpResponse:
    """Take a line out, after asking."""
    found = draft.versions.select_related("line__plan").filter(pk=version).first()
    if found is None and request.method == "POST":
        messages.info(request, _("This line is not in the draft any more."))
        return redirect("budget:draft_lines", draft.pk)
    found = _version(draft, version)
    form = EditsForm(request.POST if request.method == "POST" else None, initial={"edits": draft.edits})
    if form.is_bound and form.is_valid():
        try:
            remove_line(found, by=by, edits=form.cleaned_data["edits"])
        except RefusedError as refused:
            form.say(refused)
            show_now(form, draft, {}, refused)
        else:
            messages.success(request, _("Line %(code)s is taken out of the draft.") % {"code": found.line.code})
            return redirect("budget:draft_lines", draft.pk)
    in_force = draft.based_on_id is not None and LineVersion.objects.filter(
        revision=draft.based_on_id, line=found.line_id
    ).exists()  # fmt: skip
    context = {"draft": draft, "version": found, "form": form, "in_force": in_force}
    return show_desk(request, "budget/draft_line_remove.html", context, room=ROOM, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def draft_transfer(request: HttpRequest, by: User, draft: Revision) -> HttpResponse:
    """Move money between two lines: choose both by searching, then say how much and who approved it."""
    if draft.based_on_id is None or not draft.plan.is_budget:
        messages.info(request, _("Transfers belong to a revision of a budget that is in force."))
        return redirect("budget:draft", draft.pk)
    sides = _Sides(request, draft)
    if request.method == "POST":
        form = TransferForm(request.POST)
        status = 422
        if not (sides.giver and sides.taker):
            form.add_error(None, _("Choose both lines: the one that gives and the one that gets."))
        elif form.is_valid() and "look" in request.POST:
            status = 200
        elif form.is_valid():
            try:
                made = transfer(
                    draft, sides.giver, sides.taker, form.cleaned_data["amount"], form.approval(), by=by,
                    edits=form.cleaned_data["edits"],
                )  # fmt: skip
            except RefusedError as refused:
                form.say(refused)
                show_now(form, draft, {}, refused)
            else:
                messages.success(request, _("%(amount)s baht are moved in the draft.") % {"amount": baht(made.amount)})
                return redirect(f"{reverse('budget:draft', args=[draft.pk])}#transfers")
        amount = form.cleaned_data.get("amount") if hasattr(form, "cleaned_data") else None
        return show_desk(
            request, "budget/draft_transfer.html", {**sides.context, "form": form, **sides.after(amount)}, room=ROOM,
            status=status,
        )  # fmt: skip
    initial = {"edits": draft.edits, "giver": sides.pk(sides.giver), "taker": sides.pk(sides.taker)}
    return show_desk(
        request, "budget/draft_transfer.html", {**sides.context, "form": TransferForm(initial=initial)}, room=ROOM
    )


class _Sides:
    """The two lines of a transfer, as the address or the form names them, and what a search for each found."""

    def __init__(self, request: HttpRequest, draft: Revision) -> None:
        sent = request.POST if request.method == "POST" else request.GET
        self.draft = draft
        self.giver = self._line(sent.get("giver", ""))
        self.taker = self._line(sent.get("taker", ""))
        self.words = {name: request.GET.get(name, "")[:_LONGEST_WORDS].replace("\0", "") for name in ("qg", "qt")}

    def _line(self, text: str) -> LineVersion | None:
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            return None
        found: LineVersion | None = (
            self.draft.versions.select_related("line__plan", "division").filter(pk=int(text)).first()
        )
        return found

    @staticmethod
    def pk(line: LineVersion | None) -> int | None:
        return None if line is None else line.pk

    def _found(self, name: str) -> list[LineVersion]:
        words = self.words[name]
        if not words.strip():
            return []
        rows = self.draft.versions.holding(words).select_related("line__plan", "division")
        return list(rows.order_by("position", "pk")[: MOST_FOUND + 1])

    @property
    def context(self) -> dict[str, Any]:
        """For the page."""
        giver, taker = self._found("qg"), self._found("qt")
        return {
            "draft": self.draft,
            "giver": self.giver,
            "taker": self.taker,
            "words": self.words,
            "givers": giver[:MOST_FOUND],
            "takers": taker[:MOST_FOUND],
            "more_givers": len(giver) > MOST_FOUND,
            "more_takers": len(taker) > MOST_FOUND,
            "most": MOST_FOUND,
            "is_new": self.taker is not None
            and not LineVersion.objects.filter(revision=self.draft.based_on_id, line=self.taker.line_id).exists(),
        }

    def after(self, amount: Decimal | None) -> dict[str, Any]:
        """What both lines would have."""
        if amount is None or self.giver is None or self.taker is None:
            return {}
        giver, taker = self.giver.revised, self.taker.revised
        return {
            "giver_after": None if giver is None else giver - amount,
            "taker_after": None if taker is None else taker + amount,
            "is_too_much": giver is None or giver < amount,
        }


@require_POST
@of_draft
def draft_transfer_undo(request: HttpRequest, by: User, draft: Revision, transfer: int) -> HttpResponse:
    """Take a transfer of the draft back."""
    form = EditsForm(request.POST)
    made = Transfer.objects.filter(pk=transfer, revision=draft).first()
    if made is None:
        messages.info(request, _("This transfer is not in the draft any more."))
    elif not form.is_valid():
        messages.error(request, _("Open the page again and try once more."))
    else:
        made.revision = draft
        try:
            undo_transfer(made, by=by, edits=form.cleaned_data["edits"])
        except RefusedError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The transfer is undone."))
    return redirect(f"{reverse('budget:draft', args=[draft.pk])}#transfers")
