"""Triggers with which the database itself keeps what was published as it is."""

from __future__ import annotations

import pgtrigger


def published_stays(name: str, *may_change: str) -> pgtrigger.Trigger:
    """A published row is neither deleted nor changed, but for the columns in `may_change`.

    name: of the guard, as `errors.SENTENCES` knows it.
    """
    kept = " - ".join(["to_jsonb({row})", *(f"'{column}'" for column in may_change)])
    same = f"({kept.format(row='NEW')}) = ({kept.format(row='OLD')})"
    return pgtrigger.Trigger(
        name="published_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Q(old__state="published"),
        func=f"""
            IF TG_OP = 'UPDATE' THEN
                IF {same} THEN RETURN NEW; END IF;
            END IF;
            RAISE EXCEPTION '% is published', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
        """,
    )


def parts_of_published_stay(name: str, parent: str, column: str) -> list[pgtrigger.Trigger]:
    """Rows that belong to a published row of table `parent` by `column` are neither added, changed nor deleted.

    The parent is shared while a part is written, so that whoever publishes it waits and then sees the part.
    """
    refuse = f"USING ERRCODE = 'check_violation', CONSTRAINT = '{name}'"
    return [
        pgtrigger.Trigger(
            name="published_keeps",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            declare=[("found", "text")],
            func=f"""
                SELECT p.state INTO found FROM {parent} p WHERE p.id = OLD.{column} FOR SHARE;
                IF found = 'published' OR (TG_OP = 'UPDATE' AND NEW.{column} <> OLD.{column}) THEN
                    RAISE EXCEPTION 'part of published %', OLD.{column} {refuse};
                END IF;
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
            """,  # noqa: S608 - names of the code
        ),
        # A whole file is entered by few statements: looked at once each.
        pgtrigger.Trigger(
            name="published_takes_none",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="entered"),
            func=f"""
                PERFORM FROM {parent} p WHERE p.id IN (SELECT {column} FROM entered) ORDER BY p.id FOR SHARE;
                IF EXISTS (SELECT FROM {parent} p WHERE p.state = 'published'
                            AND p.id IN (SELECT {column} FROM entered)) THEN
                    RAISE EXCEPTION 'part of something published' {refuse};
                END IF;
                RETURN NULL;
            """,  # noqa: S608 - names of the code
        ),
    ]


def comes_as_draft(name: str) -> pgtrigger.Trigger:
    """A row is entered as a draft; publication is an act of its own, with everything that is looked at then."""
    return pgtrigger.Trigger(
        name="comes_as_draft",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=~pgtrigger.Q(new__state="draft"),
        func=f"RAISE EXCEPTION 'entered as published' USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';",
    )
