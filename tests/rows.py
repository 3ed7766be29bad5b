"""Rows that hundreds of tests begin with are made once in each worker; every later test has them by one statement.

They are the very same rows, with the same keys: sequences do not go back, so nothing else has taken these keys.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Hashable
from typing import TypeVar

from django.db import connection

from . import sweeping

T = TypeVar("T")


class Rows:
    """What a function writes, and what it gives. `begin_with`: other rows that are there already then."""

    def __init__(self, begin_with: Rows | None = None) -> None:
        self.begin_with = begin_with
        self.tables: frozenset[str] = frozenset()
        self._key: Hashable = None
        self._statements = ""
        self._value = b""

    def of(self, make: Callable[[], T], key: Hashable = None) -> T:
        """What `make` gives, its rows written. It runs for the first test, and wherever these rows would not fit:
        for another `key`, or where the test has put others into their tables.
        """
        if self._statements and key == self._key and not sweeping.filled(self.tables):
            with connection.cursor() as cursor:
                cursor.execute(self._statements)
            value: T = pickle.loads(self._value)
            return value
        before = sweeping.left_by_migrations | (self.begin_with.tables if self.begin_with else frozenset())
        alone = not self._statements and before and sweeping.filled(sweeping.tables()) == before
        value = make()
        if alone:
            self._key, self._value = key, pickle.dumps(value)
            self.tables = frozenset(sweeping.filled(sweeping.tables()) - before)
            self._statements = self._read()
        return value

    def _read(self) -> str:
        """As `replica`: the triggers wrote their rows when these rows were made, and they are among them."""
        statements = ["SET session_replication_role = replica"]
        with connection.cursor() as cursor:
            for table in sorted(self.tables):
                cursor.execute(
                    "SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)"
                    " FROM information_schema.columns"
                    " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
                    [table],
                )
                (columns,) = cursor.fetchone()
                cursor.execute(f'SELECT quote_literal(json_agg(t)) FROM public."{table}" t')
                (rows,) = cursor.fetchone()
                statements.append(
                    f'INSERT INTO public."{table}" ({columns}) OVERRIDING SYSTEM VALUE'
                    f' SELECT {columns} FROM json_populate_recordset(null::public."{table}", {rows})'
                )
        return "; ".join([*statements, "SET session_replication_role = origin"])
