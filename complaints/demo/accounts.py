"""Who is in the demo: accounts with known passwords and second factors, their organisations, one API key."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from cryptography.fernet import InvalidToken
from django.contrib.auth.hashers import make_password
from django.utils.crypto import salted_hmac

from portal.accounts import tenants
from portal.accounts.actors import Actor, ActorKind, member_actor_for, staff_actor_for
from portal.accounts.invitations import token_for
from portal.accounts.models import Membership, Organisation, OrganisationKind, Role, StaffRole, User
from portal.api import keys
from portal.api.models import ApiKey, Scope
from portal.ledger import events
from portal.ledger.canonical import JSON

PASSWORD = "rightsdesk-demo-2026"  # noqa: S105 - known on purpose: the demo runs in development only
KEY_NAME = "Demo key"
TARNFELL, LUMORA, SAMPLES = "Tarnfell Outdoor AB", "Lumora Skin SAS", "Register samples (demo)"
QUILLON, APPLICANT = "Quillon Audio Ltd", "Bergvall Keramik AB"
KESTREL = "Kestrel IP Services Ltd"
SAMPLES_EMAIL = "register@demo.test"


@dataclass(frozen=True, slots=True)
class Person:
    """One demo account; `door` is the page where its day begins."""

    email: str
    name: str
    time_zone: str
    role: str
    organisation: str = ""
    door: str = "/complaints/dashboard/"
    staff_role: str = ""
    superuser: bool = False

    @property
    def is_staff(self) -> bool:
        return bool(self.staff_role) or self.superuser

    @property
    def totp_secret(self) -> str:
        """The fixed secret of staff, 32 letters of base32; "" for everybody else."""
        seed = hashlib.sha1(f"rightsdesk demo {self.email}".encode(), usedforsecurity=False).digest()
        return base64.b32encode(seed).decode() if self.is_staff else ""


def _staff(email: str, name: str, zone: str, role: StaffRole, door: str = "/admin/") -> Person:
    return Person(email, name, zone, role.value, "", door, staff_role=role.value)


DESK = "/admin/complaints/complaint/desk/"
PEOPLE = (
    Person("owner@demo.test", "Owner Demo", "Europe/Stockholm", Role.ADMINISTRATOR.value, TARNFELL),
    Person("agent@demo.test", "Agent Demo", "Europe/Berlin", Role.AGENT.value, TARNFELL),
    Person("viewer@demo.test", "Viewer Demo", "Europe/Stockholm", Role.VIEWER.value, TARNFELL),
    Person("outsider@demo.test", "Outsider Demo", "Europe/Paris", Role.ADMINISTRATOR.value, LUMORA),
    _staff("reviewer@demo.test", "Reviewer Demo", "Europe/Dublin", StaffRole.REVIEWER, DESK),
    _staff("senior@demo.test", "Senior Demo", "Europe/Amsterdam", StaffRole.SENIOR, DESK),
    _staff("policy@demo.test", "Policy Demo", "Europe/Rome", StaffRole.POLICY),
    _staff("auditor@demo.test", "Auditor Demo", "Europe/Helsinki", StaffRole.AUDITOR),
    Person("admin@demo.test", "Admin Demo", "UTC", "superuser", "", "/admin/", superuser=True),
    Person("seller@demo.test", "Seller Demo", "Europe/Berlin", "holder of @peakdeals_77", "", "/decisions/"),
    Person(
        "applicant@demo.test",
        "Applicant Demo",
        "Europe/London",
        Role.ADMINISTRATOR.value,
        QUILLON,
        "/organisations/identity/",
    ),
    Person("agency@demo.test", "Agency Demo", "Europe/Dublin", Role.ADMINISTRATOR.value, KESTREL, "/principals/"),
    Person("partner@demo.test", "Partner Demo", "Europe/Oslo", Role.ADMINISTRATOR.value, TARNFELL),
    Person("deputy@demo.test", "Deputy Demo", "Europe/Oslo", f"{Role.ADMINISTRATOR.value}, on hold", TARNFELL),
)


@dataclass(frozen=True, slots=True)
class Cast:
    """The demo's accounts by the first part of their address, ready to act."""

    users: Mapping[str, User]

    def user(self, name: str) -> User:
        return self.users[name]

    def member(self, name: str) -> Actor:
        """The actor of somebody who belongs to an organisation."""
        rows = Membership.objects.select_related("organisation", "user")
        return member_actor_for(rows.get(user=self.users[name], is_active=True))

    def staff(self, name: str) -> Actor:
        return staff_actor_for(self.users[name])


def public_id(name: str) -> UUID:
    """The fixed public id of a demo organisation, by which a second run knows the first."""
    return uuid5(NAMESPACE_URL, f"rightsdesk-demo:{name}")


def is_here() -> bool:
    """Says whether the demo is in this database; it goes in whole or not at all."""
    return Organisation.objects.filter(public_id=public_id(TARNFELL)).exists()


