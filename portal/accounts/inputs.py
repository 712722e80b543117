"""What may be written into a name, an address or a role; each refusal names the field and the cure."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from portal.accounts.models import OrganisationKind, Role, fold_email
from portal.errors import Refused


def plain_address(email: str) -> str:
    """Gives the address folded; raises Refused for no address and for letters that look like others."""
    address = fold_email(email)
    try:
        validate_email(address)
    except ValidationError:
        raise Refused("email_form", _("Write one address, such as name@example.com."), "email") from None
    # The validator ignores case, and so takes ı, ſ and the Kelvin sign for letters of a mailbox name.
    plain = address.rpartition("@")[0].isascii() and unicodedata.normalize("NFKC", address).lower() == address
    if len(address) > 254 or not plain:
        raise Refused("email_letters", _("Write the address with plain small letters."), "email")
    return address


def check_organisation(name: str, country: str, kind: str) -> None:
    """Raises Refused for a name, country or kind that no organisation can have."""
    if not 2 <= len(name) <= 160 or not all(letter.isprintable() for letter in name):
        raise Refused("name_length", _("Write the organisation’s name, 2 to 160 letters."), "name")
    if country not in countries:
        raise Refused("country_unknown", _("Choose a country from the list."), "country")
    if kind not in OrganisationKind.values:
        raise Refused("kind_unknown", _("Choose what the organisation is."), "kind")


def check_role(role: str) -> None:
    """Raises Refused for what is no role."""
    if role not in Role.values:
        raise Refused("role_unknown", _("Choose a role from the list."), "role")
