"""Data packages: the reference validator of the format accepts each, with its files, without the network."""

from __future__ import annotations

import json
import socket
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from frictionless import Package, system

from budget.choices import Method, PlanKind, Programme, RevenueGroup
from budget.opendata.columns import LINES, PLAN_LINES, REVENUE, SPENDING, TRANSFERS, Column
from budget.procurement_rows import PROCUREMENT
from budget.services.procurement import publish_summary

from ..cast import Cast
from .factories import YEAR, paper, published, purchase, road, summary_draft, told, version

pytestmark = pytest.mark.django_db
BASE = f"/budget/{YEAR}/"
TAXONOMY = (
    "value", "date:fiscal-year", "date:generic", "budget-line-id", "functional-classification:generic:",
    "economic-classification:generic:", "administrative-classification:generic:", "activity:generic:",
    "fin-source:generic:", "geo:target:",
)  # fmt: skip


def saved(client: Client, path: str, folder: Path) -> dict[str, Any]:
    """A description and the files that it names, laid out as their addresses say."""
    description: dict[str, Any] = json.loads(client.get(path + "datapackage.json").getvalue())
    (folder / "datapackage.json").write_text(json.dumps(description), encoding="utf-8")
    for resource in description["resources"]:
        target = folder / resource["path"]
        target.parent.mkdir(parents=True, exist_ok=True)
        response = client.get(path + resource["path"])
        assert response.status_code == 200, resource["path"]
        target.write_bytes(response.getvalue())
    return description


def accepted(folder: Path) -> None:
    with system.use_context(trusted=True):
        report = Package.from_descriptor(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "fieldName", "note"])


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are not resolved."""

    def refuse(*_args: object, **_more: object) -> None:
        raise AssertionError("asked for the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_the_validator_accepts_every_package(cast: Cast, client: Client, tmp_path: Path, no_network: None) -> None:
    first = published(
        cast.budget, road(item="=1+1", detail="บรรทัดหนึ่ง\nบรรทัดสอง; \"อ้าง\""), paper(original=None),
        paper(programme=Programme.CENTRAL, group="", category="", division_id=None),
    )  # fmt: skip
    published(cast.budget, paper(), kind=PlanKind.SUPPLEMENT, number=2, title="ฉบับที่ 2")
    tax = {"revenue_group": RevenueGroup.TAXES, "item": "ภาษีที่ดิน", "original": Decimal(90000)}
    published(cast.budget, tax, kind=PlanKind.REVENUE, title="ประมาณการรายรับ")
    project = road(month_from=2, month_to=4, method=Method.E_BIDDING, serves_id=version(first, "0001").line_id)
    published(cast.budget, project, kind=PlanKind.ACTION, title="แผน")
    told(cast.budget, 3, {version(first, "0001"): (5000, "30000.10"), version(first, "0002"): (None, None)})
    summary = summary_draft(cast.budget)
    purchase(summary, line=version(first, "0001").line)
    purchase(summary, off_budget=True, bids=[], reference_price=None, winner_tax_id="XXXXXXXXX1234")
    publish_summary(summary, by=cast.budget)

    year = tmp_path / "year"
    year.mkdir()
    description = saved(client, BASE, year)
    accepted(year)
    assert [resource["name"] for resource in description["resources"]] == [
        "lines", "transfers", "spending", "revenue", "procurement", "plan-ordinance", "plan-supplement-2",
        "plan-revenue", "plan-action-plan",
    ]  # fmt: skip
    assert (description["profile"], description["licenses"][0]["name"]) == ("tabular-data-package", "CC-BY-4.0")
    assert description["created"]
    assert [source["path"] for source in description["sources"]][:1] == [
        f"http://testserver{BASE}plans/ordinance/revisions/1/"
    ]
    plan = tmp_path / "plan"
    plan.mkdir()
    saved(client, f"{BASE}plans/action-plan/", plan)
    accepted(plan)
    # The validator does look: an amount that is none is found.
    broken = (year / "lines.csv").read_text(encoding="utf-8").replace("120000.00", "many")
    (year / "lines.csv").write_text(broken, encoding="utf-8")
    with pytest.raises(AssertionError, match="type-error"):
        accepted(year)


def test_every_column_is_explained_and_of_the_taxonomy() -> None:
    tables = (LINES, SPENDING, REVENUE, TRANSFERS, PLAN_LINES, PROCUREMENT)
    columns: list[Column] = [column for table in tables for column in table.columns]
    assert not [column.name for column in columns if not (column.thai and column.english)]
    assert not [column.name for column in columns if column.fiscal_type and not column.fiscal_type.startswith(TAXONOMY)]
    for table in tables:
        assert len(set(table.header)) == len(table.header)
        assert set(table.key) <= set(table.header)
        amounts = [column for column in table.columns if column.type == "number"]
        assert all(column.fiscal_type == "value" for column in amounts), table.name
