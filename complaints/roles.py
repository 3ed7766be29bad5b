"""What the roles may do in the complaint channel. The administrator sets its limits and never sees a complaint."""

from organization.choices import Role
from organization.roles import grant

grant(Role.INTEGRITY_OFFICER, "complaints.work_on_cases", "complaints.check_posters")
grant(Role.PLAN_OFFICE, "complaints.check_posters")
grant(Role.ADMINISTRATOR, "complaints.view_channelsettings", "complaints.change_channelsettings")
