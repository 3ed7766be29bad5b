"""Purchases month by month: begin or correct a month, fill it, say that there was none, publish; the yearly report.

What people type is stored without numbers of persons (`ita_portal.masking`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from ita_portal.fiscal import today
from ita_portal.masking import mask_citizen_numbers, masked_bids, masked_tax_id
from organization.models import User

from ..choices import State
from ..errors import RefusedError
from ..models import LineVersion, MonthSummary, ProcurementReport, Purchase
from ..models.plans import MOST_BAHT
from .acts import CHANGED_MEANWHILE, guarded, locked_year, require, require_officer, year_row
from .plans import hold_uploads
from .statements import end_of_month

PURCHASE_FIELDS = (
    "title", "budget_amount", "reference_price", "method", "bids", "winner", "winner_tax_id", "agreed_price", "reason",
    "contract_number", "contract_date", "egp_number", "status", "source", "division_id", "line_id", "off_budget",
)  # fmt: skip
"""What is said of a purchase; `division` and `line` may be given instead of their keys."""
MASKED = ("title", "winner", "reason", "contract_number", "egp_number")
AMOUNTS = ("budget_amount", "reference_price", "agreed_price")
MOST_BIDS = 100
_COPIED = ("position", *PURCHASE_FIELDS)
_SATANG = Decimal("0.01")
_BATCH = 500


def begin_summary(year: int, month: int, *, by: User, form_mark: str, copy: bool = False) -> MonthSummary:
    """The draft of a fiscal month (1 is October). copy: with what is in force for that month, to be corrected.

    The same form sent twice gives the same draft. RefusedError for a month that has not begun.
    """
    require_officer(by)
    require(1 <= month <= 12, "no_month", _("A fiscal year has twelve months."), field="month")
    begins = end_of_month(year, month).replace(day=1)
    require(begins <= today(), "month_to_come", _("This month has not begun."), field="month")
    with guarded():
        row = year_row(year)
        locked_year(year)
        known: MonthSummary | None = MonthSummary.objects.filter(form_mark=form_mark).first()
        if known is not None:
            require(known.made_by_id == by.pk, "form_taken", _("Open the form again and send it once more."))
            return known
        made: MonthSummary = MonthSummary.objects.create(year=row, month=month, made_by=by, form_mark=form_mark)
        if copy:
            _copy_current(made)
    return made


def current_of(year: int, month: int) -> MonthSummary | None:
    """What is in force for a month."""
    found: MonthSummary | None = MonthSummary.objects.current().filter(year=year, month=month).first()
    return found


def _copy_current(target: MonthSummary) -> None:
    current = current_of(target.year_id, target.month)
    if current is None:
        return
    target.nothing, target.note = current.nothing, current.note
    target.save(update_fields=["nothing", "note"])
    columns = ", ".join(_COPIED)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO budget_purchase (summary_id, {columns}) "  # noqa: S608 - names of the code
            f"SELECT %s, {columns} FROM budget_purchase WHERE summary_id = %s ORDER BY position",
            [target.pk, current.pk],
        )


def locked_summary(draft: MonthSummary, *, edits: int | None = None) -> MonthSummary:
    """The draft as it is now, locked until the transaction ends.

    edits: how often it had been changed when the person saw it. RefusedError where it is no draft any more, or was
    changed since.
    """
    try:
        locked: MonthSummary = MonthSummary.objects.select_for_update(no_key=True).get(pk=draft.pk)
    except MonthSummary.DoesNotExist:
        raise RefusedError("gone", _("Somebody has thrown this draft away.")) from None
    require(locked.is_draft, "summary_published_stays", _("What is published is never changed. Start a correction."))
    require(edits is None or edits == locked.edits, "changed", CHANGED_MEANWHILE)
    return locked


def prepared(values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a purchase as they are stored: known names only, numbers of people shortened, amounts to the satang.

    RefusedError at the field that cannot be stored.
    """
    kept = {name: values[name] for name in PURCHASE_FIELDS if name in values}
    for name in ("division", "line"):
        if name in values:
            kept[f"{name}_id"] = getattr(values[name], "pk", None)
    for name in MASKED:
        if name in kept:
            kept[name] = mask_citizen_numbers(str(kept[name] or "").replace("\x00", "").strip())
    if "winner_tax_id" in kept:
        try:
            kept["winner_tax_id"] = masked_tax_id(str(kept["winner_tax_id"] or ""))
        except ValueError:
            raise RefusedError("tax_id", _("A tax number has 13 digits."), field="winner_tax_id") from None
    if "bids" in kept:
        kept["bids"] = [_bid(bid) for bid in masked_bids(kept["bids"] or [])]
        require(len(kept["bids"]) <= MOST_BIDS, "too_many_bids", _("These are too many bidders."), field="bids")
    for name in AMOUNTS:
        if name in kept:
            kept[name] = _amount(kept[name], name)
    require(kept.get("budget_amount", 0) is not None, "no_amount", _("Write the budget for it."), field="budget_amount")
    return kept


