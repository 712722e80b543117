"""Addresses of the rights holder's pages."""

from __future__ import annotations

from django.urls import path

from brands import views
from brands.renewals import views as renewals

app_name = "brands"

urlpatterns = [
    path("", views.rights, name="list"),
    path("register/", views.choose, name="register"),
    path("register/<slug:kind>/", views.register, name="register-kind"),
    path("bulk/", views.many, name="bulk"),
    path("bulk/template.csv", views.template, name="bulk-template"),
    path("number-check/", views.number_check, name="number-check"),
    path("renewals/", renewals.calendar, name="renewals"),
    path("renewals/feed/", renewals.feed, name="feed"),
    path("renewals/feed/new/", renewals.make_feed, name="feed-new"),
    path("renewals/feed/revoke/", renewals.revoke_feed, name="feed-revoke"),
    path("<uuid:public_id>/", views.right, name="right"),
    path("<uuid:public_id>/renewed/", renewals.declare, name="declare-renewed"),
    path("<uuid:public_id>/renewals/<uuid:renewal_id>/proof/", renewals.proof, name="renewal-proof"),
    path("<uuid:public_id>/edit/", views.edit, name="edit"),
    path("<uuid:public_id>/submit/", views.submit, name="submit"),
    path("<uuid:public_id>/reopen/", views.reopen, name="reopen"),
    path("<uuid:public_id>/logo/", views.logo, name="logo"),
    path("<uuid:public_id>/logo/small/", views.logo_small, name="logo-small"),
    path("<uuid:public_id>/certificate/", views.certificate, name="certificate"),
    path("<uuid:public_id>/files/<uuid:file_id>/", views.file, name="file"),
    path("<uuid:public_id>/files/<uuid:file_id>/small/", views.file_small, name="file-small"),
]
