"""The notice for the board: a year's budget on one A4 page, with a QR code to its page.

In the language of the address: Thai for the board, English below `/en/`. Digits are Arabic, to be read from afar.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ita_portal.pdf import Verbatim, breakable, compile_pdf
from ita_portal.qr import document_svg
from ita_portal.thai import baht, long_date
from organization.models import Municipality

from ..choices import Group, PlanKind
from ..models import BudgetYear, LineVersion, Statement
from ..money import Money, split
from ..reading.slices import DIMENSIONS, Slice, add, slices_of
from ..reading.words import in_short, percent, whole
from ..reading.years import budget_of, per_head

_TEMPLATE = Path(__file__).resolve().parent / "notice.typ"
LARGEST = 5
"""Projects that stand on the notice."""
_TITLE, _PLACE, _NAME, _ADDRESS = 88, 60, 70, 46
"""Letters that fit: of a project in two lines, of its place, of the municipality, of a line of an address."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands on it. projects: the largest, of the action plan where there is one."""

    year: BudgetYear
    money: Money
    statement: Statement | None
    programmes: Sequence[Slice]
    projects: Sequence[LineVersion]
    of_action_plan: bool
    updated: dt.datetime | None


def notice_of(year: BudgetYear) -> Notice | None:
    """Read it, in at most six queries; None where no budget is in force."""
    number = year.fiscal_year
    statement = Statement.objects.latest_of(number)
    programmes = DIMENSIONS["programmes"]
    found = split(budget_of(number), statement, programmes.column)
    if not found:
        return None
    action = LineVersion.objects.current().of_year(number).filter(revision__plan__kind=PlanKind.ACTION)
    projects = _largest(action)
    slices = slices_of(number, programmes, found, {})
    slices.sort(key=lambda one: one.money.revised or Decimal(-1), reverse=True)
    return Notice(
        year, add(found.values()), statement, slices,
        projects or _largest(budget_of(number).filter(group=Group.INVESTMENT)) or _largest(budget_of(number)),
        bool(projects), statement.published_at if statement else None,
    )  # fmt: skip


def _largest(rows: object) -> list[LineVersion]:
    some = rows.exclude(revised=None).select_related("division")  # type: ignore[attr-defined]
    return list(some.order_by("-revised", "-pk")[:LARGEST])


def notice_pdf(notice: Notice, *, address: str, municipality: Municipality) -> bytes:
    """The page. address: of the year's page, absolute, as the QR code holds it."""
    language = get_language() or "th"
    name = municipality.name if language == "th" else municipality.name_en or municipality.name
    title = _("Budget of fiscal year %(year)s") % {"year": notice.year.fiscal_year}
    content = {
        "municipality": _cut(name, _NAME),
        "heading": title,
        "total_label": _("The municipality may spend this year"),
        "total": _("%(amount)s baht") % {"amount": baht(notice.money.revised)},
        "per_head": _per_head(notice),
        "spent_label": _("Spent so far"),
        "spent": _spent(notice),
        "spent_share": float(min(notice.money.share_of_revised or Decimal(0), Decimal(100))),
        "as_of": _as_of(notice),
        "where_label": _("Where the money goes"),
        "programmes": _bars(notice),
        "projects_label": _("The largest projects") if notice.of_action_plan else _("The largest items"),
        "projects": [_project(row) for row in notice.projects],
        "ask": _("Questions about the budget?"),
        "ask_how": _("Scan the code: see every line, ask, or give your opinion. No sign-in needed."),
        "contact": [breakable(_cut(line, 2 * _ADDRESS), whole=_ADDRESS) for line in _contact(municipality)],
        "address": [Verbatim(line) for line in _address(address)],
        "qr": document_svg(address),
        "qr_alt": _("QR code that leads to %(address)s") % {"address": address},
        "demonstration": _("Example data") if municipality.shows_demonstration else "",
    }
    return compile_pdf(
        _TEMPLATE, content, title=title, author=name, thai_digits=False, language=language, created=notice.updated
    )


def _cut(text: str, letters: int) -> str:
    """At most so many letters; marks above and below take no width."""
    width = 0
    flat = " ".join(text.split())
    for place, letter in enumerate(flat):
        width += unicodedata.category(letter) != "Mn"
        if width > letters:
            return f"{flat[: place - 1].rstrip()}…"
    return flat


def _per_head(notice: Notice) -> str:
    amount = per_head(notice.money, notice.year.inhabitants)
    if amount is None:
        return ""
    told = {"amount": whole(amount), "people": f"{notice.year.inhabitants:,}"}
    return _("About %(amount)s baht for each of %(people)s inhabitants") % told


def _spent(notice: Notice) -> str:
    money = notice.money
    if money.disbursed is None:
        return _("Not told yet")
    words = {"amount": baht(money.disbursed), "share": percent(money.share_of_revised)}
    return _("%(amount)s baht (%(share)s)") % words


def _as_of(notice: Notice) -> str:
    return _("Data as of %(day)s") % {"day": long_date(notice.statement.as_of)} if notice.statement else ""


def _bars(notice: Notice) -> list[dict[str, object]]:
    most = max((one.money.revised or Decimal(0) for one in notice.programmes), default=Decimal(0)) or Decimal(1)
    total = notice.money.revised or Decimal(0)
    return [
        {
            "name": _cut(one.name, 40),
            "width": float((one.money.revised or Decimal(0)) / most),
            "amount": in_short(one.money.revised),
            "share": percent(one.money.revised * 100 / total) if one.money.revised is not None and total else "–",
        }
        for one in notice.programmes
    ]


def _project(row: LineVersion) -> dict[str, str]:
    where = " · ".join(filter(None, [row.place, row.division.name if row.division else ""]))
    return {
        "item": breakable(_cut(row.item, _TITLE)),
        "where": breakable(_cut(where, _PLACE)),
        "amount": _("%(amount)s baht") % {"amount": baht(row.revised)},
    }


def _contact(municipality: Municipality) -> list[str]:
    told = []
    if municipality.phone:
        told.append(_("Telephone %(number)s") % {"number": municipality.phone})
    if municipality.email:
        told.append(municipality.email)
    return told


def _address(address: str) -> list[str]:
    """The address without its scheme, in lines that fit."""
    text = address.removeprefix("https://").removeprefix("http://").removesuffix("/")
    host, _slash, path = text.partition("/")
    lines = [text] if len(text) <= _ADDRESS else [host, f"/{path}"]
    return [line[start : start + _ADDRESS] for line in lines for start in range(0, len(line), _ADDRESS)][:4]
