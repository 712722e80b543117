"""Mail: once for each event and recipient, in the reader's language, with headers that nobody can bend."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from portal.ledger import mail, outbox
from portal.ledger.models import Delivery, DeliveryState, Event, OutboxMessage, OutboxState
from tests.ledger.factories import make_event

TEMPLATE = "emails/test/happened"


class Refusing(BaseEmailBackend):
    """A server that knows nobody, or has no time for anybody (the fake is at the socket)."""

    answer: Exception = smtplib.SMTPRecipientsRefused({"a@shop.example": (550, b"no such mailbox")})

    def send_messages(self, email_messages: Any) -> int:
        raise self.answer


@pytest.fixture(autouse=True)
def templates(tmp_path: Path, settings: Any) -> Iterator[None]:
    folder = tmp_path / "emails" / "test"
    folder.mkdir(parents=True)
    (folder / "happened.subject.txt").write_text("{{ title }}\n")
    (folder / "happened.txt").write_text(
        "{% load i18n %}{% translate 'Yes' %} {{ title }} {{ origin }} {{ event.kind }}\n"
    )
    (folder / "happened.html").write_text("<p>{{ title }}</p>")
    engine = {**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}
    with override_settings(TEMPLATES=[engine]):
        yield


def deliver(event: Event, to: str = "a@shop.example", title: str = "Tarnfell & Co", language: str = "en") -> Delivery:
    return mail.deliver_mail(event=event, to_email=to, template=TEMPLATE, context={"title": title}, language=language)


@pytest.mark.django_db
def test_each_recipient_hears_of_an_event_once() -> None:
    event = make_event()
    for _ in range(3):
        deliver(event, "a@shop.example")
        deliver(event, "A@Shop.example ")
        deliver(event, "b@shop.example")
        outbox.run_until_empty()
    assert [message.to for message in django_mail.outbox] == [["a@shop.example"], ["b@shop.example"]]
    delivery = deliver(event)
    assert delivery.state == DeliveryState.SENT
    assert delivery.sent_at
    assert delivery.attempts == 1
    assert (delivery.text, delivery.html) == ("", "")
    deliver(make_event())
    outbox.run_until_empty()
    assert len(django_mail.outbox) == 3


@pytest.mark.django_db
def test_sending_twice_sends_once() -> None:
    delivery = deliver(make_event())
    for _ in range(2):
        mail.send_mail(delivery_id=delivery.pk)
    outbox.run_until_empty()
    assert len(django_mail.outbox) == 1


@pytest.mark.django_db
def test_the_message_says_what_it_is() -> None:
    deliver(make_event(), language="de")
    outbox.run_until_empty()
    sent: Any = django_mail.outbox[0]
    headers = sent.message()
    assert sent.subject == "Tarnfell & Co"  # text is not escaped, HTML is
    assert sent.body == "Ja Tarnfell & Co http://localhost:8000 test.happened\n"
    assert sent.alternatives[0][0] == "<p>Tarnfell &amp; Co</p>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Message-ID"] == mail.message_id(Delivery.objects.select_related("event").get())


@pytest.mark.django_db
def test_the_subject_cannot_add_a_header() -> None:
    deliver(make_event(), title="Hello\r\nBcc: x@evil.example\x0b\u2028 there\x00")
    outbox.run_until_empty()
    message: Any = django_mail.outbox[0].message()
    assert message["Subject"] == "Hello Bcc: x@evil.example there"
    assert message["Bcc"] is None


@given(st.text(max_size=400))
def test_one_line_is_one_printable_line(text: str) -> None:
    line = mail.one_line(text)
    assert len(line) <= mail.SUBJECT_LENGTH
    assert len(line.splitlines()) <= 1
    assert line == " ".join(line.split())


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["", "nobody", "a@b.example\nBcc: x@evil.example", "a@b.example, c@d.example"])
def test_an_unusable_address_is_a_failed_delivery(address: str) -> None:
    delivery = deliver(make_event(), address)
    outbox.run_until_empty()
    assert delivery.state == DeliveryState.FAILED
    assert delivery.error == "This is not an e-mail address."
    assert django_mail.outbox == []


@pytest.mark.django_db
@override_settings(EMAIL_BACKEND="tests.ledger.test_mail.Refusing")
def test_a_refused_recipient_is_kept_with_the_reason_and_not_tried_again() -> None:
    delivery = deliver(make_event())
    outbox.run_until_empty()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == (DeliveryState.FAILED, "550 no such mailbox")
    assert OutboxMessage.objects.get().state == OutboxState.DONE


@pytest.mark.django_db
@override_settings(EMAIL_BACKEND="tests.ledger.test_mail.Refusing")
@pytest.mark.parametrize(
    "answer",
    [
        smtplib.SMTPRecipientsRefused({"a@shop.example": (450, b"come back later")}),
        smtplib.SMTPServerDisconnected("gone"),
        ConnectionRefusedError("nobody there"),
    ],
)
def test_a_passing_trouble_is_tried_again(answer: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Refusing, "answer", answer)
    delivery = deliver(make_event())
    outbox.run_until_empty()
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.WAITING
    assert delivery.attempts == 1
    assert delivery.error
    assert delivery.text
    message = OutboxMessage.objects.get()
    assert message.state == OutboxState.WAITING
    assert message.last_error
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        OutboxMessage.objects.update(not_before=message.created_at)
        outbox.run_until_empty()
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENT
    assert len(django_mail.outbox) == 1
