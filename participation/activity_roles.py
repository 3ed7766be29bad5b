"""Who writes and publishes activities: the people of each division theirs, beside the plan office that keeps all."""

from organization.choices import Role
from organization.roles import grant

WRITE_ACTIVITIES = "participation.write_activities"

for _role in (Role.DIVISION_HEAD, Role.DIVISION_REPORTER):
    grant(_role, WRITE_ACTIVITIES)
grant(Role.PLAN_OFFICE, *(f"participation.view_{name}" for name in ("activity", "activityversion")))
