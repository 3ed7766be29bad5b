"""Data packages (tabular-data-package): what the files of a year or a plan are, for programs that read them.

Columns carry their place in the budget taxonomy of the Fiscal Data Package (`columnType`). Addresses of files are
relative to the description, so that a copy of the folder is whole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from organization.models import Municipality

from ..models import Revision
from ..procurement_rows import PROCUREMENT
from .columns import LINES, REVENUE, SPENDING, TRANSFERS, Column, Table, plan_table
from .rows import Absolute, YearData

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
"""Whoever names the municipality may use, change and pass on the data. Another licence is chosen here."""
_ABOUT = (
    "จำนวนเงินเป็นบาท ช่องว่างหมายถึงไม่ทราบ ไม่ใช่ศูนย์ / Amounts are in Thai baht. An empty cell means that the amount is "
    "not known; it is not zero. `columnType` is a word of the budget taxonomy of the Fiscal Data Package."
)
_KEYWORDS = ("งบประมาณ", "เทศบาล", "การใช้จ่าย", "budget", "municipality", "spending", "Thailand")


def year_package(
    data: YearData, municipality: Municipality, absolute: Absolute, *, purchases: bool, updated: dt.datetime | None
) -> dict[str, Any]:
    """Everything of a fiscal year: the budget, its spending, transfers, revenue, purchases and each plan's lines."""
    resources = [_resource(LINES, "lines.csv"), _resource(TRANSFERS, "transfers.csv")]
    if data.statements:
        resources.append(_resource(SPENDING, "spending.csv"))
    if any(revision.plan.kind == "revenue" for revision in data.revisions):
        resources.append(_resource(REVENUE, "revenue.csv"))
    if purchases:
        resources.append(_resource(PROCUREMENT, "procurement.csv"))
    for revision in data.revisions:
        slug = revision.plan.slug
        made = _resource(plan_table(revision.plan.kind), f"plans/{slug}/lines.csv", name=f"plan-{slug}")
        resources.append({**made, "title": revision.title})
    return _package(
        name=f"budget-{data.year}",
        title=f"งบประมาณ {municipality.name} ปีงบประมาณ พ.ศ. {data.year}",
        english=f"Budget of {municipality.name_en or municipality.name}, fiscal year {data.year} B.E.",
        homepage=_page("budget:year", absolute, data.year),
        sources=_sources(data.revisions, absolute),
        municipality=municipality,
        resources=resources,
        updated=updated,
    )


def plan_package(revision: Revision, municipality: Municipality, absolute: Absolute) -> dict[str, Any]:
    """The lines of the revision in force of a plan."""
    plan = revision.plan
    return _package(
        name=f"budget-{plan.year_id}-{plan.slug}",
        title=f"{revision.title} {municipality.name} ปีงบประมาณ พ.ศ. {plan.year_id}",
        english=(
            f"{plan.slug}, revision {revision.number}, {municipality.name_en or municipality.name}, "
            f"fiscal year {plan.year_id} B.E."
        ),
        homepage=_page("budget:plan", absolute, plan.year_id, plan.slug),
        sources=_sources([revision], absolute),
        municipality=municipality,
        resources=[_resource(plan_table(plan.kind), "lines.csv")],
        updated=revision.published_at,
    )


def _sources(revisions: Iterable[Revision], absolute: Absolute) -> list[dict[str, str]]:
    return [
        {
            "title": f"{revision.title} (ฉบับที่ {revision.number})",
            "path": _page("budget:revision", absolute, revision.plan.year_id, revision.plan.slug, revision.number),
        }
        for revision in revisions
    ]


def _package(
    *,
    name: str,
    title: str,
    english: str,
    homepage: str,
    sources: list[dict[str, str]],
    municipality: Municipality,
    resources: list[dict[str, Any]],
    updated: dt.datetime | None,
) -> dict[str, Any]:
    publisher = {"title": municipality.name, "role": "publisher", "path": homepage}
    if municipality.email:
        publisher["email"] = municipality.email
    return {
        "profile": "tabular-data-package",
        "name": name,
        "title": title,
        "description": f"{english}\n\n{_ABOUT}",
        "homepage": homepage,
        "created": timezone.localtime(updated).isoformat(timespec="seconds") if updated else None,
        "licenses": [LICENCE],
        "sources": sources,
        "contributors": [publisher],
        "keywords": list(_KEYWORDS),
        "countryCode": "TH",
        "currency": "THB",
        "resources": resources,
    }


def _page(name: str, absolute: Absolute, *args: Any) -> str:
    with override("th"):
        return absolute(reverse(name, args=args))


def _resource(table: Table, path: str, *, name: str = "") -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.refers:
        schema["foreignKeys"] = [
            {
                "fields": [column],
                "reference": {"resource": target.partition(".")[0], "fields": [target.partition(".")[2]]},
            }
            for column, target in table.refers
        ]
    return {
        "profile": "tabular-data-resource",
        "name": name or table.name,
        "title": table.thai,
        "description": table.english,
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "doubleQuote": True, "lineTerminator": "\r\n", "header": True},
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "title": f"{column.thai} / {column.english}",
    }
    if about := " / ".join(filter(None, (column.about_thai, column.about))):
        described["description"] = about
    if column.fiscal_type:
        described["columnType"] = column.fiscal_type
    if column.constraints:
        described["constraints"] = column.constraints
    return described
