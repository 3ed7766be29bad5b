"""Enumerations of the asset register."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AssetKind(models.TextChoices):
    """Whether a number stands for one thing or for many alike."""

    SINGLE = "single", _("Single item")
    QUANTITY = "quantity", _("Several pieces under one number")


class Condition(models.TextChoices):
    """What state a thing is in, as the count of the year asks it."""

    GOOD = "good", _("Usable")
    WORN = "worn", _("Worn, still usable")
    DAMAGED = "damaged", _("Damaged")
    UNUSABLE = "unusable", _("Beyond repair")
    LOST = "lost", _("Lost")


USABLE = (Condition.GOOD, Condition.WORN)
"""Conditions in which a thing can be lent."""
BACK = (Condition.GOOD, Condition.WORN, Condition.DAMAGED, Condition.UNUSABLE)
"""Conditions in which a thing can come back."""


class Acquisition(models.TextChoices):
    """How the municipality came by a thing (วิธีการได้มา)."""

    SPECIFIC = "specific", _("Specific method")
    SELECTION = "selection", _("Selection")
    E_BIDDING = "e_bidding", _("Electronic bidding")
    E_MARKET = "e_market", _("Electronic market")
    OLDER = "older", _("Method of the older rules")
    DONATION = "donation", _("Donation")
    TRANSFER = "transfer", _("Transfer from another agency")
    OWN_MAKE = "own_make", _("Made by the municipality")
    OTHER = "other", _("Another way")


class Funds(models.TextChoices):
    """Where the money came from (ประเภทเงิน)."""

    BUDGET = "budget", pgettext_lazy("funds", "Budget")
    OFF_BUDGET = "off_budget", _("Off-budget money")
    GRANT = "grant", _("Grant of the State")
    DONATION = "donation", _("Donated money")
    OTHER = "other", _("Another source")


class Place(models.TextChoices):
    """Where a borrowed thing is used; it decides who approves (procurement regulation B.E. 2560, clause 208)."""

    ON_SITE = "on_site", _("On the premises")
    OFF_SITE = "off_site", _("Off the premises")


class LoanState(models.TextChoices):
    """Where a loan stands."""

    REQUESTED = "requested", _("Waiting for approval")
    APPROVED = "approved", _("Approved, to be collected")
    OUT = "out", _("On loan")
    RETURNED = "returned", _("Returned")
    REFUSED = "refused", _("Refused")
    CANCELLED = "cancelled", _("Cancelled")


ENDED = (LoanState.RETURNED, LoanState.REFUSED, LoanState.CANCELLED)
"""States in which nothing more happens to a loan."""


class Act(models.TextChoices):
    """What people do to a loan."""

    REQUEST = "request", _("Asked for")
    CHANGE = "change", _("Changed")
    APPROVE = "approve", _("Approved")
    REFUSE = "refuse", _("Refused")
    CANCEL = "cancel", _("Cancelled")
    HAND_OUT = "hand_out", _("Handed out")
    TAKE_BACK = "take_back", _("Taken back")
    FINISH = "finish", _("Finished")
    ASK_EXTENSION = "ask_extension", _("Asked for more time")
    APPROVE_EXTENSION = "approve_extension", _("More time approved")
    REFUSE_EXTENSION = "refuse_extension", _("More time refused")
    CHASE = "chase", _("Return demanded")
    DECIDE_INCIDENT = "decide_incident", _("Damage or loss decided")


class Decision(models.TextChoices):
    """What became of a request for more time."""

    WAITING = "waiting", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


class HandoverKind(models.TextChoices):
    """Which way things changed hands."""

    OUT = "out", _("Handed out")
    BACK = "back", _("Taken back")


class IncidentKind(models.TextChoices):
    """What happened to a thing."""

    DAMAGED = "damaged", _("Damaged")
    LOST = "lost", _("Lost")


class Remedy(models.TextChoices):
    """How damage or loss was made good (clause 209), or why nobody owes anything (clause 214)."""

    REPAIRED = "repaired", _("Repaired at the borrower's expense")
    REPLACED = "replaced", _("Replaced in kind")
    PAID = "paid", _("Paid at its price")
    PLAIN_WEAR = "plain_wear", _("Plain wear; nobody owes anything")
    NOT_LIABLE = "not_liable", _("Fact-finding: the borrower is not liable")
    FOUND_AGAIN = "found_again", _("Found again")


OF_A_COUNT: dict[str, str | Promise] = {
    Remedy.REPAIRED: _("Repaired"),
    Remedy.NOT_LIABLE: _("Fact-finding: nobody is liable (clause 214)"),
}
"""What remedies are called where nobody has borrowed the thing: it was noticed in a count."""


class CountResult(models.TextChoices):
    """What a counter found."""

    PENDING = "pending", _("Not counted yet")
    FOUND = "found", _("Found")
    WRONG_PLACE = "wrong_place", _("Found in another place")
    MISSING = "missing", _("Missing")
