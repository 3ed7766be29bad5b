"""Addresses of those who keep the surveys."""

from django.urls import path

from ..views import desk, questionnaires, remarks, slips

urlpatterns = [
    path("", desk.home, name="desk"),
    path("new/", desk.new, name="new"),
    path("remarks/", remarks.remarks, name="remarks"),
    path("remarks/<uuid:remark>/", remarks.moderate, name="moderate"),
    path("questionnaires/", questionnaires.questionnaires, name="questionnaires"),
    path("questionnaires/<slug:slug>/", questionnaires.questionnaire, name="questionnaire"),
    path("questionnaires/<slug:slug>/draft/", questionnaires.draft, name="draft"),
    path("questionnaires/<slug:slug>/publish/", questionnaires.publish, name="publish"),
    path("<str:code>/", desk.survey, name="survey"),
    path("<str:code>/close/", desk.close, name="close"),
    path("<str:code>/poster.pdf", slips.poster, name="poster"),
    path("<str:code>/slips/", slips.slips, name="slips"),
    path("<str:code>/slips/<int:batch>/revoke/", slips.revoke, name="revoke"),
]
