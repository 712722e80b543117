"""What the tests of single sign-on share: a company with its provider, and a browser that walks there and back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import Membership, Organisation, Role, SignOn, SignOnDomain, User
from tests.accounts.factories import PASSWORD, make_member, make_superuser, make_user, signed_in
from tests.accounts.sso.openid_provider import OpenIdProvider

CLIENT = "rights:desk"
SECRET = "s3cret+/ with % and : in it"
MAPPING = {
    "it-admins": Role.ADMINISTRATOR.value,
    "brand-team": Role.RIGHTS_OWNER.value,
    "outside-counsel": Role.AGENT.value,
    "everybody": Role.VIEWER.value,
}
STAFF_MAPPING = {"ts-leads": "senior", "ts-policy": "policy", "ts-review": "reviewer", "ts-audit": "auditor"}
DOMAIN = "tarnfell.example"
HOST = "http://testserver"


def make_sign_on(provider: OpenIdProvider, organisation: Organisation | None = None, **changes: Any) -> SignOn:
    """Sets up single sign-on as it stands once it was tried and switched on, with the client known to the provider."""
    by = changes.pop("created_by", None) or make_user()
    domains = changes.pop("domains", [DOMAIN])
    mapping = MAPPING if organisation is not None else STAFF_MAPPING
    values: dict[str, Any] = {
        "name": f"company-{SignOn.objects.count() + 1}",
        "client_id": CLIENT,
        "groups_claim": "groups",
    }
    values |= {"issuer": provider.issuer, "mapping": mapping, "is_on": True, "tried_at": timezone.now(), **changes}
    made = SignOn(organisation=organisation, created_by=by, **values)
    made.keep_secret(SECRET)
    made.save()
    for domain in domains:
        SignOnDomain.objects.create(sign_on=made, domain=domain)
    provider.register(made.client_id, SECRET, HOST + reverse("sso:callback", args=[made.public_id]))
    return made


def linked(user: User, sign_on: SignOn, subject: str = "p-1001") -> User:
    """Links an account as its owner would have done."""
    SocialAccount.objects.create(user=user, provider=sign_on.provider_id, uid=subject)
    return user


@dataclass
class Company:
    """An organisation with an administrator who has a password, its provider, and its single sign-on."""

    provider: OpenIdProvider
    administrator: Membership
    sign_on: SignOn

    @property
    def organisation(self) -> Organisation:
        return self.administrator.organisation

    def member(self, role: str = Role.RIGHTS_OWNER, subject: str = "p-1001", **fields: Any) -> Membership:
        """A member with a password whose account is linked."""
        made = make_member(self.organisation, role, user=make_user(**fields))
        linked(made.user, self.sign_on, subject)
        return made

    def role_of(self, email: str = "ida@tarnfell.example") -> str:
        """The role that this address has in the organisation today; "" for none."""
        row = self.organisation.memberships.active().filter(user__email=email).first()
        return row.role if row else ""


def make_company(provider: OpenIdProvider, **changes: Any) -> Company:
    administrator = make_member()
    sign_on = make_sign_on(provider, administrator.organisation, created_by=administrator.user, **changes)
    return Company(provider, administrator, sign_on)


def by_password(user: User) -> Walk:
    """A browser in which this person signed in with their password."""
    walk = Walk()
    walk.client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return walk


@dataclass
class Walk:
    """One browser: it asks the site through Django's client, and the provider over the wire."""

    client: Client = field(default_factory=Client)

    def link(self, text: str, *, path: str = "", **more: str) -> str:
        """Types a company and gives the link that the page shows."""
        return link_in(self.client.post(path or reverse("sso:find"), {"company": text, **more}))

    def leave(self, link: str) -> str:
        """Follows the link and gives the provider's address that it leads to."""
        answer = self.client.get(link)
        assert answer.status_code == 302, answer.content.decode()
        return str(answer["Location"])

    def at_provider(self, address: str) -> str:
        """Signs in there and gives the address of ours that the provider leads to."""
        answer = requests.get(address, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def back(self, address: str) -> Any:
        """Comes back as the provider said."""
        assert address.startswith(HOST), address
        return self.client.get(address.removeprefix(HOST))

    def go(self, link: str) -> Any:
        """There and back in one."""
        return self.back(self.at_provider(self.leave(link)))

    def sign_in(self, text: str, **more: str) -> Any:
        """The whole way from the page that asks for the company."""
        return self.go(self.link(text, **more))

    @property
    def user_id(self) -> str | None:
        found: str | None = self.client.session.get("_auth_user_id")
        return found


def link_in(answer: Any) -> str:
    """The link of a page that leads on to the provider."""
    [found] = re.findall(r'href="(/sign-in/go/[^"]+)"', answer.content.decode())
    return str(found)


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def confirm_address(email: str) -> None:
    """What the link in the mail does."""
    EmailAddress.objects.filter(email=email).update(verified=True)


def as_administrator(company: Company) -> Walk:
    return Walk(signed_in(Client(), company.administrator.user))


def as_superuser() -> Walk:
    return Walk(signed_in(Client(), make_superuser()))
