"""Addresses of the rights in the API, below /api/v1/."""

from __future__ import annotations

from django.urls import path

from brands import api
from brands.authorisations import api as authorisations
from brands.renewals import api as renewals
from brands.sellers import api as sellers

urlpatterns = [
    path("rights", api.Rights.as_view(), name="api-rights"),
    path("rights/bulk", api.BulkRights.as_view(), name="api-rights-bulk"),
    path("rights/<uuid:public_id>", api.OneRight.as_view(), name="api-right"),
    path("rights/<uuid:public_id>/submit", api.Submit.as_view(), name="api-right-submit"),
    path("rights/<uuid:public_id>/logo", api.Logo.as_view(), name="api-right-logo"),
    path("rights/<uuid:public_id>/certificate", api.Certificate.as_view(), name="api-right-certificate"),
    path("rights/<uuid:public_id>/files", api.RightFiles.as_view(), name="api-right-files"),
    path("rights/<uuid:public_id>/files/<uuid:file_id>", api.OneRightFile.as_view(), name="api-right-file"),
    path("rights/<uuid:public_id>/reopen", api.Reopen.as_view(), name="api-right-reopen"),
    path("rights/<uuid:public_id>/check", api.Check.as_view(), name="api-right-check"),
    path("rights/<uuid:public_id>/renewals", renewals.RightRenewals.as_view(), name="api-right-renewals"),
    path("renewals", renewals.Renewals.as_view(), name="api-renewals"),
    path("principals", authorisations.Principals.as_view(), name="api-principals"),
    path("authorisations", authorisations.Authorisations.as_view(), name="api-authorisations"),
    path("authorisations/ask", authorisations.Ask.as_view(), name="api-authorisation-ask"),
    path("authorisations/<uuid:public_id>", authorisations.OneAuthorisation.as_view(), name="api-authorisation"),
    path("authorisations/<uuid:public_id>/letter", authorisations.Letter.as_view(), name="api-authorisation-letter"),
    path("authorisations/<uuid:public_id>/grant", authorisations.Grant.as_view(), name="api-authorisation-grant"),
    path("authorisations/<uuid:public_id>/refuse", authorisations.Refuse.as_view(), name="api-authorisation-refuse"),
    path("authorisations/<uuid:public_id>/end", authorisations.End.as_view(), name="api-authorisation-end"),
    path("authorised-sellers", sellers.Sellers.as_view(), name="api-sellers"),
    path("authorised-sellers/<uuid:public_id>", sellers.OneSeller.as_view(), name="api-seller"),
    path("authorised-sellers/<uuid:public_id>/proof", sellers.SellerProof.as_view(), name="api-seller-proof"),
    path("authorised-sellers/<uuid:public_id>/end", sellers.EndSeller.as_view(), name="api-seller-end"),
    path("authorised-sellers/<uuid:public_id>/change", sellers.ChangeSeller.as_view(), name="api-seller-change"),
    path("authorised-sellers/<uuid:public_id>/accept", sellers.AcceptSeller.as_view(), name="api-seller-accept"),
    path("authorised-sellers/<uuid:public_id>/refuse", sellers.RefuseSeller.as_view(), name="api-seller-refuse"),
    path("seller-requests", sellers.SellerRequests.as_view(), name="api-seller-requests"),
    path("seller-requests/<uuid:public_id>", sellers.SellerRequest.as_view(), name="api-seller-request"),
    path("brands", api.Brands.as_view(), name="api-brands"),
    path("offices", api.Offices.as_view(), name="api-offices"),
    path("classes", api.Classes.as_view(), name="api-classes"),
    path("register-records", api.RegisterRecords.as_view(), name="api-register-records"),
]
