"""What the addresses of `pages` name: rows of the demonstration, and a count that is open on whatever day it is."""

import datetime as dt
from decimal import Decimal

from assets.choices import Place
from assets.models import Asset, CountSession, Incident, Loan
from assets.services.counts import appoint_counter, make_count, open_count
from budget.choices import PlanKind
from budget.models import Revision
from budget.services.plans import Words, revise
from budget.services.procurement import begin_summary
from budget.services.statements import Amounts, begin_statement, write_amounts
from complaints.choices import State
from complaints.models import Case
from ita_portal.fiscal import FiscalYear
from measures.models import Measure, Plan
from organization.models import User


def names_of_places() -> dict[str, str]:
    """Each name in braces and what stands for it."""
    head = User.objects.get(username="head")
    asked = Loan.objects.waiting().filter(use_at=Place.ON_SITE, owner=head.division).exclude(borrower=head)
    return {
        "plan": str(Plan.objects.get(fiscal_year=2567).pk),
        "measure": Measure.objects.filter(area__number=1).earliest("pk").public_id,
        "case": Case.objects.filter(state=State.RECEIVED).latest("filed_on").reference,
        "asset": Asset.objects.lendable().filter(division=head.division).earliest("number").label,
        "number": Asset.objects.lendable().filter(division=head.division).earliest("number").number,
        "loan": Loan.objects.filter(borrower__username="staff", state="out").latest("pk").public_id,
        "asked": asked.earliest("pk").public_id,
        "approved": Loan.objects.to_collect().earliest("pk").public_id,
        "out": Loan.objects.overdue().earliest("pk").public_id,
        "incident": str(Incident.objects.undecided().earliest("pk").pk),
        "year": str(_open_count().fiscal_year),
        **_budget(),
    }


def _budget() -> dict[str, str]:
    """Drafts that the demonstration has none of: of its ordinance, a statement and a month."""
    officer = User.objects.get(username="budget")
    ordinance = Revision.objects.current().get(plan__year=2567, plan__kind=PlanKind.ORDINANCE)
    line = ordinance.versions.get(item__contains="ซอยศาลากลางบ้าน").line
    draft = revise(ordinance.plan, Words(title="ร่างแก้ไข"), by=officer, form_mark="places-draft")
    last = dt.date(2024, 9, 30)
    statement = begin_statement(2567, 12, as_of=last, by=officer, form_mark="places-statement")
    write_amounts(statement, [Amounts(line.pk, disbursed=Decimal(250000))], by=officer)
    summary = begin_summary(2567, 12, by=officer, form_mark="places-month")
    return {
        "line": line.code,
        "budget_draft": str(draft.pk),
        "statement": str(statement.pk),
        "summary": str(summary.pk),
    }


def _open_count() -> CountSession:
    """Of a year long past, so that the demonstration has none of it."""
    year, officer = FiscalYear(FiscalYear.current().number - 5), User.objects.get(username="assets")
    session = make_count(
        by=officer, fiscal_year=year.number, order="คำสั่งที่ 325", appointed_on=dt.date(year.end.year, 9, 15)
    )
    appoint_counter(session, by=officer, user=User.objects.get(username="staff"), chairs=True)
    return open_count(session, by=officer)
