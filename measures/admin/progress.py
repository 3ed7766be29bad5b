"""The daily job of the office that keeps the plan: this quarter."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from ita_portal.admin_history import HistoryAdmin
from ita_portal.fiscal import FiscalQuarter
from organization.models import Division, User

from ..entry_figures import freeze_asked
from ..models import Plan, Progress
from ..plan_data import QUARTERS
from ..quarter_work import WorkRow, by_area, default_plan, default_quarter, visible_plans, work_of_office
from ..report_entry import Entry, add_figures, changed_entries, entries_for, store_entries, wrong_entries
from ..services import adopt_share, publish_progress

STATES = ("", "missing", "late", "unpublished")


@admin.register(Progress)
class ProgressAdmin(HistoryAdmin):
    """Lists no rows: its front page is the work of a quarter, where several reports are written at once."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Reports begin on the page of the quarter."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A report is corrected, never deleted."""
        return False

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """A report is written on its quarter's page only: there it is locked, compared and published."""
        report = self.get_object(request, object_id)
        if report is None:
            raise Http404
        if not self.has_view_permission(request, report):
            raise PermissionDenied
        plan = report.measure.area.plan
        where = _where(plan, FiscalQuarter(plan.year, report.quarter))
        page = reverse("admin:measures_progress_changelist")
        return HttpResponseRedirect(f"{page}?{where}#m{report.measure.public_id}")

    def get_urls(self) -> list[Any]:
        """The acts on a quarter before the admin's own pages."""
        view = self.admin_site.admin_view
        return [
            path("publish/", view(self.publish_view), name="measures_progress_publish"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Everything due in a quarter, to be written in one step."""
        user = cast(User, request.user)
        if not self.has_view_permission(request):
            raise PermissionDenied
        plans = list(visible_plans(user))
        if not plans:
            return self._page(request, "empty.html", {"title": _("This quarter")})
        plan, quarter = _chosen(request, plans)
        divisions = list(Division.objects.filter(active=True))
        division = next((found for found in divisions if str(found.pk) == request.GET.get("division")), None)
        state = request.GET.get("state", "") if request.GET.get("state") in STATES else ""
        rows = work_of_office(plan, quarter, division)
        entries = entries_for([row for row in rows if _in_state(row, state)], request)
        status = 200
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            changed = changed_entries(entries)
            stored = store_entries(changed, division=None, by=user)
            if stored is not None:
                self._adopt_asked_share(request, rows)
                shown = [entry.row for entry in entries]
                freeze_asked(request, shown, quarter, division=None, of=division, by=user)
                return self._after_saving(request, plan, quarter, stored)
            status = 422
        add_figures(entries, quarter, division)
        context = {
            "title": _("Work of quarter %(quarter)s, fiscal year %(year)s")
            % {"quarter": quarter.number, "year": plan.fiscal_year},
            "plans": plans,
            "plan": plan,
            "quarter": quarter,
            "quarters": [FiscalQuarter(plan.year, number) for number in QUARTERS],
            "divisions": divisions,
            "division": division,
            "state": state,
            "areas": _entries_by_area(entries),
            "wrong": wrong_entries(entries),
            "has_figures": any(entry.figures.may_use for entry in entries),
            "sent_files": bool(request.FILES),
            "numbers": _numbers(rows),
            "may_publish": user.has_perm("measures.publish_plan"),
            "here": request.get_full_path(),
        }
        return self._page(request, "quarter.html", context, status)

    @staticmethod
    def _adopt_asked_share(request: HttpRequest, rows: list[WorkRow]) -> None:
        """Take a division's share into the consolidated report where its button was pressed."""
        shares = {str(share.pk): share for row in rows for share in row.shares}
        share = shares.get(request.POST.get("adopt", ""))
        if share is not None:
            adopt_share(share=share, by=cast(User, request.user))
            messages.success(request, _("The words of %(division)s were taken over.") % {"division": share.division})

    def _after_saving(
        self, request: HttpRequest, plan: Plan, quarter: FiscalQuarter, stored: list[Progress]
    ) -> HttpResponse:
        count = len(stored)
        if "preview" in request.POST:
            if count:
                messages.success(request, _("%(count)s report(s) saved.") % {"count": count})
            saved = urlencode({"saved": ",".join(str(report.pk) for report in stored)}) if stored else ""
            page = reverse("admin:measures_progress_publish")
            return HttpResponseRedirect(f"{page}?{_where(plan, quarter)}&{saved}".rstrip("&"))
        if count:
            messages.success(
                request, _("%(count)s report(s) saved. The public sees them once you publish.") % {"count": count}
            )
        elif not {"adopt", "freeze"} & set(request.POST):
            messages.info(request, _("There was nothing to save."))
        return HttpResponseRedirect(request.get_full_path())

    def publish_view(self, request: HttpRequest) -> HttpResponse:
        """What would change for the public, report by report; publish the chosen ones on POST."""
        user = cast(User, request.user)
        if not user.has_perm("measures.publish_plan"):
            raise PermissionDenied
        plans = list(visible_plans(user))
        if not plans:
            raise Http404
        plan, quarter = _chosen(request, plans)
        rows = work_of_office(plan, quarter)
        waiting = [row for row in rows if row.is_unpublished]
        if request.method == "POST":
            chosen = set(request.POST.getlist("report"))
            reports = [row.report for row in waiting if row.report and str(row.report.pk) in chosen]
            try:
                published = publish_progress(reports=reports, by=user)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            else:
                _say_published(request, plan, len(published), chosen)
            return HttpResponseRedirect(f"{reverse('admin:measures_progress_changelist')}?{_where(plan, quarter)}")
        context = {
            "title": _("Publish quarter %(quarter)s, fiscal year %(year)s")
            % {"quarter": quarter.number, "year": plan.fiscal_year},
            "plan": plan, "quarter": quarter, "rows": waiting, "where": _where(plan, quarter),
            "areas": sorted({row.measure.area.number for row in waiting}),
            "ticked": _ticked(request, waiting),
            "missing": sum(row.public is None for row in rows),
        }  # fmt: skip
        return self._page(request, "publish.html", context)

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        whole = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/measures/progress/{template}", whole, status=status)


def _ticked(request: HttpRequest, waiting: list[WorkRow]) -> set[int]:
    """Reports that come ticked: what was just saved, or else what this person wrote last; never another's."""
    saved = request.GET.get("saved", "").split(",")
    just_saved = {row.report.pk for row in waiting if row.report and str(row.report.pk) in saved}
    own = {row.report.pk for row in waiting if row.report and row.report.updated_by_id == request.user.pk}
    return just_saved or own


def _say_published(request: HttpRequest, plan: Plan, count: int, chosen: set[str]) -> None:
    if count:
        said = _("%(count)s report(s) published. The public sees them now on the page of fiscal year %(year)s.")
        link = format_html(' <a href="{}">{}</a>', reverse("measures:year", args=[plan.fiscal_year]), _("Public page"))
        messages.success(request, format_html("{}{}", said % {"count": count, "year": plan.fiscal_year}, link))
    elif chosen:
        messages.info(request, _("What you chose is public already; it was not published again."))
    else:
        messages.info(request, _("Nothing was chosen, so nothing was published."))


def _chosen(request: HttpRequest, plans: list[Plan]) -> tuple[Plan, FiscalQuarter]:
    """The plan and quarter of the address; today's, or the newest plan's, where it names none."""
    fallback = default_plan(plans)
    plan = next((plan for plan in plans if str(plan.fiscal_year) == request.GET.get("year")), fallback)
    asked = request.GET.get("quarter", "")
    if asked in {str(number) for number in QUARTERS}:
        return plan, FiscalQuarter(plan.year, int(asked))
    return plan, default_quarter(plan)


def _where(plan: Plan, quarter: FiscalQuarter) -> str:
    return urlencode({"year": plan.fiscal_year, "quarter": quarter.number})


def _in_state(row: WorkRow, state: str) -> bool:
    return {
        "missing": row.public is None,
        "late": row.is_late,
        "unpublished": row.is_unpublished,
    }.get(state, True)


def _numbers(rows: list[WorkRow]) -> dict[str, int]:
    return {
        "all": len(rows),
        "missing": sum(row.public is None for row in rows),
        "late": sum(row.is_late for row in rows),
        "unpublished": sum(row.is_unpublished for row in rows),
    }


def _entries_by_area(entries: list[Entry]) -> list[tuple[Any, list[Entry]]]:
    forms = {entry.row.measure.pk: entry for entry in entries}
    return [(area, [forms[row.measure.pk] for row in rows]) for area, rows in by_area([entry.row for entry in entries])]
