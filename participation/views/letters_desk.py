"""Letters at the desk: what waits, by state, division and day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ita_portal.fiscal import today
from ita_portal.keyset import Keyset
from ita_portal.spreadsheets import CSV_TYPE, Value, csv_lines
from organization.models import User

from ..forms.letters_desk import STATES, DeskFilter
from ..http import person, show_desk
from ..letters_reading import PAGE, desk_counts, desk_letters, is_late, is_near
from ..models import Letter, ParticipationSettings
from ..permissions import ANSWER_LETTERS, KEEP_PARTICIPATION
from ..querysets import LetterQuerySet

_BLOCK = 200


def letters_reader(request: HttpRequest) -> User:
    """Who may see letters at all. PermissionDenied (403) for everybody else."""
    user = person(request)
    if user.has_perm(KEEP_PARTICIPATION) or (user.has_perm(ANSWER_LETTERS) and user.division_id is not None):
        return user
    raise PermissionDenied


@require_safe
def desk(request: HttpRequest) -> HttpResponseBase:
    """The letters that a person sees: by state, division, day of the answer and kind."""
    user = letters_reader(request)
    is_office = user.has_perm(KEEP_PARTICIPATION)
    rules = ParticipationSettings.current()
    form = DeskFilter(request.GET, with_divisions=is_office)
    chosen = form.chosen()
    rows, order = desk_letters(user, chosen, rules.near_days)
    if request.GET.get("as") == "csv":
        return _csv(request, rows, order)
    page = order.page(rows, request.GET.get("after", ""), PAGE)
    counts = desk_counts(user, rules.near_days)
    state, day = chosen.get("state", "open"), today()
    piles = [
        (name, title, counts.to_decide if name == "to_decide" else counts.piles[name])
        for name, title in STATES
        if name != "all" and (is_office or name not in ("received", "to_decide", "refused"))
    ]
    context = {
        "rows": [
            {"letter": row, "is_late": is_late(row, day), "is_near": is_near(row, day, rules.near_days)}
            for row in page.rows
        ],
        "page": page,
        "form": form,
        "state": state,
        "title": dict(STATES)[state],
        "piles": piles,
        "counts": counts,
        "query": urlencode(chosen),
        "is_filtered": bool(chosen.keys() - {"state"}),
        "is_office": is_office,
        "division": user.division,
        "rules": rules,
    }
    return show_desk(request, "participation/letters_desk.html", context, room="letters")


def _csv(request: HttpRequest, rows: LetterQuerySet, order: Keyset[Letter]) -> HttpResponseBase:
    header = [
        _("number"), _("kind"), _("state"), _("came in"), _("answer due"), _("division"), _("subject"), _("text"),
        _("answered"), _("answer"), _("sender's judgement"), _("may be published"), _("publication"), _("page"),
    ]  # fmt: skip
    lines: Iterator[Sequence[Value]] = (
        [
            row.pk, str(row.get_kind_display()), str(row.get_state_display()), localdate(row.sent_at), row.next_due_on,
            str(row.division or ""), row.subject, row.text, localdate(row.answered_at) if row.answered_at else None,
            row.answer, str(row.get_rating_display()), _("yes") if row.consent else _("no"),
            str(row.get_publication_display()), request.build_absolute_uri(f"{request.path}{row.pk}/"),
        ]
        for block in order.blocks(rows, _BLOCK)
        for row in block
    )  # fmt: skip
    response = StreamingHttpResponse(csv_lines(header, lines), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="letters-{localdate().isoformat()}.csv"'
    return response
