"""Headings that hold now: what they said of the rows under them is checked when they end.

A heading with an amount and nothing under it is a line itself, as in a budget that ends at the categories.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from ita_portal.tables.problems import BadValueError

from .labels import DEPTH, Label, skeleton
from .money_columns import as_written, settle
from .sums import Mark, in_baht, satang

if TYPE_CHECKING:
    from .reading import Reader, Sheet

_LEAVES = frozenset({"work", "group", "category", "type", "revenue_group"})


@dataclass(slots=True)
class Open:
    """A heading that holds. said: amounts beside it. soft: it may be a line of the same name as a heading.

    mark, position: where the rows under it begin. values: of the line that it would be.
    """

    line: int
    sheet: Sheet
    label: Label
    said: dict[str, Decimal]
    text: str
    mark: Mark
    position: int
    values: dict[str, Any]
    soft: bool = False


class OpenHeadings:
    """The headings that hold, the widest first."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.held: list[Open] = []

    def begin(self, heading: Open, labels: list[Label]) -> None:
        """A heading begins; those of its level and narrower end."""
        reader = self.reader
        self._close(DEPTH[labels[0].level])
        heading.mark, heading.position = reader.sums.mark(), len(reader.found.rows)
        for label in labels:
            depth = DEPTH[label.level]
            for key in reader.classes:
                if DEPTH[key] > depth:
                    reader.context[key] = ""
            if label.level in reader.classes:
                reader.context[label.level] = label.value
                reader.from_row.discard(label.level)
        heading.values |= {key: reader.context.get(key, "") for key in reader.classes}
        first = DEPTH[labels[0].level]
        reader.sums.begin(f"open:{heading.label.level}",
                          *(f"run:{key}" for key in reader.classes if DEPTH[key] >= first))  # fmt: skip
        self.held.append(heading)

    def left(self, level: str, values: Mapping[str, Any]) -> None:
        """A row says by itself that it belongs elsewhere: headings that it does not belong under end."""
        classes = self.reader.classes
        for place, heading in enumerate(self.held):
            held = heading.label
            if (
                held.level in classes
                and DEPTH[held.level] >= DEPTH[level]
                and (values.get(held.level) or "") != held.value
            ):
                self._close_from(place)
                return

    def close_for_total(self, label: Label) -> None:
        """A subtotal of something ends what stands under it."""
        self._close(DEPTH[label.level] + 1)
        self.close_leaves()

    def close_leaves(self) -> None:
        """Headings under which nothing stands at a subtotal are lines."""
        while self.held and self._nothing_under(self.held[-1]) and self.held[-1].said:
            self._end(self.held.pop())

    def close_all(self) -> None:
        """The sheet ends."""
        self._close_from(0)

    def _close(self, depth: int) -> None:
        for place, heading in enumerate(self.held):
            if DEPTH[heading.label.level] >= depth:
                self._close_from(place)
                return

    def _close_from(self, place: int) -> None:
        while len(self.held) > place:
            self._end(self.held.pop())

    def _nothing_under(self, heading: Open) -> bool:
        return self.reader.sums.rows == heading.mark[0]

    def _end(self, heading: Open) -> None:
        reader = self.reader
        rows, found = reader.sums.since(heading.mark)
        if not heading.said:
            if rows == 0 and heading.label.level in _LEAVES and not reader.doubt:
                reader.found.warnings.append(heading.sheet.problem(
                    heading.line, "item", heading.text,
                    _("This is read as a heading, and nothing stands under it: it is left out. "
                      "If it is a line, write its amount.")))  # fmt: skip
            return
        by_key = dict(zip(reader.sums.keys, found, strict=True))
        wrong = [key for key, amount in heading.said.items() if by_key[key] != satang(amount)]
        if rows == 0 and heading.label.level in _LEAVES:
            self._becomes_line(heading)
        elif self._is_line(heading, wrong=bool(wrong)) or (heading.soft and not wrong and rows == 1
                                                           and not self._numbers_what_follows(heading)):  # fmt: skip
            if not wrong and not heading.values.get("code"):
                message = _(
                    "Is this a heading of the row below it, or a line? Take one of the two out, or give each a code."
                )
                reader.refuse(heading.line, "item", heading.text, BadValueError(message), heading.sheet)
            else:
                self._becomes_line(heading)
        else:
            reader.found.totals += 1
            for key in () if reader.doubt else wrong:
                said = in_baht(satang(heading.said[key]))
                reader.refuse(heading.line, key, said, BadValueError(
                    _("The rows under this heading add up to %(found)s; here stands %(said)s."),
                    found=in_baht(by_key[key]), said=said), heading.sheet)  # fmt: skip

    def _is_line(self, heading: Open, *, wrong: bool) -> bool:
        """Whether a heading with a code that sums nothing up is a line called like one. A code of a file of spending
        is looked up in the plan; in a plan's own file it may be a mere number, and money would count twice."""
        return wrong and bool(heading.values.get("code")) and self.reader.layout.spending

    def _numbers_what_follows(self, heading: Open) -> bool:
        """Whether the row below carries the heading's number on: 1, 1.1."""
        code = heading.values.get("code")
        return bool(code) and any(
            str(row.values.get("code") or "").startswith(f"{code}.")
            for row in self.reader.found.rows[heading.position :]
        )

    def _becomes_line(self, heading: Open) -> None:
        from .reading import Read

        reader = self.reader
        values = {**dict.fromkeys(set(reader.layout.amounts) & heading.sheet.places.keys()), **heading.values,
                  **heading.said,
                  "item": heading.text}  # fmt: skip
        values |= dict.fromkeys(
            key for key in ("detail", "division", "source", "place", "method") if key in heading.sheet.places
        )
        if heading.label.level == "group" and not values.get("category"):
            values["category"] = values.get("category") or ""
        raw = dict(values)
        as_written(raw)
        reader.sums.add(raw, reader.names(raw))
        if not reader.claim(heading.line, values.get("code"), heading.sheet):
            return
        if not reader.layout.spending:
            need = "revenue_group" if reader.layout.revenue else "programme"
            if not values.get(need):
                reader.refuse(heading.line, need, None, BadValueError(_("The programme is missing.")), heading.sheet)
                return
            for error in list(settle(values)):
                reader.refuse(heading.line, error.column, values.get(error.column), error, heading.sheet)
                return
        reader.found.rows.insert(heading.position, Read(heading.line, heading.sheet, values))


__all__ = ["Open", "OpenHeadings", "skeleton"]
