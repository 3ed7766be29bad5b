"""Forms of trainings: what a training is, its days, its questions; filters; taking a test."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ita_portal.forms import DayField, WordsField
from ita_portal.refusals import RefusedError
from organization.models import Division

from ..models import Training, TrainingQuestion, TrainingSession
from ..models.training_tests import MOST_OPTIONS
from ..services.trainings import Details, Span
from ..trainings_choices import Topic

_LONGEST = 5_000


class HouseForm(forms.Form):
    """A form that takes a refusal of the services at the field that it is about."""

    def say(self, refusal: RefusedError) -> None:
        """Show why it was refused."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class HourField(forms.TimeField):
    """An hour as `09:00`, also as `9.00 น.`."""

    widget = forms.TimeInput(format="%H:%M", attrs={"autocomplete": "off", "placeholder": "09:00"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%H:%M", "%H.%M", "%H:%M:%S"], **kwargs)

    def to_python(self, value: Any) -> dt.time | None:
        """The hour; None where nothing was written."""
        if isinstance(value, str):
            value = value.replace("น.", "").strip()[:20]
        return super().to_python(value)


class SpanForm(HouseForm):
    """A day of a training and its hours."""

    day = DayField(label=_("Day"), help_text=_("dd/mm/yyyy of the Buddhist Era, such as 23/11/2569"))
    begins = HourField(label=_("Begins at"))
    ends = HourField(label=_("Ends at"))

    def clean(self) -> dict[str, Any]:
        """It ends after it has begun."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("begins") and found.get("ends") and found["ends"] <= found["begins"]:
            self.add_error("ends", gettext("It ends after it has begun."))
        return found

    @property
    def span(self) -> Span:
        """What was written."""
        return Span(self.cleaned_data["day"], self.cleaned_data["begins"], self.cleaned_data["ends"])

    @staticmethod
    def initial_of_session(session: TrainingSession) -> dict[str, Any]:
        """What stands there."""
        return {"day": session.day, "begins": session.begins, "ends": session.ends}


class TrainingForm(HouseForm):
    """What a training is. Without its days, which have a form of their own."""

    title = WordsField(label=pgettext_lazy("training", "Title"), max_length=200)
    topic = forms.ChoiceField(
        label=_("Topic"), choices=[("", _("Choose a topic")), *Topic.choices],
        help_text=_("“Ethics and code of conduct” counts for issue area 6 of the plan."),
    )  # fmt: skip
    objective = WordsField(label=_("Objective"), max_length=_LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
    content = WordsField(
        label=_("Content"), max_length=_LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    trainer = WordsField(label=_("Trainer"), max_length=200)
    place = WordsField(label=pgettext_lazy("training", "Place"), max_length=200, required=False)
    online_url = forms.CharField(
        label=_("Online link"), max_length=500, required=False, validators=[URLValidator(schemes=["https", "http"])],
        help_text=_("Shown only to those who are enrolled."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )  # fmt: skip
    hours = forms.DecimalField(
        label=_("Hours on the certificate"), min_value=0, max_value=200, max_digits=4, decimal_places=1,
        help_text=_("Without breaks."), widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    seats = forms.IntegerField(
        label=_("Seats"), required=False, min_value=1, max_value=9_999,
        help_text=_("Leave it empty where all have room. Later ones wait in a queue and move up."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    enrol_until = DayField(label=_("Enrolment until"), help_text=_("The last day on which people may enrol."))
    organiser = forms.ModelChoiceField(label=_("Organised by"), queryset=Division.objects.none())
    for_all = forms.BooleanField(label=_("For all staff"), required=False)
    divisions = forms.ModelMultipleChoiceField(
        label=_("Or only for these divisions"), queryset=Division.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    pass_mark = forms.IntegerField(
        label=_("Pass mark of the test afterwards (percent)"), required=False, min_value=1, max_value=100,
        help_text=_("Leave it empty where the certificate does not depend on the test."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    edits = forms.IntegerField(required=False, min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)
    form_mark = WordsField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = Division.objects.filter(active=True)
        self.fields["organiser"].queryset = active  # type: ignore[attr-defined]
        self.fields["divisions"].queryset = active  # type: ignore[attr-defined]

    def clean_hours(self) -> Any:
        """More than no time."""
        hours = self.cleaned_data["hours"]
        if hours is not None and hours <= 0:
            raise forms.ValidationError(gettext("A training takes more than no time, and at most 200 hours."))
        return hours

    @property
    def details(self) -> Details:
        """What was written."""
        found = self.cleaned_data
        return Details(
            divisions=list(found["divisions"]),
            **{
                name: found[name]
                for name in (
                    "title", "topic", "objective", "content", "trainer", "place", "online_url", "hours", "seats",
                    "enrol_until", "organiser", "for_all", "pass_mark",
                )
            },
        )  # fmt: skip

    @staticmethod
    def initial_of(training: Training) -> dict[str, Any]:
        """What stands there."""
        return {
            **{name: getattr(training, name) for name in TrainingForm.base_fields if name != "divisions"},
            "divisions": list(training.divisions.all()),
        }


class NewTrainingForm(TrainingForm, SpanForm):
    """A training and its first day."""

    field_order = ["title", "topic", "objective", "content", "trainer", "place", "online_url", "day", "begins", "ends"]


class CancelForm(HouseForm):
    """Why a training is cancelled."""

    reason = WordsField(
        label=_("Why it is cancelled"), max_length=500, help_text=_("Those who are enrolled read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class QuestionForm(HouseForm):
    """A question of the test: two to six options, one of which is right."""

    text = WordsField(label=_("Question"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    right = forms.TypedChoiceField(
        label=_("Which is right?"), coerce=int,
        choices=[("", _("Choose the right option")), *((str(place), str(place + 1)) for place in range(MOST_OPTIONS))],
    )  # fmt: skip
    why = WordsField(
        label=_("Why it is right"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Read by everybody who has passed the test afterwards."),
    )  # fmt: skip

    field_order = ["text", *(f"option_{place}" for place in range(MOST_OPTIONS)), "right", "why"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(MOST_OPTIONS):
            self.fields[f"option_{place}"] = WordsField(
                label=gettext("Option %(number)s") % {"number": place + 1}, max_length=300, required=place < 2
            )
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Options without a gap, and the right one among them."""
        found: dict[str, Any] = super().clean() or {}
        options = [found.get(f"option_{place}") or "" for place in range(MOST_OPTIONS)]
        written = [option for option in options if option]
        if options[: len(written)] != written:
            self.add_error(f"option_{options.index('')}", gettext("Fill in the options without a gap."))
        right = found.get("right")
        if isinstance(right, int) and not (0 <= right < len(written)):
            self.add_error("right", gettext("This option is empty."))
        if len(set(written)) != len(written):
            self.add_error(None, gettext("Two options say the same."))
        found["options"] = written
        return found

    @staticmethod
    def initial_of(question: TrainingQuestion) -> dict[str, Any]:
        """What stands there."""
        options = {f"option_{place}": option for place, option in enumerate(question.options)}
        return {"text": question.text, "right": question.right, "why": question.why, **options}


class TestForm(HouseForm):
    """A test: one field a question, `question_<id>`."""

    __test__ = False

    def __init__(self, training: Training, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in training.questions.all():
            self.fields[f"question_{question.pk}"] = forms.TypedChoiceField(
                label=question.text, coerce=int, widget=forms.RadioSelect,
                choices=[(str(place), option) for place, option in enumerate(question.options)],
                error_messages={"required": _("Choose an answer."), "invalid_choice": _("Choose an answer.")},
            )  # fmt: skip

    @property
    def answers(self) -> dict[int, int]:
        """The place of the chosen option by question."""
        return {int(name.removeprefix("question_")): place for name, place in self.cleaned_data.items()}


class TrainingsFilter(forms.Form):
    """What the public list shows. Unknown values are left out, never an error."""

    year = forms.ChoiceField(label=_("Fiscal year (B.E.)"), required=False)
    kind = forms.ChoiceField(
        label=pgettext_lazy("training", "Topic"), required=False, choices=[("", _("All topics")), *Topic.choices]
    )

    def __init__(self, data: Any, *, years: list[int]) -> None:
        super().__init__(data)
        self.fields["year"].choices = [(str(year), str(year)) for year in years]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """What makes sense of it and is not empty."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class AddPersonForm(HouseForm):
    """Somebody whom the organiser puts on the list, or ticks."""

    person: Any = forms.ModelChoiceField(label=_("Somebody who is not on the list"), queryset=None)

    def __init__(self, people: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.queryset = people
        field.label_from_instance = lambda user: f"{user} · {user.division}"
