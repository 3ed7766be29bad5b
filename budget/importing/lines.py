"""What a file of lines would do to a draft. Pure but for `Draft.load`: the rows of the file against what is there.

A column that the file does not have leaves a line as it is. In a revision of a budget the original amounts stay, and
what moves is approved (budget procedure regulation B.E. 2563, clauses 26-27).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ita_portal.tables.problems import BadValueError

from ..choices import Approver, PlanKind, Programme, RevenueGroup, Source
from ..models import LineVersion, Revision, Spent
from ..models.plans import MOST_BAHT
from ..services.lines import Approval, LineInput
from .cells import WORDS as CELL_WORDS
from .columns import QUARTERS, Layout, lines_layout
from .found import Found, entry, short
from .known import Known
from .matching import WORDS, BudgetCodes, by_words, code_of, without_zeros
from .money_columns import ZERO, settle_quarters
from .reading import Read, Reading
from .sums import in_baht, satang
from .words import PROGRAMME_WORDS

FIELDS = (
    "programme", "work", "group", "category", "revenue_group", "item", "detail", "division_id", "source", "original",
    "transferred_in", "transferred_out", *QUARTERS, "place", "month_from", "month_to", "method", "serves_id",
)  # fmt: skip
_DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(
        ("programme", "work", "group", "category", "revenue_group", "item", "detail", "place", "method"), ""
    ),
    **dict.fromkeys(("division_id", "original", *QUARTERS, "month_from", "month_to", "serves_id")),
    "source": Source.BUDGET.value, "transferred_in": ZERO, "transferred_out": ZERO,
}  # fmt: skip
_COLUMN = {"division_id": "division", "serves_id": "serves"}
_CLASSES = ("programme", "work", "group", "category", "revenue_group")
_TELL_APART = ("original", "detail", "place", "source")
Kept = dict[str, Any]


@dataclass(slots=True)
class Draft:
    """A draft as a file is compared with it. lines, base: code → what the draft, and the revision in force, say.

    codes: of all lines of the plan. spent: codes of lines on which money was spent. serves: the lines of the budget in
    force.
    """

    year: int
    kind: str
    follows: bool = False
    lines: dict[str, Kept] = field(default_factory=dict)
    base: dict[str, Kept] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    serves: BudgetCodes = field(default_factory=BudgetCodes)
    declared_total: Decimal | None = None

    @property
    def moves(self) -> bool:
        """Whether money moves in it by transfers only."""
        return self.follows and self.kind in (PlanKind.ORDINANCE, PlanKind.SUPPLEMENT)

    @property
    def layout(self) -> Layout:
        """The columns of its files."""
        return lines_layout(self.kind, self.year)

    @classmethod
    def load(cls, revision: Revision) -> Draft:
        """As it is now. At most five queries."""
        plan = revision.plan
        draft = cls(plan.year_id, plan.kind, revision.based_on_id is not None, declared_total=revision.declared_total)
        draft.lines = dict(_kept(revision.pk))
        if revision.based_on_id is not None:
            draft._load_base(revision.based_on_id, plan.pk)
        if "serves" in draft.layout.headings.by_key:
            draft.serves = BudgetCodes.load(draft.year)
        return draft

    @classmethod
    def empty(cls, year: int, kind: str) -> Draft:
        """Of a plan that is not there yet."""
        draft = cls(year, kind)
        if "serves" in draft.layout.headings.by_key:
            draft.serves = BudgetCodes.load(draft.year)
        return draft

    @classmethod
    def load_following(cls, current: Revision) -> Draft:
        """Of a revision that would follow the one in force."""
        draft = cls.empty(current.plan.year_id, current.plan.kind)
        draft.follows = True
        draft.lines = dict(_kept(current.pk))
        draft._load_base(current.pk, current.plan_id)
        return draft

    def _load_base(self, revision: int, plan: int) -> None:
        self.base = dict(_kept(revision))
        self.spent = set(
            Spent.objects.filter(statement__is_current=True, line__plan=plan).values_list("line__code", flat=True)
        )


def _kept(revision: int) -> Iterator[tuple[str, Kept]]:
    rows = LineVersion.objects.filter(revision=revision).order_by("position").values_list("line__code", *FIELDS)
    for code, *values in rows.iterator(chunk_size=5000):
        yield code, dict(zip(FIELDS, values, strict=True))


def plan_lines(reading: Reading, draft: Draft, known: Known, approval: Approval | None = None) -> Found:
    """What the rows of a file would do to a draft."""
    return _Lines(reading, draft, known, approval).run()


class _Lines:
    def __init__(self, reading: Reading, draft: Draft, known: Known, approval: Approval | None) -> None:
        self.reading, self.draft, self.known, self.approval = reading, draft, known, approval
        self.found = Found(
            rows=len(reading.rows), problems=list(reading.problems), warnings=list(reading.warnings),
            ignored=reading.ignored, passed_over=reading.passed_over, checked=reading.totals,
        )  # fmt: skip
        self.moved = [ZERO, ZERO]
        self.totals: dict[str, list[Any]] = defaultdict(lambda: [0, ZERO, ZERO])

    def run(self) -> Found:
        found = self.found
        found.rows += len({(problem.sheet, problem.line) for problem in found.problems})
        codes = self._codes()
        there: set[str] = set()
        for number, row in enumerate(self.reading.rows):
            code = codes[number]
            if code == "?":
                continue
            values = self._whole(row, code)
            if values is None:
                continue
            if code is not None:
                there.add(code)
            self._tell(row, code, values)
            found.result.append(LineInput(code, values))
            found.effect(code, [values[name] for name in FIELDS])
        self._removed(there)
        self._whole_file()
        self._say_totals()
        if self.approval is not None:
            found.effect(str(self.approval.approver), self.approval.approved_on, self.approval.document_number)
        return found

    def _refuse(self, row: Read, key: str, value: Any, error: BadValueError) -> None:
        self.found.problems.append(row.sheet.problem(row.line, key, value, error.message, error.params))

    def _codes(self) -> dict[int, str | None]:
        """Row → the code of its line; None for a new one without, `?` where that is refused."""
        lines = {**self.draft.base, **self.draft.lines}
        bare = without_zeros(lines)
        codes: dict[int, str | None] = {}
        named: dict[str, Read] = {}
        without: dict[int, Kept] = {}
        for number, row in enumerate(self.reading.rows):
            code = row.values.get("code")
            if code is None:
                without[number] = {**row.values, "division_id": row.values.get("division")}
                codes[number] = None
                continue
            codes[number] = code_of(code, lines, bare) or code
            first = named.setdefault(codes[number] or "", row)
            if first is not row:
                message = _("This code stands in row %(first)s already, and again in row %(line)s.")
                self._refuse(row, "code", code, BadValueError(message, first=first.line, line=row.line))
                codes[number] = "?"
        if without:
            columns = {*self.reading.columns, *(name for name in _CLASSES for row in without.values() if row.get(name))}
            names = [name for name in WORDS if _COLUMN.get(name, name) in columns]
            compared = [name for name in _TELL_APART if name in columns]
            free = {code: values for code, values in lines.items() if code not in named}
            pairs, unclear = by_words(without, free, names, compared)
            codes.update(pairs)
            for number in unclear:
                row = self.reading.rows[number]
                self._refuse(row, "item", row.values.get("item"), BadValueError(
                    _("Several lines of the plan have these words. Write the code of the one that is meant.")
                ))  # fmt: skip
                codes[number] = "?"
        return codes

    def _whole(self, row: Read, code: str | None) -> Kept | None:
        """All values of the line as the row wants it; None where it is refused."""
        kept = self.draft.lines.get(code or "") or self.draft.base.get(code or "")
        given = row.values
        values = dict(kept or _DEFAULTS)
        for name in FIELDS:
            key = _COLUMN.get(name, name)
            if key in given and (
                given[key] or key in row.sheet.places or key in ("month_from", "month_to", "original")
            ):
                values[name] = _DEFAULTS[name] if given[key] is None else given[key]
        if "group" in row.sheet.places or "category" in row.sheet.places or given.get("group") or given.get("category"):
            values["group"], values["category"] = given.get("group") or "", given.get("category") or ""
        problems = [*self._serve(values), *self._amounts(values, given, code)]
        for error in problems:
            self._refuse(row, error.column, given.get(error.column), error)
        return None if problems else values

    def _serve(self, values: Kept) -> Iterator[BadValueError]:
        text = values["serves_id"]
        if isinstance(text, str):
            try:
                values["serves_id"] = self.draft.serves.find(text)
            except BadValueError as error:
                error.column = "serves"
                yield error

    def _amounts(self, values: Kept, given: Mapping[str, Any], code: str | None) -> Iterator[BadValueError]:
        base = self.draft.base.get(code or "")
        if "net" in given:
            self._move(values, given["net"], base)
        if values["original"] is None:
            values["transferred_in"] = values["transferred_out"] = ZERO
        revised = revised_of(values)
        if revised is not None and revised < 0:
            yield BadValueError(_("More is taken away than there is."), "transferred_out")
            return
        if revised is not None and revised > MOST_BAHT:
            yield BadValueError(_("This amount is too large."), "transferred_in")
            return
        wrong = settle_quarters(values, revised)
        if wrong is not None:
            yield wrong
        if self.draft.moves:
            yield from self._moves(values, base)

    def _move(self, values: Kept, net: Decimal, base: Kept | None) -> None:
        """In and out from their difference: what was published stays, the rest is one movement."""
        if values["transferred_in"] - values["transferred_out"] == net:
            return
        into, out = (base["transferred_in"], base["transferred_out"]) if base else (ZERO, ZERO)
        more = net - (into - out)
        values["transferred_in"], values["transferred_out"] = into + max(more, ZERO), out + max(-more, ZERO)

    def _moves(self, values: Kept, base: Kept | None) -> Iterator[BadValueError]:
        """In a revision of a budget: what is there stays, the rest comes and goes by approved transfers."""
        if base is None:
            if values["original"]:
                yield BadValueError(
                    _("A new line of a budget in force begins at zero. Its money comes by a transfer."), "original"
                )
            if values["transferred_in"]:
                self.found.asks.add("council")
        elif values["original"] != base["original"]:
            yield BadValueError(
                _("The original amount of a budget in force stays: %(amount)s. Move money by a transfer."), "original",
                amount=short(base["original"]),
            )  # fmt: skip
        for place, name in enumerate(("transferred_in", "transferred_out")):
            more = values[name] - (base[name] if base else ZERO)
            self.moved[place] += more
            if more < 0:
                yield BadValueError(
                    _("%(amount)s of this is published and is not taken back. Move it back by a transfer."),
                    name, amount=in_baht(satang(base[name] if base else ZERO)),
                )  # fmt: skip

    def _tell(self, row: Read, code: str | None, values: Kept) -> None:
        kept = self.draft.lines.get(code or "")
        revised = revised_of(values)
        total = self.totals[values["programme"] or values["revenue_group"]]
        total[0] += 1
        total[2] += revised or ZERO
        where: dict[str, Any] = {"line": row.line, "sheet": row.sheet.name, "code": code or "", "amount": revised}
        if kept is None:
            self.found.tell("new", lambda: entry(values["item"], **where))
        elif any(kept[name] != values[name] for name in FIELDS):
            changes = {
                str(row.sheet.headings.get(_COLUMN.get(name, name)) or self._heading(name)):
                    (self._shown(name, kept[name]), self._shown(name, values[name]))
                for name in FIELDS if kept[name] != values[name]
            }  # fmt: skip
            self.found.tell("changed", lambda: entry(values["item"], changes=changes, **where))
        else:
            self.found.same += 1

    def _heading(self, name: str) -> str:
        column = self.draft.layout.headings.by_key.get(_COLUMN.get(name, name))
        return column.thai if column is not None else name

    def _shown(self, name: str, value: Any) -> object:
        if not value:
            return value
        if name == "division_id":
            return self.known.names.get(value, "")
        if name == "serves_id":
            return self.draft.serves.shown.get(value, "")
        if name == "programme":
            return PROGRAMME_WORDS.written(value, "th")
        return CELL_WORDS[name].written(value, "th") if name in CELL_WORDS else value

    def _removed(self, there: set[str]) -> None:
        """Lines that the file does not name any more."""
        for code, values in self.draft.lines.items():
            self.totals[values["programme"] or values["revenue_group"]][1] += revised_of(values) or ZERO
            if code not in there and not self.found.problems:
                self.found.tell(
                    "removed",
                    lambda code=code, values=values: entry(values["item"], code=code, amount=revised_of(values)),  # type: ignore[misc]
                )
                self.found.effect("removed", code)
        if self.found.problems:  # what is missing because it was refused is not missing
            return
        for code, values in self.draft.base.items():
            if code in there:
                continue
            if code in self.draft.spent:
                self.found.refuse_whole(
                    _("Line %(code)s (%(item)s) is not in the file, and money was spent on it. Keep the line."),
                    code=code, item=short(values["item"]),
                )  # fmt: skip
            elif self.draft.moves and (revised_of(values) or values["transferred_in"] or values["transferred_out"]):
                self.found.refuse_whole(
                    _("Line %(code)s (%(item)s) is in force with %(amount)s baht and is not in the file. Keep it, "
                      "and move its money by a transfer."),
                    code=code, item=short(values["item"]), amount=short(revised_of(values)),
                )  # fmt: skip

    def _whole_file(self) -> None:
        found, (into, out) = self.found, self.moved
        if self.draft.moves and not found.problems:
            if into != out:
                found.refuse_whole(
                    _("Lines gain %(gained)s and others give %(given)s. The two must be the same."),
                    gained=in_baht(satang(into)), given=in_baht(satang(out)),
                )  # fmt: skip
            if into or out:
                self._approved()
        if self.reading.dashes:
            found.warn_whole(_("Dashes for amounts: %(count)s. They are read as not known; 0 is nothing."),
                             count=self.reading.dashes)  # fmt: skip
        declared = self.draft.declared_total
        after: Decimal = sum((total[2] for total in self.totals.values()), ZERO)
        if declared is not None and declared != after and not found.problems:
            found.warn_whole(_("The declared total is %(declared)s, the lines add up to %(found)s."),
                             declared=in_baht(satang(declared)), found=in_baht(satang(after)))  # fmt: skip

    def _approved(self) -> None:
        self.found.asks.add("approver")
        if self.approval is None:
            self.found.refuse_whole(
                _("The file moves money. Upload it again and say who approved it, when and in which document.")
            )
        elif "council" in self.found.asks and self.approval.approver != Approver.COUNCIL:
            self.found.refuse_whole(
                _("A new item is approved by the council (budget procedure regulation B.E. 2563, clause 27).")
            )

    def _say_totals(self) -> None:
        choices: Any = RevenueGroup if self.draft.layout.revenue else Programme
        for value in choices:
            if value in self.totals:
                lines, before, after = self.totals[value]
                with override("th"):
                    name = (
                        PROGRAMME_WORDS.written(value)
                        if choices is Programme
                        else CELL_WORDS["revenue_group"].written(value)
                    )
                self.found.totals.append({"name": name, "lines": lines, "before": short(before), "after": short(after)})


def revised_of(values: Mapping[str, Any]) -> Decimal | None:
    """The amount of a line after its transfers; None where it is not known."""
    original = values["original"]
    if original is None:
        return None
    revised: Decimal = original + values["transferred_in"] - values["transferred_out"]
    return revised
