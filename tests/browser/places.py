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
from guidelines.models import Certificate, Training
from guidelines.services.trainings_people import enrol
from ita_portal.fiscal import FiscalQuarter, FiscalYear
from measures.assessment.services import begin_result
from measures.frozen import freeze_figures
from measures.models import Measure, Plan
from organization.models import User
from participation.activity_choices import ActivityState
from participation.models import Activity, ActivityPhoto, Letter
from surveys.choices import Purpose
from surveys.models import Remark, Survey


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
        **_measures(),
        **_surveys(),
        **_participation(),
        **_guidelines(),
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


def _measures() -> dict[str, str]:
    """Drafts that the demonstration has none of: a frozen figure, and the result of a year."""
    secretary = User.objects.get(username="secretary")
    measure = Measure.objects.filter(area__plan__fiscal_year=2567).exclude(indicators=[]).earliest("pk")
    quarter = FiscalQuarter(FiscalYear(2567), 1)
    frozen = freeze_figures(measures=[measure], quarter=quarter, division=None, by=secretary).added
    return {"figure": frozen[0].public_id, "result": str(begin_result(2565, by=secretary).pk)}


def _surveys() -> dict[str, str]:
    """A survey that is open and one that is over, a practice that is over, own words that wait."""
    over = Survey.objects.over().filter(fiscal_year=2567, quarter=4)
    return {
        "survey": Survey.objects.open().get(questionnaire__slug="satisfaction").code,
        "survey_over": over.get(questionnaire__slug="satisfaction").code,
        "practice": over.get(questionnaire__purpose=Purpose.PRACTICE_IIT).code,
        "remark": str(Remark.objects.waiting().earliest("pk").pk),
    }


def _participation() -> dict[str, str]:
    """Letters and activities, one of each kind of page."""
    letters, activities = Letter.objects.order_by("pk"), Activity.objects.order_by("pk")
    return {
        "question": letters.published().earliest("pk").public_id,
        "letter": str(letters.to_decide().earliest("pk").pk),
        "letter_of_works": str(letters.filter(division__name="กองช่าง", state="with_division").earliest("pk").pk),
        "activity": ActivityPhoto.objects.public().earliest("pk").activity.code,
        "activity_held": activities.filter(state=ActivityState.HELD).earliest("pk").code,
        "activity_draft": activities.filter(state=ActivityState.DRAFT).earliest("pk").code,
    }


def _guidelines() -> dict[str, str]:
    """The ethics training of the day, in which `head` is enrolled, and a certificate."""
    training = Training.objects.filter(topic="ethics", state="announced").earliest("pk")
    enrol(training, by=User.objects.get(username="head"))
    return {
        "training": str(training.pk),
        "training_session": str(training.sessions.get().pk),
        "certificate": Certificate.objects.earliest("pk").code,
    }


def _open_count() -> CountSession:
    """Of a year long past, so that the demonstration has none of it."""
    year, officer = FiscalYear(FiscalYear.current().number - 5), User.objects.get(username="assets")
    session = make_count(
        by=officer, fiscal_year=year.number, order="คำสั่งที่ 325", appointed_on=dt.date(year.end.year, 9, 15)
    )
    appoint_counter(session, by=officer, user=User.objects.get(username="staff"), chairs=True)
    return open_count(session, by=officer)
