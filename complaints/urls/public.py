"""Addresses: what everybody may read."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
