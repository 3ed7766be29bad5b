"""What a file of spending or revenue would do to the draft of a statement. Pure but for `Books.load`.

Amounts are since 1 October; or of the time since the statement before, and are then added to what it says: where that
is not known, the sum is not either, and the row is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from ita_portal.tables.headings import skeleton
from ita_portal.tables.problems import BadValueError

from ..choices import PlanKind
from ..models import LineVersion, Spent, Statement
from ..models.plans import MOST_BAHT
from ..services.statements import Amounts
from .columns import TOLD, Layout, spending_layout
from .found import Found, entry, short
from .matching import WORDS, code_of, one_to_one, without_zeros
from .reading import Read, Reading
from .words import PROGRAMME_WORDS, REVENUE_WORDS

Told = tuple[Decimal | None, Decimal | None, Decimal | None]
Counting = Literal["year", "period"]
"""`year`: amounts since 1 October. `period`: since the statement before; what is committed is always of the day."""
_NOTHING: Told = (None, None, None)
_SIDES = ("revenue", "spending")
_NAMED = 10
"""Codes in a reason."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A line in force. slug: of its plan."""

    pk: int
    slug: str
    code: str
    values: Mapping[str, Any]

    @property
    def is_revenue(self) -> bool:
        """Whether money is received on it."""
        return self.slug == PlanKind.REVENUE


@dataclass(slots=True)
class Books:
    """What a file is compared with: the year's lines in force, what the draft says, and the statement before it."""

    year: int
    month: int
    lines: list[Fact] = field(default_factory=list)
    now: dict[int, Told] = field(default_factory=dict)
    before: dict[int, Told] = field(default_factory=dict)
    month_before: int | None = None

    @property
    def layout(self) -> Layout:
        """The columns of its files."""
        return spending_layout(self.year)

    @classmethod
    def load(cls, statement: Statement) -> Books:
        """As it is now. Four queries."""
        books = cls(statement.year_id, statement.month)
        wanted = (*WORDS, "original", "revised")
        versions = LineVersion.objects.current().of_year(statement.year_id).filter(
            revision__plan__kind__in=(PlanKind.ORDINANCE, PlanKind.SUPPLEMENT, PlanKind.REVENUE)
        )  # fmt: skip
        rows = versions.order_by("revision", "position").values_list(
            "line_id", "line__code", "revision__plan__kind", "revision__plan__number", *wanted
        )
        for pk, code, kind, number, *values in rows.iterator(chunk_size=5000):
            slug = f"{kind}-{number}" if kind == PlanKind.SUPPLEMENT else kind
            books.lines.append(Fact(pk, slug, code, dict(zip(wanted, values, strict=True))))
        books.now = _told_of(statement)
        earlier = Statement.objects.current().filter(year=statement.year_id, month__lt=statement.month)
        last = earlier.order_by("-month").first()
        if last is not None:
            books.before, books.month_before = _told_of(last), last.month
        return books


def _told_of(statement: Statement) -> dict[int, Told]:
    rows = Spent.objects.filter(statement=statement).values_list("line_id", *TOLD)
    return {line: (obligated, disbursed, received) for line, obligated, disbursed, received in rows}


def plan_amounts(reading: Reading, books: Books, counting: Counting = "year") -> Found:
    """What the rows of a file would do to the draft of a statement."""
    return _Amounts(reading, books, counting).run()


