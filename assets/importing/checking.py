"""What would become of each row of a register file: new, changed, as it is, or refused with column and reason.

Nothing is written here. An empty cell clears what may be empty and leaves what may not; a column that the file does
not have leaves everything as it is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any, Literal

from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import today
from ita_portal.spreadsheets import Value
from ita_portal.tables.headings import skeleton
from ita_portal.tables.problems import BadValueError, Problem
from ita_portal.tables.reading import Table
from ita_portal.tables.values import written

from ..availability import Claim, free_spans
from ..choices import USABLE, AssetKind, Condition
from ..models import Asset, LoanLine, RegisterSettings
from ..stock import claims_of
from .columns import BY_KEY, COLUMNS, WORDS, word_of
from .lookups import Lookups
from .reading import open_register
from .values import read_value

Fate = Literal["new", "changed"]
_NAMED = ("division", "category", "custodian")
ATTRIBUTES: dict[str, str] = {
    column.key: f"{column.key}_id" if column.key in _NAMED else column.key for column in COLUMNS
}
"""Column → attribute of `Asset`."""
FIELDS = ("pk", *ATTRIBUTES.values())
_KEEPS = frozenset(
    {"number", "name", "category", "division", "kind", "quantity", "broken", "unit", "condition", "lendable"}
)
"""Columns whose empty cell leaves what is there."""
_UNKNOWN = frozenset({"acquired_on", "unit_price", "life_years", "retired_on", "custodian"})
"""Columns whose empty value is None; of the others it is empty text."""
_DEFAULTS: Mapping[str, Any] = {
    "kind": None, "quantity": 1, "broken": 0, "unit": "รายการ", "condition": Condition.GOOD.value, "lendable": False,
}  # fmt: skip
_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """A value of a column that becomes another."""

    column: str
    old: Any
    new: Any


@dataclass(slots=True)
class RowPlan:
    """A row that writes something. values: of the whole asset, by column. pk: of the asset that changes."""

    line: int
    fate: Fate
    values: dict[str, Any]
    pk: int | None = None
    changes: list[Change] = field(default_factory=list)

    @property
    def number(self) -> str:
        """The asset's number."""
        return str(self.values["number"])

    @property
    def name(self) -> str:
        """The asset's name."""
        return str(self.values["name"])

    @property
    def shrinks(self) -> bool:
        """Whether less of a thing that is there can be lent afterwards, or it is counted otherwise."""
        old = {change.column: change.old for change in self.changes}
        if not old.keys() & {"kind", "quantity", "broken", "retired_on"}:
            return False
        before = old.get("quantity", self.values["quantity"]) - old.get("broken", self.values["broken"])
        return "kind" in old or "retired_on" in old or self.values["quantity"] - self.values["broken"] < before


@dataclass(slots=True)
class Plan:
    """What a file would do. same: rows that change nothing. new_kinds: kinds that would be made."""

    lookups: Lookups
    headings: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    new: list[RowPlan] = field(default_factory=list)
    changed: list[RowPlan] = field(default_factory=list)
    same: int = 0
    problems: list[Problem] = field(default_factory=list)
    new_kinds: dict[str, str] = field(default_factory=dict)

    @property
    def refused(self) -> int:
        """How many rows have a problem."""
        return len({problem.line for problem in self.problems})

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        return len(self.new) + len(self.changed) + self.same + self.refused

    @property
    def digest(self) -> str:
        """Of everything that it would do: the same digest is the same plan."""
        digest = hashlib.sha256()
        for row in (*self.new, *self.changed):
            changes = [(change.column, change.old, change.new) for change in row.changes] or row.values
            digest.update(f"{row.line} {row.fate} {row.number} {changes!r}\n".encode())
        digest.update(repr((sorted(self.new_kinds.values()), len(self.problems))).encode())
        return digest.hexdigest()

    def shown(self, column: str, value: Any, language: str | None = None) -> Value:
        """A value of a column for people."""
        if column in _NAMED:
            return self.lookups.name(column, value)
        if column == "lendable":
            return word_of(column, "yes" if value else "no", language)
        return word_of(column, value or "", language) if column in WORDS else value


def check_file(file: IO[bytes], content_type: str, *, new_kinds: bool = False) -> Plan:
    """What an accepted file (`reading.accept_register`) would do to the register as it is now.

    new_kinds: whether kinds that are not known are made. UnreadableError where the file is no table of a register.
    """
    plan = Plan(Lookups.load(new_kinds=new_kinds))
    with open_register(file, content_type) as table:
        plan.headings, plan.ignored = table.headings, table.ignored
        _Checker(table, plan).run()
    refuse_held(plan, [row for row in plan.changed if row.shrinks])
    return plan


