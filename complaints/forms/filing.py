"""The form by which a complaint is filed."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ita_portal import thai
from ita_portal.fiscal import today
from ita_portal.forms import WordsField
from organization.models import Division

from ..choices import Category
from ..conflict import Accused
from ..models import ChannelSettings, Officer
from ..services.filing import Submission
from .files import AttachmentsForm

ANONYMOUS, NAMED = "anonymous", "named"
LONGEST_NARRATIVE = 20_000
_LONG, _MIDDLE, _SHORT = 5_000, 1_000, 300
_EARLIEST_YEAR = 1900
_MONTH_NAMES = "|".join(re.escape(name) for name in (*thai.MONTHS, *thai.SHORT_MONTHS))
_LIKE_A_DATE = re.compile(
    rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\d{{1,2}}\s*(?:{_MONTH_NAMES})\s*(?:พ\.ศ\.\s*)?\d{{2,4}}"
)
POSTS = (
    "นายกเทศมนตรี", "รองนายกเทศมนตรี", "เลขานุการนายกเทศมนตรี", "ที่ปรึกษานายกเทศมนตรี", "ประธานสภาเทศบาล",
    "สมาชิกสภาเทศบาล", "ปลัดเทศบาล", "รองปลัดเทศบาล", "หัวหน้าสำนักปลัดเทศบาล", "ผู้อำนวยการกอง", "หัวหน้าฝ่าย", "นายช่าง",
    "เจ้าหน้าที่พัสดุ", "เจ้าหน้าที่การเงิน", "เจ้าหน้าที่จัดเก็บรายได้", "นักวิชาการ", "ครู", "พนักงานจ้าง", "ผู้รับจ้างหรือบริษัทคู่สัญญา",
)  # fmt: skip
"""Usual posts of a municipality: offered, not asked for."""


class ThaiSelect(forms.Select):
    """Choices that are Thai in every language of the page."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """An option, with its language where the page has another."""
        option = super().create_option(name, value, *args, **kwargs)
        if value and get_language() != "th":
            option["attrs"]["lang"] = "th"
        return option


class OfficersField(forms.MultipleChoiceField):
    """Officers ticked as those whom it is about; who left since the page was opened is still left out."""

    def valid_value(self, value: Any) -> bool:
        """Whether it is an officer, now or before. No statement holds who is ticked: a server may log statements."""
        return str(value).isdecimal() and len(str(value)) < 10 and int(value) in self._everybody

    @cached_property
    def _everybody(self) -> frozenset[int]:
        return frozenset(Officer.objects.values_list("pk", flat=True))


def _lines(count: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": count, **attrs})


def _typed(**attrs: str) -> forms.TextInput:
    """A line that the browser does not remember for the next person at this device."""
    return forms.TextInput(attrs={"autocomplete": "off", **attrs})


class ReportForm(AttachmentsForm):
    """A complaint. Only the narrative must be written."""

    narrative = WordsField(
        label=_("What happened"), max_length=LONGEST_NARRATIVE, widget=_lines(8, autocomplete="off"),
        help_text=_("Tell it in your own words: who did what, how, how much. A few sentences are enough to begin."),
        error_messages={"required": _("Write what happened. One or two sentences are enough to begin.")},
    )  # fmt: skip
    category = forms.ChoiceField(
        label=_("What it is about"), choices=Category.choices, initial=Category.OTHER, required=False,
        help_text=_("If you are not sure, leave it as it is."),
    )  # fmt: skip
    happened_on = WordsField(
        label=_("When it happened"), required=False, max_length=_SHORT, widget=_typed(),
        help_text=_("A date such as 15/03/2567, or in words: “early March”, “every month since last year”."),
    )  # fmt: skip
    happened_at_place = WordsField(label=_("Where it happened"), required=False, max_length=_SHORT, widget=_typed())
    accused_name = WordsField(
        label=_("Name"), required=False, max_length=_SHORT, widget=_typed(),
        help_text=_("One or several people, or a company. If you do not know the name, describe the person."),
    )  # fmt: skip
    accused_position = WordsField(
        label=_("Post"), required=False, max_length=_SHORT, widget=_typed(list="posts"),
        help_text=_("For example mayor, director of a division, procurement officer."),
    )  # fmt: skip
    accused_division = forms.ChoiceField(label=_("Division"), required=False, widget=ThaiSelect)
    about_officers = OfficersField(
        label=_("Is it about one of these people?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    evidence_note = WordsField(
        label=_("What evidence is there"), required=False, max_length=_LONG, widget=_lines(3, autocomplete="off"),
        help_text=_("Papers, pictures, messages, recordings, numbers of contracts or receipts; also what others hold."),
    )  # fmt: skip
    witnesses = WordsField(
        label=_("Who else knows of it"), required=False, max_length=_LONG, widget=_lines(2, autocomplete="off"),
        help_text=_("Names or posts of people who saw it or can confirm it. They are not told of you."),
    )  # fmt: skip
    reported_elsewhere = WordsField(
        label=_("Have you reported it elsewhere"), required=False, max_length=_LONG,
        widget=_lines(2, autocomplete="off"), help_text=_("Where, when, and with what result."),
    )  # fmt: skip
    identity = forms.ChoiceField(
        label=_("Do you want to say who you are?"), required=False, initial=ANONYMOUS, widget=forms.RadioSelect,
        choices=[(ANONYMOUS, _("No, I stay anonymous")), (NAMED, _("Yes, I give my name"))],
    )  # fmt: skip
    contact_name = WordsField(label=_("Your name"), required=False, max_length=_SHORT, widget=_typed())
    contact_phone = WordsField(
        label=_("Your telephone"), required=False, max_length=100, widget=_typed(inputmode="tel")
    )
    contact_email = forms.EmailField(
        label=_("Your e-mail"), required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("This is not an e-mail address. Check it, or leave it empty.")},
    )  # fmt: skip
    contact_address = WordsField(
        label=_("Your address"), required=False, max_length=_MIDDLE, widget=_lines(2, autocomplete="off")
    )

    field_order = (
        "narrative", "category", "happened_on", "happened_at_place", "accused_name", "accused_position",
        "accused_division", "about_officers", "evidence_note", "witnesses", "reported_elsewhere", "attachments",
    )  # fmt: skip
    """As on the page: the list of mistakes follows it."""
    CONTACT = ("contact_name", "contact_phone", "contact_email", "contact_address")
    _REPORT = (
        "accused_name", "accused_position", "accused_division", "happened_on", "happened_at_place", "narrative",
        "evidence_note", "witnesses", "reported_elsewhere",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._divisions = {division.name: division for division in Division.objects.filter(active=True)}
        self.fields["accused_division"].choices = [("", _("Do not know")), *((name, name) for name in self._divisions)]  # type: ignore[attr-defined]
        officers = Officer.objects.receiving().select_related("user").order_by("is_external", "pk")
        self.fields["about_officers"].choices = [(officer.pk, _named(officer)) for officer in officers]  # type: ignore[attr-defined]

    def clean_category(self) -> str:
        """As the page has it at first, where a program says nothing."""
        return self.cleaned_data["category"] or Category.OTHER.value

    def clean_happened_on(self) -> str:
        """A date as ISO, or the words as they are. ValidationError for a day that is not in the calendar or to come."""
        text: str = self.cleaned_data["happened_on"]
        try:
            day = thai.parse_date(text)
        except ValueError:
            if _LIKE_A_DATE.fullmatch(thai.to_arabic_digits(text)):
                raise ValidationError(_("This day is not in the calendar. Check day, month and year.")) from None
            return text
        if day > today():
            raise ValidationError(_("This day is still to come. Check the year."))
        if day.year < _EARLIEST_YEAR:
            raise ValidationError(_("This year is very long ago. Check the year."))
        return day.isoformat()

    def clean_identity(self) -> str:
        """Anonymous where nothing is said."""
        return self.cleaned_data["identity"] or ANONYMOUS

    def clean(self) -> dict[str, Any]:
        """Who gives a name says how to be reached; who stays anonymous leaves nothing behind by mistake."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        contact = {name: found.get(name, "") for name in self.CONTACT}
        if found.get("identity") == ANONYMOUS and any(contact.values()):
            self.add_error(
                "identity",
                _("You stay anonymous, but your contact is filled in below. Empty it, or choose to give your name."),
            )
        if found.get("identity") == NAMED:
            if not contact.pop("contact_name") and "contact_name" not in self.errors:
                self.add_error("contact_name", _("Write your name, or choose to stay anonymous."))
            if not any(contact.values()) and not set(contact) & set(self.errors):
                self.add_error("contact_phone", _("Give a telephone number, an e-mail or an address."))
        return found

    @property
    def shows_contact(self) -> bool:
        """Whether the contact is shown although `anonymous` is chosen: something is wrong in it."""
        return any(name in self.errors for name in ("identity", *self.CONTACT))

    @property
    def accused(self) -> Accused:
        """Whom it is about, for the choice of recipients. No statement holds it: a server may log statements."""
        found = self.cleaned_data
        division = self._divisions.get(found["accused_division"])
        officers = frozenset(int(pk) for pk in found["about_officers"])
        return Accused(found["accused_name"], found["accused_position"], division, officers)

    def submission(self, token: bytes) -> Submission:
        """What is to be filed, once it is valid."""
        found = self.cleaned_data
        named = found["identity"] == NAMED
        return Submission(
            token=token,
            category=found["category"],
            report={name: found[name] for name in self._REPORT},
            accused=self.accused,
            identity={name: found[name] for name in self.CONTACT} if named else None,
            files=found["attachments"],
        )


def _named(officer: Officer) -> str:
    name = str(officer.user)
    if officer.is_external:
        outside = ChannelSettings.current().external_name
        return f"{name} ({outside})" if outside else name
    return f"{name} · {officer.user.position}" if officer.user.position else name
