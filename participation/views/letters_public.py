"""Published questions and answers, and how letters are answered: pages and files for everybody."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from ita_portal.fiscal import FiscalYear, today
from ita_portal.spreadsheets import CSV_TYPE, Value, csv_lines, write_csv

from ..forms.letters import QuestionsFilter
from ..http import open_to_all, participation_public, show
from ..letters_reading import NEWEST_PUBLISHED, PAGE, SHORTEST_SEARCH, published_letters, published_years
from ..letters_statistics import Counts, Statistics, statistics_of, statistics_years
from ..models import Letter, ParticipationSettings

_BLOCK = 200
_JSON_TYPE = "application/json"


@participation_public
def questions(request: HttpRequest) -> HttpResponse:
    """What was asked, suggested and praised, with the answers: words, kind, division and year."""
    form = QuestionsFilter(request.GET, years=published_years())
    chosen = form.chosen()
    page = NEWEST_PUBLISHED.page(published_letters(chosen), request.GET.get("after", ""), PAGE)
    query = urlencode(chosen)
    context = {
        "rows": page.rows,
        "page": page,
        "form": form,
        "query": query,
        "is_filtered": bool(chosen),
        "too_short": 0 < len(chosen.get("q", "")) < SHORTEST_SEARCH,
        "shortest": SHORTEST_SEARCH,
    }
    return show(request, "participation/questions.html", context, room="questions")


@participation_public
def question(request: HttpRequest, public_id: str) -> HttpResponse:
    """One of them, at an address that stays."""
    rows = Letter.objects.published().select_related("division")
    letter = get_object_or_404(rows, public_id=public_id)
    return show(request, "participation/question.html", {"letter": letter}, room="questions")


@open_to_all
@require_safe
def questions_file(request: HttpRequest, extension: str) -> HttpResponseBase:
    """`questions.{csv,json}`: the same list, whole, with the same filters."""
    rows = published_letters(QuestionsFilter(request.GET, years=published_years()).chosen())
    found = (_letter_json(request, letter) for block in NEWEST_PUBLISHED.blocks(rows, _BLOCK) for letter in block)
    if extension == "json":
        response = StreamingHttpResponse(_json_lines(found), content_type=_JSON_TYPE)
    else:
        header = [
            pgettext("letter", "id"), _("kind"), _("came in"), _("division"), _("name"), _("subject"), _("text"),
            _("shortened"), _("answered"), _("answer"), pgettext("letter", "published"), _("web address"),
        ]  # fmt: skip
        lines: Iterator[Sequence[Value]] = (list(letter.values()) for letter in found)
        response = StreamingHttpResponse(csv_lines(header, lines), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="questions.{extension}"'
    return response


def _letter_json(request: HttpRequest, letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.public_id,
        "kind": letter.kind,
        "received_on": localdate(letter.sent_at).isoformat(),
        "division": str(letter.division or ""),
        "name": letter.public_name,
        "subject": letter.public_subject,
        "text": letter.public_text,
        "shortened": letter.is_shortened,
        "answered_on": localdate(letter.answered_at).isoformat() if letter.answered_at else None,
        "answer": letter.public_answer,
        "published_on": localdate(letter.published_at).isoformat() if letter.published_at else None,
        "url": request.build_absolute_uri(reverse("participation:question", args=[letter.public_id])),
    }


def _json_lines(letters: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield '{"letters": ['
    for number, letter in enumerate(letters):
        yield ("," if number else "") + "\n" + json.dumps(letter, ensure_ascii=False)
    yield "\n]}\n"


# How letters are answered ---------------------------------------------------------------------------------
def _statistics(request: HttpRequest) -> Statistics:
    """Of the year that is asked for; without one, of this year. Http404 for a year without statistics."""
    day = today()
    text = request.GET.get("year", "")
    if not text:
        return statistics_of(FiscalYear.of(day), day)
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise Http404
    try:
        year = FiscalYear(int(text))
    except ValueError:
        raise Http404 from None
    if year > FiscalYear.of(day):
        raise Http404
    return statistics_of(year, day)


@participation_public
def statistics(request: HttpRequest) -> HttpResponse:
    """How many letters came, were answered, in time, and how fast; zeros are said."""
    found = _statistics(request)
    context = {
        "statistics": found,
        "years": statistics_years(found.day),
        "rules": ParticipationSettings.current(),
        "chart": chart_of(found),
    }
    return show(request, "participation/statistics.html", context, room="statistics")


_LEFT, _ROOM, _ROW, _BAR = 19, 66, 34, 20
"""Of the chart: percent of its width before the bars and for them; pixels of a row and its bar."""


def chart_of(found: Statistics) -> dict[str, Any]:
    """Geometry of the bars by quarter: answered in time, answered late, not answered. Widths in percent."""
    begun = [row for row in found.quarters if row.counts is not None]
    most = max((row.counts.received for row in begun if row.counts), default=0) or 1
    bars = []
    for place, row in enumerate(begun):
        counts = row.counts
        if counts is None:
            continue
        top, x, parts = place * _ROW, float(_LEFT), []
        for name, number in (
            ("done", counts.in_time), ("delayed", counts.answered - counts.in_time),
            ("awaiting", counts.received - counts.answered),
        ):  # fmt: skip
            width = number * _ROOM / most
            parts.append({"name": name, "x": f"{x:.2f}%", "width": f"{width:.2f}%", "number": number})
            x += width
        bars.append(
            {
                "quarter": row.quarter, "y": top + (_ROW - _BAR) // 2, "text_y": top + _ROW // 2 + 6, "parts": parts,
                "end_x": f"{x + 1.5:.2f}%", "number": counts.received,
            }
        )  # fmt: skip
    return {"bars": bars, "height": _ROW * len(bars)}


@participation_public
def statistics_file(request: HttpRequest, extension: str) -> HttpResponse:
    """`statistics.{csv,json}`: the same numbers; `?year=2569`."""
    found = _statistics(request)
    rules = ParticipationSettings.current()
    if extension == "json":
        content = json.dumps(_statistics_json(found, rules.answer_days), ensure_ascii=False, indent=1).encode()
    else:
        content = write_csv(_CSV_HEADER, _csv_rows(found))
    response = HttpResponse(content, content_type=_JSON_TYPE if extension == "json" else CSV_TYPE)
    response.headers["Content-Disposition"] = (
        f'{"inline" if extension == "json" else "attachment"}; filename="letters-{found.year}.{extension}"'
    )
    return response


def _statistics_json(found: Statistics, answer_days: int) -> dict[str, Any]:
    return {
        "fiscal_year": found.year,
        "counted_until": found.until.isoformat(),
        "answer_days": answer_days,
        "quarters": [
            {"quarter": row.quarter.number, "state": row.state, **(row.counts.as_json() if row.counts else _UNKNOWN)}
            for row in found.quarters
        ],
        "year": found.whole.as_json(),
        "kinds": [{"kind": kind.value, **counts.as_json()} for kind, counts in found.kinds],
        "divisions": [
            {"division": str(division) if division else None, **counts.as_json()}
            for division, counts in found.divisions
        ],
    }


_NAMES = (
    "received", "refused", "answered", "in_time", "late", "waiting", "in_time_percent", "median_days", "rated", "clear",
    "clear_percent",
)  # fmt: skip
_UNKNOWN: dict[str, Any] = dict.fromkeys(_NAMES)
_CSV_HEADER = ("fiscal_year", "part", "key", *_NAMES)


def _csv_rows(found: Statistics) -> Iterator[list[Value]]:
    def row(part: str, key: str, counts: Counts | None) -> list[Value]:
        values = counts.as_json() if counts else _UNKNOWN
        return [found.year, part, key, *(values[name] for name in _NAMES)]

    for quarter in found.quarters:
        yield row("quarter", str(quarter.quarter.number), quarter.counts)
    yield row("year", "", found.whole)
    for kind, counts in found.kinds:
        yield row("kind", kind.value, counts)
    for division, counts in found.divisions:
        yield row("division", str(division or ""), counts)
