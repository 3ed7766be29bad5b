"""What the database itself refuses, by name, from rows written past every act; and that every guard is tried here."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from budget.choices import CommentKind, State, UploadKind
from budget.errors import SENTENCES, guard_of, refusal_of
from budget.models import (
    BudgetYear,
    Comment,
    Document,
    Line,
    LineVersion,
    Plan,
    ProcurementReport,
    Purchase,
    Reading,
    Revision,
    Spent,
    Statement,
    Transfer,
    Upload,
)

from ..cast import Cast
from .factories import YEAR, draft, mark, paper, published, purchase, road, summary_draft, told, version

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 1, 5)


def tried_here() -> set[str]:
    """Words of this file that may be names of guards."""
    tree = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def guards() -> dict[str, models.BaseConstraint]:
    """Every named constraint of the budget."""
    return {
        constraint.name: constraint
        for model in apps.get_app_config("budget").get_models()
        for constraint in model._meta.constraints
    }


def test_every_guard_is_tried_here_and_has_a_sentence() -> None:
    named = guards()
    assert len(named) > 40
    assert set(named) | set(SENTENCES) <= tried_here(), sorted((set(named) | set(SENTENCES)) - tried_here())
    silent = [
        name for name, guard in named.items() if guard.violation_error_message == guard.default_violation_error_message
    ]
    assert not silent
    triggers = {trigger.name for model, trigger in pgtrigger.registered() if model._meta.app_label == "budget"}
    assert {"adds_up", "published_stays", "published_keeps", "published_takes_none", "comes_as_draft", "kept", "whole",
            "same_year", "stays_itself"} <= triggers  # fmt: skip


def refused_by(act: Callable[[], Any]) -> str:
    """The name of the guard that refuses; empty where nothing does. Whatever was done is undone."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except IntegrityError as error:
        assert str(refusal_of(error)), "every guard has its sentence"
        return guard_of(error)
    return ""


