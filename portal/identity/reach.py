"""How an organisation is reached: address, telephone, address for service abroad; some laws ask a notice for it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django_countries import countries

from portal.accounts.actors import Actor
from portal.accounts.models import Organisation
from portal.errors import Refused
from portal.identity.common import lock, plain, role_may_not, tell, wrong_state
from portal.ledger.canonical import JSON

FIELDS = ("postal_address", "phone", "service_country", "service_address")
_LONGEST = {"postal_address": 500, "phone": 40, "service_country": 2, "service_address": 500}


@transaction.atomic
def change_reach(*, actor: Actor, organisation: Organisation, now: datetime, **changes: str) -> Organisation:
    """Keeps any of `postal_address`, `phone`, `service_country` (ISO 3166 alpha-2) and `service_address`.

    In every state but a suspension, as it says where somebody is and not who. Saving the same again changes nothing.
    Raises Refused for half an address for service, Forbidden to who does not administer, Conflict when suspended.
    """
    unknown = set(changes) - set(FIELDS)
    if unknown:
        raise TypeError(f"nothing by which an organisation is reached: {sorted(unknown)}")
    row = lock(actor, organisation)
    if actor.is_staff or not actor.can_manage:
        raise role_may_not(actor)
    if row.is_suspended:
        raise wrong_state(row)
    wanted = {name: plain(text, name, longest=_LONGEST[name]) for name, text in changes.items()}
    changed = sorted(name for name, value in wanted.items() if getattr(row, name) != value)
    if not changed:
        return row
    for name in changed:
        setattr(row, name, wanted[name])
    _check(row)
    row.version += 1
    row.save(update_fields=[*changed, "version"])
    tell(actor, row, "organisation.reach_changed", {"changed": list[JSON](changed)}, now)
    return row


def _check(row: Organisation) -> None:
    if row.phone and sum(letter.isdigit() for letter in row.phone) < 5:
        raise Refused("phone_form", _("Write the number with its country code, such as +46 8 123 456."), "phone")
    if row.service_country and row.service_country not in dict(countries):
        raise Refused("country_unknown", _("Choose a country of the list."), "service_country")
    if bool(row.service_country) != bool(row.service_address):
        missing = "service_address" if row.service_country else "service_country"
        raise Refused("service_half", _("An address for service needs both the country and the address."), missing)
