"""The files that lines name: taken in once each, when a line needs them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.errors import Refused
from portal.files import store
from portal.files.models import StoredFile

MOST_FILES = 50


class Papers:
    """Uploads by name, whatever their case; the same file may belong to several lines."""

    def __init__(self, uploads: Iterable[Any], *, actor: Actor, now: datetime) -> None:
        self.actor, self.now = actor, now
        self.uploads: dict[str, Any] = {}
        self.kept: dict[str, StoredFile] = {}
        for upload in uploads:
            self._add(upload)

    def _add(self, upload: Any) -> None:
        name = self._key(upload.name or "")
        if name in self.uploads:
            raise Refused("file_twice", _("Two files are called “%(name)s”.") % {"name": upload.name}, "papers")
        if len(self.uploads) == MOST_FILES:
            text = _("Send at most %(count)d files at a time; upload the same lines again with the others.")
            raise Refused("too_many_files", text % {"count": MOST_FILES}, "papers")
        self.uploads[name] = upload

    @staticmethod
    def _key(name: str) -> str:
        return PurePosixPath(name.replace("\\", "/")).name.strip().casefold()

    def has(self, name: str) -> bool:
        """Whether a file of this name was sent."""
        return self._key(name) in self.uploads

    def take(self, name: str, what: str) -> StoredFile:
        """The stored file of this name; taken in at its first use. Raises FileRefused."""
        key = self._key(name)
        if key not in self.kept:
            self.kept[key] = store.accept(
                self.uploads[key],
                actor=self.actor,
                organisation=self.actor.organisation,
                purpose=f"right-{what.replace('_', '-')}",
                now=self.now,
            )
        return self.kept[key]
