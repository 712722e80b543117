"""The site as a development machine has it: tests run with DEBUG off, so the developers' pages are added here."""

from django.urls import include, path

from portal.urls import urlpatterns as site

urlpatterns = [*site, path("dev/", include("portal.dev_urls"))]
