"""The owner of a verified organisation: its change waits in a hold, for another owner is another question."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import holds
from portal.accounts.actors import Actor
from portal.accounts.asking import managed
from portal.accounts.inputs import check_organisation
from portal.accounts.models import Hold, Organisation, OrganisationForm
from portal.errors import Conflict, Refused

FACTS = ("name", "country", "form", "company_number")
NUMBER_LENGTH = 40


def may_change(organisation: Organisation) -> bool:
    """Says whether there is an owner whom the desk knows; before that the facts are simply declared."""
    return organisation.is_verified


def change_owner(*, actor: Actor, now: datetime, **facts: str) -> Hold:
    """Asks for another `name`, `country`, `form` or `company_number`; what is left out stays.

    Nothing is written before the hold is over; then the organisation goes to the desk again. Raises Refused for what
    cannot be or changes nothing, Conflict while such a change is on hold or the organisation is not verified.
    """
    with transaction.atomic():
        organisation, own = managed(actor)
        own.organisation = organisation
        if not may_change(organisation):
            raise Conflict("not_verified", _("The desk has not verified your organisation; it has no owner to change."))
        before = {name: str(getattr(organisation, name)) for name in FACTS}
        after = _checked(organisation, {**before, **facts})
        changed = [name for name in FACTS if after[name] != before[name]]
        if not changed:
            raise Refused("nothing_changed", _("This is what stands there already."), "name")
        return holds.owner_changed(
            membership=own,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
            now=now,
        )


def _checked(organisation: Organisation, facts: dict[str, str]) -> dict[str, str]:
    wanted = {name: " ".join(unicodedata.normalize("NFC", facts[name]).split()) for name in FACTS}
    check_organisation(wanted["name"], wanted["country"], organisation.kind)
    if wanted["form"] not in OrganisationForm.values:
        raise Refused("form_unknown", _("Choose enterprise or individual."), "form")
    number = wanted["company_number"]
    if len(number) > NUMBER_LENGTH or not number.isprintable():
        text = _("Write the number in at most 40 letters and figures.")
        raise Refused("company_number_form", text, "company_number")
    return wanted
