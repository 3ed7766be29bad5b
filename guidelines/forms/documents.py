"""Forms of the desk: a document, its settings, a draft, its file, its questions, its publication."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.forms import DayField, WordsField
from ita_portal.uploads import SafeUpload, accept_upload
from organization.models import Division

from ..choices import Audience, Readers
from ..errors import RefusedError
from ..markup import LONGEST
from ..models import CheckQuestion
from ..models.documents import MOST_CHOICES, RESERVED, SLUG
from ..services.documents import Question, Settings, Words

_MOST_EDITS = 2**31 - 1


class DeskForm(forms.Form):
    """A form of the desk: says a refusal at its field, keeps what was typed."""

    error_css_class = "is-invalid"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)

    def say(self, refused: RefusedError) -> None:
        """Show why an act was refused, at the field it is about."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused))


class EditsField(forms.IntegerField):
    """How often something had been changed when it was shown."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(min_value=0, max_value=_MOST_EDITS)


class MarkField(forms.CharField):
    """The mark of a form that was shown."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(max_length=64, min_length=4)


class WordsForm(DeskForm):
    """What a version says."""

    title = WordsField(
        label=gettext_lazy("Title"), max_length=200,
        error_messages={"required": gettext_lazy("Write the title of the document.")},
    )  # fmt: skip
    summary = WordsField(
        label=gettext_lazy("In short"), required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One or two sentences for the list: what it is about and whom it helps."),
    )  # fmt: skip


