"""A month of purchases from draft to correction, and the yearly report: what the acts do, and what they refuse."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from budget.choices import PlanKind
from budget.errors import RefusedError
from budget.models import MonthSummary, ProcurementReport, Purchase, Revision
from budget.services.procurement import (
    begin_summary,
    discard_summary,
    next_position,
    publish_report,
    publish_summary,
    remove_purchase,
    replace_purchases,
    save_purchase,
    save_report,
    say_nothing,
    seen_of,
)
from tests.races import at_once

from ..cast import Cast
from .factories import YEAR, draft, mark, published, purchase, summary_draft, version

ID = "1-1037-00123-45-6"
SHORT = "XXXXXXXXX3456"


def values(**more: Any) -> dict[str, Any]:
    """Paper for 12,000 baht that is not paid from the budget."""
    return {
        "title": "ซื้อวัสดุสำนักงาน", "budget_amount": Decimal(12000), "reference_price": Decimal(12000),
        "method": "specific", "bids": [{"name": "ร้านตัวอย่างการค้า", "price": "11800"}], "winner": "ร้านตัวอย่างการค้า",
        "winner_tax_id": "0105536000123", "agreed_price": Decimal("11800"), "reason": "ราคาต่ำสุด",
        "contract_number": "1/2569", "contract_date": dt.date(2025, 10, 20), "egp_number": "68109123456",
        "status": "ended", "source": "budget", "division": None, "line": None, "off_budget": True, **more,
    }  # fmt: skip


def code_of(act: Any) -> tuple[str, str]:
    """Code and field of the refusal."""
    with pytest.raises(RefusedError) as refusal, transaction.atomic():
        act()
    return refusal.value.code, refusal.value.field


@pytest.mark.django_db
class TestMonth:
    def test_from_draft_to_correction(self, cast: Cast, ordinance: Revision) -> None:
        form = mark()
        first = begin_summary(YEAR, 1, by=cast.budget, form_mark=form)
        assert begin_summary(YEAR, 1, by=cast.budget, form_mark=form) == first
        line = version(ordinance, "0002").line
        save_purchase(first, values(line=line, off_budget=False), by=cast.budget)
        publish_summary(first, by=cast.budget, seen=0)
        second = begin_summary(YEAR, 1, by=cast.budget, form_mark=mark(), copy=True)
        copied = second.purchases.get()
        assert (copied.line, copied.bids) == (line, [{"name": "ร้านตัวอย่างการค้า", "price": "11800.00"}])
        assert seen_of(copied) == seen_of(first.purchases.get())
        save_purchase(second, {"agreed_price": "11700"}, by=cast.budget, purchase=copied)
        assert Purchase.objects.public().get().agreed_price == Decimal("11800.00"), "a draft shows nothing"
        after = publish_summary(second, by=cast.budget, seen=1)
        first.refresh_from_db()
        assert (after.number, after.is_current, first.is_current) == (2, True, False)
        assert Purchase.objects.public().get().agreed_price == Decimal("11700.00")

    def test_what_is_published_stays(self, cast: Cast) -> None:
        month = summary_draft(cast.budget)
        made = save_purchase(month, values(), by=cast.budget)
        publish_summary(month, by=cast.budget)
        made.refresh_from_db()
        for act in (
            lambda: save_purchase(month, values(), by=cast.budget),
            lambda: remove_purchase(made, by=cast.budget),
            lambda: replace_purchases(month, [], by=cast.budget),
            lambda: say_nothing(month, True, "", by=cast.budget),
            lambda: discard_summary(month, by=cast.budget),
            lambda: publish_summary(month, by=cast.budget),
        ):
            assert code_of(act) == ("summary_published_stays", "")
        with pytest.raises(IntegrityError), transaction.atomic():
            Purchase.objects.update(agreed_price=1)

    def test_none_is_said(self, cast: Cast) -> None:
        month = summary_draft(cast.budget)
        assert code_of(lambda: publish_summary(month, by=cast.budget))[0] == "month_says_nothing"
        say_nothing(month, True, f"แจ้งโดย {ID}", by=cast.budget)
        bought = save_purchase(month, values(), by=cast.budget)
        month.refresh_from_db()
        assert (month.nothing, month.note) == (False, f"แจ้งโดย {SHORT}"), "what is bought is not nothing"
        assert code_of(lambda: say_nothing(month, True, "", by=cast.budget)) == ("month_says_nothing", "nothing")
        for _twice in range(2):
            remove_purchase(bought, by=cast.budget)
        say_nothing(month, True, "", by=cast.budget)
        assert publish_summary(month, by=cast.budget).nothing

    def test_a_month_that_runs_or_is_to_come(self, cast: Cast) -> None:
        with time_machine.travel("2025-10-15T05:00:00Z", tick=False):
            running = begin_summary(YEAR, 1, by=cast.budget, form_mark=mark())
            assert code_of(lambda: say_nothing(running, True, "", by=cast.budget)) == ("month_runs", "nothing")
            begin = lambda month: begin_summary(YEAR, month, by=cast.budget, form_mark=mark())  # noqa: E731
            assert code_of(lambda: begin(2)) == ("month_to_come", "month")
            assert code_of(lambda: begin(13)) == ("no_month", "month")

    def test_every_purchase_has_a_line_of_the_year(self, cast: Cast, ordinance: Revision) -> None:
        month = summary_draft(cast.budget)
        made = save_purchase(month, values(off_budget=False), by=cast.budget)
        assert code_of(lambda: publish_summary(month, by=cast.budget))[0] == "purchase_has_line"
        other = published(cast.budget, year=2568)
        plan = published(cast.budget, kind=PlanKind.ACTION)
        unseen = draft(cast.budget, kind=PlanKind.SUPPLEMENT)
        for revision in (other, plan, unseen):
            line = version(revision, "0001").line
            change = {"line": line, "off_budget": False}
            refused = code_of(lambda change=change: save_purchase(month, change, by=cast.budget, purchase=made))
            assert refused == ("line_of_year", "line")
            rows = [values(line_id=line.pk, line=line, off_budget=False)]
            assert code_of(lambda rows=rows: replace_purchases(month, rows, by=cast.budget))[0] == "line_of_year"
        both = values(line=version(ordinance, "0001").line)
        assert code_of(lambda: save_purchase(month, both, by=cast.budget)) == ("purchase_line_or_off_budget", "line")

    def test_only_budget_officers_act(self, cast: Cast) -> None:
        month = summary_draft(cast.budget)
        made = purchase(month)
        for by in (cast.admin, cast.staff, cast.mayor):
            for act in (
                lambda by=by: begin_summary(YEAR, 1, by=by, form_mark=mark()),
                lambda by=by: save_purchase(month, values(), by=by),
                lambda by=by: remove_purchase(made, by=by),
                lambda by=by: replace_purchases(month, [], by=by),
                lambda by=by: say_nothing(month, True, "", by=by),
                lambda by=by: publish_summary(month, by=by),
                lambda by=by: discard_summary(month, by=by),
                lambda by=by: save_report(YEAR, problems="", suggestions="", by=by, edits=0),
                lambda by=by: publish_report(YEAR, by=by, edits=0),
            ):
                assert code_of(act)[0] == "not_yours"
        assert MonthSummary.objects.get().purchases.count() == 1

    def test_a_draft_that_is_thrown_away(self, cast: Cast) -> None:
        month = summary_draft(cast.budget)
        purchase(month)
        discard_summary(month, by=cast.budget)
        assert not Purchase.objects.exists()
        assert code_of(lambda: save_purchase(month, values(), by=cast.budget))[0] == "gone"


@pytest.mark.django_db
class TestPurchase:
    def test_numbers_of_people_are_shortened(self, cast: Cast) -> None:
        month = summary_draft(cast.budget)
        words = dict.fromkeys(("title", "winner", "reason", "contract_number", "egp_number"), f"ก {ID}")
        row = values(**words, winner_tax_id="๑๑๐๓๗๐๐๑๒๓๔๕๖", bids=[{"name": f"นาย ก {ID}", "price": None}])
        save_purchase(month, row, by=cast.budget)
        replace_purchases(month, [row, row], by=cast.budget)
        for made in month.purchases.all():
            assert {getattr(made, name) for name in words} == {f"ก {SHORT}"}
            assert (made.winner_tax_id, made.bids) == (SHORT, [{"name": f"นาย ก {SHORT}", "price": None}])

    def test_a_form_sent_twice_is_one_purchase(self, cast: Cast) -> None:
        month = summary_draft(cast.budget)
        for _twice in range(2):
            save_purchase(month, values(), by=cast.budget, position=1)
        assert month.purchases.count() == 1
        other = save_purchase(month, values(title="จ้างซ่อมรถ"), by=cast.budget, position=1)
        assert (other.position, next_position(month)) == (2, 3), "another officer's, at the same place"

    def test_anothers_words_are_not_overwritten_unseen(self, cast: Cast) -> None:
        month = summary_draft(cast.budget)
        made = save_purchase(month, values(), by=cast.budget)
        seen = seen_of(made)
        for _twice in range(2):
            save_purchase(month, values(title="ก"), by=cast.budget, purchase=made, seen=seen)
        late = lambda: save_purchase(month, values(title="ข"), by=cast.budget, purchase=made, seen=seen)  # noqa: E731
        assert code_of(late)[0] == "changed"
        remove_purchase(made, by=cast.budget)
        assert code_of(late)[0] == "gone"

    def test_what_cannot_be_stored(self, cast: Cast) -> None:
        month = summary_draft(cast.budget)
        for field, value in (
            ("title", ""), ("title", "ก" * 501), ("title", None), ("method", "gift"), ("status", "x"), ("source", ""),
            ("winner_tax_id", "123"), ("budget_amount", None), ("budget_amount", "-1"), ("agreed_price", "NaN"),
            ("reference_price", "9" * 31), ("agreed_price", "x"), ("contract_number", "ก" * 201),
            ("egp_number", "1" * 41), ("bids", [{"name": "", "price": "1"}]), ("bids", [{"name": "ก", "price": "-1"}]),
            ("bids", [{"name": "ก", "price": "x"}]), ("bids", [{"name": "ก", "price": None}] * 101),
            ("reason", "ก" * 1001), ("winner", "ก" * 301),
        ):  # fmt: skip
            wrong: dict[str, Any] = values(**{field: value})
            assert code_of(lambda wrong=wrong: save_purchase(month, wrong, by=cast.budget))[1] == field, value
            rows = [values(), wrong]
            assert code_of(lambda rows=rows: replace_purchases(month, rows, by=cast.budget))[1] == field, value
        assert not Purchase.objects.exists(), "nothing half stored"


@pytest.mark.django_db
class TestReport:
    def test_written_published_corrected(self, cast: Cast) -> None:
        report = save_report(YEAR, problems=f"ไม่มี {ID}", suggestions="", by=cast.budget, edits=0)
        assert (report.problems, report.edits, report.published_at) == (f"ไม่มี {SHORT}", 1, None)
        publish = lambda edits: publish_report(YEAR, by=cast.budget, edits=edits)  # noqa: E731
        assert code_of(lambda: publish(1)) == ("procurement_report_whole", "suggestions")
        words = {"problems": "ไม่มี", "suggestions": "ไม่มี"}
        for _twice in range(2):
            save_report(YEAR, **words, by=cast.budget, edits=1)
        assert code_of(lambda: publish(2))[0] == "no_months"
        month = summary_draft(cast.budget)
        say_nothing(month, True, "", by=cast.budget)
        publish_summary(month, by=cast.budget)
        assert code_of(lambda: publish(1))[0] == "changed"
        for _twice in range(2):
            assert publish(2).published_by == cast.budget
        other = {"problems": "ล่าช้า", "suggestions": "ไม่มี"}
        assert code_of(lambda: save_report(YEAR, **other, by=cast.budget, edits=2))[0] == "changed"
        assert code_of(lambda: save_report(YEAR, problems="", suggestions="", by=cast.budget, edits=3))[1] == "problems"
        save_report(YEAR, **other, by=cast.budget, edits=3)
        assert ProcurementReport.objects.get().problems == "ล่าช้า"


def outcome(found: list[Any]) -> list[str]:
    """Codes of the refusals; whatever else was raised is a fault."""
    faults = [one for one in found if isinstance(one, Exception) and not isinstance(one, RefusedError)]
    assert not faults, faults
    return sorted(one.code for one in found if isinstance(one, RefusedError))


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_publish_the_same_month(self, cast: Cast) -> None:
        drafts = [summary_draft(cast.budget), summary_draft(cast.budget)]
        for one in drafts:
            save_purchase(one, values(), by=cast.budget)
        # Without the word of what was in force, the second quietly takes the first one's place.
        found = at_once(*[lambda one=one: publish_summary(one, by=cast.budget, seen=0) for one in drafts])
        assert outcome(found) == ["published_meanwhile"]
        assert MonthSummary.objects.current().count() == 1
        late = next(one for one in drafts if MonthSummary.objects.get(pk=one.pk).is_draft)
        assert publish_summary(late, by=cast.budget).number == 2

    def test_one_form_sent_twice(self, cast: Cast) -> None:
        form = mark()
        found = at_once(*[lambda: begin_summary(YEAR, 1, by=cast.budget, form_mark=form)] * 3)
        assert outcome(found) == []
        assert len({made.pk for made in found}) == MonthSummary.objects.count() == 1

    def test_one_draft_published_and_filled(self, cast: Cast) -> None:
        month = summary_draft(cast.budget)
        save_purchase(month, values(), by=cast.budget)
        found = at_once(
            lambda: publish_summary(month, by=cast.budget, seen=0),
            lambda: publish_summary(month, by=cast.budget, seen=0),
            lambda: replace_purchases(month, [values(), values()], by=cast.budget),
        )
        codes = outcome(found)
        assert codes in (["published_meanwhile"], ["published_meanwhile", "summary_published_stays"],
                         ["summary_published_stays"], ["summary_published_stays"] * 2)  # fmt: skip
        assert MonthSummary.objects.current().get().purchases.count() in (1, 2)
