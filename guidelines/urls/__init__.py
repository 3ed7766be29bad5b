"""Addresses, one module a room."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "guidelines"
urlpatterns: list[URLPattern | URLResolver] = [
    path("trainings/", include("guidelines.urls.trainings")),
    path("", include("guidelines.urls.documents")),
]
