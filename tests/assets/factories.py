"""Assets and loans for tests: numbered, never random."""

from __future__ import annotations

import datetime as dt
import itertools

import factory
from factory.django import DjangoModelFactory

from assets.choices import AssetKind, Condition, Place
from assets.models import Asset, Category, Loan
from assets.services.decisions import approve_loan
from assets.services.handovers import Pieces, hand_out
from assets.services.requests import Wish, request_loans
from assets.stock import Want
from ita_portal.fiscal import today
from organization.models import User

from ..factories import DivisionFactory

DAY = dt.timedelta(days=1)
_marks = itertools.count(1)


def mark() -> str:
    """The mark of a form that nobody has sent yet."""
    return f"form-{next(_marks)}"


class CategoryFactory(DjangoModelFactory):
    """Office equipment, unless named otherwise."""

    class Meta:
        model = Category
        django_get_or_create = ("name",)

    name = "ครุภัณฑ์สำนักงาน"
    life_years = 5


class AssetFactory(DjangoModelFactory):
    """A projector of กองช่าง that may be lent. `kind=AssetKind.QUANTITY, quantity=10` makes chairs."""

    class Meta:
        model = Asset

    number = factory.Sequence(lambda n: f"416-50-{n + 1:04d}")
    name = factory.Sequence(lambda n: f"เครื่องฉายภาพ {n + 1}")
    kind = AssetKind.SINGLE
    unit = "เครื่อง"
    category = factory.SubFactory(CategoryFactory)
    division = factory.SubFactory(DivisionFactory, name="กองช่าง")
    place = "ห้องประชุม"
    condition = Condition.GOOD
    lendable = True


def wish(*assets: Asset, start: int = 0, days: int = 3, quantity: int = 1, **words: str) -> Wish:
    """A wish for `assets` from today + `start` for `days` days, on the premises unless said otherwise."""
    begin = today() + start * DAY
    words = {"purpose": "ประชุมประชาคมหมู่บ้าน", "use_at": Place.ON_SITE, "location": "ห้องประชุม", **words}
    return Wish(wants=[Want(asset, quantity) for asset in assets], start=begin, due=begin + (days - 1) * DAY, **words)


def requested(borrower: User, *assets: Asset, start: int = 0, days: int = 3, quantity: int = 1, **words: str) -> Loan:
    """A loan that waits for approval."""
    what = wish(*assets, start=start, days=days, quantity=quantity, **words)
    return request_loans(what, borrower=borrower, entered_by=borrower, form_mark=mark())[0]


def approved(borrower: User, by: User, *assets: Asset, **how: object) -> Loan:
    """A loan that `by` approved."""
    loan = requested(borrower, *assets, **how)  # type: ignore[arg-type]
    return approve_loan(loan, by=by, revision=loan.revision)


def handed_out(borrower: User, by: User, officer: User, *assets: Asset, **how: object) -> Loan:
    """A loan of which everything is with the borrower."""
    loan = approved(borrower, by, *assets, **how)
    pieces = [Pieces(line.pk, line.quantity) for line in loan.lines.all()]
    hand_out(loan, pieces, by=officer, person=str(borrower), form_mark=mark())
    loan.refresh_from_db()
    return loan
