"""Addresses of complaints in the API, below /api/v1/."""

from __future__ import annotations

from django.urls import path

from complaints.api import bundles, cases, catalogue, dashboard, drafts, policy, preflight, respondent, rules

of_the_accused = [
    path("statements-of-reasons", respondent.Statements.as_view(), name="api-statements"),
    path("statements-of-reasons/<uuid:public_id>", respondent.OneStatement.as_view(), name="api-statement"),
    path("statements-of-reasons/<uuid:public_id>/answers", respondent.Answers.as_view(), name="api-statement-answers"),
    path(
        "statements-of-reasons/<uuid:public_id>/items/<int:item_id>/picture",
        respondent.StatementPicture.as_view(),
        name="api-statement-picture",
    ),
    path(
        "statements-of-reasons/<uuid:public_id>/bundle",
        bundles.StatementBundle.as_view(),
        name="api-statement-bundle",
    ),
]

urlpatterns = [
    path("dashboard", dashboard.Dashboard.as_view(), name="api-dashboard"),
    path("reasons", catalogue.Reasons.as_view(), name="api-reasons"),
    path("policies", policy.Policies.as_view(), name="api-policies"),
    path("declarations", catalogue.Declarations.as_view(), name="api-declarations"),
    path("rule-packs", rules.RulePacks.as_view(), name="api-rule-packs"),
    path("mandates", catalogue.Mandates.as_view(), name="api-mandates"),
    path("targets/resolve", catalogue.Resolve.as_view(), name="api-targets-resolve"),
    path("preflight", preflight.Preflight.as_view(), name="api-preflight"),
    path("complaints", drafts.Complaints.as_view(), name="api-complaints"),
    path("complaints/<uuid:public_id>", drafts.OneComplaint.as_view(), name="api-complaint"),
    path("complaints/<uuid:public_id>/check", preflight.Check.as_view(), name="api-complaint-check"),
    path("complaints/<uuid:public_id>/evidence", drafts.EvidenceFiles.as_view(), name="api-complaint-evidence"),
    path(
        "complaints/<uuid:public_id>/evidence/<uuid:evidence_id>",
        drafts.OneEvidence.as_view(),
        name="api-complaint-evidence-file",
    ),
    path("complaints/<uuid:public_id>/submit", drafts.Submit.as_view(), name="api-complaint-submit"),
    path("complaints/<uuid:public_id>/answer", cases.Answer.as_view(), name="api-complaint-answer"),
    path("complaints/<uuid:public_id>/cure", policy.Cure.as_view(), name="api-complaint-cure"),
    path("complaints/<uuid:public_id>/withdraw", cases.Withdraw.as_view(), name="api-complaint-withdraw"),
    path("complaints/<uuid:public_id>/bundle", bundles.ComplaintBundle.as_view(), name="api-complaint-bundle"),
    path("complaints/<uuid:public_id>/items", cases.Items.as_view(), name="api-complaint-items"),
    path(
        "complaints/<uuid:public_id>/items/<int:item_id>/picture",
        cases.ItemPicture.as_view(),
        name="api-complaint-item-picture",
    ),
    path(
        "complaints/<uuid:public_id>/items/<int:item_id>/timeline",
        cases.ItemTimeline.as_view(),
        name="api-complaint-item-timeline",
    ),
    path("complaints/<uuid:public_id>/timeline", cases.Timeline.as_view(), name="api-complaint-timeline"),
    path("complaints/<uuid:public_id>/messages", cases.Messages.as_view(), name="api-complaint-messages"),
    path("complaints/<uuid:public_id>/decisions", cases.Decisions.as_view(), name="api-complaint-decisions"),
    *of_the_accused,
]
