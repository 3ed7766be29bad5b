"""The filters of a plan's page. Their state is the address: a filtered page can be linked to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .choices import Instrument
from .presentation import AreaRows, MeasureRow, PlanPage
from .states import COUNTED_STATES


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a filter."""

    value: str
    label: str | Promise
    is_chosen: bool
    is_thai: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """One `<select>`: its name in the address, what it asks, its options (the template adds "all")."""

    name: str
    label: str | Promise
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> Choice | None:
        """The option in force."""
        return next((choice for choice in self.choices if choice.is_chosen), None)


@dataclass(frozen=True, slots=True)
class PlanFilters:
    """What a reader asked for. Unknown values in the address are left out, as if not asked."""

    filters: tuple[Filter, ...]

    @classmethod
    def read(cls, page: PlanPage, query: QueryDict, divisions: Iterable[str]) -> PlanFilters:
        """The filters that fit `page`, with what `query` chooses.

        divisions: the municipality's, in its order; those that only the plan names come after them.
        """
        divisions = dict.fromkeys([*divisions, *(name for row in page.rows for name in row.data.divisions)])
        codes = dict.fromkeys(question.code for area in page.areas for question in area.data.questions)
        options: tuple[tuple[str, str | Promise, Iterable[tuple[str, str | Promise]], bool], ...] = (
            ("division", _("Responsible division"), ((name, name) for name in divisions), True),
            ("status", _("Status"), ((state.key, state.label) for state in COUNTED_STATES), False),
            (
                "instrument",
                _("Instrument or question"),
                [*Instrument.choices, *((code, code) for code in sorted(codes, key=_code_order))],
                False,
            ),
            ("quarter", _("Quarter"), ((str(head.number), str(head.number)) for head in page.heads), False),
        )
        return cls(
            tuple(
                Filter(
                    name,
                    label,
                    tuple(Choice(value, text, query.get(name) == value, thai) for value, text in choices),
                )
                for name, label, choices, thai in options
            )
        )

    def chosen(self, name: str) -> str:
        """The value in force of the filter `name`, or an empty text."""
        choice = next(found.chosen for found in self.filters if found.name == name)
        return choice.value if choice else ""

    @property
    def is_active(self) -> bool:
        """Whether anything was asked."""
        return any(found.chosen for found in self.filters)

    def apply(self, areas: Iterable[AreaRows]) -> tuple[AreaRows, ...]:
        """The areas with the measures that match; areas without one fall out."""
        narrowed = (AreaRows(area.data, tuple(row for row in area.rows if self._matches(row))) for area in areas)
        return tuple(area for area in narrowed if area.rows)

    def _matches(self, row: MeasureRow) -> bool:
        division, status = self.chosen("division"), self.chosen("status")
        instrument, quarter = self.chosen("instrument"), self.chosen("quarter")
        if division and not (row.data.all_divisions or division in row.data.divisions):
            return False
        if instrument and instrument not in row.instruments and instrument not in _codes(row):
            return False
        cells = [cell for cell in row.scheduled if not quarter or str(cell.head.number) == quarter]
        return any(not status or cell.state.key == status for cell in cells)


def _codes(row: MeasureRow) -> set[str]:
    return {question.code for question in row.area.questions}


def _code_order(code: str) -> tuple[str, int]:
    number = code[1:]
    return code[:1], int(number) if number.isdigit() else 0
