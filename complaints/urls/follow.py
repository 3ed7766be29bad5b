"""Addresses: following it with the code."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
