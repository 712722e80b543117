"""What each reviewer can take: skills, languages, how many at a time, whether they are away, from whom they step back.

A lead (a senior reviewer) sets it. Whoever is recused from an organisation does not see its cases: `visible_to`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints import errors
from complaints.models import Complaint, Recusal, ReviewerProfile
from complaints.querysets import ComplaintQuerySet
from complaints.states import Who
from complaints.steps import require
from portal.accounts.actors import Actor, staff_actor_for
from portal.accounts.models import Organisation, StaffRole, User
from portal.ledger import events
from portal.ledger.canonical import JSON

# How many cases a reviewer holds at a time where no lead says otherwise.
OPEN_CLAIMS = 5
MOST_CLAIMS = 50


def desk_people() -> QuerySet[User]:
    """Everybody who can review: active reviewers, seniors and superusers, with their place, by name."""
    reviews = Q(staff_role__in=[StaffRole.REVIEWER, StaffRole.SENIOR]) | Q(is_superuser=True)
    found = User.objects.filter(reviews, is_active=True).select_related("reviewer_profile")
    return found.order_by("name", "id")


def place_of(person: User) -> ReviewerProfile:
    """Gives what a lead has set for this person; an empty place, not saved, where nothing was."""
    kept: ReviewerProfile | None = getattr(person, "reviewer_profile", None)
    return kept or ReviewerProfile(user=person)


def cap_of(place: ReviewerProfile) -> int:
    return OPEN_CLAIMS if place.open_claims is None else place.open_claims


def held_by(user_ids: Collection[int], now: datetime) -> ComplaintQuerySet:
    """The cases whose lease runs in these hands."""
    found: ComplaintQuerySet = Complaint.objects.filter(claimed_by__in=user_ids, claim_until__gt=now)
    return found


def fits(place: ReviewerProfile, case: Complaint) -> bool:
    """Says whether the case asks for no skill and no language that the person lacks; no language named means any."""
    skilled = not case.skill or case.skill in place.skills
    return skilled and (not place.languages or not case.language or case.language in place.languages)


def lock_place(person: User) -> ReviewerProfile:
    """Locks the place of a person, so that two claims of theirs cannot both be the last that fits."""
    ReviewerProfile.objects.get_or_create(user=person)
    return ReviewerProfile.objects.select_for_update().get(user=person)


def check_room(person: User, now: datetime) -> ReviewerProfile:
    """Locks the place of a person and raises Conflict while they are away or hold as many cases as they may."""
    place = lock_place(person)
    if place.away_until is not None and place.away_until > now:
        raise _away(person, place.away_until)
    held = held_by([person.pk], now).count()
    if held >= cap_of(place):
        raise _at_cap(person, held)
    return place


def _away(person: User, until: datetime) -> errors.Conflict:
    text = _("%(name)s is away until %(when)s and takes no case. A lead can change that.")
    when = date_format(timezone.localtime(until), "j M Y, H:i")
    return errors.Conflict("away", text % {"name": person.get_short_name(), "when": when})


def _at_cap(person: User, held: int) -> errors.Conflict:
    text = ngettext(
        "%(name)s holds %(count)d case, which is the most that the lead allows. Finish or release it first.",
        "%(name)s holds %(count)d cases, which is the most that the lead allows. Finish or release one first.",
        held,
    )
    return errors.Conflict("at_cap", text % {"name": person.get_short_name(), "count": held})


def who_can_take(case: Complaint, now: datetime) -> list[User]:
    """Lists those to whom this case can be handed now: here, with room, skilled, and not recused from it."""
    count = Complaint.objects.filter(claimed_by=OuterRef("pk"), claim_until__gt=now).order_by().values("claimed_by")
    held = Coalesce(Subquery(count.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)
    recused = Recusal.objects.filter(ended_at__isnull=True, organisation__in=concerned(case))
    people = desk_people().exclude(pk__in=recused.values("user")).annotate(held_now=held)
    return [person for person in people if person.pk != case.claimed_by_id and _has_room(person, case, now)]


def _has_room(person: Any, case: Complaint, now: datetime) -> bool:
    place = place_of(person)
    here = place.away_until is None or place.away_until <= now
    return here and person.held_now < cap_of(place) and fits(place, case)


def concerned(case: Complaint) -> QuerySet[Organisation]:
    """The organisations that a case concerns: who complains, who filed for them, whose people hold what is reported."""
    reported = Q(memberships__is_active=True) & (
        Q(memberships__user__marketplace_accounts__offers__complaint_items__complaint=case.pk)
        | Q(memberships__user__marketplace_accounts__target__complaint_items__complaint=case.pk)
    )
    ours = Q(pk__in=[pk for pk in (case.organisation_id, case.agency_id) if pk])
    return Organisation.objects.filter(ours | Q(pk__in=Organisation.objects.filter(reported).values("pk")))


def sees(person: User, case: Complaint) -> bool:
    """Says whether a member of staff may see the case, which is whether they are not recused from it."""
    return Complaint.objects.visible_to(staff_actor_for(person)).filter(pk=case.pk).exists()


# --- what a lead sets


def find_person(user_id: int) -> User:
    person = desk_people().filter(pk=user_id).first()
    if person is None:
        raise errors.NotFound("not_found", _("There is no such reviewer."))
    return person


@transaction.atomic
def set_place(
    *,
    actor: Actor,
    user_id: int,
    skills: Iterable[str],
    languages: Iterable[str],
    open_claims: int | None,
    now: datetime,
) -> ReviewerProfile:
    """Says what a reviewer can take; None leaves the cap at the usual one. Raises Refused for words too long."""
    require(actor, Who.SENIOR)
    person = find_person(user_id)
    place = lock_place(person)
    place.skills, place.languages = _words(skills, "skills", 30), _words(languages, "languages", 10)
    if open_claims is not None and not 0 <= open_claims <= MOST_CLAIMS:
        raise errors.refused("cap", _("Between 0 and %d cases.") % MOST_CLAIMS, "open_claims")
    place.open_claims = open_claims
    place.save(update_fields=["skills", "languages", "open_claims"])
    _log(
        person,
        "reviewer.placed",
        actor,
        now,
        skills=list[JSON](place.skills),
        languages=list[JSON](place.languages),
        open_claims=open_claims,
    )
    return place


def _words(words: Iterable[str], field: str, longest: int) -> list[str]:
    """Trims and lowers the words, each once, in their order."""
    found = list(dict.fromkeys(word.strip().lower() for word in words if word.strip()))
    if any(len(word) > longest for word in found) or len(found) > 30:
        raise errors.refused("too_long", _("At most 30 words, each of at most %d letters.") % longest, field)
    return found


@transaction.atomic
def set_away(*, actor: Actor, user_id: int, until: datetime | None, now: datetime) -> ReviewerProfile:
    """Notes until when a reviewer is away, or with None that they are back. The desk returns their cases then.

    Raises Refused for a moment that has passed.
    """
    require(actor, Who.SENIOR)
    person = find_person(user_id)
    if until is not None and until <= now:
        raise errors.refused("in_the_past", _("Choose a moment that is still to come."), "away_until")
    place = lock_place(person)
    place.away_until = until
    place.save(update_fields=["away_until"])
    _log(person, "reviewer.away" if until else "reviewer.back", actor, now, until=until.isoformat() if until else "")
    return place


# --- recusals


@transaction.atomic
def recuse(*, actor: Actor, user_id: int, organisation_id: int, reason: str, now: datetime) -> Recusal:
    """Keeps a reviewer away from the cases of an organisation: a lead anybody, a reviewer themself.

    Raises Forbidden for who is neither, NotFound for strangers, Refused without a reason. Doing it twice changes
    nothing.
    """
    require(actor, Who.REVIEWER, Who.SENIOR)
    if actor.user is None or (actor.user.pk != user_id and not actor.has_staff_role(StaffRole.SENIOR)):
        raise errors.may_not()
    person = find_person(user_id)
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None:
        raise errors.NotFound("not_found", _("There is no such organisation."))
    why = _reason(reason)
    lock_place(person)
    standing = Recusal.objects.filter(user=person, organisation=organisation, ended_at__isnull=True).first()
    if standing is not None:
        return standing
    made = Recusal.objects.create(
        user=person, organisation=organisation, reason=why, created_by=actor.user, created_at=now
    )
    _log(person, "reviewer.recused", actor, now, recusal=made.pk, organisation=organisation.pk)
    return made


@transaction.atomic
def end_recusal(*, actor: Actor, recusal_id: int, reason: str, now: datetime) -> Recusal:
    """Lets a reviewer see these cases again; a lead does it, and never for themself. Raises Conflict when it ended."""
    require(actor, Who.SENIOR)
    row = Recusal.objects.select_for_update(of=("self",)).select_related("user").filter(pk=recusal_id).first()
    if row is None:
        raise errors.NotFound("not_found", _("There is no such recusal."))
    if actor.user is None or row.user_id == actor.user.pk:
        raise errors.Forbidden("own_recusal", _("Another lead must end your own recusal."))
    if row.ended_at is not None:
        raise errors.moved_on()
    row.ended_at, row.ended_by, row.end_reason = now, actor.user, _reason(reason)
    row.save(update_fields=["ended_at", "ended_by", "end_reason"])
    _log(row.user, "reviewer.recusal_ended", actor, now, recusal=row.pk, organisation=row.organisation_id)
    return row


def _reason(text: str) -> str:
    why = " ".join(text.replace("\x00", "").split())
    if not why:
        raise errors.refused("reason_missing", _("Give a reason; those who come later will read it."), "reason")
    if len(why) > 300:
        raise errors.refused("too_long", _("This has %(count)d characters; 300 fit.") % {"count": len(why)}, "reason")
    return why


def _log(person: User, kind: str, actor: Actor, now: datetime, **payload: JSON) -> None:
    stream = ("desk", f"reviewer:{person.pk}")
    events.append(stream=stream, kind=kind, actor=actor, payload={"reviewer": person.pk, **payload}, now=now)
