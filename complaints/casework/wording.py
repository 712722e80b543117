"""The texts that reviewers start from: kept by policy and seniors, with gaps that are known by name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import errors, fill_ins
from complaints.models import DeskTemplate
from complaints.reasons import Ground
from complaints.steps import need_text
from portal.accounts import rest
from portal.accounts.actors import Actor
from portal.accounts.models import User
from portal.ledger import events
from portal.ledger.canonical import JSON

COLUMNS = ("name", "use", "ground", "language", "text", "is_active")


def keeper(actor: Actor) -> User:
    """Returns who may keep templates: policy and seniors. Raises Forbidden for everybody else."""
    rest.check(actor)
    if actor.user is None or not actor.has_staff_role("policy", "senior"):
        raise errors.may_not()
    return actor.user


@transaction.atomic
def save_template(*, actor: Actor, now: datetime, template_id: int | None = None, **fields: Any) -> DeskTemplate:
    """Makes a template, or changes the one of this id; `fields` are any of COLUMNS.

    Raises Refused for a gap that nothing fills, NotFound for a template that is not there.
    """
    person = keeper(actor)
    if set(fields) - set(COLUMNS):
        raise TypeError(f"not fields of a template: {sorted(set(fields) - set(COLUMNS))}")
    template = DeskTemplate(language="en") if template_id is None else _lock(template_id)
    for name, value in fields.items():
        setattr(template, name, value)
    _check(template)
    template.updated_by, template.updated_at = person, now
    template.save()
    payload: dict[str, JSON] = {"use": template.use, "ground": template.ground, "is_active": template.is_active}
    events.append(stream=("desk_template", template.pk), kind="template.saved", actor=actor, payload=payload, now=now)
    return template


def _lock(template_id: int) -> DeskTemplate:
    found = DeskTemplate.objects.select_for_update().filter(pk=template_id).first()
    if found is None:
        raise errors.NotFound("not_found", _("There is no such template."))
    return found


def _check(template: DeskTemplate) -> None:
    template.name = template.name.strip()
    if not template.name:
        raise errors.refused("name_missing", _("Give it a name that reviewers find it by."), "name")
    if template.use not in DeskTemplate.Use.values:
        raise errors.refused("use_unknown", _("Choose what it is used for."), "use")
    if template.ground and template.ground not in set(Ground):
        raise errors.refused("ground_unknown", _("There is no such ground."), "ground")
    template.text = need_text(template.text)
    strange = fill_ins.unknown(template.text)
    if strange:
        text = _("%(gaps)s: nothing fills this. These are known: %(known)s.")
        known = ", ".join(f"{{{name}}}" for name in fill_ins.FILL_INS)
        raise errors.refused("fill_in_unknown", text % {"gaps": ", ".join(strange), "known": known}, "text")
