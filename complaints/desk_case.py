"""Everything that the desk's page of a case shows, read once and in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import BANGKOK, today
from ita_portal.thai import short_date
from organization.models import User

from . import working_copy
from .choices import STATES_AT_DESK, Act, Body, Channel, ItemKind, Outcome, Refusal
from .deadline import Deadline, deadline_of
from .models import Case, CaseLogEntry, ChannelSettings, Officer
from .opened import Letter, OpenedCase, OpenFile
from .services.acts import excluded_officers
from .sessions import OpenVault

REPORT_FIELDS = (
    ("accused_name", gettext_lazy("Who it is about")),
    ("accused_position", gettext_lazy("Their position")),
    ("accused_division", gettext_lazy("Their division")),
    ("happened_on", gettext_lazy("When it happened")),
    ("happened_at_place", gettext_lazy("Where it happened")),
    ("narrative", gettext_lazy("What happened")),
    ("evidence_note", gettext_lazy("Evidence")),
    ("witnesses", gettext_lazy("Witnesses")),
    ("reported_elsewhere", gettext_lazy("Reported elsewhere")),
)
IDENTITY_FIELDS = (
    ("contact_name", gettext_lazy("Name")),
    ("contact_phone", gettext_lazy("Telephone")),
    ("contact_email", gettext_lazy("E-mail")),
    ("contact_address", gettext_lazy("Address")),
)
_ODDITIES = {
    "program": gettext_lazy("It is a program, or named like one: do not open it on this computer."),
    "page": gettext_lazy("It is a web page that can run a script: do not open it in the browser."),
    "unknown": gettext_lazy("Its kind is not known: open it only with the help of a technician."),
    "name": gettext_lazy("Its name does not fit its content: be careful when you open it."),
    "macros": gettext_lazy("It contains macros: do not let them run."),
}
_NO_COPY = {
    "kind": gettext_lazy("no working copy for files of this kind"),
    "too_large": gettext_lazy("too large for a working copy"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A label and what stands beside it."""

    label: Any
    value: str


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file with what an officer must know. no_copy: why there is no working copy, or nothing."""

    file: OpenFile
    warnings: list[Any]
    no_copy: Any


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """A piece of writing. who: the officer, none for the reporter. when: in words. tag: what it did besides."""

    number: int
    who: Officer | None
    when: str
    tag: str
    text: str
    files: list[ShownFile]


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry of the log in words."""

    when: str
    who: str
    what: str
    detail: str


class DeskCase:
    """A case on the desk of an officer."""

    def __init__(self, opened: OpenedCase, vault: OpenVault) -> None:
        self.opened = opened
        self.vault = vault
        self.case = opened.case

    # The page -------------------------------------------------------------------------------------------

    @cached_property
    def letters(self) -> list[Letter]:
        """What may be read at once."""
        return self.opened.letters

    @cached_property
    def last_number(self) -> int:
        """The number of the last piece of writing: whoever sends an act tells what they had seen."""
        return self.case.items.order_by("-number").values_list("number", flat=True).first() or 0

    @property
    def state(self) -> str:
        """Where it stands, in the words of the desk."""
        return state_words(self.case)

    @cached_property
    def deadline(self) -> Deadline:
        """How it stands with the first answer."""
        return deadline_of(self.case, today(), ChannelSettings.current().warn_days)

    @cached_property
    def report(self) -> list[Line]:
        """The report, field by field; what was left open is not shown."""
        content = self._report.content
        return _lines(content, REPORT_FIELDS)

    @cached_property
    def report_files(self) -> list[ShownFile]:
        """The files that came with the report."""
        return [_shown_file(file) for file in self._report.files]

    @cached_property
    def entered_by(self) -> Officer | None:
        """Who entered it, where it came by another way than the website."""
        return self._report.item.author

    @cached_property
    def conversation(self) -> list[ShownLetter]:
        """What reporter and officers wrote to each other."""
        return [_shown(letter) for letter in self.letters if letter.item.kind == ItemKind.MESSAGE]

    @cached_property
    def notes(self) -> list[ShownLetter]:
        """What officers wrote among themselves."""
        return [_shown(letter) for letter in self.letters if letter.item.kind in (ItemKind.NOTE, ItemKind.REFERRAL)]

    @cached_property
    def identities(self) -> int:
        """How often the reporter said who they are. Nothing of it is opened here."""
        return self.case.items.filter(kind=ItemKind.IDENTITY).count()

    @cached_property
    def log(self) -> list[ShownEntry]:
        """What was done, in order."""
        entries = list(CaseLogEntry.objects.filter(case=self.case.pk).select_related("by").order_by("number"))
        numbers = {int(entry.detail) for entry in entries if entry.act in _ABOUT_PEOPLE and entry.detail.isdigit()}
        people = {person.pk: str(person) for person in User.objects.filter(pk__in=numbers)} if numbers else {}
        return [
            ShownEntry(
                _moment(entry.at) if entry.at else short_date(entry.day),
                str(entry.by) if entry.by else _("the portal") if entry.act == Act.DESTROY else _("the reporter"),
                entry.get_act_display(),
                _detail(entry, people),
            )
            for entry in entries
        ]

    # Officers -------------------------------------------------------------------------------------------

    @cached_property
    def holders(self) -> list[Officer]:
        """The officers to whom it is sealed."""
        held = Officer.objects.receiving().filter(grants__case=self.case)
        return list(held.select_related("user").order_by("user__first_name", "pk"))

    @cached_property
    def others(self) -> list[Officer]:
        """The officers to whom it may be given besides."""
        without = Officer.objects.receiving().exclude(grants__case=self.case)
        found = list(without.select_related("user").order_by("user__first_name", "pk"))
        if not found:
            return []
        out = excluded_officers(self.opened)
        return [officer for officer in found if officer.pk not in out]

    @property
    def _report(self) -> Letter:
        return next(letter for letter in self.letters if letter.item.kind == ItemKind.REPORT)