def _amount(value: Any, field: str) -> Decimal | None:
    if value is None:
        return None
    try:
        amount = Decimal(value).quantize(_SATANG)
    except (InvalidOperation, TypeError, ValueError):
        raise RefusedError("amount", _("This is no amount."), field=field) from None
    require(
        amount.is_finite() and 0 <= amount <= MOST_BAHT, "amount",
        _("An amount is not below zero, and not above a trillion baht."), field=field,
    )  # fmt: skip
    return amount


def _bid(bid: Mapping[str, Any]) -> dict[str, Any]:
    price = _amount(bid["price"], "bids")
    name = " ".join(str(bid["name"]).replace("\x00", "").split())[:300]
    require(bool(name), "bid_without_name", _("Write who offered this price."), field="bids")
    return {"name": name, "price": None if price is None else str(price)}


def _checked(purchase: Purchase) -> Purchase:
    """Lengths and words, before the database sees them. RefusedError at the first field that does not fit."""
    try:
        purchase.clean_fields(exclude={"summary", "position", "division", "line", "bids"})
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise RefusedError("field", messages[0], field=field) from None
    require(not (purchase.off_budget and purchase.line_id), "purchase_line_or_off_budget",
            _("A purchase has a budget line or is not paid from the budget, not both."), field="line")  # fmt: skip
    return purchase


def require_lines(year: int, lines: Iterable[int | None]) -> None:
    """RefusedError where one of the lines is not in the budget in force of that fiscal year."""
    wanted = {line for line in lines if line is not None}
    if not wanted:
        return
    known = LineVersion.objects.current().of_year(year).budget().filter(line__in=wanted).values_list("line", flat=True)
    require(
        wanted == set(known), "line_of_year", _("This line is not in the budget in force of that fiscal year."),
        field="line",
    )  # fmt: skip


def seen_of(purchase: Purchase) -> str:
    """A mark of all that a purchase says: a form carries it, so that nobody overwrites another's words unseen."""
    values = [getattr(purchase, name) for name in PURCHASE_FIELDS]
    return hashlib.sha256(json.dumps(values, default=str, ensure_ascii=False).encode()).hexdigest()[:32]


@transaction.atomic
def save_purchase(
    draft: MonthSummary,
    values: Mapping[str, Any],
    *,
    by: User,
    purchase: Purchase | None = None,
    seen: str | None = None,
    position: int | None = None,
) -> Purchase:
    """A purchase of a draft, new or changed. values: by names of `PURCHASE_FIELDS`.

    seen: `seen_of` the purchase when it was shown. position: of a new one, as its form was shown: the same form sent
    twice gives the same purchase. A draft that said "none" does not say it any more.
    """
    require_officer(by)
    kept = prepared(values)
    with guarded():
        locked = locked_summary(draft)
        found = _begun(locked, position) if purchase is None else _found(locked, purchase)
        before = seen_of(found)
        for name, value in kept.items():
            setattr(found, name, value)
        _checked(found)
        require_lines(locked.year_id, [found.line_id])
        if purchase is None and position is not None:
            sent = locked.purchases.filter(position=position).first()
            if sent is not None and seen_of(sent) == seen_of(found):
                return sent
        if purchase is not None and seen not in (None, before) and seen_of(found) != before:
            raise RefusedError("changed", CHANGED_MEANWHILE)
        found.save()
        _changed(locked, nothing=False)
    return found


def next_position(draft: MonthSummary) -> int:
    """The number of the next purchase in a draft."""
    return int(draft.purchases.aggregate(last=Max("position"))["last"] or 0) + 1


def _begun(draft: MonthSummary, position: int | None) -> Purchase:
    after = next_position(draft)
    return Purchase(summary=draft, position=after if position is None or position < after else position)


def _found(draft: MonthSummary, purchase: Purchase) -> Purchase:
    found: Purchase | None = draft.purchases.filter(pk=purchase.pk).first()
    if found is None:
        raise RefusedError("gone", _("This purchase is not in the month any more."))
    return found


def _changed(draft: MonthSummary, **words: Any) -> None:
    """Note that a locked draft was changed, and what it says now."""
    draft.edits += 1
    for name, value in words.items():
        setattr(draft, name, value)
    draft.save(update_fields=["edits", *words])


@transaction.atomic
def remove_purchase(purchase: Purchase, *, by: User) -> None:
    """Take a purchase out of a draft; one that is gone was taken out by the same button a moment ago."""
    require_officer(by)
    with guarded():
        locked = locked_summary(purchase.summary)
        gone, _rows = locked.purchases.filter(pk=purchase.pk).delete()
        if gone:
            _changed(locked)


