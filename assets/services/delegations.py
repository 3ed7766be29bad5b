"""Who approves in whose place: named for some days on an order, ended early."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from ita_portal.fiscal import today
from organization.models import Division, User

from ..approvers import active_heads
from ..models import Delegation
from ..querysets import OFF_SITE, ON_SITE
from .acts import require

ENTER_ORDERS = "assets.add_delegation"
"""Permission of those who enter orders on paper: the asset officer and the administrator."""


def may_delegate(user: User, division_id: int | None) -> bool:
    """Whether `user` may name who approves in place of the head of a division (None: of the mayor).

    A head for their own division; the mayor for everybody; whoever enters orders on paper.
    """
    if user.has_perm(OFF_SITE) or user.has_perm(ENTER_ORDERS):
        return True
    return division_id is not None and division_id == user.division_id and user.has_perm(ON_SITE)


@transaction.atomic
def make_delegation(
    *, by: User, division: Division | None, deputy: User, start_on: dt.date, end_on: dt.date, order: str
) -> Delegation:
    """Name `deputy` for the days from `start_on` to `end_on`. RefusedError; codes are names of the form's fields."""
    require(
        may_delegate(by, division.pk if division else None), "division", _("You cannot name a deputy for this place.")
    )
    # The same form sent twice at once: the second waits here, and finds what the first wrote.
    deputy = User.objects.select_for_update(no_key=True).get(pk=deputy.pk)
    require(deputy.is_active, "deputy", _("This person has left. Choose somebody who is here."))
    require(deputy.pk != by.pk, "deputy", _("Nobody names themselves. Somebody else enters the order."))
    if division is not None:
        is_head = active_heads().filter(pk=deputy.pk, division=division).exists()
        require(not is_head, "deputy", _("This person is the head of this division and approves already."))
    require(bool(order.strip()), "order", _("Write the number of the order or letter."))
    require(end_on >= start_on, "end_on", _("It ends on its first day or later."))
    require(start_on >= today(), "start_on", _("A delegation begins today or later: what has passed stays as it was."))
    known = Delegation.objects.filter(
        division=division, deputy=deputy, start_on=start_on, end_on=end_on, order=order.strip()
    ).first()
    if known is not None:
        return known
    return Delegation.objects.create(
        division=division, deputy=deputy, start_on=start_on, end_on=end_on, order=order.strip(), made_by=by
    )


@transaction.atomic
def end_delegation(delegation: Delegation, *, by: User) -> Delegation | None:
    """Today is the last day of it; one that has not begun is taken back (None). What was decided under it stays."""
    found = Delegation.objects.select_for_update().filter(pk=delegation.pk).first()
    if found is None:
        return None
    require(may_delegate(by, found.division_id), "not_yours", _("You cannot end this delegation."))
    day = today()
    if found.start_on > day:
        found.delete()
        return None
    if found.end_on > day:
        found.end_on = day
        found.save(update_fields=["end_on"])
    return found
