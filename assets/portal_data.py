"""What a new portal has of assets: the usual kinds; in the demonstration assets, loans and a count."""

from __future__ import annotations

from pathlib import Path

import pghistory
import yaml
from django.db import transaction

from organization.people import portal_user
from organization.portal_data import demonstrations, installers

from .demonstration import demonstrate_assets
from .models import Category, RegisterSettings

CATEGORIES_FILE = Path(__file__).parent / "data" / "categories.yaml"


def install_categories() -> None:
    """The usual kinds of assets and the rules of the register, where there are none."""
    RegisterSettings.objects.get_or_create(pk=1)
    if Category.objects.exists():
        return
    raw = yaml.safe_load(CATEGORIES_FILE.read_text(encoding="utf-8"))
    with transaction.atomic(), pghistory.context(user=portal_user().pk, act="set_up_portal"):
        Category.objects.bulk_create(
            Category(order=number * 10, **category) for number, category in enumerate(raw["categories"], start=1)
        )


@transaction.atomic
def demonstrate() -> None:
    """Examples, where there is no asset at all."""
    demonstrate_assets()


installers.register("assets", install_categories)
demonstrations.register("assets", demonstrate)
