"""Addresses of the brand's pages about authorised sellers, under /authorised-sellers/."""

from __future__ import annotations

from django.urls import path

from brands.sellers import views

app_name = "sellers"

urlpatterns = [
    path("", views.sellers, name="list"),
    path("requests/", views.requests, name="requests"),
    path("add/", views.add, name="add"),
    path("upload/", views.upload, name="upload"),
    path("template.csv", views.template, name="template"),
    path("<uuid:public_id>/", views.seller, name="one"),
    path("<uuid:public_id>/proof/", views.proof, name="proof"),
    path("<uuid:public_id>/accept/", views.accept, name="accept"),
    path("<uuid:public_id>/change/", views.change, name="change"),
    path("<uuid:public_id>/refuse/", views.refuse, name="refuse"),
    path("<uuid:public_id>/end/", views.end, name="end"),
]
