"""An invitation that was only sent takes nobody away from their own work."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts import tenants
from tests.accounts.factories import PASSWORD, actor_for_member, make_member

pytestmark = pytest.mark.django_db


def test_a_member_who_was_invited_elsewhere_still_lands_on_their_own_dashboard(client: Client) -> None:
    stranger, member = make_member(), make_member()
    tenants.invite(actor=actor_for_member(stranger), email=member.user.email, role="viewer", now=timezone.now())
    answer = client.post(reverse("account_login"), {"login": member.user.email, "password": PASSWORD})
    assert answer["Location"] == reverse("home")
