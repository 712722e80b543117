"""Does a grant cover this right, this country, this verb? Looked up once, then asked without a query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from brands.models import Authorisation, AuthorisedRight, AuthorisedSeller
from brands.registers.territories import country_name
from portal.accounts.actors import Actor
from portal.accounts.grants import AgentVerb, Grant
from portal.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Cover:
    """The grants of an actor with the rights that they name; `grants` None is an actor who is not bound."""

    grants: tuple[Grant, ...] | None
    named: Mapping[int, frozenset[int]]

    def under(self, verb: AgentVerb, right: int | None, country: str = "") -> list[Grant]:
        """The grants that let this be done with this right, in this country where one is given."""
        return [
            grant
            for grant in self.grants or ()
            if grant.allows(verb, country) and (grant.all_rights or right in self.named[grant.authorisation_id])
        ]

    def allows(self, verb: AgentVerb, right: int | None, country: str = "") -> bool:
        """Says whether it may be done; who is not bound may."""
        return self.grants is None or bool(self.under(verb, right, country))

    def reaches(self, verb: AgentVerb, right: int | None, countries: Collection[str]) -> bool:
        """Says whether one grant covers the right in all these countries."""
        if self.grants is None:
            return True
        return any(not grant.territories or grant.territories >= set(countries) for grant in self.under(verb, right))


def may_end(cover: Cover, entry: AuthorisedSeller) -> bool:
    """Whether an agent with this cover may end or change an entry: one grant for sellers reaches as far as it does.

    Asks no query. An entry wherever a right reaches is beyond a grant for certain countries.
    """
    if cover.grants is None:
        return True
    countries = frozenset(entry.territories)
    return any(
        not grant.territories or (countries and countries <= grant.territories)
        for grant in cover.under(AgentVerb.SELLERS, entry.right_id)
    )


def cover_of(actor: Actor) -> Cover:
    """What this actor is bound to; one query for an agent, none for others."""
    named: defaultdict[int, set[int]] = defaultdict(set)
    ids = [grant.authorisation_id for grant in actor.grants or () if not grant.all_rights]
    if ids:
        rows = AuthorisedRight.objects.filter(authorisation__in=ids)
        for authorisation, right in rows.values_list("authorisation", "right"):
            named[authorisation].add(right)
    return Cover(actor.grants, {pk: frozenset(named[pk]) for pk in ids})


def still_in_force(ids: Collection[int], today: date) -> list[Authorisation]:
    """Locks these authorisations for what is about to be done under them. Raises Forbidden when one has ended."""
    rows = Authorisation.objects.select_for_update(of=("self",)).in_force(today).filter(pk__in=ids)
    found = list(rows.order_by("id"))
    if len(found) != len(set(ids)):
        raise Forbidden("authorisation_ended", _("Your authorisation has ended meanwhile; nothing was done."))
    return found


def outside(field: str = "") -> Forbidden:
    """What an agent is told who may read it, but not do this with it."""
    text = _("Your authorisation does not cover this. Ask the principal to extend it.")
    return Forbidden("not_authorised", text, field)


def beyond(countries: Collection[str], field: str) -> Forbidden:
    """What an agent is told whose authorisation covers the right, but in these countries only."""
    names = ", ".join(sorted(country_name(code) for code in countries))
    text = _(
        "Your authorisation covers these countries only: %(countries)s. "
        "Name none but these, or ask the principal to extend it."
    )
    return Forbidden("not_authorised", text % {"countries": names}, field)
