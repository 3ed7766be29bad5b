"""Addresses of the complaint channel, below /complaints/."""

from . import desk, filing, follow, posters, public, vault

app_name = "complaints"
urlpatterns = [
    *public.urlpatterns,
    *posters.urlpatterns,
    *filing.urlpatterns,
    *follow.urlpatterns,
    *vault.urlpatterns,
    *desk.urlpatterns,
]
