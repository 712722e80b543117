"""Giant uploads end while they arrive."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from portal.files import handlers

HANDLERS = ["portal.files.handlers.LimitedUploadHandler", "django.core.files.uploadhandler.MemoryFileUploadHandler"]


def arriving(size: int, claimed: int | None = None) -> WSGIRequest:
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.png"\r\n\r\n' + b"a" * size + b"\r\n--x--\r\n"
    request: Any = RequestFactory().generic("POST", "/", body, "multipart/form-data; boundary=x")
    request.META["CONTENT_LENGTH"] = str(len(body) if claimed is None else claimed)
    request._stream = BytesIO(body)
    return request


@pytest.fixture(autouse=True)
def small(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FILE_UPLOAD_HANDLERS = HANDLERS
    monkeypatch.setattr(handlers, "LARGEST_REQUEST", 300_000)


def test_an_honest_giant_is_not_read() -> None:
    with pytest.raises(RequestDataTooBig):
        _files = arriving(10, claimed=10 * 1024**3).FILES


def test_a_lying_giant_is_counted() -> None:
    with pytest.raises(RequestDataTooBig):
        _files = arriving(400_000, claimed=1000).FILES


def test_usual_uploads_pass() -> None:
    assert arriving(200_000).FILES["f"].size == 200_000  # type: ignore[union-attr]
