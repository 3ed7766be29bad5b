"""The register: what the municipality owns, as clause 203 of the procurement regulation B.E. 2560 asks."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import unicodedata
from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import today
from ita_portal.history import tracked
from ita_portal.thai import to_arabic_digits
from organization.models import Division
from organization.search import grams_index

from ..choices import USABLE, Acquisition, AssetKind, Condition, Funds
from ..depreciation import BookValue, book_value
from ..querysets import AssetQuerySet

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters of a label: none is taken for another when read aloud or typed."""
LABEL_LENGTH = 10


MOST_PIECES = 1_000_000
"""Pieces under one number."""


def new_label() -> str:
    """Ten letters (50 bits) for an asset's label and address."""
    return "".join(secrets.choice(LETTERS) for _letter in range(LABEL_LENGTH))


def clean_number(text: str) -> str:
    """An asset's number as it is kept: Arabic digits, plain dashes, no spaces around or inside."""
    plain = unicodedata.normalize("NFKC", to_arabic_digits(text)).translate(dict.fromkeys(map(ord, "‐‑‒–—−"), "-"))
    return re.sub(r"\s+", "", plain)


class RegisterSettings(models.Model):
    """The municipality's own rules for its register and its loans: exactly one row."""

    number_pattern = models.CharField(
        _("pattern of asset numbers"), max_length=200, blank=True,
        help_text=_("A regular expression for new numbers, for example \\d{3}-\\d{2}-\\d{4}. Empty: any number."),
    )  # fmt: skip
    most_loan_days = models.PositiveSmallIntegerField(
        _("longest loan in days"), default=90, validators=[MinValueValidator(1)]
    )
    most_days_ahead = models.PositiveSmallIntegerField(
        _("how many days ahead a loan may begin"), default=180, validators=[MinValueValidator(1)]
    )
    count_days = models.PositiveSmallIntegerField(
        _("working days until the count is reported"), default=30, validators=[MinValueValidator(1)]
    )

    class Meta:
        verbose_name = _("rules of the register")
        verbose_name_plural = _("rules of the register")
        constraints = [
            models.CheckConstraint(
                condition=Q(pk=1), name="register_settings_only_one",
                violation_error_message=_("There is exactly one set of rules."),
            ),
            models.CheckConstraint(
                condition=Q(most_loan_days__gte=1, most_days_ahead__gte=1, count_days__gte=1),
                name="register_settings_at_least_a_day",
                violation_error_message=_("Each of these is at least one day."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(_("rules of the register"))

    def clean(self) -> None:
        """A pattern that is no regular expression is refused."""
        try:
            re.compile(self.number_pattern)
        except re.error as error:
            raise ValidationError({"number_pattern": _("This is not a regular expression.")}) from error

    @classmethod
    def current(cls) -> RegisterSettings:
        """The rules, or the usual ones where none are kept."""
        return cls.objects.first() or cls(pk=1)


@tracked
class Category(models.Model):
    """A kind of asset (ประเภทครุภัณฑ์), with its usual useful life."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    code = models.CharField(_("code"), max_length=30, blank=True)
    life_years = models.PositiveSmallIntegerField(
        _("usual useful life in years"), null=True, blank=True, help_text=_("Empty: nothing is written off.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        ordering = ["order", "name"]
        verbose_name = _("kind of asset")
        verbose_name_plural = _("kinds of assets")

    def __str__(self) -> str:
        return self.name


@tracked
class Asset(models.Model):
    """A thing, or several pieces alike, under one number.

    quantity: pieces in the register. broken: those of them that cannot be used now. label: for its address and QR.
    search: what a search looks through. retired_on: the day on which it left the register.
    """

    label = models.CharField(max_length=10, unique=True, default=new_label, editable=False)
    number = models.CharField(_("asset number"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=300)
    kind = models.CharField(_("counted as"), max_length=8, choices=AssetKind.choices, default=AssetKind.SINGLE)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    broken = models.PositiveIntegerField(_("of these unusable"), default=0)
    unit = models.CharField(_("unit"), max_length=40, default="รายการ")
    category = models.ForeignKey(Category, models.PROTECT, related_name="assets", verbose_name=_("kind"))
    division = models.ForeignKey(Division, models.PROTECT, related_name="assets", verbose_name=_("owning division"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    custodian = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("who looks after it"),
    )  # fmt: skip
    model = models.CharField(_("model"), max_length=200, blank=True)
    features = models.TextField(_("features"), blank=True)
    acquired_on = models.DateField(_("acquired on"), null=True, blank=True)
    acquisition = models.CharField(_("way of acquisition"), max_length=12, choices=Acquisition.choices, blank=True)
    unit_price = models.DecimalField(
        _("price of one, in baht"), max_digits=14, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )  # fmt: skip
    funds = models.CharField(_("source of funds"), max_length=12, choices=Funds.choices, blank=True)
    document = models.CharField(_("document"), max_length=200, blank=True)
    seller = models.CharField(_("seller or donor"), max_length=300, blank=True)
    seller_address = models.CharField(_("address of the seller"), max_length=300, blank=True)
    seller_phone = models.CharField(_("telephone of the seller"), max_length=60, blank=True)
    life_years = models.PositiveSmallIntegerField(
        _("useful life in years"), null=True, blank=True, help_text=_("Empty: nothing is written off.")
    )
    condition = models.CharField(_("condition"), max_length=10, choices=Condition.choices, default=Condition.GOOD)
    lendable = models.BooleanField(_("may be lent"), default=False)
    note = models.TextField(_("note"), blank=True)
    retired_on = models.DateField(_("left the register on"), null=True, blank=True)
    retired_reason = models.CharField(_("why it left the register"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)
    search = models.GeneratedField(
        expression=Lower(Concat("number", Value(" "), "name", Value(" "), "model", Value(" "), "place")),
        output_field=models.TextField(), db_persist=True,
    )  # fmt: skip

    objects = AssetQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("asset")
        verbose_name_plural = _("assets")
        permissions = [("keep_register", "Can keep the register, hand out and take back")]
        indexes = [
            grams_index("search", "asset_grams"),
            models.Index(fields=["division", "number"], name="asset_by_division"),
            models.Index(fields=["category", "number"], name="asset_by_category"),
            models.Index(fields=["condition", "number"], name="asset_by_condition"),
            models.Index(fields=["number"], name="asset_retired", condition=Q(retired_on__isnull=False)),
            models.Index(
                fields=["name", "number"], name="asset_lendable_by_name",
                condition=Q(lendable=True, retired_on__isnull=True),
            ),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=AssetKind.values) & Q(condition__in=Condition.values), name="asset_kind_known",
                violation_error_message=_("This kind or condition of an asset does not exist."),
            ),
            models.CheckConstraint(
                condition=Q(acquisition__in=["", *Acquisition.values]) & Q(funds__in=["", *Funds.values]),
                name="asset_acquisition_known",
                violation_error_message=_("This way of acquisition or source of funds does not exist."),
            ),
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(name=""), name="asset_has_number_and_name",
                violation_error_message=_("An asset has a number and a name."),
            ),
            models.CheckConstraint(
                condition=Q(kind=AssetKind.QUANTITY) | Q(kind=AssetKind.SINGLE, quantity=1), name="asset_single_is_one",
                violation_error_message=_("A single item is one piece. Choose “several pieces” for more."),
            ),
            models.CheckConstraint(
                condition=Q(quantity__range=(1, MOST_PIECES)), name="asset_quantity_sane",
                violation_error_message=_("An asset is one piece at least, and a million at most."),
            ),
            models.CheckConstraint(
                condition=Q(broken__lte=F("quantity")), name="asset_broken_within_quantity",
                violation_error_message=_("No more pieces can be unusable than there are."),
            ),
            models.CheckConstraint(
                condition=Q(kind=AssetKind.QUANTITY)
                | Q(condition__in=USABLE, broken=0)
                | (~Q(condition__in=USABLE) & Q(broken=1)),
                name="asset_broken_says_condition",
                violation_error_message=_("A single item is unusable exactly where its condition says so."),
            ),
            models.CheckConstraint(
                condition=Q(unit_price=None) | Q(unit_price__gte=0), name="asset_price_not_negative",
                violation_error_message=_("A price is not below zero."),
            ),
            models.CheckConstraint(
                condition=Q(retired_on=None, retired_reason="") | (Q(retired_on__isnull=False) & ~Q(retired_reason="")),
                name="asset_retired_says_why",
                violation_error_message=_("What leaves the register has a day and a reason."),
            ),
        ]  # fmt: skip
        triggers = [
            # The row is locked before the trigger runs: a promise made at the same moment is waited for, and seen.
            pgtrigger.Trigger(
                name="held_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("kind", "retired_on", "quantity") | pgtrigger.Delete,
                declare=[("kept", "bigint")],
                func="""
                    IF (TG_OP = 'DELETE' OR NEW.kind <> OLD.kind
                        OR (NEW.retired_on IS NOT NULL AND OLD.retired_on IS NULL))
                       AND EXISTS (SELECT FROM assets_loanline WHERE asset_id = OLD.id AND held > 0) THEN
                        RAISE EXCEPTION 'asset % is held', OLD.id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'asset_held_stays';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    IF NEW.quantity < OLD.quantity AND NEW.quantity - NEW.broken < OLD.quantity - OLD.broken THEN
                        -- The most pieces are held today, or on a day on which one of the promises begins.
                        SELECT max(held_then) INTO kept FROM (
                            SELECT (SELECT coalesce(sum(o.held), 0) FROM assets_loanline o
                                     WHERE o.asset_id = NEW.id AND o.held > 0 AND o.during @> d.day) AS held_then
                              FROM (SELECT (now() AT TIME ZONE 'Asia/Bangkok')::date AS day
                                    UNION SELECT lower(o.during) FROM assets_loanline o
                                     WHERE o.asset_id = NEW.id AND o.held > 0
                                       AND lower(o.during) > (now() AT TIME ZONE 'Asia/Bangkok')::date) d) days;
                        IF kept > NEW.quantity - NEW.broken THEN
                            RAISE EXCEPTION 'asset % is promised', OLD.id
                                USING ERRCODE = 'check_violation', CONSTRAINT = 'asset_held_stays';
                        END IF;
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def is_single(self) -> bool:
        """Whether the number stands for one thing."""
        return self.kind == AssetKind.SINGLE

    @property
    def usable(self) -> int:
        """Pieces that can be used."""
        return self.quantity - self.broken

    @property
    def can_be_lent(self) -> bool:
        """Whether it is in the register, may be lent, and a piece of it is usable."""
        return self.lendable and self.retired_on is None and self.usable > 0

    @property
    def price(self) -> Decimal | None:
        """Of all pieces, in baht; None: not known."""
        return None if self.unit_price is None else self.unit_price * self.quantity

    def book_value(self, day: dt.date | None = None) -> BookValue | None:
        """Its value in the books at the end of a day (today); None where price or day of acquisition are not known."""
        if self.price is None or self.acquired_on is None:
            return None
        return book_value(self.price, self.acquired_on, self.life_years, day or today())
