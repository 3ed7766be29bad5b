"""Who gets what at the addresses of the plan, its figures and evidence, and the result of the assessment."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from ita_portal.fiscal import FiscalQuarter, FiscalYear
from ita_portal.uploads import accept_upload
from measures.assessment.services import begin_result
from measures.frozen import freeze_figures
from measures.models import Plan
from measures.services import add_file_evidence, publish_progress, save_progress

from ..addresses import LOGIN, Row, download, public, staff
from ..cast import Cast
from ..factories import PDF
from .assessment_samples import published

OPEN_TO_ALL = (
    "years", "year", "area", "measure", "figures", "figure", "versions", "version", "evidence", "evidence_json",
    "evidence_record", "plan_file", "report_file", "assessment_years", "assessment_year", "assessment_version",
    "assessment_years_file", "assessment_file",
)  # fmt: skip
"""Names of addresses that answer people who have not signed in."""
OFFICE = {"secretary": 200}
"""The Office of the Permanent Secretary."""
REPORTERS = {"head": 200, "staff": 200, "staff2": 200}
"""Those who report the share of a division."""
DOWNLOADS = ("json", "csv", "xlsx", "docx", "pdf")
RESULTS, DESK = "/measures/assessment/", "/measures/assessment/desk/"
RESULT, WEAK = DESK + "{result}/", RESULTS + "2566/weak/"


def desk(name: str, path: str, code: int = 200, method: str = "GET", else_: int = 403) -> Row:
    """A page of the office that enters the results."""
    return Row(f"measures:assessment_{name}", path, else_, {"citizen": LOGIN, "secretary": code}, method)


def form(name: str, path: str) -> list[Row]:
    """A form of theirs, and what an empty one is answered."""
    return [desk(name, path), desk(name, path, 422, "POST")]


TABLE_OF_MEASURES: list[Row] = [
    # The plan, for the public
    *public("measures:years", "/measures/"),
    *public("measures:year", "/measures/2567/"),
    *public("measures:area", "/measures/2567/areas/1/"),
    *public("measures:measure", "/measures/2567/measures/{measure}/"),
    *public("measures:figures", "/measures/2567/figures/"),
    *public("measures:versions", "/measures/2567/versions/"),
    *public("measures:version", "/measures/2567/versions/1/"),
    *public("measures:evidence", "/measures/evidence/{evidence}/"),
    *(row for kind in DOWNLOADS for row in download("measures:plan_file", f"/measures/2567/plan.{kind}")),
    *(row for kind in DOWNLOADS for row in download("measures:report_file", f"/measures/2567/report.{kind}")),
    # The plan, for staff
    Row(
        "measures:evidence", "/measures/evidence/{draft_evidence}/", 403,
        {"citizen": 404, "staff2": 404, "secretary": 200, "staff": 200, "head": 200},
    ),
    Row("measures:shares", "/measures/shares/", 403, REPORTERS | OFFICE | {"citizen": LOGIN}),
    Row("measures:preview", "/measures/2567/areas/1/preview/", 403, OFFICE | {"citizen": LOGIN}),
    # Figures, evidence and the quarter
    *public("measures:figure", "/measures/2567/figures/measures.reported/"),
    *public("measures:evidence", "/measures/evidence/{figure}/"),
    *public("measures:evidence_json", "/measures/evidence/{figure}.json"),
    *public("measures:evidence_record", "/measures/evidence/{figure}/record.json"),
    *staff("staff_quarter", "/staff/quarter/"),
    *staff("staff_quarter_csv", "/staff/quarter.csv"),
    # The result of the assessment
    *public("measures:assessment_years", RESULTS),
    *public("measures:assessment_year", RESULTS + "2566/"),
    *public("measures:assessment_version", RESULTS + "2566/versions/1/"),
    *download("measures:assessment_years_file", RESULTS + "results.json"),
    *download("measures:assessment_file", RESULTS + "2566/result.csv"),
    *form("desk", DESK),
    *form("draft", RESULT),
    *form("publish", RESULT + "publish/"),
    *form("upload", RESULT + "upload/"),
    desk("template", RESULT + "template.xlsx"),
    desk("discard", RESULT + "discard/", 405, else_=405),
    desk("discard", DESK + "999999/discard/", 404, "POST"),
    desk("weak", WEAK),
    *form("answer", WEAK + "I1/"),
]  # fmt: skip


def make_measure_places(plan: Plan, cast: Cast) -> dict[str, str]:
    """What the paths name: a measure, a published proof and one that is not public yet, a published figure, a result
    that is published and one that is drafted.
    """
    measure = plan.areas.get(number=2).measures.get(all_divisions=False)
    measure.indicators = ["measures.reported"]
    measure.save(update_fields=["indicators"])
    proofs = {}
    for name, quarter, division, by in (
        ("evidence", 2, None, cast.secretary),
        ("draft_evidence", 3, cast.staff.division, cast.staff),
    ):
        report = save_progress(
            measure=measure, quarter=quarter, division=division, by=by, revision=0,
            status="in_progress", result="กำลังดำเนินการ", obstacles="", next_step="",
        )  # fmt: skip
        upload = accept_upload(SimpleUploadedFile("a.pdf", PDF))
        proofs[name] = add_file_evidence(progress=report, upload=upload, title="หลักฐาน", by=by).public_id
    (figure,) = freeze_figures(
        measures=[measure], quarter=FiscalQuarter(FiscalYear(2567), 2), division=None, by=cast.secretary
    ).added
    publish_progress(reports=[figure.progress], by=cast.secretary)
    published(cast.secretary, 2566, scores={"I1": "62.50"}, total="84.10")
    return {
        "measure": measure.public_id,
        "plan": str(plan.pk),
        **proofs,
        "figure": figure.public_id,
        "result": str(begin_result(2565, by=cast.secretary).pk),
    }
