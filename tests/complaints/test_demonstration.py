"""The demonstration's complaints: made as real ones are, marked, and never twice."""

from __future__ import annotations

from complaints.choices import FINISHED, State
from complaints.demonstration import MARK, demonstrate_cases
from complaints.log import first_break
from complaints.models import Attachment, Case, CaseLogEntry
from complaints.opened import open_many_for_officer
from ita_portal.fiscal import FiscalYear, today

from .conftest import Desk


def test_examples_of_every_kind_once(desk: Desk) -> None:
    demonstrate_cases(desk.vaults["integrity"])
    cases = list(Case.objects.all())
    assert {State.RECEIVED, State.WAITING, State.REFERRED, State.CLOSED, State.REFUSED} <= {
        case.state for case in cases
    }
    assert Case.objects.overdue(today()).count() == 1
    assert {FiscalYear.of(case.filed_on).number for case in cases} >= {FiscalYear.of(today()).number - 1}
    assert any(case.state in FINISHED for case in cases)
    for opened in open_many_for_officer(cases, desk.vaults["integrity2"]).values():
        assert opened.letters[0].content["narrative"].startswith(MARK)
    assert Attachment.objects.count() == 1
    assert first_break() is None
    entries = CaseLogEntry.objects.count()
    demonstrate_cases(desk.vaults["integrity"])
    assert Case.objects.count() == len(cases)
    assert CaseLogEntry.objects.count() == entries


def test_a_portal_with_complaints_gets_no_examples(desk: Desk, file_case) -> None:  # type: ignore[no-untyped-def]
    file_case()
    demonstrate_cases(desk.vaults["integrity"])
    assert Case.objects.count() == 1
