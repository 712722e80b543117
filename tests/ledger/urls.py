"""The site with its development pages, which a test run (DEBUG off) does not have."""

from __future__ import annotations

from django.urls import include, path

from portal import dev_mail
from portal.urls import urlpatterns as site

pages = [
    path("mail/", dev_mail.mail_list, name="mail"),
    path("mail/<str:name>/", dev_mail.mail_detail, name="mail-detail"),
]
urlpatterns = [*site, path("dev/", include((pages, "dev"), namespace="dev"))]
