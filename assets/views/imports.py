"""The import of the register: choose a file, see what would happen, import exactly that."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ita_portal.spreadsheets import CSV_TYPE, XLSX_TYPE, write_csv
from ita_portal.tables.kept import GoneError, KeptFile
from ita_portal.tables.problems import UnreadableError, problem_rows

from ..forms.imports import ImportForm
from ..http import asset_officer, show
from ..importing.checking import Plan, check_file
from ..importing.kept import WAITING
from ..importing.shown import PlanPage
from ..importing.storing import NotAsCheckedError, Stored, store_file
from ..importing.template import template_xlsx


@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    """GET: the form; with `file` (a ticket) what that file would do, with `problems=csv` its problems as a file.

    POST with a file: keep it and show what it would do. POST with `ticket`: import it.
    """
    asset_officer(request)
    if request.method == "POST":
        return _import(request) if "ticket" in request.POST else _upload(request)
    if "file" in request.GET:
        return _checked(request)
    return _page(request, form=ImportForm())


def _upload(request: HttpRequest) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    kept = WAITING.keep(form.cleaned_data["file"], by=asset_officer(request))
    return redirect(_address(kept, new_kinds=form.cleaned_data["new_kinds"]))


def _checked(request: HttpRequest) -> HttpResponse:
    new_kinds = request.GET.get("new_kinds") == "1"
    try:
        kept = WAITING.find(request.GET["file"], by=asset_officer(request))
        with WAITING.open(kept) as file:
            plan = check_file(file, kept.content_type, new_kinds=new_kinds)
    except (GoneError, UnreadableError) as error:
        return _again(request, error)
    if request.GET.get("problems") == "csv":
        response = HttpResponse(write_csv(*problem_rows(plan.problems)), content_type=CSV_TYPE)
        response.headers["Content-Disposition"] = 'attachment; filename="import-problems.csv"'
        return response
    return _plan_page(request, kept, plan, new_kinds=new_kinds)


def _import(request: HttpRequest) -> HttpResponse:
    new_kinds = request.POST.get("new_kinds") == "1"
    by = asset_officer(request)
    try:
        kept = WAITING.find(request.POST["ticket"], by=by)
        with WAITING.open(kept) as file:
            stored = store_file(
                file, kept.content_type, by=by, new_kinds=new_kinds, digest=request.POST.get("digest", "")
            )
    except (GoneError, UnreadableError) as error:
        return _again(request, error)
    except NotAsCheckedError as error:
        return _plan_page(request, kept, error.plan, new_kinds=new_kinds, meanwhile=True, status=422)
    messages.success(request, _said(stored))
    return redirect("assets:import")


def _said(stored: Stored) -> str:
    """What was done; the second of two clicks finds everything done already."""
    if not stored.new and not stored.changed:
        return ngettext(
            "Everything in the file is in the register: %(count)s row.",
            "Everything in the file is in the register: %(count)s rows.",
            stored.same,
        ) % {"count": stored.same}  # fmt: skip
    return _("Imported. New: %(new)s. Changed: %(changed)s. As they were: %(same)s.") % {
        "new": stored.new, "changed": stored.changed, "same": stored.same,
    }  # fmt: skip


def _address(kept: KeptFile, *, new_kinds: bool, **more: str) -> str:
    query = QueryDict(mutable=True)
    query.update({"file": kept.ticket, **({"new_kinds": "1"} if new_kinds else {}), **more})
    return f"{reverse('assets:import')}?{query.urlencode()}"


def _again(request: HttpRequest, error: Exception) -> HttpResponse:
    """The form, with why the file that was checked cannot be used any more."""
    form = ImportForm()
    said = _("The file that was checked is not kept any more. Choose it again.")
    return _page(request, form=form, said=said if isinstance(error, GoneError) else str(error), status=422)


def _plan_page(
    request: HttpRequest, kept: KeptFile, plan: Plan, *, new_kinds: bool, meanwhile: bool = False, status: int = 200
) -> HttpResponse:
    context = {
        "plan": PlanPage.of(plan),
        "kept": kept,
        "new_kinds": new_kinds,
        "meanwhile": meanwhile,
        "problems_url": _address(kept, new_kinds=new_kinds, problems="csv"),
        "with_kinds_url": "" if new_kinds else _address(kept, new_kinds=True),
    }
    return show(request, "assets/import_plan.html", context, room="register", status=status)


def _page(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    return show(request, "assets/import.html", context, room="register", status=status)


@require_safe
def import_template(request: HttpRequest) -> HttpResponse:
    """An empty table with its headings, an example, and a sheet that explains each column."""
    asset_officer(request)
    response = HttpResponse(template_xlsx(), content_type=XLSX_TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="asset-register-template.xlsx"'
    return response
