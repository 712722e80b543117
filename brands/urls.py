"""Addresses of the rights holder's pages."""

from __future__ import annotations

from django.urls import path

from brands import views

app_name = "brands"

urlpatterns = [
    path("", views.rights, name="list"),
    path("register/", views.register, name="register"),
    path("number-check/", views.number_check, name="number-check"),
    path("<uuid:public_id>/", views.right, name="right"),
    path("<uuid:public_id>/edit/", views.edit, name="edit"),
    path("<uuid:public_id>/submit/", views.submit, name="submit"),
    path("<uuid:public_id>/logo/", views.logo, name="logo"),
    path("<uuid:public_id>/logo/small/", views.logo_small, name="logo-small"),
    path("<uuid:public_id>/certificate/", views.certificate, name="certificate"),
]
