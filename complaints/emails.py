"""Who is told by mail, from which event. Handlers run from the outbox, take `event_id` and may run twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from complaints import curing, statements
from complaints.casework.notices import confirm_token
from complaints.casework.running_out import account_of, effect_of
from complaints.models import Clock, Complaint, Decision, Message, StatementOfReasons
from complaints.rules import clocks
from complaints.rules.effects import Effect
from portal.accounts.actors import Actor, for_principal, member_actor_for
from portal.accounts.models import User
from portal.ledger.mail import deliver_mail
from portal.ledger.models import Event


def _complaint(event: Event) -> Complaint:
    cases = Complaint.objects.select_related("organisation", "agency", "right", "created_by")
    complaint: Complaint = cases.get(pk=int(event.stream_id))
    return complaint


def complainants(complaint: Complaint) -> Iterator[tuple[str, str]]:
    """Gives address and language of each person who follows this complaint: its maker, while they may read all of it.

    Else the administrators of its organisation: an agent whose authorisation has ended is told nothing any more.
    """
    if complaint.source == Complaint.Source.PUBLIC:
        yield complaint.notifier.email, complaint.notifier.language
        return
    maker, organisation = complaint.created_by, complaint.organisation
    if maker is None or organisation is None:
        return
    if _still_reads(maker, complaint):
        yield maker.email, maker.language or "en"
        return
    for member in organisation.memberships.administrators().select_related("user").order_by("created_at", "id"):
        yield member.user.email, member.user.language or "en"


def _still_reads(maker: User, complaint: Complaint) -> bool:
    where = complaint.agency_id or complaint.organisation_id
    place = maker.active_memberships().filter(organisation=where, user__is_active=True).first()
    if place is None or complaint.organisation is None:
        return False
    place.user = maker
    actor: Actor | None = member_actor_for(place)
    if actor is not None and complaint.agency_id:
        actor = for_principal(actor, complaint.organisation)
    if actor is None or not Complaint.objects.visible_to(actor).filter(pk=complaint.pk).exists():
        return False
    return complaint.items.covered(actor).count() == complaint.items.count()


def _tell_complainants(event: Event, complaint: Complaint, template: str, **context: Any) -> None:
    for address, language in complainants(complaint):
        with timezone.override(_zone_of(address)):
            deliver_mail(
                event=event,
                to_email=address,
                template=f"emails/complaints/{template}",
                context={"complaint": complaint, "link": _link(complaint), **context},
                language=language,
            )


def _zone_of(address: str) -> str:
    """The zone in which the reader of a mail reads dates; UTC for who has no account."""
    reader = User.objects.filter(email=address).first()
    return reader.safe_time_zone if reader else "UTC"


def _link(complaint: Complaint) -> str:
    if complaint.source == Complaint.Source.PUBLIC:
        return ""
    return settings.ORIGIN + reverse("complaints:detail", args=[complaint.public_id])


def mail_confirm_notice(event_id: int) -> None:
    """Asks the sender of a public notice to confirm the address."""
    event = Event.objects.get(pk=event_id)
    complaint = _complaint(event)
    link = settings.ORIGIN + reverse("public:confirm", args=[confirm_token(complaint)])
    deliver_mail(
        event=event,
        to_email=complaint.notifier.email,
        template="emails/complaints/confirm_notice",
        context={"complaint": complaint, "confirm_link": link},
        language=complaint.notifier.language,
    )


def mail_acknowledgement(event_id: int) -> None:
    """Acknowledges a complaint with its reference, at once."""
    event = Event.objects.get(pk=event_id)
    complaint = _complaint(event)
    _tell_complainants(event, complaint, "acknowledged", item_count=complaint.items.count())


def mail_question(event_id: int) -> None:
    """Tells the complainant that the desk asks something; the question itself waits in the portal."""
    event = Event.objects.get(pk=event_id)
    message = Message.objects.get(pk=event.payload["message"])
    _tell_complainants(event, _complaint(event), "question", message=message, item_count=message.items.count())


def mail_unanswered(event_id: int) -> None:
    """Tells the complainant that the time for an answer is over, and that a reviewer decides on what there is."""
    event = Event.objects.get(pk=event_id)
    message = Message.objects.get(pk=event.payload["message"])
    count = len(event.payload["items"])
    _tell_complainants(event, _complaint(event), "unanswered", message=message, item_count=count)


def mail_clock_started(event_id: int) -> None:
    """Tells the complainant from when on what was taken down returns, unless something stops it."""
    event = Event.objects.get(pk=event_id)
    clock = Clock.objects.get(pk=event.payload["clock"])
    if effect_of(clock) == Effect.PUT_BACK:
        basis = clocks.find(clock.rule).legal_basis
        _tell_complainants(event, _complaint(event), "clock_started", clock=clock, basis=basis)


def mail_put_back(event_id: int) -> None:
    """Tells both sides that a clock has run out and that what was taken down is being put back."""
    event = Event.objects.get(pk=event_id)
    clock = Clock.objects.get(pk=event.payload["clock"])
    if event.payload["effect"] != Effect.PUT_BACK:
        return
    complaint, basis = _complaint(event), clocks.find(clock.rule).legal_basis
    _tell_complainants(event, complaint, "put_back", clock=clock, basis=basis)
    account = account_of(clock)
    if account is not None and account.contact_email:
        deliver_mail(
            event=event,
            to_email=account.contact_email,
            template="emails/complaints/respondent_put_back",
            context={"account": account, "clock": clock, "basis": basis},
            language="en",
        )


def mail_decision(event_id: int) -> None:
    """Tells both sides of a decision that has taken effect, each with its own statement of reasons."""
    event = Event.objects.get(pk=event_id)
    complaint = _complaint(event)
    decision = Decision.objects.get(pk=event.payload["decision"])
    for statement in decision.statements.select_related("account").order_by("id"):
        if statement.account is None:
            mending = {"cure_until": _last_day(complaint), "cure_later": _to_mend_later(complaint)}
            _tell_complainants(event, complaint, "decided", decision=decision, statement=statement, **mending)
        else:
            _tell_respondent(event, decision, statement)


def _last_day(complaint: Complaint) -> datetime | None:
    """Until when a rejected complaint can be mended; None where it cannot, or where something is undecided yet."""
    if complaint.organisation_id is None or complaint.cures_id is not None:
        return None
    return curing.until(complaint, curing.rejections_of(complaint))


def _to_mend_later(complaint: Complaint) -> bool:
    """Says whether something was rejected that can be mended, while other items are not decided yet."""
    mendable = complaint.organisation_id is not None and complaint.cures_id is None and not complaint.is_closed
    return mendable and curing.curable_items(complaint).exists()


def _tell_respondent(event: Event, decision: Decision, statement: StatementOfReasons) -> None:
    account = statement.account
    if account is None or not account.contact_email:
        return
    link = settings.ORIGIN + reverse("respondent:by-link", args=[statements.link_token(statement)])
    deliver_mail(
        event=event,
        to_email=account.contact_email,
        template="emails/complaints/respondent_decided",
        context={"account": account, "decision": decision, "statement": statement, "respondent_link": link},
        language="en",
    )


def mail_enforced(event_id: int) -> None:
    """Tells the complainant that every measure of a decided complaint has been carried out and confirmed."""
    event = Event.objects.get(pk=event_id)
    settled = event.payload.get("settled", 0)
    done = event.payload["measures"] - settled
    back = event.payload.get("put_back", 0)
    _tell_complainants(event, _complaint(event), "enforced", done=done, settled=settled, put_back=back)
