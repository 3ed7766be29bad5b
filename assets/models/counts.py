"""The yearly count (clause 213): who counts, what was expected, what was found."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import FIRST_YEAR, LAST_YEAR, FiscalYear
from ita_portal.history import tracked
from organization.choices import Role
from organization.models import Division

from ..choices import USABLE, Condition, CountResult
from ..page_topics import count_triggers, session_triggers
from ..querysets import CountItemQuerySet, CountSessionQuerySet
from .register import Asset


def _closed_stays(operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    """Nothing of a closed count changes. The count's row is shared, so that who closes it waits for what is written."""
    return pgtrigger.Trigger(
        name="closed_stays",
        when=pgtrigger.Before,
        operation=operation,
        declare=[("of_count", "bigint"), ("closed", "timestamptz")],
        func="""
            of_count := CASE WHEN TG_OP = 'DELETE' THEN OLD.session_id ELSE NEW.session_id END;
            SELECT s.closed_at INTO closed FROM assets_countsession s WHERE s.id = of_count FOR SHARE;
            IF closed IS NOT NULL THEN
                RAISE EXCEPTION 'count % is closed', of_count
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'count_closed_stays';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )


@tracked
class CountSession(models.Model):
    """The count of a fiscal year: appointed in its last month, begun on the first working day of the next.

    fiscal_year: the year whose end is counted. opened_at: when the list of what is expected was taken from the
    register. due_on: the last day for the report. closed_at: from then on nothing of it changes.
    """

    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year (B.E.)"), unique=True)
    order = models.CharField(_("order of appointment"), max_length=200)
    appointed_on = models.DateField(_("appointed on"))
    start_on = models.DateField(_("begins on"))
    due_on = models.DateField(_("to be reported by"))
    opened_at = models.DateTimeField(_("opened at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    remarks = models.TextField(_("remarks"), blank=True)

    objects = CountSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-fiscal_year"]
        verbose_name = _("yearly count")
        verbose_name_plural = _("yearly counts")
        constraints = [
            models.CheckConstraint(
                condition=Q(fiscal_year__range=(FIRST_YEAR, LAST_YEAR)), name="count_year_buddhist",
                violation_error_message=_("The fiscal year is a year of the Buddhist Era, for example 2567."),
            ),
            models.CheckConstraint(
                condition=Q(start_on__gte=F("appointed_on")) & Q(due_on__gte=F("start_on")), name="count_days_in_order",
                violation_error_message=_("The count is appointed, then begun, then reported."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False, opened_at__isnull=False),
                name="count_closed_by_somebody",
                violation_error_message=_("Somebody closes a count that was open."),
            ),
        ]  # fmt: skip
        triggers = [
            *session_triggers(),
            pgtrigger.Trigger(
                name="closed_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__closed_at__isnull=False),
                func="""
                    RAISE EXCEPTION 'count % is closed', OLD.id
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'count_closed_stays';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{_('yearly count')} {self.fiscal_year}"

    @property
    def year(self) -> FiscalYear:
        """The fiscal year as a value."""
        return FiscalYear(self.fiscal_year)

    @property
    def is_open(self) -> bool:
        """Whether entries can be made."""
        return self.opened_at is not None and self.closed_at is None


class Counter(models.Model):
    """A person appointed to count: everything, or what one division owns. Never an asset officer (clause 213)."""

    session = models.ForeignKey(CountSession, models.CASCADE, related_name="counters")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="counts", verbose_name=_("counter"))
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("division"),
        help_text=_("Empty: everything."),
    )  # fmt: skip
    chairs = models.BooleanField(_("chairs the committee"), default=False)

    class Meta:
        ordering = ["-chairs", "pk"]
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "user", "division"], nulls_distinct=False, name="counter_once",
                violation_error_message=_("This person counts there already."),
            ),
            models.UniqueConstraint(
                fields=["session"], condition=Q(chairs=True), name="counter_one_chair",
                violation_error_message=_("One person chairs the committee."),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="no_asset_officer",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("user_id"),
                func=f"""
                    IF EXISTS (SELECT FROM organization_user_groups m JOIN auth_group g ON g.id = m.group_id
                               WHERE m.user_id = NEW.user_id AND g.name = '{Role.ASSET_OFFICER.value}') THEN
                        RAISE EXCEPTION 'user % is an asset officer', NEW.user_id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'counter_no_asset_officer';
                    END IF;
                    RETURN NEW;
                """,
            ),
            _closed_stays(pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.session_id}"


