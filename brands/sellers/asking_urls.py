"""Addresses of the pages for holders of accounts, under /selling/."""

from __future__ import annotations

from django.urls import path

from brands.sellers import asking_views as views

app_name = "selling"

urlpatterns = [
    path("", views.accounts, name="list"),
    path("ask/", views.ask, name="ask"),
    path("<uuid:public_id>/take-back/", views.take_back, name="take-back"),
    path("<uuid:public_id>/proof/", views.proof, name="proof"),
]
