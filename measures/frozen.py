"""Live figures used as evidence: each as it was at a moment, with what anybody needs to look it up and to check it.

A frozen figure is evidence of kind *record*. Its `record` says what the figure was, how it comes about and when it was
taken; `sha256` is the digest of the record in canonical JSON (RFC 8785: keys sorted, no blanks, UTF-8; amounts with
decimals are text, so that no number is written in two ways). The database lets neither be changed.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import tomllib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from ita_portal.fiscal import BANGKOK, FiscalQuarter
from organization.models import Division, User

from .choices import EvidenceKind, ProgressStatus
from .figures import figure_text
from .indicators import Figure, Indicator, indicators
from .models import Evidence, Measure, Progress

TITLE_LENGTH = 300
Record = dict[str, Any]


@functools.cache
def portal_version() -> str:
    """The version of the portal that counts, as its project file says it."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def query_of(indicator: Indicator) -> str:
    """The function that counts, as `budget.indicators:_published`: with the portal's version it is the query."""
    compute: Any = indicator.compute
    return f"{compute.__module__}:{compute.__qualname__}"


def canonical(record: Record) -> bytes:
    """The record in the one way in which it can be written: of these bytes the digest is taken."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(record: Record) -> str:
    """SHA-256 of the canonical record, in hexadecimal."""
    return hashlib.sha256(canonical(record)).hexdigest()


def record_of(
    indicator: Indicator, figure: Figure, quarter: FiscalQuarter, division: Division | None, at: dt.datetime
) -> Record:
    """What is kept of a figure. Words are Thai: it is part of an official report."""
    with override("th"):
        return {
            "key": indicator.key,
            "name": str(indicator.name),
            "value": str(figure.value) if isinstance(figure.value, Decimal) else figure.value,
            "unit": str(indicator.unit),
            "fiscal_year": quarter.year.number,
            "quarter": quarter.number,
            "division": division.name if division else None,
            "explanation": str(indicator.explanation),
            "query": query_of(indicator),
            "url": figure.url,
            "frozen_at": at.astimezone(BANGKOK).isoformat(),
            "portal_version": portal_version(),
        }


@dataclass(slots=True)
class Frozen:
    """What came of an act. added: new pieces. same: figures that stand there already as they are. unknown: without a
    value, so that they prove nothing."""

    added: list[Evidence] = field(default_factory=list)
    same: int = 0
    unknown: int = 0


@transaction.atomic
def freeze_figures(
    *,
    measures: Sequence[Measure],
    quarter: FiscalQuarter,
    division: Division | None,
    by: User,
    of: Division | None = None,
    keys: Collection[str] | None = None,
) -> Frozen:
    """Put the live figures of `measures` as they are now into their reports of `quarter`, each once.

    division: whose report (None: the consolidated one). of: the division of which figures are told where they can be.
    keys: only these. A figure whose last piece in the report says the same adds nothing; another value adds a piece.
    Where nothing was written yet the report begins as “in progress”. Measures that the plan does not schedule in the
    quarter are passed over.
    """
    scheduled = [measure for measure in measures if quarter.number in measure.quarters]
    found = Frozen()
    at = timezone.now()
    taken = _take([key for measure in scheduled for key in measure.indicators if keys is None or key in keys],
                  quarter, of, at)  # fmt: skip
    worth = {
        measure.pk: [taken[key] for key in dict.fromkeys(measure.indicators) if taken.get(key) is not None]
        for measure in scheduled
    }
    found.unknown = sum(
        1 for measure in scheduled for key in set(measure.indicators) if key in taken and taken[key] is None
    )
    reports = _locked_reports([pk for pk, records in worth.items() if records], quarter, division, by)
    known = _last_records(reports.values())
    fresh: list[Evidence] = []
    for measure_id, report in reports.items():
        new = [record for record in worth[measure_id] if record is not None and not _says(known, report, record)]
        found.same += len(worth[measure_id]) - len(new)
        fresh += [_evidence(report, record, by, at) for record in new]
        if new:
            report.updated_by, report.updated_at, report.revision = by, at, report.revision + 1
            report.save(update_fields=["updated_by", "updated_at", "revision"])
    found.added = Evidence.objects.bulk_create(fresh)
    return found


def _take(
    keys: Iterable[str], quarter: FiscalQuarter, of: Division | None, at: dt.datetime
) -> dict[str, Record | None]:
    """The record of each figure, None where it is not known; keys that no app offers are left out."""
    taken: dict[str, Record | None] = {}
    with override("th"):  # so that the address of a figure is the Thai one
        for key in dict.fromkeys(keys):
            indicator = indicators.get(key)
            if indicator is None:
                continue
            division = of if indicator.by_division else None
            figure = indicator.compute([quarter], division).get(quarter)
            known = figure is not None and figure.value is not None
            taken[key] = record_of(indicator, figure, quarter, division, at) if known and figure else None
    return taken


def _locked_reports(
    measures: Collection[int], quarter: FiscalQuarter, division: Division | None, by: User
) -> dict[int, Progress]:
    """The reports of `measures`, locked in one order; those that nobody has begun are begun."""
    own = Progress.objects.filter(measure__in=measures, quarter=quarter.number, division=division)
    missing = sorted(set(measures) - set(own.values_list("measure_id", flat=True)))
    Progress.objects.bulk_create(
        [
            Progress(
                measure_id=measure, quarter=quarter.number, division=division, updated_by=by, revision=0,
                status=ProgressStatus.IN_PROGRESS,
            )
            for measure in missing
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return {report.measure_id: report for report in own.order_by("pk").select_for_update(of=("self",))}


def _last_records(reports: Iterable[Progress]) -> dict[tuple[int, str, str | None], Record]:
    """The newest piece of each figure in each report, by key and division; taken-out ones do not count."""
    pieces = Evidence.objects.in_use().filter(progress__in=reports, kind=EvidenceKind.RECORD).exclude(sha256="")
    return {
        (proof.progress_id, proof.record["key"], proof.record["division"]): proof.record
        for proof in pieces.order_by("pk")
    }


def _says(known: dict[tuple[int, str, str | None], Record], report: Progress, record: Record) -> bool:
    last = known.get((report.pk, record["key"], record["division"]))
    return last is not None and (last["value"], last["unit"]) == (record["value"], record["unit"])


def _evidence(report: Progress, record: Record, by: User, at: dt.datetime) -> Evidence:
    told = " ".join(filter(None, [figure_text(record["value"]), record["unit"]]))
    where = ", ".join(filter(None, [f"ไตรมาส {record['quarter']}/{record['fiscal_year']}", record["division"]]))
    return Evidence(
        progress=report, kind=EvidenceKind.RECORD, title=f"{record['name']}: {told} ({where})"[:TITLE_LENGTH],
        url=record["url"], record=record, sha256=digest_of(record), added_by=by, added_at=at,
    )  # fmt: skip