@transaction.atomic
def replace_purchases(draft: MonthSummary, rows: Sequence[Mapping[str, Any]], *, by: User) -> int:
    """Everything in a draft anew, in this order; how many purchases it has. rows: by names of `PURCHASE_FIELDS`."""
    require_officer(by)
    with guarded():
        locked = locked_summary(draft)
        purchases = [
            _checked(Purchase(summary=locked, position=position, **prepared(row)))
            for position, row in enumerate(rows, start=1)
        ]
        require_lines(locked.year_id, [purchase.line_id for purchase in purchases])
        locked.purchases.all().delete()
        Purchase.objects.bulk_create(purchases, batch_size=_BATCH)
        _changed(locked, **({"nothing": False} if purchases else {}))
    return len(purchases)


@transaction.atomic
def say_nothing(draft: MonthSummary, nothing: bool, note: str, *, by: User) -> MonthSummary:
    """Say of a draft that nothing was bought in its month, or take that back; with a note for its readers.

    RefusedError where there are purchases, or where the month is not over.
    """
    require_officer(by)
    with guarded():
        locked = locked_summary(draft)
        if nothing:
            _require_over(locked)
            require(
                not locked.purchases.exists(), "month_says_nothing",
                _("There are purchases in this month. Remove them first."), field="nothing",
            )  # fmt: skip
        _changed(locked, nothing=nothing, note=mask_citizen_numbers(note.strip()))
    return locked


def _require_over(summary: MonthSummary) -> None:
    last = end_of_month(summary.year_id, summary.month)
    require(today() >= last, "month_runs", _("The month is not over yet."), field="nothing")


@transaction.atomic
def discard_summary(draft: MonthSummary, *, by: User) -> None:
    """Throw a draft away with its purchases; the record of its files stays."""
    require_officer(by)
    hold_uploads(summary=draft.pk)
    locked_summary(draft).delete()


def unlinked(draft: MonthSummary) -> Any:
    """Purchases that still need a budget line, or the word that they are not paid from the budget."""
    return draft.purchases.filter(line=None, off_budget=False).order_by("position")


def publish_summary(
    draft: MonthSummary, *, by: User, seen: int | None = None, edits: int | None = None
) -> MonthSummary:
    """Make a month public; an earlier version of it is history from then on.

    seen: the version that was in force when the person saw the draft (0: none); RefusedError where another was
    published since. edits: how often the draft had been changed then; RefusedError where it was changed since.
    RefusedError where it neither has purchases nor says that there were none, and where a purchase has
    no budget line.
    """
    require_officer(by)
    with guarded():
        locked_year(draft.year_id)
        locked = locked_summary(draft)
        require(edits is None or edits == locked.edits, "changed", CHANGED_MEANWHILE)
        before = current_of(locked.year_id, locked.month)
        number = (before.number or 0) if before else 0
        require(
            seen is None or seen == number, "published_meanwhile",
            _("Somebody else has published this month in the meantime. Look at it before you publish yours over it."),
        )  # fmt: skip
        if locked.nothing:
            _require_over(locked)
        require_lines(locked.year_id, locked.purchases.values_list("line", flat=True).distinct())
        if before is not None:
            before.is_current = False
            before.save(update_fields=["is_current"])
        locked.number = number + 1
        locked.state, locked.is_current = State.PUBLISHED, True
        locked.published_by, locked.published_at = by, timezone.now()
        locked.save()
    return locked


def save_report(year: int, *, problems: str, suggestions: str, by: User, edits: int) -> ProcurementReport:
    """What the yearly report says beside its figures. One that is public says the new words from then on.

    edits: how often it had been changed when the person saw it; 0 for none. The same words sent twice are one change.
    """
    require_officer(by)
    words = [mask_citizen_numbers(text.strip()) for text in (problems, suggestions)]
    with guarded():
        report = _locked_report(year)
        if [report.problems, report.suggestions] == words:
            return report
        require(report.edits == edits, "changed", CHANGED_MEANWHILE)
        report.problems, report.suggestions = words
        if report.published_at is not None:
            _require_whole(report)
            report.published_at, report.published_by = timezone.now(), by
        report.edits += 1
        report.save()
    return report


def publish_report(year: int, *, by: User, edits: int) -> ProcurementReport:
    """Make the yearly report public. Sent twice it is published once."""
    require_officer(by)
    with guarded():
        report = _locked_report(year)
        if report.published_at is not None:
            return report
        require(report.edits == edits, "changed", CHANGED_MEANWHILE)
        _require_whole(report)
        require(
            MonthSummary.objects.current().filter(year=year).exists(), "no_months",
            _("No month of this year is published yet: there are no figures."),
        )  # fmt: skip
        report.published_at, report.published_by = timezone.now(), by
        report.edits += 1
        report.save()
    return report


def _locked_report(year: int) -> ProcurementReport:
    row = year_row(year)
    locked_year(row.pk)
    report, _made = ProcurementReport.objects.get_or_create(year=row)
    found: ProcurementReport = report
    return found


def _require_whole(report: ProcurementReport) -> None:
    for name in ("problems", "suggestions"):
        require(
            bool(getattr(report, name)), "procurement_report_whole",
            _("Write the problems and the suggestions, or that there were none."), field=name,
        )  # fmt: skip
