"""Why somebody may not do this, in the words of the page that refuses them: a hold, a suspension, a missing
authorisation, a role; the first that holds is said, for it is the one that has to end.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.accounts import rest
from portal.accounts.actors import WORKING_ROLES, Actor
from portal.accounts.grants import AGENT_VERB_LABELS, AgentVerb


def not_this(actor: Actor, verb: AgentVerb) -> str:
    """Says why `actor.may(verb)` is no, and who can change it."""
    if actor.held_until is not None:
        return rest.words(actor.held_until, approved=actor.held_approved)
    if actor.is_suspended:
        return _("The desk has suspended the organisation. Until that ends it can only be read.")
    if actor.is_bound and actor.role in WORKING_ROLES:
        return _of_agent(actor, verb)
    return _("Your role reads here and changes nothing. An administrator of your organisation can give you another.")


def not_administrator() -> str:
    """Says who may change what only an administrator may."""
    return _("Only an administrator of the organisation may do this.")


def _of_agent(actor: Actor, verb: AgentVerb) -> str:
    """An agent asks whoever grants: the principal of an agency, or the administrators of the same organisation."""
    name = actor.organisation.name if actor.organisation is not None else ""
    if actor.agency is not None:
        text = _("Your authorisation does not include “%(verb)s”. Ask the principal, %(name)s, to extend it.")
    else:
        text = _("Your authorisation does not include “%(verb)s”. Ask an administrator of %(name)s to extend it.")
    return text % {"verb": AGENT_VERB_LABELS[verb], "name": name}
