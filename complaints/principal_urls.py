"""The address of an agency's principals; no namespace, so that the portal can lead there without knowing the room."""

from __future__ import annotations

from django.urls import path

from complaints.views import principals

urlpatterns = [path("", principals.principals, name="principals")]
