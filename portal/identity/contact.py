"""The register contact of a verified organisation: its change rests, as who gets that mail could take the rest."""

from __future__ import annotations

from datetime import datetime

from portal.accounts import holds
from portal.accounts.actors import Actor
from portal.accounts.holds import people
from portal.accounts.models import HoldKind, Organisation


def change(*, actor: Actor, organisation: Organisation, address: str, now: datetime) -> Organisation:
    """Puts the new address on hold, and who changes it at rest; it is written at the release. Raises Conflict."""
    holds.start(
        organisation=organisation,
        kind=HoldKind.CONTACT_CHANGED,
        membership=people.membership_of(actor, organisation),
        change={"field": "register_contact", "from": organisation.register_contact, "to": address},
        started_by=actor.user,
        now=now,
    )
    return organisation
