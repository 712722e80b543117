"""Mails about rights: to administrators and rights owners, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from brands import emails, registry
from portal.accounts.models import Membership
from portal.ledger.models import Delivery, Event
from tests.accounts.factories import actor_for_member
from tests.brands import factories as f

pytestmark = pytest.mark.django_db(transaction=True)


def people() -> tuple[Membership, set[str]]:
    owner = f.member("rights_owner")
    administrator = f.member("administrator", owner.organisation)
    for role in ("agent", "viewer"):
        f.member(role, owner.organisation)
    gone = f.member("administrator", owner.organisation)
    Membership.objects.filter(pk=gone.pk).update(is_active=False)
    f.member("administrator")
    return owner, {owner.user.email, administrator.user.email}


def sent(subject: str) -> list[Any]:
    return [message for message in mail.outbox if message.subject.startswith(subject)]


def test_each_step_is_mailed_once_to_those_who_look_after_rights(run_outbox: Callable[[], Any]) -> None:
    owner, wanted = people()
    actor, staff = actor_for_member(owner), f.reviewer()
    right = f.in_review(actor)
    run_outbox()
    registry.reject(actor=staff, right=right, reason="Page 2 is missing.", now=f.NOW)
    registry.resubmit(actor=actor, right=right, now=f.NOW)
    run_outbox()
    f.approve(right, staff)
    run_outbox()
    for event in Event.objects.filter(kind__in=emails.KINDS):
        emails.tell_right(event_id=event.pk)
    run_outbox()
    for subject, times in (("We have", 2), ("Rejected", 1), ("Approved", 1)):
        assert sorted(to for message in sent(subject) for to in message.to) == sorted([*wanted] * times)
    assert Delivery.objects.count() == 8
    body = sent("Rejected")[0].body
    assert "Page 2 is missing." in body and f"/rights/{right.public_id}/" in body and "send it again" in body


def test_a_mark_with_signs_of_html_is_written_as_it_is(run_outbox: Callable[[], Any]) -> None:
    owner, _wanted = people()
    f.in_review(actor_for_member(owner), mark_text="A & B's <mark>")
    run_outbox()
    assert "A & B's <mark>" in mail.outbox[0].subject
