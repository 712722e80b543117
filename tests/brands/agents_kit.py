"""Agencies, principals and the letters between them, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from brands import registry
from brands.models import Authorisation, IPRight
from portal.accounts.actors import Actor, for_principal, member_actor_for
from portal.accounts.grants import AgentVerb
from portal.accounts.models import Membership, Organisation, OrganisationKind, Role
from portal.files import store
from portal.files.models import StoredFile
from tests.accounts.factories import authorise, make_member, make_organisation
from tests.brands.factories import upload

ALL_VERBS = tuple(verb.value for verb in AgentVerb)


def make_agency(name: str = "Kestrel IP Services") -> Membership:
    """An agency with one administrator."""
    return make_member(make_organisation(name, kind=OrganisationKind.AGENCY), Role.ADMINISTRATOR)


def terms(**changes: Any) -> registry.AuthorisationTerms:
    """Everything, everywhere, for a year, unless told otherwise."""
    today = timezone.now().date()
    values: dict[str, Any] = {"verbs": ALL_VERBS, "starts_on": today, "expires_on": today + timedelta(days=365)}
    return registry.AuthorisationTerms(**(values | changes))


def letter_of(actor: Actor) -> StoredFile:
    now = timezone.now()
    return store.accept(upload(), actor=actor, organisation=actor.organisation, purpose="letter", now=now)


def asked(agency: Membership, principal: str, **changes: Any) -> Authorisation:
    actor = member_actor_for(agency)
    values: dict[str, Any] = {"terms": terms(), "letter": letter_of(actor), "now": timezone.now()}
    return registry.ask_authorisation(actor=actor, principal=principal, **(values | changes))


def granted(principal: Membership, agency: Organisation, **changes: Any) -> Authorisation:
    return registry.grant_authorisation(
        actor=member_actor_for(principal), agency=agency, terms=terms(**changes), now=timezone.now()
    )


@dataclass
class Pair:
    """A principal with its administrator, an agency with its own, and an authorisation between them."""

    principal: Membership
    agency: Membership
    letter: Authorisation

    @property
    def owner(self) -> Actor:
        return member_actor_for(self.principal)

    @property
    def agent(self) -> Actor:
        """The agency's administrator acting for the principal, as a request now would have it."""
        found = for_principal(member_actor_for(self.agency), self.principal.organisation)
        assert found is not None
        return found

    def end(self, on: date) -> None:
        """Lets the authorisation end on another day."""
        Authorisation.objects.filter(pk=self.letter.pk).update(expires_on=on)


def pair(rights: list[IPRight] | None = None, **changes: Any) -> Pair:
    """Makes both and the authorisation; `changes` are its columns."""
    principal = changes.pop("principal", None) or make_member()
    agency = changes.pop("agency", None) or make_agency()
    letter = authorise(principal.organisation, agency=agency.organisation, rights=rights, **changes)
    return Pair(principal, agency, letter)
