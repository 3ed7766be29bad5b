"""Long lists a page at a time, each from behind the last row of the one before: the last costs what the first does.

The key of that row stands in the address. Whatever else stands there is no key, and the first page is shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import quote, unquote

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Field, Func, Model, QuerySet, Value

M = TypeVar("M", bound=Model)
Key = tuple[Any, ...]
_LONGEST_KEY = 400


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[M]):
    """A page of a list. next: the key by which the next one is asked for, empty where this is the last."""

    rows: list[M]
    next: str
    is_first: bool


class Keyset(Generic[M]):
    """The order of a list: columns of `model` that hold something in every row, the last of which tells all rows apart.

    All of them rise, or all fall (`-due_on`, `-pk`), so that one index answers `(due_on, id) < (…)`.
    """

    def __init__(self, model: type[M], *order: str) -> None:
        falls = {name.startswith("-") for name in order}
        if len(falls) != 1:
            raise ValueError(f"All of these rise, or all fall: {order}")
        self.model, self.order = model, order
        self.names = tuple(name.lstrip("-") for name in order)
        self._sign = " < " if falls.pop() else " > "

    @property
    def _fields(self) -> list[Field[Any, Any]]:
        meta = self.model._meta
        return [meta.pk if name == "pk" else meta.get_field(name) for name in self.names]  # type: ignore[misc]

    def key(self, row: M) -> Key:
        """Where a row stands."""
        return tuple(getattr(row, name) for name in self.names)

    def written(self, row: M) -> str:
        """The key of a row for an address, as `2026-11-23.17`."""
        return ".".join(quote(_text(value), safe="").replace(".", "%2E") for value in self.key(row))

    def read(self, text: str) -> Key | None:
        """The key in an address; None where it is none."""
        parts = text.split(".")
        if len(text) > _LONGEST_KEY or not text.isascii() or len(parts) != len(self.names):
            return None
        try:
            return tuple(_value(field, part) for field, part in zip(self._fields, parts, strict=True))
        except (ValidationError, ValueError, ArithmeticError):
            return None

    def after(self, rows: QuerySet[M], key: Key | None) -> QuerySet[M]:
        """`rows` in this order, from behind `key` on."""
        ordered = rows.order_by(*self.order)
        if key is None:
            return ordered
        values = [Value(value, output_field=field) for value, field in zip(key, self._fields, strict=True)]
        return ordered.filter(_Comparison(_Row(*map(F, self.names)), _Row(*values), arg_joiner=self._sign))

    def page(self, rows: QuerySet[M], text: str, size: int) -> KeysetPage[M]:
        """Up to `size` rows from behind the key in an address. One query."""
        key = self.read(text)
        found = list(self.after(rows, key)[: size + 1])
        return KeysetPage(found[:size], self.written(found[size - 1]) if len(found) > size else "", key is None)

    def blocks(self, rows: QuerySet[M], size: int) -> Iterator[list[M]]:
        """All rows in blocks, one query each: never more than one block in memory."""
        key: Key | None = None
        while block := list(self.after(rows, key)[:size]):
            yield block
            if len(block) < size:
                return
            key = self.key(block[-1])


class _Row(Func):
    template = "(%(expressions)s)"
    output_field = BooleanField()


class _Comparison(Func):
    """A comparison of two rows, column by column from the left."""

    template = "%(expressions)s"
    output_field = BooleanField()


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else str(value)


def _value(field: Field[Any, Any], part: str) -> Any:
    text = unquote(part, errors="strict")
    if "\x00" in text or not (text or field.empty_strings_allowed):
        raise ValueError(part)
    value = field.to_python(text)
    field.run_validators(value)
    if _text(value) != text:
        # `01`, `１` and `1 ` are no keys that the portal wrote.
        raise ValueError(part)
    return value
