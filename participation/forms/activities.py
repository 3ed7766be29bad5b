"""Forms of activities: the filter of the list, the words, acts with a reason, photos and documents."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ita_portal.fiscal import FiscalYear
from ita_portal.forms import DayField, WordsField
from ita_portal.refusals import RefusedError
from ita_portal.thai import to_arabic_digits
from ita_portal.uploads import ACCEPT, PICTURES, SafeUpload, accept_upload
from organization.models import Division, User

from ..activity_choices import GROUPS, MOST_PEOPLE, ActivityKind
from ..activity_reading import COMPLETE, OPEN
from ..models.activities import LONGEST_NOTE, LONGEST_TEXT, LONGEST_TITLE
from ..permissions import KEEP_PARTICIPATION

PHOTO_ROWS = 3
"""Photos that one form takes."""


class SpokenForm(forms.Form):
    """A form that takes a refusal of the services at the field that it is about."""

    def say(self, refusal: RefusedError) -> None:
        """Show why it was refused."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class EditsForm(SpokenForm):
    """How often the activity was changed, and its last version, when the form was shown."""

    edits = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    number = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False, widget=forms.HiddenInput)


class ClockField(forms.TimeField):
    """A time of the day as Thai people write it: `9:00`, `09.00`, `09.00 น.`, in either digits."""

    widget = forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off", "placeholder": "09.00"})

    def to_python(self, value: Any) -> dt.time | None:
        """The time; None where nothing was written."""
        if isinstance(value, dt.time):
            return value
        text = re.sub(r"\s*(น\.?|นาฬิกา)$", "", to_arabic_digits(str(value or "")[:40]).strip())
        if not text:
            return None
        found = re.fullmatch(r"([0-9]{1,2})\s*[.:]\s*([0-9]{2})|([0-9]{1,2})", text)
        hour, minute = (int(found[1] or found[3]), int(found[2] or 0)) if found else (99, 0)
        if hour > 23 or minute > 59:
            raise ValidationError(_("Write the time as 09.00."), code="invalid")
        return dt.time(hour, minute)

    def prepare_value(self, value: Any) -> Any:
        """`09.00`; what was typed stays as it was typed."""
        return value.strftime("%H.%M") if isinstance(value, dt.time) else value


