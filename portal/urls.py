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
    # allauth's own list would add its pages for third parties; companies' providers have pages of ours.
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("sign-in/", include("portal.accounts.sso.urls")),
    path("organisations/", include("portal.accounts.urls")),
    path("organisations/", include("portal.identity.urls")),
    path("sandbox/", include("portal.marketplace.urls")),
    path("rights/", include("brands.urls")),
    path("calendar/", include("brands.calendar_urls")),
    path("authorised-sellers/", include("brands.sellers.urls")),
    path("selling/", include("brands.sellers.asking_urls")),
    path("authorisations/", include("brands.authorisations.urls")),
    path("complaints/", include("complaints.urls")),
    path("principals/", include("complaints.principal_urls")),
    path("decisions/", include("complaints.respondent_urls")),
    path("policy/", include("complaints.policy_urls")),
    path("notice/", include("complaints.public_urls")),
    path("api/v1/auth/", include("allauth.headless.urls")),
    path("api/", include("portal.api.urls")),
    path("api/v1/", include("brands.api_urls")),
    path("api/v1/", include("complaints.api_urls")),
    path("admin/", admin.site.urls),
]

if settings.DEBUG:
    urlpatterns += [path("dev/", include("portal.dev_urls"))]
