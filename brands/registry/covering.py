"""How far an agent's authorisation reaches when rights are entered or changed; nobody else is bound."""

from __future__ import annotations

from django.utils.translation import gettext as _

from brands.cover import cover_of, still_in_force
from brands.declaration import Declaration
from brands.models import AuthorisedRight, Brand, IPRight
from brands.writing.rows import territories_of
from portal.accounts.actors import Actor
from portal.accounts.grants import AgentVerb, Grant
from portal.errors import Forbidden, NotFound, Refused


def may_enter(actor: Actor, declaration: Declaration, right: IPRight | None = None) -> None:
    """Raises Forbidden when no grant lets an agent declare this; what is entered anew is added to the grant.

    The countries declared must lie within those of the grant, and within one that covers a right that is changed.
    """
    if not actor.is_bound:
        return
    wanted = territories_of(declaration)
    if right is None:
        far_enough = any(_reaches(grant, wanted) for grant in actor.grants_for(AgentVerb.REGISTER))
    else:
        may_change(actor, right)
        far_enough = cover_of(actor).reaches(AgentVerb.REGISTER, right.pk, wanted)
    if not far_enough:
        text = _(
            "Your authorisation does not let you enter this right: it names other rights or other countries. Ask the "
            "principal to extend it."
        )
        raise Forbidden("not_authorised", text)


def take_in(actor: Actor, declaration: Declaration, right: IPRight) -> None:
    """Adds a right that an agent has entered to the authorisation that let them, unless one covers all rights."""
    if actor.grants is None:
        return
    wanted = territories_of(declaration)
    letting = [grant for grant in actor.grants_for(AgentVerb.REGISTER) if _reaches(grant, wanted)]
    if not letting:
        return
    under = next((grant for grant in letting if grant.all_rights), letting[0])
    (row,) = still_in_force([under.authorisation_id], right.created_at.date())
    if not under.all_rights:
        AuthorisedRight.objects.get_or_create(authorisation=row, right=right)


def may_change(actor: Actor, right: IPRight) -> None:
    """Raises NotFound for a right that an agent does not see, Forbidden for one that no grant lets them change.

    What is done to a right is done to it in every country where it holds: one grant must reach all of them.
    """
    if not actor.is_bound:
        return
    if not IPRight.objects.visible_to(actor).filter(pk=right.pk).exists():
        raise NotFound("right_not_found", _("There is no such right."))
    cover = cover_of(actor)
    if not cover.allows(AgentVerb.REGISTER, right.pk):
        raise Forbidden("not_authorised", _("Your authorisation lets you read this right, not change it."))
    if not cover.reaches(AgentVerb.REGISTER, right.pk, _countries_of(right)):
        text = _("This right also holds in countries that your authorisation does not name: you cannot change it.")
        raise Forbidden("not_authorised", text)


def may_use(actor: Actor, brand: Brand) -> None:
    """Raises Refused for a brand that an agent named and whose rights no grant covers."""
    if actor.is_bound and not Brand.objects.visible_to(actor).filter(pk=brand.pk).exists():
        text = _("Your authorisation does not cover this brand. Ask the principal to extend it.")
        raise Refused("brand_not_authorised", text, "brand")


def _countries_of(right: IPRight) -> set[str]:
    return {str(row.country) for row in right.territories.all()}


def _reaches(grant: Grant, countries: set[str]) -> bool:
    return not grant.territories or countries <= grant.territories
