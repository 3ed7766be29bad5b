"""Addresses of the surveys: the desk, the practice of the assessment, files, then what people open."""

from django.urls import URLPattern, URLResolver, include, path

from ..views import answering, listing, results

app_name = "surveys"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", listing.surveys, name="list"),
    path("desk/", include("surveys.urls.desk")),
    path("practice/", include("surveys.urls.practice")),
    path("results/", results.overview, name="overview"),
    path("<str:code>/", answering.answer, name="answer"),
    path("<str:code>/s/<str:slip>/", answering.with_slip, name="answer_slip"),
    path("<str:code>/thanks/", answering.thanks, name="thanks"),
    path("<str:code>/results/", results.results, name="results"),
    path("<str:code>/results.json", results.results_json, name="results_json"),
    path("<str:code>/results.csv", results.results_csv, name="results_csv"),
    path("<str:code>/results.xlsx", results.results_xlsx, name="results_xlsx"),
    path("<str:code>/results.pdf", results.results_pdf, name="results_pdf"),
]
