"""Editing the structure of a plan. Nothing here is public until the plan is published."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.admin_history import HistoryAdmin
from organization.models import Division

from ..figures import compute_figures, figure_views
from ..indicators import indicators
from ..models import AreaQuestion, Finding, IssueArea, Limitation, Measure, Plan, Question, Responsibility
from ..plan_data import QUARTERS
from .plan_acts import PlanActs

SHORT_TEXTS: dict[Any, Any] = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}
"""Texts of a plan are a few lines long."""


class NamedFields(BaseInlineFormSet):
    """Rows of a table whose fields say what they are: a column's heading alone is no label to a screen reader."""

    def add_fields(self, form: ModelForm, index: int | None) -> None:
        """Name every field of the row, the box that deletes it too."""
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", field.label)


class LimitationInline(admin.TabularInline):
    """Limitations at the end of the plan."""

    model = Limitation
    formset = NamedFields
    extra = 0
    fields = ("position", "text")
    formfield_overrides = SHORT_TEXTS


class AreaInline(admin.TabularInline):
    """The areas of a plan, each leading to its own page."""

    model = IssueArea
    formset = NamedFields
    extra = 0
    fields = ("number", "title")
    show_change_link = True


@admin.register(Plan)
class PlanAdmin(PlanActs, HistoryAdmin):
    """A plan, its acts (publish, roll forward, import, export) and its areas."""

    list_display = ("fiscal_year", "title", "area_count", "public_state")
    fields = ("fiscal_year", "title", "prepared_by", "assessment_year", "note", "rolled_from")
    readonly_fields = ("rolled_from",)
    inlines = (AreaInline, LimitationInline)
    formfield_overrides = SHORT_TEXTS
    change_form_template = "admin/measures/plan/change_form.html"
    change_list_template = "admin/measures/plan/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Plan]:
        """With what the list shows, in one query."""
        return super().get_queryset(request).annotate(n_areas=Count("areas")).prefetch_related("versions")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Offers only the acts that are possible now."""
        plan = context.get("original")
        if plan is not None:
            context["is_public"] = plan.versions.filter(is_current=True).exists()
            context["may_roll_forward"] = not Plan.objects.filter(fiscal_year=plan.fiscal_year + 1).exists()
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=gettext_lazy("issue areas"), ordering="n_areas")
    def area_count(self, plan: Any) -> int:
        """How many areas."""
        return int(plan.n_areas)

    @admin.display(description=gettext_lazy("public"))
    def public_state(self, plan: Plan) -> str:
        """Which version the public sees."""
        current = next((version for version in plan.versions.all() if version.is_current), None)
        if current is None:
            return _("not published")
        url = reverse("measures:year", args=[plan.fiscal_year])
        return format_html('<a href="{}">{}</a>', url, _("version %(number)s") % {"number": current.number})


class AreaQuestionInline(admin.TabularInline):
    """Questions that the area quotes."""

    model = AreaQuestion
    formset = NamedFields
    extra = 0
    fields = ("position", "question", "wording")
    formfield_overrides = SHORT_TEXTS

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Offers the questions of the assessment that the plan answers, read once for all rows."""
        formset = super().get_formset(request, obj, **kwargs)
        questions = Question.objects.order_by("-fiscal_year", "instrument", "pk")
        if obj is not None:
            questions = questions.filter(fiscal_year=obj.plan.assessment_year)
        field = cast(forms.ModelChoiceField, formset.form.base_fields["question"])
        field.queryset = questions
        field.choices = [("", "–"), *((question.pk, str(question)) for question in questions)]
        return formset


class FindingInline(admin.TabularInline):
    """Findings of the area."""

    model = Finding
    formset = NamedFields
    extra = 0
    fields = ("position", "text", "codes")
    formfield_overrides = SHORT_TEXTS


