"""What an organisation still has to give before the desk can look at it, each with the field and the cure."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.accounts.models import Organisation, OrganisationForm, fold_email
from portal.errors import Refused
from portal.identity.models import DocumentKind, IdentityDocument

OWN_CONTACT = "register_contact_own"
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


def is_one_persons(organisation: Organisation, address: str, form: str) -> bool:
    """Whether this contact of an enterprise is the address of one of its administrators: lost with that account.

    An individual is one person, whose own address is the right one.
    """
    if form != OrganisationForm.ENTERPRISE or not address:
        return False
    theirs = organisation.memberships.administrators().values_list("user__email", flat=True)
    return fold_email(address) in {fold_email(email) for email in theirs}


def own_contact() -> str:
    """What an enterprise is told that names an administrator's own address."""
    return _(
        "This is an administrator’s own address: whoever loses that account could not be reached here either. Give one "
        "that is not one person's alone, such as legal@ or office@."
    )


def problems_of(organisation: Organisation) -> list[Problem]:
    """Everything that is missing; an empty list means that it can be sent."""
    found = []
    if organisation.form == OrganisationForm.ENTERPRISE and not organisation.company_number:
        text = _("Give the number under which the company register has it.")
        found.append(Problem("company_number_missing", "company_number", text))
    if not organisation.register_contact:
        text = _("Give an address that we can write to when your administrators cannot be reached.")
        found.append(Problem("register_contact_missing", "register_contact", text))
    elif is_one_persons(organisation, organisation.register_contact, organisation.form):
        found.append(Problem(OWN_CONTACT, "register_contact", own_contact()))
    needed = NEEDED[organisation.form]
    if not IdentityDocument.objects.of_organisation().there().filter(organisation=organisation, kind=needed).exists():
        text = _("Add the document: %(kind)s.") % {"kind": needed.label}
        found.append(Problem("document_missing", "file", text))
    return found
