"""Letters of authorisation: an agency asks, the principal grants, refuses or ends; either side may end what is.

To change one is to end it and to grant another (`replaces`), so that what was in force on a day stays known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from brands.models import Authorisation, AuthorisationState, AuthorisedRight, IPRight
from brands.registers.territories import is_country
from brands.states import AUTHORISATION_STEPS
from portal.accounts import rest, standing
from portal.accounts.actors import Actor, ActorKind
from portal.accounts.grants import AgentVerb
from portal.accounts.inputs import plain_address
from portal.accounts.models import Membership, Organisation, OrganisationKind, Role
from portal.accounts.states import OrganisationState
from portal.errors import Conflict, Forbidden, NotFound, Refused
from portal.files.models import StoredFile
from portal.ledger.canonical import JSON
from portal.ledger.events import append, commit_text

LONGEST_YEARS = 3
ASKS_A_DAY = 20
REASON_LENGTH = 2000
S = AuthorisationState


@dataclass(frozen=True, slots=True)
class Terms:
    """What an agent may do: `verbs` of AgentVerb, ISO countries (none: wherever the rights hold), rights by public id
    (None: all, also later ones), first and last day in UTC.
    """

    verbs: tuple[str, ...]
    starts_on: date
    expires_on: date
    territories: tuple[str, ...] = ()
    rights: tuple[UUID, ...] | None = None


def ask(*, actor: Actor, principal: str, terms: Terms, letter: StoredFile | None, now: datetime) -> Authorisation:
    """Asks a principal, named by its public id or by the address of an administrator, for an authorisation.

    The answer is the same whether or not we know whom the agency means. Raises Refused, Forbidden or Conflict.
    """
    check_may_ask(actor)
    with transaction.atomic():
        agency = _locked_tenant(actor)
        named = _as_named(principal)
        standing.check(actor)
        _check_terms(terms, now)
        if letter is None or letter.organisation_id != agency.pk:
            raise Refused("letter_missing", _("Upload the letter of authorisation: the principal reads it."), "letter")
        _check_pace(agency, named, now)
        row = Authorisation.objects.create(
            **_columns(terms),
            agency=agency,
            organisation=_meant(named),
            asked_for=named,
            asked_by=actor.user,
            letter=letter,
            created_at=now,
        )
        tell(actor, row, "authorisation.asked", now)
    return row


def grant(
    *,
    actor: Actor,
    terms: Terms,
    now: datetime,
    asked: Authorisation | None = None,
    agency: Organisation | None = None,
    member: Membership | None = None,
    letter: StoredFile | None = None,
    replaces: Authorisation | None = None,
    version: int | None = None,
) -> Authorisation:
    """Lets an agency or a member with the role agent act for the actor's organisation; the door asked who it is again.

    Name one: what was `asked`, what it `replaces`, an `agency` or a `member`. Raises Refused, Forbidden, NotFound or
    Conflict; then nothing is granted, and what was to be replaced goes on.
    """
    with transaction.atomic():
        principal = _locked_tenant(actor)
        if principal.is_agency:
            raise Forbidden("agency_grants_nothing", _("An agency acts for others; it has nothing to grant."))
        standing.check(actor)
        _check_terms(terms, now)
        rights = _rights(actor, terms)
        if replaces is not None:
            old = end(actor=actor, authorisation=replaces, now=now, version=version)
            agency, member, letter = old.agency, old.member, letter or old.letter
        row = _asked(actor, asked, version) if asked is not None else _fresh(principal, agency, member, now)
        for name, value in _columns(terms).items():
            setattr(row, name, value)
        row.state, row.granted_at, row.granted_by = S.ACTIVE.value, now, actor.user
        row.letter = _own_letter(principal, letter) or row.letter
        row.save()
        _name_rights(row, rights)
        tell(actor, row, "authorisation.granted", now)
    return row


def refuse(
    *, actor: Actor, authorisation: Authorisation, reason: str, now: datetime, version: int | None = None
) -> Authorisation:
    """Refuses what an agency asked for, with a reason that the agency reads."""
    with transaction.atomic():
        _locked_tenant(actor)
        row = _stepped(actor, authorisation, "refuse", version)
        if row.organisation_id != _tenant_id(actor):
            raise Forbidden("not_yours_to_refuse", _("Only the principal refuses; you can take back what you asked."))
        if not reason.strip():
            raise Refused("reason_missing", _("Say why: the agency reads it."), "reason")
        _close(actor, row, S.REFUSED, reason, "authorisation.refused", now)
    return row


def end(
    *, actor: Actor, authorisation: Authorisation, now: datetime, reason: str = "", version: int | None = None
) -> Authorisation:
    """Ends it at once: the principal's administrator, the agency's or the agent (who give it up), or a senior with a
    reason. What was filed under it stays filed; drafts stay with the principal.
    """
    with transaction.atomic():
        row = _stepped(actor, authorisation, "end", version)
        _check_may_end(actor, row, reason)
        if row.is_over(now.date()):
            raise Conflict("over", _("This authorisation has ended by itself; nothing was changed."))
        _close(actor, row, S.ENDED, reason, "authorisation.ended", now)
    return row


def _close(actor: Actor, row: Authorisation, state: S, reason: str, event: str, now: datetime) -> None:
    row.state, row.reason, row.ended_at, row.ended_by = state.value, _text(reason), now, actor.user
    row.salt, digest = commit_text(row.reason)
    row.version += 1
    row.save(update_fields=["state", "reason", "ended_at", "ended_by", "salt", "version"])
    tell(actor, row, event, now, reason=digest)


def _text(reason: str) -> str:
    body = reason.replace("\x00", "").strip()
    if len(body) > REASON_LENGTH:
        raise Refused("too_long", _("Use at most %d characters.") % REASON_LENGTH, "reason")
    return body


# --- who may


def check_may_ask(actor: Actor) -> None:
    """Raises Forbidden unless this is an administrator of an agency, who does not rest; doors ask before they read."""
    rest.check(actor)
    if not actor.can_manage or actor.organisation is None:
        raise _not_administrator()
    if not actor.organisation.is_agency:
        raise Forbidden("not_an_agency", _("Only an agency asks for an authorisation."))


def _not_administrator() -> Forbidden:
    return Forbidden("not_administrator", _("Only an administrator of the organisation may do this."))


def _locked_tenant(actor: Actor) -> Organisation:
    """The organisation that the actor administers, locked. Raises Forbidden for everybody else, and while they rest."""
    rest.check(actor)
    if not actor.can_manage or actor.organisation is None:
        raise _not_administrator()
    return Organisation.objects.select_for_update().get(pk=actor.organisation.pk)


def _tenant_id(actor: Actor) -> int:
    return actor.organisation.pk if actor.organisation else 0


def _check_may_end(actor: Actor, row: Authorisation, reason: str) -> None:
    if actor.kind is ActorKind.SYSTEM:
        return
    rest.check(actor)
    if actor.is_staff:
        if not actor.has_staff_role("senior"):
            raise Forbidden("senior_needed", _("Only a senior reviewer ends an authorisation."))
        if not reason.strip():
            raise Refused("reason_missing", _("Say why: both sides read it."), "reason")
        return
    own = actor.user is not None and row.member is not None and row.member.user_id == actor.user.pk
    if not own and not (actor.can_manage and _tenant_id(actor) in {row.organisation_id, row.agency_id}):
        raise _not_administrator()


# --- the row


def _stepped(actor: Actor, wanted: Authorisation, verb: str, version: int | None) -> Authorisation:
    """The row, locked, if this actor may see it and the table has this step; nothing is changed yet."""
    rows = Authorisation.objects.select_for_update(of=("self",)).select_related("organisation", "agency", "member")
    seen = rows if actor.kind is ActorKind.SYSTEM else rows.visible_to(actor)
    row: Authorisation | None = seen.filter(pk=wanted.pk).first()
    if row is None:
        raise NotFound("authorisation_not_found", _("There is no such authorisation."))
    if (S(row.state), verb) not in AUTHORISATION_STEPS:
        text = _("This authorisation is “%(state)s” now; nothing was changed.")
        raise Conflict("wrong_state", text % {"state": row.get_state_display()})
    if version is not None and version != row.version:
        raise Conflict("moved_on", _("Somebody changed this since you opened it. Look at it again; nothing was saved."))
    return row


def _asked(actor: Actor, wanted: Authorisation, version: int | None) -> Authorisation:
    row = _stepped(actor, wanted, "grant", version)
    if row.organisation_id != _tenant_id(actor):
        raise Forbidden("not_yours_to_grant", _("Only the principal grants an authorisation."))
    row.version += 1
    return row


def _fresh(
    principal: Organisation, agency: Organisation | None, member: Membership | None, now: datetime
) -> Authorisation:
    if (agency is None) == (member is None):
        raise Refused("agent_missing", _("Say who is to act for you: one agency, or one member."), "agent")
    if agency is not None and not agency.is_agency:
        raise Refused("not_an_agency", _("This organisation is no agency: it cannot act for others."), "agent")
    if agency is not None and agency.state in {OrganisationState.REJECTED, OrganisationState.SUSPENDED}:
        raise Refused(
            "agency_not_verified", _("The desk has not verified this agency: it cannot act for you."), "agent"
        )
    if member is not None and not _is_agent(member, principal):
        raise Refused("not_an_agent", _("Give this member the role agent first."), "agent")
    return Authorisation(organisation=principal, agency=agency, member=member, created_at=now)


def _is_agent(member: Membership, principal: Organisation) -> bool:
    return member.organisation_id == principal.pk and member.is_active and member.role == Role.AGENT


def _own_letter(principal: Organisation, letter: StoredFile | None) -> StoredFile | None:
    if letter is not None and letter.organisation_id != principal.pk:
        raise NotFound("file_not_found", _("There is no such file."), "letter")
    return letter


def _columns(terms: Terms) -> dict[str, object]:
    return {
        "verbs": [verb.value for verb in AgentVerb if verb in terms.verbs],
        "territories": sorted(set(terms.territories)),
        "all_rights": terms.rights is None,
        "starts_on": terms.starts_on,
        "expires_on": terms.expires_on,
    }


# --- the terms


def _check_terms(terms: Terms, now: datetime) -> None:
    if set(terms.verbs) - set(AgentVerb):
        raise Refused("verb_unknown", _("Choose what the agent may do from the list."), "verbs")
    strange = [code for code in terms.territories if not is_country(code)]
    if strange:
        text = _("We know no country named %s. Use two-letter codes.")
        raise Refused("country_unknown", text % ", ".join(code[:40] for code in strange[:5]), "territories")
    if terms.starts_on < now.date():
        raise Refused("starts_in_the_past", _("It can begin today (UTC) at the earliest."), "starts_on")
    if terms.expires_on < terms.starts_on:
        raise Refused("ends_before_it_starts", _("The last day lies before the first."), "expires_on")
    if terms.expires_on > latest_end(terms.starts_on):
        text = _("An authorisation runs for at most %d years; it can be granted again.")
        raise Refused("too_long_a_life", text % LONGEST_YEARS, "expires_on")


def latest_end(starts_on: date) -> date:
    """The last day that an authorisation from `starts_on` may have: three years later, less a day."""
    try:
        return starts_on.replace(year=starts_on.year + LONGEST_YEARS) - timedelta(days=1)
    except ValueError:  # 29 February
        return starts_on.replace(year=starts_on.year + LONGEST_YEARS, day=28)


def _rights(actor: Actor, terms: Terms) -> list[IPRight]:
    if terms.rights is None:
        return []
    found = list(IPRight.objects.visible_to(actor).filter(public_id__in=terms.rights).order_by("id"))
    if len(found) != len(set(terms.rights)):
        raise Refused("right_unknown", _("There is no such right in your organisation."), "rights")
    if not found:
        raise Refused("rights_missing", _("Choose at least one right, or all of them."), "rights")
    return found


def _name_rights(row: Authorisation, rights: Iterable[IPRight]) -> None:
    AuthorisedRight.objects.bulk_create(AuthorisedRight(authorisation=row, right=right) for right in rights)


# --- asking


def _as_named(principal: str) -> str:
    """The principal as the agency named it: a public id or an address, in one spelling."""
    text = principal.strip()
    try:
        return str(UUID(text))
    except ValueError:
        pass
    try:
        return plain_address(text)
    except Refused:
        message = _("Give the principal's public id, or the address of one of its administrators.")
        raise Refused("principal_form", message, "principal") from None


def _meant(named: str) -> Organisation | None:
    """The rights holder that is meant: of this id, or the one that this person has administered for longest."""
    if "@" not in named:
        return Organisation.objects.filter(public_id=named, kind=OrganisationKind.RIGHTS_HOLDER).first()
    places = Membership.objects.administrators().filter(
        user__email=named, organisation__kind=OrganisationKind.RIGHTS_HOLDER
    )
    place = places.select_related("organisation").order_by("created_at", "id").first()
    return place.organisation if place else None


def _check_pace(agency: Organisation, named: str, now: datetime) -> None:
    mine = Authorisation.objects.filter(agency=agency).exclude(asked_for="")
    if mine.filter(created_at__gt=now - timedelta(days=1)).count() >= ASKS_A_DAY:
        raise Refused("too_many_asks", _("That was the last of %d requests for today. Go on tomorrow.") % ASKS_A_DAY)
    if mine.filter(asked_for=named, state=S.ASKED.value).exists():
        text = _("You have asked this principal already. Take that request back to ask for something else.")
        raise Conflict("already_asked", text, "principal")


# --- what is told


def tell(actor: Actor, row: Authorisation, kind: str, now: datetime, **more: JSON) -> None:
    """Appends to the chains of the principal and of the agency, each of which is told from its own event."""
    facts: dict[str, JSON] = {
        "authorisation": row.pk,
        "agency": row.agency_id,
        "member": row.member_id,
        "verbs": list[JSON](row.verbs),
        "territories": list[JSON](row.territories),
        "rights": None if row.all_rights else list[JSON](row.authorised_rights.values_list("right", flat=True)),
        "starts_on": row.starts_on.isoformat(),
        "expires_on": row.expires_on.isoformat(),
        **more,
    }
    for tenant in sorted(pk for pk in (row.organisation_id, row.agency_id) if pk):
        append(stream=("organisation", tenant), kind=kind, actor=actor, payload=facts, now=now)
