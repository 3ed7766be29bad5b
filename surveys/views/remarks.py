"""Pages: own words, looked at before anybody else reads them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ita_portal.keyset import Keyset
from ita_portal.masking import mask_citizen_numbers
from ita_portal.refusals import RefusedError

from ..choices import RemarkState
from ..forms.desk import DeskForm, PublishForm, RefuseForm, RemarksFilter
from ..http import keeper, show_desk
from ..models import Question, Remark
from ..services import remarks as acts

_PAGE = 20
_ORDER: Keyset[Remark] = Keyset(Remark, "pk")
"""By their random keys: the order says nothing about when they came."""


def _questions(remarks: list[Remark]) -> dict[tuple[int, str], str]:
    versions = {remark.survey.version_id for remark in remarks}
    rows = Question.objects.filter(version__in=versions, code__in={remark.code for remark in remarks})
    return {(version, code): text for version, code, text in rows.values_list("version", "code", "text")}


@require_safe
def remarks(request: HttpRequest) -> HttpResponse:
    """What waits, what is published, what is not."""
    keeper(request)
    pile = request.GET.get("pile", "")
    pile = pile if pile in RemarkState.values else RemarkState.WAITING.value
    form = RemarksFilter(request.GET)
    chosen = form.chosen()
    rows = Remark.objects.filter(state=pile).select_related("survey__questionnaire")
    if "questionnaire" in chosen:
        rows = rows.filter(survey__questionnaire__slug=chosen["questionnaire"])
    page = _ORDER.page(rows, request.GET.get("after", ""), _PAGE)
    counts = dict(Remark.objects.values_list("state").annotate(n=Count("pk")).order_by())
    questions = _questions(page.rows)
    query = {"pile": pile, **chosen}
    context = {
        "rows": [(remark, questions.get((remark.survey.version_id, remark.code), "")) for remark in page.rows],
        "pile": pile,
        "piles": [(value, label, counts.get(value, 0)) for value, label in RemarkState.choices],
        "form": form,
        "is_filtered": bool(chosen),
        "next": urlencode({**query, "after": page.next}) if page.next else "",
        "query": urlencode(query),
        "is_first": page.is_first,
    }
    return show_desk(request, "surveys/remarks.html", context, room="remarks")


@require_http_methods(["GET", "HEAD", "POST"])
def moderate(request: HttpRequest, remark: uuid.UUID) -> HttpResponse:
    """Own words: let everybody read them, whole or shortened, or not, with a reason."""
    by = keeper(request)
    found = _remark(remark)
    publish: DeskForm = PublishForm(initial={"text": mask_citizen_numbers(found.text)}, auto_id="publish_%s")
    refuse: DeskForm = RefuseForm(auto_id="refuse_%s")
    problem = ""
    if request.method == "POST":
        act, seen = request.POST.get("act", ""), request.POST.get("seen") or None
        form: Any = None
        doing: Callable[[], Remark] | None = None
        if act == "publish":
            form = publish = PublishForm(request.POST, auto_id="publish_%s")
            doing, words = (
                (lambda: acts.publish(found, form.cleaned_data["text"], by=by, seen=seen)),
                _("It is published."),
            )
        elif act == "refuse":
            form = refuse = RefuseForm(request.POST, auto_id="refuse_%s")
            doing, words = (lambda: acts.refuse(found, form.kept, by=by, seen=seen)), _("It is not published.")
        if doing is None:
            problem = _("Choose what to do.")
        elif form.is_valid():
            try:
                doing()
            except RefusedError as refused:
                if refused.field in form.fields:
                    form.say(refused)
                else:
                    problem = str(refused)
            else:
                messages.success(request, words)
                return redirect("surveys:remarks")
        found = _remark(remark)  # another officer may have decided: what is shown is what is
    code, own = acts.read_reason(found.reason) if found.reason else ("", "")
    context = {
        "remark": found,
        "question": _questions([found]).get((found.survey.version_id, found.code), ""),
        "publish": publish,
        "refuse": refuse,
        "problem": problem,
        "seen": acts.mark_of(found),
        "reason": [str(acts.Reason(code).label), own] if code else [],
        "masked": mask_citizen_numbers(found.text) != found.text,
        "is_forgotten": found.text == acts.FORGOTTEN,
    }
    failed = request.method == "POST"
    return show_desk(request, "surveys/remark.html", context, room="remarks", status=422 if failed else 200)


def _remark(pk: uuid.UUID) -> Remark:
    rows = Remark.objects.select_related("survey__questionnaire", "moderated_by")
    found: Remark = get_object_or_404(rows, pk=pk)
    return found
