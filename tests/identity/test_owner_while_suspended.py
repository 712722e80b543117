"""An owner that changes while the organisation is suspended is a question for the desk, not an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.accounts import holds, owners
from portal.accounts.models import Hold, Organisation
from portal.identity import deciding
from tests.accounts.factories import actor_for_member, make_staff, staff_actor
from tests.accounts.holding import administrators

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("change", "state"), [(True, "in_review"), (False, "approved")])
def test_reinstated_with_another_owner_it_is_in_review_again(change: bool, state: str) -> None:
    now, senior = timezone.now(), staff_actor(make_staff("senior"))
    first, second = administrators(2)
    tenant = first.organisation
    if change:
        owners.change_owner(
            actor=actor_for_member(first), now=now, name="Other Holdings", country="CN", form=tenant.form,
            company_number="X1",
        )  # fmt: skip
        holds.approve(actor=actor_for_member(second), hold=Hold.objects.get(), now=now)
    deciding.suspend(actor=senior, organisation=tenant, reason="The papers do not fit.", now=now)
    for hold in Hold.objects.all():
        holds.release(hold=hold, now=now + timedelta(hours=73))
    deciding.reinstate(actor=senior, organisation=tenant, now=now + timedelta(hours=74), reason="Settled.")
    after = Organisation.objects.get(pk=tenant.pk)
    assert after.state == state and after.is_verified == (state == "approved")
