"""The public form: a notice by anyone, that enters the same casework once its sender's address is confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from complaints import errors, preflight
from complaints.casework.filing import create_items, enter_queue, refuse_bad
from complaints.casework.signing import notice_hash
from complaints.models import Complaint, Notifier, Signature
from complaints.reasons import Reason
from complaints.rules.clocks import NOTICE_CONFIRM_WITHIN
from complaints.rules.declarations import PUBLIC_NOTICE
from complaints.states import ComplaintState
from complaints.steps import log, need_text
from portal.accounts.actors import PUBLIC
from portal.accounts.models import fold_email

_SALT = "complaints.notice.confirm"


@dataclass(frozen=True, slots=True)
class Notice:
    """What the public form asks: who, which right, why, where, and the good-faith declaration signed by typed name."""

    name: str
    email: str
    organisation_name: str
    claimed_right: str
    reason: str
    explanation: str
    lines: str
    good_faith: bool


def confirm_token(complaint: Complaint) -> str:
    """Makes the token of the link that confirms the sender's address; it is good for that alone, for two days."""
    return signing.dumps(str(complaint.public_id), salt=_SALT)


@transaction.atomic
def start_notice(*, notice: Notice, now: datetime) -> Complaint:
    """Keeps a public notice and mails a link to confirm the address; the desk sees nothing before that."""
    if notice.reason not in set(Reason):
        raise errors.refused("reason_unknown", _("Choose one of the reasons in the list."), "reason")
    if not notice.good_faith:
        raise errors.refused("declaration_missing", _("A notice needs this declaration."), "good_faith")
    need_text(notice.explanation)
    lines = _answer(notice.lines, now)
    refuse_bad(preflight.check_items(lines))
    complaint = Complaint.objects.create(
        source=Complaint.Source.PUBLIC,
        state=ComplaintState.UNCONFIRMED,
        reason=notice.reason,
        explanation=notice.explanation.strip(),
        lines=notice.lines,
        created_at=now,
        updated_at=now,
    )
    _add_notifier(complaint, notice, now)
    return complaint


def _answer(text: str, now: datetime) -> list[preflight.AnsweredLine]:
    return preflight.answer(preflight.split(text), right=None, actor=PUBLIC, reason="", today=now.date())


def _add_notifier(complaint: Complaint, notice: Notice, now: datetime) -> None:
    Notifier.objects.create(
        complaint=complaint,
        name=notice.name.strip(),
        email=fold_email(notice.email),
        organisation_name=notice.organisation_name.strip(),
        claimed_right=notice.claimed_right.strip(),
        language=get_language() or "en",
        created_at=now,
    )
    log(complaint, "notice.received", PUBLIC, now)


def find_notice(token: str) -> str | None:
    """Finds which notice a link confirms, by its public id; None for a forged token."""
    try:
        return str(signing.loads(token, salt=_SALT))
    except signing.BadSignature:
        return None


@transaction.atomic
def confirm_notice(*, token: str, now: datetime) -> Complaint:
    """Confirms the sender's address and files the notice; a second click shows the same case.

    Raises NotFound for an unknown token and Refused for one older than two days.
    """
    public_id = find_notice(token)
    found = Complaint.objects.select_for_update(of=("self",)).filter(public_id=public_id)
    complaint: Complaint | None = found.first() if public_id else None
    if complaint is None:
        raise errors.no_such_complaint()
    if complaint.state != ComplaintState.UNCONFIRMED:
        return complaint
    if complaint.created_at + NOTICE_CONFIRM_WITHIN < now:
        raise errors.refused("link_expired", _("This link was good for two days. Send the notice again."))
    return _file(complaint, now)


def _file(complaint: Complaint, now: datetime) -> Complaint:
    complaint.notifier.confirmed_at = now
    complaint.notifier.save(update_fields=["confirmed_at"])
    lines = _answer(complaint.lines, now)
    items = create_items(complaint, lines)
    if not items:
        raise errors.refused("no_items", _("Nothing that you reported is on the marketplace any more."))
    Signature.objects.create(
        complaint=complaint,
        declaration=PUBLIC_NOTICE.key,
        version=PUBLIC_NOTICE.version,
        text=PUBLIC_NOTICE.text,
        text_sha256=PUBLIC_NOTICE.sha256,
        typed_name=complaint.notifier.name,
        strength="email",
        notice_sha256=notice_hash(complaint),
        signed_at=now,
    )
    return enter_queue(complaint, items, PUBLIC, now)
