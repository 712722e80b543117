"""Every address of the site: one line a room."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from portal import home

handler404 = "portal.missing.page_not_found"
handler500 = "portal.missing.server_error"

urlpatterns = [
    path("", home.home, name="home"),
    path("favicon.ico", home.favicon, name="favicon"),
    path("healthz", home.healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("organisations/", include("portal.accounts.urls")),
    path("sandbox/", include("portal.marketplace.urls")),
    path("rights/", include("brands.urls")),
    path("complaints/", include("complaints.urls")),
    path("decisions/", include("complaints.respondent_urls")),
    path("notice/", include("complaints.public_urls")),
    path("api/v1/auth/", include("allauth.headless.urls")),
    path("api/", include("portal.api.urls")),
    path("api/v1/", include("brands.api_urls")),
    path("api/v1/", include("complaints.api_urls")),
    path("admin/", admin.site.urls),
]

if settings.DEBUG:
    urlpatterns += [path("dev/", include("portal.dev_urls"))]
