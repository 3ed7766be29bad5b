"""Addresses of the plan's documents, under those of the plan."""

from django.urls import path

from .views import downloads

urlpatterns = [
    path("<int:year>/plan.<str:extension>", downloads.plan_file, name="plan_file"),
    path("<int:year>/report.<str:extension>", downloads.report_file, name="report_file"),
]
