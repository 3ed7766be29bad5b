"""What a file of a month's purchases (form สขร.1) would do to the draft of a summary. Pure but for `Month.load`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import FiscalYear
from ita_portal.masking import mask_citizen_numbers, masked_tax_id
from ita_portal.tables.headings import skeleton
from ita_portal.tables.problems import BadValueError, UnreadableError
from ita_portal.tables.reading import Table, open_tables
from ita_portal.tables.values import is_empty, read_code, read_date, read_money

from ..choices import Method, PurchaseState, Source
from ..models import MonthSummary, Purchase
from ..services.procurement import PURCHASE_FIELDS
from .found import Found, entry, short
from .known import Known
from .labels import is_note, total_of
from .matching import BudgetCodes
from .purchase_cells import cell_text, read_bids, read_contract, read_winner
from .purchase_columns import AMOUNTS, COLUMNS, EXAMPLE, HEADINGS, OFF_BUDGET
from .reading import Sheet, numbers_of_columns
from .sums import Sums, in_baht, satang
from .words import METHOD_WORDS, SOURCE_WORDS, STATE_WORDS

MAX_ROWS = 20_000
MOST_PURCHASES = 5_000
_LIMITS = {"title": 500, "reason": 1000, "egp_number": 40}
_OFF = frozenset(map(skeleton, OFF_BUDGET))
_NONE = ("ไม่มีการจัดซื้อจัดจ้าง", "ไม่มีการจัดซื้อ", "ไม่มีรายการ", "ไม่มีรายการจัดซื้อจัดจ้าง")
_NO_PURCHASE = tuple(map(skeleton, _NONE))
Values = dict[str, Any]


@dataclass(slots=True)
class Month:
    """What a file is compared with. lines: of the budget in force. now: the draft's purchases."""

    year: int
    month: int
    known: Known
    lines: BudgetCodes = field(default_factory=BudgetCodes)
    now: list[Values] = field(default_factory=list)

    @classmethod
    def load(cls, summary: MonthSummary) -> Month:
        """As it is now. Three queries."""
        month = cls(summary.year_id, summary.month, Known.load())
        month.lines = BudgetCodes.load(summary.year_id)
        month.now = list(Purchase.objects.filter(summary=summary).order_by("position").values(*PURCHASE_FIELDS))
        return month


def plan_purchases(file: IO[bytes], content_type: str, month: Month) -> Found:
    """What the rows of an accepted file would do to the draft of a summary."""
    reader = _Reader(month)
    passed: list[str] = []
    for table in open_tables(file, content_type, HEADINGS, max_rows=MAX_ROWS, merged=True, passed_over=passed):
        reader.take(table)
    reader.found.passed_over = [name for name in passed if name]
    return reader.finish()


