"""Who works on what: take the next case, claim, extend, hand over, release, and return what nobody works on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from complaints import errors
from complaints.casework import places
from complaints.casework.desk import lock_claimed, reviewer
from complaints.models import Complaint, Recusal, ReviewerProfile
from complaints.rules.clocks import LEASE
from complaints.states import WITH_DESK, Who
from complaints.steps import lock, log, need_text, require, settle
from portal.accounts.actors import SYSTEM, Actor, staff_actor_for
from portal.accounts.models import StaffRole, User


@transaction.atomic
def claim(*, actor: Actor, complaint_id: int, now: datetime) -> Complaint:
    """Takes a case for an hour; the holder starts the hour anew.

    Raises Conflict when another reviewer holds it, when it is closed, and while the actor is away or holds as many as
    they may.
    """
    person = reviewer(actor)
    complaint = lock(actor, complaint_id)
    if complaint.state not in WITH_DESK:
        raise errors.step_refused("claim", str(complaint.shown.label))
    if complaint.held_by(person.pk, now):
        settle(complaint, now, claimed_by=person, claim_until=now + LEASE)
        return complaint
    if complaint.is_claimed(now):
        raise errors.not_claimed(complaint.claimed_by.get_short_name() if complaint.claimed_by else "")
    places.check_room(person, now)
    settle(complaint, now, claimed_by=person, claim_until=now + LEASE)
    log(complaint, "complaint.claimed", actor, now)
    return complaint


@transaction.atomic
def claim_next(*, actor: Actor, now: datetime) -> Complaint | None:
    """Claims the first free case that the actor can take; None when nothing waits for them.

    It skips what asks for another skill or language, and on PostgreSQL what somebody else is taking this moment.
    Raises Conflict as `claim` does.
    """
    place = places.check_room(reviewer(actor), now)
    free = Complaint.objects.visible_to(actor).claimable(now).filter(skill__in=["", *place.skills])
    if place.languages:
        free = free.filter(language__in=["", *place.languages])
    first = free.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True).first()
    return None if first is None else claim(actor=actor, complaint_id=first, now=now)


@transaction.atomic
def extend(*, actor: Actor, complaint_id: int, now: datetime) -> Complaint:
    """Starts the hour anew for a case that the actor holds."""
    complaint = lock_claimed(actor, complaint_id, now)
    settle(complaint, now, claim_until=now + LEASE)
    log(complaint, "complaint.extended", actor, now)
    return complaint


@transaction.atomic
def release(*, actor: Actor, complaint_id: int, now: datetime) -> Complaint:
    """Gives a case back to the queue."""
    complaint = lock_claimed(actor, complaint_id, now)
    return _give_back(complaint, actor, now, "complaint.released")


@transaction.atomic
def hand_over(*, actor: Actor, complaint_id: int, to_id: int, note: str, now: datetime) -> Complaint:
    """Gives a case to a named colleague for an hour, with an internal note; a lead also what is not theirs.

    Raises Conflict when the actor does not hold it, or when the colleague is away, has no room or lacks the skill or
    language; NotFound for who does not review or is recused from it; Refused without a note.
    """
    if actor.has_staff_role(StaffRole.SENIOR):
        require(actor, Who.SENIOR)
        complaint = lock(actor, complaint_id)
    else:
        complaint = lock_claimed(actor, complaint_id, now)
    person, body = reviewer(actor), need_text(note)
    if complaint.state not in WITH_DESK:
        raise errors.step_refused("hand over", str(complaint.shown.label))
    colleague = places.find_person(to_id)
    if not places.sees(colleague, complaint):
        raise errors.NotFound("not_found", _("There is no such reviewer."))
    if complaint.held_by(colleague.pk, now):
        raise errors.Conflict("holds_it", _("%s holds this case already.") % colleague.get_short_name())
    place = places.check_room(colleague, now)
    if not places.fits(place, complaint):
        raise errors.Conflict("lacks_skill", _lacks(colleague, complaint))
    kept = complaint.notes.create(author=person, body=body, created_at=now)
    settle(complaint, now, claimed_by=colleague, claim_until=now + LEASE)
    log(complaint, "complaint.handed_over", actor, now, to=colleague.pk, note=kept.pk)
    return complaint


def _lacks(colleague: User, complaint: Complaint) -> str:
    text = _("%(name)s does not have what this case asks for: skill “%(skill)s”, language “%(language)s”.")
    names = {"skill": complaint.skill or "–", "language": complaint.language or "–"}
    return text % {"name": colleague.get_short_name(), **names}


# --- what goes back without its holder


def return_cases(*, actor: Actor, user_id: int, now: datetime) -> int:
    """Gives back every case that a reviewer holds, each in a transaction of its own; says how many. For leads."""
    require(actor, Who.SENIOR)
    held = places.held_by([user_id], now).visible_to(actor).order_by("id").values_list("pk", flat=True)
    return sum(_return_one(actor, pk, user_id, now) for pk in list(held))


@transaction.atomic
def _return_one(actor: Actor, complaint_id: int, user_id: int, now: datetime) -> bool:
    complaint = lock(actor, complaint_id)
    if not complaint.held_by(user_id, now):
        return False
    _give_back(complaint, actor, now, "complaint.returned", holder=user_id)
    return True


@transaction.atomic
def return_expired(*, complaint_id: int, actor: Actor, now: datetime) -> None:
    """Gives back a case whose lease ran out, or whose holder is away, recused or no reviewer; else does nothing."""
    complaint = lock(actor, complaint_id)
    if complaint.claimed_by_id is None:
        return
    if not complaint.is_claimed(now):
        _give_back(complaint, actor, now, "complaint.released")
    elif to_return(now).filter(pk=complaint_id).exists():
        _give_back(complaint, actor, now, "complaint.returned", holder=complaint.claimed_by_id)


def to_return(now: datetime) -> QuerySet[Complaint]:
    """The claimed cases that go back by themselves: the lease ran out, or the holder cannot work on it any more."""
    held = Complaint.objects.filter(claimed_by__isnull=False)
    away = ReviewerProfile.objects.filter(user=OuterRef("claimed_by"), away_until__gt=now)
    recused = Recusal.objects.filter(user=OuterRef("claimed_by"), ended_at__isnull=True)
    ours = Exists(recused.filter(organisation=OuterRef("organisation")))
    theirs = Exists(recused.filter(organisation=OuterRef("agency")))
    gone = ~Q(claimed_by__in=places.desk_people().order_by().values("pk"))
    return held.filter(Q(claim_until__lte=now) | Exists(away) | ours | theirs | gone)


def _give_back(complaint: Complaint, actor: Actor, now: datetime, event: str, **payload: int) -> Complaint:
    settle(complaint, now, claimed_by=None, claim_until=None)
    log(complaint, event, actor, now, **payload)
    return complaint


def step_back(*, actor: Actor, complaint_id: int, organisation_id: int, reason: str, now: datetime) -> Recusal:
    """Recuses the actor from an organisation that this case concerns, and gives back all of its cases that they hold.

    Raises NotFound when the case does not concern it.
    """
    person = reviewer(actor)
    complaint = Complaint.objects.visible_to(actor).filter(pk=complaint_id).first()
    if complaint is None or not places.concerned(complaint).filter(pk=organisation_id).exists():
        raise errors.no_such_complaint()
    why = reason.strip() or _("Stepped back from %s.") % complaint
    return recuse(actor=actor, user_id=person.pk, organisation_id=organisation_id, reason=why, now=now)


def recuse(*, actor: Actor, user_id: int, organisation_id: int, reason: str, now: datetime) -> Recusal:
    """Keeps a reviewer away from an organisation (places.recuse), and gives back what they hold of it."""
    made = places.recuse(actor=actor, user_id=user_id, organisation_id=organisation_id, reason=reason, now=now)
    return_what_is_hidden(made.user, now)
    return made


def set_away(*, actor: Actor, user_id: int, until: datetime | None, now: datetime) -> int:
    """Notes until when a reviewer is away (places.set_away) and gives back what they hold; says how many cases."""
    places.set_away(actor=actor, user_id=user_id, until=until, now=now)
    return 0 if until is None else return_cases(actor=actor, user_id=user_id, now=now)


def return_what_is_hidden(person: User, now: datetime) -> int:
    """Gives back, for the system, the cases that a person holds and may not see any more; says how many."""
    held = places.held_by([person.pk], now)
    seen = Complaint.objects.visible_to(staff_actor_for(person)).filter(claimed_by=person).values("pk")
    hidden = held.exclude(pk__in=seen).order_by("id").values_list("pk", flat=True)
    return sum(_return_one(SYSTEM, pk, person.pk, now) for pk in list(hidden))
