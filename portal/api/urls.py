"""Addresses that belong to no room: keys, schema and documentation."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from portal.api import key_views

keys = [
    path("", key_views.key_list, name="list"),
    path("new/", key_views.key_new, name="new"),
    path("<int:pk>/revoke/", key_views.key_revoke, name="revoke"),
]

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="api-docs"), name="api"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="api/docs.html"),
        name="api-docs",
    ),
    path("keys/", include((keys, "keys"))),
]