def all_refused(row: models.Model, changes: list[tuple[str, dict[str, Any]]]) -> None:
    """Each change of the row is refused by the guard named beside it."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    found = [(name, refused_by(lambda one=one: rows.update(**one))) for name, one in changes]
    assert found == [(name, name) for name, _one in changes]


def test_a_year(cast: Cast) -> None:
    for name, values in (
        ("budget_year_buddhist", {"fiscal_year": 2026}),
        ("budget_year_buddhist", {"fiscal_year": 2701}),
        ("budget_year_has_inhabitants", {"fiscal_year": 2569, "inhabitants": 0}),
    ):
        assert refused_by(lambda given=values: BudgetYear.objects.create(**given)) == name


def test_a_plan_and_its_revisions(cast: Cast, ordinance: Revision) -> None:
    plan = ordinance.plan
    other = draft(cast.budget, kind="supplement")
    all_refused(
        plan,
        [
            ("plan_number_of_supplement", {"number": 2}),
            ("plan_number_of_supplement", {"kind": "supplement", "number": 0}),
            ("plan_number_of_supplement", {"kind": "supplement", "number": 100}),
            ("plan_kind_known", {"kind": "wish"}),
            ("plan_once_a_year", {"kind": "supplement"}),
        ],
    )
    all_refused(
        other,
        [
            ("revision_published_by_somebody", {"number": 1}),
            ("revision_published_by_somebody", {"is_current": True}),
            ("revision_published_by_somebody", {"published_by": cast.budget}),
            ("revision_published_by_somebody", {"state": State.PUBLISHED, "number": 1, "is_current": True}),
            ("revision_approval_has_day", {"approver": "council"}),
            ("revision_approval_has_day", {"approver": "friend", "approved_on": MONDAY}),
            ("revision_total_not_negative", {"declared_total": Decimal("-0.01")}),
        ],
    )
    # What triggers would refuse first is refused without them, too.
    put = {"state": State.PUBLISHED, "published_by": cast.budget, "published_at": timezone.now()}
    second = Revision.objects.create(plan=plan, title="ก", form_mark=mark(), made_by=cast.budget)
    with pgtrigger.ignore("budget.Revision:adds_up"):
        all_refused(
            second,
            [
                ("revision_number_once", {**put, "number": 1}),
                ("revision_one_current", {**put, "number": 2, "is_current": True}),
            ],
        )
    assert refused_by(lambda: Revision.objects.filter(pk=second.pk).update(**put, number=2)) == "plan_follows_current"
    empty = Revision.objects.create(
        plan=Plan.objects.create(year_id=YEAR, kind="revenue"), title="ก", form_mark=mark(), made_by=cast.budget
    )
    assert refused_by(lambda: Revision.objects.filter(pk=empty.pk).update(**put, number=1)) == "plan_has_lines"


def test_what_is_added_up_at_publication(cast: Cast) -> None:
    ordinance = published(cast.budget, road(), paper(), paper(item="ไม่มีเงิน", original=Decimal(0)))
    following = Revision.objects.create(
        plan=ordinance.plan, based_on=ordinance, title="ก", form_mark=mark(), made_by=cast.budget
    )
    put = {"state": State.PUBLISHED, "published_by": cast.budget, "published_at": timezone.now(), "number": 2}
    columns = [
        field.attname for field in LineVersion._meta.concrete_fields if field.attname not in ("id", "revision_id")
    ]
    LineVersion.objects.bulk_create(
        LineVersion(revision=following, **{name: getattr(row, name) for name in columns})
        for row in ordinance.versions.all()
    )

    def published_with(*acts: Callable[[], Any]) -> str:
        def publish() -> None:
            for act in acts:
                act()
            Revision.objects.filter(pk=following.pk).update(**put)

        return refused_by(publish)

    def gain() -> None:
        following.versions.filter(line__code="0001").update(transferred_in=5, revised=Decimal("120005.00"))

    def one_side() -> None:
        Transfer.objects.create(
            revision=following, to_line=version(following, "0001").line, amount=5, approver="council",
            approved_on=MONDAY, document_number="1",
        )  # fmt: skip

    declare = Revision.objects.filter(pk=following.pk)
    assert published_with() == ""
    assert published_with(lambda: declare.update(declared_total=Decimal("199999.99"))) == "plan_total_adds_up"
    assert published_with(gain) == "plan_transfers_add_up"
    assert published_with(one_side) == "plan_transfers_add_up"
    assert published_with(gain, one_side) == "plan_transfers_balance"

    def give_away() -> None:
        amount = Decimal(70000)
        rows = following.versions
        rows.filter(line__code="0001").update(transferred_in=amount, revised=Decimal(190000))
        rows.filter(line__code="0002").update(transferred_out=amount, revised=Decimal(10000))
        Transfer.objects.create(
            revision=following, from_line=version(following, "0002").line, to_line=version(following, "0001").line,
            amount=amount, approver="council", approved_on=MONDAY, document_number="1",
        )  # fmt: skip

    lines = {code: following.versions.filter(line__code=code) for code in ("0001", "0002", "0003")}
    more = {"original": Decimal(1), "revised": Decimal(1)}
    assert published_with(give_away) == ""
    assert published_with(lines["0002"].delete) == "plan_originals_stay"
    assert published_with(lambda: lines["0003"].update(**more)) == "plan_originals_stay"
    assert published_with(lines["0003"].delete) == ""
    told(cast.budget, 3, {version(ordinance, "0002"): (5000, 5001), version(ordinance, "0003"): (0, 1)})
    assert published_with(give_away) == "plan_spent_money_stays"
    assert published_with(lines["0003"].delete) == "plan_spent_line_stays"


def test_a_line(cast: Cast, ordinance: Revision) -> None:
    plan, taken = ordinance.plan, version(ordinance, "0001").line
    for name, code in (("line_code_once", "0001"), ("line_code_plain", "ก1"), ("line_code_plain", "a/b")):
        assert refused_by(lambda code=code: Line.objects.create(plan=plan, code=code)) == name
    assert refused_by(lambda: Line.objects.filter(pk=taken.pk).update(code="9")) == "line_published_stays"
    open_ = draft(cast.budget, kind="supplement")
    row = version(open_, "0001")
    all_refused(
        row,
        [
            ("line_revised_adds_up", {"revised": Decimal(1)}),
            ("line_revised_adds_up", {"original": None}),
            ("line_revised_adds_up", {"transferred_in": 1}),
            ("line_revised_adds_up", {"original": None, "revised": None, "transferred_in": 1}),
            ("line_amounts_not_negative", {"original": Decimal(-1), "revised": Decimal(-1)}),
            ("line_amounts_not_negative", {"transferred_in": -1, "revised": Decimal("119999.00")}),
            ("line_amounts_not_negative", {"transferred_out": Decimal(120001), "revised": Decimal(-1)}),
            ("line_quarters_add_up", {"q1": 1, "q2": 1, "q3": 1, "q4": 1}),
            ("line_quarters_add_up", {"q1": -1, "q2": 120001, "q3": 0, "q4": 0}),
            ("line_months_in_year", {"month_from": 3, "month_to": 2}),
            ("line_months_in_year", {"month_from": 1, "month_to": 13}),
            ("line_is_spending_or_revenue", {"programme": ""}),
            ("line_is_spending_or_revenue", {"programme": "war"}),
            ("line_is_spending_or_revenue", {"revenue_group": "taxes"}),
            ("line_category_of_group", {"group": "personnel"}),
            ("line_category_of_group", {"group": ""}),
            ("line_source_known", {"source": "pocket"}),
            ("line_has_item", {"item": ""}),
        ],
    )
    twice = {**paper(), "revised": paper()["original"], "line_id": row.line_id, "position": 9}
    assert refused_by(lambda: LineVersion.objects.create(revision=open_, **twice)) == "line_in_revision_once"


def test_unknown_is_no_way_around(cast: Cast) -> None:
    open_ = draft(cast.budget)
    all_refused(
        version(open_, "0001"),
        [
            ("line_revised_adds_up", {"revised": None}),
            ("line_quarters_add_up", {"q1": 120000}),
            ("line_months_in_year", {"month_from": 1}),
            ("line_months_in_year", {"month_to": 1}),
        ],
    )
    put = {"state": State.PUBLISHED, "published_by": cast.budget, "published_at": timezone.now()}
    statement = told(cast.budget, 3, {}, publish_it=False)
    all_refused(statement, [("statement_published_by_somebody", put)])
    month = summary_draft(cast.budget)
    purchase(month, off_budget=True)
    all_refused(month, [("summary_published_by_somebody", put)])


def test_a_transfer(cast: Cast, ordinance: Revision) -> None:
    open_ = Revision.objects.create(
        plan=ordinance.plan, based_on=ordinance, title="ก", form_mark=mark(), made_by=cast.budget
    )
    first, second = version(ordinance, "0001").line, version(ordinance, "0002").line
    made = Transfer.objects.create(
        revision=open_, from_line=first, to_line=second, amount=1, approver="council", approved_on=MONDAY,
        document_number="1",
    )  # fmt: skip
    all_refused(
        made,
        [
            ("transfer_is_something", {"amount": 0}),
            ("transfer_between_two", {"to_line": first}),
            ("transfer_between_two", {"from_line": None, "to_line": None}),
            ("transfer_approved", {"approver": "friend"}),
            ("transfer_approved", {"document_number": ""}),
            ("transfer_published_stays", {"revision": ordinance}),
        ],
    )


def document(revision: Revision) -> Document:
    """A file of a revision, without the file."""
    return Document(
        revision=revision, title="ก", file="x", name="x.pdf", content_type="application/pdf", size=1, sha256="0",
        added_by=revision.made_by,
    )  # fmt: skip


def test_what_is_published_stays(cast: Cast) -> None:
    """Revisions, statements and summaries with everything in them: not changed, not deleted, not added to."""
    open_ = draft(cast.budget, kind="supplement")
    Document.objects.bulk_create([document(open_)])
    Transfer.objects.create(
        revision=open_, to_line=version(open_, "0001").line, amount=1, approver="council", approved_on=MONDAY,
        document_number="1",
    )  # fmt: skip
    put = {"state": State.PUBLISHED, "published_by": cast.budget, "published_at": timezone.now(), "number": 1,
           "is_current": True}  # fmt: skip
    Revision.objects.filter(pk=open_.pk).update(**put)
    statement = told(cast.budget, 3, {version(open_, "0001"): (0, 1)})
    summary = summary_draft(cast.budget)
    bought = purchase(summary, off_budget=True)
    type(summary).objects.filter(pk=summary.pk).update(**put)
    new_line = Line.objects.create(plan=open_.plan, code="9")
    extra = {**road(), "revised": road()["original"], "line": new_line, "position": 9}
    spent = statement.rows.get()
    for name, acts in {
        "revision_published_stays": [
            lambda: Revision.objects.filter(pk=open_.pk).update(title="อื่น"),
            lambda: Revision.objects.filter(pk=open_.pk).update(state=State.DRAFT),
            lambda: Revision.objects.filter(pk=open_.pk)._raw_delete("default"),
            lambda: Revision.objects.create(
                plan=Plan.objects.create(year_id=YEAR, kind="revenue"), title="ก", form_mark=mark(),
                made_by=cast.budget, **put,
            ),
        ],
        "line_published_stays": [
            lambda: open_.versions.update(item="อื่น"),
            lambda: open_.versions.all()._raw_delete("default"),
            lambda: LineVersion.objects.bulk_create([LineVersion(revision=open_, **extra)]),
        ],
        "transfer_published_stays": [
            lambda: open_.transfers.update(amount=2),
            lambda: open_.transfers.all()._raw_delete("default"),
        ],
        "document_published_stays": [
            lambda: open_.documents.update(title="อื่น"),
            lambda: open_.documents.all()._raw_delete("default"),
            lambda: Document.objects.bulk_create([document(open_)]),
        ],
        "statement_published_stays": [
            lambda: Statement.objects.filter(pk=statement.pk).update(as_of=MONDAY),
            lambda: Statement.objects.filter(pk=statement.pk)._raw_delete("default"),
            lambda: Statement.objects.create(
                year_id=YEAR, month=4, as_of=MONDAY, made_by=cast.budget, form_mark=mark(), **put
            ),
        ],
        "spent_published_stays": [
            lambda: Spent.objects.filter(pk=spent.pk).update(disbursed=2),
            lambda: Spent.objects.filter(pk=spent.pk)._raw_delete("default"),
            lambda: Spent.objects.create(statement=statement, line=new_line, disbursed=1),
        ],
        "summary_published_stays": [
            lambda: type(summary).objects.filter(pk=summary.pk).update(note="อื่น"),
            lambda: type(summary).objects.filter(pk=summary.pk)._raw_delete("default"),
        ],
        "purchase_published_stays": [
            lambda: Purchase.objects.filter(pk=bought.pk).update(winner="อื่น"),
            lambda: Purchase.objects.filter(pk=bought.pk)._raw_delete("default"),
            lambda: purchase(summary, position=2, off_budget=True),
        ],
    }.items():  # fmt: skip
        for number, act in enumerate(acts):
            assert refused_by(act) == name, (name, number)


def test_a_statement(cast: Cast, ordinance: Revision) -> None:
    line = version(ordinance, "0001")
    first = told(cast.budget, 3, {line: (0, 1)})
    second = told(cast.budget, 3, {line: (0, 2)}, publish_it=False)
    put = {"state": State.PUBLISHED, "published_by": cast.budget, "published_at": timezone.now()}
    all_refused(
        second,
        [
            ("statement_month_of_year", {"month": 0}),
            ("statement_month_of_year", {"month": 13}),
            ("statement_published_by_somebody", {"state": State.PUBLISHED}),
            ("statement_published_by_somebody", {"is_current": True}),
            ("statement_number_once", {**put, "number": 1}),
            ("statement_one_current", {**put, "number": 2, "is_current": True}),
        ],
    )
    all_refused(
        second.rows.get(),
        [
            ("spent_not_negative", {"disbursed": -1}),
            ("spent_not_negative", {"obligated": -1}),
            ("spent_not_negative", {"disbursed": None, "obligated": None, "received": -1}),
            ("spent_or_received", {"received": 1}),
            ("spent_published_stays", {"statement": first}),
        ],
    )
    assert refused_by(lambda: Spent.objects.create(statement=second, line=line.line)) == "spent_once"
    other = version(published(cast.budget, year=2568), "0001").line
    assert refused_by(lambda: Spent.objects.create(statement=second, line=other)) == "spent_same_year"


def test_purchases(cast: Cast, ordinance: Revision) -> None:
    month = summary_draft(cast.budget)
    put = {"state": State.PUBLISHED, "published_by": cast.budget, "published_at": timezone.now(), "number": 1,
           "is_current": True}  # fmt: skip
    rows = type(month).objects.filter(pk=month.pk)
    assert refused_by(lambda: rows.update(**put)) == "month_says_nothing"
    bought = purchase(month)
    assert refused_by(lambda: rows.update(**put, nothing=True)) == "month_says_nothing"
    assert refused_by(lambda: rows.update(**put)) == "purchase_has_line"
    citizen = "3" + "1" * 12
    all_refused(
        bought,
        [
            ("purchase_amounts_not_negative", {"budget_amount": -1}),
            ("purchase_amounts_not_negative", {"reference_price": -1}),
            ("purchase_amounts_not_negative", {"agreed_price": -1}),
            ("purchase_citizen_masked", {"winner_tax_id": citizen}),
            ("purchase_no_citizen_number", {"winner": f"นายดี {citizen}"}),
            ("purchase_no_citizen_number", {"title": citizen}),
            ("purchase_no_citizen_number", {"reason": f"({citizen})"}),
            ("purchase_words_known", {"method": "gift"}),
            ("purchase_words_known", {"status": "lost"}),
            ("purchase_words_known", {"source": "pocket"}),
            ("purchase_line_or_off_budget", {"off_budget": True, "line": version(ordinance, "0002").line}),
        ],
    )
    assert refused_by(lambda: purchase(month, position=1)) == "purchase_position_once"
    Purchase.objects.filter(pk=bought.pk).update(off_budget=True)
    rows.update(**put)
    second = summary_draft(cast.budget)
    purchase(second, off_budget=True)
    all_refused(
        second,
        [
            ("summary_month_of_year", {"month": 13}),
            ("summary_published_by_somebody", {"number": 1}),
            ("summary_number_once", {**put, "is_current": False}),
            ("summary_one_current", {**put, "number": 2}),
        ],
    )
    report = ProcurementReport.objects.create(year_id=YEAR, problems="ไม่มี")
    all_refused(
        report,
        [
            ("procurement_report_whole", {"published_at": timezone.now()}),
            ("procurement_report_whole", {"published_at": timezone.now(), "published_by": cast.budget}),
        ],
    )


def test_an_upload(cast: Cast, ordinance: Revision) -> None:
    open_ = draft(cast.budget, kind="supplement")
    made = Upload.objects.create(
        kind=UploadKind.LINES, revision=open_, target="ก", file="x", name="x.xlsx", content_type="x", size=1,
        sha256="0", made_by=cast.budget,
    )  # fmt: skip
    now = timezone.now()
    all_refused(
        made,
        [
            ("upload_stored_by_somebody", {"stored_at": now}),
            ("upload_kept", {"name": "y.xlsx"}),
            ("upload_kept", {"counts": {"new": 1}}),
            ("upload_kept", {"revision": ordinance}),
        ],
    )
    rows = Upload.objects.filter(pk=made.pk)
    assert refused_by(lambda: rows.update(revision=None)) == "", "a draft that is thrown away leaves the record"
    rows.update(stored_at=now, stored_by=cast.budget)
    assert refused_by(lambda: rows.update(stored_at=None, stored_by=None)) == "upload_kept"
    assert refused_by(lambda: rows._raw_delete("default")) == "upload_kept"


def test_what_people_say(cast: Cast, ordinance: Revision) -> None:
    made = Comment.objects.create(year_id=YEAR, kind=CommentKind.QUESTION, text="ถนน?", form_mark=mark())
    now = timezone.now()
    seen = {"moderated_by": cast.budget, "moderated_at": now}
    all_refused(
        made,
        [
            ("comment_moderated_with_reason", {"state": "published"}),
            ("comment_moderated_with_reason", {"state": "refused", **seen}),
            ("comment_moderated_with_reason", {"reason": "ก"}),
            ("comment_answered_by_somebody", {"answer": "ก"}),
            ("comment_answered_by_somebody", {"answered_by": cast.budget, "answered_at": now}),
            ("comment_says_something", {"text": ""}),
            ("comment_says_something", {"kind": "shout"}),
            ("comment_of_citizen_names_nobody", {"author": cast.staff}),
            ("comment_of_citizen_names_nobody", {"by_staff": True}),
        ],
    )
    Reading.objects.create(revision=ordinance, user=cast.staff)
    assert refused_by(lambda: Reading.objects.create(revision=ordinance, user=cast.staff)) == "reading_once"
