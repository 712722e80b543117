"""A rights holder's complaints."""

from django.urls import path

from complaints.views import bundles, cases, choosing, curing, dashboard, items, mandates, mending, sending

app_name = "complaints"
urlpatterns = [
    path("", cases.complaint_list, name="list"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("new/", choosing.start, name="new"),
    path("mandates/", mandates.mandate_list, name="mandates"),
    path("mandates/grant/", mandates.grant, name="grant-mandate"),
    path("mandates/<uuid:mandate>/revoke/", mandates.revoke, name="revoke-mandate"),
    path("<uuid:complaint>/", cases.detail, name="detail"),
    path("<uuid:complaint>/bundle/", bundles.of_complaint, name="bundle"),
    path("<uuid:complaint>/answer/", cases.answer, name="answer"),
    path("<uuid:complaint>/cure/", curing.cure, name="cure"),
    path("<uuid:complaint>/withdraw/", cases.withdraw, name="withdraw"),
    path("<uuid:complaint>/items/<int:item>/", cases.item, name="item"),
    path("<uuid:complaint>/items/<int:item>/picture/", cases.item_picture, name="item-picture"),
    path("<uuid:complaint>/evidence/<uuid:evidence>/", cases.evidence_file, name="evidence-file"),
    path("<uuid:complaint>/draft/right/", choosing.right, name="draft-right"),
    path("<uuid:complaint>/draft/reason/", choosing.reason, name="draft-reason"),
    path("<uuid:complaint>/draft/items/", items.items, name="draft-items"),
    path("<uuid:complaint>/draft/items/<int:line>/", mending.line, name="draft-line"),
    path("<uuid:complaint>/draft/items/take-out/", mending.take_out, name="draft-take-out"),
    path("<uuid:complaint>/draft/items/split/", mending.split, name="draft-split"),
    path("<uuid:complaint>/draft/evidence/", items.evidence, name="draft-evidence"),
    path("<uuid:complaint>/draft/evidence/<uuid:evidence>/remove/", items.remove_evidence, name="remove-evidence"),
    path("<uuid:complaint>/draft/declarations/", sending.declarations, name="draft-declarations"),
    path("<uuid:complaint>/draft/review/", sending.review, name="draft-review"),
    path("<uuid:complaint>/draft/discard/", sending.discard, name="discard"),
]
