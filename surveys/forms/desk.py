"""Forms of those who keep the surveys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ita_portal.forms import DayField, WordsField
from ita_portal.refusals import RefusedError

from ..models import Questionnaire, SlipBatch, Version
from ..services.remarks import LONGEST_REASON, Reason, written_reason

_LONGEST_TITLE = 200
MOST_PRINTED = 600
"""Fifty pages, which are made in some seconds."""


class DeskForm(forms.Form):
    """A form that takes a refusal of the services at the field that it is about."""

    form_mark = WordsField(required=False, max_length=32, widget=forms.HiddenInput)

    def say(self, refusal: RefusedError) -> None:
        """Show why it was refused."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class OccasionForm(DeskForm):
    """A survey about an occasion."""

    questionnaire = forms.ChoiceField(
        label=_("Questionnaire"), error_messages={"invalid_choice": _("Choose a questionnaire that is in use.")}
    )
    title = WordsField(
        label=_("Subject of the survey"), max_length=_LONGEST_TITLE,
        help_text=_("People read it as the name of the survey, for example “Mobile service day in Village 4”."),
        error_messages={"required": _("Say what the survey is about.")},
    )  # fmt: skip
    opens_on = DayField(label=_("Open from"))
    closes_on = DayField(label=_("Open until"), help_text=_("Both days are included."))
    way = forms.ChoiceField(
        label=_("Who can answer"), initial="open", widget=forms.RadioSelect,
        choices=[
            ("open", _("Everybody, by an open link and QR code; slips with codes can be printed besides")),
            ("codes", _("Only who has a slip with a single-use code")),
        ],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest: dict[int, Version] = {}
        for version in Version.objects.published().order_by("number").select_related("questionnaire"):
            newest[version.questionnaire_id] = version
        self.versions = {str(version.pk): version for version in newest.values()}
        choices = [(key, version.questionnaire.title) for key, version in self.versions.items()]
        self.fields["questionnaire"].choices = choices  # type: ignore[attr-defined]

    @property
    def version(self) -> Version:
        """The version in use of the questionnaire that was chosen; of a form that is valid."""
        return self.versions[self.cleaned_data["questionnaire"]]


class SlipsForm(DeskForm):
    """Slips to print."""

    many = forms.IntegerField(
        label=_("How many slips"), min_value=1, max_value=MOST_PRINTED, initial=60,
        help_text=_("Twelve are on a page."), widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value", "required"), _("From 1 to 600 slips are printed at once.")
        ),
    )  # fmt: skip
    place = WordsField(
        label=_("Where they are handed out"), max_length=SlipBatch._meta.get_field("place").max_length,
        help_text=_("For example “Counter of the Finance Division”. It is printed on each slip."),
        error_messages={"required": _("Say where the slips are handed out.")},
    )  # fmt: skip


class PublishForm(DeskForm):
    """Own words as they will be read."""

    text = WordsField(
        label=_("As everybody will read it"), widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("You may leave words out or put …, XXX or [name] in their place, nothing else. It is then marked as"
                    " shortened."),
        error_messages={"required": _("Nothing is left of it. Do not publish it instead.")},
    )  # fmt: skip


class RefuseForm(DeskForm):
    """Why own words are not published."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose a reason")), *Reason.choices],
        error_messages={"required": _("Say why it is not published."),
                        "invalid_choice": _("Say why it is not published.")},
    )  # fmt: skip
    words = WordsField(
        label=_("In your own words"), required=False, max_length=LONGEST_REASON,
        help_text=_("Needed for another reason. Only the staff reads it."),
    )  # fmt: skip

    @property
    def kept(self) -> str:
        """The reason as it is kept."""
        return written_reason(self.cleaned_data["reason"], self.cleaned_data["words"])


class RemarksFilter(forms.Form):
    """Which own words the desk shows. Unknown values are left out, never an error."""

    questionnaire = forms.ChoiceField(label=pgettext_lazy("survey", "Questionnaire"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        rows = Questionnaire.objects.order_by("title").values_list("slug", "title")
        self.fields["questionnaire"].choices = [("", _("All questionnaires")), *rows]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """What makes sense of it and is not empty."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
