"""After a test with real commits the database is as the migrations left it, at the price of the rows it wrote.

Django's own way empties every table and runs `post_migrate` again, most of a second for each such test.
"""

from __future__ import annotations

from collections.abc import Set

from django.db import connection, transaction

KEPT = "kept_by_tests"
"""A schema that holds what the migrations left in tables."""

left_by_migrations: set[str] = set()
"""The tables that hold a row before any test; empty where the database's user may not sweep."""


def keep_what_migrations_left() -> bool:
    """Copy every row that is there before the first test. False where the database's user may not sweep."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(f"CREATE SCHEMA {KEPT}")
        left_by_migrations.update(filled(tables()))
        for table in left_by_migrations:
            cursor.execute(f'CREATE TABLE {KEPT}."{table}" AS TABLE public."{table}"')
    return True


def sweep(*_test_case: object) -> None:
    """Take away what a test committed, and put back what it changed of the migrations' rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        # As TRUNCATE does: no trigger has a say, and no order among the tables is needed.
        cursor.execute("SET LOCAL session_replication_role = replica")
        kept = tables(KEPT)
        for table in filled(tables()) | kept:
            cursor.execute(f'DELETE FROM public."{table}"')
        for table in kept:
            cursor.execute(f'INSERT INTO public."{table}" OVERRIDING SYSTEM VALUE TABLE {KEPT}."{table}"')


def tables(schema: str = "public") -> set[str]:
    """Every table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        return {name for (name,) in cursor.fetchall()}


def filled(among: Set[str]) -> set[str]:
    """Those that hold a row; one question for all."""
    names = sorted(among)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f'EXISTS (SELECT FROM public."{name}")' for name in names))
        return {name for name, filled in zip(names, cursor.fetchone(), strict=True) if filled}
