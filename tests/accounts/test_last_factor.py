"""A password alone never opens the desk: staff cannot remove their last second factor."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.db.models.signals import pre_delete
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
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


# --- two at the same moment


def add_passkey(user: User) -> Authenticator:
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})


def remove_together(user: User, *addresses: str) -> list[str]:
    """Posts to each address at one moment, in sessions of their own; says where each was led."""
    ends = ["?"] * len(addresses)
    clients = [signed_in(Client(), user) for _address in addresses]
    gate = threading.Barrier(len(addresses))

    def post(place: int) -> None:
        try:
            gate.wait(timeout=20)
            ends[place] = clients[place].post(addresses[place]).headers.get("Location", "no move")
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=[place]) for place in range(len(addresses))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ends


@pytest.mark.django_db(transaction=True)
def test_staff_cannot_remove_both_factors_at_the_same_moment() -> None:
    staff = make_staff()
    passkey = add_passkey(staff)
    both_checked = threading.Barrier(2)

    def dawdle(**_more: object) -> None:
        """Gives the other removal time to come as far as this one; alone it goes on after a moment."""
        with suppress(threading.BrokenBarrierError):
            both_checked.wait(timeout=2)

    pre_delete.connect(dawdle, sender=Authenticator, weak=False)
    try:
        ends = remove_together(staff, reverse("mfa_deactivate_totp"), reverse("mfa_remove_webauthn", args=[passkey.pk]))
    finally:
        pre_delete.disconnect(dawdle, sender=Authenticator)
    assert Authenticator.objects.filter(user=staff, type__in=["totp", "webauthn"]).count() == 1, ends


@pytest.mark.django_db(transaction=True)
def test_one_of_two_factors_can_go() -> None:
    staff = make_staff()
    add_passkey(staff)
    client = signed_in(Client(), staff)
    assert client.post(reverse("mfa_deactivate_totp")).headers["Location"] == reverse("mfa_index")
    assert list(Authenticator.objects.filter(user=staff).values_list("type", flat=True)) == ["webauthn"]


def test_removing_asks_who_it_is_once_the_sign_in_has_grown_old(client: Client) -> None:
    staff = make_staff()
    add_passkey(staff)
    signed_in(client, staff, fresh=False)
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert answer.status_code == 302 and "reauthenticate" in answer.headers["Location"]
    assert Authenticator.objects.filter(user=staff).count() == 2
