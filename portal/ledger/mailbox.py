"""Mail that stays on this machine: a backend that writes each message to a file, and how those are read."""

from __future__ import annotations

import email
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage as ParsedMessage
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

NAME = re.compile(r"(\d{8}T\d{12})Z-[0-9a-f]{8}\.eml", re.ASCII)
STAMP = "%Y%m%dT%H%M%S%f"
ENVELOPE = "X-Envelope-To"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of the mailbox; `text`, `html` and `attachments` are filled by read_message only."""

    name: str
    at: datetime
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str = ""
    html: str = ""
    attachments: tuple[str, ...] = ()


class FileBackend(BaseEmailBackend):
    """Writes each message as one .eml file into settings.MAILBOX_DIR; names sort by time, none is half there."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Writes the messages that have a recipient and says how many those were."""
        written = [_write(message) for message in email_messages if message.recipients()]
        return len(written)


def mailbox_dir() -> Path:
    """Where the files are."""
    return Path(getattr(settings, "MAILBOX_DIR", settings.VAR_DIR / "mail"))


def _write(message: EmailMessage) -> Path:
    folder = mailbox_dir()
    folder.mkdir(parents=True, exist_ok=True)
    content: Any = message.message()
    content[ENVELOPE] = ", ".join(message.recipients())
    name = f"{datetime.now(UTC).strftime(STAMP)}Z-{secrets.token_hex(4)}.eml"
    half = folder / f".{name}.part"
    half.write_bytes(content.as_bytes(linesep="\r\n"))
    os.replace(half, folder / name)
    return folder / name


def list_messages(to: str = "", limit: int = 200) -> list[Letter]:
    """The newest messages first, without their text; `to` keeps those with a recipient that contains it."""
    folder = mailbox_dir()
    names = sorted((path.name for path in folder.glob("*.eml") if NAME.fullmatch(path.name)), reverse=True)
    letters: list[Letter] = []
    for name in names:
        letter = _head(name, _parse(folder / name))
        if to.strip().lower() in ", ".join(letter.to).lower():
            letters.append(letter)
        if len(letters) == limit:
            break
    return letters


def read_message(name: str) -> Letter | None:
    """One message with its text and the names of its attachments; None when there is no such file."""
    path = mailbox_dir() / name
    if not NAME.fullmatch(name) or not path.is_file():
        return None
    message = _parse(path)
    head = _head(name, message)
    return Letter(
        name=head.name,
        at=head.at,
        sender=head.sender,
        to=head.to,
        subject=head.subject,
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=tuple(each.get_filename() or each.get_content_type() for each in message.iter_attachments()),
    )


def _parse(path: Path) -> ParsedMessage:
    return email.message_from_bytes(path.read_bytes(), policy=policy.default)


def _head(name: str, message: ParsedMessage) -> Letter:
    stamp = name.split("Z", 1)[0]
    recipients = str(message[ENVELOPE] or message["To"] or "")
    return Letter(
        name=name,
        at=datetime.strptime(stamp, STAMP).replace(tzinfo=UTC),
        sender=str(message["From"] or ""),
        to=tuple(part.strip() for part in recipients.split(",") if part.strip()),
        subject=str(message["Subject"] or ""),
    )


def _body(message: ParsedMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""
