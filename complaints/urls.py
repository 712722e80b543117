"""A rights holder's complaints."""

from django.urls import path

from complaints.views import cases, dashboard, filing, mandates

app_name = "complaints"
urlpatterns = [
    path("", cases.complaint_list, name="list"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("new/", filing.start, name="new"),
    path("mandates/", mandates.mandate_list, name="mandates"),
    path("mandates/grant/", mandates.grant, name="grant-mandate"),
    path("mandates/<uuid:mandate>/revoke/", mandates.revoke, name="revoke-mandate"),
    path("<uuid:complaint>/", cases.detail, name="detail"),
    path("<uuid:complaint>/answer/", cases.answer, name="answer"),
    path("<uuid:complaint>/withdraw/", cases.withdraw, name="withdraw"),
    path("<uuid:complaint>/items/<int:item>/", cases.item, name="item"),
    path("<uuid:complaint>/items/<int:item>/picture/", cases.item_picture, name="item-picture"),
    path("<uuid:complaint>/evidence/<uuid:evidence>/", cases.evidence_file, name="evidence-file"),
    path("<uuid:complaint>/draft/right/", filing.right, name="draft-right"),
    path("<uuid:complaint>/draft/reason/", filing.reason, name="draft-reason"),
    path("<uuid:complaint>/draft/items/", filing.items, name="draft-items"),
    path("<uuid:complaint>/draft/evidence/", filing.evidence, name="draft-evidence"),
    path("<uuid:complaint>/draft/evidence/<uuid:evidence>/remove/", filing.remove_evidence, name="remove-evidence"),
    path("<uuid:complaint>/draft/declarations/", filing.declarations, name="draft-declarations"),
    path("<uuid:complaint>/draft/review/", filing.review, name="draft-review"),
    path("<uuid:complaint>/draft/discard/", filing.discard, name="discard"),
]
