"""What the roles may do with the plan."""

from organization.choices import Role
from organization.roles import grant

_STRUCTURE = ("plan", "issuearea", "question", "areaquestion", "finding", "measure", "responsibility", "limitation")

grant(
    Role.PLAN_OFFICE,
    *(f"measures.{verb}_{model}" for verb in ("view", "add", "change", "delete") for model in _STRUCTURE),
    *(f"measures.{verb}_progress" for verb in ("view", "add", "change")),
    "measures.view_evidence",
    "measures.view_planversion",
    "measures.view_progressversion",
    "measures.publish_plan",
    "measures.report_share",
    "measures.keep_assessment",
    *(f"measures.view_{model}" for model in ("assessmentresult", "indicatorscore", "questionscore")),
)
grant(Role.DIVISION_REPORTER, "measures.report_share")
grant(Role.DIVISION_HEAD, "measures.report_share")
grant(Role.PLAN_OFFICE, "measures.see_everyones_work")
grant(Role.MAYOR, "measures.see_everyones_work")
