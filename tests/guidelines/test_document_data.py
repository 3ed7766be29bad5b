"""The documents that every portal has: whole, with addresses that answer; the demonstration gives every figure."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.urls import Resolver404, resolve

from guidelines.choices import ASSET_MANUAL, COMPLAINTS
from guidelines.demonstration import SINCE, demonstrate_documents
from guidelines.installing import SLUGS, install_documents, told
from guidelines.markup import Block, Heading, Items, Paragraph, Run, Table, headings, lines, read
from guidelines.models import Acknowledgement, CheckQuestion, Document, Version
from guidelines.reading import mine
from ita_portal.fiscal import FiscalQuarter, FiscalYear
from measures.indicators import indicators
from organization.models import User
from organization.portal_data import install_cast, install_municipality

pytestmark = pytest.mark.django_db


def runs_of(block: Block) -> list[Run]:
    """All letters of a block."""
    if isinstance(block, Heading | Paragraph):
        return list(block.runs)
    if isinstance(block, Table):
        return [run for row in (block.head, *block.rows) for cell in row for run in cell]
    assert isinstance(block, Items)
    return [run for item in block.items for inner in item for run in runs_of(inner)]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_document_is_whole(slug: str) -> None:
    head, body = told(slug)
    blocks = read(body)
    assert head["title"] and head["summary"] and head["readers"] == "public" and head["audience"] == "all"
    for question in head["questions"]:
        assert 1 <= question["answer"] <= len(question["choices"]) and question["explanation"]
    assert (len(headings(blocks)) > 4 and "ราชกิจจานุเบกษา" in body) or slug == COMPLAINTS
    assert headings(blocks)[-1].text == "ที่มาและสถานะของข้อความ"
    for run in (run for block in blocks for run in runs_of(block)):
        assert "**" not in run.text and "](" not in run.text and not run.text.startswith("#"), run.text
        if run.href.startswith("/"):
            try:
                resolve(run.href)
            except Resolver404:
                pytest.fail(f"{slug}: {run.href}")
    for block in blocks:
        if isinstance(block, Table):
            assert all(len(row) == len(block.head) for row in block.rows)


def test_the_asset_manual_follows_the_clauses() -> None:
    _head, body = told(ASSET_MANUAL)
    for clause in (203, 207, 208, 209, 210, 211, 212, 213, 214):
        assert f"ข้อ {clause}" in body
    text = "\n".join(line.text for line in lines(read(body)))
    for said in ("ภายใน 7 วัน", "30 วันทำการ", "นายกเทศมนตรี", "ใบยืมพัสดุ", "ใช้สิ้นเปลือง", "ระหว่างหน่วยงานของรัฐ"):
        assert said in text


def test_installed_once_and_every_figure_of_the_year_is_real() -> None:
    install_municipality()
    install_cast("x")
    began = time.process_time()
    install_documents(SINCE)
    demonstrate_documents()
    assert time.process_time() - began < 3
    counts = [model.objects.count() for model in (Document, Version, CheckQuestion, Acknowledgement)]
    install_documents(dt.date(2026, 11, 23))
    demonstrate_documents()
    assert [model.objects.count() for model in (Document, Version, CheckQuestion, Acknowledgement)] == counts
    quarters = FiscalYear(2567).quarters
    for key in ("documents", "asset_manual_share", "ethics_share", "acknowledged"):
        indicator = indicators.get(f"guidelines.{key}")
        assert indicator is not None
        found = [indicator.compute(quarters, None)[quarter].value for quarter in quarters]
        assert all(found), (key, found)
    acknowledged = indicators.get("guidelines.acknowledged")
    assert acknowledged is not None
    for quarter in (FiscalQuarter(FiscalYear(2569), 2), FiscalQuarter(FiscalYear(2570), 1)):
        assert acknowledged.compute((quarter,), None)[quarter].value
    waiting = [one for one in mine(User.objects.get(username="staff")) if one.waits]
    assert [(one.document.slug, one.version.number, one.earlier) for one in waiting] == [(ASSET_MANUAL, 2, True)]
