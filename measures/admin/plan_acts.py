"""What the office does with a whole plan: publish it, roll it forward, bring it in from a file."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.models import User

from ..exporting import plan_data
from ..models import Plan
from ..plan_data import PlanFileError
from ..services import publish_plan, roll_forward

IMPORT_MAX_BYTES = 20 * 1024 * 1024


class ImportForm(forms.Form):
    """A plan file, and the year where the file does not say it."""

    file = forms.FileField(
        label=gettext_lazy("Plan file"), help_text=gettext_lazy("Word (.docx), Excel (.xlsx) or .yaml, up to 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx,.xlsx,.yaml,.yml"}),
    )  # fmt: skip
    fiscal_year = forms.IntegerField(
        label=gettext_lazy("Fiscal year (B.E.)"), required=False, min_value=2500, max_value=2700,
        help_text=gettext_lazy("Only needed where the file does not name it, for example 2567."),
    )  # fmt: skip

    def clean_file(self) -> Any:
        """Refuse by size before anything is read."""
        file = self.cleaned_data["file"]
        if file.size > IMPORT_MAX_BYTES:
            raise ValidationError(_("The file is larger than 20 MB."))
        return file


class PlanActs(admin.ModelAdmin):
    """Adds the acts to the plan's admin."""

    def get_urls(self) -> list[Any]:
        """The acts before the plan's own pages."""
        view = self.admin_site.admin_view
        return [
            path("import/", view(self.import_view), name="measures_plan_import"),
            path("<int:pk>/publish/", view(self.publish_view), name="measures_plan_publish"),
            path("<int:pk>/roll-forward/", view(self.roll_forward_view), name="measures_plan_roll_forward"),
            *super().get_urls(),
        ]

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what would change for the public; publish on POST."""
        plan = get_object_or_404(Plan, pk=pk)
        _require(request, "measures.publish_plan")
        if request.method == "POST":
            try:
                version = publish_plan(plan=plan, by=cast(User, request.user))
            except ValidationError as error:
                for message in error.messages:
                    messages.error(request, message)
            else:
                messages.success(
                    request, _("The public now sees version %(number)s of the plan.") % {"number": version.number}
                )
            return HttpResponseRedirect(reverse("admin:measures_plan_change", args=[plan.pk]))
        current = plan.versions.filter(is_current=True).first()
        after = plan_data(plan).official
        before = current.data.official if current else None
        context = {
            "plan": plan, "current": current, "before": before, "after": after, "unchanged": before == after,
            "title": _("Publish the plan of %(year)s") % {"year": plan.fiscal_year},
        }  # fmt: skip
        return self._page(request, "publish.html", context)

    def roll_forward_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then make next year's draft."""
        plan = get_object_or_404(Plan, pk=pk)
        _require(request, "measures.add_plan")
        if request.method == "POST":
            try:
                fresh = roll_forward(plan=plan, by=cast(User, request.user))
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
                return HttpResponseRedirect(reverse("admin:measures_plan_change", args=[plan.pk]))
            messages.success(
                request,
                _("The plan of %(year)s was made as a draft: check it, then publish it.") % {"year": fresh.fiscal_year},
            )
            return HttpResponseRedirect(reverse("admin:measures_plan_change", args=[fresh.pk]))
        title = _("Roll the plan of %(year)s forward") % {"year": plan.fiscal_year}
        return self._page(
            request, "roll_forward.html", {"plan": plan, "next_year": plan.fiscal_year + 1, "title": title}
        )

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Read a plan file: check it, or store it as the draft of its year."""
        _require(request, "measures.add_plan")
        form = ImportForm(request.POST or None, request.FILES or None)
        problems, outcome, status = [], None, 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                file = form.cleaned_data["file"]
                from ..documents.plan_files import read_plan  # opens Word and Excel: loaded when needed
                from ..importing import division_spellings, store_plan

                try:
                    data = read_plan(
                        file.read(), file.name.rpartition(".")[2].lower(), division_spellings(),
                        fiscal_year=form.cleaned_data["fiscal_year"],
                    )  # fmt: skip
                    outcome = store_plan(data, by=cast(User, request.user), dry_run="check" in request.POST)
                    status = 200
                except PlanFileError as error:
                    problems = error.problems
                else:
                    if "check" not in request.POST:
                        messages.success(request, _("The plan was stored as a draft. The public does not see it yet."))
                        plan = Plan.objects.get(fiscal_year=data.fiscal_year)
                        return HttpResponseRedirect(reverse("admin:measures_plan_change", args=[plan.pk]))
        context = {"form": form, "problems": problems, "outcome": outcome, "title": _("Bring in a plan from a file")}
        return self._page(request, "import.html", context, status)

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        whole = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/measures/plan/{template}", whole, status=status)


def _require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied
