"""A budget file as rows: what each line says, once headings, subtotals, carried amounts and notes are taken out.

Knows nothing of what is in the database but the divisions (`Known`). Headings set what follows them; what a heading or
a subtotal says is checked against its rows and never stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ita_portal.tables.problems import BadValueError, Problem, UnreadableError
from ita_portal.tables.reading import Table, open_tables
from ita_portal.tables.values import is_empty, written

from ..choices import CATEGORIES_OF, GROUP_OF, SIDE_OF
from .cells import amount, line_code, public_code, words_of
from .columns import EXAMPLE, Layout
from .headings_open import Open, OpenHeadings
from .known import Known
from .labels import (
    FILLERS,
    Label,
    Total,
    central_label,
    is_figure,
    is_note,
    label_of,
    looks_like_total,
    same_words,
    total_of,
)
from .money_columns import as_written, settle
from .months import MONTH_KEYS, marked, read_month, read_span
from .sums import Key, Sums, in_baht

MAX_ROWS = 150_000
TEXTS = ("programme", "work", "group", "category", "revenue_group", "item", "detail", "division", "source", "place",
         "method")  # fmt: skip
_SPANS = ("month_from", "month_to", "months")
_MISSING = _("This is missing.")


@dataclass(slots=True)
class Sheet:
    """Where a row stands: its sheet and the columns that were found there."""

    name: str
    places: Mapping[str, int]
    headings: Mapping[str, str]
    table: Table = field(repr=False)

    def problem(
        self, line: int, key: str, value: Any, message: str | Promise, params: Mapping[str, object] | None = None
    ) -> Problem:
        """What is wrong in a row in the column of `key`."""
        cell = self.table.cell(key, line) if key in self.places else ""
        return Problem(line, key, self.headings.get(key, ""), written(value), message, params or {}, cell, self.name)


@dataclass(slots=True)
class Read:
    """A line of the file. values: by column, those that the file has; None for an empty cell."""

    line: int
    sheet: Sheet
    values: dict[str, Any]


@dataclass(slots=True)
class Reading:
    """What a file says. warnings: worth a look, no reason to refuse. totals: subtotals and headings that were checked.

    dashes: cells of amounts in which a dash stands, which is read as not known.
    """

    rows: list[Read] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    totals: int = 0
    dashes: int = 0


def read_file(file: IO[bytes], content_type: str, layout: Layout, known: Known) -> Reading:
    """The rows of every sheet of an accepted file. UnreadableError where it is no such table."""
    reader = Reader(layout, known)
    passed: list[str] = []
    for table in open_tables(file, content_type, layout.headings, max_rows=MAX_ROWS, merged=True, passed_over=passed):
        reader.take(table)
    found = reader.finish()
    found.passed_over = [name for name in passed if name]
    if not found.rows and not found.problems:
        raise UnreadableError(_("Headings were found, but no rows under them."))
    return found


class Reader:
    """Reads tables one after the other; what headings set holds to the end of their sheet."""

    def __init__(self, layout: Layout, known: Known) -> None:
        self.layout, self.known, self.found = layout, known, Reading()
        self.classes = layout.classes
        self.sums = Sums(layout.amounts)
        self.context: dict[str, str] = {}
        self.from_row: set[str] = set()
        self.codes: dict[str, tuple[str, int]] = {}
        self.cache: dict[tuple[str, str], tuple[Any, bool]] = {}
        self.doubt = False
        self.on_top: list[tuple[Sheet, int, dict[str, Decimal]]] = []
        self.filled_down = [0, 0]
        self.noted: set[tuple[str, str]] = set()
        self.open = OpenHeadings(self)

    def take(self, table: Table) -> None:
        """Read a sheet."""
        sheet = Sheet(table.sheet, table.places, table.headings, table)
        self.sheet, self.context, self.from_row = sheet, {}, set()
        self.text_places = [(key, table.places[key]) for key in TEXTS if key in table.places]
        known = set(table.places.values())
        self.found.columns.update(table.places)
        self.found.ignored += [name for name in table.ignored if name not in self.found.ignored]
        self.sums.begin_sheet()
        rows = iter(table.rows)
        current = next(rows, None)
        first = True
        while current is not None:
            following = next(rows, None)
            line, cells = current
            if not (first and numbers_of_columns(cells)):
                self._row(line, cells, following, known)
            first, current = False, following
        self.open.close_all()
        self._check_on_top(sheet)

    def finish(self) -> Reading:
        """What was read, once every sheet was."""
        for sheet, line, said in self.on_top:
            self._judge(sheet, line, said, self.sums.runs("file"))
        if self.filled_down[0]:
            count, line = self.filled_down
            self.found.warnings.append(
                Problem(line, "", "", "", _("Rows that take their classification from the row above: %(count)s."),
                        {"count": count})
            )  # fmt: skip
        self.found.problems.sort(key=lambda problem: problem.line)
        return self.found

    def refuse(self, line: int, key: str, value: Any, error: BadValueError, sheet: Sheet | None = None) -> None:
        """Note why a row cannot be stored."""
        self.found.problems.append((sheet or self.sheet).problem(line, key, value, error.message, error.params))

    def warn(self, line: int, key: str, value: Any, message: str | Promise, **params: object) -> None:
        """Note what the person should look at."""
        self.found.warnings.append(self.sheet.problem(line, key, value, message, params))

    def _value(self, key: str, cells: Sequence[Any]) -> Any:
        place = self.sheet.places.get(key)
        return cells[place] if place is not None and place < len(cells) else None

    def _texts(self, cells: Sequence[Any], known: set[int]) -> dict[str, str]:
        """What stands in the columns of words; in a row without any, what stands elsewhere."""
        found = {
            key: " ".join(str(cells[place]).split())
            for key, place in self.text_places
            if place < len(cells) and not is_empty(cells[place])
        }
        if not found:
            others = (
                (f"?{place}", " ".join(cell.split())) for place, cell in enumerate(cells)
                if isinstance(cell, str) and not is_figure(cell) and (place not in known or self._is_words(cell))
            )  # fmt: skip
            found = dict(others)
        if len(found) > 1:
            said = {key: text for key, text in found.items() if text not in FILLERS}
            found = said if said and (said.keys() & {"item"} or "item" not in found) else found
        return found

    def _is_words(self, cell: str) -> bool:
        """Whether a text is a heading or a subtotal, though it stands in a column of something else."""
        return total_of(cell, revenue=self.layout.revenue) is not None or self._label(cell) is not None

    def _label(self, text: str) -> Label | None:
        found = label_of(text, revenue=self.layout.revenue)
        if found is None and self.layout.spending:
            found = label_of(text, revenue=True)
            found = found if found is not None and text.startswith(("หมวด", "รายได้")) else None
        if found is None and not self.layout.revenue:
            found = central_label(text, self.context.get("programme", ""), self.context.get("group", ""))
        return found

    def _given(self, cells: Sequence[Any], texts: Mapping[str, str]) -> bool:
        """Whether an amount stands in the row: something that a merged heading has not carried there."""
        for key in self.layout.amounts:
            cell = self._value(key, cells)
            if not is_empty(cell) and not (isinstance(cell, str) and " ".join(cell.split()) in texts.values()):
                return True
        return False

    def _row(
        self, line: int, cells: Sequence[Any], following: tuple[int, Sequence[Any]] | None, known: set[int]
    ) -> None:
        texts = self._texts(cells, known)
        given = self._given(cells, texts)
        coded = not is_empty(code := self._value("code", cells)) and " ".join(str(code).split()) not in texts.values()
        if not texts and not given and not coded:
            return
        total = self._total(texts, coded=coded)
        if total is not None:
            self._check_total(line, cells, total, texts)
            return
        labels = self._headings(texts, given=given, following=following, known=known)
        if labels:
            self._open(line, cells, labels, texts, given=given, coded=coded)
            return
        only = len(set(texts.values())) == 1 and not given and not coded
        text = next(iter(texts.values()), "")
        if only and is_note(text):
            self.warn(line, "item", text, _("This row is read as a note, not as a line."))
            return
        if only and not self.layout.spending:
            self.refuse(line, "item", text, BadValueError(
                _("Only these words stand here: neither a heading that is known nor a line with an amount. "
                  "Write the amount, or take the row out.")
            ))  # fmt: skip
            return
        self._line(line, cells, texts)

    def _total(self, texts: Mapping[str, str], *, coded: bool) -> Total | None:
        if coded:  # a line of its own, whatever it is called
            return None
        some = [texts["item"]] if "item" in texts else list(texts.values())
        for text in some:
            found = total_of(text, revenue=self.layout.revenue)
            if found is not None:
                return found
        return None

    def _headings(
        self, texts: Mapping[str, str], *, given: bool, following: tuple[int, Sequence[Any]] | None, known: set[int]
    ) -> list[Label]:
        """What the row sets for those after it; nothing for a line."""
        classes = self.classes
        stated = {key: text for key, text in texts.items() if key in classes}
        if len(set(texts.values())) == 1:
            label = self._label(next(iter(texts.values())))
            if label is not None and not (label.level == "work" and given and not stated
                                          and not self._leads(following, known)):  # fmt: skip
                return [label]
        if stated and len(stated) == len(texts):
            return self._stated_labels(stated)
        if "item" in texts and len(texts) == len(stated) + 1:
            label = self._label(texts["item"])
            if (
                label is not None
                and label.level not in self.sheet.places
                and label.level != "work"
                and self._same(stated)
            ):
                return [label]
        return []

    def _leads(self, following: tuple[int, Sequence[Any]] | None, known: set[int]) -> bool:
        """Whether the next row is a heading of something narrower than a work."""
        if following is None:
            return False
        texts = set(self._texts(following[1], known).values())
        label = self._label(texts.pop()) if len(texts) == 1 else None
        return label is not None and label.level in ("group", "category", "type")

    def _stated_labels(self, stated: Mapping[str, str]) -> list[Label]:
        found = []
        for key, text in stated.items():
            try:
                value, near = words_of(key, text, self.known)
            except BadValueError:
                return []
            found.append(Label(key, value, near))
        return found

    def _same(self, stated: Mapping[str, str]) -> bool:
        return all(label.value == self.context.get(label.level) for label in self._stated_labels(stated))

    def _open(
        self,
        line: int,
        cells: Sequence[Any],
        labels: list[Label],
        texts: Mapping[str, str],
        *,
        given: bool,
        coded: bool,
    ) -> None:
        said = self._amounts(line, cells, texts) if given else ({}, set())
        self.doubt = self.doubt or bool(said[1])
        for label in labels:
            if label.mistyped:
                self._say_near(line, label.level, next(iter(texts.values())))
        values: dict[str, Any] = {}
        if coded:
            values["code"] = self._code(line, cells, keep=False)
        self.open.begin(
            Open(line, self.sheet, labels[-1], {key: value for key, value in said[0].items() if value is not None},
                 texts.get("item") or list(texts.values())[-1], self.sums.mark(), len(self.found.rows), values,
                 soft=coded or labels[-1].level == "type"),
            labels,
        )  # fmt: skip

    def _code(self, line: int, cells: Sequence[Any], *, keep: bool = True) -> str | None:
        cell = self._value("code", cells)
        try:
            code = public_code(cell) if self.layout.spending else line_code(cell)
        except BadValueError as error:
            if keep:
                self.refuse(line, "code", cell, error)
            return "?" if keep else None
        return code if not keep or self.claim(line, code, self.sheet) else "?"

    def claim(self, line: int, code: str | None, sheet: Sheet) -> bool:
        """Whether no other row of the file has the code; refused otherwise."""
        if code is None:
            return True
        place, first = self.codes.setdefault(code, (sheet.name, line))
        if (place, first) == (sheet.name, line):
            return True
        message = _("This code stands in row %(first)s already, and again in row %(line)s.")
        self.refuse(line, "code", code, BadValueError(message, first=first, line=line), sheet)
        return False

    def _amounts(self, line: int, cells: Sequence[Any], texts: Mapping[str, str]) -> tuple[dict[str, Any], set[str]]:
        values: dict[str, Any] = {}
        bad: set[str] = set()
        for key in self.layout.amounts:
            if key not in self.sheet.places:
                continue
            cell = self._value(key, cells)
            values[key] = None
            if cell is None or (isinstance(cell, str) and " ".join(cell.split()) in texts.values()):
                continue
            try:
                values[key] = amount(key, cell)
            except BadValueError as error:
                self.refuse(line, key, cell, error)
                bad.add(key)
                continue
            if values[key] is None and not is_empty(cell):
                self.found.dashes += 1
        return values, bad

    def _line(self, line: int, cells: Sequence[Any], texts: Mapping[str, str]) -> None:
        values, bad = self._amounts(line, cells, {})
        self.doubt = self.doubt or bool(bad)
        if "code" in self.sheet.places:
            values["code"] = self._code(line, cells)
            if values["code"] == "?":
                bad.add("code")
        for key, _place in self.text_places:
            cell = self._value(key, cells)
            try:
                values[key] = self._words(line, key, cell)
            except BadValueError as error:
                self.refuse(line, key, cell, error)
                bad.add(key)
        if "serves" in self.sheet.places:
            values["serves"] = self._try(line, "serves", cells, public_code, bad)
        self._months(line, cells, values, bad)
        self._classify(line, values, bad, stated={key for key in self.classes if key in texts})
        if not values.get("item") and "item" not in bad and not (self.layout.spending and values.get("code")):
            self.refuse(line, "item", None, BadValueError(_("Say what the line is for.")))
            bad.add("item")
        # A row whose place is not known is missing in the sum of its programme.
        self.doubt = self.doubt or bool(bad.intersection(self.classes))
        raw = dict(values)
        if not self.layout.spending and not bad:
            for wrong in settle(values):
                self.refuse(line, wrong.column, raw.get(wrong.column), wrong)
                bad.add(wrong.column)
        as_written(raw)
        if values.get("item") == EXAMPLE:
            self.refuse(line, "item", EXAMPLE, BadValueError(_("This is the example row of the template: delete it.")))
            bad.add("item")
        if self._is_secret_total(raw):
            self.refuse(line, "item", values["item"], BadValueError(
                _("This looks like a subtotal. Write “รวม” alone, or give the line a code.")))  # fmt: skip
            bad.add("item")
        self.sums.add(raw, self.names(raw))
        if not bad:
            self.found.rows.append(Read(line, self.sheet, values))

    def _is_secret_total(self, values: Mapping[str, Any]) -> bool:
        if values.get("code") or not looks_like_total(values.get("item") or ""):
            return False
        said = {key: values[key] for key in self.layout.amounts if values.get(key) is not None}
        return bool(said) and not self.sums.differences(said, self.sums.runs("total", "sheet", *self._runs()))

    def _try(self, line: int, key: str, cells: Sequence[Any], read: Any, bad: set[str]) -> Any:
        cell = self._value(key, cells)
        try:
            return read(cell)
        except BadValueError as error:
            self.refuse(line, key, cell, error)
            bad.add(key)
            return None

    def _words(self, line: int, key: str, cell: Any) -> Any:
        if not isinstance(cell, str):
            return words_of(key, cell, self.known)[0]
        # Most columns say the same a thousand times.
        if key in ("item", "detail"):
            return words_of(key, cell, self.known)[0]
        if (key, cell) not in self.cache:
            self.cache[key, cell] = words_of(key, cell, self.known)
        value, near = self.cache[key, cell]
        if near:
            self._say_near(line, key, cell)
        return value

    def _say_near(self, line: int, key: str, text: str) -> None:
        if (key, text) not in self.noted:
            self.noted.add((key, text))
            self.warn(
                line,
                key,
                text,
                _("This is not written as the portal knows it; it is read as the nearest name. Look at it."),
            )

    def _months(self, line: int, cells: Sequence[Any], values: dict[str, Any], bad: set[str]) -> None:
        keys = [key for key in _SPANS if key in self.sheet.places]
        twelve = [key for key in MONTH_KEYS if key in self.sheet.places]
        if not keys and not twelve:
            return
        year = self.layout.year
        first = last = None
        for key in ("month_from", "month_to"):
            if key in keys:
                number, counted = self._try(line, key, cells, lambda cell: read_month(cell, year), bad) or (None, False)
                first, last = (number, last) if key == "month_from" else (first, number)
                if counted and "month" not in self.context:
                    self.context["month"] = "said"
                    self.warn(line, key, number, _("Numbers of months count from October: 1 is October."))
        if "months" in keys and first is None and last is None:
            first, last = self._try(line, "months", cells, lambda cell: read_span(cell, year), bad) or (None, None)
        if twelve and first is None and last is None:
            span, gaps = marked([self._value(key, cells) for key in MONTH_KEYS])
            first, last = span or (None, None)
            if gaps:
                self.warn(
                    line,
                    twelve[0],
                    "",
                    _("Between the marked months are others without a mark. Only the first and the last are kept."),
                )
        first, last = first or last, last or first
        if first and last and first > last:
            self.refuse(line, keys[0] if keys else twelve[0], f"{first}-{last}",
                        BadValueError(_("The last month lies before the first one.")))  # fmt: skip
            bad.add("month_to")
        values["month_from"], values["month_to"] = first, last

    def _classify(self, line: int, values: dict[str, Any], bad: set[str], *, stated: set[str]) -> None:
        """Programme, work, group and category: those of the row, else those that hold here."""
        classes = self.classes
        given = [key for key in classes if values.get(key)]
        highest = classes.index(given[0]) if given else len(classes)
        same = all(values[key] == self.context.get(key) for key in given)
        taken = False
        for place, key in enumerate(classes):
            if values.get(key) or key in bad:
                continue
            by_row, beside = key in self.from_row, key in self.sheet.places
            inherits = place < highest if beside or by_row else same or place < highest
            values[key] = self.context.get(key, "") if inherits else ""
            taken = taken or bool(values[key] and by_row and beside)
        category = values.get("category")
        if category and category not in CATEGORIES_OF.get(values.get("group") or "", ()):
            if "group" in stated:
                self.refuse(
                    line, "category", category, BadValueError(_("This category belongs to another expenditure group."))
                )
                bad.add("category")
            values["group"] = str(GROUP_OF[category])
        if values.get("programme") == "central_fund" and not {"group", "category"} & self.sheet.places.keys():
            values["group"] = values["group"] or "central"
            values["category"] = values["category"] or ("central" if values["group"] == "central" else "")
        need = "revenue_group" if self.layout.revenue else "programme"
        if not self.layout.spending and not values.get(need) and need not in bad:
            said = _("The category of revenue is missing.") if self.layout.revenue else _("The programme is missing.")
            self.refuse(line, need, None, BadValueError(said))
            bad.add(need)
        if taken:
            self.filled_down = [self.filled_down[0] + 1, self.filled_down[1] or line]
        self._run_on(values, classes)

    def _run_on(self, values: Mapping[str, Any], classes: Sequence[str]) -> None:
        """Note what holds now, and where runs of the same begin."""
        for place, key in enumerate(classes):
            if (values.get(key) or "") != self.context.get(key, ""):
                self.open.left(key, values)
                for narrower in classes[place:]:
                    self.context[narrower] = values.get(narrower) or ""
                    self.from_row.add(narrower)
                self.sums.begin(*(f"run:{narrower}" for narrower in classes[place:]))
                break

    def _runs(self) -> list[str]:
        return [name for name in self.sums.marks if name.startswith(("run:", "open:"))]

    def names(self, values: Mapping[str, Any]) -> list[Key]:
        """For which named subtotals a row counts."""
        chain = [str(values.get(key) or "") for key in self.classes]
        found: list[Key] = []
        for place, (key, said) in enumerate(zip(self.classes, chain, strict=True)):
            if said:
                value = same_words(said) if key == "work" else said
                found.append((key, value))
                if place:
                    found.append((*chain[:place], key, value))
                if place > 1:
                    found.append((chain[0], key, value))
        side = SIDE_OF.get(chain[0]) if chain else None
        if side:
            found.append(("side", str(side)))
        return list(dict.fromkeys(found))

    def _check_total(self, line: int, cells: Sequence[Any], total: Total, texts: Mapping[str, str]) -> None:
        values, bad = self._amounts(line, cells, texts)
        said = {key: value for key, value in values.items() if value is not None and key not in bad}
        self.found.totals += 1
        if total.kind == "named" and total.label is not None:
            self.open.close_for_total(total.label)
        else:
            self.open.close_leaves()
        if total.kind == "all" and self.sums.since(self.sums.marks["sheet"])[0] == 0 and self.sums.rows == 0:
            self.on_top.append((self.sheet, line, said))
        elif not bad:
            self._judge(self.sheet, line, said, self._candidates(total, texts))
        if total.kind in ("carried", "page"):
            self.sums.begin("page")
        else:
            self.sums.begin("total", *(["all"] if total.kind == "all" else []))

    def _candidates(self, total: Total, texts: Mapping[str, str]) -> Iterator[tuple[int, ...]]:
        sums = self.sums
        if total.kind == "all":
            yield from sums.runs("sheet", "file", "all")
        elif total.kind == "carried":
            yield from sums.runs("sheet", "file", "page", "all", *self._runs())
        elif total.kind == "page":
            yield from sums.runs("page", "sheet")
        elif total.kind == "named" and total.label is not None:
            level, value = total.label.level, total.label.value
            value = same_words(value) if level == "work" else value
            held = same_words(self.context.get("work", "")) if level == "work" else self.context.get(level, "")
            if held == value or level in ("side", "type"):
                yield from sums.runs(f"run:{level}", f"open:{level}")
            chain = [self.context.get(key, "") for key in self.classes]
            yield from sums.of(*((*chain[:place], level, value) for place in range(len(chain) + 1)), (level, value))
        else:
            stated = {key: text for key, text in texts.items() if key in self.classes and total_of(text) is None}
            labels = self._stated_labels(stated)
            if labels:
                last, chain = labels[-1], [label.value for label in labels[:-1]]
                yield from sums.of((*chain, last.level, last.value), (last.level, last.value))
            yield from sums.runs("total", *reversed(self._runs()), "sheet", "file", "all")

    def _judge(self, sheet: Sheet, line: int, said: Mapping[str, Decimal], candidates: Any) -> None:
        if self.doubt:  # an amount that cannot be read is missing in every sum
            return
        for key, sum_of_rows in self.sums.differences(said, candidates):
            self.refuse(line, key, in_baht(int(said[key] * 100)), BadValueError(
                _("The rows add up to %(found)s; here stands %(said)s."),
                found=in_baht(sum_of_rows), said=in_baht(int(said[key] * 100)),
            ), sheet)  # fmt: skip

    def _check_on_top(self, sheet: Sheet) -> None:
        """Grand totals above the rows: of the sheet, or, told at the end, of the file."""
        for found in [found for found in self.on_top if found[0] is sheet]:
            if not self.sums.differences(found[2], self.sums.runs("sheet")):
                self.on_top.remove(found)


def numbers_of_columns(cells: Sequence[Any]) -> bool:
    """Whether a row under the headings numbers them: (1) (2) (3)."""
    numbers = [str(cell).strip().strip("()").removesuffix(".0") for cell in cells if not is_empty(cell)]
    return len(numbers) >= 3 and numbers == [str(number) for number in range(1, len(numbers) + 1)]
