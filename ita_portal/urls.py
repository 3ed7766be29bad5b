"""Every address of the portal. Thai has none, English has `/en/` before it."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from measures.views import home

from . import sitemap, views

handler400 = "ita_portal.views.bad_request"
handler403 = "ita_portal.views.forbidden"
handler404 = "ita_portal.views.not_found"
handler500 = "ita_portal.views.server_error"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemap.sitemap_index, name="sitemap"),
    path("sitemap-<str:name>.xml", sitemap.sitemap_part, name="sitemap_part"),
    *i18n_patterns(
        path("", home, name="home"),
        path("accessibility/", views.accessibility, name="accessibility"),
        path("privacy/", views.privacy, name="privacy"),
        path("measures/", include("measures.urls")),
        path("complaints/", include("complaints.urls")),
        path("assets/", include("assets.urls")),
        path("budget/", include("budget.urls")),
        path("surveys/", include("surveys.urls")),
        path("participation/", include("participation.urls")),
        path("guidelines/", include("guidelines.urls")),
        path("staff/", include("measures.urls_staff")),
        path("", include("organization.urls")),
        path("admin/", admin.site.urls),
        prefix_default_language=False,
    ),
]
