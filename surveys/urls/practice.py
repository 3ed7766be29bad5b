"""Addresses of the practice of the assessment."""

from django.urls import path

from ..views import practice

urlpatterns = [
    path("", practice.practices, name="practice"),
    path("questions/<slug:slug>/", practice.questions, name="practice_questions"),
    path("<str:code>/score/", practice.score, name="practice_score"),
    path("<str:code>/score.json", practice.score_json, name="practice_score_json"),
]
