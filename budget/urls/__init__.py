"""Addresses of the budget, one module a room."""

from django.urls import include, path

app_name = "budget"
urlpatterns = [
    path("", include("budget.urls.imports")),
    path("", include("budget.urls.desk")),
    path("", include("budget.urls.voices")),
    path("", include("budget.urls.procurement")),
    path("", include("budget.urls.data")),
    path("", include("budget.urls.public")),
]
