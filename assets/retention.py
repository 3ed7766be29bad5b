"""What of the asset register has an end: files that were checked and never imported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from organization.retention import retentions

from .importing.kept import WAITING


def apply(_day: dt.date) -> Mapping[str, int]:
    """Throw away the files of imports that have waited for longer than a day."""
    return {"register files swept": WAITING.sweep()}


retentions.register("assets.imports", apply)
