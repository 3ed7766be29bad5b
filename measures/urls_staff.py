"""Addresses of the plan's pages for everybody who works here, below /staff/."""

from django.urls import path

from .views import quarter

urlpatterns = [
    path("quarter/", quarter.quarter, name="staff_quarter"),
    path("quarter.csv", quarter.quarter_csv, name="staff_quarter_csv"),
]
