"""A migrated database, and one with the demonstration, kept from run to run: making them takes longer than hundreds
of tests. Each worker works on a copy.

Their names end in a digest of all that can change what is in them, so that no run works on what an older version of
the portal left. A run that is interrupted leaves none: it gets its name when it is whole.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, connections
from django.db.migrations.state import ProjectState

OTHERWISE = ("requirements/base.txt", "locale/th/LC_MESSAGES/django.po")
"""Beside the code of the portal: the packages with migrations of their own, and the names of permissions."""
FRESH = connection.creation._get_test_db_name()
"""The name of what is being made, and how the names of all that is kept begin."""


@functools.cache
def kept_database() -> str:
    """The name of the migrated database, made where there is none yet; those of other versions are removed."""

    def migrate() -> None:
        with _used(connection.settings_dict["NAME"]), only_what_changes_is_rendered():
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)

    return _kept(f"{FRESH}_of_", _digest("*.py"), FRESH, migrate)


def kept_demonstration(fill: Callable[[Path], None], *others: str) -> tuple[str, Path]:
    """The name of the database that `fill` fills, and the folder of its files. `others`: what it depends on beside the
    portal's files.
    """
    migrated, digest = kept_database(), _digest("*", *others)
    folder = Path(settings.PORTAL_VAR) / "tests-demonstration" / digest

    def demonstrate() -> None:
        shutil.rmtree(folder.parent, ignore_errors=True)
        folder.mkdir(parents=True)
        _copy(migrated, f"{FRESH}_new")
        with _used(f"{FRESH}_new"):
            fill(folder)

    return _kept(f"{FRESH}_shown_", digest, f"{FRESH}_new", demonstrate), folder


@contextlib.contextmanager
def copied(kept: str, name: str) -> Iterator[None]:
    """Every connection leads to a copy of what is kept, until the end."""
    _copy(kept, f"{kept}_{name}")
    with _used(f"{kept}_{name}"):
        yield
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{kept}_{name}" WITH (FORCE)')


@contextlib.contextmanager
def only_what_changes_is_rendered() -> Iterator[None]:
    """Each step of a migration renders its own model and those that point at it, not all that are tied to them.

    Django renders the whole net of models again for every key that is added: five sixths of what migrating takes.
    The statements are the same, as they are made of the step's own model. What runs Python gets all models rendered
    anew, as Django does wherever rendering was put off. `tests/portal/test_migrated.py` compares what is left with the
    models.
    """

    def changed(self: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
        self.is_delayed = True
        found = {(app_label, model_name)}
        with contextlib.suppress(LookupError):
            model = self.apps.get_model(app_label, model_name)
            found |= {
                (field.related_model._meta.app_label, field.related_model._meta.model_name)
                for field in model._meta.get_fields(include_hidden=True)
                if field.is_relation and field.auto_created and not isinstance(field.related_model, (str, type(None)))
            }
            found |= {(heir._meta.app_label, heir._meta.model_name) for heir in model.__subclasses__()}
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ProjectState, "_find_reload_model", changed)
        yield


def _kept(begins: str, digest: str, fresh: str, make: Callable[[], None]) -> str:
    """`begins` and the digest. `make` leaves a database that is called `fresh`."""
    with alone("tests.lock"):
        if begins + digest not in _named(begins):
            make()
            with connection._nodb_cursor() as cursor:
                for old in _named(begins, idle=True):
                    cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
                cursor.execute(f'ALTER DATABASE "{fresh}" RENAME TO "{begins + digest}"')
    return begins + digest


def _copy(kept: str, name: str) -> None:
    with alone("copies.lock"), connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{kept}"')


@contextlib.contextmanager
def _used(name: str) -> Iterator[None]:
    """Every connection leads to the database of this name."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = connections.settings["default"]["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = connections.settings["default"]["NAME"] = usual


@contextlib.contextmanager
def alone(name: str) -> Iterator[None]:
    """One worker at a time."""
    settings.PORTAL_VAR.mkdir(parents=True, exist_ok=True)
    with (settings.PORTAL_VAR / name).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _named(begins: str, *, idle: bool = False) -> list[str]:
    """Databases by the beginning of their name. idle: those only that nobody works on."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database d WHERE starts_with(datname, %s)"
            " AND NOT (%s AND EXISTS (SELECT FROM pg_stat_activity used WHERE used.datname = d.datname))",
            [begins, idle],
        )
        return [name for (name,) in cursor.fetchall()]


def _digest(pattern: str, *others: str) -> str:
    """Of the portal's files whose names match, and of `others`."""
    base = Path(settings.BASE_DIR)
    own = [Path(config.path) for config in apps.get_app_configs() if Path(config.path).parent == base]
    files = [path for folder in own for path in sorted(folder.rglob(pattern)) if path.suffix != ".pyc"]
    digest = hashlib.sha256("\n".join(others).encode())
    for path in [*(base / name for name in OTHERWISE), *filter(Path.is_file, files)]:
        digest.update(f"{path.relative_to(base)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]
