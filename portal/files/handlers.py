"""Stops an upload while it arrives, so that 10 GB never reach the disk (see FILE_UPLOAD_HANDLERS in settings)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

LARGEST_REQUEST = 64 * 1024 * 1024  # a few pictures and a PDF at once
TOO_LARGE = "Files of more than 64 MB arrived in one request; send them one by one."


class LimitedUploadHandler(FileUploadHandler):
    """Counts what really comes, whatever length was claimed; stands before the handlers that keep the bytes."""

    arrived = 0

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """Refuses an honest giant before anything is read. Raises RequestDataTooBig (400; the API says 413)."""
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig(TOO_LARGE)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Passes the bytes on until there are too many. Raises RequestDataTooBig."""
        self.arrived += len(raw_data)
        if self.arrived > LARGEST_REQUEST:
            raise RequestDataTooBig(TOO_LARGE)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
