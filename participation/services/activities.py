"""Every act on an activity: begun, worked on, published step by step, thrown away while it is a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from ita_portal.fiscal import today
from ita_portal.masking import mask_citizen_numbers
from ita_portal.refusals import RefusedError, require
from organization.models import User

from ..activity_choices import NEEDS_REASON, ActivityAct, ActivityState
from ..activity_elements import missing
from ..activity_guards import guarded
from ..activity_querysets import WRITE_ACTIVITIES
from ..activity_workflow import CHANGEABLE, TRANSITIONS, acts_in
from ..errors import CHANGED_MEANWHILE
from ..models import Activity, ActivityDocument, ActivityPhoto, ActivityVersion
from ..models.activities import COLUMNS, LONGEST_NOTE, WORDS
from ..permissions import KEEP_PARTICIPATION

LONGEST_DAYS = 366
"""Days that one activity may take."""
ENDS = (ActivityAct.POSTPONE, ActivityAct.CANCEL, ActivityAct.WITHDRAW)
"""Acts that say nothing new but a reason: what is worked on stays at the desk."""


def plain(text: Any) -> str:
    """Text as it is kept: without signs that no text has, numbers of people shortened."""
    return mask_citizen_numbers(str(text or "").replace("\x00", "").strip())


def require_writer(by: User, division: int) -> None:
    """RefusedError for whoever may not write the activities of this division."""
    keeps = by.has_perm(KEEP_PARTICIPATION)
    require(keeps or by.has_perm(WRITE_ACTIVITIES), "not_yours", _("People of the divisions do this."))
    require(keeps or by.division_id == division, "not_your_division",
            _("Choose your own division."), field="division")  # fmt: skip


def locked_activity(activity: Activity, *, by: User, edits: int | None = None) -> Activity:
    """The activity as it is now, locked until the transaction ends.

    edits: how often it had been changed when the person saw it. RefusedError where it is gone, out of their reach, or
    was changed since.
    """
    rows = Activity.objects.visible_to(by).select_for_update(no_key=True, of=("self",))
    found: Activity | None = rows.filter(pk=activity.pk).first()
    if found is None:
        raise RefusedError("gone", _("This activity is not there any more."))
    require(edits is None or edits == found.edits, "changed", CHANGED_MEANWHILE)
    return found


def current_version(activity: Activity) -> ActivityVersion | None:
    """What everybody reads of it, withdrawn or not; None for a draft."""
    found: ActivityVersion | None = ActivityVersion.objects.current().filter(activity=activity.pk).first()
    return found


def _filled(activity: Activity, values: Mapping[str, Any]) -> Activity:
    """With these words, checked before the database sees them. RefusedError at the first field that does not fit."""
    for name in WORDS:
        if name in values:
            value = values[name]
            setattr(activity, name, plain(value) if isinstance(value, str) else value)
    if activity.all_day:
        activity.starts_at = activity.ends_at = None
    try:
        activity.clean_fields(exclude={"code", "state", "edits", "form_mark", "made_by", "made_at", "division"})
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise RefusedError("field", messages[0], field=field) from None
    require(activity.all_day or activity.starts_at is not None, "no_time",
            _("Write when it begins, or that it takes all day."), field="starts_at")  # fmt: skip
    require(activity.ends_on >= activity.starts_on, "days",
            _("The last day is not before the first."), field="ends_on")  # fmt: skip
    require((activity.ends_on - activity.starts_on).days <= LONGEST_DAYS, "too_long",
            _("An activity takes a year at most."), field="ends_on")  # fmt: skip
    same_day = activity.ends_on == activity.starts_on
    require(
        not (same_day and activity.starts_at and activity.ends_at) or activity.ends_at > activity.starts_at, "times",
        _("It ends after it begins."), field="ends_at",
    )  # fmt: skip
    return activity


def begin_activity(values: Mapping[str, Any], *, by: User, form_mark: str) -> Activity:
    """A new draft that only the desk sees. The same form sent twice gives the same draft."""
    require_writer(by, values["division"].pk)
    with guarded():
        known: Activity | None = Activity.objects.filter(form_mark=form_mark).first()
        if known is not None:
            require(known.made_by_id == by.pk, "form_taken", _("Open the form again and send it once more."))
            return known
    made = _filled(Activity(made_by=by, form_mark=form_mark), values)
    try:
        with guarded():
            made.save(force_insert=True)
    except Exception:
        # The other of two clicks was quicker.
        known = Activity.objects.filter(form_mark=form_mark, made_by=by).first()
        if known is None:
            raise
        return known
    return made


def save_words(activity: Activity, values: Mapping[str, Any], *, by: User, edits: int) -> Activity:
    """Change what is worked on; the public sees it with the next version.

    edits: as the person saw it; RefusedError where somebody has changed it since. The same words twice are one change.
    """
    with guarded():
        found = locked_activity(activity, by=by)
        require(found.state in CHANGEABLE, "activity_step_impossible",
                _("This activity has ended. It is not changed any more."))  # fmt: skip
        before = words_of(found)
        _filled(found, values)
        if words_of(found) == before:
            return found
        require(edits == found.edits, "changed", CHANGED_MEANWHILE)
        require_writer(by, found.division_id)
        found.edits += 1
        found.save()
    return found


def words_of(words: Activity | ActivityVersion) -> dict[str, Any]:
    """What is said, by the names of columns."""
    return {COLUMNS[name]: getattr(words, COLUMNS[name]) for name in WORDS}


def changed_words(activity: Activity, version: ActivityVersion | None) -> list[str]:
    """Names of the words in which what is worked on is not what everybody reads."""
    if version is None:
        return []
    before, now = words_of(version), words_of(activity)
    return [name for name in WORDS if before[COLUMNS[name]] != now[COLUMNS[name]]]


def waiting_files(activity: Activity) -> int:
    """How many photos and documents become public with the next version."""
    waiting = {"activity": activity.pk, "published_in": None}
    return sum(model.objects.filter(**waiting).count() for model in (ActivityPhoto, ActivityDocument))


def publish(
    activity: Activity, act: ActivityAct | str, *, by: User, edits: int | None, number: int, note: str = ""
) -> ActivityVersion:
    """Do an act of the workflow: its version is public at once, for everybody.

    edits, number: how often it had been changed, and the last version that there was, when the person saw it.
    RefusedError where it was changed or published since; sent twice it is published once.
    """
    act, said = ActivityAct(act), plain(note)
    require(len(said) <= LONGEST_NOTE, "note_too_long", _("This is too long."), field="note")
    with guarded():
        found = locked_activity(activity, by=by)
        before = current_version(found)
        last = before.number if before else 0
        if before is not None and last == number + 1 and _is_the_same(before, found, act, said, by):
            return before
        require(last == number, "published_meanwhile",
                _("Somebody else has published this activity in the meantime. Look at it as it is now."))  # fmt: skip
        after = TRANSITIONS[act].get(ActivityState(found.state))
        if after is None:
            raise RefusedError(
                "activity_step_impossible",
                _("This cannot be done with the activity any more. Look at it as it is now."),
            )
        require(act in ENDS or edits in (None, found.edits), "changed", CHANGED_MEANWHILE)
        _require_possible(found, before, act, said)
        if before is not None:
            before.is_current = False
            before.save(update_fields=["is_current"])
        source: Activity | ActivityVersion = before if before is not None and act in ENDS else found
        version: ActivityVersion = ActivityVersion.objects.create(
            activity=found, number=last + 1, state=after, took_part=source.people, note=said, published_by=by,
            is_correction=act == ActivityAct.CORRECT, published_at=timezone.now(), **words_of(source),
        )  # fmt: skip
        if act not in ENDS:
            for model in (ActivityPhoto, ActivityDocument):
                model.objects.filter(activity=found, published_in=None).update(published_in=version)
    activity.state = version.state
    return version


def _is_the_same(before: ActivityVersion, found: Activity, act: ActivityAct, note: str, by: User) -> bool:
    """Whether the last version is what this very form made a moment ago."""
    said = before.published_by_id == by.pk and before.note == note
    if not said or before.state not in TRANSITIONS[act].values():
        return False
    return act in ENDS or not changed_words(found, before)


def _require_possible(found: Activity, before: ActivityVersion | None, act: ActivityAct, note: str) -> None:
    day = today()
    if act == ActivityAct.ANNOUNCE:
        require(found.ends_on >= day, "over",
                _("Its days are over. Say that it was held, or write its new days."))  # fmt: skip
    if act == ActivityAct.HOLD:
        require(found.starts_on <= day, "activity_not_over", _("The activity has not begun yet."))
    if act == ActivityAct.COMPLETE:
        require(found.ends_on <= day, "activity_not_over", _("The activity is not over yet."))
    if act == ActivityAct.COMPLETE or (act == ActivityAct.CORRECT and found.state == ActivityState.COMPLETE):
        lacks = ", ".join(str(one.title) for one in missing(found))
        require(not lacks, "activity_complete_has_four_elements",
                _("Still missing: %(elements)s.") % {"elements": lacks})  # fmt: skip
    if act == ActivityAct.CORRECT:
        require(bool(changed_words(found, before)) or bool(waiting_files(found)), "nothing_changed",
                _("Nothing has changed since it was published."))  # fmt: skip
        require(bool(note), "activity_correction_says_what", _("Write what changed."), field="note")
    if act in TRANSITIONS and set(TRANSITIONS[act].values()) <= set(NEEDS_REASON):
        require(bool(note), "activity_ended_with_reason", _("Write the reason. It is public."), field="note")
    require(act in ENDS or bool(found.subject), "activity_public_has_subject",
            _("Write what people take part in: the subject."))  # fmt: skip


def possible_acts(activity: Activity, version: ActivityVersion | None) -> list[tuple[ActivityAct, str]]:
    """The acts that publish what is worked on, in this state; and why one is not possible yet, empty where it is."""
    found = []
    for act in acts_in(activity.state):
        if act in ENDS:
            continue
        try:
            _require_possible(activity, version, act, "…")
        except RefusedError as refused:
            found.append((act, str(refused)))
        else:
            found.append((act, ""))
    return found


def ends_of(activity: Activity) -> list[ActivityAct]:
    """Acts that say nothing new but a reason."""
    return [act for act in acts_in(activity.state) if act in ENDS]


def discard(activity: Activity, *, by: User, edits: int) -> None:
    """Throw a draft away with its files. What was ever public is never deleted.

    edits: as the person saw it; RefusedError where somebody has worked on it since.
    """
    from .activity_files import forget_files

    with guarded():
        found = locked_activity(activity, by=by, edits=edits)
        require(found.is_draft, "activity_version_stays",
                _("What was public is never deleted. It can be cancelled or withdrawn with a reason."))  # fmt: skip
        forget_files([*found.activityphotos.all(), *found.activitydocuments.all()])
        found.delete()
