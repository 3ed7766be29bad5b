"""Addresses: the register, its papers and its import."""

from django.urls import URLPattern, path

from ..views import imports, items, register

urlpatterns: list[URLPattern] = [
    path("item/<str:label>/", items.item, name="item"),
    path("item/<str:label>/history/", items.item_history, name="item_history"),
    path("item/<str:label>/card.pdf", items.item_card, name="item_card"),
    path("scan/", items.scan, name="scan"),
    path("photos/<str:public_id>/", items.photo, name="photo"),
    path("register/", register.register, name="register"),
    path("register/new/", register.asset_new, name="asset_new"),
    path("register/import/", imports.import_page, name="import"),
    path("register/import/template.xlsx", imports.import_template, name="import_template"),
    path("register/labels.pdf", register.labels, name="labels"),
    path("register/register.<str:kind>", register.register_file, name="register_file"),
    path("register/<str:label>/edit/", register.asset_edit, name="asset_edit"),
    path("register/<str:label>/retire/", register.asset_retire, name="asset_retire"),
    path("register/<str:label>/photos/", register.asset_photos, name="asset_photos"),
]
