"""What some pages need and the demo does not keep: made by the product's own functions, and taken away after."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from brands.models import OfficeCall
from complaints.demo import accounts
from portal.accounts import tenants
from portal.accounts.models import Invitation, Role
from portal.marketplace.connectors import sandbox
from portal.marketplace.models import SandboxMode, Target

# Who shows the pages of second factors, and who has a new address: nobody with an address to confirm gets a factor.
ACTOR = "viewer"
MOVER, NEW_ADDRESS = "agent", "agent.new@demo.test"
GUEST = "newcomer@demo.test"
ASKED = "US"  # an office whose pace is shown; the demo asks none


class NoDemo(LookupError):
    """The database lacks a row that the demo or the stage would have made."""


@contextmanager
def ready(now: datetime) -> Iterator[None]:
    """Holds an address to confirm, an invitation and a misbehaving sandbox for as long as the pictures take."""
    if not accounts.is_here():
        raise NoDemo("There is no demo in the database. Seed it into a fresh one first: python3 manage.py demo")
    people = accounts.cast()
    clear(people)
    EmailAddress.objects.create(user=people.user(MOVER), email=NEW_ADDRESS, verified=False)
    if not Invitation.objects.pending(now).filter(email=GUEST).exists():
        tenants.invite(actor=people.member("owner"), email=GUEST, role=Role.AGENT.value, now=now)
    offer = Target.objects.filter(kind="listing", state="live").order_by("-id")[0]
    OfficeCall.objects.get_or_create(office=ASKED, defaults={"minute": now, "calls": 3})
    odd = sandbox.set_behaviour(
        actor=people.staff("reviewer"), mode=SandboxMode.HALF, target=offer, remaining=1, now=now
    )
    try:
        yield
    finally:
        sandbox.clear_behaviour(actor=people.staff("reviewer"), behaviour_id=odd.pk)
        clear(people)


def clear(people: accounts.Cast) -> None:
    """Takes away the second factors and the address that pictures left, also those of a visit that broke off."""
    Authenticator.objects.filter(user=people.user(ACTOR)).delete()
    EmailAddress.objects.filter(user=people.user(MOVER), email=NEW_ADDRESS).delete()
    OfficeCall.objects.filter(office=ASKED, calls=3, recent=[]).delete()
