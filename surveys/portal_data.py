"""What a new portal has of the surveys: the municipality's questionnaires, and the quarter's survey open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from ita_portal.fiscal import today
from organization.models import User
from organization.people import portal_user
from organization.portal_data import demonstrations, installers

from .demonstration import demonstrate_surveys
from .models import Questionnaire
from .services.questionnaires import draft_version, publish_version
from .services.surveys import prepare_quarters

DATA = Path(__file__).parent / "data"


def install_questionnaire(content: dict[str, Any], by: User) -> None:
    """A questionnaire with its versions, where the portal has none of that name."""
    made, fresh = Questionnaire.objects.get_or_create(
        slug=content["slug"],
        defaults={"title": content["title"], "purpose": content["purpose"], "regular": content.get("regular", False)},
    )
    if fresh:
        for version in content["versions"]:
            publish_version(draft_version(made, version, by=by), by=by)


@transaction.atomic
def install() -> None:
    """Every questionnaire of `surveys/data`; the surveys of the quarter are prepared."""
    by = portal_user()
    for path in sorted(DATA.glob("*.yaml")):
        install_questionnaire(yaml.safe_load(path.read_text(encoding="utf-8")), by)
    prepare_quarters(today())


@transaction.atomic
def demonstrate() -> None:
    """Examples, where nobody has answered anything."""
    demonstrate_surveys()


installers.register("surveys", install)
demonstrations.register("surveys", demonstrate)
