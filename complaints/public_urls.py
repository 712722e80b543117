"""The notice that anyone may send."""

from django.urls import path

from complaints.views import public

app_name = "public"
urlpatterns = [
    path("", public.start, name="start"),
    path("sent/", public.sent, name="sent"),
    path("confirm/<str:token>/", public.confirm, name="confirm"),
]
