"""What officers and reporters do to a case: one function each, all through `_perform`.

Each locks the case, follows the table of `complaints.workflow`, seals what was written, and adds an entry to the log,
in one transaction. ForbiddenActError where the state does not allow it; then nothing has changed.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from ita_portal.fiscal import today
from organization.models import Division

from .. import sealing, store
from ..choices import FINISHED, Act, Body, ItemKind, Outcome, Refusal, State
from ..conflict import Accused, excluded
from ..log import append_entry
from ..models import Attachment, Case, Grant, Item, Officer
from ..opened import Letter, OpenedCase
from ..uploads import SealedUpload
from ..workflow import next_state
from .filing import durable_commit, hold_officers, refuse_files_of_others, seal_attachment

Files = Sequence[SealedUpload]


# Officers ------------------------------------------------------------------------------------------------


def accept_case(opened: OpenedCase, *, by: Officer) -> Case:
    """Take a complaint up for examination. Where nobody handles it yet, whoever takes it up does from now on."""
    return _perform(opened, Act.ACCEPT, by=by, takes=True)


def ask_reporter(opened: OpenedCase, *, by: Officer, text: str, files: Files = ()) -> Case:
    """Ask the reporter something; the case waits for them."""
    return _perform(opened, Act.ASK, by=by, kind=ItemKind.MESSAGE, content={"text": text, "asks": True}, files=files)


def answer_reporter(opened: OpenedCase, *, by: Officer, text: str, files: Files = ()) -> Case:
    """Write to the reporter."""
    return _perform(opened, Act.ANSWER, by=by, kind=ItemKind.MESSAGE, content={"text": text}, files=files)


def write_note(opened: OpenedCase, *, by: Officer, text: str, files: Files = ()) -> Case:
    """A note that officers of the case read, and the reporter does not."""
    return _perform(opened, Act.NOTE, by=by, kind=ItemKind.NOTE, content={"text": text}, files=files)


def assign_case(opened: OpenedCase, *, by: Officer, handler: Officer) -> Case:
    """Who handles it: one of the officers to whom it is sealed (Grant.DoesNotExist for another)."""
    Grant.objects.get(case=opened.case, officer=handler)
    return _perform(opened, Act.ASSIGN, by=by, detail=str(handler.user_id), handler=handler)


def refuse_case(opened: OpenedCase, *, by: Officer, refusal: Refusal, text: str) -> Case:
    """Not to take it up; `text` tells the reporter why and what they can do."""
    content = {"text": text, "refusal": refusal.value}
    return _perform(
        opened, Act.REFUSE, by=by, kind=ItemKind.MESSAGE, content=content, detail=refusal.value, refusal=refusal.value
    )


def refer_case(opened: OpenedCase, *, by: Officer, body: Body, number: str, note: str, text: str) -> Case:
    """Hand it over to another body. number: of the covering letter. note: for officers. text: for the reporter."""
    referral = {"body": body.value, "number": number, "text": note}
    with transaction.atomic():
        case = _perform(opened, Act.REFER, by=by, kind=ItemKind.REFERRAL, content=referral, detail=body.value)
        _add_item(opened, ItemKind.MESSAGE, {"text": text, "referred_to": body.value}, by, ())
    return case


def close_case(opened: OpenedCase, *, by: Officer, outcome: Outcome, text: str) -> Case:
    """End it; `text` tells the reporter what came of it."""
    content = {"text": text, "outcome": outcome.value}
    return _perform(
        opened, Act.CLOSE, by=by, kind=ItemKind.MESSAGE, content=content, detail=outcome.value, outcome=outcome.value
    )


def reopen_case(opened: OpenedCase, *, by: Officer, text: str) -> Case:
    """Work on it again. text: why, for officers."""
    return _perform(opened, Act.REOPEN, by=by, kind=ItemKind.NOTE, content={"text": text, "reopened": True})


def open_identity(opened: OpenedCase, *, by: Officer, reason: str) -> list[Letter]:
    """Who the reporter is. The reason is kept as a note, the act in the log, before anything is shown."""
    _perform(opened, Act.OPEN_IDENTITY, by=by, kind=ItemKind.NOTE, content={"text": reason, "identity": True})
    return opened.read([ItemKind.IDENTITY])


def note_export(opened: OpenedCase, *, by: Officer, why: str) -> Case:
    """Note in the log that a package was made."""
    return _perform(opened, Act.EXPORT, by=by, kind=ItemKind.NOTE, content={"text": why, "package": True})


def share_case(opened: OpenedCase, *, by: Officer, to: Officer) -> None:
    """Give the case to another confirmed officer, who was not left out for conflict of interest (ValueError)."""
    if to.pk in excluded_officers(opened):
        raise ValueError("the complaint is about this officer")
    with transaction.atomic():
        sealed = sealing.seal_to(to.public_key, opened.both, f"case {opened.case.pk}/grant")
        # The officer is held in place before the log is, which who removes them waits for while holding the officer.
        hold_officers([to.pk])
        Grant.objects.update_or_create(case=opened.case, officer=to, defaults={"sealed_keys": sealed})
        keys = Officer.objects.receiving().filter(pk=to.pk).values_list("public_key", flat=True)
        if [bytes(key) for key in keys] != [bytes(to.public_key)]:
            raise ValueError("this officer receives no cases, or has another vault by now")
        _perform(opened, Act.SHARE, by=by, detail=str(to.user_id))


def excluded_officers(opened: OpenedCase) -> frozenset[int]:
    """Officers left out by the report itself: whom it is about and who stands below them."""
    report = opened.read([ItemKind.REPORT])[0].content
    division = _division(report.get("accused_division", ""))
    accused = Accused(
        report.get("accused_name", ""), report.get("accused_position", ""), division, frozenset(report["excluded"])
    )
    return excluded(accused, Officer.objects.select_related("user__division"))


# The reporter --------------------------------------------------------------------------------------------


def write_as_reporter(opened: OpenedCase, *, text: str, files: Files = (), item_id: uuid.UUID | None = None) -> Case:
    """The reporter adds something: an answer, more evidence. The same `item_id` again adds nothing."""
    content = {"text": text}
    return _perform(
        opened, Act.WRITE, kind=ItemKind.MESSAGE, content=content, files=files, item_id=item_id, has_news=True
    )


def say_who(opened: OpenedCase, *, identity: dict[str, Any], item_id: uuid.UUID | None = None) -> Case:
    """The reporter says who they are, later than in the form, or anew. The same `item_id` again adds nothing."""
    return _perform(opened, Act.IDENTIFY, kind=ItemKind.IDENTITY, content=identity, item_id=item_id, has_news=True)


def withdraw_case(opened: OpenedCase, *, text: str = "") -> Case:
    """The reporter withdraws. Officers may reopen: what is true stays true."""
    content = {"text": text, "withdrawn": True}
    return _perform(opened, Act.WITHDRAW, kind=ItemKind.MESSAGE, content=content, has_news=True)


# What all have in common -----------------------------------------------------------------------------------

_ANSWERS = frozenset({Act.ASK, Act.ANSWER, Act.REFUSE, Act.REFER, Act.CLOSE})
"""Acts by which the reporter hears from the officers: the first one stops the clock."""


def _perform(
    opened: OpenedCase,
    act: Act,
    *,
    by: Officer | None = None,
    kind: ItemKind | None = None,
    content: dict[str, Any] | None = None,
    files: Files = (),
    detail: str = "",
    item_id: uuid.UUID | None = None,
    takes: bool = False,
    **changes: Any,
) -> Case:
    with transaction.atomic():
        durable_commit()
        # Officers, then the case, then the log: the order in which whoever removes an officer takes them, too.
        hold_officers(officer.pk for officer in (by, changes.get("handler")) if officer is not None)
        case = Case.objects.select_for_update(no_key=True).get(pk=opened.case.pk)
        if item_id is not None and Item.objects.filter(case=case, pk=item_id).exists():
            return _came_before(opened, files)
        before = State(case.state)
        after = next_state(act, before)
        refuse_files_of_others(files)
        store.keep(file.id for file in files)
        case.state = after
        if act in _ANSWERS and case.answered_on is None:
            case.answered_on = today()
        if by is not None:
            case.has_news = False
        if after in FINISHED and before not in FINISHED:
            case.finished_on = today()
        elif after not in FINISHED:
            case.finished_on, case.outcome, case.refusal = None, "", ""
        if takes and case.handler_id is None and by is not None:
            case.handler, detail = by, str(by.user_id)
        for name, value in changes.items():
            setattr(case, name, value)
        case.save()
        sealed: bytes | memoryview = b""
        if kind is not None and content is not None:
            sealed = _add_item(opened, kind, content, by, files, item_id=item_id).sealed
        append_entry(
            act, case=case.pk, by=by.user if by else None, before=before, after=after, detail=detail, content=sealed
        )
    opened.case.refresh_from_db()
    opened.__dict__.pop("letters", None)
    return opened.case


def _came_before(opened: OpenedCase, files: Files) -> Case:
    """The same form a second time: what came with it again is not needed."""
    for file in files:
        store.discard(file.id)
    opened.case.refresh_from_db()
    opened.__dict__.pop("letters", None)
    return opened.case


def _add_item(
    opened: OpenedCase,
    kind: ItemKind,
    content: dict[str, Any],
    author: Officer | None,
    files: Files,
    *,
    item_id: uuid.UUID | None = None,
) -> Item:
    """Seal and add, within the transaction that has locked the case."""
    last = Item.objects.filter(case=opened.case).order_by("-number").values_list("number", flat=True).first() or 0
    item = Item(
        id=item_id or uuid.uuid4(), case=opened.case, number=last + 1, kind=kind, author=author, written_on=today()
    )
    public = opened.pair_for(kind).public
    item.sealed = sealing.seal_letter(
        public, {"at": timezone.now().isoformat(timespec="seconds"), **content}, item.context
    )
    item.save(force_insert=True)
    Attachment.objects.bulk_create([seal_attachment(file, item, number, public) for number, file in enumerate(files)])
    return item


def _division(name: str) -> Division | None:
    """Out of all of them: no statement holds the division of the accused, because a server may log statements."""
    return next((division for division in Division.objects.all() if division.name == name), None)
