"""What the accused reads: by a signed link, or signed in as the holder of an account."""

from django.urls import path

from complaints.views import bundles, respondent

app_name = "respondent"
urlpatterns = [
    path("", respondent.statement_list, name="list"),
    path("<uuid:statement>/", respondent.detail, name="detail"),
    path("<uuid:statement>/items/<int:item>/picture/", respondent.picture, name="picture"),
    path("<uuid:statement>/bundle/", bundles.of_statement, name="bundle"),
    path("link/<str:token>/bundle/", bundles.by_link, name="bundle-by-link"),
    path("link/<str:token>/", respondent.by_link, name="by-link"),
    path("link/<str:token>/items/<int:item>/picture/", respondent.picture_by_link, name="picture-by-link"),
]
