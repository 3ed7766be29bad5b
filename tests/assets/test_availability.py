"""What is free equals a count day by day: the arithmetic, the guard of the database, and the acts together."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
import time_machine
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg2.extras import DateRange

from assets.availability import DAY, Claim, Span, conflicts, free_pieces, free_spans, next_free
from assets.choices import AssetKind
from assets.errors import RefusedError
from assets.models import Asset, Loan, LoanLine
from assets.services.decisions import approve_extension, approve_loan
from assets.services.handovers import Pieces, hand_out, take_back
from assets.services.requests import Wish, ask_extension, cancel_loan, request_loans
from assets.stock import Want, claims_of, late_pieces
from ita_portal.fiscal import BANGKOK, today

from ..cast import Cast
from .factories import AssetFactory, CategoryFactory, mark, requested

MONDAY = dt.date(2026, 1, 5)
WINDOW = 14
"""Days that are counted one by one."""


def claim_of(code: int) -> Claim:
    """A claim around the window: begins up to a week before it, lasts up to eight days, sometimes without an end."""
    code, start = divmod(code, WINDOW + 10)
    code, length = divmod(code, 8)
    code, pieces = divmod(code, 3)
    begin = MONDAY + (start - 7) * DAY
    return Claim(begin, None if code == 0 else begin + length * DAY, pieces + 1)


def held_on(claims: Sequence[Claim], day: dt.date) -> int:
    """Pieces held on a day, looked up claim by claim."""
    return sum(claim.pieces for claim in claims if claim.start <= day and (claim.end is None or day <= claim.end))


def days_of(start: dt.date, end: dt.date) -> list[dt.date]:
    return [start + number * DAY for number in range((end - start).days + 1)]


MOST_CLAIM = (WINDOW + 10) * 8 * 3 * 6 - 1
MOST_QUESTION = 7 * WINDOW * WINDOW - 1


@settings(max_examples=400, deadline=None, database=None)
@given(st.lists(st.integers(0, MOST_CLAIM), max_size=7), st.integers(0, MOST_QUESTION))
def test_what_is_free_equals_a_count_day_by_day(codes: list[int], question: int) -> None:
    """Histories that shrink to the smallest one that is counted wrong."""
    compare(codes, question)


@settings(max_examples=500, deadline=None, database=None)
@given(st.integers(0, 2**64))
def test_ten_thousand_histories_equal_a_count_day_by_day(seed: int) -> None:
    """Twenty histories an example: drawing each of them piece by piece would take far longer than comparing them."""
    chance = random.Random(seed)
    for _history in range(20):
        codes = [chance.randint(0, MOST_CLAIM) for _claim in range(chance.randrange(8))]
        compare(codes, chance.randint(0, MOST_QUESTION))


def compare(codes: Sequence[int], question: int) -> None:
    """One history, asked in every way, beside the count day by day."""
    claims = [claim_of(code) for code in codes]
    rest, stock = divmod(question, 7)
    offset, length = divmod(rest, WINDOW)
    wanted = length % 5 + 1
    start = MONDAY + offset * DAY
    end = start + length * DAY
    free = {day: stock - held_on(claims, day) for day in days_of(start, end)}

    spans = free_spans(stock, claims, start, end)
    assert [(day, span.free) for span in spans for day in span.days] == list(free.items())
    assert all(one.free != other.free for one, other in itertools.pairwise(spans))

    assert free_pieces(stock, claims, start, end) == max(0, min(free.values()))

    short = conflicts(stock, claims, start, end, wanted)
    assert [day for span in short for day in span.days] == [day for day in free if free[day] < wanted]
    assert all(one.end + DAY < other.start for one, other in itertools.pairwise(short))
    assert all(span.free == min(free[day] for day in span.days) for span in short)

    within, days = 8, length % 4 + 1
    first = next(
        (
            begin
            for begin in days_of(start, start + within * DAY)
            if all(stock - held_on(claims, begin + number * DAY) >= wanted for number in range(days))
        ),
        None,
    )
    assert next_free(stock, claims, start, days=days, wanted=wanted, within=within) == first


def test_both_ends_are_included() -> None:
    claims = [Claim(MONDAY, MONDAY + 2 * DAY)]
    assert free_spans(1, claims, MONDAY - DAY, MONDAY + 3 * DAY) == [
        Span(MONDAY - DAY, MONDAY - DAY, 1),
        Span(MONDAY, MONDAY + 2 * DAY, 0),
        Span(MONDAY + 3 * DAY, MONDAY + 3 * DAY, 1),
    ]
    assert [claims[0].covers(MONDAY + number * DAY) for number in (-1, 0, 2, 3)] == [False, True, True, False]
    assert Claim(MONDAY, None).covers(dt.date.max)


# The guard of the database -----------------------------------------------------------------------------------


@dataclass
class Row:
    """What a line of a loan should hold, by this test's own book-keeping."""

    pk: int
    start: dt.date
    end: dt.date
    held: int
    handed: int = 0
    back: int = 0

    @property
    def out(self) -> int:
        return self.handed - self.back


