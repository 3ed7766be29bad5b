"""Addresses: vaults, officers and recovery."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
