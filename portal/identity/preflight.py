"""What an organisation still has to give before the desk can look at it, each with the field and the cure."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.accounts.models import Organisation, OrganisationForm
from portal.errors import Refused
from portal.identity.models import DocumentKind, IdentityDocument

NEEDED = {
    OrganisationForm.ENTERPRISE.value: DocumentKind.COMPANY_EXTRACT,
    OrganisationForm.INDIVIDUAL.value: DocumentKind.IDENTITY_CARD,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is missing: a stable code, the field, and the cure."""

    code: str
    field: str
    message: str


class Incomplete(Refused):
    """It cannot go to the desk yet; `problems` names every field, `field` and `message` the first and all."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("incomplete", " ".join(problem.message for problem in problems), problems[0].field)
        self.problems = tuple(problems)


def problems_of(organisation: Organisation) -> list[Problem]:
    """Everything that is missing; an empty list means that it can be sent."""
    found = []
    if organisation.form == OrganisationForm.ENTERPRISE and not organisation.company_number:
        text = _("Give the number under which the company register has it.")
        found.append(Problem("company_number_missing", "company_number", text))
    if not organisation.register_contact:
        text = _("Give an address that we can write to when your administrators cannot be reached.")
        found.append(Problem("register_contact_missing", "register_contact", text))
    needed = NEEDED[organisation.form]
    if not IdentityDocument.objects.of_organisation().there().filter(organisation=organisation, kind=needed).exists():
        text = _("Add the document: %(kind)s.") % {"kind": needed.label}
        found.append(Problem("document_missing", "file", text))
    return found
