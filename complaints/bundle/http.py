"""A bundle as the answer to a request: streamed, never kept by anybody on the way."""

from __future__ import annotations

from django.http import StreamingHttpResponse

from complaints.bundle.archive import stream
from complaints.bundle.content import Bundle


def answer(bundle: Bundle) -> StreamingHttpResponse:
    """Streams the ZIP; whoever calls this has checked who asks."""
    response = StreamingHttpResponse(stream(bundle), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{bundle.stem}.zip"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
