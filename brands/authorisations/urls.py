"""Addresses of authorisations, under /authorisations/."""

from __future__ import annotations

from django.urls import path

from brands.authorisations import views

app_name = "authorisations"

urlpatterns = [
    path("", views.authorisations, name="list"),
    path("ask/", views.ask, name="ask"),
    path("grant/", views.grant, name="grant"),
    path("<uuid:public_id>/", views.authorisation, name="one"),
    path("<uuid:public_id>/letter/", views.letter, name="letter"),
    path("<uuid:public_id>/grant/", views.grant_asked, name="grant-asked"),
    path("<uuid:public_id>/change/", views.change, name="change"),
    path("<uuid:public_id>/refuse/", views.refuse, name="refuse"),
    path("<uuid:public_id>/end/", views.end, name="end"),
]
