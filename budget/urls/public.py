"""Addresses: the pages for everybody: years, drill-down, lines, plans."""

from django.urls import URLPattern, path

from ..views import drill, lines, notice, plans, projects, public, revenue, spending, words

urlpatterns: list[URLPattern] = [
    path("", public.years, name="years"),
    path("search/", lines.search, name="search"),
    path("words/", words.words, name="words"),
    path("<int:year>/", public.year, name="year"),
    path("<int:year>/lines/", lines.lines, name="lines"),
    path("<int:year>/by/<str:dimension>/", drill.dimension, name="dimension"),
    path("<int:year>/by/<str:dimension>/<str:key>/", drill.slice_page, name="slice"),
    path("<int:year>/revenue/", revenue.revenue, name="revenue"),
    path("<int:year>/projects/", projects.projects, name="projects"),
    path("<int:year>/statements/", spending.statements, name="statements"),
    path("<int:year>/notice.pdf", notice.notice, name="notice"),
    path("<int:year>/plans/<slug:plan>/", plans.plan, name="plan"),
    path("<int:year>/plans/<slug:plan>/revisions/<int:number>/", plans.revision, name="revision"),
    path("<int:year>/plans/<slug:plan>/changes/<int:before>-<int:after>/", plans.changes, name="changes"),
    path("<int:year>/plans/<slug:plan>/changes/<int:before>-<int:after>.csv", plans.changes_file, name="changes_file"),
    path("<int:year>/plans/<slug:plan>/documents/<int:pk>/", plans.document, name="document"),
    path("<int:year>/plans/<slug:plan>/lines/<str:code>/", lines.line, name="line"),
]
