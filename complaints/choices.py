"""Enumerations of the complaint channel."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """What a complaint is about, in the words of the form."""

    BRIBERY = "bribery", _("Asking for or taking bribes")
    EMBEZZLEMENT = "embezzlement", _("Taking public money or property")
    PROCUREMENT = "procurement", _("Unfair purchasing or contracts")
    ABUSE_OF_POWER = "abuse_of_power", _("Abuse of office")
    NEGLECT = "neglect", _("Failing to do one's duty, with intent")
    CONFLICT_OF_INTEREST = "conflict_of_interest", _("Conflict of interest, favouring relatives or friends")
    PERSONNEL = "personnel", _("Selling posts, unfair staffing")
    PUBLIC_ASSETS = "public_assets", _("Private use of public property")
    OTHER = "other", _("Something else, or not sure")


class PlaceKind(models.TextChoices):
    """What kind of place a poster of the channel hangs at."""

    BOARD = "board", _("Notice board")
    COUNTER = "counter", _("Service counter")
    ENTRANCE = "entrance", _("Entrance or waiting area")
    COMMUNITY = "community", _("Village or community place")
    OTHER = "other", _("Another place")


class Channel(models.TextChoices):
    """The way by which a complaint came."""

    ONLINE = "online", _("This website")
    LETTER = "letter", _("Letter")
    PHONE = "phone", _("Telephone")
    COUNTER = "counter", _("In person at the counter")
    EMAIL = "email", _("E-mail")
    OTHER_BODY = "other_body", _("Sent by another body")


class State(models.TextChoices):
    """Where a case stands. What leads from one to another: `complaints.workflow`."""

    RECEIVED = "received", _("Received")
    IN_PROGRESS = "in_progress", _("Being examined")
    WAITING = "waiting", _("Waiting for the reporter")
    REFERRED = "referred", _("Referred to another body")
    CLOSED = "closed", _("Closed with an outcome")
    REFUSED = "refused", _("Not taken up")
    WITHDRAWN = "withdrawn", _("Withdrawn by the reporter")


STATES_AT_DESK = [(State.RECEIVED.value, _("New, not considered yet")), *State.choices[1:]]
"""In the words of those who work on a case: that it was received is what the reporter wants to know."""

FINISHED = (State.CLOSED, State.REFUSED, State.WITHDRAWN)
"""States in which the municipality's work on a case has ended; every other is in progress."""


class Outcome(models.TextChoices):
    """What came of a closed case."""

    SUBSTANTIATED = "substantiated", _("Grounds found, action taken")
    UNSUBSTANTIATED = "unsubstantiated", _("No grounds found")
    INSUFFICIENT = "insufficient", _("Not enough evidence")
    CORRECTED = "corrected", _("The matter was put right")
    BY_OTHER_BODY = "by_other_body", _("Decided by the body it was referred to")


class Refusal(models.TextChoices):
    """Why a complaint is not taken up: the grounds that municipalities agree on, and what is no matter of theirs."""

    ROYAL_INSTITUTION = "royal_institution", _("It concerns the royal institution")
    INCOMPLETE = "incomplete", _("It is incomplete, and nothing more can be found out")
    COURT = "court", _("It is before a court, or a court has decided")
    DECIDED_ELSEWHERE = "decided_elsewhere", _("Another competent body has already decided")
    POLICY = "policy", _("It concerns government policy")
    NOT_CORRUPTION = "not_corruption", _("It is not about corruption or misconduct of the municipality's officers")


class Body(models.TextChoices):
    """To whom a case can be referred."""

    NACC = "nacc", _("National Anti-Corruption Commission (NACC)")
    PACC = "pacc", _("Public Sector Anti-Corruption Commission (PACC)")
    PROVINCE = "province", _("The province")


class ItemKind(models.TextChoices):
    """A sealed piece of writing in a case."""

    REPORT = "report", _("Report")
    IDENTITY = "identity", _("Who the reporter is")
    MESSAGE = "message", _("Message")
    NOTE = "note", _("Note among officers")
    REFERRAL = "referral", _("Referral")


DESK_KINDS = (ItemKind.NOTE, ItemKind.REFERRAL)
"""Kinds that the reporter's code does not open."""


class OfficerState(models.TextChoices):
    """Whether an officer receives cases."""

    PENDING = "pending", _("Waits for confirmation by another officer")
    ACTIVE = "active", _("Receives cases")
    LEFT = "left", _("Has left")


class Act(models.TextChoices):
    """What can happen to a case, or at the desk. Each is an entry of the log."""

    FILE = "file", _("Filed")
    ACCEPT = "accept", _("Taken up")
    ASK = "ask", _("Asked the reporter")
    ANSWER = "answer", _("Answered the reporter")
    NOTE = "note", _("Wrote a note")
    ASSIGN = "assign", _("Assigned")
    REFUSE = "refuse", _("Not taken up")
    REFER = "refer", _("Referred to another body")
    CLOSE = "close", _("Closed with an outcome")
    REOPEN = "reopen", _("Reopened")
    OPEN_IDENTITY = "open_identity", _("Opened the reporter's identity")
    EXPORT = "export", _("Made a sealed package")
    SHARE = "share", _("Given to another officer")
    WRITE = "write", _("The reporter wrote")
    IDENTIFY = "identify", _("The reporter said who they are")
    WITHDRAW = "withdraw", _("The reporter withdrew it")
    DESTROY = "destroy", _("Destroyed after the time of keeping")
    VAULT_SET_UP = "vault_set_up", _("Vault set up")
    OFFICER_CONFIRMED = "officer_confirmed", _("Officer confirmed")
    OFFICER_LEFT = "officer_left", _("Officer left, keys revoked")
    PASSPHRASE_CHANGED = "passphrase_changed", _("Passphrase changed")
    RECOVERY_SET_UP = "recovery_set_up", _("Recovery shares made")
    RECOVERED = "recovered", _("Cases recovered with shares")
