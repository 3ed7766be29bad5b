"""What the roles may do with guidelines and trainings. What is public everybody may read, what is for the staff all
of it."""

from organization.choices import Role
from organization.roles import grant

from .choices import KEEP_GUIDELINES

_OF_TRAININGS = (
    "training", "trainingsession", "trainingquestion", "trainingresult", "trainingaverage", "enrolment", "attendance",
    "certificate",
)  # fmt: skip

grant(Role.PLAN_OFFICE, KEEP_GUIDELINES)
for _role in (Role.PLAN_OFFICE, Role.ADMINISTRATOR):
    grant(
        _role,
        *(f"guidelines.view_{model}" for model in ("document", "version", "checkquestion", "acknowledgement")),
        *(f"guidelines.view_{model}" for model in _OF_TRAININGS),
    )
