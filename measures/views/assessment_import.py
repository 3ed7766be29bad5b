"""Scores of a year from a file into its draft: a template, the check with all it would change, storing exactly that."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ita_portal.refusals import RefusedError
from ita_portal.spreadsheets import XLSX_TYPE
from ita_portal.tables.kept import GoneError, KeptFile
from ita_portal.tables.problems import UnreadableError

from ..assessment import services
from ..assessment.forms import EditsForm, FileForm
from ..assessment.http import office
from ..assessment.importing import WAITING, Found, read_file, template_xlsx
from ..models import AssessmentResult
from .assessment_desk import found_result

SHOWN_PROBLEMS = 50


@require_safe
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """The table of a draft to fill in."""
    office(request)
    found = found_result(pk)
    response = HttpResponse(template_xlsx(found), content_type=XLSX_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="ITA-{found.fiscal_year}.xlsx"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """A file is checked (`file`), or stored as it was checked (`ticket`)."""
    office(request)
    found = found_result(pk)
    if not found.is_draft:
        messages.info(request, _("What is published is never changed. Start a correction."))
        return redirect(found)
    if request.method != "POST":
        return _page(request, found, FileForm())
    if "ticket" in request.POST:
        return _store(request, found)
    return _check(request, found, FileForm(request.POST, request.FILES))


def _check(request: HttpRequest, found: AssessmentResult, form: FileForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, found, form, status=422)
    safe = form.cleaned_data["file"]
    try:
        checked = read_file(found, safe.content, safe.content_type)
    except UnreadableError as error:
        form.add_error("file", str(error))
        return _page(request, found, form, status=422)
    if checked.problems:
        return _page(request, found, form, checked=checked, name=safe.name, status=422)
    safe.content.seek(0)
    kept = WAITING.keep(safe, by=office(request))
    return _page(request, found, FileForm(), checked=checked, kept=kept, name=safe.name)


def _store(request: HttpRequest, found: AssessmentResult) -> HttpResponse:
    by = office(request)
    edits = EditsForm(request.POST)
    form = FileForm()
    try:
        kept = WAITING.find(request.POST["ticket"], by=by)
        with WAITING.open(kept) as file:
            checked = read_file(found, file, kept.content_type)
    except (GoneError, UnreadableError):
        return _page(
            request, found, form, said=_("The checked file is not there any more. Choose it again."), status=422
        )
    if not edits.is_valid() or checked.entry is None:
        return _page(request, found, form, said=_("Check the file once more."), status=422)
    try:
        services.save_result(found, checked.entry, by=by, edits=edits.cleaned_data["edits"])
    except RefusedError as refused:
        return _page(request, found, form, said=str(refused), status=422)
    WAITING.drop(kept)
    messages.success(
        request, _("Stored from the file: %(count)s changes. Nobody sees them before the result is published.")
        % {"count": len(checked.changes)},
    )  # fmt: skip
    return redirect("measures:assessment_draft", found.pk)


def _page(
    request: HttpRequest, found: AssessmentResult, form: FileForm, *, checked: Found | None = None,
    kept: KeptFile | None = None, name: str = "", said: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    problems = checked.problems if checked else []
    context: dict[str, Any] = {
        "result": found, "form": form, "checked": checked, "kept": kept, "name": name, "said": said,
        "problems": problems[:SHOWN_PROBLEMS], "more_problems": len(problems) - SHOWN_PROBLEMS,
    }  # fmt: skip
    return render(request, "measures/assessment/upload.html", context, status=status)
