"""Enumerations of the plan."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Instrument(models.TextChoices):
    """The three instruments of the assessment."""

    IIT = "IIT", _("IIT: internal stakeholders")
    EIT = "EIT", _("EIT: external stakeholders")
    OIT = "OIT", _("OIT: public disclosure")

    @classmethod
    def of_code(cls, code: str) -> "Instrument":
        """`I7` → IIT, `E11` → EIT, `O34` → OIT. ValueError for another letter."""
        return {"I": cls.IIT, "E": cls.EIT, "O": cls.OIT}[code[:1]] if code[:1] in "IEO" else cls(code)


class ProgressStatus(models.TextChoices):
    """How far a measure is in a quarter."""

    NOT_STARTED = "not_started", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    DONE = "done", _("Done")
    DELAYED = "delayed", _("Delayed")
    NOT_DONE = "not_done", _("Not done")


class EvidenceKind(models.TextChoices):
    """What kind of thing proves the work."""

    FILE = "file", _("File")
    LINK = "link", _("Link")
    RECORD = "record", _("Portal record")
