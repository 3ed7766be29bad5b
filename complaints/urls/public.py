"""Addresses: what everybody may read."""

from django.urls import URLPattern, path

from ..views import public, statistics

urlpatterns: list[URLPattern] = [
    path("", public.channel, name="channel"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics.<str:extension>", statistics.statistics_file, name="statistics_file"),
    path("poster.pdf", public.poster, name="poster"),
]
