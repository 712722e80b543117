"""Addresses of signing in with a company, under /sign-in/; a company's own name stands beside the words kept here."""

from django.urls import path

from portal.accounts.sso import views

app_name = "sso"
urlpatterns = [
    path("", views.find, name="find"),
    path("go/<str:word>/", views.start, name="start"),
    path("confirm/", views.confirm, name="confirm"),
    path("links/", views.links, name="links"),
    path("links/<uuid:provider_id>/remove/", views.unlink, name="unlink"),
    path("<uuid:provider_id>/callback/", views.callback, name="callback"),
    path("<uuid:provider_id>/try/", views.try_it, name="try"),
    path("<slug:name>/", views.named, name="named"),
]
