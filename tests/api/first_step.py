"""A person without a browser: signs up and in by the API and keeps the session token; JSON only."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client

from tests.accounts.factories import PASSWORD

AUTH = "auth/app/v1"


@dataclass
class Person:
    """Somebody at a command line; `token` is their session."""

    email: str
    token: str = ""

    def __call__(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        """Calls /api/v1 with the token, takes a new one where it is given; fails when another status comes."""
        headers = {"X-Session-Token": self.token} if self.token else {}
        sent = json.dumps(body) if body is not None else ""
        client = Client()
        answer = client.generic(method, f"/api/v1/{path}", sent, content_type="application/json", headers=headers)
        assert answer.status_code == status, f"{answer.status_code} {answer.content.decode()}"
        assert not answer.cookies and not client.cookies, "the API sets no cookie"
        found = json.loads(answer.content) if answer.content else None
        self.token = ((found or {}).get("meta") or {}).get("session_token") or self.token
        return found

    def sign_up(self, name: str, *, status: int = 401, **more: str) -> Any:
        """Asks for an account; 401 says that the address is to be verified first."""
        body = {"name": name, "email": self.email, "password": PASSWORD, "time_zone": "Europe/Stockholm", **more}
        return self("POST", f"{AUTH}/auth/signup", body, status=status)

    def verify(self, mailoutbox: list[Any]) -> Any:
        """Sends the key of the last mail to this address; with the token of the signing-up it also signs in."""
        key = last_in(mailoutbox, self.email, r"/accounts/confirm-email/([^/\s]+)/")
        return self("POST", f"{AUTH}/auth/email/verify", {"key": key})

    def sign_in(self, *, password: str = PASSWORD, status: int = 200) -> Any:
        self.token = ""
        return self("POST", f"{AUTH}/auth/login", {"email": self.email, "password": password}, status=status)


def last_in(mailoutbox: list[Any], to: str, pattern: str) -> str:
    """Finds the pattern in the newest mail to this address."""
    body = [mail.body for mail in mailoutbox if to in mail.to][-1]
    found = re.search(pattern, body)
    assert found, body
    return found[1]


def signed_up(email: str, name: str, mailoutbox: list[Any]) -> Person:
    """Gives a person with a verified address who is signed in."""
    person = Person(email)
    person.sign_up(name)
    person.verify(mailoutbox)
    person.sign_in()
    return person


def invite_and_join(
    administrator: Person, organisation: str, guest: Person, role: str, run_outbox: Callable[[], Any], mails: list[Any]
) -> Any:
    """Invites the guest, who finds the token in the mail and accepts it."""
    path = f"organisations/{organisation}/invitations"
    administrator("POST", path, {"email": guest.email, "role": role}, status=201)
    run_outbox()
    token = last_in(mails, guest.email, r"/organisations/invitations?/([^/\s]+)/")
    return guest("POST", "invitations/accept", {"token": token})
