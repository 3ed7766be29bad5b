"""What the municipality decides about its channel, and the channel's own keys."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organization.page_topics import bumps_pages

SHORTEST_CLOSED, SHORTEST_OTHER = 12, 6
"""Months for which finished cases are kept at least: a slip in the settings must not destroy last month's."""


class ChannelSettings(models.Model):
    """Time limits, keeping and words of the channel: exactly one row."""

    answer_days = models.PositiveSmallIntegerField(
        _("days to the first answer"), default=15, validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text=_("A limit that falls on a day off moves to the next working day."),
    )  # fmt: skip
    only_working_days = models.BooleanField(_("count working days only"), default=False)
    warn_days = models.PositiveSmallIntegerField(
        _("remind this many days before the limit"), default=3, validators=[MaxValueValidator(30)]
    )
    keep_closed_months = models.PositiveSmallIntegerField(
        _("months to keep closed cases"), default=120, validators=[MinValueValidator(SHORTEST_CLOSED)],
        help_text=_("The regulation on correspondence B.E. 2526 keeps documents for ten years."),
    )  # fmt: skip
    keep_refused_months = models.PositiveSmallIntegerField(
        _("months to keep cases not taken up"), default=12, validators=[MinValueValidator(SHORTEST_OTHER)]
    )
    keep_withdrawn_months = models.PositiveSmallIntegerField(
        _("months to keep withdrawn cases"), default=12, validators=[MinValueValidator(SHORTEST_OTHER)]
    )
    small_cell = models.PositiveSmallIntegerField(
        _("smallest count shown by category"), default=3, validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("Categories with fewer complaints in a year are shown together, so that nobody is recognised."),
    )  # fmt: skip
    responsible_unit = models.CharField(_("responsible unit"), max_length=200, default="สำนักปลัดเทศบาล (งานนิติการ)")
    phone = models.CharField(_("telephone for complaints"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail for complaints"), blank=True)
    letter_address = models.TextField(
        _("address for letters"),
        blank=True,
        help_text=_("Where nothing is given, the municipality's address is shown."),
    )
    external_name = models.CharField(
        _("external recipient"), max_length=200, blank=True,
        help_text=_("Who reads complaints about persons above all officers, as shown to the public."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("settings of the complaint channel")
        verbose_name_plural = _("settings of the complaint channel")
        constraints = [
            models.CheckConstraint(
                condition=Q(pk=1), name="channel_settings_only_one",
                violation_error_message=_("The channel has exactly one set of settings."),
            ),
            models.CheckConstraint(
                condition=Q(answer_days__range=(1, 90)), name="channel_answer_days_sane",
                violation_error_message=_("The first answer is due within 1 to 90 days."),
            ),
            models.CheckConstraint(
                condition=Q(
                    keep_closed_months__gte=SHORTEST_CLOSED,
                    keep_refused_months__gte=SHORTEST_OTHER, keep_withdrawn_months__gte=SHORTEST_OTHER,
                ),
                name="channel_keeps_long_enough",
                violation_error_message=_(
                    "Closed cases are kept for at least 12 months, cases not taken up and withdrawn ones for 6."
                ),
            ),
        ]  # fmt: skip
        triggers = [bumps_pages("complaints")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def current(cls) -> ChannelSettings:
        """The settings; the defaults where nobody has changed them. Never writes."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class ChannelKeys(models.Model):
    """The channel's own keys: exactly one row, made at the first need. None of them opens a complaint.

    check_key: of the receipt codes' check digits. signing_seed: of the proofs of filing (Ed25519).
    recovery_public: complaints are sealed to it too; its private half exists on paper only (k of n shares).
    """

    check_key = models.BinaryField()
    signing_seed = models.BinaryField()
    recovery_public = models.BinaryField(null=True)
    recovery_needed = models.PositiveSmallIntegerField(null=True)
    recovery_total = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(pk=1), name="channel_keys_only_one",
                violation_error_message=_("The channel has exactly one set of keys."),
            ),
            models.CheckConstraint(
                condition=Q(recovery_public=None, recovery_needed=None, recovery_total=None)
                | Q(
                    # Nothing compared with nothing is unknown, and what is unknown passes a check.
                    recovery_public__isnull=False, recovery_needed__isnull=False, recovery_total__isnull=False,
                    recovery_needed__gte=2, recovery_total__gte=F("recovery_needed"),
                ),
                name="channel_recovery_k_of_n",
                violation_error_message=_("At least two shares are needed, and no more than there are."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return "keys of the channel"