class _Amounts:
    def __init__(self, reading: Reading, books: Books, counting: Counting) -> None:
        self.reading, self.books, self.counting = reading, books, counting
        self.found = Found(
            rows=len(reading.rows), problems=list(reading.problems), warnings=list(reading.warnings),
            ignored=reading.ignored, passed_over=reading.passed_over, checked=reading.totals,
        )  # fmt: skip
        self.facts = {fact.pk: fact for fact in books.lines}
        self.sides: set[str] = set()

    def run(self) -> Found:
        found, books = self.found, self.books
        found.rows += len({(problem.sheet, problem.line) for problem in found.problems})
        found.effect(self.counting, books.month_before)
        if self.counting == "period" and books.month > 1 and books.month_before is None:
            found.refuse_whole(
                _("There is no statement before this one, to which the amounts of the period could be added. "
                  "Bring amounts since 1 October.")
            )  # fmt: skip
            return found
        result: dict[int, Told] = {}
        first: dict[int, Read] = {}
        for number, pk in self._lines().items():
            row = self.reading.rows[number]
            if first.setdefault(pk, row) is not row:
                message = _("The same line stands in row %(first)s already.")
                key = "code" if row.values.get("code") else "item"
                self._refuse(row, key, row.values[key], BadValueError(message, first=first[pk].line))
                continue
            told = self._told(row, self.facts[pk])
            if told is not None:
                self.sides.add(_SIDES[not self.facts[pk].is_revenue])
                result[pk] = told
                self._tell(row, self.facts[pk], told)
        self._rest(result)
        found.result = [Amounts(pk, *told) for pk, told in result.items()]
        for pk, told in result.items():
            found.effect(pk, told)
        return found

    def _refuse(self, row: Read, key: str, value: Any, error: BadValueError) -> None:
        self.found.problems.append(row.sheet.problem(row.line, key, value, error.message, error.params))

    def _warn(self, row: Read, key: str, value: Any, message: Any, **params: object) -> None:
        self.found.warnings.append(row.sheet.problem(row.line, key, value, message, params))

    def _lines(self) -> dict[int, int]:
        """Row → line, in the order of the file."""
        found: dict[int, int] = {}
        by_code: dict[str, list[Fact]] = defaultdict(list)
        for fact in self.books.lines:
            by_code[fact.code].append(fact)
        bare = without_zeros(by_code)
        without: dict[int, dict[str, Any]] = {}
        for number, row in enumerate(self.reading.rows):
            if row.values.get("code"):
                try:
                    found[number] = self._coded(row, by_code, bare).pk
                except BadValueError as error:
                    self._refuse(row, "code", row.values["code"], error)
            else:
                without[number] = {**row.values, "division_id": row.values.get("division")}
        if without:
            self._worded(without, found)
        return dict(sorted(found.items()))

    def _coded(self, row: Read, by_code: Mapping[str, list[Fact]], bare: Mapping[str, list[str]]) -> Fact:
        slug, _slash, text = str(row.values["code"]).rpartition("/")
        code = code_of(text, by_code, bare)
        some = [fact for fact in by_code.get(code or "", []) if self._on_side(row, fact)]
        if slug:
            some = [fact for fact in some if fact.slug == slug]
        if len(some) > 1 and row.values.get("item"):
            said = skeleton(row.values["item"])
            some = [fact for fact in some if skeleton(fact.values["item"]) == said] or some
        if not some:
            raise BadValueError(_("No line in force of this year has this code."))
        if len(some) > 1:
            raise BadValueError(
                _("Several plans have a line of this code. Write the plan before it: %(codes)s."),
                codes=", ".join(f"{fact.slug}/{fact.code}" for fact in some),
            )  # fmt: skip
        called, item = row.values.get("item"), some[0].values["item"]
        if called and skeleton(called) != skeleton(item):
            self._warn(row, "item", called, _("In the plan this line is called: %(item)s"), item=short(item))
        return some[0]

    def _on_side(self, row: Read, fact: Fact) -> bool:
        """Whether a row that says what was received, or spent, can be of this line."""
        received = row.values.get("received") is not None
        spent = row.values.get("disbursed") is not None or row.values.get("obligated") is not None
        if received == spent:  # both is refused later; neither: by the columns of the file
            received = "received" in row.sheet.places and not {"disbursed", "obligated"} & row.sheet.places.keys()
            spent = "received" not in row.sheet.places
        return (received and fact.is_revenue) or (spent and not fact.is_revenue) or received == spent

    def _worded(self, without: Mapping[int, dict[str, Any]], found: dict[int, int]) -> None:
        columns = {*self.reading.columns,
                   *(name for name in WORDS for values in without.values() if values.get(name))}  # fmt: skip
        names = [name for name in WORDS if ("division" if name == "division_id" else name) in columns]
        taken = set(found.values())
        lines = {fact.pk: fact.values for fact in self.books.lines if fact.pk not in taken}
        pairs, unclear = one_to_one(without, lines, names, ("original", "revised"))
        for number, values in without.items():
            row = self.reading.rows[number]
            if number in unclear:
                self._refuse(row, "item", values.get("item"), BadValueError(
                    _("Several lines are called this. Write the code of the one that is meant: %(codes)s."),
                    codes=", ".join(self._whole_code(pk) for pk in unclear[number][:_NAMED])
                    + (" …" if len(unclear[number]) > _NAMED else ""),
                ))  # fmt: skip
            elif number not in pairs:
                self._refuse(row, "item", values.get("item"), BadValueError(
                    _("No line in force of this year has these words and this classification. Write its code.")
                ))  # fmt: skip
        found.update(pairs)

    def _whole_code(self, pk: int) -> str:
        fact = self.facts[pk]
        return f"{fact.slug}/{fact.code}"

    def _told(self, row: Read, fact: Fact) -> Told | None:
        """What the statement will say of a line; None where it is refused."""
        obligated, disbursed, received = (row.values.get(key) for key in TOLD)
        wrong = ("obligated", "disbursed") if fact.is_revenue else ("received",)
        for key in wrong:
            if row.values.get(key) is not None:
                message = (_("On a line of revenue money is received, not spent.") if fact.is_revenue
                           else _("On a line of the budget money is spent, not received."))  # fmt: skip
                self._refuse(row, key, row.values[key], BadValueError(message))
                return None
        before = self.books.before.get(fact.pk, _NOTHING)
        if self.counting == "period" and self.books.month > 1:
            for key, amount, was in (("disbursed", disbursed, before[1]), ("received", received, before[2])):
                if amount is not None and was is None:
                    self._refuse(row, key, amount, BadValueError(
                        _("What it was before is not known, so the sum is not either. Bring amounts since 1 October.")
                    ))  # fmt: skip
                    return None
            disbursed = None if disbursed is None or before[1] is None else disbursed + before[1]
            received = None if received is None or before[2] is None else received + before[2]
            if max(disbursed or 0, received or 0) > MOST_BAHT:
                key = "received" if received else "disbursed"
                self._refuse(row, key, row.values[key], BadValueError(_("This amount is too large.")))
                return None
        told = (obligated, disbursed, received)
        for error in self._doubts(row, fact, told, before):
            self._warn(row, error.column, row.values.get(error.column), error.message, **error.params)
        return told

    def _doubts(self, row: Read, fact: Fact, told: Told, before: Told) -> Iterator[BadValueError]:
        """What is worth a look."""
        obligated, disbursed, received = told
        revised = fact.values["revised"]
        used = (obligated or 0) + (disbursed or 0)
        if revised is not None and used > revised:
            yield BadValueError(
                _("Spent and committed are %(used)s, more than the line has: %(revised)s."),
                "disbursed" if disbursed is not None else "obligated", used=short(Decimal(used)),
                revised=short(revised),
            )  # fmt: skip
        for key, now, was in (("disbursed", disbursed, before[1]), ("received", received, before[2])):
            if now is not None and was is not None and now < was:
                yield BadValueError(_("Less than the statement before says: %(amount)s."), key, amount=short(was))
        for key in ("original", "revised"):
            said = row.values.get(key)
            if said is not None and said != fact.values[key]:
                yield BadValueError(_("In the plan this is %(amount)s."), key, amount=short(fact.values[key]))

    def _tell(self, row: Read, fact: Fact, told: Told) -> None:
        was = self.books.now.get(fact.pk)
        where: dict[str, Any] = {"line": row.line, "sheet": row.sheet.name, "code": f"{fact.slug}/{fact.code}",
                 "amount": told[2] if fact.is_revenue else told[1]}  # fmt: skip
        if was == told:
            self.found.same += 1
            return
        columns = self.books.layout.headings.by_key
        changes = {columns[key].thai: (old, new) for key, old, new in zip(TOLD, was or _NOTHING, told, strict=True)
                   if old != new}  # fmt: skip
        fate = "new" if was is None else "changed"
        self.found.tell(fate, lambda: entry(fact.values["item"], changes=changes, **where))

    def _rest(self, result: dict[int, Told]) -> None:
        """Lines of which the file says nothing: of a side that it tells they are not known, the other side stays."""
        found = self.found
        unknown = 0
        totals: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0), Decimal(0)])
        for fact in self.books.lines:
            told = _SIDES[not fact.is_revenue] in self.sides
            was = self.books.now.get(fact.pk)
            if fact.pk not in result:
                if not told and was is not None:
                    result[fact.pk] = was
                elif was is not None:
                    found.tell("removed", lambda fact=fact: entry(fact.values["item"], code=fact.code))  # type: ignore[misc]
                unknown += told
            now = result.get(fact.pk, _NOTHING)
            name = REVENUE_WORDS.written(fact.values["revenue_group"], "th") if fact.is_revenue else \
                PROGRAMME_WORDS.written(fact.values["programme"], "th")  # fmt: skip
            total = totals[name]
            total[0] += 1
            total[1] += (was or _NOTHING)[2 if fact.is_revenue else 1] or 0
            total[2] += now[2 if fact.is_revenue else 1] or 0
        if unknown:
            found.warn_whole(_("Lines in force of which the file says nothing: %(count)s. They count as not known."),
                             count=unknown)  # fmt: skip
        if self.reading.dashes:
            found.warn_whole(_("Dashes for amounts: %(count)s. They are read as not known; 0 is nothing."),
                             count=self.reading.dashes)  # fmt: skip
        if not found.problems and not self.sides:
            found.refuse_whole(_("The file says nothing of any line."))
        found.totals = [
            {"name": name, "lines": int(lines), "before": short(before), "after": short(after)}
            for name, (lines, before, after) in totals.items()
        ]  # fmt: skip
