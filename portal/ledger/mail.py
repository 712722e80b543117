"""Mail about events: rendered and recorded in the handler's transaction, sent by a message of its own.

Each recipient has a message of the outbox to themselves, so one refused address neither repeats nor stops the
others.
"""

from __future__ import annotations

import hashlib
import smtplib
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from django.db.models import F
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import timezone, translation

from portal.ledger.models import Channel, Delivery, DeliveryState, Event
from portal.ledger.outbox import enqueue, task

SEND = "ledger.send_mail"
SUBJECT_LENGTH = 200
TIMEOUT_SECONDS = 20


def deliver_mail(*, event: Event, to_email: str, template: str, context: Mapping[str, Any], language: str) -> Delivery:
    """Records one mail about `event` to one address and queues its sending; a second call changes nothing.

    `template` is the path without ending: <template>.subject.txt and .txt must exist, .html may. Templates also
    see `event` and `origin`. An unusable address gives a failed delivery, not an error.
    """
    recipient = one_line(to_email, 320).lower()
    seen = Delivery.objects.filter(event=event, channel=Channel.EMAIL, recipient=recipient).first()
    if seen is not None:
        return seen
    known = {"event": event, "origin": settings.ORIGIN, **context}
    with translation.override(language):
        values = {
            "subject": one_line(_plain(f"{template}.subject.txt", known)),
            "text": _plain(f"{template}.txt", known).strip() + "\n",
            "html": _html(f"{template}.html", known),
        }
    return _record(event, recipient, values)


def _record(event: Event, recipient: str, values: dict[str, str]) -> Delivery:
    complaint = _address_error(recipient)
    state = DeliveryState.FAILED if complaint else DeliveryState.WAITING
    delivery, new = Delivery.objects.get_or_create(
        event=event,
        channel=Channel.EMAIL,
        recipient=recipient,
        defaults={**values, "state": state, "error": complaint},
    )
    if new and not complaint:
        enqueue(SEND, key=f"mail:{delivery.pk}", delivery_id=delivery.pk)
    return delivery


def _address_error(recipient: str) -> str:
    try:
        validate_email(recipient)
    except ValidationError:
        return "This is not an e-mail address."
    return ""


def one_line(text: str, length: int = SUBJECT_LENGTH) -> str:
    """Makes text safe for a header: no line ends or control characters, at most `length` letters."""
    visible = "".join(" " if unicodedata.category(each) in {"Cc", "Zl", "Zp"} else each for each in text)
    return " ".join(visible.split())[:length]


def _plain(name: str, context: dict[str, Any]) -> str:
    template: Any = get_template(name)  # text is not HTML: nothing may be escaped
    return str(template.template.render(Context(context, autoescape=False))).replace("\x00", "")


def _html(name: str, context: dict[str, Any]) -> str:
    try:
        return get_template(name).render(context).replace("\x00", "")
    except TemplateDoesNotExist:
        return ""


@task(SEND, atomic=False)
def send_mail(delivery_id: int) -> None:
    """Sends one recorded mail, unless it was sent; a refused address fails it, other trouble asks for a retry."""
    waiting = Delivery.objects.filter(pk=delivery_id, state=DeliveryState.WAITING)
    delivery = waiting.select_related("event").first()
    if delivery is None:
        return
    waiting.update(attempts=F("attempts") + 1)
    try:
        compose(delivery).send()
    except smtplib.SMTPRecipientsRefused as error:
        waiting.update(state=_state_after(error), error=_reason(error))
        if _state_after(error) == DeliveryState.WAITING:
            raise
    except Exception as error:
        waiting.update(error=f"{type(error).__name__}: {error}"[:1000])
        raise
    else:
        waiting.update(state=DeliveryState.SENT, sent_at=timezone.now(), error="", text="", html="")


def _state_after(error: smtplib.SMTPRecipientsRefused) -> str:
    """Refused for good, unless every code is of the 400s, which ask to come back later (greylisting)."""
    codes = [code for code, _ in error.recipients.values()]
    later = bool(codes) and all(400 <= code < 500 for code in codes)
    return DeliveryState.WAITING if later else DeliveryState.FAILED


def _reason(error: smtplib.SMTPRecipientsRefused) -> str:
    answers = (f"{code} {text.decode(errors='replace')}" for code, text in error.recipients.values())
    return "; ".join(answers)[:1000] or "The recipient was refused."


def compose(delivery: Delivery) -> EmailMultiAlternatives:
    """Builds the message of a delivery; the same delivery has the same Message-ID, so receivers can tell."""
    message = EmailMultiAlternatives(
        subject=delivery.subject,
        body=delivery.text,
        to=[delivery.recipient],
        headers={"Message-ID": message_id(delivery), "Auto-Submitted": "auto-generated"},
        connection=get_connection(timeout=settings.EMAIL_TIMEOUT or TIMEOUT_SECONDS),
    )
    if delivery.html:
        message.attach_alternative(delivery.html, "text/html")
    return message


def message_id(delivery: Delivery) -> str:
    """The stable Message-ID of a delivery."""
    seed = f"{delivery.event.hash}:{delivery.channel}:{delivery.recipient}"
    host = urlsplit(settings.ORIGIN).hostname or "localhost"
    return f"<{hashlib.sha256(seed.encode()).hexdigest()[:40]}@{host}>"
