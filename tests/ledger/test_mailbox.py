"""The mailbox of a development machine: files that sort by time, and pages that show them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse

from portal.ledger import mailbox


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.MAILBOX_DIR = tmp_path / "mail"
    settings.EMAIL_BACKEND = "portal.ledger.mailbox.FileBackend"
    return tmp_path / "mail"


def send(to: str = "a@shop.example", subject: str = "Grüße", **more: Any) -> None:
    message = EmailMultiAlternatives(subject, more.pop("body", "Hello åäö"), "desk@shop.example", [to], **more)
    message.attach("notice.pdf", b"%PDF-", "application/pdf")
    message.attach_alternative("<p>Hello</p>", "text/html")
    assert message.send() == 1


def test_an_empty_mailbox_is_no_error() -> None:
    assert mailbox.list_messages() == []


def test_newest_come_first_and_nothing_is_left_half_written(folder: Path) -> None:
    for number in range(5):
        send(subject=f"Number {number}")
    assert [letter.subject for letter in mailbox.list_messages()] == [f"Number {n}" for n in (4, 3, 2, 1, 0)]
    assert all(path.suffix == ".eml" for path in folder.iterdir())


def test_a_letter_is_read_back_whole() -> None:
    send(bcc=["hidden@shop.example"])
    letter = mailbox.read_message(mailbox.list_messages()[0].name)
    assert letter is not None
    assert (letter.subject, letter.text.strip(), letter.sender) == ("Grüße", "Hello åäö", "desk@shop.example")
    assert letter.to == ("a@shop.example", "hidden@shop.example")
    assert letter.attachments == ("notice.pdf",)
    assert "<p>" in letter.html


def test_letters_are_filtered_by_recipient() -> None:
    send("a@shop.example")
    send("b@shop.example")
    assert [letter.to for letter in mailbox.list_messages(to="B@shop")] == [("b@shop.example",)]


@pytest.mark.parametrize("name", ["", "..", "../../settings.py", "x.eml", "/etc/passwd", "a/b.eml"])
def test_only_letters_are_read(name: str) -> None:
    assert mailbox.read_message(name) is None


@pytest.mark.django_db
@pytest.mark.urls("tests.ledger.urls")
def test_the_pages_show_and_filter_mail(client: Client, settings: Any) -> None:
    settings.DEBUG = True
    send("b@shop.example", "<b>Bold</b>", body="See http://shop.example/x?a=1&b=<script>\nBye")
    send("a@shop.example", "Other")
    page = client.get(reverse("dev:mail"), {"to": "b@"}).content.decode()
    assert "&lt;b&gt;Bold" in page
    assert "Other" not in page
    detail = client.get(reverse("dev:mail-detail", args=[mailbox.list_messages()[1].name])).content.decode()
    assert '<a href="http://shop.example/x?a=1' in detail
    assert "<script>\n" not in detail
    assert "notice.pdf" in detail
    assert client.get(reverse("dev:mail-detail", args=["nothing.eml"])).status_code == 404


@pytest.mark.django_db
def test_there_is_no_mailbox_in_production(rf: Any, settings: Any) -> None:
    from django.http import Http404

    from portal import dev_mail

    settings.DEBUG = False
    with pytest.raises(Http404):
        dev_mail.mail_list(rf.get("/dev/mail/"))
