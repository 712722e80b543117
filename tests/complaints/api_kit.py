"""People with real keys, and one complaint in every stage, for tests of the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import ANY

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from brands.models import IPRight
from complaints import casework
from complaints.models import Complaint, SigningMandate
from portal.accounts.actors import Actor, member_actor_for
from portal.accounts.models import Membership, Organisation
from portal.api.models import ApiKey, Scope
from tests.accounts.factories import make_member
from tests.api import factories as keys
from tests.complaints.factories import (
    EU_TEXT,
    Case,
    make_draft,
    make_filed_complaint,
    make_listing,
    make_right,
    reviewer,
    sign_all,
    upload,
)

API = "/api/v1"
ALL = (Scope.COMPLAINTS_READ, Scope.COMPLAINTS_WRITE, Scope.FILES_WRITE, Scope.RIGHTS_READ, Scope.RIGHTS_WRITE)
TEXT = {"version": EU_TEXT.version, "sha256": EU_TEXT.sha256}


def caller(secret: str) -> APIClient:
    client = APIClient()
    client.credentials(**keys.bearer(secret))
    return client


@dataclass
class Resident:
    """A member whose program calls with a key of its own."""

    membership: Membership
    scopes: tuple[str, ...] = ALL
    key: ApiKey = field(init=False)
    client: APIClient = field(init=False)

    def __post_init__(self) -> None:
        self.key, secret = keys.key(self.actor, *self.scopes)
        self.client = caller(secret)

    @property
    def actor(self) -> Actor:
        return member_actor_for(self.membership)

    @property
    def name(self) -> str:
        return self.membership.user.name

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(API + path, query)

    def post(self, path: str, body: Any = None, *, once: str = "", **more: Any) -> Any:
        if once:
            more["HTTP_IDEMPOTENCY_KEY"] = once
        return self.client.post(API + path, body, **more)

    def attach(self, path: str, **fields: Any) -> Any:
        return self.client.post(API + path, {"file": upload(), **fields}, format="multipart")


def resident(organisation: Organisation | None = None, *scopes: str) -> Resident:
    return Resident(make_member(organisation), scopes or ALL)


def mandate_of(actor: Actor) -> SigningMandate:
    return casework.grant_mandate(actor=actor, signing=sign_all(actor), now=timezone.now())


def signature(mandate: SigningMandate, **changes: Any) -> dict[str, Any]:
    """The body of a submit, signed by who gave the mandate."""
    body = {"declaration": TEXT, "signatory": mandate.typed_name, "mandate": str(mandate.public_id)}
    return body | changes


def draft_of(who: Resident, right: IPRight | None = None, items: int = 1) -> Complaint:
    right = right or make_right(who.membership.organisation)
    return make_draft(who.actor, right, [make_listing() for _ in range(items)])


def with_evidence(who: Resident, draft: Complaint) -> str:
    """Attaches a file to a draft and gives its id."""
    added = casework.add_evidence(
        actor=who.actor, complaint_id=draft.pk, upload=upload(), caption="Our logo", now=timezone.now()
    )
    return str(added.public_id)


def filed_of(who: Resident, items: int = 2) -> Case:
    return make_filed_complaint(items=items, membership=who.membership)


def claimed_by(case: Case, name: str = "Roswitha Reviewerin") -> Actor:
    """Lets a reviewer with a telling name claim the case."""
    by = reviewer("senior")
    assert by.user is not None
    by.user.name = name
    by.user.save(update_fields=["name"])
    casework.claim(actor=by, complaint_id=case.complaint.pk, now=timezone.now())
    return by


def ask(case: Case, by: Actor, text: str = "Where is the mark?") -> None:
    casework.ask(actor=by, complaint_id=case.complaint.pk, item_ids=case.item_ids[:1], text=text, now=timezone.now())


def queries(work: Any) -> int:
    """Counts the queries of a read; a key that was used a moment ago is not noted again."""
    work()
    with CaptureQueriesContext(connection) as seen:
        work()
    return len(seen)


def is_problem(response: Any, status: int, code: str = ANY) -> dict[str, Any]:
    """Asserts a problem document of this status and code; gives it."""
    body: dict[str, Any] = response.json()
    assert (response.status_code, body.get("code")) == (status, code), body
    assert response["Content-Type"] == "application/problem+json"
    return body


def pointers(body: dict[str, Any]) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in body["errors"]}


def texts(value: Any) -> Iterator[str]:
    """Every text of a JSON answer, names included."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    else:
        yield str(value)
