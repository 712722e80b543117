"""Two at the same moment, on a real database: one wins, the other is told, nothing is doubled."""

from __future__ import annotations

from functools import partial

import pytest

from portal.identity import applying
from portal.identity.models import IdentityCheck
from portal.ledger.events import verify_all
from portal.ledger.models import Event
from tests.identity import factories as f
from tests.properties.test_at_once import together

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 8


def test_two_reviewers_decide_about_one_organisation_at_once() -> None:
    first, second = f.reviewer(name="Rosa Lind"), f.reviewer("senior", name="Nils Ek")
    for number in range(TIMES):
        tenant = f.sent(f.newcomer(f"Tarnfell {number} AB")).organisation
        ends = together(partial(f.approve, tenant, first), partial(f.reject, tenant, second))
        assert sorted(ends) == ["Conflict:already_decided", "done"], ends
        tenant.refresh_from_db()
        assert tenant.state == ("approved" if ends[0] == "done" else "rejected")
        assert IdentityCheck.objects.filter(organisation=tenant).count() == 1
        kinds = Event.objects.filter(stream_kind="organisation", stream_id=str(tenant.pk)).values_list(
            "kind", flat=True
        )
        assert len({"organisation.approved", "organisation.rejected"} & set(kinds)) == 1
    assert verify_all() == []


def test_sent_twice_at_once_is_sent_once() -> None:
    for number in range(TIMES // 2):
        member = f.ready(f.newcomer(f"Tarnfell {number} AB"))
        send = partial(applying.submit, actor=f.acting(member), organisation=member.organisation, now=f.NOW)
        assert together(send, send) == ["done", "done"]
        sent = Event.objects.filter(stream_id=str(member.organisation.pk), kind="organisation.submitted")
        assert sent.count() == 1
