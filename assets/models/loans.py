"""Loans: who asked for what, who allowed it, what changed hands, and what became of damage and loss.

What only grows (entries, handovers) is guarded by triggers; that nothing is lent twice, by constraints.
"""

from __future__ import annotations

import datetime as dt
import secrets

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import today
from organization.models import Division

from ..choices import (
    ENDED,
    OF_A_COUNT,
    Act,
    AssetKind,
    Condition,
    Decision,
    HandoverKind,
    IncidentKind,
    LoanState,
    Place,
    Remedy,
)
from ..page_topics import incident_triggers, loan_triggers
from ..querysets import IncidentQuerySet, LoanLineQuerySet, LoanQuerySet
from .register import Asset

OPEN = [state for state in LoanState.values if state not in ENDED]


def new_loan_id() -> str:
    """Random letters for a loan's address."""
    return secrets.token_urlsafe(9)


class LoanNumber(models.Model):
    """The last number given to a loan of a fiscal year."""

    fiscal_year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.last}/{self.fiscal_year}"


class Loan(models.Model):
    """One loan form (ใบยืมพัสดุ): things of one division, for the same days and the same purpose.

    number/fiscal_year: its running number, `12/2570`. owner: the division that lends. division: the borrower's, then.
    start_on, due_on: whole days in Asia/Bangkok, both included. revision: what the borrower changes raises it, so
    that nobody approves what they have not read. form_mark: one form is one request.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_loan_id, editable=False)
    number = models.PositiveIntegerField(_("number"))
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year (B.E.)"))
    borrower = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="loans", verbose_name=_("borrower")
    )
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, related_name="+", verbose_name=_("division of the borrower")
    )
    owner = models.ForeignKey(Division, models.PROTECT, related_name="loans", verbose_name=_("lending division"))
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    purpose = models.TextField(_("purpose"))
    use_at = models.CharField(_("used"), max_length=8, choices=Place.choices)
    location = models.CharField(_("place of use"), max_length=300, blank=True)
    start_on = models.DateField(_("from"))
    due_on = models.DateField(_("to"))
    state = models.CharField(_("state"), max_length=9, choices=LoanState.choices, default=LoanState.REQUESTED)
    requested_at = models.DateTimeField(_("asked for at"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_as = models.CharField(_("decided as"), max_length=300, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    finished_on = models.DateField(_("finished on"), null=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    form_mark = models.CharField(max_length=64, unique=True, editable=False)

    objects = LoanQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("loan")
        verbose_name_plural = _("loans")
        permissions = [
            ("approve_on_site", "Can approve loans of the own division's assets on the premises"),
            ("approve_off_site", "Can approve loans off the premises"),
        ]
        indexes = [
            models.Index(fields=["borrower", "-id"], name="loan_by_borrower"),
            models.Index(
                fields=["owner", "use_at", "start_on"], name="loan_waiting", condition=Q(state=LoanState.REQUESTED)
            ),
            models.Index(fields=["start_on", "id"], name="loan_to_collect", condition=Q(state=LoanState.APPROVED)),
            models.Index(fields=["due_on", "id"], name="loan_out_by_due", condition=Q(state=LoanState.OUT)),
            models.Index(fields=["borrower", "due_on"], name="loan_open_by_borrower", condition=Q(state__in=OPEN)),
            models.Index(fields=["requested_at"], name="loan_by_request"),
            models.Index(fields=["due_on", "state"], name="loan_by_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "number"], name="loan_number_once",
                violation_error_message=_("This number of a loan is taken."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("start_on")), name="loan_ends_after_start",
                violation_error_message=_("The day of return is the first day or later."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=LoanState.values) & Q(use_at__in=Place.values), name="loan_state_known",
                violation_error_message=_("This state of a loan does not exist."),
            ),
            models.CheckConstraint(
                condition=~Q(purpose=""), name="loan_says_purpose",
                violation_error_message=_("Write which official work it is for."),
            ),
            models.CheckConstraint(
                condition=Q(use_at=Place.ON_SITE) | ~Q(location=""), name="loan_off_site_says_where",
                violation_error_message=_("Write where it is taken."),
            ),
            models.CheckConstraint(
                condition=Q(state=LoanState.REQUESTED, decided_by=None)
                | Q(state=LoanState.CANCELLED)
                | (~Q(state__in=[LoanState.REQUESTED, LoanState.CANCELLED]) & Q(decided_by__isnull=False)),
                name="loan_decided_by_somebody",
                violation_error_message=_("A loan that goes on was approved by somebody."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | (~Q(decided_by=F("borrower")) & ~Q(decided_by=F("entered_by"))),
                name="loan_not_approved_by_borrower",
                violation_error_message=_("Nobody decides on their own loan, or on one that they entered."),
            ),
            models.CheckConstraint(
                condition=~Q(state=LoanState.REFUSED) | ~Q(reason=""), name="loan_refused_says_why",
                violation_error_message=_("A refusal says why."),
            ),
            models.CheckConstraint(
                condition=(Q(state__in=ENDED) & Q(finished_on__isnull=False))
                | (~Q(state__in=ENDED) & Q(finished_on=None)),
                name="loan_ended_has_day",
                violation_error_message=_("A loan that has ended has the day of its end, and only such a one."),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(name="loan_kept", operation=pgtrigger.Delete),
            *loan_triggers(),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Its number and fiscal year, `12/2570`."""
        return f"{self.number}/{self.fiscal_year}"

    @property
    def is_online(self) -> bool:
        """Whether the borrower asked in the portal, and nobody entered a paper for them."""
        return self.entered_by_id == self.borrower_id

    @property
    def days(self) -> int:
        """How many days it lasts, both ends included."""
        return (self.due_on - self.start_on).days + 1

    def days_late(self, day: dt.date | None = None) -> int:
        """By how many days it is overdue on `day` (today); 0 where it is not."""
        return max(0, ((day or today()) - self.due_on).days) if self.state == LoanState.OUT else 0


