"""Trainings in the back office: who changed what; looked at, never changed here. Acts are done at the desk."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ita_portal.admin_history import HistoryAdmin
from ita_portal.thai import short_date

from ..models import (
    Attendance,
    Certificate,
    Enrolment,
    Training,
    TrainingAverage,
    TrainingQuestion,
    TrainingResult,
    TrainingSession,
)
from .documents import LookOnly


class LongList(LookOnly, admin.ModelAdmin):
    """A list that grows: pages of fifty, what a row names read with it. together: those relations."""

    together: tuple[str, ...] = ("training", "user")
    list_per_page = 50
    show_full_result_count = False
    ordering: ClassVar[Any] = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With what a page shows."""
        return super().get_queryset(request).select_related(*self.together)


class SessionsInline(LookOnly, admin.TabularInline):
    """The days of a training. The secret of their codes is shown nowhere."""

    model = TrainingSession
    exclude = ("secret",)
    extra = 0


class QuestionsInline(LookOnly, admin.TabularInline):
    """The questions of its test."""

    model = TrainingQuestion
    extra = 0


@admin.register(Training)
class TrainingAdmin(LongList, HistoryAdmin):
    """Trainings with their history."""

    together = ("organiser", "made_by")
    list_display = ("title", "topic", "state", "organiser", "begins", "desk")
    list_filter = ("state", "topic", "organiser")
    search_fields = ("title",)
    ordering = ("-first_day", "-pk")
    exclude = ("form_mark", "feedback_code")
    inlines = (SessionsInline, QuestionsInline)

    @admin.display(description=_("first day"), ordering="first_day")
    def begins(self, training: Training) -> str:
        """In the Buddhist Era."""
        return short_date(training.first_day) if training.first_day else "–"

    @admin.display(description=_("page"))
    def desk(self, training: Training) -> SafeString:
        """Where it is worked on."""
        return format_html('<a href="{}">{}</a>', reverse("guidelines:training_desk", args=[training.pk]), _("Open"))


@admin.register(TrainingSession)
class TrainingSessionAdmin(LongList, HistoryAdmin):
    """Days of trainings with their history."""

    together = ("training",)
    list_display = ("training", "when", "begins", "ends")
    exclude = ("secret",)

    @admin.display(description=_("day"), ordering="day")
    def when(self, session: TrainingSession) -> str:
        """In the Buddhist Era."""
        return short_date(session.day)


@admin.register(Attendance)
class AttendanceAdmin(LongList, HistoryAdmin):
    """Who was there, and who says so."""

    together = ("session__training", "user", "division", "recorded_by")
    list_display = ("user", "division", "training", "when", "way", "recorded_by")
    list_filter = ("way", "division")
    search_fields = ("=user__username",)

    @admin.display(description=_("training"))
    def training(self, one: Attendance) -> str:
        """Its title."""
        return one.session.training.title

    @admin.display(description=_("day"), ordering="session__day")
    def when(self, one: Attendance) -> str:
        """In the Buddhist Era."""
        return short_date(one.session.day)


@admin.register(Enrolment)
class EnrolmentAdmin(LongList):
    """Who is on the list of a training."""

    together = ("training", "user", "entered_by")
    list_display = ("user", "training", "waiting", "entered_by")
    list_filter = ("waiting",)
    search_fields = ("=user__username",)


@admin.register(TrainingResult)
class TrainingResultAdmin(LongList):
    """That a test was taken. What somebody reached is between them and the portal: their score is not shown."""

    list_display = ("user", "training", "moment")
    list_filter = ("moment",)
    fields = ("user", "training", "moment")


@admin.register(TrainingAverage)
class TrainingAverageAdmin(LongList):
    """What was kept of tests when the scores of each were destroyed."""

    together = ("training",)
    list_display = ("training", "moment", "people", "mean")


@admin.register(Certificate)
class CertificateAdmin(LongList):
    """Certificates as they were issued. The code with which one is verified is on the paper alone."""

    list_display = ("__str__", "name", "title", "issued")
    list_filter = ("fiscal_year",)
    search_fields = ("name", "=number")
    exclude = ("code",)

    @admin.display(description=_("issued on"), ordering="issued_on")
    def issued(self, certificate: Certificate) -> str:
        """In the Buddhist Era."""
        return short_date(certificate.issued_on)