class PeopleField(forms.IntegerField):
    """How many people: in either digits, with thousands."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> int | None:
        """The number; None where nothing was written."""
        text = re.sub(r"[,\s]", "", to_arabic_digits(str(value if value is not None else "")))
        if text and not re.fullmatch(r"[0-9]{1,12}", text):
            raise ValidationError(_("Write a whole number."), code="invalid")
        return int(text) if text else None


class ActivitiesFilter(forms.Form):
    """What the public list shows; `activity_reading.ActivityFilter` says what of an address makes sense."""

    year = forms.ChoiceField(label=gettext_lazy("Fiscal year"), required=False)
    quarter = forms.ChoiceField(
        label=gettext_lazy("Quarter"), required=False,
        choices=[("", gettext_lazy("All quarters")), ("1", gettext_lazy("1 (October to December)")),
                 ("2", gettext_lazy("2 (January to March)")), ("3", gettext_lazy("3 (April to June)")),
                 ("4", gettext_lazy("4 (July to September)"))],
    )  # fmt: skip
    division = forms.ChoiceField(label=gettext_lazy("Division"), required=False)
    kind = forms.ChoiceField(
        label=pgettext_lazy("activity", "Kind"), required=False,
        choices=[("", pgettext_lazy("activity", "All kinds")), *ActivityKind.choices],
    )  # fmt: skip
    status = forms.ChoiceField(
        label=pgettext_lazy("activity", "Result"), required=False,
        choices=[("", pgettext_lazy("activity", "With and without a result")),
                 (COMPLETE, gettext_lazy("With all four elements")), (OPEN, gettext_lazy("Result to come"))],
    )  # fmt: skip

    def __init__(self, chosen: dict[str, str], *, years: list[FiscalYear], divisions: dict[int, str]) -> None:
        super().__init__(initial=chosen)
        told = {int(chosen["year"])} if "year" in chosen else set()
        numbers = sorted({year.number for year in years} | told, reverse=True)
        self.fields["year"].choices = [  # type: ignore[attr-defined]
            ("", gettext_lazy("All years")), *((str(number), str(number)) for number in numbers)
        ]  # fmt: skip
        self.fields["division"].choices = [  # type: ignore[attr-defined]
            ("", gettext_lazy("All divisions")), *((str(key), name) for key, name in divisions.items())
        ]  # fmt: skip


class PlanForm(EditsForm):
    """What, where and when: all that an announcement says."""

    title = WordsField(
        label=gettext_lazy("Title"), max_length=LONGEST_TITLE,
        error_messages={"required": gettext_lazy("Write a title.")},
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("How people take part"),
        choices=[("", gettext_lazy("Choose a kind")), *ActivityKind.choices],
        error_messages={"required": gettext_lazy("Choose a kind")},
    )  # fmt: skip
    division = forms.ModelChoiceField(
        Division.objects.none(), label=gettext_lazy("Division"), empty_label=None,
        error_messages={"required": gettext_lazy("Choose a division."),
                        "invalid_choice": gettext_lazy("Choose a division.")},
    )  # fmt: skip
    subject = WordsField(
        label=gettext_lazy("(1) Subject: what people are asked, or work on"), required=False, max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The first of the four elements. Needed before anything is public."),
    )  # fmt: skip
    starts_on = DayField(
        label=gettext_lazy("First day"), help_text=gettext_lazy("Such as 15/12/2569"),
        error_messages={"required": gettext_lazy("Write the day.")},
    )  # fmt: skip
    ends_on = DayField(label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Empty: the same day."))
    starts_at = ClockField(label=gettext_lazy("From (time)"), required=False)
    ends_at = ClockField(label=gettext_lazy("Until (time)"), required=False)
    all_day = forms.BooleanField(
        label=gettext_lazy("It takes all day"), required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )  # fmt: skip
    place = WordsField(
        label=pgettext_lazy("activity", "Place"), max_length=300,
        error_messages={"required": gettext_lazy("Write where it takes place.")},
    )  # fmt: skip
    invitation = WordsField(
        label=gettext_lazy("Who may come, and how"), required=False, max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("For an announcement: who is invited, what to bring, which office to ask."),
    )  # fmt: skip
    related = WordsField(
        label=gettext_lazy("Belongs to"), required=False, max_length=300,
        help_text=gettext_lazy("A project, a measure or a question of citizens, in words."),
    )  # fmt: skip
    form_mark = WordsField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: User, is_new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Division.objects.filter(active=True)
        if not by.has_perm(KEEP_PARTICIPATION):
            rows = rows.filter(pk=by.division_id or 0)
        self.fields["division"].queryset = rows  # type: ignore[attr-defined]
        if is_new:
            self.fields["edits"].required = False

    def clean(self) -> dict[str, Any]:
        """The last day is the first where nothing else was written; times stand only where it is not all day."""
        given = super().clean() or self.cleaned_data
        if given.get("starts_on") and "ends_on" in given and given["ends_on"] is None:
            given["ends_on"] = given["starts_on"]
        if given.get("all_day"):
            given["starts_at"] = given["ends_at"] = None
        return given

    def words(self) -> dict[str, Any]:
        """As the services take them."""
        return {name: value for name, value in self.cleaned_data.items() if name not in _NO_WORDS}


_NO_WORDS = ("edits", "number", "form_mark")


class ResultForm(EditsForm):
    """What came of it: the second, third and fourth element."""

    participants = WordsField(
        label=gettext_lazy("(2) Summary of who took part"), required=False, max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Who they were, in words: which villages, groups, agencies. No names of citizens."),
    )  # fmt: skip
    result = WordsField(
        label=gettext_lazy("(3) Result of the participation"), required=False, max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("What was said, decided or done."),
    )  # fmt: skip
    used_for = WordsField(
        label=gettext_lazy("(4) How the result was used"), required=False, max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("What the municipality changed or improved because of it. The assessor looks for this."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group in GROUPS:
            self.fields[group.column] = PeopleField(
                label=str(group.name), required=False, min_value=0, max_value=MOST_PEOPLE,
                error_messages={"max_value": gettext_lazy("These are too many people for one group.")},
            )  # fmt: skip

    @property
    def groups(self) -> list[Any]:
        """The fields of numbers, in their order."""
        return [self[group.column] for group in GROUPS]

    def words(self) -> dict[str, Any]:
        """As the services take them."""
        return {name: value for name, value in self.cleaned_data.items() if name not in _NO_WORDS}


class ActForm(EditsForm):
    """What is done, with the reason or what changed."""

    note = WordsField(
        label=gettext_lazy("Reason"), required=False, max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=gettext_lazy("Everybody reads it."),
    )  # fmt: skip


class PhotosForm(SpokenForm):
    """Up to three photos, each with what can be seen in it."""

    consent = forms.BooleanField(
        label=gettext_lazy(
            "I have looked at the faces: nobody can be recognised who has not agreed, and no child without their "
            "parents' consent."
        ),
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        error_messages={"required": gettext_lazy("Look at the faces first, and confirm it.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, PHOTO_ROWS + 1):
            self.fields[f"photo_{number}"] = forms.FileField(
                label=_("Photo %(number)s") % {"number": number}, required=False,
                widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
            )  # fmt: skip
            self.fields[f"alt_{number}"] = WordsField(
                label=_("What can be seen in photo %(number)s") % {"number": number}, required=False, max_length=300
            )

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """Field of the file, field of the words."""
        return [(self[f"photo_{number}"], self[f"alt_{number}"]) for number in range(1, PHOTO_ROWS + 1)]

    def clean(self) -> dict[str, Any]:
        """Every photo is checked and painted anew, and says what can be seen."""
        given = super().clean() or self.cleaned_data
        found: list[tuple[SafeUpload, str]] = []
        for number in range(1, PHOTO_ROWS + 1):
            file, alt = given.get(f"photo_{number}"), given.get(f"alt_{number}", "")
            if not isinstance(file, UploadedFile):
                if alt and f"photo_{number}" not in self.errors:
                    self.add_error(f"photo_{number}", _("Choose the photo again."))
                continue
            if not alt and f"alt_{number}" not in self.errors:
                self.add_error(f"alt_{number}", _("Write what can be seen in the photo."))
            try:
                safe = accept_upload(file)
            except ValidationError as error:
                self.add_error(f"photo_{number}", error)
                continue
            if safe.content_type not in PICTURES:
                self.add_error(f"photo_{number}", _("Choose a photo: JPEG, PNG or WebP."))
                continue
            found.append((safe, alt))
        if not found and not self.errors:
            self.add_error("photo_1", _("Choose at least one photo."))
        given["photos"] = found
        return given


class DocumentForm(SpokenForm):
    """A file and what it is called."""

    file = forms.FileField(
        label=gettext_lazy("File"), widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=gettext_lazy("PDF is best. Look into it first: no list with names, signatures or telephone numbers."),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )  # fmt: skip
    title = WordsField(
        label=gettext_lazy("Title"), max_length=200, error_messages={"required": gettext_lazy("Write a title.")}
    )

    def clean_file(self) -> SafeUpload:
        """The file, where it may be kept."""
        file: UploadedFile = self.cleaned_data["file"]
        return accept_upload(file)


class RemoveForm(SpokenForm):
    """A photo or document that is taken away."""

    file = forms.RegexField(r"^[A-Za-z0-9_-]{1,16}$", widget=forms.HiddenInput)
    reason = WordsField(
        label=gettext_lazy("Why it is taken away"), required=False, max_length=LONGEST_NOTE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
