"""Addresses of the plan."""

from django.urls import path

from .views import public

app_name = "measures"
urlpatterns = [
    path("", public.home, name="years"),
    path("<int:year>/", public.home, name="year"),
]
