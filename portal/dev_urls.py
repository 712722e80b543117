"""Pages for developers, under /dev/; portal/urls.py includes them in development only."""

from django.urls import path

from portal import dev_codes, dev_mail

app_name = "dev"
urlpatterns = [
    path("", dev_codes.index, name="index"),
    path("codes/", dev_codes.codes, name="codes"),
    path("mail/", dev_mail.mail_list, name="mail"),
    path("mail/<str:name>/", dev_mail.mail_detail, name="mail-detail"),
]
