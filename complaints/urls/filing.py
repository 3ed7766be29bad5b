"""Addresses: filing a complaint."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
