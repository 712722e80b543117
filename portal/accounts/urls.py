"""Addresses of people and tenants, under /organisations/."""

from django.urls import path

from portal.accounts import hold_views, views
from portal.accounts.sso import own_views as sso

app_name = "accounts"
urlpatterns = [
    path("", views.organisation, name="organisation"),
    path("new/", views.new_organisation, name="new-organisation"),
    path("switch/", views.switch, name="switch"),
    path("act-for/", views.act_for, name="act-for"),
    path("invite/", views.invite, name="invite"),
    path("members/<int:membership_id>/role/", views.change_role, name="change-role"),
    path("members/<int:membership_id>/remove/", views.remove_member, name="remove-member"),
    path("invitations/<uuid:public_id>/revoke/", views.revoke_invitation, name="revoke-invitation"),
    path("invitation/", views.pending, name="pending-invitation"),
    path("invitation/<str:token>/", views.accept_invitation, name="accept-invitation"),
    path("owner/", hold_views.owner, name="owner"),
    path("holds/<uuid:public_id>/approve/", hold_views.approve, name="hold-approve"),
    path("holds/<uuid:public_id>/stop/", hold_views.stop, name="hold-stop"),
    path("holds/stop/<str:token>/", hold_views.by_link, name="hold-link"),
    path("sign-on/", sso.settings_page, name="sign-on"),
    path("sign-on/switch/", sso.switch, name="switch-sign-on"),
    path("profile/", views.profile, name="profile"),
    path("security/", views.security, name="security"),
]
