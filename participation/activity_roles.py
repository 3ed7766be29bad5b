"""Who writes and publishes activities: the people of each division theirs, beside the plan office that keeps all."""

from organization.choices import Role
from organization.roles import grant

from .activity_querysets import WRITE_ACTIVITIES

for _role in (Role.PLAN_OFFICE, Role.DIVISION_HEAD, Role.DIVISION_REPORTER):
    grant(_role, WRITE_ACTIVITIES)
grant(Role.PLAN_OFFICE, *(f"participation.view_{name}" for name in ("activity", "activityversion")))
