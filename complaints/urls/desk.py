"""Addresses: the officers' desk."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
