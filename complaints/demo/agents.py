"""Who acts for whom in the demo: the letters of authorisation, granted by the verbs, and what was filed under them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from brands import registry
from brands.models import Authorisation
from complaints.demo.accounts import LUMORA, TARNFELL, Cast, public_id
from complaints.demo.cases import file
from complaints.demo.open_cases import COPY, Desk, take
from complaints.demo.rights import sheet
from complaints.models import Complaint
from portal.accounts.actors import Actor, for_principal
from portal.accounts.grants import AgentVerb
from portal.accounts.models import Membership, Organisation
from portal.files import store
from portal.files.models import StoredFile

COUNTRIES = ("DE", "FR", "NL", "SE")
MAY = (AgentVerb.FILE.value, AgentVerb.ANSWER.value, AgentVerb.WITHDRAW.value)


def let_agent_act(people: Cast, now: datetime) -> Authorisation:
    """The owner lets the agent among the members do everything, in all countries, for two years."""
    member = Membership.objects.select_related("organisation").get(user=people.user("agent"), is_active=True)
    terms = _terms(now.date(), now.date() + timedelta(days=730), tuple(AgentVerb))
    return registry.grant_authorisation(actor=people.member("owner"), member=member, terms=terms, now=now)


def let_agency_act(desk: Desk) -> None:
    """The agency acts for two principals: with two rights in four countries for three weeks more, and with all rights.

    It asks the first one for more, and waits for the answer.
    """
    begun, people = desk.ago(days=40), desk.people
    agency = people.member("agency")
    rights = tuple(desk.rights[name].public_id for name in ("EM TARNFELL", "EM Three peaks"))
    soon = desk.now.date() + timedelta(days=21)
    narrow = registry.AuthorisationTerms(MAY, begun.date(), soon, COUNTRIES, rights)
    tenant = agency.organisation
    registry.grant_authorisation(actor=people.member("owner"), agency=tenant, terms=narrow, now=begun)
    wide = _terms(begun.date(), begun.date() + timedelta(days=365), tuple(AgentVerb))
    asked = _ask(agency, public_id(LUMORA), wide, begun - timedelta(days=1))
    registry.grant_authorisation(actor=people.member("outsider"), asked=asked, terms=wide, now=begun)
    more = _terms(desk.now.date(), desk.now.date() + timedelta(days=365), MAY)
    _ask(agency, public_id(TARNFELL), more, desk.ago(hours=30))


def let_agency_file(desk: Desk) -> list[Complaint]:
    """One complaint of the agency for each of its principals."""
    covered = [each for each in desk.stock.fresh if each.market in COUNTRIES]
    lines = take(covered, 2, desk.ago(hours=21))
    desk.stock.fresh[:] = [each for each in desk.stock.fresh if each.marketplace_id not in lines]
    theirs = take(desk.stock.fresh_lumora, 1, desk.ago(hours=21))
    return [
        file(acting(desk.people, name), desk.rights[right], "counterfeit", COPY, reported, desk.ago(hours=hours))
        for name, right, reported, hours in (
            (TARNFELL, "EM TARNFELL", lines, 20.1),
            (LUMORA, "EM LUMORA", theirs, 18.3),
        )
    ]


def acting(people: Cast, principal: str) -> Actor:
    """The agency's administrator as they act for this principal."""
    actor = for_principal(people.member("agency"), Organisation.objects.get(public_id=public_id(principal)))
    if actor is None:
        raise LookupError("The demo's agency has lost its authorisation.")
    return actor


def _ask(agency: Actor, principal: object, terms: registry.AuthorisationTerms, now: datetime) -> Authorisation:
    letter = _letter(agency, now)
    return registry.ask_authorisation(actor=agency, principal=str(principal), terms=terms, letter=letter, now=now)


def _letter(agency: Actor, now: datetime) -> StoredFile:
    upload = SimpleUploadedFile("letter.png", sheet("Letter of authorisation"), content_type="image/png")
    return store.accept(upload, actor=agency, organisation=agency.organisation, purpose="authorisation-letter", now=now)


def _terms(first: date, last: date, verbs: tuple[str, ...]) -> registry.AuthorisationTerms:
    return registry.AuthorisationTerms(verbs=verbs, starts_on=first, expires_on=last)
