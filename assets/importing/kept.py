"""A checked register file waits here until the person imports it."""

from ita_portal.tables.kept import Waiting

WAITING = Waiting("assets/imports", "assets.importing.kept")
