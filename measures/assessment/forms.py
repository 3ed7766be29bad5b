"""Forms of the desk: a year to begin, everything of a year's result, a file, a finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import FIRST_YEAR, LAST_YEAR
from ita_portal.forms import WordsField
from ita_portal.refusals import RefusedError
from ita_portal.tables.problems import BadValueError, in_words
from ita_portal.tables.reading import accept_table
from ita_portal.thai import to_arabic_digits
from ita_portal.uploads import SafeUpload

from ..choices import Instrument
from ..models import AssessmentResult, IssueArea
from . import scoring
from .answering import LONGEST_FINDING
from .choices import Mark
from .entry import QuestionEntry, ResultEntry, entry_of, in_order
from .reading import INSTRUMENTS
from .values import CODE, read_score

NEW_ROWS = 5
"""Empty rows for codes that the year does not have yet; after saving there are new ones."""
MOST_EDITS = 2**31 - 1


class DeskForm(forms.Form):
    """A form of the desk: says a refusal at its field, keeps what was typed."""

    error_css_class = "is-invalid"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)

    def say(self, refused: RefusedError) -> None:
        """Show why an act was refused, at the field it is about."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused))


class ScoreField(forms.Field):
    """A score of 0 to 100 with two decimals, in either digits; empty or a dash: not known."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": "7"})

    def to_python(self, value: Any) -> Decimal | None:
        """The score."""
        try:
            return read_score(str(value or ""))
        except BadValueError as error:
            raise ValidationError(in_words(error.message, error.params), code="invalid") from None


class ItemField(forms.TypedChoiceField):
    """The score of an item of OIT: disclosed, not disclosed, not known."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", gettext_lazy("not known")), ("100", "100"), ("0", "0")]
        super().__init__(choices=choices, coerce=Decimal, empty_value=None, required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """`100.00` of the database is the choice `100`."""
        return str(int(value)) if isinstance(value, Decimal) else value


class YearField(forms.IntegerField):
    """A year of the Buddhist Era, in either digits."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "size": "6"})
        super().__init__(min_value=FIRST_YEAR, max_value=LAST_YEAR, widget=widget, **kwargs)

    def to_python(self, value: Any) -> int | None:
        """The year."""
        return super().to_python(to_arabic_digits(str(value or ""))[:20])


class BeginForm(DeskForm):
    """The year of a result; the reason, where one is published already."""

    fiscal_year = YearField(
        label=gettext_lazy("Assessment year (B.E.)"),
        help_text=gettext_lazy("The year that was assessed, such as 2569."),
    )
    reason = WordsField(
        label=gettext_lazy("Reason of the correction"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Only where a result of that year is published already. Everybody reads it."),
    )  # fmt: skip


class EditsForm(DeskForm):
    """An act on a draft as it was shown. seen: number of the version in force then, 0 for none."""

    edits = forms.IntegerField(min_value=0, max_value=MOST_EDITS, widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=0, max_value=32767, required=False, widget=forms.HiddenInput)


class FileForm(DeskForm):
    """A file: accepted only where its content is a whole and harmless workbook or CSV."""

    file = forms.FileField(
        label=gettext_lazy("File"), max_length=300, widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy("Excel (.xlsx) or CSV, at most 20 MB. Nothing is stored before you have seen it."),
        error_messages={"required": gettext_lazy("Choose a file."),
                        "empty": gettext_lazy("The file is empty. Choose it again.")},
    )  # fmt: skip

    def clean_file(self) -> SafeUpload:
        """What may be kept of it."""
        file: UploadedFile = self.cleaned_data["file"]
        return accept_table(file)


class FindingForm(DeskForm):
    """A finding about a weak question."""

    area = forms.ModelChoiceField(
        label=gettext_lazy("Issue area of the plan"), queryset=IssueArea.objects.none(), empty_label=None,
        widget=forms.RadioSelect, error_messages={"required": gettext_lazy("Choose an issue area.")},
    )  # fmt: skip
    text = WordsField(
        label=gettext_lazy("Finding"), max_length=LONGEST_FINDING, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("In your own words: what the result shows and why. The beginning is only an offer."),
        error_messages={"required": gettext_lazy("Write in your own words what was found.")},
    )  # fmt: skip


class ResultForm(DeskForm):
    """Everything of a year's result. Names: `total`, `s-IIT`, `i-2`, `c-2`, `q-I7`, `drop-I7`, `new-1-code` …"""

    edits = forms.IntegerField(min_value=0, max_value=MOST_EDITS, widget=forms.HiddenInput)
    source = WordsField(
        label=gettext_lazy("Source"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Where the figures were read: announcement, report, number and day."),
    )  # fmt: skip
    source_url = WordsField(
        label=gettext_lazy("Address of the source"), required=False, max_length=1000,
        help_text=gettext_lazy("Begins with https://"),
    )  # fmt: skip
    note = WordsField(
        label=gettext_lazy("Remark"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Everybody reads it."),
    )  # fmt: skip
    reason = WordsField(
        label=gettext_lazy("Reason of the correction"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=gettext_lazy("Everybody reads it."),
    )  # fmt: skip
    level = forms.ChoiceField(label=gettext_lazy("Level as announced"), required=False)
    total = ScoreField(label=gettext_lazy("Total"), required=False)

    def __init__(self, *args: Any, draft: AssessmentResult, is_correction: bool, **kwargs: Any) -> None:
        self.draft, self.base = draft, entry_of(draft)
        self.names = {row.number: row.name for row in draft.indicators.all()}
        self.instrument_of = {row.number: row.instrument for row in draft.indicators.all()}
        base = self.base
        kwargs["initial"] = {
            "edits": draft.edits, "source": base.source, "source_url": base.source_url, "note": base.note,
            "reason": base.reason, "level": base.level, "total": base.total,
            **{f"s-{name}": base.instruments.get(name) for name in INSTRUMENTS},
            **{f"i-{number}": score for number, score in base.indicators.items()},
            **{f"c-{number}": number in base.complete for number in self.names},
            **{f"q-{one.code}": one.score for one in base.questions},
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        if not is_correction:
            del self.fields["reason"]
        level: Any = self.fields["level"]
        level.choices = [("", _("not known")), *((band.key, band.label) for band in scoring.bands(draft.fiscal_year))]
        self._add_fields()

    def _add_fields(self) -> None:
        for name in INSTRUMENTS:
            self.fields[f"s-{name}"] = ScoreField(label=name, required=False)
        for number, name in self.names.items():
            self.fields[f"i-{number}"] = ScoreField(label=f"({number}) {name}", required=False)
            self.fields[f"c-{number}"] = forms.BooleanField(
                label=_("all questions of indicator %(number)s are listed here") % {"number": number}, required=False
            )
        for one in self.base.questions:
            is_item = one.instrument == Instrument.OIT
            label = _("Score of %(code)s") % {"code": one.code}
            self.fields[f"q-{one.code}"] = (
                ItemField(label=label) if is_item else ScoreField(label=label, required=False)
            )
            if one.mark == Mark.OFFICE:
                self.fields[f"drop-{one.code}"] = forms.BooleanField(
                    label=_("remove %(code)s") % {"code": one.code}, required=False
                )
        for row in range(1, NEW_ROWS + 1):
            self.fields[f"new-{row}-code"] = WordsField(label=_("Code"), required=False, max_length=8)
            self.fields[f"new-{row}-indicator"] = forms.TypedChoiceField(
                label=_("Indicator"), required=False, coerce=int, empty_value=None,
                choices=[("", _("not known")), *((number, f"{number} {name}") for number, name in self.names.items())],
            )  # fmt: skip
            self.fields[f"new-{row}-text"] = WordsField(label=_("Wording"), required=False, max_length=2000)
            self.fields[f"new-{row}-score"] = ScoreField(label=_("Score"), required=False)

    def clean(self) -> dict[str, Any]:
        """New codes are codes, each once, each with an indicator of its own instrument."""
        given = super().clean() or {}
        known = {one.code for one in self.base.questions}
        for row in range(1, NEW_ROWS + 1):
            name = f"new-{row}-code"
            code = to_arabic_digits(given.get(name) or "").upper().replace(" ", "")
            filled = any(given.get(f"new-{row}-{part}") not in (None, "") for part in ("indicator", "text", "score"))
            if not code:
                if filled:
                    self.add_error(name, _("Write the code of this question."))
                continue
            given[name] = code
            if not CODE.fullmatch(code):
                self.add_error(name, _("A code is a letter I, E or O and a number, such as I7."))
                continue
            if code in known:
                self.add_error(name, _("This code is in the list already."))
            known.add(code)
            number, score = given.get(f"new-{row}-indicator"), given.get(f"new-{row}-score")
            instrument = Instrument.of_code(code)
            if number is not None and self.instrument_of.get(number) != instrument:
                self.add_error(f"new-{row}-indicator", _("This indicator belongs to another instrument."))
            if instrument == Instrument.OIT and score not in (None, 0, 100):
                self.add_error(f"new-{row}-score", _("An item of OIT has 100 or 0."))
        return given

    def entry(self) -> ResultEntry:
        """What was said."""
        given = self.cleaned_data
        kept = [
            replace(one, score=given[f"q-{one.code}"])
            for one in self.base.questions
            if not given.get(f"drop-{one.code}")
        ]
        return replace(
            self.base,
            total=given["total"], level=given["level"], source=given["source"], source_url=given["source_url"],
            note=given["note"], reason=given.get("reason", self.base.reason),
            instruments={name: given[f"s-{name}"] for name in INSTRUMENTS},
            indicators={number: given[f"i-{number}"] for number in self.names},
            complete=frozenset(number for number in self.names if given[f"c-{number}"]),
            questions=in_order([*kept, *self._new()]),
        )  # fmt: skip

    def _new(self) -> Iterator[QuestionEntry]:
        given = self.cleaned_data
        for row in range(1, NEW_ROWS + 1):
            if code := given[f"new-{row}-code"]:
                yield QuestionEntry(
                    code, Instrument.of_code(code).value, given[f"new-{row}-score"], given[f"new-{row}-indicator"], "",
                    given[f"new-{row}-text"],
                )  # fmt: skip

    # What the template prints.

    def instrument_fields(self) -> list[BoundField]:
        """IIT, EIT, OIT."""
        return [self[f"s-{name}"] for name in INSTRUMENTS]

    def indicator_fields(self) -> list[tuple[int, str, BoundField, BoundField]]:
        """Number, name, score, whether complete."""
        return [(number, name, self[f"i-{number}"], self[f"c-{number}"]) for number, name in self.names.items()]

    def question_fields(self) -> list[tuple[str, list[tuple[QuestionEntry, BoundField, BoundField | None]]]]:
        """By instrument: the question, its score, its box to remove it."""
        found: dict[str, list[tuple[QuestionEntry, BoundField, BoundField | None]]] = {}
        for one in self.base.questions:
            drop = self[f"drop-{one.code}"] if one.mark == Mark.OFFICE else None
            found.setdefault(one.instrument, []).append((one, self[f"q-{one.code}"], drop))
        return list(found.items())

    def new_fields(self) -> list[list[BoundField]]:
        """Rows for codes that are not there yet."""
        parts = ("code", "indicator", "text", "score")
        return [[self[f"new-{row}-{part}"] for part in parts] for row in range(1, NEW_ROWS + 1)]

    def wrong(self) -> list[BoundField]:
        """The fields with an error, in their order."""
        return [field for field in self if field.errors]