_ABOUT_PEOPLE = (Act.ACCEPT, Act.ASSIGN, Act.SHARE)


def state_words(case: Case) -> str:
    """Where `case` stands, in the words of the desk."""
    return str(dict(STATES_AT_DESK)[case.state])


def identity_lines(letter: Letter) -> list[Line]:
    """Who the reporter is, field by field."""
    return _lines(letter.content, IDENTITY_FIELDS)


def report_lines(letter: Letter) -> list[Line]:
    """The report, field by field."""
    return _lines(letter.content, REPORT_FIELDS)


def tag_of(content: dict[str, Any]) -> str:
    """What a piece of writing did besides being written, in words."""
    return " ".join(_tags(content))


def _tags(content: dict[str, Any]) -> Iterator[str]:
    if content.get("asks"):
        yield _("Question")
    if "outcome" in content:
        yield _("Outcome: %(outcome)s") % {"outcome": Outcome(content["outcome"]).label}
    if "refusal" in content:
        yield _("Not taken up: %(reason)s") % {"reason": Refusal(content["refusal"]).label}
    for name in ("referred_to", "body"):
        if name in content:
            yield _("Referred to: %(body)s") % {"body": Body(content[name]).label}
    if content.get("number"):
        yield _("Letter no. %(number)s") % {"number": content["number"]}
    if content.get("withdrawn"):
        yield _("Withdrawn by the reporter")
    if content.get("reopened"):
        yield _("Reopened")
    if content.get("identity"):
        yield _("Why the identity was opened")
    if content.get("package"):
        yield _("Sealed package")


def _lines(content: dict[str, Any], fields: tuple[tuple[str, Any], ...]) -> list[Line]:
    return [Line(label, _value(name, content[name])) for name, label in fields if content.get(name)]


def _value(name: str, value: Any) -> str:
    if name == "happened_on":
        try:
            return short_date(dt.date.fromisoformat(str(value)))
        except ValueError:
            return str(value)
    return str(value)


def _shown(letter: Letter) -> ShownLetter:
    item, content = letter.item, letter.content
    return ShownLetter(
        item.number, item.author, short_date(item.written_on) if item.author is None else _written(letter),
        tag_of(content), str(content.get("text", "")), [_shown_file(file) for file in letter.files],
    )  # fmt: skip


def _written(letter: Letter) -> str:
    """An officer's moment; of the reporter's acts the day alone is shown."""
    try:
        return _moment(dt.datetime.fromisoformat(letter.content["at"]))
    except (KeyError, ValueError, TypeError):
        return short_date(letter.item.written_on)


def _moment(at: dt.datetime) -> str:
    local = timezone.localtime(at, BANGKOK)
    return _("%(day)s, %(time)s") % {"day": short_date(local), "time": f"{local:%H:%M}"}


def _shown_file(file: OpenFile) -> ShownFile:
    reason = working_copy.why_not(file.kind, file.size)
    if not reason and set(file.oddities) & {"program", "page"}:
        reason = "kind"
    return ShownFile(file, [_ODDITIES[key] for key in file.oddities if key in _ODDITIES], _NO_COPY.get(reason, ""))


def _detail(entry: CaseLogEntry, people: dict[int, str]) -> str:
    match entry.act:
        case Act.ACCEPT | Act.ASSIGN | Act.SHARE if entry.detail.isdigit():
            return people.get(int(entry.detail), "")
        case Act.REFUSE:
            return str(Refusal(entry.detail).label)
        case Act.REFER:
            return str(Body(entry.detail).label)
        case Act.CLOSE:
            return str(Outcome(entry.detail).label)
        case Act.FILE if entry.detail:
            return str(Channel(entry.detail).label)
    return ""