@dataclass
class Book:
    """One asset and its lines; every change is first judged day by day, then tried in the database."""

    asset: Asset
    loans: list[Loan]
    chance: random.Random
    rows: list[Row] = field(default_factory=list)

    def peak(self, row: Row) -> int:
        others = [other for other in self.rows if other.held and other.pk != row.pk]
        return max(
            row.held + sum(other.held for other in others if other.start <= day <= other.end)
            for day in days_of(row.start, row.end)
        )

    def promise(self) -> None:
        start = MONDAY + self.chance.randrange(WINDOW) * DAY
        end = start + self.chance.randrange(6) * DAY
        row = Row(0, start, end, self.chance.randint(1, self.asset.quantity))
        line = LoanLine(
            loan=self.loans.pop(), asset=self.asset, position=1, during=DateRange(start, end, "[]"),
            quantity=row.held, held=row.held,
        )  # fmt: skip
        if self.tried(self.peak(row) <= self.asset.quantity, line.save):
            row.pk = line.pk
            self.rows.append(row)

    def longer(self) -> None:
        row = self.chance.choice(self.rows)
        longer = Row(row.pk, row.start, row.end + self.chance.randint(1, 4) * DAY, row.held)
        during = DateRange(longer.start, longer.end, "[]")
        allowed = not row.held or self.peak(longer) <= self.asset.quantity
        if self.tried(allowed, lambda: LoanLine.objects.filter(pk=row.pk).update(during=during)):
            row.end = longer.end

    def give(self) -> None:
        """Handing out looks at what is out, not at days: things of others may be overdue."""
        row = self.chance.choice(self.rows)
        if row.held == row.out:
            return
        pieces = self.chance.randint(1, row.held - row.out)
        allowed = pieces + sum(other.out for other in self.rows) <= self.asset.quantity
        handed = row.handed + pieces
        if self.tried(allowed, lambda: LoanLine.objects.filter(pk=row.pk).update(handed=handed)):
            row.handed = handed

    def come_back(self) -> None:
        """Some pieces, early or late; the rest of the line stays."""
        row = self.chance.choice(self.rows)
        if not row.out:
            return
        pieces = self.chance.randint(1, row.out)
        row.back, row.held = row.back + pieces, row.held - pieces
        LoanLine.objects.filter(pk=row.pk).update(returned=row.back, held=row.held)

    def give_up(self) -> None:
        row = self.chance.choice(self.rows)
        if not row.out:
            row.held = 0
            LoanLine.objects.filter(pk=row.pk).update(held=0)

    def tried(self, allowed: bool, act: object) -> bool:
        try:
            with transaction.atomic():
                act()  # type: ignore[operator]
        except IntegrityError as error:
            assert error.__cause__.diag.constraint_name == "loan_line_within_quantity"  # type: ignore[union-attr]
            assert not allowed, "refused although there are enough"
            return False
        assert allowed, "let through although there are not enough"
        return True


def test_the_guard_of_the_database_equals_a_count_day_by_day(cast: Cast) -> None:
    category, division = CategoryFactory(), cast.staff.division
    first = requested(cast.staff, AssetFactory())
    LoanLine.objects.all().delete()
    steps = 9
    more = Loan.objects.bulk_create(
        Loan(
            number=number, fiscal_year=first.fiscal_year, borrower=cast.staff, entered_by=cast.staff, owner=division,
            purpose="ประชุม", use_at="on_site", start_on=MONDAY, due_on=MONDAY, form_mark=f"book-{number}",
        )
        for number in range(2, steps + 1)
    )  # fmt: skip
    loans, refused = [first, *more], 0
    for seed in range(200):
        chance = random.Random(seed)
        asset = Asset.objects.create(
            number=f"book-{seed}", name="เก้าอี้", kind=AssetKind.QUANTITY, quantity=chance.randint(1, 6),
            category=category, division=division, lendable=True,
        )  # fmt: skip
        book = Book(asset, list(loans), chance)
        for step in range(steps):
            act = book.promise if step < 2 or not book.rows else chance.choice(
                [book.promise, book.promise, book.give, book.give, book.come_back, book.longer, book.give_up]
            )  # fmt: skip
            before = len(book.rows)
            act()
            refused += act == book.promise and len(book.rows) == before
        found = LoanLine.objects.filter(asset=asset).order_by("pk").values_list("held", "out")
        assert list(found) == [(row.held, row.out) for row in sorted(book.rows, key=lambda row: row.pk)], seed
    assert refused > 100, "histories in which nothing is refused prove little"


# The acts ----------------------------------------------------------------------------------------------------


