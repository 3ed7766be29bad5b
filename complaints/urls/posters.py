"""Addresses: where the poster hangs."""

from django.urls import URLPattern, path

from ..views import posters

urlpatterns: list[URLPattern] = [
    path("places/", posters.places, name="poster_places"),
    path("posters/", posters.posters, name="posters"),
    path("posters/add/", posters.poster_add, name="poster_add"),
    path("posters/<int:pk>/seen/", posters.poster_seen, name="poster_seen"),
    path("posters/<int:pk>/state/", posters.poster_state, name="poster_state"),
    path("posters/photos/<int:pk>/", posters.poster_photo, name="poster_photo"),
]
