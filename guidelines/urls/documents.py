"""Addresses: documents, their confirmation, the desk. A document's slug is none of the words that begin another."""

from django.urls import URLPattern, path

from ..views import documents, documents_desk

urlpatterns: list[URLPattern] = [
    path("", documents.documents, name="documents"),
    path("desk/", documents_desk.desk, name="desk"),
]
