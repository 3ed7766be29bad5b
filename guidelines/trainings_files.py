"""Trainings as open files: no names, numbers of people only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.http import HttpResponse, JsonResponse

from ita_portal.spreadsheets import CSV_TYPE, Value, write_csv

from .trainings_reading import Average, Told

_HEADER = (
    "fiscal_year", "first_day", "last_day", "title", "topic", "state", "trainer", "hours", "organised_by", "for",
    "seats", "attended", "test_before_people", "test_before_mean", "test_after_people", "test_after_mean",
)  # fmt: skip


def _mean(average: Average | None) -> str | None:
    return None if average is None or average.mean is None else f"{average.mean:.2f}"


def _rows(rows: Sequence[Told]) -> Iterator[dict[str, object]]:
    for one in rows:
        training = one.training
        yield {
            "fiscal_year": training.year.number if training.year else None,
            "first_day": training.first_day.isoformat() if training.first_day else None,
            "last_day": training.last_day.isoformat() if training.last_day else None,
            "title": training.title,
            "topic": training.topic,
            "state": training.state,
            "trainer": training.trainer,
            "hours": f"{training.hours:.1f}",
            "organised_by": training.organiser.name,
            "for": "all" if training.for_all else [division.name for division in training.divisions.all()],
            "seats": training.seats,
            "attended": one.attended,
            "test_before_people": one.before.people if one.before and one.before.mean is not None else None,
            "test_before_mean": _mean(one.before),
            "test_after_people": one.after.people if one.after and one.after.mean is not None else None,
            "test_after_mean": _mean(one.after),
        }


def sent_json(rows: Sequence[Told]) -> HttpResponse:
    """The list for programs. No name of a person but the trainer's."""
    content = {"trainings": list(_rows(rows))}
    return _open(JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1}))


def sent_csv(rows: Sequence[Told]) -> HttpResponse:
    """The list for spreadsheets."""
    lines: list[list[Value]] = [[_cell(row[name]) for name in _HEADER] for row in _rows(rows)]
    response = HttpResponse(write_csv(_HEADER, lines), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="trainings.csv"'
    return _open(response)


def _open(response: HttpResponse) -> HttpResponse:
    """Public data, the same for everybody: pages of others may read them."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _cell(value: object) -> Value:
    if isinstance(value, list):
        return " · ".join(map(str, value))
    return value  # type: ignore[return-value]
