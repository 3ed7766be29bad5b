"""The form for what came by another way than the website: the public form, the way and the day."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ita_portal import thai
from ita_portal.fiscal import today
from ita_portal.forms import WordsField

from ..choices import Channel
from ..models import Officer
from ..services.filing import Submission
from .filing import ReportForm

_LONGEST_AGO = dt.timedelta(days=3 * 366)


class IntakeForm(ReportForm):
    """What an officer enters for somebody who wrote, called or came."""

    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[("", _("Choose …")), *(choice for choice in Channel.choices if choice[0] != Channel.ONLINE)],
    )
    arrived_on = WordsField(
        label=_("Day on which it came"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("For example 15/03/2567. The time limit runs from this day."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["narrative"].help_text = _("As it was written or told, in the reporter's own words.")
        self.fields["identity"].choices = [  # type: ignore[attr-defined]
            ("anonymous", _("It came without a name")),
            ("named", _("The reporter gave a name")),
        ]
        self.fields["identity"].label = _("Who reports")
        for name, help_text in (
            ("category", _("What fits best. Where none fits, choose “Something else, or not sure”.")),
            ("happened_on", _("A date such as 15/03/2567, or the reporter's own words.")),
            ("accused_name", _("As the reporter named them; without a name, as they described the person.")),
            ("evidence_note", _("What the reporter named or handed over. Scan papers and attach them below.")),
            ("witnesses", _("As the reporter named them.")),
            ("reported_elsewhere", _("Where, when, and with what result, as far as the reporter says.")),
        ):
            self.fields[name].help_text = help_text
        self.fields["narrative"].error_messages["required"] = _("Please write what was reported.")
        self.fields["channel"].error_messages["required"] = _("Please choose how it came.")
        self.fields["arrived_on"].error_messages["required"] = _("Please write the day on which it came.")
        for name, label in (
            ("contact_name", _("Name")), ("contact_phone", _("Telephone")), ("contact_email", _("E-mail")),
            ("contact_address", _("Address")), ("reported_elsewhere", _("Reported elsewhere")),
        ):  # fmt: skip
            self.fields[name].label = label

    def clean_arrived_on(self) -> dt.date:
        """A day that has come, and not long ago."""
        try:
            day = thai.parse_date(self.cleaned_data["arrived_on"])
        except ValueError:
            raise ValidationError(_("This is not a date. Write it like 15/03/2567.")) from None
        if day > today():
            raise ValidationError(_("This day is still to come. Check the year."))
        if day < today() - _LONGEST_AGO:
            raise ValidationError(_("This day is very long ago. Check the year."))
        return day

    def submission_by(self, officer: Officer, token: bytes) -> Submission:
        """What is to be filed, entered by `officer`."""
        found = self.cleaned_data
        return dataclasses.replace(
            self.submission(token), channel=found["channel"], arrived_on=found["arrived_on"], intake_by=officer
        )