class MeasureInline(admin.TabularInline):
    """The measures of an area, each leading to its own page."""

    model = Measure
    formset = NamedFields
    extra = 0
    fields = ("position", "text", "schedule")
    formfield_overrides = SHORT_TEXTS
    readonly_fields = ("schedule",)
    show_change_link = True
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A measure needs its quarters and divisions: it is added on its own page."""
        return False


@admin.register(IssueArea)
class IssueAreaAdmin(HistoryAdmin):
    """An issue area."""

    list_display = ("number", "title", "plan")
    list_filter = ("plan__fiscal_year",)
    list_select_related = ("plan",)
    search_fields = ("title",)
    inlines = (AreaQuestionInline, FindingInline, MeasureInline)
    formfield_overrides = SHORT_TEXTS


@admin.register(Question)
class QuestionAdmin(HistoryAdmin):
    """Questions of the assessment by year."""

    list_display = ("code", "text", "instrument", "fiscal_year")
    list_filter = ("fiscal_year", "instrument")
    search_fields = ("code", "text")


class AreaField(forms.ModelChoiceField):
    """Issue areas with their year: those of two years have the same names."""

    def label_from_instance(self, obj: Any) -> str:
        """`2567 · (1) …`."""
        return f"{obj.plan.fiscal_year} · {obj}"


class MeasureForm(ModelForm):
    """A measure with its quarters, divisions and figures as boxes to tick."""

    quarters = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Quarters"), coerce=int, choices=[(number, str(number)) for number in QUARTERS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("A schedule needs at least one quarter.")},
    )  # fmt: skip
    responsible = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Responsible divisions"), required=False, queryset=Division.objects.all(),
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("Leave empty where all divisions are responsible."),
    )  # fmt: skip
    indicators = forms.MultipleChoiceField(
        label=gettext_lazy("Live figures"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Measure
        fields = ("area", "position", "text", "quarters", "schedule", "all_divisions", "indicators")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(indicator.key, str(indicator.name)) for indicator in indicators]
        known += [(key, key) for key in self.instance.indicators if indicators.get(key) is None]
        cast(forms.MultipleChoiceField, self.fields["indicators"]).choices = known
        if self.instance.pk:
            self.initial["responsible"] = [row.division_id for row in self.instance.responsibilities.all()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("all_divisions") and not cleaned.get("responsible"):
            self.add_error("responsible", _("Name a division, or tick that all divisions are responsible."))
        if cleaned.get("all_divisions") and cleaned.get("responsible"):
            self.add_error("responsible", _("Either all divisions are responsible or the ones named, not both."))
        kept = set(
            self.instance.progress.exclude(quarter__in=cleaned.get("quarters") or QUARTERS).values_list(
                "quarter", flat=True
            )
            if self.instance.pk
            else []
        )
        if kept:
            self.add_error(
                "quarters",
                _("Quarter %(quarters)s has a report and stays in the schedule.")
                % {"quarters": ", ".join(map(str, sorted(kept)))},
            )
        return cleaned


@admin.register(Measure)
class MeasureAdmin(HistoryAdmin):
    """A measure: what, when, who."""

    form = MeasureForm
    formfield_overrides = SHORT_TEXTS
    list_display = ("text", "area", "schedule", "year")
    list_filter = ("area__plan__fiscal_year", "area__number")
    list_select_related = ("area__plan",)
    search_fields = ("text",)
    fields = ("area", "position", "text", "quarters", "schedule", "all_divisions", "responsible", "indicators")
    change_form_template = "admin/measures/measure/change_form.html"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With what the portal shows of the measure, quarter by quarter; `?division=` of one division."""
        measure = context.get("original")
        if measure is not None:
            divisions = list(Division.objects.filter(active=True))
            division = next((one for one in divisions if str(one.pk) == request.GET.get("division")), None)
            quarters = measure.area.plan.year.quarters
            computed = compute_figures(measure.indicators, quarters, division)
            context |= {
                "divisions": divisions,
                "division": division,
                "quarters": [
                    (quarter, quarter.number in measure.quarters,
                     figure_views(measure.indicators, quarter, computed, division))
                    for quarter in quarters
                ],
            }  # fmt: skip
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=gettext_lazy("fiscal year (B.E.)"), ordering="area__plan__fiscal_year")
    def year(self, measure: Measure) -> int:
        """The plan's year."""
        return measure.area.plan.fiscal_year

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Areas with their plan in one query."""
        if db_field.name == "area":
            kwargs["queryset"] = IssueArea.objects.select_related("plan").order_by("-plan__fiscal_year", "number")
            kwargs["form_class"] = AreaField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Measure, form: Any, change: bool) -> None:
        """The measure and its divisions together."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            chosen = set(form.cleaned_data["responsible"])
            obj.responsibilities.exclude(division__in=chosen).delete()
            present = set(obj.responsibilities.values_list("division_id", flat=True))
            for division in chosen:
                if division.pk not in present:
                    Responsibility.objects.create(measure=obj, division=division)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What the database refuses in the last moment comes back as a sentence, not as an error page."""
        try:
            with transaction.atomic():
                return super().changeform_view(request, *args, **kwargs)
        except (DatabaseError, ValidationError) as error:
            constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
            if constraint != "measure_keeps_reported_quarters":
                raise
            messages.error(
                request, _("A report was written just now for a quarter that you took out. Nothing was changed.")
            )
            return HttpResponseRedirect(request.get_full_path())
