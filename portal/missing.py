"""What an unknown address and an error of ours answer: problem JSON under the API, a page everywhere else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults

from portal.api.problems import CONTENT_TYPE, problem

API = "/api/v1/"


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answers 404 in the form that the reader asked through."""
    if request.path.startswith(API):
        body = problem(404, "not_found", _("There is nothing here."))
        return JsonResponse(body, status=404, content_type=CONTENT_TYPE)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answers 500 without saying what went wrong inside."""
    if request.path.startswith(API):
        body = problem(500, "server_error", _("Something went wrong here. Nothing was half done; try again."))
        return JsonResponse(body, status=500, content_type=CONTENT_TYPE)
    return defaults.server_error(request)
