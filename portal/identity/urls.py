"""Addresses of the organisation's check and of its recovery, under /organisations/."""

from django.urls import path

from portal.identity import recovery_views, views

app_name = "identity"
urlpatterns = [
    path("identity/", views.page, name="page"),
    path("identity/reach/", views.reach, name="reach"),
    path("identity/submit/", views.submit, name="submit"),
    path("identity/documents/", views.upload, name="upload"),
    path("identity/documents/<uuid:document>/", views.document, name="document"),
    path("identity/documents/<uuid:document>/small/", views.document_small, name="document-small"),
    path("identity/documents/<uuid:document>/remove/", views.remove, name="remove-document"),
    path("recover/", recovery_views.recover, name="recover"),
]
