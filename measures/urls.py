"""Addresses of the plan."""

from django.urls import include, path

from .views import desk, public

app_name = "measures"
urlpatterns = [
    path("", public.years, name="years"),
    path("<int:year>/", public.year, name="year"),
    path("<int:year>/areas/<int:number>/", public.area, name="area"),
    path("<int:year>/measures/<str:measure_id>/", public.measure, name="measure"),
    path("<int:year>/figures/", public.figures, name="figures"),
    path("<int:year>/versions/", public.versions, name="versions"),
    path("<int:year>/versions/<int:number>/", public.version, name="version"),
    path("evidence/<str:public_id>/", desk.evidence, name="evidence"),
    path("shares/", desk.shares, name="shares"),
    path("<int:year>/areas/<int:number>/preview/", desk.preview, name="preview"),
    path("", include("measures.urls_downloads")),
]