class DraftForm(WordsForm):
    """A draft."""

    body = WordsField(
        label=gettext_lazy("Text of the document"), required=False, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 28, "class": "draft-text", "spellcheck": "true"}),
        help_text=gettext_lazy("With a few signs, explained below. It may stay empty where a PDF is attached."),
    )  # fmt: skip
    change_note = WordsField(
        label=gettext_lazy("What has changed"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Everybody reads this beside the document. Needed from the second version on."),
    )  # fmt: skip
    reason = WordsField(
        label=gettext_lazy("Why it has changed"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    edits = EditsField()

    def words(self) -> Words:
        """For the services."""
        return Words(**{name: self.cleaned_data[name] for name in Words.__slots__})


class SettingsForm(DeskForm):
    """Who reads a document and who confirms it."""

    readers = forms.ChoiceField(label=gettext_lazy("Who may read it"), choices=Readers.choices)
    audience = forms.ChoiceField(label=gettext_lazy("Who has to confirm it"), choices=Audience.choices)
    divisions = forms.ModelMultipleChoiceField(
        Division.objects.none(), label=gettext_lazy("Divisions whose staff confirm it"), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Only where it is for some divisions."),
    )  # fmt: skip
    order = forms.IntegerField(
        label=gettext_lazy("Place in the list"), min_value=0, max_value=9999, initial=100,
        help_text=gettext_lazy("Small numbers come first."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["divisions"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 - for the type
        field.queryset = Division.objects.filter(active=True).order_by("order")

    def settings(self) -> Settings:
        """For the services."""
        given = self.cleaned_data
        return Settings(
            readers=given["readers"], audience=given["audience"], divisions=tuple(given["divisions"]),
            order=given["order"], withdrawn_on=given.get("withdrawn_on"),
            withdrawn_reason=given.get("withdrawn_reason", ""),
        )  # fmt: skip


class ChangeSettingsForm(SettingsForm):
    """The same of a document that is there; it may be withdrawn."""

    withdrawn_on = DayField(
        label=gettext_lazy("Withdrawn on"), required=False,
        help_text=gettext_lazy("Such as 23/11/2569. From that day on nobody has to confirm it; it stays readable."),
    )  # fmt: skip
    withdrawn_reason = WordsField(
        label=gettext_lazy("Why it is withdrawn"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    edits = EditsField()

    def clean(self) -> dict[str, Any]:
        """A reason without a day withdraws nothing."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("withdrawn_reason") and not cleaned.get("withdrawn_on") and "withdrawn_on" not in self.errors:
            self.add_error("withdrawn_on", _("Write the day from which it is withdrawn."))
        return cleaned


class DocumentForm(SettingsForm, WordsForm):
    """A document that is begun."""

    form_mark = MarkField()
    slug = forms.RegexField(
        SLUG, label=gettext_lazy("Name in the address"), max_length=60,
        help_text=gettext_lazy("Small Latin letters, digits and hyphens, such as asset-manual. It never changes."),
        error_messages={
            "required": gettext_lazy("Write a name for the address."),
            "invalid": gettext_lazy("Small Latin letters, digits and hyphens only; a letter comes first."),
        },
    )  # fmt: skip
    field_order = ("form_mark", "title", "slug", "summary", "readers", "audience", "divisions", "order")

    def clean_slug(self) -> str:
        """None of the portal's own words."""
        slug: str = self.cleaned_data["slug"]
        if slug in RESERVED:
            raise ValidationError(_("The portal uses this word itself. Choose another."))
        return slug

    def words(self) -> Words:
        """For the services."""
        return Words(title=self.cleaned_data["title"], summary=self.cleaned_data["summary"])


class FileForm(DeskForm):
    """A PDF for a draft."""

    file = forms.FileField(
        label=gettext_lazy("PDF"), widget=forms.FileInput(attrs={"accept": ".pdf"}),
        help_text=gettext_lazy("For example the signed order. Nobody sees it before the version is published."),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )  # fmt: skip
    edits = EditsField()

    def clean_file(self) -> SafeUpload:
        """What may be kept of it."""
        file: UploadedFile = self.cleaned_data["file"]
        return accept_upload(file)


class QuestionForm(DeskForm):
    """A check question."""

    text = WordsField(
        label=gettext_lazy("Question"), max_length=500, error_messages={"required": gettext_lazy("Write the question.")}
    )
    choices = WordsField(
        label=gettext_lazy("Answers to choose from"), max_length=2400, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Two to six, each on a line of its own."),
        error_messages={"required": gettext_lazy("Write at least two answers, each on a line of its own.")},
    )  # fmt: skip
    answer = forms.IntegerField(
        label=gettext_lazy("Which of them is right"), min_value=1, max_value=MOST_CHOICES,
        help_text=gettext_lazy("Its number: 1 is the first line."),
        error_messages={"required": gettext_lazy("Say which answer is right, by its number.")},
    )  # fmt: skip
    explanation = WordsField(
        label=gettext_lazy("Why this answer is right"), max_length=600, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Whoever answers wrongly reads it and tries again. Tries are not kept."),
        error_messages={"required": gettext_lazy("Explain the right answer: whoever errs reads it.")},
    )  # fmt: skip
    edits = EditsField()

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_new:
            del self.fields["edits"]

    @staticmethod
    def initial_of(question: CheckQuestion) -> dict[str, Any]:
        """The fields of a question that is there."""
        return {
            "text": question.text, "choices": "\n".join(question.choices), "answer": question.answer + 1,
            "explanation": question.explanation,
        }  # fmt: skip

    def clean_choices(self) -> tuple[str, ...]:
        """One a line."""
        found = tuple(line.strip() for line in self.cleaned_data["choices"].split("\n") if line.strip())
        if not 2 <= len(found) <= MOST_CHOICES:
            raise ValidationError(_("Write two to six answers, each on a line of its own."))
        if any(len(line) > 300 for line in found):
            raise ValidationError(_("An answer has at most 300 letters."))
        return found

    def question(self) -> Question:
        """For the services."""
        given = self.cleaned_data
        return Question(given["text"], given["choices"], given["answer"] - 1, given["explanation"])


class PublishForm(DeskForm):
    """The publication of a draft as it was shown."""

    edits = EditsField()
    in_force_on = DayField(
        label=gettext_lazy("In force since"),
        help_text=gettext_lazy("Today or a later day, such as 23/11/2569."),
        error_messages={"required": gettext_lazy("Write the day from which it is in force.")},
    )  # fmt: skip
    asks_again = forms.TypedChoiceField(
        label=gettext_lazy("Who confirms this version"),
        choices=[
            ("1", gettext_lazy("Everybody again: something has changed that people must know")),
            ("0", gettext_lazy("Only who has not confirmed yet: a correction that changes no meaning")),
        ],
        coerce=lambda value: value == "1", widget=forms.RadioSelect, initial="1",
        error_messages={"required": gettext_lazy("Choose who confirms this version.")},
    )  # fmt: skip

    def __init__(self, *args: Any, first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if first:
            del self.fields["asks_again"]
            self.fields["in_force_on"].help_text = _(
                "Such as 23/11/2569. An earlier day is possible for the first version."
            )

    def asks(self) -> bool:
        """Whether who has confirmed an earlier version is asked again."""
        return bool(self.cleaned_data.get("asks_again", True))

    def day(self) -> dt.date:
        """From when it is in force."""
        day: dt.date = self.cleaned_data["in_force_on"]
        return day
