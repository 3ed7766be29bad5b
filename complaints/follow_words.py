"""What a case's state, outcome and refusal mean, in plain words for the person who filed it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .choices import Outcome, Refusal, State


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands. title: in a few words. meaning: what that is. further: what happens next."""

    title: Promise
    meaning: Promise
    further: Promise


STANDINGS = {
    State.RECEIVED: Standing(
        _("Your report has arrived"),
        _("Only the officers responsible for it can open it. They have not taken it up yet."),
        _("An officer reads it and writes to you on this page. You need not do anything, and you can add to it here."),
    ),
    State.IN_PROGRESS: Standing(
        _("Your report is being examined"),
        _("The responsible officers have taken it up and are looking into the facts."),
        _("They write to you on this page when they need something or have a result. If you learn more, write below."),
    ),
    State.WAITING: Standing(
        _("The officers have a question for you"),
        _("They need your answer to go on."),
        _("If you do not know or do not want to say, tell them that: they then go on with what they have."),
    ),
    State.REFERRED: Standing(
        _("Your report was handed over to another body"),
        _("That body has the powers that this case needs, and examines it now."),
        _("It works by its own rules and times. What the officers here hear of the result they write on this page."),
    ),
    State.CLOSED: Standing(
        _("The examination has ended"),
        _("The officers have closed your report."),
        _("You can still read everything here and write to the officers. With new facts they can open it again."),
    ),
    State.REFUSED: Standing(
        _("Your report was not taken up"),
        _("The officers may not or cannot examine it."),
        _("If you see it otherwise, or can add something, write below or turn to one of the bodies named here."),
    ),
    State.WITHDRAWN: Standing(
        _("You withdrew your report"),
        _("The officers have ended the examination at your wish."),
        _(
            "You need not do anything more. Nobody was told that it was you who reported. If the law obliges the "
            "officers to go on with what they know, they can open it again. You would see that here."
        ),
    ),
}

OUTCOMES = {
    Outcome.SUBSTANTIATED: _("The officers found that there are grounds for what you reported, and action was taken."),
    Outcome.UNSUBSTANTIATED: _("The officers found no grounds. To have reported in good faith is no fault of yours."),
    Outcome.INSUFFICIENT: _("There was not enough evidence to decide. If you find more, send it below."),
    Outcome.CORRECTED: _("What you reported was put right."),
    Outcome.BY_OTHER_BODY: _("The body to which your report was handed over has decided."),
}

REFUSALS = {
    Refusal.ROYAL_INSTITUTION: _("It concerns the royal institution: the municipality has no power to examine that."),
    Refusal.INCOMPLETE: _(
        "It leaves out what an examination needs, and nothing more could be found out. Send what is missing below."
    ),
    Refusal.COURT: _("The matter is before a court, or a court has decided it: nobody else may decide it then."),
    Refusal.DECIDED_ELSEWHERE: _("Another body that is responsible for it has already decided."),
    Refusal.POLICY: _("It concerns the policy of the government, which the municipality does not decide on."),
    Refusal.NOT_CORRUPTION: _(
        "It is not about corruption. Please tell the responsible division, or the Damrongdhama Centre (telephone 1567)."
    ),
}

REPORT_LABELS = {
    "accused_name": _("Whom it is about"),
    "accused_position": _("Position"),
    "accused_division": _("Division"),
    "happened_on": _("When it happened"),
    "happened_at_place": _("Where it happened"),
    "narrative": _("What happened"),
    "evidence_note": _("Evidence"),
    "witnesses": _("Witnesses"),
    "reported_elsewhere": _("Reported elsewhere"),
}
"""The parts of a report in the order in which they are read."""

IDENTITY_LABELS = {
    "contact_name": _("Name"),
    "contact_phone": _("Telephone"),
    "contact_email": _("E-mail"),
    "contact_address": _("Address"),
}
"""The parts of an identity; also the names of the form's fields."""
