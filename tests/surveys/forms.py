"""What people type into the form of a survey, and slips with codes."""

from __future__ import annotations

import uuid
from typing import Any

from django.test import Client

from organization.models import User
from surveys.models import Survey
from surveys.services.surveys import print_slips


def filled(level: int = 3, **more: Any) -> dict[str, Any]:
    """The form of `factories.version`, filled in; `q_T1` stands for `q-T1`. None leaves a field out."""
    fields = {"q-S1": level, "q-S2": 1, "q-Y1": 1, "form_mark": uuid.uuid4().hex}
    fields |= {name.replace("q_", "q-"): value for name, value in more.items()}
    return {name: value for name, value in fields.items() if value is not None}


def send(survey: Survey, client: Client | None = None, **fields: Any) -> Any:
    """Send the form from a browser without a cookie."""
    return (client or Client()).post(f"/surveys/{survey.code}/", filled(**fields))


def some_slips(survey: Survey, by: User, many: int = 2) -> list[str]:
    """Codes of slips."""
    return print_slips(survey, many, "กองคลัง", by=by)[1]
