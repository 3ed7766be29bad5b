"""Addresses of the asset register, below /assets/: for whoever has signed in."""

from . import counts, desk, loans, register

app_name = "assets"
urlpatterns = [
    *loans.urlpatterns,
    *desk.urlpatterns,
    *register.urlpatterns,
    *counts.urlpatterns,
]