@dataclass
class Diary:
    """What happened to one asset, in plain days and pieces."""

    rows: dict[int, Row] = field(default_factory=dict)

    def free(self, stock: int, day: dt.date, now: dt.date, without: int | None = None) -> int:
        """Pieces free on `day` as it stands on `now`: what is overdue counts on every day."""
        held = 0
        for pk, row in self.rows.items():
            if pk == without:
                continue
            if row.end >= now:
                held += row.held if row.start <= day <= row.end else 0
            else:
                held += row.out if row.start <= day else 0
        return stock - held


@pytest.mark.parametrize("seed", range(10))
def test_acts_over_some_weeks_equal_a_diary(cast: Cast, seed: int) -> None:
    """Asking, approving, handing out in parts, coming back early, in parts and late, more time, giving up."""
    chance, diary = random.Random(seed), Diary()
    stock = chance.choice([1, 3, 5])
    kind = AssetKind.SINGLE if stock == 1 else AssetKind.QUANTITY
    asset: Asset = AssetFactory(kind=kind, quantity=stock)
    loans: dict[int, Loan] = {}
    for step in range(16):
        now = MONDAY + step * DAY
        with time_machine.travel(dt.datetime.combine(now, dt.time(chance.randrange(24)), BANGKOK), tick=False):
            assert today() == now
            _come_back(chance, cast, diary, loans, now)
            _hand_out(chance, cast, diary, loans, now, stock)
            _more_time(chance, cast, diary, loans, now, stock)
            _ask(chance, cast, diary, loans, now, asset)
            claims = claims_of([asset.pk])[asset.pk]
            spans = free_spans(stock, claims, now, now + WINDOW * DAY)
            assert [span.free for span in spans for _day in span.days] == [
                diary.free(stock, day, now) for day in days_of(now, now + WINDOW * DAY)
            ]
            late = any(row.out and row.end < now for row in diary.rows.values())
            assert (asset.pk in late_pieces([asset.pk])) is bool(late)


def _ask(chance: random.Random, cast: Cast, diary: Diary, loans: dict[int, Loan], now: dt.date, asset: Asset) -> None:
    start = now + chance.randrange(5) * DAY
    due = start + chance.randrange(4) * DAY
    pieces = chance.randint(1, asset.quantity)
    what = Wish([Want(asset, pieces)], start, due, purpose="ประชุม", use_at="on_site")
    free = min(diary.free(asset.quantity, day, now) for day in days_of(start, due))
    try:
        loan = request_loans(what, borrower=cast.staff, entered_by=cast.staff, form_mark=mark())[0]
        approve_loan(loan, by=cast.head, revision=1)
    except RefusedError as refused:
        assert refused.code in ("taken", "overdue")
        assert free < pieces
        return
    assert free >= pieces
    loans[loan.pk] = loan
    diary.rows[loan.pk] = Row(loan.lines.get().pk, start, due, pieces)


def _hand_out(
    chance: random.Random, cast: Cast, diary: Diary, loans: dict[int, Loan], now: dt.date, stock: int
) -> None:
    for pk, row in diary.rows.items():
        left = row.held - row.out
        if not left or not row.start <= now <= row.end or chance.random() < 0.3:
            continue
        pieces = chance.randint(1, left)
        there = stock - sum(other.out for other in diary.rows.values())
        try:
            hand_out(loans[pk], [Pieces(row.pk, pieces)], by=cast.assets, person="มานะ", form_mark=mark())
        except RefusedError as refused:
            assert refused.code in ("out", "loan_line_out_once", "loan_line_within_quantity")
            assert there < pieces
        else:
            assert there >= pieces
            row.handed += pieces


def _come_back(chance: random.Random, cast: Cast, diary: Diary, loans: dict[int, Loan], now: dt.date) -> None:
    for pk, row in diary.rows.items():
        if row.out and chance.random() < 0.4:
            pieces = chance.randint(1, row.out)
            take_back(loans[pk], [Pieces(row.pk, pieces)], by=cast.assets, person="มานะ", form_mark=mark())
            row.back, row.held = row.back + pieces, row.held - pieces
            if not row.out:
                row.held = 0
        elif row.held and not row.handed and chance.random() < 0.1:
            cancel_loan(loans[pk], by=cast.staff)
            row.held = 0


def _more_time(
    chance: random.Random, cast: Cast, diary: Diary, loans: dict[int, Loan], now: dt.date, stock: int
) -> None:
    for pk, row in diary.rows.items():
        if not row.held or chance.random() < 0.8:
            continue
        until = max(row.end, now) + chance.randint(1, 3) * DAY
        free = min(diary.free(stock, day, now, without=pk) for day in days_of(row.end, until))
        try:
            asked = ask_extension(loans[pk], by=cast.staff, new_due_on=until, reason="งานยังไม่เสร็จ")
            approve_extension(asked, by=cast.head)
        except RefusedError as refused:
            assert refused.code in ("taken", "overdue")
            assert free < row.held
        else:
            assert free >= row.held
            row.end = until
