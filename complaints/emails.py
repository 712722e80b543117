"""Who is told by mail, from which event. Handlers run from the outbox, take `event_id` and may run twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse

from complaints import statements
from complaints.casework.notices import confirm_token
from complaints.models import Complaint, Decision, Message, StatementOfReasons
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
        deliver_mail(
            event=event,
            to_email=address,
            template=f"emails/complaints/{template}",
            context={"complaint": complaint, "link": _link(complaint), **context},
            language=language,
        )


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


def mail_decision(event_id: int) -> None:
    """Tells both sides of a decision that has taken effect, each with its own statement of reasons."""
    event = Event.objects.get(pk=event_id)
    complaint = _complaint(event)
    decision = Decision.objects.get(pk=event.payload["decision"])
    for statement in decision.statements.select_related("account").order_by("id"):
        if statement.account is None:
            _tell_complainants(event, complaint, "decided", decision=decision, statement=statement)
        else:
            _tell_respondent(event, decision, statement)


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
    _tell_complainants(event, _complaint(event), "enforced", done=done, settled=settled)
