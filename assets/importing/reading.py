"""A register file as rows."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import IO

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from ita_portal.tables.reading import Table, accept_table, open_table
from ita_portal.uploads import SafeUpload

from .columns import HEADINGS

MAX_ROWS = 50_000
"""Rows of one file. A larger register comes in several."""


def accept_register(file: UploadedFile) -> SafeUpload:
    """The file, if it is a whole and harmless `.xlsx` or `.csv`. ValidationError with a sentence otherwise."""
    return accept_table(file, _("“%(name)s” is no table of the register. Choose an .xlsx or .csv file."))


def open_register(file: IO[bytes], content_type: str) -> AbstractContextManager[Table]:
    """The register in an accepted file. UnreadableError, also while its rows are read, where it is none."""
    return open_table(file, content_type, HEADINGS, max_rows=MAX_ROWS)
