"""Addresses: files that officers upload: template, check, store, record."""

from django.urls import URLPattern, path

from ..views import imports

urlpatterns: list[URLPattern] = [
    path("desk/templates/<str:kind>.xlsx", imports.template, name="template"),
    path("desk/drafts/<int:pk>/upload/", imports.upload_lines, name="upload_lines"),
    path("desk/statements/<int:pk>/upload/", imports.upload_spending, name="upload_spending"),
    path("desk/summaries/<int:pk>/upload/", imports.upload_purchases, name="upload_purchases"),
    path("desk/uploads/", imports.uploads, name="uploads"),
    path("desk/uploads/<int:pk>/", imports.upload, name="upload"),
    path("desk/uploads/<int:pk>/store/", imports.upload_store, name="upload_store"),
    path("desk/uploads/<int:pk>/problems.csv", imports.upload_problems, name="upload_problems"),
    path("desk/uploads/<int:pk>/file/", imports.upload_file, name="upload_file"),
]
