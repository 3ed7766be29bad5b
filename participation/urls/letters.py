"""Addresses: suggestions, questions and their answers."""

from django.urls import URLPattern, path

from ..views import home

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
]
