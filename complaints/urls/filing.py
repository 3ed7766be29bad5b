"""Addresses: filing a complaint."""

from django.urls import path

from ..views import filing

urlpatterns = [
    path("new/", filing.new, name="new"),
    path("slip.pdf", filing.slip, name="slip"),
]
