"""What is said to somebody whose organisation, or agency, the desk has suspended: they read, and nothing else."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.models import Organisation
from portal.errors import Forbidden

CODE = "organisation_suspended"


def check(actor: Actor) -> None:
    """Raises Forbidden while the organisation acted for, or the agency that acts, is suspended."""
    for each in (actor.organisation, actor.agency):
        if each is not None:
            check_organisation(each)


def check_organisation(organisation: Organisation) -> None:
    """Raises Forbidden while this organisation is suspended; also before it gives anybody new powers."""
    if organisation.is_suspended:
        text = _("%(name)s is suspended: you can read everything, and change and file nothing.")
        raise Forbidden(CODE, text % {"name": organisation.name})
