"""What people said, at the desk: looked at, answered; and who of the staff has read the plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from ita_portal.admin_history import acting, changes_of, people_of
from ita_portal.fiscal import FIRST_YEAR, LAST_YEAR, FiscalYear
from ita_portal.spreadsheets import CSV_TYPE, Value, csv_lines

from ..choices import CommentState, PlanKind
from ..errors import RefusedError
from ..forms.voices import AnswerForm, DeskFilter, RefuseForm
from ..http import officer, show_desk
from ..models import Comment, Revision
from ..services import voices as acts
from ..voices_desk_reading import PILES, deeds, pile, pile_counts
from ..voices_reading import ABOUT, PAGE, ordinance_in_force, people_and_readings, readers_of, said

_BLOCK = 200


@require_safe
def comments_desk(request: HttpRequest) -> HttpResponseBase:
    """What waits, what is to be answered, and what was done, pile by pile."""
    officer(request)
    name = request.GET.get("pile", "")
    name = name if name in PILES else "waiting"
    form = DeskFilter(request.GET)
    chosen = form.chosen()
    rows, order = pile(name)
    if "year" in chosen:
        rows = rows.filter(year_id=chosen["year"])
    if "kind" in chosen:
        rows = rows.filter(kind=chosen["kind"])
    if "sender" in chosen:
        rows = rows.filter(by_staff=chosen["sender"] == "staff")
    rows = rows.select_related(*ABOUT)
    query = {"pile": name, **chosen}
    if request.GET.get("as") == "csv":
        return _csv(request, name, order.blocks(rows, _BLOCK))
    page = order.page(rows, request.GET.get("after", ""), PAGE)
    counts = pile_counts()
    context = {
        "rows": said(page.rows),
        "next": urlencode({**query, "after": page.next}) if page.next else "",
        "is_first": page.is_first,
        "form": form,
        "pile": name,
        "title": PILES[name],
        "piles": [(key, title, counts[key]) for key, title in PILES.items()],
        "query": urlencode(query),
        "is_filtered": bool(chosen),
        "answer_days": acts.ANSWER_DAYS,
        "this_year": FiscalYear.current().number,
    }
    return show_desk(request, "budget/comments_desk.html", context, room="comments")


def _csv(request: HttpRequest, name: str, blocks: Iterator[list[Comment]]) -> HttpResponseBase:
    header = [
        _("number"), _("fiscal year"), _("kind"), _("state"), _("sent"), _("about"), pgettext("comment", "from"),
        _("name"), _("division"), _("text"), _("why it is not published"), _("answered"), _("answer"), _("page"),
    ]  # fmt: skip
    lines: Iterator[Sequence[Value]] = (
        [
            one.comment.pk, one.comment.year_id, str(one.comment.get_kind_display()),
            str(one.comment.get_state_display()), localdate(one.comment.sent_at), one.about,
            _("staff") if one.comment.by_staff else _("citizen"), one.comment.name, str(one.comment.division or ""),
            one.comment.text, " ".join(reason_words(one.comment)),
            localdate(one.comment.answered_at) if one.comment.answered_at else None, one.comment.answer,
            request.build_absolute_uri(f"{request.path}{one.comment.pk}/"),
        ]
        for block in blocks
        for one in said(block)
    )  # fmt: skip
    response = StreamingHttpResponse(csv_lines(header, lines), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="comments-{name}-{localdate().isoformat()}.csv"'
    return response


def reason_words(comment: Comment) -> list[str]:
    """Why a comment is not published: the reason of the list, and the officer's own words where there are any."""
    if not comment.reason:
        return []
    code, words = acts.read_reason(comment.reason)
    return [str(acts.Reason(code).label), *([words] if words else [])]


