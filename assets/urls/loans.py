"""Addresses: the catalogue and what borrowers do."""

from django.urls import URLPattern, path

from ..views import catalogue, loans

urlpatterns: list[URLPattern] = [
    path("", catalogue.catalogue, name="catalogue"),
    path("item/<str:label>/calendar/", catalogue.calendar, name="calendar"),
    path("loans/", loans.my_loans, name="my_loans"),
    path("loans/new/", loans.loan_new, name="loan_new"),
    path("loans/<str:public_id>/", loans.loan, name="loan"),
    path("loans/<str:public_id>/change/", loans.loan_change, name="loan_change"),
    path("loans/<str:public_id>/cancel/", loans.loan_cancel, name="loan_cancel"),
    path("loans/<str:public_id>/extend/", loans.loan_extend, name="loan_extend"),
    path("loans/<str:public_id>/form.pdf", loans.loan_form, name="loan_form"),
    path("loans/<str:public_id>/returns/<int:number>.pdf", loans.return_form, name="return_form"),
]
