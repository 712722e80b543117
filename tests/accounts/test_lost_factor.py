"""Whoever removes their last second factor can only read: by page, by API, and with the loss or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Hold, HoldKind, Role
from tests.accounts.factories import actor_for_member, give_totp, make_member, make_user, signed_in
from tests.accounts.holding import administrators, again

pytestmark = pytest.mark.django_db


def passkey(user: Any) -> Authenticator:
    return WebAuthn.add(user, "Key", {"id": "x"}).instance


def test_by_page() -> None:
    admin, other = administrators(2)
    give_totp(admin.user)
    client = signed_in(Client(), admin.user, mfa=True)
    page = client.post(reverse("mfa_deactivate_totp"), follow=True)
    hold = Hold.objects.get()
    assert (hold.kind, hold.membership, hold.started_by) == (HoldKind.SECOND_FACTOR_LOST, admin, admin.user)
    assert b"You can only read for now" in page.content
    assert not actor_for_member(again(admin)).can_manage
    assert actor_for_member(again(other)).can_manage
    answer = client.post(reverse("accounts:invite"), {"email": "x@example.test", "role": "viewer"})
    assert answer.status_code == 403


def test_by_the_api() -> None:
    [admin] = administrators(1)
    give_totp(admin.user)
    token = str(signed_in(Client(), admin.user, mfa=True).session.session_key)
    answer = Client().delete("/api/v1/auth/app/v1/account/authenticators/totp", headers={"X-Session-Token": token})
    assert answer.status_code == 200
    assert Hold.objects.get().membership == admin


@pytest.mark.parametrize("last", [False, True])
def test_only_the_last_one_counts(last: bool) -> None:
    [admin] = administrators(1)
    give_totp(admin.user)
    if not last:
        passkey(admin.user)
    signed_in(client := Client(), admin.user, mfa=True)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=admin.user, type="totp").exists()
    assert Hold.objects.exists() is last


def test_recovery_codes_are_no_second_factor() -> None:
    [admin] = administrators(1)
    give_totp(admin.user)
    signed_in(client := Client(), admin.user, mfa=True)
    client.post(reverse("mfa_generate_recovery_codes"))
    client.post(reverse("mfa_deactivate_totp"))
    assert Hold.objects.filter(membership=admin).count() == 1


def test_setting_up_another_one_does_not_end_the_hold() -> None:
    [admin] = administrators(1)
    give_totp(admin.user)
    signed_in(client := Client(), admin.user, mfa=True)
    client.post(reverse("mfa_deactivate_totp"))
    give_totp(admin.user)
    assert not actor_for_member(again(admin)).can_manage
    client.post(reverse("mfa_deactivate_totp"))
    assert Hold.objects.count() == 1


def test_people_of_no_organisation_and_viewers_lose_nothing() -> None:
    for user in (make_user(), make_member(role=Role.VIEWER).user):
        give_totp(user)
        signed_in(client := Client(), user, mfa=True)
        client.post(reverse("mfa_deactivate_totp"))
        assert not Authenticator.objects.filter(user=user, type="totp").exists()
    assert not Hold.objects.exists()


def test_a_loss_without_its_hold_does_not_happen(settings: Any) -> None:
    """The hold cannot be made: the removal that was under way is taken back."""
    [admin] = administrators(1)
    give_totp(admin.user)
    client = signed_in(Client(raise_request_exception=False), admin.user, mfa=True)
    settings.HOLD_HOURS = None
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 500
    assert Authenticator.objects.filter(user=admin.user, type="totp").exists()
    assert not Hold.objects.exists()


def test_an_old_sign_in_is_asked_again_and_removes_nothing() -> None:
    [admin] = administrators(1)
    give_totp(admin.user)
    client = signed_in(Client(), admin.user, mfa=True, fresh=False)
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert not Hold.objects.exists()
