"""Addresses of people and tenants, under /organisations/."""

from django.urls import path

from portal.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.organisation, name="organisation"),
    path("new/", views.new_organisation, name="new-organisation"),
    path("switch/", views.switch, name="switch"),
    path("invite/", views.invite, name="invite"),
    path("members/<int:membership_id>/role/", views.change_role, name="change-role"),
    path("members/<int:membership_id>/remove/", views.remove_member, name="remove-member"),
    path("invitations/<uuid:public_id>/revoke/", views.revoke_invitation, name="revoke-invitation"),
    path("invitation/", views.pending, name="pending-invitation"),
    path("invitation/<str:token>/", views.accept_invitation, name="accept-invitation"),
    path("profile/", views.profile, name="profile"),
    path("security/", views.security, name="security"),
]
