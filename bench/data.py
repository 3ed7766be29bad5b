"""Data of two sizes. Size 1: the real plan with two published versions of every report, each with a proof.

Size 100: the same for one hundred fiscal years, hence a hundred times the rows of every table of the plan, of its
published versions, its evidence and its change history. One year's plan stays as large as a plan is.
"""

from dataclasses import replace

from django.db import transaction

from measures.documents.plan_files import read_plan
from measures.importing import division_spellings, store_plan
from measures.models import Evidence, Measure, Plan, Progress, ProgressVersion, PublishedEvidence
from measures.portal_data import PLAN_FILE
from measures.services import publish_plan
from organization.models import User
from organization.people import portal_user
from organization.portal_data import install_municipality

FIRST_YEAR = 2567


def fill(size: int) -> None:
    """Bring an empty, migrated database to `size` years, the first one being 2567."""
    if Plan.objects.count() == size:
        return
    install_municipality()
    by = portal_user()
    data = read_plan(PLAN_FILE.read_bytes(), "yaml", division_spellings())
    for year in range(FIRST_YEAR, FIRST_YEAR + size):
        with transaction.atomic():
            store_plan(replace(data, fiscal_year=year, assessment_year=year - 1), by=by)
            plan = Plan.objects.get(fiscal_year=year)
            publish_plan(plan=plan, by=by)
            _report_everything(plan, by)


def _report_everything(plan: Plan, by: User) -> None:
    due = [(measure, quarter) for measure in Measure.objects.filter(area__plan=plan) for quarter in measure.quarters]
    said = {"status": "done", "result": "ดำเนินการแล้วเสร็จตามแผน มีผู้เข้าร่วม 126 คน และสรุปผลเสนอผู้บริหารแล้ว"}
    reports = Progress.objects.bulk_create(
        Progress(measure=measure, quarter=quarter, updated_by=by, published_revision=1, **said)
        for measure, quarter in due
    )
    proofs = Evidence.objects.bulk_create(
        Evidence(
            progress=report, kind="link", title="บันทึกผลการดำเนินการ", url=f"https://example.org/{report.pk}", added_by=by
        )
        for report in reports
    )
    for number in (1, 2):
        versions = ProgressVersion.objects.bulk_create(
            ProgressVersion(
                measure=measure,
                plan=plan,
                quarter=quarter,
                number=number,
                published_by=by,
                is_current=number == 2,
                **said,
            )
            for measure, quarter in due
        )
        PublishedEvidence.objects.bulk_create(
            PublishedEvidence(version=version, evidence=proof) for version, proof in zip(versions, proofs, strict=True)
        )
