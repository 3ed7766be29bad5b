"""Triggers that say "what the public sees of this topic has changed"."""

import pgtrigger


def bumps_pages(topic: str, *columns: str) -> pgtrigger.Trigger:
    """A statement trigger that raises the generation of `topic` in the transaction of the change.

    columns: raise it only where one of them is written to a row that is there already.
    """
    every_change = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    return pgtrigger.Trigger(
        name=f"bumps_{topic}_pages",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf(*columns) if columns else every_change,
        func=f"{_bump(topic)} RETURN NULL;",
    )


def bumps_pages_of_counts(topic: str, *columns: str) -> pgtrigger.Trigger:
    """A row trigger for rows that pages only count: on each that comes or goes, and where one of `columns` changes.

    A value that is written and stays the same is no change, nor is any other column's.
    """
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return pgtrigger.Trigger(
        name=f"bumps_{topic}_pages",
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=(
            f"IF TG_OP <> 'UPDATE' OR ROW({old}) IS DISTINCT FROM ROW({new}) THEN {_bump(topic)} END IF; RETURN NULL;"
        ),
    )


def bumps_pages_where(topic: str, condition: str, *columns: str) -> pgtrigger.Trigger:
    """A row trigger for writes of `columns` (any, without) after which `condition`, over OLD and NEW, is true."""
    return pgtrigger.Trigger(
        name=f"bumps_{topic}_pages",
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf(*columns) if columns else pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"IF {condition} THEN {_bump(topic)} END IF; RETURN NULL;",
    )


def _bump(topic: str) -> str:
    return (
        "INSERT INTO organization_pagetopic (topic, generation) VALUES "  # noqa: S608 - a constant of the code
        f"('{topic}', 1) ON CONFLICT (topic) DO UPDATE SET generation = organization_pagetopic.generation + 1;"
    )
