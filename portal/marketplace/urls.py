"""Addresses of the sandbox marketplace; offers have no slash at the end, as in the links people paste."""

from __future__ import annotations

from django.urls import path

from portal.marketplace import views

app_name = "sandbox"

urlpatterns = [
    path("", views.home, name="home"),
    path("item/<slug:number>", views.offer, {"kind": "listing"}, name="item"),
    path("v/<slug:number>", views.offer, {"kind": "video"}, name="video"),
    path("live/<slug:number>", views.offer, {"kind": "livestream"}, name="livestream"),
    path("@<str:handle>", views.account, name="account"),
    path("picture/<int:pk>-<int:version>.png", views.picture, name="picture"),
    path("controls/", views.controls, name="controls"),
    path("controls/<int:pk>/clear/", views.clear, name="clear-behaviour"),
]
