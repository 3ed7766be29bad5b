"""What the roles may do in participation. What is published, everybody may read.

`keep_participation`: the plan office, which sees every letter, gives it to a division and decides what is published.
`answer_letters`: people of a division, for the letters that are with it; a person without a division has none.
"""

from organization.choices import Role
from organization.roles import grant

from . import activity_roles  # noqa: F401 - grants what belongs to activities
from .permissions import ANSWER_LETTERS, KEEP_PARTICIPATION

__all__ = ["ANSWER_LETTERS", "KEEP_PARTICIPATION"]

_SEEN = ("participation.view_letter", "participation.view_lettermessage", "participation.view_participationsettings")

grant(
    Role.PLAN_OFFICE, KEEP_PARTICIPATION, ANSWER_LETTERS, *_SEEN, "participation.change_participationsettings",
)  # fmt: skip
grant(Role.ADMINISTRATOR, "participation.view_participationsettings", "participation.change_participationsettings")
for _role in (
    Role.DIVISION_HEAD, Role.DIVISION_REPORTER, Role.ASSET_OFFICER, Role.BUDGET_OFFICER, Role.INTEGRITY_OFFICER,
):  # fmt: skip
    grant(_role, ANSWER_LETTERS)
