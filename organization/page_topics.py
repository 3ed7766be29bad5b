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
        func=(
            "INSERT INTO organization_pagetopic (topic, generation) VALUES "  # noqa: S608 - a constant of the code
            f"('{topic}', 1) ON CONFLICT (topic) DO UPDATE SET generation = organization_pagetopic.generation + 1; "
            "RETURN NULL;"
        ),
    )
