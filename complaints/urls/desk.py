"""Addresses: the officers' desk."""

from django.urls import URLPattern, path, re_path

from ..views import casework, desk, intake, package

_CASE = r"^desk/(?P<reference>[0-9A-Z]{4}-[0-9A-Z]{4})/"
_FILE = _CASE + r"files/(?P<name>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/"

urlpatterns: list[URLPattern] = [
    path("desk/", desk.cases, name="desk"),
    path("desk/cases.csv", desk.cases_csv, name="desk_csv"),
    path("desk/intake/", intake.intake, name="intake"),
    re_path(_CASE + r"$", casework.case, name="case"),
    re_path(_CASE + r"acts/(?P<name>[a-z_]+)/$", casework.act, name="case_act"),
    re_path(_CASE + r"identity/$", casework.identity, name="case_identity"),
    re_path(_FILE + r"$", casework.original, name="case_file"),
    re_path(_FILE + r"working-copy/$", casework.copy, name="case_working_copy"),
    re_path(_CASE + r"package/$", package.package, name="case_package"),
    re_path(_CASE + r"package/file/$", package.package_file, name="case_package_file"),
]
