"""Who the organisations of the demo are: verified ones, one that waits at the desk, one rejected, one lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from complaints.demo.accounts import APPLICANT, KESTREL, LUMORA, QUILLON, SAMPLES, TARNFELL, Cast, make_organisation
from complaints.demo.rights import sheet
from portal.accounts.actors import Actor, ActorKind, member_actor_for
from portal.accounts.models import Membership, Organisation, OrganisationKind
from portal.identity import applying, deciding, recovering
from portal.identity.checklist import NO, YES, points_for
from portal.identity.models import DocumentKind
from portal.identity.reach import change_reach

OUTDATED = (
    "The extract is two years old and names a director who does not ask here. Send one of the last six months, and a "
    "power of attorney for the person who set up the account."
)
LOST = "Nobody can sign in to the account that runs it any more. We look after these samples now."


@dataclass(frozen=True, slots=True)
class Identity:
    """What one organisation declares: its company number, a contact that is nobody's own, and where it is reached."""

    number: str
    contact: str
    address: str = ""
    phone: str = ""


IDENTITIES: Mapping[str, Identity] = {
    TARNFELL: Identity("559901-4417", "register@tarnfell.test", "Fjällgatan 14\n903 27 Umeå", "+46 90 555 01 44"),
    LUMORA: Identity("901 442 817", "depots@lumora.test"),
    SAMPLES: Identity("DEMO-0001", "samples@demo.test"),
    KESTREL: Identity("994417", "office@kestrel.test"),
    QUILLON: Identity("09941188", "office@quillon.test"),
    APPLICANT: Identity("559917-2206", "post@bergvall.test"),
}


def verify(people: Cast, made: Mapping[str, Organisation], now: datetime) -> None:
    """The organisations that were there first send their documents, and the desk verifies them the same day."""
    for name, by in ((TARNFELL, "owner"), (LUMORA, "outsider"), (SAMPLES, "register"), (KESTREL, "agency")):
        _send(_administrator(people, by, made[name]), made[name], now)
        answers = {point.code: YES for point in points_for(made[name].form)}
        deciding.approve(
            actor=people.staff("reviewer"), organisation=made[name], checklist=answers, now=now + timedelta(hours=7)
        )


def make_applicants(people: Cast, now: datetime) -> None:
    """One organisation could not be verified, one waits since yesterday; and somebody asks for one that is lost."""
    refused = _found(people, QUILLON, "GB", now - timedelta(days=12))
    _send(_administrator(people, "applicant", refused), refused, now - timedelta(days=11))
    answers = {point.code: YES for point in points_for(refused.form)} | {"document_current": NO, "person_may_act": NO}
    deciding.reject(
        actor=people.staff("reviewer"),
        organisation=refused,
        checklist=answers,
        reason=OUTDATED,
        now=now - timedelta(days=10),
    )
    waiting = _found(people, APPLICANT, "SE", now - timedelta(days=2))
    _send(_administrator(people, "applicant", waiting), waiting, now - timedelta(hours=26))
    _ask_for_the_lost_one(people, now - timedelta(hours=9))


def _found(people: Cast, name: str, country: str, now: datetime) -> Organisation:
    return make_organisation(people.user("applicant"), name, country, OrganisationKind.RIGHTS_HOLDER.value, now)


def _administrator(people: Cast, by: str, organisation: Organisation) -> Actor:
    rows = Membership.objects.select_related("organisation", "user")
    return member_actor_for(rows.get(user=people.user(by), organisation=organisation))


def _send(actor: Actor, organisation: Organisation, now: datetime) -> None:
    known = IDENTITIES[organisation.name]
    applying.describe(
        actor=actor,
        organisation=organisation,
        now=now,
        company_number=known.number,
        register_contact=known.contact,
    )
    change_reach(actor=actor, organisation=organisation, now=now, postal_address=known.address, phone=known.phone)
    text = f"Extract of the company register\n\n{organisation.name}\n{known.number}"
    applying.add_document(
        actor=actor,
        organisation=organisation,
        kind=DocumentKind.COMPANY_EXTRACT.value,
        upload=_paper("extract.png", text),
        now=now,
    )
    applying.submit(actor=actor, organisation=organisation, now=now + timedelta(minutes=12))


def _ask_for_the_lost_one(people: Cast, now: datetime) -> None:
    lost = Organisation.objects.get(name=SAMPLES)
    uploads = {
        DocumentKind.IDENTITY_CARD.value: _paper("card.png", "Identity card\n\nof who asks"),
        DocumentKind.POWER_OF_ATTORNEY.value: _paper("power.png", "Power of attorney\n\nfor the register samples"),
    }
    asker = Actor(kind=ActorKind.MEMBER, user=people.user("applicant"))
    recovering.ask(actor=asker, plea=recovering.Plea(lost.public_id, LOST, uploads), now=now)


def _paper(name: str, text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, sheet(text), content_type="image/png")