class _Reader:
    def __init__(self, month: Month) -> None:
        self.month, self.found = month, Found()
        self.sums = Sums(AMOUNTS)
        self.rows: list[tuple[int, Sheet, Values]] = []
        self.doubt = self.says_none = False
        self.open: Values | None = None
        self.above: Sequence[Any] | None = None

    def take(self, table: Table) -> None:
        """Read a sheet."""
        self.sheet = Sheet(table.sheet, table.places, table.headings, table)
        self.sums.begin_sheet()
        self.above = None
        self.found.ignored += [name for name in table.ignored if name not in self.found.ignored]
        for number, (line, cells) in enumerate(table.rows):
            if not (number == 0 and numbers_of_columns(cells)):
                self._row(line, cells)

    def _cell(self, key: str, cells: Sequence[Any]) -> Any:
        place = self.sheet.places.get(key)
        return cells[place] if place is not None and place < len(cells) else None

    def refuse(self, line: int, key: str, value: Any, error: BadValueError) -> None:
        """Note why a row cannot be stored; numbers of persons are not repeated."""
        shown = mask_citizen_numbers(value) if isinstance(value, str) else value
        self.found.problems.append(self.sheet.problem(line, key, shown, error.message, error.params))

    def _row(self, line: int, cells: Sequence[Any]) -> None:
        texts = [" ".join(cell.split()) for cell in cells if isinstance(cell, str) and cell.strip()]
        title = self._cell("title", cells)
        label = " ".join(str(title).split()) if not is_empty(title) else (texts[0] if texts else "")
        total = total_of(label)
        if total is not None:
            self._total(line, cells)
            return
        if any(skeleton(text).startswith(_NO_PURCHASE) for text in texts) and self._cell("winner", cells) in (
            None,
            "",
            label,
        ):
            self.says_none = True
            return
        if len(set(texts)) == 1 and is_note(texts[0]) and not any(self._amount_stands(key, cells) for key in AMOUNTS):
            return
        if not texts and not any(self._amount_stands(key, cells) for key in AMOUNTS):
            return
        if self._continues(cells):
            self._more_bids(line, cells)
            return
        self.above = cells
        values, bad = self._values(line, cells)
        self.sums.add(values, ())
        self.doubt = self.doubt or bool(bad & set(AMOUNTS))
        self.open = None if bad else values
        if not bad:
            self.rows.append((line, self.sheet, values))

    def _amount_stands(self, key: str, cells: Sequence[Any]) -> bool:
        cell = self._cell(key, cells)
        return not is_empty(cell) and not isinstance(cell, str)

    def _continues(self, cells: Sequence[Any]) -> bool:
        """Whether the row goes on with the purchase above: it has its number and name, or neither."""
        if self.above is None or is_empty(self._cell("bids", cells)):
            return False
        title, number = self._cell("title", cells), self._cell("number", cells)
        if is_empty(title):
            return is_empty(self._cell("budget_amount", cells))
        same = _plain(title) == _plain(self._cell("title", self.above))
        return same and not is_empty(number) and _plain(number) == _plain(self._cell("number", self.above))

    def _more_bids(self, line: int, cells: Sequence[Any]) -> None:
        """More bidders of the purchase above: cells beside them are merged or empty. Refused where they say more."""
        for key in self.sheet.places:
            said = self._cell(key, cells)
            if (
                key in ("bids", "bid_prices")
                or is_empty(said)
                or _plain(said) == _plain(self._cell(key, self.above or ()))
            ):
                continue
            self.refuse(line, key, said, BadValueError(
                _("This row seems to go on with the bidders of the purchase above, but says something else here. "
                  "Give a purchase of its own its own number, name and budget; leave the cell empty otherwise.")
            ))  # fmt: skip
            return
        if self.open is None:  # the purchase above is refused already
            return
        cell = self._cell("bids", cells)
        try:
            more = [bid.kept() for bid in read_bids(cell, self._cell("bid_prices", cells))]
        except BadValueError as error:
            self.refuse(line, error.column or "bids", cell, error)
            return
        bids = self.open["bids"]
        bids += [bid for bid in more if bid not in bids]

    def _values(self, line: int, cells: Sequence[Any]) -> tuple[Values, set[str]]:
        bad: set[str] = set()

        def read(key: str, how: Any) -> Any:
            cell = self._cell(key, cells)
            try:
                return how(cell)
            except BadValueError as error:
                self.refuse(line, error.column or key, cell, error)
                bad.add(error.column or key)
                return None

        amounts = {key: read(key, read_money) for key in AMOUNTS}
        winner, agreed = read("winner", lambda cell: read_winner(cell, amounts["agreed_price"])) or ("", None)
        number, day = read("contract", read_contract) or ("", None)
        line_key, off = read("line", self._line) or (None, False)
        division = read("division", self._division)
        values: Values = {
            "title": read("title", lambda cell: " ".join(cell_text(cell, 500).split())) or "",
            "budget_amount": amounts["budget_amount"],
            "reference_price": amounts["reference_price"],
            "method": read("method", METHOD_WORDS.read) or "",
            "bids": [
                bid.kept() for bid in read("bids", lambda cell: read_bids(cell, self._cell("bid_prices", cells))) or []
            ],
            "winner": winner,
            "winner_tax_id": read("winner_tax_id", _tax_id) or "",
            "agreed_price": agreed,
            "reason": read("reason", lambda cell: " ".join(cell_text(cell, 1000).split())) or "",
            "contract_number": read("contract_number", lambda cell: " ".join(cell_text(cell, 200).split())) or number,
            "contract_date": read("contract_date", read_date) or day,
            "egp_number": read("egp_number", lambda cell: mask_citizen_numbers(read_code(cell, 40) or "")) or "",
            "status": read("status", STATE_WORDS.read) or PurchaseState.RUNNING.value,
            "source": read("source", SOURCE_WORDS.read) or Source.BUDGET.value,
            "division_id": division,
            "line_id": line_key,
            "off_budget": off,
        }
        if values["title"] == EXAMPLE:
            self.refuse(line, "title", EXAMPLE, BadValueError(_("This is the example row of the template: delete it.")))
            bad.add("title")
        for key in ("title", "budget_amount", "method"):
            if key not in bad and (values[key] is None or values[key] == ""):
                self.refuse(line, key, None, BadValueError(_("This is missing.")))
                bad.add(key)
        return values, bad

    def _division(self, cell: Any) -> int | None:
        text = cell_text(cell, 300)
        return self.month.known.find(text)[0] if text else None

    def _line(self, cell: Any) -> tuple[int | None, bool]:
        text = read_code(cell, 80) or ""
        if text in ("", "-", "–"):
            return None, False
        if skeleton(text) in _OFF:
            return None, True
        return self.month.lines.find(text), False

    def _total(self, line: int, cells: Sequence[Any]) -> None:
        said: dict[str, Decimal] = {}
        for key in AMOUNTS:
            cell = self._cell(key, cells)
            if isinstance(cell, str) and total_of(" ".join(cell.split())) is not None:
                continue
            try:
                amount = read_money(cell)
            except BadValueError as error:
                self.refuse(line, key, cell, error)
                return
            if amount is not None:
                said[key] = amount
        self.found.checked += 1
        wrong = [] if self.doubt else self.sums.differences(said, self.sums.runs("total", "sheet", "file"))
        for key, found in wrong:
            amounts = {"found": in_baht(found), "said": in_baht(satang(said[key]))}
            self.refuse(line, key, amounts["said"], BadValueError(
                _("The rows add up to %(found)s; here stands %(said)s."), **amounts))  # fmt: skip
        self.sums.begin("total")

    def finish(self) -> Found:
        """What was found, compared with the draft."""
        found = self.found
        found.rows = len(self.rows) + len({(problem.sheet, problem.line) for problem in found.problems})
        if not found.rows:
            if self.says_none:
                found.refuse_whole(
                    _("The file says that nothing was bought. Say so on the page of the month; no file is needed.")
                )
                return found
            raise UnreadableError(_("Headings were found, but no rows under them."))
        if len(self.rows) > MOST_PURCHASES:
            found.refuse_whole(_("A month has at most %(count)s purchases."), count=MOST_PURCHASES)
        self._doubts()
        self._compare()
        found.result = [values for _line, _sheet, values in self.rows]
        for values in found.result:
            found.effect([values[name] for name in PURCHASE_FIELDS])
        return found

    def _doubts(self) -> None:
        year = FiscalYear(self.month.year)
        for line, sheet, values in self.rows:
            day = values["contract_date"]
            if day is not None and day not in year:
                self.found.warnings.append(
                    sheet.problem(line, "contract", day, _("This day does not lie in the fiscal year. Check the year."))
                )
            if values["agreed_price"] is not None and values["agreed_price"] > values["budget_amount"]:
                self.found.warnings.append(
                    sheet.problem(
                        line, "winner", values["agreed_price"], _("The agreed price is above the budget for it.")
                    )
                )
        unlinked = sum(values["line_id"] is None and not values["off_budget"] for _line, _sheet, values in self.rows)
        if unlinked:
            self.found.warn_whole(
                _("Purchases without a budget line: %(count)s. Link each of them before the month is published."),
                count=unlinked,
            )  # fmt: skip

    def _compare(self) -> None:
        left: Counter[str] = Counter(map(_mark, self.month.now))
        fresh: list[tuple[int, Sheet, Values]] = []
        for line, sheet, values in self.rows:
            mark = _mark(values)
            if left[mark]:
                left[mark] -= 1
                self.found.same += 1
            else:
                fresh.append((line, sheet, values))
        rest: list[Values] = []
        for values in self.month.now:
            mark = _mark(values)
            if left[mark]:
                left[mark] -= 1
                rest.append(values)
        for line, sheet, values in fresh:
            old = _of_same_work(values, rest)
            where = {"line": line, "sheet": sheet.name, "amount": values["agreed_price"] or values["budget_amount"]}
            if old is None:
                self.found.tell("new", lambda values=values, where=where: entry(values["title"], **where))  # type: ignore[misc]
            else:
                rest.remove(old)
                changes = dict(self._changes(old, values))
                self.found.tell(
                    "changed",
                    lambda values=values, where=where, changes=changes: entry(
                        values["title"], changes=changes, **where
                    ),  # type: ignore[misc]
                )
        for values in rest:
            self.found.tell("removed", lambda values=values: entry(values["title"], amount=values["agreed_price"]))  # type: ignore[misc]
        methods: dict[str, list[Any]] = defaultdict(lambda: [0, Decimal(0)])
        for _line, _sheet, values in self.rows:
            methods[values["method"]][0] += 1
            methods[values["method"]][1] += values["agreed_price"] or 0
        self.found.totals = [
            {"name": METHOD_WORDS.written(method, "th"), "lines": methods[method][0], "before": "",
             "after": short(methods[method][1])}
            for method in Method.values if method in methods
        ]  # fmt: skip

    def _changes(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, tuple[object, object]]]:
        names = {column.key: column.thai for column in COLUMNS}
        for name in PURCHASE_FIELDS:
            if old[name] != new[name]:
                title = names.get(name) or names.get(name.removesuffix("_id")) or name
                yield title, (self._shown(name, old[name]), self._shown(name, new[name]))

    def _shown(self, name: str, value: Any) -> object:
        if name == "line_id":
            return self.month.lines.shown.get(value, "")
        if name == "division_id":
            return self.month.known.names.get(value, "")
        if name == "bids":
            return "; ".join(f"{bid['name']} ({bid['price'] or '–'})" for bid in value)
        words = {"method": METHOD_WORDS, "status": STATE_WORDS, "source": SOURCE_WORDS}.get(name)
        return words.written(value, "th") if words is not None and value else value


