"""What somebody wants single sign-on to be, and whether it can be: each refusal names the field and the cure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.utils.translation import gettext as _

from portal.accounts.models import Organisation, SignOn, SignOnDomain, fold_email
from portal.accounts.sso.groups import LONGEST_GROUP, order_for
from portal.accounts.sso.hosts import is_allowed
from portal.errors import Conflict, Refused

NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,38})[a-z0-9]")
DOMAIN: Final = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
CLAIM: Final = re.compile(r"[!-~]{1,200}")
# Words of the addresses beside which a sign-in name stands.
RESERVED: Final = frozenset({"go", "confirm", "links", "unlink", "try", "callback", "login", "admin", "desk-staff"})
MOST_GROUPS: Final = 200
MOST_DOMAINS: Final = 20
# Mailboxes that anybody can have: whoever named one would be asked for by strangers.
ANYBODYS: Final = frozenset({
    "126.com", "163.com", "aol.com", "fastmail.com", "free.fr", "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de",
    "gmx.net", "googlemail.com", "hotmail.co.uk", "hotmail.com", "hotmail.de", "hotmail.fr", "icloud.com",
    "laposte.net", "libero.it", "live.com", "mac.com", "mail.com", "mail.ru", "me.com", "msn.com", "naver.com",
    "orange.fr", "outlook.com", "outlook.de", "outlook.fr", "proton.me", "protonmail.com", "qq.com", "rediffmail.com",
    "seznam.cz", "sina.com", "t-online.de", "tutanota.com", "web.de", "wp.pl", "yahoo.co.jp", "yahoo.co.uk",
    "yahoo.com", "yahoo.de", "yahoo.fr", "yandex.com", "yandex.ru", "ymail.com", "zoho.com",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """The settings as somebody typed them; an empty secret keeps the one that is there."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    groups_claim: str = "groups"
    mapping: dict[str, str] = field(default_factory=dict)
    domains: tuple[str, ...] = ()


def check_plan(plan: Plan, *, organisation: Organisation | None, sign_on: SignOn | None) -> None:
    """Raises Refused for what cannot be used and Conflict for what somebody else has; reads the tables, writes none."""
    _check_name(plan.name)
    _check_issuer(plan.issuer)
    _check_client(plan, sign_on)
    _check_mapping(plan.mapping, staff=organisation is None)
    for domain in plan.domains:
        _check_domain(domain)
    if len(plan.domains) > MOST_DOMAINS:
        raise Refused("too_many_domains", _("Name at most 20 mail domains."), "domains")
    if organisation is not None:
        _check_domains_are_theirs(plan.domains, organisation)
    _check_free(plan, sign_on)


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name) or name in RESERVED:
        text = _("Use 3 to 40 small letters, digits and hyphens, such as tarnfell; some words are kept for the site.")
        raise Refused("name_form", text, "name")


def _check_issuer(issuer: str) -> None:
    if "/.well-known/" in issuer:
        text = _("Give the issuer itself, without what begins with /.well-known/.")
        raise Refused("issuer_is_document", text, "issuer")
    parts = urlsplit(issuer) if is_allowed(issuer) else None
    if parts is None or parts.query or parts.fragment or "?" in issuer or "#" in issuer:
        text = _("Give the provider’s address as it names itself: https, on the open internet, without ? and #.")
        raise Refused("issuer_form", text, "issuer")


def _check_client(plan: Plan, sign_on: SignOn | None) -> None:
    if not 1 <= len(plan.client_id) <= 255 or not plan.client_id.isprintable():
        raise Refused("client_id_form", _("Copy the client id from your provider."), "client_id")
    if len(plan.client_secret) > 1000:
        raise Refused("client_secret_form", _("Copy the client secret from your provider."), "client_secret")
    if not plan.client_secret and (sign_on is None or sign_on.issuer != plan.issuer):
        raise Refused("client_secret_missing", _("Copy the client secret from your provider."), "client_secret")
    if not CLAIM.fullmatch(plan.groups_claim):
        text = _("Name the claim as your provider writes it, without spaces, such as groups.")
        raise Refused("claim_form", text, "groups_claim")


def _check_mapping(mapping: dict[str, str], *, staff: bool) -> None:
    if not mapping:
        raise Refused("no_groups", _("Name at least one group; without one nobody gets a role."))
    if len(mapping) > MOST_GROUPS:
        raise Refused("too_many_groups", _("Name at most 200 groups."))
    for group, role in mapping.items():
        if role not in order_for(staff=staff):
            raise Refused("role_unknown", _("Choose a role from the list."))
        if not 0 < len(group) <= LONGEST_GROUP or not group.isprintable():
            raise Refused("group_form", _("Write each group as your provider names it, in one line."), f"groups_{role}")


def _check_domain(domain: str) -> None:
    if not DOMAIN.fullmatch(domain):
        raise Refused("domain_form", _("Write each domain in one line, such as tarnfell.example."), "domains")
    if domain in ANYBODYS:
        text = _("Anybody can have an address at %(domain)s, so it cannot lead to one company.") % {"domain": domain}
        raise Refused("domain_of_anybody", text, "domains")


def _check_domains_are_theirs(domains: Iterable[str], organisation: Organisation) -> None:
    """Somebody who runs the organisation must have shown to read a mailbox there."""
    runners = organisation.memberships.administrators().values("user")
    rows = EmailAddress.objects.filter(user__in=runners, verified=True).values_list("email", flat=True)
    theirs = {fold_email(email).rpartition("@")[2] for email in rows}
    for domain in domains:
        if domain not in theirs:
            text = _("No administrator of your organisation has a confirmed address at %(domain)s.")
            raise Refused("domain_not_yours", text % {"domain": domain}, "domains")


def _check_free(plan: Plan, sign_on: SignOn | None) -> None:
    own = sign_on.pk if sign_on else 0
    if SignOn.objects.filter(name=plan.name).exclude(pk=own).exists():
        raise Conflict("name_taken", _("This sign-in name is taken. Choose another."), "name")
    taken = SignOnDomain.objects.filter(domain__in=plan.domains).exclude(sign_on=own).order_by("domain").first()
    if taken is not None:
        text = _("%(domain)s leads to another company’s sign-in already. Your people can use the sign-in name.")
        raise Conflict("domain_taken", text % {"domain": taken.domain}, "domains")
