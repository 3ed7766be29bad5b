"""Addresses of the plan."""

from django.urls import include, path

from .views import desk, evidence, public

app_name = "measures"
urlpatterns = [
    path("", public.years, name="years"),
    path("assessment/", include("measures.urls_assessment")),
    path("<int:year>/", public.year, name="year"),
    path("<int:year>/areas/<int:number>/", public.area, name="area"),
    path("<int:year>/measures/<str:measure_id>/", public.measure, name="measure"),
    path("<int:year>/figures/", public.figures, name="figures"),
    path("<int:year>/figures/<str:key>/", public.figure, name="figure"),
    path("<int:year>/versions/", public.versions, name="versions"),
    path("<int:year>/versions/<int:number>/", public.version, name="version"),
    path("evidence/<str:public_id>/", evidence.evidence, name="evidence"),
    path("evidence/<str:public_id>.json", evidence.evidence_json, name="evidence_json"),
    path("evidence/<str:public_id>/record.json", evidence.evidence_record, name="evidence_record"),
    path("shares/", desk.shares, name="shares"),
    path("<int:year>/areas/<int:number>/preview/", desk.preview, name="preview"),
    path("", include("measures.urls_downloads")),
]
