"""Addresses: activities with outside participation."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