class _Checker:
    def __init__(self, table: Table, plan: Plan) -> None:
        self.table, self.plan = table, plan
        self.first_line: dict[str, int] = {}
        self.pattern = RegisterSettings.current().number_pattern
        self.day = today()
        self.known: dict[tuple[str, str], Any] = {}

    def run(self) -> None:
        while rows := list(islice(self.table.rows, _CHUNK)):
            read = [(line, *self._values(line, cells)) for line, cells in rows]
            numbers = [values["number"] for _line, values, _bad in read if values.get("number")]
            found = Asset.objects.filter(number__in=numbers).values_list(*FIELDS)
            kept = {row[1]: (row[0], dict(zip(ATTRIBUTES, row[1:], strict=True))) for row in found}
            for line, values, bad in read:
                # Without its number it is not known which asset a row is about.
                if values.get("number"):
                    self._judge(line, values, bad, *kept.get(values["number"], (None, None)))

    def _values(self, line: int, cells: Sequence[Any]) -> tuple[dict[str, Any], set[str]]:
        """The row's values by column, and the columns whose value cannot be used."""
        values: dict[str, Any] = {}
        bad: set[str] = set()
        for key, place in self.table.places.items():
            cell = cells[place] if place < len(cells) else None
            try:
                values[key] = self._value(key, cell)
            except BadValueError as error:
                self._refuse(line, key, cell, error)
                bad.add(key)
        number = values.get("number")
        if number:
            first = self.first_line.setdefault(number, line)
            if first != line:
                message = _("This number stands in row %(first)s already, and again in row %(line)s.")
                self._refuse(line, "number", number, BadValueError(message, first=first, line=line))
                bad.add("number")
        elif "number" not in bad:
            self._refuse(line, "number", None, BadValueError(_("The asset number is missing.")))
        return values, bad

    def _value(self, key: str, cell: Any) -> Any:
        if not isinstance(cell, str) or key in ("number", "name", "features", "note"):
            value = read_value(key, cell)
            return self.plan.lookups.find(key, value) if key in _NAMED and value is not None else value
        # Most columns say the same a thousand times.
        if (key, cell) not in self.known:
            value = read_value(key, cell)
            self.known[key, cell] = self.plan.lookups.find(key, value) if key in _NAMED and value is not None else value
        return self.known[key, cell]

    def _refuse(self, line: int, key: str, cell: Any, error: BadValueError) -> None:
        heading = self.plan.headings.get(key, BY_KEY[key].heading())
        place = self.table.cell(key, line) if key in self.table.places else ""
        self.plan.problems.append(Problem(line, key, heading, written(cell), error.message, error.params, place))

    def _judge(
        self, line: int, values: dict[str, Any], bad: set[str], pk: int | None, kept: dict[str, Any] | None
    ) -> None:
        """Everything that is wrong with a row, or what it does. bad: columns of which that was said already."""
        whole = self._whole(values, kept)
        changes = [] if kept is None else _differences(kept, whole)
        problems = [] if kept is not None else list(self._check_new(whole))
        if kept is None or changes or bad:
            problems += self._check(whole, values, changes, kept)
        for error in problems:
            # Nothing is known of what stands in a cell that cannot be read, nor of what hangs on it.
            if error.column not in bad and not bad.intersection(error.beside):
                self._refuse(line, error.column, values.get(error.column), error)
                bad.add(error.column)
        if bad:
            return
        if isinstance(whole["category"], str):
            self.plan.new_kinds.setdefault(skeleton(whole["category"]), whole["category"])
        if kept is None:
            self.plan.new.append(RowPlan(line, "new", whole))
        elif changes:
            self.plan.changed.append(RowPlan(line, "changed", whole, pk, changes))
        else:
            self.plan.same += 1

    def _whole(self, values: dict[str, Any], kept: dict[str, Any] | None) -> dict[str, Any]:
        """The whole asset as the row wants it."""
        whole: dict[str, Any] = {}
        for key in ATTRIBUTES:
            given = values.get(key)
            if given is None and (kept is not None and (key not in values or key in _KEEPS)):
                whole[key] = kept[key]
            elif given is None:
                whole[key] = _DEFAULTS.get(key, None if key in _UNKNOWN else "")
            else:
                whole[key] = given
        if whole["kind"] is None:
            whole["kind"] = AssetKind.SINGLE.value if whole["quantity"] == 1 else AssetKind.QUANTITY.value
        if whole["kind"] == AssetKind.SINGLE:
            whole["broken"] = 0 if whole["condition"] in USABLE else 1
        if kept is None and "life_years" not in values:
            whole["life_years"] = self.plan.lookups.lives.get(whole["category"])
        return whole

    def _check_new(self, whole: dict[str, Any]) -> Iterator[BadValueError]:
        for column in COLUMNS:
            if column.needed and not whole[column.key]:
                yield BadValueError(_("A new asset needs this."), column.key)
        if self.pattern and not _fits(self.pattern, whole["number"]):
            yield BadValueError(
                _("This number does not follow the pattern of the municipality: %(pattern)s."), "number",
                pattern=self.pattern,
            )  # fmt: skip

    def _check(
        self, whole: dict[str, Any], values: dict[str, Any], changes: list[Change], kept: dict[str, Any] | None
    ) -> Iterator[BadValueError]:
        """The rules that the database keeps, said before."""
        if whole["kind"] == AssetKind.SINGLE and whole["quantity"] != 1:
            yield BadValueError(
                _("A single item is one piece. Choose “several pieces” for more."), "quantity", ("kind",)
            )
        if whole["broken"] > whole["quantity"]:
            column = "broken" if "broken" in values else "quantity"
            yield BadValueError(
                _("No more pieces can be unusable than there are."), column, ("kind", "quantity", "broken", "condition")
            )
        if (whole["retired_on"] is None) != (not whole["retired_reason"]):
            column = "retired_reason" if whole["retired_on"] else "retired_on"
            yield BadValueError(
                _("What leaves the register has a day and a reason."), column, ("retired_on", "retired_reason")
            )
        for key in ("acquired_on", "retired_on"):
            day: dt.date | None = whole[key]
            if day is not None and day > self.day and (not changes or any(change.column == key for change in changes)):
                yield BadValueError(_("This day is still to come. Check the year."), key)
        if kept is not None and kept["retired_on"] is not None:
            yield BadValueError(
                _("It has left the register on %(day)s and is not changed any more."), "number",
                day=kept["retired_on"].isoformat(),
            )  # fmt: skip