def cast() -> Cast:
    """Reads the accounts that are there."""
    wanted = [*(person.email for person in PEOPLE), SAMPLES_EMAIL]
    return Cast({user.email.split("@")[0]: user for user in User.objects.filter(email__in=wanted)})


def make_people(joined: datetime) -> Cast:
    """Makes the accounts that are missing, with verified addresses and, for staff, the second factor."""
    kept = set(User.objects.values_list("email", flat=True).filter(email__endswith="@demo.test"))
    encoded = make_password(PASSWORD)  # once: hashing is slow by design
    for person in PEOPLE:
        if person.email not in kept:
            _make(person, encoded, joined)
    if SAMPLES_EMAIL not in kept:
        _make(Person(SAMPLES_EMAIL, "Register samples", "UTC", ""), make_password(None), joined)
    return cast()


def _make(person: Person, encoded: str, joined: datetime) -> User:
    user = User(
        email=person.email,
        name=person.name,
        time_zone=person.time_zone,
        staff_role=person.staff_role,
        is_superuser=person.superuser,
        password=encoded,
        date_joined=joined,
    )
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def give_second_factors() -> None:
    """Makes the printed secret the one that counts, also after the site's key has changed."""
    rows = {row.user.email: row for row in _authenticators()}
    users = User.objects.filter(email__in=[person.email for person in PEOPLE if person.is_staff])
    by_email = {user.email: user for user in users}
    for person in PEOPLE:
        if not person.is_staff or person.email not in by_email or _holds(rows.get(person.email), person.totp_secret):
            continue
        Authenticator.objects.filter(user=by_email[person.email], type=Authenticator.Type.TOTP).delete()
        TOTP.activate(by_email[person.email], person.totp_secret)


def _authenticators() -> list[Authenticator]:
    emails = [person.email for person in PEOPLE]
    rows = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__email__in=emails)
    return list(rows.select_related("user"))


def _holds(row: Authenticator | None, secret: str) -> bool:
    try:
        return row is not None and decrypt(row.data["secret"]) == secret
    except InvalidToken:
        return False


def make_organisations(people: Cast, now: datetime) -> dict[str, Organisation]:
    """Makes three rights holders and an agency, and invites and joins the members of the first."""
    holder = OrganisationKind.RIGHTS_HOLDER.value
    made = {
        name: make_organisation(people.user(by), name, country, kind, now)
        for name, by, country, kind in (
            (TARNFELL, "owner", "SE", holder),
            (LUMORA, "outsider", "FR", holder),
            (SAMPLES, "register", "US", holder),
            (KESTREL, "agency", "IE", OrganisationKind.AGENCY.value),
        )
    }
    for name, role in (("agent", Role.AGENT), ("viewer", Role.VIEWER)):
        invitation = tenants.invite(
            actor=people.member("owner"), email=people.user(name).email, role=role.value, now=now + timedelta(hours=1)
        )
        guest = Actor(kind=ActorKind.MEMBER, user=people.user(name))
        tenants.accept_invitation(actor=guest, token=token_for(invitation.public_id), now=now + timedelta(hours=5))
    return made


def make_organisation(by: User, name: str, country: str, kind: str, now: datetime) -> Organisation:
    """Makes an organisation that a second run knows again by its public id."""
    founder = Actor(kind=ActorKind.MEMBER, user=by)
    made = tenants.create_organisation(actor=founder, name=name, country=country, kind=kind, now=now)
    made.public_id = public_id(name)
    made.save(update_fields=["public_id"])
    return made


def api_key() -> str:
    """The secret of the demo's API key: made from the site's key, so that every run prints the same."""
    mac = salted_hmac("rightsdesk.demo.key", TARNFELL, algorithm="sha256").digest()
    prefix = "demo" + base64.b32encode(mac).decode()[:4].lower()
    tail = salted_hmac("rightsdesk.demo.secret", TARNFELL, algorithm="sha256").digest()
    return f"rdk_{prefix}_{base64.urlsafe_b64encode(tail).rstrip(b'=').decode()}"


def ensure_api_key(owner: Actor, now: datetime) -> str:
    """Gives the demo's key, with all scopes; makes it when this site's key made none yet."""
    secret = api_key()
    prefix = secret.split("_")[1]
    if ApiKey.objects.filter(prefix=prefix).exists():
        return secret
    scopes, (organisation, user) = sorted(Scope.values), _both(owner)
    key = ApiKey.objects.create(
        prefix=prefix,
        key_hash=keys.digest(secret),
        organisation=organisation,
        created_by=user,
        name=KEY_NAME,
        scopes=scopes,
        created_at=now,
    )
    payload: dict[str, JSON] = {"key": key.pk, "prefix": prefix, "scopes": list[JSON](scopes)}
    events.append(stream=("organisation", organisation.pk), kind="key.issued", actor=owner, payload=payload, now=now)
    return secret


def _both(actor: Actor) -> tuple[Organisation, User]:
    if actor.organisation is None or actor.user is None:
        raise LookupError("The demo's owner has lost their organisation.")
    return actor.organisation, actor.user
