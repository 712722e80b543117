"""Addresses of the rights in the API, below /api/v1/."""

from __future__ import annotations

from django.urls import path

from brands import api

urlpatterns = [
    path("rights", api.Rights.as_view(), name="api-rights"),
    path("rights/<uuid:public_id>", api.OneRight.as_view(), name="api-right"),
    path("rights/<uuid:public_id>/submit", api.Submit.as_view(), name="api-right-submit"),
    path("rights/<uuid:public_id>/logo", api.Logo.as_view(), name="api-right-logo"),
    path("rights/<uuid:public_id>/certificate", api.Certificate.as_view(), name="api-right-certificate"),
    path("rights/<uuid:public_id>/check", api.Check.as_view(), name="api-right-check"),
    path("brands", api.Brands.as_view(), name="api-brands"),
    path("offices", api.Offices.as_view(), name="api-offices"),
    path("classes", api.Classes.as_view(), name="api-classes"),
    path("register-records", api.RegisterRecords.as_view(), name="api-register-records"),
]
