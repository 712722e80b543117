"""Addresses that belong to no room: organisations, keys, schema and documentation."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from portal.api import holds, identity, key_views, tenant

keys = [
    path("", key_views.key_list, name="list"),
    path("new/", key_views.key_new, name="new"),
    path("<int:pk>/revoke/", key_views.key_revoke, name="revoke"),
]

first_step = [
    path("organisations", tenant.Organisations.as_view(), name="api-organisations"),
    path("organisations/<uuid:public_id>", tenant.OneOrganisation.as_view(), name="api-organisation"),
    path("organisations/<uuid:public_id>/invitations", tenant.Invitations.as_view(), name="api-invitations"),
    path(
        "organisations/<uuid:public_id>/invitations/<uuid:invitation_id>",
        tenant.OneInvitation.as_view(),
        name="api-invitation",
    ),
    path(
        "organisations/<uuid:public_id>/documents",
        identity.Documents.as_view(),
        name="api-organisation-documents",
    ),
    path(
        "organisations/<uuid:public_id>/documents/<uuid:document_id>",
        identity.OneDocument.as_view(),
        name="api-organisation-document",
    ),
    path(
        "organisations/<uuid:public_id>/contact", tenant.OrganisationContact.as_view(), name="api-organisation-contact"
    ),
    path("organisations/<uuid:public_id>/submit", identity.Submit.as_view(), name="api-organisation-submit"),
    path("organisations/<uuid:public_id>/standing", identity.Standing.as_view(), name="api-organisation-standing"),
    path("organisations/<uuid:public_id>/keys", tenant.Keys.as_view(), name="api-keys"),
    path("organisations/<uuid:public_id>/owner", holds.Owner.as_view(), name="api-owner"),
    path("organisations/<uuid:public_id>/holds", holds.Holds.as_view(), name="api-holds"),
    path(
        "organisations/<uuid:public_id>/holds/<uuid:hold_id>/approve", holds.Approve.as_view(), name="api-hold-approve"
    ),
    path("organisations/<uuid:public_id>/holds/<uuid:hold_id>/stop", holds.Stop.as_view(), name="api-hold-stop"),
    path("invitations/accept", tenant.Accept.as_view(), name="api-invitation-accept"),
]

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="api-docs"), name="api"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="api/docs.html"),
        name="api-docs",
    ),
    path("keys/", include((keys, "keys"))),
    path("v1/", include(first_step)),
]
