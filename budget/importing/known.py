"""What a reader knows beside the words: the divisions of the municipality."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from ita_portal.tables.headings import skeleton
from ita_portal.tables.problems import BadValueError
from organization.models import Division

_LEAST = 5
"""Letters of a division's name by whose beginning it is known."""


@dataclass(slots=True)
class Known:
    """Spellings of divisions → primary keys, and back to names."""

    divisions: dict[str, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    _found: dict[str, tuple[int, bool]] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Known:
        """As they are now. One query."""
        known = cls()
        for division in Division.objects.order_by("order"):
            known.add(division.pk, division.name, division.short_name, division.name_en, *division.aliases)
        return known

    def add(self, pk: int, name: str, *spellings: object) -> None:
        """One more division. A spelling that two have is of the first."""
        self.names[pk] = name
        for spelling in (name, *spellings):
            if isinstance(spelling, str) and skeleton(spelling):
                self.divisions.setdefault(skeleton(spelling), pk)

    def find(self, text: str) -> tuple[int, bool]:
        """The division of a cell, and whether only its beginning fits. BadValueError where there is none."""
        if text not in self._found:
            self._found[text] = self._find(text)
        return self._found[text]

    def _find(self, text: str) -> tuple[int, bool]:
        plain = skeleton(re.sub(r"ฯ(?:ลฯ)?", "", text))
        if plain in self.divisions:
            return self.divisions[plain], False
        if len(plain) >= _LEAST:
            # `กองสาธารณสุขฯ`, `กองการศึกษา ศาสนาและวัฒนธรรม`
            begins = {pk for name, pk in self.divisions.items() if len(name) >= _LEAST
                      and (name.startswith(plain) or plain.startswith(name))}  # fmt: skip
            if len(begins) == 1:
                return begins.pop(), True
        raise BadValueError(
            _("There is no division of this name. Write one of these: %(words)s."),
            words=", ".join(self.names.values()) or "–",
        )
