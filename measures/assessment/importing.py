"""A year's scores from Excel and CSV into a draft: checked first, then stored as they were checked, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.spreadsheets import Sheet, Value, write_xlsx
from ita_portal.tables.headings import Column, Headings
from ita_portal.tables.kept import Waiting
from ita_portal.tables.problems import BadValueError, Problem, UnreadableError
from ita_portal.tables.reading import Table, open_tables
from ita_portal.tables.values import read_code, read_text, read_whole, written

from ..choices import Instrument
from ..models import AssessmentResult
from .choices import Mark
from .entry import QuestionEntry, ResultEntry, entry_of, in_order
from .reading import INSTRUMENTS, sub_indicator_names
from .values import read_line, score_reader

MOST_ROWS = 2000
COLUMNS = (
    Column(
        "code", "รหัส", "code", width=14, example="I7", needed=True,
        spellings=("ข้อ", "ข้อที่", "รหัสข้อ", "ตัวชี้วัด/ข้อ", "รหัสข้อคำถาม", "เครื่องมือ/ตัวชี้วัด/ข้อ"),
        help=gettext_lazy("I7, E11 or O34; 1 to 10 for an indicator; IIT, EIT, OIT; total."),
    ),
    Column(
        "score", "คะแนน", "score", width=12, example=87.5, needed=True, spellings=("คะแนนที่ได้", "ผลคะแนน", "ค่าคะแนน"),
        help=gettext_lazy("0 to 100 with two decimals; of an item of OIT 100 or 0. Empty: not known."),
    ),
    Column(
        "text", "ข้อคำถาม", "wording", width=70, spellings=("ข้อความ", "รายการ", "ประเด็น", "ชื่อ"),
        help=gettext_lazy("As the handbook of the year words it. Empty: as it is."),
    ),
    Column(
        "indicator", "ตัวชี้วัดที่", "indicator", width=12, spellings=("ตัวชี้วัด",),
        help=gettext_lazy("The number of the indicator that a question belongs to. Empty: as it is."),
    ),
    Column(
        "sub_indicator", "ตัวชี้วัดย่อย", "sub-indicator", width=14, spellings=("ตัวชี้วัดย่อยที่",),
        help=gettext_lazy("Of an item of OIT, such as 9.1. Empty: as it is."),
    ),
)  # fmt: skip
HEADINGS = Headings(COLUMNS)
WAITING = Waiting("measures/assessment", "measures.assessment")
_SUB = r"(?:9|10)"


@dataclass(frozen=True, slots=True)
class Change:
    """A score or wording that a file changes. code: as in the table; is_new: a question that the draft did not have."""

    code: str
    name: str
    before: Decimal | None
    after: Decimal | None
    is_new: bool
    words: bool


@dataclass
class Found:
    """What a file would do. entry: the draft afterwards; None where a row is refused. rows: that say something."""

    entry: ResultEntry | None = None
    rows: int = 0
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: tuple[str, ...] = ()


class _Rows:
    """The rows of a file on top of what the draft says."""

    def __init__(self, draft: AssessmentResult) -> None:
        self.base = entry_of(draft)
        self.names = {row.number: row.name for row in draft.indicators.all()}
        self.instrument_of = {row.number: row.instrument for row in draft.indicators.all()}
        self.questions = {question.code: question for question in self.base.questions}
        self.scores: dict[str, Decimal | None] = {}
        self.found = Found()

    def read(self, table: Table) -> None:
        """Every row of a table."""
        self.found.ignored = tuple(table.ignored)
        for line, cells in table.rows:
            values: dict[str, Any] = {}
            wrong = False
            for key, reader in (
                ("code", read_line),
                ("text", _wording),
                ("indicator", _number),
                ("sub_indicator", _sub),
            ):
                if key in table.places:
                    values[key], bad = self._cell(table, key, line, cells, reader)
                    wrong |= bad
            code = values.get("code")
            if code is None:
                if not wrong and table.value("score", cells) not in (None, ""):
                    self._problem(table, "code", line, None, BadValueError(gettext_lazy("Say of what this score is.")))
                continue
            values["score"], bad = self._cell(table, "score", line, cells, score_reader(code))
            if not (wrong or bad):
                self._row(table, line, code, values)

    def _cell(self, table: Table, key: str, line: int, cells: Any, reader: Any) -> tuple[Any, bool]:
        cell = table.value(key, cells)
        try:
            return reader(cell), False
        except BadValueError as error:
            self._problem(table, key, line, cell, error)
            return None, True

    def _problem(self, table: Table, key: str, line: int, cell: Any, error: BadValueError) -> None:
        self.found.problems.append(
            Problem(line, key, table.headings.get(key, ""), written(cell), error.message, error.params,
                    table.cell(key, line), table.sheet)
        )  # fmt: skip

    def _row(self, table: Table, line: int, code: str, values: dict[str, Any]) -> None:
        if code in self.scores:
            error = BadValueError(gettext_lazy("This code stands twice in the file."))
            self._problem(table, "code", line, code, error)
            return
        number = values.get("indicator")
        wrong_place = code[0] in "IEO" and code not in INSTRUMENTS and number is not None and (
            self.instrument_of.get(number) != Instrument.of_code(code)
        )  # fmt: skip
        if (code.isdigit() and int(code) not in self.names) or wrong_place:
            key = "indicator" if wrong_place else "code"
            error = BadValueError(gettext_lazy("That instrument has no indicator of this number in that year."))
            self._problem(table, key, line, number if wrong_place else code, error)
            return
        self.found.rows += 1
        self.scores[code] = values["score"]
        if code == "total" or code in INSTRUMENTS or code.isdigit():
            self._tell(code, self._name(code), self.base.scores().get(code), values["score"])
        else:
            self._question(code, values)

    def _name(self, code: str) -> str:
        return self.names[int(code)] if code.isdigit() else _("Total") if code == "total" else code

    def _question(self, code: str, values: dict[str, Any]) -> None:
        old = self.questions.get(code)
        new = replace(old or QuestionEntry(code, Instrument.of_code(code).value), score=values["score"])
        if values.get("text") and values["text"] != new.text:
            new = replace(new, text=values["text"], mark=Mark.OFFICE)
        if values.get("indicator") is not None and values["indicator"] != new.indicator:
            new = replace(new, indicator=values["indicator"], placed=Mark.OFFICE)
        if values.get("sub_indicator") and values["sub_indicator"] != new.sub_indicator:
            new = replace(new, sub_indicator=values["sub_indicator"], placed=Mark.OFFICE)
        self.questions[code] = new
        words = old is not None and replace(new, score=old.score) != old
        self._tell(code, new.text, old.score if old else None, new.score, is_new=old is None, words=words)

    def _tell(
        self, code: str, name: str, before: Decimal | None, after: Decimal | None, *, is_new: bool = False,
        words: bool = False,
    ) -> None:  # fmt: skip
        if is_new or words or before != after:
            self.found.changes.append(Change(code, name, before, after, is_new, words))

    def done(self) -> Found:
        """What the draft would say."""
        if not self.found.problems:
            base, given = self.base, self.scores
            self.found.entry = replace(
                base,
                total=given.get("total", base.total),
                instruments={name: given.get(name, base.instruments.get(name)) for name in INSTRUMENTS},
                indicators={
                    number: given.get(str(number), base.indicators.get(number)) for number in self.names
                },
                questions=in_order(self.questions.values()),
            )  # fmt: skip
        return self.found


def _wording(cell: Any) -> str | None:
    text = read_text(cell, 2000)
    return None if text in ("-", "–") else text


def _number(cell: Any) -> int | None:
    return read_whole(cell, 99, least=1)


def _sub(cell: Any) -> str | None:
    text = read_code(f"{cell:g}" if isinstance(cell, float) else cell, 8)
    return None if text in ("-", "–") else text


def read_file(draft: AssessmentResult, file: IO[bytes], content_type: str) -> Found:
    """What the rows of a file would make of a draft. UnreadableError where there is no table in it."""
    rows = _Rows(draft)
    for table in open_tables(file, content_type, HEADINGS, max_rows=MOST_ROWS, merged=True):
        rows.read(table)
    found = rows.done()
    if not found.rows and not found.problems:
        raise UnreadableError(gettext_lazy("There is no row with a code in the table."))
    return found


def template_xlsx(draft: AssessmentResult) -> bytes:
    """The table to fill in: everything of the year that is known, with the scores that the draft has."""
    entry = entry_of(draft)
    names = {row.number: row.name for row in draft.indicators.all()}
    table = Sheet(
        title=f"ITA {draft.fiscal_year}",
        header=[column.heading() for column in COLUMNS],
        rows=list(_template_rows(entry, names)),
        widths=[column.width for column in COLUMNS],
    )
    explained = Sheet(
        title=_("Columns"),
        header=[_("column"), _("needed"), _("what belongs there")],
        rows=[[f"{c.thai} / {c.english}", _("yes") if c.needed else "", str(c.help)] for c in COLUMNS],
        widths=[36, 10, 80],
        below=[f"{number} {name}" for number, name in sub_indicator_names(draft.fiscal_year).items()],
    )
    return write_xlsx([table, explained], title=f"ITA {draft.fiscal_year}")


def _template_rows(entry: ResultEntry, names: dict[int, str]) -> Iterator[list[Value]]:
    yield ["total", entry.total, "คะแนนรวม", None, None]
    for name in INSTRUMENTS:
        yield [name, entry.instruments.get(name), None, None, None]
    for number, score in entry.indicators.items():
        yield [str(number), score, names.get(number), None, None]
    for one in entry.questions:
        yield [one.code, one.score, one.text or None, one.indicator, one.sub_indicator or None]