def _tax_id(cell: Any) -> str:
    text = read_code(cell, 60) or ""
    if text in ("", "-", "–"):
        return ""
    if not isinstance(cell, str) and text.isdigit() and len(text) == 12 and _is_number_of_company(f"0{text}"):
        text = f"0{text}"  # a spreadsheet drops the zero with which a company's number begins
    try:
        return masked_tax_id(text)
    except ValueError:
        raise BadValueError(_("A tax number has 13 digits.")) from None


def _is_number_of_company(digits: str) -> bool:
    """Whether the last of thirteen digits checks the others (modulo 11, as of all Thai tax numbers)."""
    weighed = sum(int(digit) * weight for digit, weight in zip(digits, range(13, 1, -1), strict=False))
    return (11 - weighed % 11) % 10 == int(digits[12])


def _plain(cell: Any) -> str:
    """What a cell says, to be compared."""
    return "" if is_empty(cell) else " ".join(str(cell).split())


def _mark(values: Mapping[str, Any]) -> str:
    return repr([values[name] for name in PURCHASE_FIELDS])


def _of_same_work(values: Mapping[str, Any], rest: Sequence[Values]) -> Values | None:
    """The purchase of the draft that a row changes: of the same contract, or of the same name, where there is one."""
    for name in ("contract_number", "egp_number", "title"):
        same = [old for old in rest if values[name] and skeleton(old[name]) == skeleton(values[name])]
        if len(same) == 1:
            return same[0]
    return None
