"""Who asks for a change in an organisation, read again under the lock: a lost role does not act, nor one at rest."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.accounts import rest
from portal.accounts.actors import Actor, ActorKind
from portal.accounts.models import Membership, Organisation, Role, User
from portal.errors import Forbidden, NotFound


def person(actor: Actor) -> User:
    """Gives who asks; raises Forbidden for staff, who belong to no organisation, and for whoever is not signed in."""
    if actor.is_staff:
        raise Forbidden("staff_account", _("Staff accounts do not belong to organisations."))
    if actor.kind != ActorKind.MEMBER or actor.user is None:
        raise Forbidden("sign_in", _("Sign in first."))
    return actor.user


def own_membership(actor: Actor) -> tuple[Organisation, Membership]:
    """Locks the organisation and reads the actor's membership again.

    Raises NotFound where there is none any more, Forbidden while it rests.
    """
    user = person(actor)
    organisation_id = actor.organisation.pk if actor.organisation else 0
    organisation = Organisation.objects.select_for_update().filter(pk=organisation_id).first()
    if organisation is None:
        raise NotFound("no_organisation", _("There is no such organisation."))
    own = organisation.memberships.active().select_related("user").filter(user=user).first()
    if own is None:
        raise NotFound("no_organisation", _("There is no such organisation."))
    rest.check_member(own)
    return organisation, own


def managed(actor: Actor) -> tuple[Organisation, Membership]:
    """The same for administrators; raises Forbidden for every other role."""
    organisation, own = own_membership(actor)
    if own.role != Role.ADMINISTRATOR:
        raise not_administrator()
    return organisation, own


def not_administrator() -> Forbidden:
    """What members of other roles are told."""
    return Forbidden("not_administrator", _("Only an administrator of the organisation may do this."))


def member_of(organisation: Organisation, membership_id: int) -> Membership:
    """Gives an active member of this organisation; raises NotFound alike for absent and foreign ones."""
    membership = (
        organisation.memberships.active().select_related("user", "organisation").filter(pk=membership_id).first()
    )
    if membership is None:
        raise NotFound("no_member", _("There is no such member."))
    return membership
