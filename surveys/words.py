"""The words of the choices, as they stand on the form and before somebody's eyes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from .choices import Kind

CHOICE_WORDS: Mapping[str, Sequence[str | Promise]] = {
    Kind.LEVELS: (
        pgettext_lazy("choice", "Least or not at all"),
        pgettext_lazy("choice", "A little"),
        pgettext_lazy("choice", "Much"),
        pgettext_lazy("choice", "Most"),
    ),
    Kind.YES_NO: (pgettext_lazy("choice", "No"), pgettext_lazy("choice", "Yes")),
}
"""By kind of question, in the order of the choices; the four levels as the assessment words them."""
