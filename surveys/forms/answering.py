"""The form that a survey is answered with, made of its questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ita_portal.forms import WordsField
from ita_portal.refusals import RefusedError
from organization.models import Division

from ..choices import Kind
from ..models import Question, Survey
from ..services.answering import LONGEST_REMARK, Said, answered_questions
from ..words import CHOICE_WORDS

_LONGEST_MARK, _LONGEST_SLIP = 64, 60


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on the form with its fields: one, or one for each part. number: in the order of the form."""

    number: int
    question: Question
    parts: tuple[tuple[Question, BoundField], ...]

    @property
    def field(self) -> BoundField:
        """The field of a question without parts."""
        return self.parts[0][1]

    @property
    def is_text(self) -> bool:
        """Whether it is answered in own words."""
        return self.question.kind == Kind.TEXT

    @property
    def has_parts(self) -> bool:
        """Whether its parts are answered."""
        return self.parts[0][0].pk != self.question.pk


class AnswerForm(forms.Form):
    """An answer. `q-<code>` for each question, `division`, `slip`, `form_mark`. divisions: that may be chosen."""

    form_mark = WordsField(required=False, max_length=_LONGEST_MARK, widget=forms.HiddenInput)

    def __init__(
        self, survey: Survey, questions: Sequence[Question], divisions: Sequence[Division], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.survey, self.questions = survey, list(questions)
        self.divisions = {str(division.pk): division for division in divisions}
        self.answered = answered_questions(self.questions)
        self.fields["slip"] = WordsField(
            label=_("Code on your slip"), required=not survey.open_link, max_length=_LONGEST_SLIP,
            help_text=_("Twelve digits. Each slip can be used once."),
            widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
            error_messages={
                "required": _("This survey is answered with a single-use code. Enter the code on your slip."),
                "max_length": _("This code is not complete or has a typing error. Compare it with the slip."),
            },
        )  # fmt: skip
        if survey.version.asks_division:
            self.fields["division"] = forms.ChoiceField(
                label=_("Which division served you?"), required=False, widget=forms.RadioSelect,
                choices=[*((key, _name(one)) for key, one in self.divisions.items()), ("", _("Not sure, or another"))],
                error_messages={"invalid_choice": _("Choose the division again, or “Not sure”.")},
            )  # fmt: skip
        for question in self.answered:
            self.fields[f"q-{question.code}"] = _field(question)

    def asked(self) -> Iterator[Asked]:
        """The questions in their order, what is asked in own words last."""
        parts: dict[int, list[tuple[Question, BoundField]]] = {}
        for question in self.answered:
            parts.setdefault(question.part_of_id or question.pk, []).append((question, self[f"q-{question.code}"]))
        whole = [question for question in self.questions if question.part_of_id is None]
        whole.sort(key=lambda question: question.kind == Kind.TEXT)
        for number, question in enumerate(whole, start=1):
            yield Asked(number, question, tuple(parts[question.pk]))

    def said(self) -> Said:
        """What was answered; of a form that is valid."""
        given = self.cleaned_data
        choices, remarks = {}, {}
        for question in self.answered:
            value = given.get(f"q-{question.code}", "")
            if value and question.kind == Kind.TEXT:
                remarks[question.code] = value
            elif value:
                choices[question.code] = int(value)
        return Said(choices, remarks, self.divisions.get(given.get("division", "")))

    def say(self, refusal: RefusedError) -> None:
        """Show why it was refused, at its field where it is about one."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    def mistakes(self) -> Iterator[tuple[str, str, list[str]]]:
        """Where something is missing: the id to jump to, what the field is called, the sentences."""
        names = {f"q-{code}": number for code, number in self._numbers().items()}
        for name, errors in self.errors.items():
            if name in self.fields:
                field = self[name]
                radio = isinstance(field.field.widget, forms.RadioSelect)
                label = _("Question %(number)s") % {"number": names[name]} if name in names else field.label
                yield f"{field.auto_id}{'_0' if radio else ''}", str(label), [str(error) for error in errors]

    def _numbers(self) -> dict[str, int]:
        return {question.code: one.number for one in self.asked() for question, _field in one.parts}


def _field(question: Question) -> forms.Field:
    if question.kind == Kind.TEXT:
        return WordsField(
            label=question.text, required=False, max_length=LONGEST_REMARK,
            widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}), error_messages={"max_length": _TOO_LONG},
        )  # fmt: skip
    return forms.ChoiceField(
        label=question.text, required=question.required, widget=forms.RadioSelect,
        choices=[(str(place), words) for place, words in enumerate(CHOICE_WORDS[question.kind])],
        error_messages={"required": _("Choose one of the answers."), "invalid_choice": _("Choose one of the answers.")},
    )  # fmt: skip


def _name(division: Division) -> str:
    return (division.name_en or division.name) if get_language() == "en" else division.name


_TOO_LONG = _("This is too long: at most 2,000 letters.")
