"""Addresses: open data and the feed."""

from django.urls import URLPattern, path

from ..views import data, feed

urlpatterns: list[URLPattern] = [
    path("data/", data.data, name="data"),
    path("lines.csv", data.all_lines, name="all_lines"),
    path("feed.atom", feed.feed, name="feed"),
    path("<int:year>/lines.<str:kind>", data.lines_file, name="lines_file"),
    path("<int:year>/spending.<str:kind>", data.spending_file, name="spending_file"),
    path("<int:year>/revenue.<str:kind>", data.revenue_file, name="revenue_file"),
    path("<int:year>/transfers.<str:kind>", data.transfers_file, name="transfers_file"),
    path("<int:year>/datapackage.json", data.year_package, name="year_package"),
    path("<int:year>/plans/<slug:plan>/lines.<str:kind>", data.plan_file, name="plan_file"),
    path("<int:year>/plans/<slug:plan>/datapackage.json", data.plan_package, name="plan_package"),
]
