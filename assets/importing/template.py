"""The empty table of a register, to be filled in."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ita_portal.spreadsheets import Sheet, write_xlsx

from .columns import COLUMNS, HEADINGS, MEANINGS
from .lookups import Lookups, known_names


def template_xlsx() -> bytes:
    """A workbook: headings with an example row, each column explained, and the names that the portal knows."""
    known = Lookups.load(new_kinds=False)
    kinds, divisions = list(known_names(known, "category")), list(known_names(known, "division"))
    example = {column.key: column.example for column in COLUMNS}
    for key, names in (("category", kinds), ("division", divisions)):
        if names and example[key] not in names:
            example[key] = names[0]
    table = Sheet(
        title=_("Asset register"),
        header=HEADINGS.header(),
        rows=[[example[column.key] for column in COLUMNS]],
        widths=[column.width for column in COLUMNS],
    )
    explained = Sheet(
        title=_("Columns"),
        header=[_("column"), _("needed"), _("what belongs there"), _("what may stand there")],
        rows=[
            [
                f"{column.thai} / {column.english}",
                _("yes") if column.needed else "",
                str(column.help),
                ", ".join(MEANINGS[column.key].thai) if column.key in MEANINGS else "",
            ]
            for column in COLUMNS
        ],
        widths=[36, 10, 60, 60],
        above=[_("The columns of the register. Delete the example row before you import.")],
    )
    known_names_sheet = Sheet(
        title=_("Kinds and divisions"),
        header=[_("kind of asset"), _("division")],
        rows=[
            [kinds[row] if row < len(kinds) else None, divisions[row] if row < len(divisions) else None]
            for row in range(max(len(kinds), len(divisions)))
        ],
        widths=[44, 44],
    )
    return write_xlsx([table, explained, known_names_sheet], title=_("Asset register"))
