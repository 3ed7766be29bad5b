"""What is wrong with a table: as a whole, or in one of its cells; in Thai and in English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ..spreadsheets import Value

Params = Mapping[str, object]


def in_words(message: str | Promise, params: Params, language: str | None = None) -> str:
    """A sentence with its values, in `language` (the active one)."""
    if language is None:
        return str(message) % params
    with translation.override(language):
        return str(message) % params


class UnreadableError(Exception):
    """The file cannot be read at all. `str()` is the sentence in the active language.

    sheet: the sheet of which it is true, where several are read.
    """

    def __init__(self, message: str | Promise, **params: object) -> None:
        super().__init__(message)
        self.message, self.params, self.sheet = message, params, ""

    def __str__(self) -> str:
        reason = in_words(self.message, self.params)
        if not self.sheet:
            return reason
        return _("Sheet “%(sheet)s”: %(reason)s") % {"sheet": self.sheet, "reason": reason}


class BadValueError(Exception):
    """A cell's value cannot be used. column: the key of its column, where it is not the one that is being read.

    beside: columns with which the value was compared.
    """

    def __init__(self, message: str | Promise, column: str = "", beside: Sequence[str] = (), **params: object) -> None:
        super().__init__(message)
        self.message, self.column, self.beside, self.params = message, column, beside, params


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is refused.

    line: its row in the sheet. column: key of the column, empty for the whole row. cell: `C7` where it is known.
    heading: of the column as the file writes it. value: what stands there. sheet: its name, where there are several.
    """

    line: int
    column: str
    heading: str
    value: str
    message: str | Promise
    params: Params = field(default_factory=dict)
    cell: str = ""
    sheet: str = ""

    def reason(self, language: str | None = None) -> str:
        """The reason in `language` (the active one)."""
        return in_words(self.message, self.params, language)

    @property
    def thai(self) -> str:
        """The reason in Thai."""
        return self.reason("th")

    @property
    def english(self) -> str:
        """The reason in English."""
        return self.reason("en")


def problem_rows(problems: Iterable[Problem], *, sheets: bool = False) -> tuple[list[str], Iterator[Sequence[Value]]]:
    """Problems as a table: heading and rows, each reason in Thai and in English. sheets: whether to name theirs."""
    header = [_("row"), _("cell"), _("column"), _("value"), "เหตุผล", "reason"]
    rows: Iterator[Sequence[Value]] = (
        [
            *([problem.sheet] if sheets else []),
            problem.line, problem.cell, problem.heading, problem.value, problem.thai, problem.english,
        ]
        for problem in problems
    )  # fmt: skip
    return [_("sheet"), *header] if sheets else header, rows
