"""What the lanes stand on: a database of their own, offers to report, people signed in, and a way to measure."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from complaints import casework
from complaints.bench.tenants import MARKETS, Tenant, prepare
from complaints.models import Complaint
from portal.accounts.actors import Actor, ActorKind
from portal.accounts.models import Role, User
from portal.marketplace.models import Listing, Target
from portal.marketplace.pictures import draw_product

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Measured:
    """How long one thing took, in seconds, with how many statements to the database, and what came of it."""

    seconds: float
    queries: int
    result: Any


def measure(work: Callable[[], Any], *, best_of: int = 1) -> Measured:
    """Does the work so many times and keeps the quickest."""
    tries = []
    for _try in range(best_of):
        with CaptureQueriesContext(connection) as caught:
            begun = time.perf_counter()
            result = work()
            seconds = time.perf_counter() - begun
        tries.append(Measured(seconds, len(caught), result))
    return min(tries, key=lambda each: each.seconds)


@contextmanager
def own_database() -> Iterator[None]:
    """Gives the lanes an empty database on the configured engine and a folder of their own; both go afterwards."""
    with TemporaryDirectory(prefix="rightsdesk-bench-") as folder:
        real, wanted = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
        sqlite = connection.vendor == "sqlite"
        wanted["NAME"] = str(Path(folder) / "bench.sqlite3") if sqlite else f"rightsdesk_bench_{os.getpid()}"
        with override_settings(
            DEBUG=False,
            MEDIA_ROOT=Path(folder) / "media",
            EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
            ALLOWED_HOSTS=["*"],
            SECURE_SSL_REDIRECT=False,
            EMBEDDED_WORKER=False,
            CELERY_BROKER_URL="",
        ):
            connection.creation.create_test_db(verbosity=0, autoclobber=False, serialize=False)
            try:
                yield
            finally:
                connection.creation.destroy_test_db(str(real), verbosity=0)


def tenant() -> Tenant:
    """Makes one organisation with a right that can be used."""
    return prepare(1, timezone.now()).tenants[0]


def member(of: Tenant) -> Actor:
    return Actor(kind=ActorKind.MEMBER, user=of.user, organisation=of.organisation, role=Role.ADMINISTRATOR)


def listings(of: Tenant, wanted: int, *, pictures: bool = False) -> list[Target]:
    """Makes offers that the tenant can report; with pictures, each has one of its own."""
    now, first = timezone.now(), next(_numbers) * 100_000
    targets = Target.objects.bulk_create(
        Target(
            kind="listing",
            marketplace_id=f"LS-{70_000_000 + first + place}",
            title=f"Hooded jacket {place}",
            market=MARKETS[place % len(MARKETS)],
            owner=of.shops[place % len(of.shops)],
            created_at=now,
            edited_at=now,
        )
        for place in range(wanted)
    )
    price = Decimal("29.90")
    Listing.objects.bulk_create(Listing(target=each, price=price, currency="EUR", nice_class=25) for each in targets)
    if pictures:
        _draw(targets)
    return targets


def _draw(targets: list[Target]) -> None:
    from django.core.files.base import ContentFile

    data = draw_product("jacket", text="LOAD")
    for target in targets:
        own = data + target.marketplace_id.encode()  # behind the end of the picture: other bytes, the same to see
        target.picture.save("offer.png", ContentFile(own), save=False)
    Target.objects.bulk_update(targets, ["picture"])


def begin(of: Tenant, targets: list[Target]) -> Complaint:
    """Leaves a draft about these offers."""
    return casework.start_draft(
        actor=member(of),
        now=timezone.now(),
        right=of.right.public_id,
        reason="counterfeit",
        explanation="Filed by a bench lane.",
        lines="\n".join(target.marketplace_id for target in targets),
    )


def signed(of: Tenant, draft: Complaint) -> casework.Signing:
    """The text of a draft, signed by the tenant's person: what the page before the button has shown."""
    text = casework.declaration_for(draft, member(of), timezone.now().date())
    return casework.Signing(text.version, text.sha256, of.user.name, "password")


def submit(of: Tenant, draft: Complaint, signing: casework.Signing | None = None) -> Complaint:
    """Files a draft, signed by the tenant's person."""
    signing = signing or signed(of, draft)
    return casework.submit(actor=member(of), complaint_id=draft.pk, signing=signing, now=timezone.now())


def reviewer() -> User:
    """Makes a reviewer with a second factor."""
    user = User(email=f"bench-{next(_numbers)}@load.test", name="Bench reviewer", staff_role="reviewer")
    user.set_unusable_password()
    user.save()
    TOTP.activate(user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    return user


def browser_of(user: User) -> Client:
    """Signs an account in, staff as after their second factor."""
    client = Client(SERVER_NAME="localhost", raise_request_exception=True)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    records: list[dict[str, Any]] = [{"method": "password", "at": time.time(), "email": user.email}]
    if user.is_staff:
        records.append({"method": "mfa", "type": "totp", "at": time.time()})
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = records
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def page(client: Client, address: str) -> Callable[[], int]:
    """Gives the work of fetching one page; raises when it does not answer with 200."""

    def fetch() -> int:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
        return len(answer.content)

    return fetch