class LoanLine(models.Model):
    """One asset of a loan.

    during: the days of the loan. quantity: pieces asked for. held: pieces that are kept from others: from the approval
    until they are back. handed, returned, lost: pieces so far. out: those that are with the borrower now.
    """

    loan = models.ForeignKey(Loan, models.PROTECT, related_name="lines")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="lines", verbose_name=_("asset"))
    position = models.PositiveSmallIntegerField()
    single = models.BooleanField(default=True, editable=False)
    during = DateRangeField()
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    held = models.PositiveIntegerField(default=0)
    handed = models.PositiveIntegerField(_("handed out"), default=0)
    returned = models.PositiveIntegerField(_("taken back"), default=0)
    lost = models.PositiveIntegerField(_("lost"), default=0)
    out = models.GeneratedField(
        expression=F("handed") - F("returned") - F("lost"), output_field=models.IntegerField(), db_persist=True
    )

    objects = LoanLineQuerySet.as_manager()

    class Meta:
        ordering = ["loan", "position"]
        verbose_name = _("line of a loan")
        verbose_name_plural = _("lines of a loan")
        indexes = [models.Index(fields=["asset"], name="loan_line_held", condition=Q(held__gt=0))]
        constraints = [
            models.UniqueConstraint(
                fields=["loan", "asset"], name="loan_line_asset_once",
                violation_error_message=_("This item is in the loan already."),
            ),
            ExclusionConstraint(
                name="loan_line_not_lent_twice",
                expressions=[("asset", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(single=True, held__gt=0),
                violation_error_message=_("Somebody else was given this item for these days a moment ago."),
            ),
            models.UniqueConstraint(
                fields=["asset"], condition=Q(single=True, handed__gt=F("returned") + F("lost")),
                name="loan_line_out_once",
                violation_error_message=_("This item is handed out already and has not come back."),
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="loan_line_at_least_one",
                violation_error_message=_("Ask for at least one piece."),
            ),
            models.CheckConstraint(
                condition=Q(held__lte=F("quantity")) & Q(handed__lte=F("quantity"))
                & Q(handed__gte=F("returned") + F("lost"))
                & Q(held__gte=F("handed") - F("returned") - F("lost")),
                name="loan_line_pieces_add_up",
                violation_error_message=_("No more comes back than was handed out, nor is handed out than was asked."),
            ),
        ]  # fmt: skip
        triggers = [
            # The asset's row is locked first, so that promises for the same pieces are made one after the other.
            pgtrigger.Trigger(
                name="within_quantity",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("asset_id", "during", "held", "handed", "single"),
                declare=[
                    ("stock", "integer"),
                    ("kind", "text"),
                    ("gone", "boolean"),
                    ("pieces", "bigint"),
                    ("promised", "boolean"),
                    ("given", "boolean"),
                ],
                func=f"""
                    IF NEW.held = 0 THEN
                        SELECT a.kind = '{AssetKind.SINGLE.value}' INTO NEW.single
                          FROM assets_asset a WHERE a.id = NEW.asset_id;
                        RETURN NEW;
                    END IF;
                    SELECT a.quantity - a.broken, a.kind, a.retired_on IS NOT NULL INTO stock, kind, gone
                      FROM assets_asset a WHERE a.id = NEW.asset_id FOR NO KEY UPDATE;
                    NEW.single := kind = '{AssetKind.SINGLE.value}';
                    IF TG_OP = 'INSERT' THEN
                        promised := true;
                        given := NEW.handed > 0;
                    ELSE
                        promised := NEW.held > OLD.held OR NEW.asset_id <> OLD.asset_id OR NOT NEW.during <@ OLD.during;
                        given := NEW.handed > OLD.handed;
                    END IF;
                    IF NOT (promised OR given) THEN
                        RETURN NEW;
                    END IF;
                    IF gone THEN
                        RAISE EXCEPTION 'asset % is retired', NEW.asset_id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'loan_line_asset_retired';
                    END IF;
                    IF NEW.single THEN
                        RETURN NEW;
                    END IF;
                    IF promised THEN
                        -- The most pieces are held on a day on which one of the promises begins.
                        SELECT max(held_then) INTO pieces FROM (
                            SELECT (SELECT coalesce(sum(o.held), 0) FROM assets_loanline o
                                     WHERE o.asset_id = NEW.asset_id AND o.held > 0 AND o.id IS DISTINCT FROM NEW.id
                                       AND o.during @> d.day) AS held_then
                              FROM (SELECT lower(NEW.during) AS day
                                    UNION SELECT lower(o.during) FROM assets_loanline o
                                     WHERE o.asset_id = NEW.asset_id AND o.held > 0
                                       AND lower(o.during) <@ NEW.during) d) days;
                        pieces := pieces + NEW.held;
                    ELSE
                        SELECT coalesce(sum(o.out), 0) INTO pieces FROM assets_loanline o
                         WHERE o.asset_id = NEW.asset_id AND o.held > 0 AND o.id IS DISTINCT FROM NEW.id;
                        pieces := pieces + NEW.handed - NEW.returned - NEW.lost;
                    END IF;
                    IF pieces > stock THEN
                        RAISE EXCEPTION 'asset % has % pieces', NEW.asset_id, stock
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'loan_line_within_quantity';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - constants of the code
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id}/{self.position}"

    @property
    def to_hand_out(self) -> int:
        """Pieces that can still be handed out."""
        # Not `out`: the database counts that, when the row is read.
        return self.held - (self.handed - self.returned - self.lost) if self.held else 0


class Extension(models.Model):
    """A request for more time. One waits at a time; who approves is the same as for the loan."""

    loan = models.ForeignKey(Loan, models.PROTECT, related_name="extensions")
    old_due_on = models.DateField()
    new_due_on = models.DateField(_("new day of return"))
    reason = models.TextField(_("reason"))
    decision = models.CharField(_("decision"), max_length=8, choices=Decision.choices, default=Decision.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(_("reason of the decision"), blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("request for more time")
        verbose_name_plural = _("requests for more time")
        constraints = [
            models.UniqueConstraint(
                fields=["loan"], condition=Q(decision=Decision.WAITING), name="extension_one_waits",
                violation_error_message=_("A request for more time is waiting already."),
            ),
            models.CheckConstraint(
                condition=Q(new_due_on__gt=F("old_due_on")), name="extension_is_longer",
                violation_error_message=_("The new day of return is later than the present one."),
            ),
            models.CheckConstraint(
                condition=Q(decision=Decision.WAITING, decided_by=None)
                | (~Q(decision=Decision.WAITING) & Q(decided_by__isnull=False)),
                name="extension_decided_by_somebody",
                violation_error_message=_("A decision has somebody who took it."),
            ),
            models.CheckConstraint(
                condition=Q(decision__in=Decision.values) & ~Q(reason=""), name="extension_says_why",
                violation_error_message=_("Write why more time is needed."),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="not_decided_by_borrower",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("decided_by_id"),
                # Who gives the loan back withdraws what they asked for: the loan has ended by then.
                func="""
                    IF EXISTS (SELECT FROM assets_loan l WHERE l.id = NEW.loan_id AND l.borrower_id = NEW.decided_by_id)
                       AND NEW.decision = 'approved' THEN
                        RAISE EXCEPTION 'extension of loan % decided by its borrower', NEW.loan_id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'extension_not_approved_by_borrower';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} → {self.new_due_on}"


class Handover(models.Model):
    """Things that changed hands at one moment: given to the borrower, or taken back. Never changed."""

    loan = models.ForeignKey(Loan, models.PROTECT, related_name="handovers")
    kind = models.CharField(max_length=4, choices=HandoverKind.choices)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    person = models.CharField(_("who received or brought it"), max_length=200)
    day = models.DateField(_("day"))
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField(_("note"), blank=True)
    form_mark = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=HandoverKind.values) & ~Q(person=""), name="handover_names_person",
                violation_error_message=_("Write who received the things, or brought them."),
            ),
        ]  # fmt: skip
        triggers = [pgtrigger.Protect(name="handover_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.kind} {self.day}"


class HandoverLine(models.Model):
    """Pieces of one line in a handover, all in the same condition."""

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="lines")
    line = models.ForeignKey(LoanLine, models.PROTECT, related_name="handovers")
    quantity = models.PositiveIntegerField(_("quantity"))
    condition = models.CharField(_("condition"), max_length=10, choices=Condition.choices)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("line of a handover")
        verbose_name_plural = _("lines of a handover")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & Q(condition__in=Condition.values), name="handover_line_of_something",
                violation_error_message=_("At least one piece changes hands."),
            ),
        ]  # fmt: skip
        triggers = [pgtrigger.Protect(name="handover_line_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.line_id} × {self.quantity}"


class Incident(models.Model):
    """Damage or loss, from the moment it was noticed until it was decided (clauses 209 and 214).

    handover: of the return where it was noticed; none: noticed in a count. amount: what was paid, in baht.
    """

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="incidents")
    handover = models.ForeignKey(HandoverLine, models.PROTECT, null=True, related_name="incidents")
    kind = models.CharField(_("what happened"), max_length=8, choices=IncidentKind.choices)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    description = models.TextField(_("description"), blank=True)
    noticed_on = models.DateField(_("noticed on"))
    noticed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    remedy = models.CharField(_("decision"), max_length=12, choices=Remedy.choices, blank=True)
    amount = models.DecimalField(_("paid, in baht"), max_digits=14, decimal_places=2, null=True, blank=True)
    order = models.CharField(_("order or report of the fact-finding"), max_length=200, blank=True)
    explanation = models.TextField(_("explanation"), blank=True)
    decided_on = models.DateField(_("decided on"), null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("damage or loss")
        verbose_name_plural = _("damage and loss")
        indexes = [models.Index(fields=["noticed_on"], name="incident_open", condition=Q(decided_on=None))]
        triggers = [
            *incident_triggers(),
            pgtrigger.Protect(name="incident_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="decided_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__decided_on__isnull=False),
                func="""
                    RAISE EXCEPTION 'incident % is decided', OLD.id
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_decided_stays';
                """,
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=IncidentKind.values) & Q(quantity__gte=1), name="incident_kind_known",
                violation_error_message=_("This kind of incident does not exist."),
            ),
            models.CheckConstraint(
                condition=Q(remedy="", decided_on=None, decided_by=None)
                | Q(remedy__in=Remedy.values, decided_on__isnull=False, decided_by__isnull=False),
                name="incident_decided_by_somebody",
                violation_error_message=_("A decision has a day and somebody who took it."),
            ),
            models.CheckConstraint(
                condition=~Q(remedy=Remedy.PAID) | Q(amount__isnull=False, amount__gt=0),
                name="incident_paid_says_amount",
                violation_error_message=_("Write the amount that was paid."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.asset_id}"

    @property
    def remedy_words(self) -> str:
        """What was decided, in words that fit whether somebody had borrowed the thing; empty where nothing was."""
        if not self.remedy:
            return ""
        found = OF_A_COUNT.get(self.remedy) if self.handover_id is None else None
        return str(found or Remedy(self.remedy).label)

    @property
    def is_decided(self) -> bool:
        """Whether a decision was taken."""
        return self.decided_on is not None


class LoanEntry(models.Model):
    """What was done to a loan, by whom and when. Only grows. details: what an act changed, for people."""

    loan = models.ForeignKey(Loan, models.PROTECT, related_name="entries")
    act = models.CharField(max_length=20, choices=Act.choices)
    state = models.CharField(max_length=9, choices=LoanState.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("entry in the history of a loan")
        verbose_name_plural = _("entries in the history of a loan")
        triggers = [pgtrigger.Protect(name="history_only_grows", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.act}"
