"""Renewals: declared with a proof, checked by the desk, and the reminders that go before them."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brands import renewals, writing
from brands.facts import renewal_facts
from brands.models import IPRight, Renewal, RenewalReminder, RenewalState, RightState
from brands.registers.offices import add_months
from brands.registers.renewals import Deadline, DeadlineState, deadlines
from brands.registers.statuses import DEAD, status_of
from brands.registry import covering, keeping
from brands.registry.common import locked, may_do, tell, tenant
from brands.states import RENEWAL_STEPS, RightVerb
from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.models import Organisation
from portal.errors import Conflict, Forbidden, NotFound, Refused
from portal.files.models import StoredFile
from portal.ledger.canonical import JSON
from portal.ledger.events import append, commit_text

REASON_LENGTH = 2000
LONGEST_TERM = 15 * 12  # months that a renewal may add


def declare_renewed(
    *,
    actor: Actor,
    right: IPRight,
    rule: str,
    due_on: date,
    certificate: StoredFile | None,
    now: datetime,
    new_expiry: date | None = None,
) -> Renewal:
    """Says that a deadline was kept, with the office's proof; the desk checks it, and until then the right stays.

    The same declared twice is declared once. Raises Refused, Forbidden, NotFound, or Conflict for a right that is
    neither approved nor suspended.
    """
    organisation = tenant(actor, RightVerb.UPDATE)
    with transaction.atomic():
        row = _own(actor, right)
        standing: Renewal | None = Renewal.objects.standing().filter(right=row, rule=rule, due_on=due_on).first()
        if standing is not None:
            return standing
        deadline = _open_deadline(row, rule, due_on, now.date())
        _check_expiry(deadline, new_expiry)
        proof = _proof(certificate, organisation)
        made = Renewal.objects.create(
            right=row,
            rule=rule,
            due_on=due_on,
            former_expiry=row.expiry_date,
            new_expiry=new_expiry if deadline.renews else None,
            certificate=proof,
            asked_by=actor.user,
            asked_at=now,
        )
        tell(actor, row, "right.renewal_declared", _facts(made), now)
    return made


def accept_renewal(*, actor: Actor, renewal: Renewal, now: datetime, register_status: str | None = None) -> Renewal:
    """Accepts a declared renewal: the right runs to the new expiry, and comes back where it had lapsed.

    `register_status` is what the reviewer saw in the register today. Raises Refused when that one is dead, Conflict
    where the right has moved on or somebody else was first.
    """
    seen = status_of(register_status) if register_status else None
    if seen in DEAD:
        text = _("The register says that this right is dead: do not accept, and say why.")
        raise Refused("register_says_dead", text, "register_status")
    with transaction.atomic():
        row, right = _asked(actor, renewal, "accept")
        if row.new_expiry is not None:
            if right.expiry_date != row.former_expiry:
                text = _("The right has another expiry by now than when this was declared. Look at it again.")
                raise Conflict("moved_on", text)
            right.expiry_date = row.new_expiry
            if right.register_expiry is not None and right.register_expiry <= row.due_on:
                right.register_expiry = None  # the proof is newer than a record that has not caught up
        if seen is not None:
            right.register_status, right.register_as_of = seen.value, now.date()
        writing.save(right, "expiry_date", "register_status", "register_as_of", "register_expiry")
        _decide(actor, row, right, "accept", "", now)
        keeping.recheck(actor=SYSTEM, right=right, now=now, live=False)
    return row


def refuse_renewal(*, actor: Actor, renewal: Renewal, reason: str, now: datetime) -> Renewal:
    """Does not accept a declared renewal; the right stays as it was, and its holder reads the reason."""
    reason = reason.strip()
    if not reason:
        raise Refused("reason_missing", _("Say why, and what would cure it: the rights holder reads it."), "reason")
    if len(reason) > REASON_LENGTH:
        raise Refused("reason_too_long", _("Use at most 2,000 characters."), "reason")
    with transaction.atomic():
        row, right = _asked(actor, renewal, "refuse")
        _decide(actor, row, right, "refuse", reason, now)
    return row


def remind_of_renewals(*, organisation: Organisation, now: datetime) -> int:
    """Notes each reminder whose day has come, once, and makes one digest of them; gives how many there were.

    An organisation that was reminded today waits for tomorrow, so that it gets one mail a day.
    """
    today = now.date()
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        if RenewalReminder.objects.filter(right__organisation=organisation, told_at__date=today).exists():
            return 0
        listed = renewals.rows(IPRight.objects.filter(organisation=organisation), today=today)
        due = [(row, row.deadline.step_on(today)) for row in listed if row.renewal is None]
        made = [made for row, step in due if step and (made := _remind(row, step, now))]
        if made:
            payload: dict[str, JSON] = {"reminders": [row.pk for row in made]}
            stream = ("organisation", organisation.pk)
            append(stream=stream, kind="organisation.renewals_near", actor=SYSTEM, payload=payload, now=now)
    return len(made)


def _remind(row: renewals.Row, step: str, now: datetime) -> RenewalReminder | None:
    deadline = row.deadline
    made, new = RenewalReminder.objects.get_or_create(
        right=row.right, rule=deadline.rule, due_on=deadline.due, step=step, defaults={"told_at": now}
    )
    if not new:
        return None
    payload: dict[str, JSON] = {"rule": deadline.rule, "due": deadline.due.isoformat(), "step": step}
    tell(SYSTEM, row.right, "right.renewal_near", payload, now)
    return made


def _own(actor: Actor, right: IPRight) -> IPRight:
    """The locked right, if this actor may change it; an agent only by an authorisation to register."""
    row = locked(actor, right)
    if row is None:
        raise NotFound("right_not_found", _("There is no such right."))
    covering.may_change(actor, row)
    if row.state not in {RightState.APPROVED, RightState.SUSPENDED}:
        text = _("This right is “%(state)s” now: correct its expiry there.")
        raise Conflict("wrong_state", text % {"state": row.get_state_display()})
    return row


def _open_deadline(row: IPRight, rule: str, due_on: date, today: date) -> Deadline:
    found = [each for each in deadlines(renewal_facts(row), today) if (each.rule, each.due) == (rule, due_on)]
    if not found:
        raise Refused("no_such_deadline", _("This right has no such deadline."), "deadline")
    if found[0].state_on(today) == DeadlineState.AHEAD:
        text = _("The office takes this from %(day)s on.") % {"day": _day(found[0].opens)}
        raise Refused("not_open_yet", text, "deadline")
    return found[0]


def _day(day: date) -> str:
    return date_format(day, "j M Y")


def _check_expiry(deadline: Deadline, new_expiry: date | None) -> None:
    if not deadline.renews:
        return
    if new_expiry is None:
        raise Refused("expiry_missing", _("Give the day on which the renewed right expires."), "new_expiry")
    if new_expiry <= deadline.due:
        text = _("The new expiry must be after %(day)s, the end of the term before.") % {"day": _day(deadline.due)}
        raise Refused("expiry_not_later", text, "new_expiry")
    if new_expiry > add_months(deadline.due, LONGEST_TERM):
        text = _("No office renews for more than 15 years at once. Look at the year.")
        raise Refused("expiry_too_late", text, "new_expiry")


def _proof(certificate: StoredFile | None, organisation: Organisation) -> StoredFile:
    if certificate is None:
        text = _("Add the office's certificate or receipt: PDF or picture.")
        raise Refused("certificate_missing", text, "certificate")
    if certificate.organisation_id != organisation.pk:
        raise NotFound("file_not_found", _("There is no such file in your organisation."), "certificate")
    return certificate


def _asked(actor: Actor, renewal: Renewal, verb: str) -> tuple[Renewal, IPRight]:
    """Locks a declared renewal and its right for a decision of the desk."""
    if not actor.is_staff or not may_do(actor, RightVerb.APPROVE):
        raise Forbidden("role_may_not", _("Your role cannot do this with a right."))
    row: Renewal | None = Renewal.objects.select_for_update().filter(pk=renewal.pk).first()
    if row is None:
        raise NotFound("renewal_not_found", _("There is no such renewal."))
    if (RenewalState(row.state), verb) not in RENEWAL_STEPS:
        raise Conflict("already_decided", _("Somebody has decided about this renewal already."))
    right = locked(SYSTEM, row.right)
    if right is None:
        raise NotFound("right_not_found", _("There is no such right."))
    return row, right


def _decide(actor: Actor, row: Renewal, right: IPRight, verb: str, reason: str, now: datetime) -> None:
    row.state = RENEWAL_STEPS[RenewalState(row.state), verb].value
    row.salt, digest = commit_text(reason)
    row.reason, row.decided_by, row.decided_at = reason, actor.user, now
    row.save(update_fields=["state", "reason", "salt", "decided_by", "decided_at"])
    kind = "right.renewed" if verb == "accept" else "right.renewal_refused"
    tell(actor, right, kind, {**_facts(row), "reason": digest}, now)


def _facts(row: Renewal) -> dict[str, JSON]:
    expiry = row.new_expiry.isoformat() if row.new_expiry else None
    return {"renewal": row.pk, "rule": row.rule, "due": row.due_on.isoformat(), "expires": expiry}
