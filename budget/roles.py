"""What the roles may do with the budget. What is published, everybody may read."""

from organization.choices import Role
from organization.roles import grant

_SEEN = (
    "budgetyear", "plan", "revision", "line", "lineversion", "transfer", "document", "statement", "spent",
    "monthsummary", "purchase", "procurementreport", "comment", "reading", "upload",
)  # fmt: skip

grant(
    Role.BUDGET_OFFICER,
    "budget.keep_budget",
    *(f"budget.view_{model}" for model in _SEEN),
    "budget.add_budgetyear",
    "budget.change_budgetyear",
)
