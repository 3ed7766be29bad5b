"""What the roles may do with surveys. Results are everybody's."""

from organization.choices import Role
from organization.roles import grant

_SEEN = ("questionnaire", "version", "question", "survey", "slipbatch", "turnout", "tally", "remark")

grant(Role.PLAN_OFFICE, "surveys.keep_surveys", *(f"surveys.view_{model}" for model in _SEEN))
