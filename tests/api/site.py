"""The addresses of pages that belong to this room, with what their frame links to; no other room is needed."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from tests.api.shop import Things


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("home")


urlpatterns = [
    path("", home, name="home"),
    path("accounts/", include("allauth.urls")),
    path("organisations/", include("portal.accounts.urls")),
    path("api/", include("portal.api.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/things/", Things.as_view()),
]
