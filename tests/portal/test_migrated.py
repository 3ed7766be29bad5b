"""What the migrations leave is what the models say: columns, keys, rules, indexes, triggers."""

from pathlib import Path
from typing import Any

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import connection

TABLES = {
    model._meta.db_table: model
    for config in apps.get_app_configs()
    if Path(config.path).parent == settings.BASE_DIR
    for model in config.get_models(include_auto_created=True)
    if model._meta.managed and not model._meta.proxy
}
"""The portal's own: of the packages' tables their migrations have the last word."""


def asked(query: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def test_every_column_is_there_and_of_its_kind(db: None) -> None:
    kinds = {kind: "" for model in TABLES.values() for field in columns(model) if (kind := field.db_type(connection))}
    with connection.cursor() as cursor:  # the database's own names of the kinds
        listed = ", ".join(f"c{number} {kind}" for number, kind in enumerate(kinds))
        cursor.execute(f"CREATE TEMPORARY TABLE kinds ({listed}) ON COMMIT DROP")
    rows = asked("SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
                 " WHERE attrelid = 'pg_temp.kinds'::regclass AND attnum > 0 ORDER BY attnum")  # fmt: skip
    names = dict(zip(kinds, (name for (name,) in rows), strict=True))
    found = {
        (table, column): (kind, kept)
        for table, column, kind, kept in asked(
            "SELECT relname, attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute"
            " JOIN pg_class ON pg_class.oid = attrelid"
            " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped"
        )
    }
    wanted = {
        (table, field.column): (names[field.db_type(connection)], not (field.null or field.generated))
        for table, model in TABLES.items()
        for field in columns(model)
    }
    assert len(wanted) > 500
    assert {key: kind for key, kind in found.items() if key[0] in TABLES} == wanted


def test_every_key_leads_to_its_table(db: None) -> None:
    keys = asked(
        "SELECT conrelid::regclass::text, attname, confrelid::regclass::text FROM pg_constraint"
        " JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]"
        " WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
    )
    wanted = {
        (table, field.column, field.remote_field.model._meta.db_table)
        for table, model in TABLES.items()
        for field in columns(model)
        if field.remote_field and field.db_constraint
    }
    assert len(wanted) > 100
    assert {key for key in keys if key[0] in TABLES} == wanted


def test_every_rule_and_index_is_there(db: None) -> None:
    found = asked(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
        " UNION SELECT tablename::text, indexname::text FROM pg_indexes WHERE schemaname = 'public'"
    )
    wanted = {
        (table, rule.name)
        for table, model in TABLES.items()
        for rule in (*model._meta.constraints, *model._meta.indexes)
    }
    assert len(wanted) > 100
    assert not wanted - set(found)


def test_every_trigger_is_installed_as_it_is_written(db: None) -> None:
    registered = pgtrigger.registered()
    assert len(registered) > 100
    otherwise = {
        (model._meta.label, trigger.name): status
        for model, trigger in registered
        if (status := trigger.get_installation_status(model)[0]) != "INSTALLED"
    }
    assert not otherwise


def columns(model: Any) -> list[Any]:
    """The fields of a model that have a column."""
    return [field for field in model._meta.local_concrete_fields if field.column]
