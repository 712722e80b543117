"""What binds an agent: the grants of the authorisations in force today, brought by the room that keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from portal.accounts.models import Membership, Organisation


class AgentVerb(StrEnum):
    """What an authorisation lets an agent do; reading what it covers is always part of it."""

    REGISTER = "register"
    FILE = "file"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    SELLERS = "sellers"


AGENT_VERB_LABELS: dict[AgentVerb, Promise] = {
    AgentVerb.REGISTER: _("Register and change rights"),
    AgentVerb.FILE: _("File complaints"),
    AgentVerb.ANSWER: _("Answer questions of the desk"),
    AgentVerb.WITHDRAW: _("Take complaints back"),
    AgentVerb.SELLERS: _("List authorised sellers"),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """One authorisation in force: `all_rights` or the rights it names; no `territories` means wherever these reach."""

    authorisation_id: int
    verbs: frozenset[str]
    territories: frozenset[str]
    all_rights: bool
    expires_on: date

    def allows(self, verb: str, country: str = "") -> bool:
        """Says whether it covers this verb, and this country where one is given."""
        return verb in self.verbs and (not country or not self.territories or country in self.territories)


Acting = tuple["Organisation", tuple[Grant, ...]]


class GrantSource(Protocol):
    """The room that keeps authorisations, as far as people and tenants need it."""

    def of_member(self, membership: Membership, today: date) -> tuple[Grant, ...]:
        """Grants of a person who is agent in this organisation."""

    def of_agency(self, agency: Organisation, today: date, **principal: object) -> Acting | None:
        """The principal of this `pk` or `public_id` with the agency's grants for it; None where none is in force."""

    def principals(self, agency: Organisation, today: date) -> Sequence[Organisation]:
        """The principals that an agency may act for today, by name."""

    def members(self, organisation: Organisation, today: date) -> frozenset[int]:
        """The memberships in this organisation that an authorisation in force names."""


class NoSource:
    """Where no room keeps authorisations, no agent may do anything."""

    def of_member(self, membership: Membership, today: date) -> tuple[Grant, ...]:
        return ()

    def of_agency(self, agency: Organisation, today: date, **principal: object) -> Acting | None:
        return None

    def principals(self, agency: Organisation, today: date) -> Sequence[Organisation]:
        return ()

    def members(self, organisation: Organisation, today: date) -> frozenset[int]:
        return frozenset()


_source: GrantSource = NoSource()


def use(source: GrantSource) -> None:
    """Names the room that keeps authorisations; called once, when the apps are ready."""
    global _source
    _source = source


def source() -> GrantSource:
    """Gives the room that keeps authorisations."""
    return _source
