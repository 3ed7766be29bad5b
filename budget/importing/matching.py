"""Which line of the plan a row of a file is: by its code, or by its words where it has none. Pure but for
`BudgetCodes.load`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from ita_portal.tables.headings import skeleton
from ita_portal.tables.problems import BadValueError

from ..models import Line, LineVersion

Values = Mapping[str, Any]
WORDS = ("programme", "work", "group", "category", "revenue_group", "item", "division_id")
"""What tells lines without codes apart."""
_TEXTS = frozenset({"work", "item"})


def words_key(values: Values, names: Sequence[str]) -> tuple[Hashable, ...]:
    """A line's words, spellings made the same."""
    return tuple(skeleton(values.get(name) or "") if name in _TEXTS else values.get(name) or "" for name in names)


def code_of(text: str, codes: Mapping[str, Any], bare: Mapping[str, list[str]]) -> str | None:
    """The code of the plan that a file's code means: the same, or without the zeros that a spreadsheet has dropped."""
    if text in codes:
        return text
    found = bare.get(text.lstrip("0"), []) if text.isdigit() else []
    return found[0] if len(found) == 1 else None


def without_zeros(codes: Iterable[str]) -> dict[str, list[str]]:
    """Codes of digits by what a spreadsheet makes of them."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in codes:
        if code.isdigit():
            found[code.lstrip("0")].append(code)
    return found


def by_words(
    rows: Mapping[int, Values], lines: Mapping[Any, Values], names: Sequence[str], compared: Sequence[str]
) -> tuple[dict[int, Any], set[int]]:
    """Row → line for rows without a code, and the rows for which several lines may be meant.

    names: of the words that the file has. compared: columns that tell lines of the same words apart, where all of them
    are the same, or the first is.
    """
    of_rows: dict[tuple[Hashable, ...], list[int]] = defaultdict(list)
    of_lines: dict[tuple[Hashable, ...], list[Any]] = defaultdict(list)
    for number, values in rows.items():
        of_rows[words_key(values, names)].append(number)
    for line, values in lines.items():
        of_lines[words_key(values, names)].append(line)
    found: dict[int, Any] = {}
    unclear: set[int] = set()
    for key, same in of_rows.items():
        if key not in of_lines:
            continue
        left, some = _pair((same, of_lines[key]), rows, lines, compared, found, once=False)
        for name in compared:
            if len(left) * len(some) > 1:
                left, some = _pair((left, some), rows, lines, (name,), found, once=True)
        if len(left) == len(some) == 1:
            found[left[0]] = some[0]
        elif left and some:
            unclear.update(left)
    return found, unclear


def _pair(
    both: tuple[Sequence[int], Sequence[Any]], rows: Mapping[int, Values], lines: Mapping[Any, Values],
    compared: Sequence[str], found: dict[int, Any], *, once: bool,
) -> tuple[list[int], list[Any]]:  # fmt: skip
    """Pair rows and lines that say the same in these columns; what is left of both. once: only where no others do.
    Several that are the same in every column are paired in their order."""
    left_rows: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    left_lines: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for number in both[0]:
        left_rows[tuple(rows[number].get(name) for name in compared)].append(number)
    for line in both[1]:
        left_lines[tuple(lines[line].get(name) for name in compared)].append(line)
    for key, group in left_rows.items():
        same = left_lines.get(key, [])
        if len(group) != len(same) or ((once or not compared) and len(group) != 1):
            continue
        pairs = list(zip(group, same, strict=False))
        found.update(pairs)
        del group[: len(pairs)]
        del same[: len(pairs)]
    return [n for group in left_rows.values() for n in group], [x for group in left_lines.values() for x in group]


def one_to_one(
    rows: Mapping[int, Values], lines: Mapping[Any, Values], names: Sequence[str], compared: Sequence[str]
) -> tuple[dict[int, Any], dict[int, list[Any]]]:
    """Row → line where one row alone meets one line alone, and the lines that each other row may mean.

    For amounts that are booked: what may be of two lines is never given to one of them. names: of the words that the
    file has. compared: columns that tell lines of the same words apart, where the row says something in them.
    """
    of_rows: dict[tuple[Hashable, ...], list[int]] = defaultdict(list)
    of_lines: dict[tuple[Hashable, ...], list[Any]] = defaultdict(list)
    for number, values in rows.items():
        of_rows[words_key(values, names)].append(number)
    for line, values in lines.items():
        of_lines[words_key(values, names)].append(line)
    found: dict[int, Any] = {}
    unclear: dict[int, list[Any]] = {}
    for key, same in of_rows.items():
        some = of_lines.get(key, [])
        if len(same) == len(some) == 1:
            found[same[0]] = some[0]
            continue
        fits = {number: [line for line in some if _fits(rows[number], lines[line], compared)] for number in same}
        meant = Counter(line for fitting in fits.values() for line in fitting)
        for number, fitting in fits.items():
            if len(fitting) == 1 and meant[fitting[0]] == 1:
                found[number] = fitting[0]
            elif some:
                unclear[number] = some
    return found, unclear


def _fits(row: Values, line: Values, compared: Sequence[str]) -> bool:
    said = [name for name in compared if row.get(name) is not None]
    return bool(said) and all(row[name] == line.get(name) for name in said)


@dataclass(slots=True)
class BudgetCodes:
    """Codes of the budget in force, as other files name its lines: `ordinance/0001`, or `0001` where one plan has it.

    lines: whole code → key. shown: key → how a file names the line.
    """

    lines: dict[str, int] = field(default_factory=dict)
    shown: dict[int, str] = field(default_factory=dict)
    _plans: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _bare: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def load(cls, year: int) -> BudgetCodes:
        """As they are now. One query."""
        codes = cls()
        in_force = LineVersion.objects.current().of_year(year).budget().values("line")
        for line in Line.objects.filter(pk__in=in_force).select_related("plan").order_by("plan__kind", "plan__number"):
            codes.add(line.pk, line.plan.slug, line.code)
        return codes

    def add(self, pk: int, slug: str, code: str) -> None:
        """One more line."""
        whole = f"{slug}/{code}"
        self.lines[whole] = pk
        self._plans[code].append(slug)
        if code.isdigit():
            self._bare[code.lstrip("0")].append(code)
        self.shown[pk] = whole

    def find(self, text: str) -> int:
        """The line that a cell means. BadValueError where it is none, or may be several."""
        slug, _slash, code = text.rpartition("/")
        spelled = [code] if code in self._plans else []
        if not spelled and code.isdigit():
            spelled = list(dict.fromkeys(self._bare.get(code.lstrip("0"), [])))
        some = [f"{plan}/{same}" for same in spelled for plan in self._plans[same] if slug in ("", plan)]
        if len(some) == 1:
            return self.lines[some[0]]
        if not some:
            raise BadValueError(_("No line of the budget in force has this code."))
        raise BadValueError(
            _("Several plans have a line of this code. Write the plan before it: %(codes)s."), codes=", ".join(some)
        )
