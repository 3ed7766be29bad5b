"""Plan files by their ending: `.yaml`, `.docx`, `.xlsx`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from ..plan_data import PlanData
from .package import MAX_BYTES, refuse
from .plan_docx import read_plan_docx, write_plan_docx
from .plan_xlsx import read_plan_xlsx, write_plan_xlsx
from .plan_yaml import read_plan_yaml, write_plan_yaml

WRITERS: dict[str, Callable[[PlanData], bytes]] = {
    "yaml": write_plan_yaml,
    "docx": write_plan_docx,
    "xlsx": write_plan_xlsx,
}
_READERS = {"yaml": read_plan_yaml, "yml": read_plan_yaml, "docx": read_plan_docx, "xlsx": read_plan_xlsx}


def write_plan(plan: PlanData, extension: str) -> bytes:
    """The plan as a file of the kind `yaml`, `docx` or `xlsx`. Reading it back gives the same plan.

    KeyError for another extension; PlanFileError where a text is too long for the kind of file.
    """
    return WRITERS[extension](plan)


def read_plan(content: bytes, extension: str, divisions: Mapping[str, str], fiscal_year: int | None = None) -> PlanData:
    """The plan that a file holds. Whatever the bytes are: a plan, or PlanFileError with every problem and its place.

    divisions: every accepted spelling → official name, in the municipality's order. fiscal_year (B.E.): for files
    that do not say it; a file that says another is refused.
    """
    reader = _READERS.get(extension.lower().lstrip("."))
    if reader is None:
        raise refuse(_("plan files end in .yaml, .docx or .xlsx"))
    if not content:
        raise refuse(_("it is empty"))
    if len(content) > MAX_BYTES:
        raise refuse(_("it is larger than 20 MB"))
    return reader(content, divisions, fiscal_year)
