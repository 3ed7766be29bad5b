"""What the database itself keeps of activities, and what its guards mean to people."""

from __future__ import annotations

import pgtrigger
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ita_portal.refusals import guarded_by

from .activity_workflow import steps

MOST_PHOTOS, MOST_DOCUMENTS = 12, 10
"""Of one activity."""

SENTENCES: dict[str, str | Promise] = {
    "activity_version_stays": _("What is published is never changed. Publish a correction."),
    "activity_version_follows": _("Somebody else has published this activity in the meantime."),
    "activity_step_impossible": _("This cannot be done with the activity any more. Look at it as it is now."),
    "activity_not_over": _("The activity is not over yet."),
    "activity_correction_says_what": _("Write what changed."),
    "activity_file_stays": _("What is published is not deleted. Take it away with a reason."),
    "activity_too_many_photos": _("There are as many photos as an activity may have."),
    "activity_too_many_documents": _("There are as many documents as an activity may have."),
}
"""Names of triggers, and their sentences."""

guarded = guarded_by("participation", SENTENCES)
"""A transaction in which what a guard of the database refuses is told as a RefusedError."""

_STEPS = ", ".join(f"('{before}', '{after}')" for before, after in steps())


def _refuse(words: str, name: str) -> str:
    return f"RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';"


def version_follows() -> pgtrigger.Trigger:
    """A version is the next one, its state follows by the workflow, and nothing is held before its days."""
    return pgtrigger.Trigger(
        name="version_follows",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("former", "participation_activityversion"), ("day", "date")],
        func=f"""
            PERFORM FROM participation_activity a WHERE a.id = NEW.activity_id FOR NO KEY UPDATE;
            SELECT * INTO former FROM participation_activityversion v
             WHERE v.activity_id = NEW.activity_id ORDER BY v.number DESC LIMIT 1;
            day := (NEW.published_at AT TIME ZONE 'Asia/Bangkok')::date;
            IF NEW.number <> coalesce(former.number, 0) + 1 THEN
                {_refuse("not the next version", "activity_version_follows")}
            END IF;
            IF (coalesce(former.state, 'draft'), NEW.state) NOT IN ({_STEPS}) THEN
                {_refuse("no such step", "activity_step_impossible")}
            END IF;
            IF NEW.is_correction <> (former.id IS NOT NULL AND former.state = NEW.state)
               OR (NEW.is_correction AND NEW.note = '') THEN
                {_refuse("a correction says what changed", "activity_correction_says_what")}
            END IF;
            IF (NEW.state = 'held' AND NEW.starts_on > day) OR (NEW.state = 'complete' AND NEW.ends_on > day) THEN
                {_refuse("not over", "activity_not_over")}
            END IF;
            RETURN NEW;
        """,  # noqa: S608 - names of the code
    )


def version_stays() -> pgtrigger.Trigger:
    """A version is neither deleted nor changed; only that it is in force ends."""
    same = "(to_jsonb(NEW) - 'is_current') = (to_jsonb(OLD) - 'is_current') AND NOT NEW.is_current"
    return pgtrigger.Trigger(
        name="version_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF TG_OP = 'UPDATE' THEN
                IF {same} THEN RETURN NEW; END IF;
            END IF;
            {_refuse("a version stays", "activity_version_stays")}
        """,
    )


def activity_says_state() -> pgtrigger.Trigger:
    """The activity is in the state of its latest version."""
    return pgtrigger.Trigger(
        name="activity_says_state",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        func="""
            UPDATE participation_activity SET state = NEW.state WHERE id = NEW.activity_id AND state <> NEW.state;
            RETURN NULL;
        """,
    )


def published_file_stays(*may_change: str) -> pgtrigger.Trigger:
    """A published photo or document is not deleted; only `may_change` and its being taken away are written."""
    columns = ("removed_at", "removed_by_id", "removal_reason", "file", *may_change)
    kept = " - ".join(["to_jsonb({row})", *(f"'{column}'" for column in columns)])
    same = f"({kept.format(row='NEW')}) = ({kept.format(row='OLD')})"
    return pgtrigger.Trigger(
        name="published_file_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Q(old__published_in__isnull=False),
        func=f"""
            IF TG_OP = 'UPDATE' THEN
                IF {same} AND (OLD.removed_at IS NULL OR NEW.removed_at IS NOT DISTINCT FROM OLD.removed_at) THEN
                    RETURN NEW;
                END IF;
            END IF;
            {_refuse("a published file stays", "activity_file_stays")}
        """,
    )


def not_too_many(table: str, most: int, name: str) -> pgtrigger.Trigger:
    """Of one activity there are at most so many. Whoever adds one holds the activity until it is there."""
    return pgtrigger.Trigger(
        name="not_too_many",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""
            PERFORM FROM participation_activity a WHERE a.id = NEW.activity_id FOR NO KEY UPDATE;
            IF (SELECT count(*) FROM {table} f
                 WHERE f.activity_id = NEW.activity_id AND f.removed_at IS NULL) >= {most} THEN
                {_refuse("too many", name)}
            END IF;
            RETURN NEW;
        """,  # noqa: S608 - names of the code
    )