def _fits(pattern: str, number: str) -> bool:
    try:
        return re.fullmatch(pattern, number) is not None
    except re.error:  # kept before it was looked at
        return True


def _differences(kept: dict[str, Any], whole: dict[str, Any]) -> list[Change]:
    return [Change(key, kept[key], whole[key]) for key in ATTRIBUTES if kept[key] != whole[key]]


def refuse_held(plan: Plan, rows: Sequence[RowPlan]) -> None:
    """Refuse those of the changed `rows` that would take away what a loan holds. Two queries for a thousand of them."""
    for chunk in _chunks(rows):
        claims = claims_of([row.pk for row in chunk if row.pk is not None])
        # As the database asks it (`Asset`, held_stays): also of a promise that nobody collected in its days.
        closing = [row.pk for row in chunk if _closes(row)]
        promised = set(LoanLine.objects.holding().filter(asset__in=closing).values_list("asset_id", flat=True))
        for row in chunk:
            problem = _held_back(plan, row, claims.get(row.pk or 0, []), promised=row.pk in promised)
            if problem is not None:
                plan.problems.append(problem)
    refused = {problem.line for problem in plan.problems}
    plan.changed = [row for row in plan.changed if row.line not in refused]
    plan.problems.sort(key=lambda problem: problem.line)


def _closes(row: RowPlan) -> str:
    """The column by which a row ends what the asset was, where it does."""
    return next((change.column for change in row.changes if change.column in ("kind", "retired_on")), "")


def _held_back(plan: Plan, row: RowPlan, claims: list[Claim], *, promised: bool) -> Problem | None:
    columns = {change.column for change in row.changes}
    stock = row.values["quantity"] - row.values["broken"]
    last = max((claim.end or today() for claim in claims), default=today())
    short = min(span.free for span in free_spans(stock, claims, today(), max(last, today())))
    column = _closes(row) if promised else ""
    message = _("It is on loan or promised to somebody. Take it back or cancel the loan first.")
    if not column:
        if short >= 0:
            return None
        column = "quantity" if "quantity" in columns else "broken" if "broken" in columns else "condition"
        column = "condition" if row.values["kind"] == AssetKind.SINGLE else column
        message = _("Fewer pieces than are promised to somebody: %(held)s are held.")
    heading = plan.headings.get(column, BY_KEY[column].heading())
    value = written(plan.shown(column, row.values[column]))
    return Problem(row.line, column, heading, value, message, {"held": stock - short})


def _chunks(rows: Sequence[RowPlan]) -> Iterator[Sequence[RowPlan]]:
    return (rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK))
