"""The form in which a draft of a questionnaire is written: a row for each question."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.forms import WordsField

from ..choices import Kind
from ..models import Question, Version

EMPTY_ROWS = 3
MOST_ROWS = 150


def _lines() -> forms.Textarea:
    """A field of a few lines."""
    return forms.Textarea(attrs={"rows": 2})


class HeadForm(forms.Form):
    """What stands above the questions."""

    introduction = WordsField(label=gettext_lazy("Introduction"), max_length=2_000, required=False, widget=_lines())
    source = WordsField(label=gettext_lazy("Source of the wording"), max_length=2_000, required=False, widget=_lines())
    asks_division = forms.BooleanField(label=gettext_lazy("Asks which division served"), required=False)
    assessment_year = forms.IntegerField(
        label=gettext_lazy("Assessment year (B.E.), for a practice"), required=False, min_value=2500, max_value=2700
    )


class QuestionForm(forms.Form):
    """A question, or a part of one. A row without code and wording is left out."""

    code = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._-]*$", label=gettext_lazy("Code"), max_length=12, required=False,
        error_messages={
            "invalid": gettext_lazy("A code has Latin letters, digits, dots and dashes, for example S1 or I4.2.")
        },
    )  # fmt: skip
    part_of = forms.CharField(label=gettext_lazy("Part of (code)"), max_length=12, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Answered by"), choices=Kind.choices, required=False)
    text = WordsField(label=gettext_lazy("Wording"), max_length=2_000, required=False, widget=_lines())
    note = WordsField(label=gettext_lazy("Note below the question"), max_length=1_000, required=False, widget=_lines())
    explanation = WordsField(label=gettext_lazy("What it means"), max_length=2_000, required=False, widget=_lines())
    indicator = forms.IntegerField(label=gettext_lazy("Indicator (1–8)"), min_value=1, max_value=8, required=False)
    reversed = forms.BooleanField(label=gettext_lazy("Reversed: “most” or “yes” is bad"), required=False)
    required = forms.BooleanField(label=gettext_lazy("Must be answered"), required=False)
    remove = forms.BooleanField(label=gettext_lazy("Leave out"), required=False)

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing, or is to be left out."""
        said = self.cleaned_data
        return bool(said.get("remove")) or not (said.get("code") or said.get("text"))

    def clean(self) -> dict[str, Any]:
        """A code needs a wording, and the other way round."""
        said: dict[str, Any] = super().clean() or {}
        if not said.get("remove"):
            if said.get("code") and not said.get("text") and "text" not in self.errors:
                self.add_error("text", _("Write the question %(code)s.") % {"code": said["code"]})
            if said.get("text") and not said.get("code") and "code" not in self.errors:
                self.add_error("code", _("Give the question a code."))
        return said


class _Rows(forms.BaseFormSet):
    """All questions: codes once, parts after what they belong to."""

    def clean(self) -> None:
        """Compare the rows with each other."""
        if any(self.errors):
            return
        rows = [form for form in self.forms if not form.is_empty]
        wholes: set[str] = set()
        seen: set[str] = set()
        for form in rows:
            code, whole = form.cleaned_data["code"], form.cleaned_data["part_of"].strip()
            if code in seen:
                form.add_error("code", _("This code is used by another question."))
            seen.add(code)
            if not whole:
                wholes.add(code)
            elif whole not in wholes:
                form.add_error("part_of", _("Write the question that it belongs to above it."))


QuestionRows = forms.formset_factory(
    QuestionForm, formset=_Rows, extra=EMPTY_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
)
"""The rows of the form."""


def rows_of(version: Version | None) -> list[dict[str, Any]]:
    """The questions of a version as rows of the form."""
    if version is None:
        return []
    questions: Sequence[Question] = list(version.questions.all())
    codes = {one.pk: one.code for one in questions}
    return [
        {
            "code": one.code, "part_of": codes.get(one.part_of_id or 0, ""), "kind": one.kind, "text": one.text,
            "note": one.note, "explanation": one.explanation, "indicator": one.indicator, "reversed": one.reversed,
            "required": one.required,
        }
        for one in questions
    ]  # fmt: skip


def head_of(version: Version | None) -> dict[str, Any]:
    """What stands above the questions of a version."""
    if version is None:
        return {"asks_division": True}
    names = ("introduction", "source", "asks_division", "assessment_year")
    return {name: getattr(version, name) for name in names}


def mark_of(version: Version | None) -> str:
    """Stands for a version as somebody saw it, so that nobody overwrites another's draft unseen."""
    if version is None:
        return ""
    said = json.dumps([version.pk, head_of(version), rows_of(version)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def content_of(head: HeadForm, rows: Any) -> dict[str, Any]:
    """What `services.questionnaires.draft_version` takes."""
    questions: dict[str, dict[str, Any]] = {}
    for form in rows.forms:
        if form.is_empty:
            continue
        said = dict(form.cleaned_data)
        said.pop("remove")
        whole = said.pop("part_of").strip()
        said["kind"] = said["kind"] or Kind.LEVELS
        if whole:
            questions[whole].setdefault("parts", []).append(said)
        else:
            questions[said["code"]] = said
    return {**head.cleaned_data, "questions": list(questions.values())}
