"""What an officer can do on the page of a case: one entry for each act, with its form and what runs behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from .choices import Act, Body, Outcome, Refusal, State
from .forms import desk as forms
from .models import Case, Item, Officer
from .opened import OpenedCase
from .services import acts
from .workflow import allows

Perform = Callable[[OpenedCase, Officer, dict[str, Any]], object]


class ChangedMeanwhileError(Exception):
    """Somebody wrote since the officer opened the page, or the same form came twice."""


@dataclass(frozen=True, slots=True)
class CaseAct:
    """An act with its form. done: said when it has happened. writes: it adds a piece of writing, once."""

    act: Act
    title: Any
    button: Any
    done: Any
    form: type[forms.ActForm]
    perform: Perform
    writes: bool = True

    @property
    def name(self) -> str:
        """In addresses."""
        return self.act.value


CASE_ACTS: dict[str, CaseAct] = {
    entry.name: entry
    for entry in (
        CaseAct(
            Act.ACCEPT, _("Take it up"), _("Take it up"), _("The complaint is taken up."), forms.AcceptForm,
            lambda opened, by, _data: acts.accept_case(opened, by=by), writes=False,
        ),
        CaseAct(
            Act.ASK, _("Ask the reporter"), _("Send the question"), _("The question was sent."), forms.AskForm,
            lambda opened, by, data: acts.ask_reporter(opened, by=by, text=data["text"], files=data["attachments"]),
        ),
        CaseAct(
            Act.ANSWER, _("Answer the reporter"), _("Send the answer"), _("The answer was sent."), forms.AnswerForm,
            lambda opened, by, data: acts.answer_reporter(opened, by=by, text=data["text"], files=data["attachments"]),
        ),
        CaseAct(
            Act.NOTE, _("Write a note"), _("Keep the note"), _("The note is kept."), forms.NoteForm,
            lambda opened, by, data: acts.write_note(opened, by=by, text=data["text"], files=data["attachments"]),
        ),
        CaseAct(
            Act.CLOSE, _("Record the outcome and close"), _("Close the complaint"), _("The complaint is closed."),
            forms.CloseForm,
            lambda opened, by, data: acts.close_case(
                opened, by=by, outcome=Outcome(data["outcome"]), text=data["text"]
            ),
        ),
        CaseAct(
            Act.REFER, _("Refer to another body"), _("Refer it"), _("The complaint is referred."), forms.ReferForm,
            lambda opened, by, data: acts.refer_case(
                opened, by=by, body=Body(data["body"]), number=data["number"], note=data["note"], text=data["text"]
            ),
        ),
        CaseAct(
            Act.REFUSE, _("Do not take it up"), _("Do not take it up"), _("The complaint was not taken up."),
            forms.RefuseForm,
            lambda opened, by, data: acts.refuse_case(
                opened, by=by, refusal=Refusal(data["refusal"]), text=data["text"]
            ),
        ),
        CaseAct(
            Act.REOPEN, _("Reopen"), _("Reopen"), _("The complaint is open again."), forms.ReopenForm,
            lambda opened, by, data: acts.reopen_case(opened, by=by, text=data["text"]),
        ),
        CaseAct(
            Act.ASSIGN, _("Who handles it"), _("Assign"), _("The complaint is assigned."), forms.AssignForm,
            lambda opened, by, data: acts.assign_case(opened, by=by, handler=data["handler"]), writes=False,
        ),
        CaseAct(
            Act.SHARE, _("Give it to another officer"), _("Give it"), _("The other officer can read it now."),
            forms.ShareForm, lambda opened, by, data: acts.share_case(opened, by=by, to=data["to"]), writes=False,
        ),
    )
}  # fmt: skip
"""The acts that are a form on the page of a case, in the order in which they stand there."""


def possible(case: Case) -> list[CaseAct]:
    """What the state of `case` allows."""
    return [entry for entry in CASE_ACTS.values() if allows(entry.act, State(case.state))]


def next_act(case: Case) -> Act | None:
    """What an officer would sensibly do next, or None where it is the reporter's turn or all is done."""
    if case.state == State.RECEIVED:
        return Act.ACCEPT
    if case.state == State.IN_PROGRESS:
        return Act.ANSWER if case.answered_on is None or case.has_news else Act.CLOSE
    if case.state == State.REFERRED:
        return Act.ANSWER if case.has_news else Act.CLOSE
    return Act.ANSWER if case.has_news and case.state != State.WITHDRAWN else None


@transaction.atomic
def perform(entry: CaseAct, opened: OpenedCase, by: Officer, data: dict[str, Any]) -> None:
    """Do it, unless somebody wrote since (ChangedMeanwhileError): so a form sent twice is one act."""
    if entry.writes:
        expect_unchanged(opened.case, data.get("seen"))
    entry.perform(opened, by, data)


def expect_unchanged(case: Case, seen: int | None) -> None:
    """Within a transaction: lock `case`; ChangedMeanwhileError where its last piece of writing is not number `seen`."""
    Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    last = Item.objects.filter(case=case).order_by("-number").values_list("number", flat=True).first()
    if last != seen:
        raise ChangedMeanwhileError
