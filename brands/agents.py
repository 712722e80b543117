"""Authorisations as grants: what people and tenants ask before each page, query and call of an agent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from brands.models import Authorisation
from portal.accounts.actors import Actor, acting
from portal.accounts.grants import AGENT_VERB_LABELS, Acting, Grant
from portal.accounts.models import Membership, Organisation

MOST_SHOWN = 200


class Authorisations:
    """Answers `portal.accounts.grants.GrantSource` from the rows; one query each."""

    def of_member(self, membership: Membership, today: date) -> tuple[Grant, ...]:
        return grants_of(Authorisation.objects.in_force(today).filter(member=membership))

    def of_agency(self, agency: Organisation, today: date, **principal: object) -> Acting | None:
        which = {f"organisation__{name}": value for name, value in principal.items()}
        rows = Authorisation.objects.in_force(today).of_known_agency().filter(agency=agency, **which)
        found = list(rows.select_related("organisation").order_by("id"))
        return (found[0].organisation, grants_of(found)) if found and found[0].organisation else None

    def principals(self, agency: Organisation, today: date) -> Sequence[Organisation]:
        found = Authorisation.objects.in_force(today).of_known_agency().filter(agency=agency).values("organisation")
        return list(Organisation.objects.filter(pk__in=found).order_by("name", "id")[:MOST_SHOWN])

    def members(self, organisation: Organisation, today: date) -> frozenset[int]:
        found = Authorisation.objects.in_force(today).filter(organisation=organisation, member__isnull=False)
        return frozenset(found.values_list("member", flat=True))


def grants_of(found: Iterable[Authorisation]) -> tuple[Grant, ...]:
    """What these authorisations let their agent do."""
    return tuple(
        Grant(row.pk, frozenset(row.verbs), frozenset(row.territories), row.all_rights, row.expires_on) for row in found
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """What an agency may do for one principal today; `actor` is its member or key acting for it."""

    principal: Organisation
    actor: Actor

    @property
    def until(self) -> date | None:
        """The last day of the longest authorisation."""
        return self.actor.acts_until

    @property
    def verbs(self) -> list[str]:
        """What may be done at all, in words."""
        return [str(label) for verb, label in AGENT_VERB_LABELS.items() if self.actor.grants_for(verb)]

    @property
    def countries(self) -> list[str]:
        """The countries, by code; none where an authorisation names none and so holds wherever the rights do."""
        grants = self.actor.grants or ()
        if any(not grant.territories for grant in grants):
            return []
        return sorted(frozenset().union(*(grant.territories for grant in grants)))

    @property
    def all_rights(self) -> bool:
        """Says whether one of the authorisations covers every right."""
        return any(grant.all_rights for grant in self.actor.grants or ())


def standing_of(actor: Actor, today: date) -> list[Standing]:
    """For whom this member or key of an agency may act today, by name, in one query."""
    if actor.organisation is None or not actor.organisation.is_agency:
        return []
    mine = Authorisation.objects.in_force(today).of_known_agency().filter(agency=actor.organisation)
    found = mine.select_related("organisation")
    rows: dict[Organisation, list[Authorisation]] = {}
    for row in found.order_by("organisation__name", "organisation_id", "id"):
        if row.organisation is not None:
            rows.setdefault(row.organisation, []).append(row)
    return [Standing(principal, acting(actor, principal, grants_of(of_it))) for principal, of_it in rows.items()]