@require_http_methods(["GET", "HEAD", "POST"])
def comment_desk(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A comment: let it be read or not, with a reason; answer it, correct the answer; what was done with it."""
    by = officer(request)
    comment = _comment(pk)
    refuse = RefuseForm(auto_id="refuse_%s")
    answer = AnswerForm(initial={"answer": comment.answer}, auto_id="answer_%s")
    problem = ""
    if request.method == "POST":
        act, seen = request.POST.get("act", ""), request.POST.get("seen") or None
        form: RefuseForm | AnswerForm | None = None
        try:
            if act == "publish":
                acts.moderate(comment, publish=True, by=by, seen=seen)
                return _done(request, pk, _("It is published."))
            if act == "refuse":
                form = refuse = RefuseForm(request.POST, auto_id="refuse_%s")
                if form.is_valid():
                    acts.moderate(comment, publish=False, reason=form.kept, by=by, seen=seen)
                    return _done(request, pk, _("It is not published. The reason is kept."))
            elif act == "answer":
                form = answer = AnswerForm(request.POST, auto_id="answer_%s")
                if form.is_valid():
                    acts.answer(comment, form.cleaned_data["answer"], by=by, seen=seen)
                    return _done(request, pk, _("The answer is public."))
            else:
                problem = _("Choose what to do.")
        except RefusedError as refused:
            if form is not None and refused.field in form.fields:
                form.say(refused)
            else:
                problem = str(refused)
        comment = _comment(pk)  # another officer may have decided: what is shown is what is
    return _comment_page(request, comment, refuse, answer, problem)


def _comment(pk: int) -> Comment:
    found: Comment = get_object_or_404(Comment.objects.select_related(*ABOUT, "moderated_by", "answered_by"), pk=pk)
    return found


def _done(request: HttpRequest, pk: int, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("budget:comment_desk", pk)


def _comment_page(
    request: HttpRequest, comment: Comment, refuse: RefuseForm, answer: AnswerForm, problem: str
) -> HttpResponse:
    events = list(changes_of(comment)[:50])
    people = people_of(events)
    context = {
        "shown": said([comment])[0],
        "comment": comment,
        "reason": reason_words(comment),
        "refuse": refuse,
        "answer": answer,
        "problem": problem,
        "seen_answer": acts.answer_mark(comment),
        "deeds": [(event.pgh_created_at, people.get(acting(event)), deeds(event)) for event in events],
        "answer_days": acts.ANSWER_DAYS,
        "is_waiting": comment.state == CommentState.WAITING,
        "is_public": comment.state == CommentState.PUBLISHED,
    }
    failed = request.method == "POST"
    return show_desk(request, "budget/comment.html", context, room="comments", status=422 if failed else 200)


@require_safe
def readers(request: HttpRequest, year: int) -> HttpResponseBase:
    """Who of the staff has read the ordinance in force, and who has not: names are for the officer only."""
    officer(request)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    revision = ordinance_in_force(year)
    rows = people_and_readings(revision) if revision else []
    if request.GET.get("as") == "csv":
        return _readers_csv(year, rows)
    only_missing = request.GET.get("who") == "missing"
    shares = readers_of(revision) if revision else None
    context: dict[str, Any] = {
        "the_year": year,
        "revision": revision,
        "readers": shares,
        "groups": [
            (share, [row for row in rows if row["division"].pk == share.key and not (only_missing and row["read_at"])])
            for share in (shares.shares if shares else ())
        ],
        "only_missing": only_missing,
        "years": list(
            Revision.objects.current().filter(plan__kind=PlanKind.ORDINANCE)
            .order_by("-plan__year_id").values_list("plan__year_id", flat=True)[:5]
        ),
    }  # fmt: skip
    return show_desk(request, "budget/readers.html", context, room="readers")


def _readers_csv(year: int, rows: list[dict[str, Any]]) -> HttpResponseBase:
    lines: list[Sequence[Value]] = [
        [row["division"].name, str(row["person"]), row["person"].position,
         localdate(row["read_at"]) if row["read_at"] else None]
        for row in rows
    ]  # fmt: skip
    header = [_("division"), _("name"), _("position"), _("read on")]
    response = StreamingHttpResponse(csv_lines(header, lines), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="readers-{year}-{localdate().isoformat()}.csv"'
    return response