@pghistory.track(
    # What a correction replaced: kept by the database, with who corrected it. The first entry replaces nothing.
    pghistory.UpdateEvent("corrected", row=pghistory.Old, condition=pgtrigger.Q(old__result__in=CountResult.values[1:]))
)
class CountItem(models.Model):
    """What was expected of one asset when the count was opened, and what was found.

    expected: pieces in the register then. division, place: where it should be. found: pieces seen, usable or not;
    damaged: those of them that cannot be used. condition: of the worst piece seen.
    """

    session = models.ForeignKey(CountSession, models.CASCADE, related_name="items")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="count_items", verbose_name=_("asset"))
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name=_("owning division"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    expected = models.PositiveIntegerField(_("expected"))
    result = models.CharField(_("result"), max_length=12, choices=CountResult.choices, default=CountResult.PENDING)
    found = models.PositiveIntegerField(_("found"), default=0)
    damaged = models.PositiveIntegerField(_("of these unusable"), default=0)
    condition = models.CharField(_("condition"), max_length=10, choices=Condition.choices, blank=True)
    found_place = models.CharField(_("where it was found"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    counted_at = models.DateTimeField(_("counted at"), null=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = CountItemQuerySet.as_manager()

    class Meta:
        ordering = ["asset__number"]
        verbose_name = _("entry of a count")
        verbose_name_plural = _("entries of a count")
        indexes = [
            models.Index(fields=["session", "division", "result"], name="count_item_by_division"),
            models.Index(
                fields=["session", "division", "place", "id"], name="count_item_to_do",
                condition=Q(result=CountResult.PENDING),
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["session", "asset"], name="count_item_once",
                violation_error_message=_("This asset is in the count already."),
            ),
            models.CheckConstraint(
                condition=Q(result__in=CountResult.values) & Q(condition__in=["", *Condition.values]),
                name="count_result_known",
                violation_error_message=_("This result of a count does not exist."),
            ),
            models.CheckConstraint(
                condition=Q(result=CountResult.PENDING, counted_by=None, counted_at=None, found=0)
                | (~Q(result=CountResult.PENDING) & Q(counted_by__isnull=False, counted_at__isnull=False)),
                name="count_item_counted_by_somebody",
                violation_error_message=_("What was counted has a counter and a time."),
            ),
            models.CheckConstraint(
                condition=Q(result=CountResult.PENDING)
                | Q(result=CountResult.MISSING, found__lt=F("expected"))
                | Q(result__in=[CountResult.FOUND, CountResult.WRONG_PLACE], found__gte=1),
                name="count_missing_is_fewer",
                violation_error_message=_("Missing means that fewer were found than expected."),
            ),
            models.CheckConstraint(
                condition=~Q(result=CountResult.WRONG_PLACE) | ~Q(found_place=""), name="count_wrong_place_says_where",
                violation_error_message=_("Say where it was found."),
            ),
            models.CheckConstraint(
                condition=Q(condition__in=["", *USABLE], damaged=0)
                | (~Q(condition__in=["", *USABLE, Condition.LOST]) & Q(damaged__range=(1, F("found")))),
                name="count_damaged_says_condition",
                violation_error_message=_("Say how many of the pieces found cannot be used."),
            ),
        ]  # fmt: skip
        triggers = [
            *count_triggers(),
            _closed_stays(pgtrigger.Update | pgtrigger.Delete),
            # The whole register is entered by one statement: looked at once.
            pgtrigger.Trigger(
                name="closed_takes_none",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="entered"),
                func="""
                    IF EXISTS (SELECT FROM assets_countsession s WHERE s.closed_at IS NOT NULL
                                AND s.id IN (SELECT session_id FROM entered)) THEN
                        RAISE EXCEPTION 'the count is closed'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'count_closed_stays';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.result}"


class Surprise(models.Model):
    """Something that was found and is not on the list: a number that nobody expected, or a thing without one."""

    session = models.ForeignKey(CountSession, models.CASCADE, related_name="surprises")
    number = models.CharField(_("number on it"), max_length=60, blank=True)
    asset = models.ForeignKey(Asset, models.PROTECT, null=True, blank=True, related_name="+")
    description = models.CharField(_("what it is"), max_length=300)
    found_place = models.CharField(_("where it was found"), max_length=200)
    condition = models.CharField(_("condition"), max_length=10, choices=Condition.choices, default=Condition.GOOD)
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    counted_at = models.DateTimeField(default=timezone.now)
    form_mark = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("unexpected find")
        verbose_name_plural = _("unexpected finds")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "number"], condition=~Q(number=""), name="surprise_number_once",
                violation_error_message=_("This number was noted as unexpected already."),
            ),
        ]  # fmt: skip
        triggers = [_closed_stays(pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.description
