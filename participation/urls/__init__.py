"""Addresses of participation, one module a room."""

from django.urls import include, path

app_name = "participation"
urlpatterns = [
    path("activities/", include("participation.urls.activities")),
    path("", include("participation.urls.letters")),
]
