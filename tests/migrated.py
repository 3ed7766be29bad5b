"""A migrated database, kept from run to run: the migrations take longer than hundreds of tests.

Its name ends in a digest of all that can change what the migrations leave, so that no run works on what an older
version of the portal left. A run that is interrupted leaves none: it gets its name when it is whole.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.state import ProjectState

OTHERWISE = ("requirements/base.txt", "locale/th/LC_MESSAGES/django.po")
"""Beside the code of the portal: the packages with migrations of their own, and the names of permissions."""


def kept_database() -> str:
    """The name of the migrated database, made where there is none yet; those of other versions are removed."""
    fresh = connection.creation._get_test_db_name()
    begins = f"{fresh}_of_"
    name = begins + _digest()
    if name not in _named(begins):
        with only_what_changes_is_rendered():
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.close()
        with connection._nodb_cursor() as cursor:
            for old in _named(begins, idle=True):
                cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
            cursor.execute(f'ALTER DATABASE "{fresh}" RENAME TO "{name}"')
    return name


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


def _named(begins: str, *, idle: bool = False) -> list[str]:
    """Databases by the beginning of their name. idle: those only that nobody works on."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database d WHERE starts_with(datname, %s)"
            " AND NOT (%s AND EXISTS (SELECT FROM pg_stat_activity used WHERE used.datname = d.datname))",
            [begins, idle],
        )
        return [name for (name,) in cursor.fetchall()]


def _digest() -> str:
    base = Path(settings.BASE_DIR)
    own = [Path(config.path) for config in apps.get_app_configs() if Path(config.path).parent == base]
    digest = hashlib.sha256()
    for path in [
        *(base / name for name in OTHERWISE),
        *(path for folder in own for path in sorted(folder.rglob("*.py"))),
    ]:
        digest.update(f"{path.relative_to(base)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]
