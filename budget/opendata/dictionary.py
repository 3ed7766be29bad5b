"""The data dictionary: every open file and its columns, for people."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language

from ..procurement_rows import PROCUREMENT
from .columns import CHANGES, LINES, PLAN_LINES, REVENUE, SPENDING, TRANSFERS, Column, Table


@dataclass(frozen=True, slots=True)
class Entry:
    """A column in the language of the page. values: the words that stand in it, where they are few."""

    name: str
    title: str
    other: str
    about: str
    type: str
    column_type: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DictionaryTable:
    """A file with its columns. anchor: of its place in the page; file: its name in an address."""

    anchor: str
    title: str
    file: str
    columns: tuple[Entry, ...]


def dictionary() -> list[DictionaryTable]:
    """All files. The lines of a plan are told once: a revenue estimate has fewer of the same columns."""
    return [
        _table("lines", "lines.*", LINES),
        _table("spending", "spending.*", SPENDING),
        _table("transfers", "transfers.*", TRANSFERS),
        _table("revenue", "revenue.*", REVENUE),
        _table("plan-lines", "plans/…/lines.*", PLAN_LINES),
        _table("changes", "plans/…/changes/1-2.csv", CHANGES),
        _table("procurement", "procurement.*", PROCUREMENT),
    ]


def _table(anchor: str, file: str, table: Table) -> DictionaryTable:
    thai = (get_language() or "th").startswith("th")
    return DictionaryTable(
        anchor, table.thai if thai else table.english, file, tuple(_entry(column, thai) for column in table.columns)
    )


def _entry(column: Column, thai: bool) -> Entry:
    return Entry(
        column.name,
        column.thai if thai else column.english,
        column.english if thai else column.thai,
        column.about_thai if thai else column.about,
        column.type,
        column.fiscal_type,
        tuple(column.constraints.get("enum", ())),
    )
