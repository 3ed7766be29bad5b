"""The form by which somebody of the staff confirms a version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import CheckQuestion, Version
from .documents import DeskForm


class ReadForm(DeskForm):
    """“Read and understood”, with the check questions of the version. What was answered wrongly is explained."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=32_767)
    understood = forms.BooleanField(
        label=gettext_lazy("I have read and understood this version."),
        error_messages={"required": gettext_lazy("Tick this where you have read and understood it.")},
    )  # fmt: skip

    def __init__(self, *args: Any, questions: Sequence[CheckQuestion], version: Version, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        self.initial["version"] = version.number
        for one in questions:
            self.fields[_name(one)] = forms.TypedChoiceField(
                label=one.text, choices=list(enumerate(one.choices)), coerce=int, widget=forms.RadioSelect,
                error_messages={
                    "required": _("Choose an answer."),
                    "invalid_choice": _("Choose an answer."),
                },
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The explanation at each question that was answered wrongly."""
        cleaned: dict[str, Any] = super().clean() or {}
        for one in self.questions:
            given = cleaned.get(_name(one))
            if given is not None and given != one.answer:
                sentence = _("Not quite. %(explanation)s Try again.") % {"explanation": one.explanation}
                self.add_error(_name(one), sentence)
        return cleaned

    def answers(self) -> dict[int, int | None]:
        """By the questions' places."""
        return {one.position: self.cleaned_data.get(_name(one)) for one in self.questions}

    @property
    def checks(self) -> list[forms.BoundField]:
        """The questions' fields, in their order."""
        return [self[_name(one)] for one in self.questions]


def _name(question: CheckQuestion) -> str:
    return f"check_{question.position}"
