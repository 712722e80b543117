"""The second right on one mark: the database refuses it, and this says which one is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext as _

from brands.declaration import Declaration
from brands.errors import AlreadyRegistered
from brands.models import IPRight, RegisterRecord, RightKind
from brands.registers.madrid import international_number
from brands.writing.filling import number_of
from portal.accounts.actors import Actor
from portal.accounts.models import Organisation

NOTHING = Q(pk__in=[])


@contextmanager
def once(
    organisation: Organisation, declaration: Declaration, right: IPRight | None = None, *, actor: Actor
) -> Iterator[None]:
    """Turns the database's refusal of a second right on one mark into words that lead to the first."""
    try:
        yield
    except IntegrityError as error:
        found, field = twin(organisation, declaration, right)
        if found is None:
            raise
        raise already(found, field, actor) from error


def already(found: IPRight, field: str, actor: Actor) -> AlreadyRegistered:
    """The refusal that leads to the right that is there; it does not name one that an agent may not see."""
    if not IPRight.objects.visible_to(actor).filter(pk=found.pk).exists():
        text = _("Your principal has a right with these numbers already, which your authorisation does not cover.")
        return AlreadyRegistered(text, field)
    text = _("Your organisation has this right already: %(right)s.")
    if found.is_mark:
        text = _("Your organisation has this mark already: %(right)s.")
    return AlreadyRegistered(text % {"right": found}, field, found)


def twin(
    organisation: Organisation, declaration: Declaration, right: IPRight | None = None
) -> tuple[IPRight | None, str]:
    """The organisation's other right with one of the declared numbers, and the field of that number."""
    ours = IPRight.objects.filter(organisation=organisation, office=declaration.office, kind=declaration.kind)
    ours = ours.exclude(pk=right.pk if right else None).select_related("family")
    for field, question in _questions(declaration):
        found = ours.filter(question).order_by("id").first()
        if found is not None:
            return found, field
    return None, ""


def _questions(declaration: Declaration) -> list[tuple[str, Q]]:
    application, registration = (number_of(declaration, kind) for kind in ("application", "registration"))
    international = international_number(declaration.international_number)
    asked = [
        ("registration_number", Q(registration_number=registration) if registration else NOTHING),
        (
            "application_number",
            Q(application_number=application or registration) if application or registration else NOTHING,
        ),
        ("international_number", Q(international_number=international) if international else NOTHING),
    ]
    if declaration.kind == RightKind.TRADEMARK and (application or registration):
        numbers = {"application": application, "registration": registration}
        record = RegisterRecord.objects.of_mark(declaration.office, **numbers)
        asked.append(("registration_number", Q(record__in=record[:1])))
    return asked
