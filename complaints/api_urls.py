"""Addresses of complaints in the API, below /api/v1/."""

from __future__ import annotations

from django.urls import path

from complaints.api import cases, catalogue, drafts

urlpatterns = [
    path("reasons", catalogue.Reasons.as_view(), name="api-reasons"),
    path("declarations", catalogue.Declarations.as_view(), name="api-declarations"),
    path("mandates", catalogue.Mandates.as_view(), name="api-mandates"),
    path("targets/resolve", catalogue.Resolve.as_view(), name="api-targets-resolve"),
    path("complaints", drafts.Complaints.as_view(), name="api-complaints"),
    path("complaints/<uuid:public_id>", drafts.OneComplaint.as_view(), name="api-complaint"),
    path("complaints/<uuid:public_id>/check", drafts.Check.as_view(), name="api-complaint-check"),
    path("complaints/<uuid:public_id>/evidence", drafts.EvidenceFiles.as_view(), name="api-complaint-evidence"),
    path(
        "complaints/<uuid:public_id>/evidence/<uuid:evidence_id>",
        drafts.OneEvidence.as_view(),
        name="api-complaint-evidence-file",
    ),
    path("complaints/<uuid:public_id>/submit", drafts.Submit.as_view(), name="api-complaint-submit"),
    path("complaints/<uuid:public_id>/answer", cases.Answer.as_view(), name="api-complaint-answer"),
    path("complaints/<uuid:public_id>/withdraw", cases.Withdraw.as_view(), name="api-complaint-withdraw"),
    path("complaints/<uuid:public_id>/items", cases.Items.as_view(), name="api-complaint-items"),
    path(
        "complaints/<uuid:public_id>/items/<int:item_id>/picture",
        cases.ItemPicture.as_view(),
        name="api-complaint-item-picture",
    ),
    path("complaints/<uuid:public_id>/timeline", cases.Timeline.as_view(), name="api-complaint-timeline"),
    path("complaints/<uuid:public_id>/messages", cases.Messages.as_view(), name="api-complaint-messages"),
    path("complaints/<uuid:public_id>/decisions", cases.Decisions.as_view(), name="api-complaint-decisions"),
]
