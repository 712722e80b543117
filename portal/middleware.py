"""Headers that every answer carries beside the content security policy."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from portal.missing import page_not_found


class HeadersMiddleware:
    """Adds the permissions policy everywhere and forbids caches to keep what a signed-in reader saw.

    `_answers_for` of a request holds the headers that tell a caller whom the answer is about, by name.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answers what a view could not find with our own page in development too; unknown addresses keep Django's."""
        return page_not_found(request, exception) if settings.DEBUG and isinstance(exception, Http404) else None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        for name, value in getattr(request, "_answers_for", {}).items():
            response.headers.setdefault(name, value)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
