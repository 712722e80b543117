"""A password alone never opens the desk: staff cannot remove their last second factor."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.accounts.factories import give_totp, make_staff, make_user, signed_in

pytestmark = pytest.mark.django_db


def test_staff_cannot_remove_their_last_second_factor(client: Client) -> None:
    staff = make_staff()
    signed_in(client, staff)
    for _method in ("get", "post"):
        answer = getattr(client, _method)(reverse("mfa_deactivate_totp"))
        assert answer.status_code == 302
        assert answer["Location"] == reverse("mfa_index")
    assert Authenticator.objects.filter(user=staff, type=Authenticator.Type.TOTP).exists()


def test_a_session_whose_factor_is_gone_is_held_back(client: Client) -> None:
    staff = make_staff()
    signed_in(client, staff)
    assert client.get(reverse("admin:index")).status_code == 200
    Authenticator.objects.filter(user=staff).delete()
    assert client.get(reverse("admin:index")).status_code == 302


def test_others_may_remove_theirs(client: Client) -> None:
    user = make_user()
    give_totp(user)
    signed_in(client, user, mfa=True)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
