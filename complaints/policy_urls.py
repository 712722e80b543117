"""The public page of the policy; no namespace, so that every page can lead there."""

from __future__ import annotations

from django.urls import path

from complaints.views import policy

urlpatterns = [path("", policy.versions, name="policy")]
