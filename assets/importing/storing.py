"""A register file into the database: all of it or nothing, one import at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

import pghistory
from django.db import DataError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from ita_portal.tables.headings import skeleton
from ita_portal.tables.problems import UnreadableError
from organization.models import User

from ..models import Asset, Category
from .checking import ATTRIBUTES, FIELDS, Plan, RowPlan, check_file, refuse_held

_LOCK = 4_160_001
"""The advisory lock of imports. Any number that nobody else uses."""
_BATCH = 500
_PER_LOCK = 5000


class NotAsCheckedError(Exception):
    """Nothing was stored: the file has problems, or would do something else than was shown. plan: what it would do."""

    def __init__(self, plan: Plan, *, changed_meanwhile: bool) -> None:
        super().__init__("changed meanwhile" if changed_meanwhile else "problems")
        self.plan, self.changed_meanwhile = plan, changed_meanwhile


@dataclass(frozen=True, slots=True)
class Stored:
    """How many assets were entered, changed, left as they were; how many kinds were made."""

    new: int
    changed: int
    same: int
    kinds: int


def store_file(
    file: IO[bytes], content_type: str, *, by: User, new_kinds: bool = False, digest: str | None = None
) -> Stored:
    """Check an accepted file and store it, in one transaction; a second import waits until the first has ended.

    digest: of the plan that the person saw. NotAsCheckedError where there are problems, or where the register has
    changed since and the file would do something else now. A file that was stored already changes nothing.
    """
    try:
        with transaction.atomic(), pghistory.context(user=by.pk, act="import_assets"):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            plan = check_file(file, content_type, new_kinds=new_kinds)
            _require_same(plan, digest)
            _store(plan)
            return Stored(len(plan.new), len(plan.changed), plan.same, len(plan.new_kinds))
    except (IntegrityError, DataError) as error:
        # Somebody entered the same number, or made the same kind, after it was looked for.
        again = check_file(file, content_type, new_kinds=new_kinds)
        if not again.problems and not isinstance(error, IntegrityError):
            raise UnreadableError(_("The database refused the file. Nothing was stored.")) from error
        raise NotAsCheckedError(again, changed_meanwhile=True) from error


def _require_same(plan: Plan, digest: str | None) -> None:
    if plan.problems:
        raise NotAsCheckedError(plan, changed_meanwhile=digest is not None and digest != plan.digest)
    if digest is not None and digest != plan.digest and (plan.new or plan.changed):
        raise NotAsCheckedError(plan, changed_meanwhile=True)


def _store(plan: Plan) -> None:
    _lock(plan)
    kinds = _make_kinds(plan)
    for batch in _batches(plan.new):
        Asset.objects.bulk_create([_asset(row, kinds) for row in batch])
    for batch in _batches(sorted(plan.changed, key=lambda row: row.pk or 0)):
        fields = sorted({ATTRIBUTES[change.column] for row in batch for change in row.changes})
        # One statement a batch. The rows are there and locked, so that each of them is an update.
        Asset.objects.bulk_create(
            [_asset(row, kinds) for row in batch],
            update_conflicts=True, unique_fields=["number"], update_fields=fields,
        )  # fmt: skip


def _lock(plan: Plan) -> None:
    """Lock what changes, in the order in which loans lock it, and see that it is still what was compared."""
    rows = {row.pk: row for row in plan.changed}
    keys = sorted(pk for pk in rows if pk is not None)
    for start in range(0, len(keys), _PER_LOCK):
        locked = (
            Asset.objects.filter(pk__in=keys[start : start + _PER_LOCK]).order_by("pk").select_for_update(no_key=True)
        )
        for pk, *values in locked.values_list(*FIELDS):
            now = dict(zip(ATTRIBUTES, values, strict=True))
            compared = {**rows[pk].values, **{change.column: change.old for change in rows[pk].changes}}
            if now != compared:
                raise NotAsCheckedError(plan, changed_meanwhile=True)
    count = len(plan.changed)
    refuse_held(plan, [row for row in plan.changed if row.shrinks])
    if len(plan.changed) < count:
        raise NotAsCheckedError(plan, changed_meanwhile=True)


def _make_kinds(plan: Plan) -> dict[str, int]:
    made = {}
    for spelling, name in plan.new_kinds.items():
        made[spelling] = Category.objects.create(name=name).pk
    return made


def _asset(row: RowPlan, kinds: dict[str, int]) -> Asset:
    values: dict[str, Any] = {ATTRIBUTES[key]: value for key, value in row.values.items()}
    if isinstance(values["category_id"], str):
        values["category_id"] = kinds[skeleton(values["category_id"])]
    return Asset(**values)


def _batches(rows: Sequence[RowPlan]) -> Iterator[Sequence[RowPlan]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
