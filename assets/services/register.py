"""What the asset officer does to the register beyond filling in a form."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ita_portal.fiscal import today
from organization.models import User

from ..choices import USABLE, Condition
from ..errors import refusal_of
from ..models import Asset
from ..querysets import KEEP_REGISTER
from .acts import require


def set_condition(asset: Asset, condition: Condition | str) -> None:
    """Give `asset` a condition; of a single item it says whether it counts as usable. Saves nothing."""
    asset.condition = condition
    if asset.is_single:
        asset.broken = 0 if condition in USABLE else 1


def retire_asset(asset: Asset, *, by: User, reason: str, on: dt.date | None = None) -> Asset:
    """Take an asset out of the register (จำหน่าย); its history stays. RefusedError while it is held by a loan."""
    require(by.has_perm(KEEP_REGISTER), "not_yours", _("Asset officers do this."))
    require(bool(reason.strip()), "reason", _("Write why it leaves the register."))
    try:
        with transaction.atomic():
            locked = Asset.objects.select_for_update(no_key=True).get(pk=asset.pk)
            require(locked.retired_on is None, "state", _("It has left the register already."))
            locked.retired_on, locked.retired_reason = on or today(), reason.strip()
            locked.save(update_fields=["retired_on", "retired_reason"])
            return locked
    except IntegrityError as error:
        raise refusal_of(error) from error
