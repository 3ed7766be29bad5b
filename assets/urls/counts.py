"""Addresses: the yearly count."""

from django.urls import URLPattern, path

from ..views import counting, counts

urlpatterns: list[URLPattern] = [
    path("count/", counts.counts, name="counts"),
    path("count/new/", counts.count_new, name="count_new"),
    path("count/<int:year>/", counts.count, name="count"),
    path("count/<int:year>/counters/", counts.count_counters, name="count_counters"),
    path("count/<int:year>/open/", counts.count_open, name="count_open"),
    path("count/<int:year>/close/", counts.count_close, name="count_close"),
    path("count/<int:year>/report.<str:kind>", counts.count_report, name="count_report"),
    path("count/<int:year>/work/", counting.counting, name="counting"),
    path("count/<int:year>/items/<str:label>/", counting.count_entry, name="count_entry"),
    path("count/<int:year>/unexpected/", counting.count_surprise, name="count_surprise"),
]
