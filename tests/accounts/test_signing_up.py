"""From the form to the first page: whose zone it is, which address was invited, and who is signed in afterwards."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts import tenants
from portal.accounts.invitations import link_to
from portal.accounts.models import Invitation, User
from portal.accounts.zones import is_time_zone
from tests.accounts.factories import PASSWORD, actor_for_member, make_member, make_user, signed_in

pytestmark = pytest.mark.django_db
EMAIL = "mira@example.test"


def sign_up(client: Client, **more: str) -> Any:
    data = {"name": "Mira Holm", "email": EMAIL, "password1": PASSWORD, "password2": PASSWORD}
    return client.post(reverse("account_signup"), data | more)


def confirm(client: Client) -> Any:
    """Opens the link of the newest mail and presses the button."""
    [path] = re.findall(r"https?://[^/]+(/accounts/confirm-email/\S+)", str(mail.outbox[-1].body))
    assert client.get(path).status_code == 200
    return client.post(path)


def who(client: Client) -> str:
    """Gives the address of whoever is signed in, "" for nobody."""
    found = User.objects.filter(pk=client.session.get("_auth_user_id", 0)).first()
    return found.email if found else ""


def invited(email: str = EMAIL) -> Invitation:
    by = actor_for_member(make_member())
    return tenants.invite(actor=by, email=email, role="viewer", now=timezone.now())


# --- the zone


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Pacific/Chatham", "Pacific/Chatham"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("", "UTC"),
        ("Mars/Base", "UTC"),
        ("../../etc/passwd", "UTC"),
    ],
)
def test_an_account_begins_in_the_zone_of_its_browser(client: Client, typed: str, kept: str) -> None:
    assert sign_up(client, time_zone=typed).status_code == 302
    assert User.objects.get().time_zone == kept


def test_without_a_script_nothing_is_asked_and_it_is_utc(client: Client) -> None:
    page = client.get(reverse("account_signup")).text
    assert re.search(r'<input type="hidden" name="time_zone"[^>]* data-zone', page)
    assert "Time zone" not in page
    sign_up(client)
    assert User.objects.get().time_zone == "UTC"


@pytest.mark.parametrize("name", ["posixrules", "posix/UTC", "right/UTC", "/UTC", "utc ", "x" * 99])
def test_only_names_of_the_database_are_zones(name: str) -> None:
    assert not is_time_zone(name)


# --- confirming the address


def test_whoever_signed_up_here_is_signed_in_by_confirming_here(client: Client) -> None:
    sign_up(client)
    assert not who(client)
    answer = confirm(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("home"))
    assert who(client) == EMAIL


def test_the_link_signs_nobody_in_anywhere_else(client: Client) -> None:
    sign_up(client)
    elsewhere = Client()
    assert confirm(elsewhere).headers["Location"] == reverse("account_login")
    assert not who(elsewhere) and not who(client)
    assert client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD}).status_code == 302
    assert who(client) == EMAIL


def test_the_link_of_somebody_else_does_not_sign_in_as_them(client: Client) -> None:
    """Two people at one time: the browser of the one confirms the address of the other."""
    sign_up(Client(), email="eve@example.test")
    theirs = mail.outbox[-1]
    sign_up(client)
    mail.outbox.append(theirs)
    confirm(client)
    assert not who(client)


def test_a_link_that_was_used_signs_nobody_in_again(client: Client) -> None:
    sign_up(client)
    confirm(client)
    client.post(reverse("account_logout"))
    [path] = re.findall(r"https?://[^/]+(/accounts/confirm-email/\S+)", str(mail.outbox[-1].body))
    client.post(path)
    assert not who(client)


def test_after_a_quarter_of_an_hour_one_signs_in_by_password(client: Client) -> None:
    sign_up(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        confirm(client)
        assert not who(client)


def test_confirming_leads_on_to_the_invitation_one_came_with(client: Client) -> None:
    path = link_to(invited())
    client.get(path)
    sign_up(client, next=path)
    assert confirm(client).headers["Location"] == path
    assert "Accept invitation" in client.get(path).text


def test_confirming_is_no_fresh_password(client: Client) -> None:
    """Whoever holds the mailbox has not shown the password: what asks for it asks still."""
    sign_up(client)
    confirm(client)
    assert client.get(reverse("mfa_activate_totp")).headers["Location"].startswith(reverse("account_reauthenticate"))


# --- the address that was invited


def address_in(page: str) -> str:
    [control] = re.findall(r'<input type="email" name="email"[^>]*>', page)
    found = re.search(r'value="([^"]*)"', control)
    return found[1] if found else ""


def test_an_invited_visitor_finds_their_address_in_the_form(client: Client) -> None:
    path = link_to(invited())
    page = client.get(path).text
    [link] = re.findall(rf'href="({reverse("account_signup")}[^"]*)"', page.split("<main")[1])
    assert address_in(client.get(link).text) == EMAIL


def test_what_was_typed_stands_before_what_was_invited(client: Client) -> None:
    client.get(link_to(invited()))
    answer = sign_up(client, email="other@example.test", password2="something else")
    assert address_in(answer.text) == "other@example.test"


def test_nobody_else_finds_an_address_in_the_form(client: Client) -> None:
    sent = invited()
    assert address_in(client.get(reverse("account_signup")).text) == ""
    client.get(link_to(sent))
    Invitation.objects.update(revoked_at=timezone.now())
    assert address_in(client.get(reverse("account_signup")).text) == ""


def test_the_form_does_not_tell_whether_the_address_has_an_account(client: Client) -> None:
    make_user(EMAIL)
    client.get(link_to(invited()))
    assert address_in(client.get(reverse("account_signup")).text) == EMAIL


def test_a_reader_who_is_signed_in_is_led_on(client: Client) -> None:
    signed_in(client, make_member().user)
    client.get(link_to(invited()))
    assert client.get(reverse("account_signup")).status_code == 302
