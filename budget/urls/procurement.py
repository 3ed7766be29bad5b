"""Addresses: procurement: for everybody and at the desk."""

from django.urls import URLPattern, path

from ..views import procurement, procurement_desk

urlpatterns: list[URLPattern] = [
    path("<int:year>/procurement/", procurement.procurement, name="procurement"),
    path("<int:year>/procurement.<str:kind>", procurement.procurement_file, name="procurement_file"),
    path("<int:year>/procurement/report/", procurement.procurement_report, name="procurement_report"),
    path("<int:year>/procurement/<int:month>/", procurement.procurement_month, name="procurement_month"),
    path(
        "<int:year>/procurement/<int:month>.<str:kind>",
        procurement.procurement_month_file,
        name="procurement_month_file",
    ),
    path("desk/procurement/new/", procurement_desk.summary_new, name="summary_new"),
    path("desk/summaries/<int:pk>/", procurement_desk.summary, name="summary"),
    path("desk/summaries/<int:pk>/publish/", procurement_desk.summary_publish, name="summary_publish"),
    path("desk/summaries/<int:pk>/discard/", procurement_desk.summary_discard, name="summary_discard"),
    path("desk/summaries/<int:pk>/purchases/new/", procurement_desk.purchase_new, name="purchase_new"),
    path("desk/summaries/<int:pk>/purchases/<int:purchase>/", procurement_desk.purchase_edit, name="purchase_edit"),
    path(
        "desk/summaries/<int:pk>/purchases/<int:purchase>/remove/",
        procurement_desk.purchase_remove,
        name="purchase_remove",
    ),
    path(
        "desk/procurement/<int:year>/report/", procurement_desk.procurement_report_edit, name="procurement_report_edit"
    ),
]
