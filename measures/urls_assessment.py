"""Addresses of the assessment's result, under those of the plan."""

from django.urls import path

from .views import assessment, assessment_desk, assessment_import

urlpatterns = [
    path("", assessment.years, name="assessment_years"),
    path("results.<str:extension>", assessment.years_file, name="assessment_years_file"),
    path("<int:year>/", assessment.year, name="assessment_year"),
    path("<int:year>/result.<str:extension>", assessment.result_file, name="assessment_file"),
    path("<int:year>/versions/<int:number>/", assessment.version, name="assessment_version"),
    path("<int:year>/weak/", assessment_desk.weak, name="assessment_weak"),
    path("<int:year>/weak/<str:code>/", assessment_desk.answer, name="assessment_answer"),
    path("desk/", assessment_desk.desk, name="assessment_desk"),
    path("desk/<int:pk>/", assessment_desk.draft, name="assessment_draft"),
    path("desk/<int:pk>/publish/", assessment_desk.publish, name="assessment_publish"),
    path("desk/<int:pk>/discard/", assessment_desk.discard, name="assessment_discard"),
    path("desk/<int:pk>/upload/", assessment_import.upload, name="assessment_upload"),
    path("desk/<int:pk>/template.xlsx", assessment_import.template, name="assessment_template"),
]
